"""`ibid impact`: what indexing now would do to answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ibid.commands.groups import grouped
from ibid.commands.options import AsJson, EncoderName, GoldFolder, PlaceFlags

_QUESTIONS = "give some with --gold, or have ibid index find some"


@grouped
def impact(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[DIR] [FILE]...",
            help="The folder of documents, and stored answers, as `ibid ask --json` wrote them.",
            show_default=False,
        ),
    ] = None,
    gold: GoldFolder = None,
    *,
    place: PlaceFlags,
    encoder: EncoderName = None,
    as_json: AsJson = False,
) -> None:
    """Tell what indexing now would do to answers.

    The gold questions, or those that are suggested of documents without any, are asked of the index as it is and as it
    would be, and the citations of stored answers are looked up in it: exact, moved or gone.  Below each answer that
    changes stands what is told before and after.  Nothing is published.
    """
    from answer import read_record
    from ibid.impacting import ImpactGate, questions_of
    from ibid.opening import index

    folder, files = (paths[0], paths[1:]) if paths and paths[0].is_dir() else (None, paths or [])
    places = place.places(folder)
    stored = {str(path): read_record(path.read_text(encoding="utf-8", errors="replace")) for path in files}
    questions = questions_of(places, gold)
    if not (questions or stored) and places.catalog.names():
        raise typer.BadParameter(f"no questions are known of {places.corpus}; {_QUESTIONS}")
    gate = ImpactGate(questions, publish=False, stored=stored)
    index(places, encoder, check=gate)
    gate.report(as_json)
