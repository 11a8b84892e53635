"""`ibid gold check` and `ibid gold add`: gold questions proved, and written."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ibid.commands.groups import grouped
from ibid.commands.options import AsJson, CorpusFolder, EncoderName, GoldFolder, PlaceFlags, Question

if TYPE_CHECKING:
    from eval.check import Corpora

app = typer.Typer(help="Check gold questions, and write new ones.", no_args_is_help=True)


@app.command("check")
def check_gold(gold: GoldFolder = None, corpus: CorpusFolder = None, as_json: AsJson = False) -> None:
    """Check the gold questions against the corpus.

    Every evidence span has to be found in it, every nugget in the evidence, and none in the question; a follow-up has
    to say what it means, a refusal what it has to name; no fact may be asked in two parts.  Exit code 1, and a line
    with file and line for each problem, where something is wrong.
    """
    from eval import GOLD, check, parts_of, read_gold
    from ibid.output import print_json, tell
    from ibid.places import Places

    folder = gold or GOLD
    questions = read_gold(parts_of(folder), folder)
    problems = check(questions, _corpora(folder, Places.of(corpus).corpus))
    if as_json:
        print_json([{"where": problem.where, "message": problem.message} for problem in problems])
    else:
        for problem in problems:
            tell(str(problem))
        count = len(questions)
        typer.echo(
            f"{count} gold questions, {len(problems)} problems." if problems else f"{count} gold questions: sound."
        )
    if problems:
        raise typer.Exit(1)


@app.command("add")
@grouped
def add_gold(
    question: Question,
    part: Annotated[str, typer.Option("--part", metavar="NAME", help="The part: dev or test.")] = "dev",
    stratum: Annotated[str, typer.Option("--stratum", metavar="NAME", help="The kind of question.")] = "single_fact",
    name: Annotated[str | None, typer.Option("--id", metavar="ID", help="Its id; made from the stratum.")] = None,
    nugget: Annotated[
        list[str] | None, typer.Option("--nugget", metavar="PATTERN", help="What an answer must hold; repeatable.")
    ] = None,
    okay: Annotated[
        list[str] | None, typer.Option("--okay", metavar="PATTERN", help="What an answer may hold; repeatable.")
    ] = None,
    evidence: Annotated[
        list[int] | None, typer.Option("--evidence", metavar="N", help="A citation that is right; all if not given.")
    ] = None,
    refuse: Annotated[bool, typer.Option("--refuse", help="It has to be refused.")] = False,
    names: Annotated[
        list[str] | None, typer.Option("--names", metavar="PATTERN", help="What a refusal has to name; repeatable.")
    ] = None,
    gold: GoldFolder = None,
    *,
    place: PlaceFlags,
    encoder: EncoderName = None,
) -> None:
    """Write a gold question from a live answer.

    The question is answered and the answer shown; what of it is evidence and what an answer must hold is asked for on a
    terminal, or given by the options.  It is checked before it is added.
    """
    from eval import GOLD, parts_of, read_gold
    from eval.draft import add, draft
    from ibid.opening import open_answerer
    from ibid.render import show_answer, stdout

    folder = gold or GOLD
    places = place.places()
    answer = open_answerer(places, encoder).ask(question)
    show_answer(stdout(), answer)
    vital, numbers, named = list(nugget or ()), list(evidence or ()), list(names or ())
    if not vital and not refuse:
        if not sys.stdin.isatty():
            raise typer.BadParameter("say what an answer must hold with --nugget PATTERN, or --refuse")
        vital, numbers, named = _interview(vital, numbers, named)
    taken = {q.id for q in read_gold(parts_of(folder), folder)} if parts_of(folder) else set()
    item = draft(answer, name or _next_id(part, stratum, taken), stratum, vital, okay or (), numbers, named)
    path = add(item, part, folder, _corpora(folder, places.corpus))
    typer.echo(f"Added {item.id} to {path}.")


def _interview(vital: list[str], numbers: list[int], names: list[str]) -> tuple[list[str], list[int], list[str]]:
    """Ask for what the options did not give."""
    typer.echo("\nWhat must a right answer hold?  A pattern a line, an empty line ends; none: it has to be refused.")
    while pattern := typer.prompt("vital", default="", show_default=False):
        vital.append(pattern)
    if not vital:
        typer.echo("What must the refusal name?  A pattern a line, an empty line ends; none: it is off topic.")
        while pattern := typer.prompt("names", default="", show_default=False):
            names.append(pattern)
        return vital, numbers, names
    chosen = typer.prompt("Which citations are right? Numbers, or nothing for all", default="", show_default=False)
    return vital, [int(number) for number in re.findall(r"\d+", chosen)], names


def _next_id(part: str, stratum: str, taken: set[str]) -> str:
    number = 1
    while f"{part}-{stratum}-{number:02}" in taken:
        number += 1
    return f"{part}-{stratum}-{number:02}"


def _corpora(folder: Path, corpus: Path) -> Corpora:
    """The documents of the corpus, and of those beside the gold questions that items name."""
    from ingest import load, read_corpus

    others = [path.parent for path in folder.glob("*/sources.toml")]
    found = {None: corpus} | {path.name: path for path in others}
    return {name: {source.id: load(source) for source in read_corpus(path).sources} for name, path in found.items()}
