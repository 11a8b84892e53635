"""`ibid search`: the passages that are found for a question."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from ibid.commands.groups import grouped
from ibid.commands.options import QUOTED, AsJson, EncoderName, Folder, PlaceFlags, Question


@grouped
def search(
    question: Question,
    folder: Folder = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 10,
    *,
    place: PlaceFlags,
    encoder: EncoderName = None,
    as_json: AsJson = False,
) -> None:
    """Show the passages found for a question."""
    from answer import check_question

    asked = check_question(question)
    places = place.places(folder, QUOTED)
    from ibid.opening import open_index
    from ibid.output import print_json
    from ibid.render import show_hits, stdout
    from ibid.watching import refresh
    from retriever import Retriever, Terms

    if folder:
        refresh(places, encoder)
    generation, model = open_index(places, encoder)
    terms = Terms(generation, model)
    hits = Retriever(generation, model, terms).search(terms.spelling.correct(asked).text, k)
    if as_json:
        print_json([asdict(hit) for hit in hits])
    else:
        show_hits(stdout(), hits)
