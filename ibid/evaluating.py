"""The command that scores: `ibid eval`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ibid.arguments import AsJson, CorpusFolder, EncoderName, IndexFolder, print_json
from ibid.places import Places


def evaluate(
    part: Annotated[
        list[str] | None, typer.Option("--part", metavar="NAME", help="A part of the gold questions: dev or test; all.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write the run and its scores here.")] = None,
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    encoder: EncoderName = None,
    as_json: AsJson = False,
) -> None:
    """Score the answers to the gold questions.

    The index is brought up to date first.  Prints, by stratum: nuggets found (vital, all), mean length of an answer in
    characters, whether a right document is cited, how often it rightly answers and rightly refuses, whether all
    quotes verify, and how well the passages were found.
    """
    from eval import PARTS, read_gold, run, score_by_stratum, scores_json, write
    from ibid.opening import index as make
    from ibid.opening import open_answerer
    from ibid.progress import counting
    from ibid.render import show_scores, stdout

    questions = read_gold(part or PARTS)
    places = Places.of(corpus, index)
    make(places, encoder)
    answerer = open_answerer(places, encoder)
    with counting("Asking") as progress:
        evaluated = run(answerer, questions, progress)
    scores = score_by_stratum(evaluated.outcomes, answerer.generation)
    if out:
        write(out, evaluated, scores)
    if as_json:
        print_json({"manifest": evaluated.manifest, "scores": scores_json(scores)})
    else:
        show_scores(stdout(), scores)
