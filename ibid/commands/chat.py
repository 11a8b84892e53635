"""`ibid chat`: one question after another."""

from __future__ import annotations

from typing import Annotated

import typer

from ibid.commands.groups import grouped
from ibid.commands.options import EncoderName, Folder, ModelFlags, PlaceFlags, ReaderName


@grouped
def chat(
    folder: Folder = None,
    *,
    place: PlaceFlags,
    encoder: EncoderName = None,
    reader: ReaderName = None,
    model: ModelFlags,
    as_json: Annotated[
        bool, typer.Option("--json", help="Read one question a line, write one JSON answer a line.")
    ] = False,
) -> None:
    """Answer one question after another.

    A question may follow up on the ones before it.  On a terminal /help tells what else can be said; what is asked is
    remembered until the end, and written nowhere.  Elsewhere a question is a line, and an empty line starts a new
    conversation.  The index of DIR is brought up to date first; what is indexed meanwhile is answered from at the next
    question.
    """
    from ibid.chatting import Session, answer_lines, is_interactive, prompted
    from ibid.opening import open_answerer
    from ibid.watching import refresh

    models = model.options()
    places = place.places(folder)
    if folder:
        refresh(places, encoder)
    answerer = open_answerer(places, encoder, reader, models)
    if as_json or not is_interactive():
        answer_lines(answerer, places, as_json)
    else:
        Session(answerer, places).run(prompted())
