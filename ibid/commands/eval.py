"""`ibid eval`: the answers to gold questions, or a public test set, scored; and the group of commands on runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ibid.commands.groups import grouped
from ibid.commands.options import (
    AsJson,
    EncoderName,
    GoldFolder,
    GoldParts,
    ModelFlags,
    PlaceFlags,
    ReaderName,
    RunWorkers,
)
from ibid.commands.runs import compare, gate, report
from ibid.commands.sweep import sweep

app = typer.Typer(invoke_without_command=True)
for command in (compare, gate, sweep, report):
    app.command()(command)


@app.callback()
@grouped
def evaluate(
    context: typer.Context,
    part: GoldParts = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="The run's folder; one in runs/.")] = None,
    beir: Annotated[
        Path | None, typer.Option("--beir", metavar="DIR", help="Score search on a test set in BEIR's layout instead.")
    ] = None,
    public: Annotated[
        str | None, typer.Option("--public", metavar="SET", help="Score on a public test set instead: see --data.")
    ] = None,
    data: Annotated[
        Path, typer.Option("--data", metavar="DIR", envvar="IBID_DATA", help="Where the public test sets are.")
    ] = Path("../shared/data"),
    workers: RunWorkers = None,
    gold: GoldFolder = None,
    *,
    place: PlaceFlags,
    encoder: EncoderName = None,
    reader: ReaderName = None,
    model: ModelFlags,
    as_json: AsJson = False,
) -> None:
    """Score the answers to the gold questions, and write the run into a folder.

    The index is brought up to date first.  A run that was interrupted goes on where it stopped.  Every score comes with
    its 95% interval: by stratum in the folder's scores.json and in `ibid eval report`.
    """
    if context.invoked_subcommand:
        return
    if beir or public:
        _score_public(public, beir, data, encoder, as_json)
        return
    from eval import GOLD, cold_start, parts_of, read_gold, score, stages, tokens
    from ibid.output import print_json
    from ibid.progress import say
    from ibid.render import stdout
    from ibid.running import Opening, make_run, write_beside
    from ibid.scoretable import show_scores

    places = place.places()
    models = model.options()
    questions = read_gold(part or parts_of(gold or GOLD), gold or GOLD)
    opening = Opening.of(places, encoder, reader, models, gold, questions)
    run, folder = make_run(opening, questions, out, workers)
    scores = score(run)
    write_beside(folder, "scores.json", scores.to_json())
    start = cold_start(["ask", questions[0].alone, "--corpus", str(places.corpus), "--index", str(places.index)])
    cost = {
        "stages_ms": stages(run.timings),
        "tokens": tokens(outcome.answer for outcome in run.outcomes),
        "cold_start": {"seconds": start.seconds, "memory_mib": start.memory_mib},
    }
    write_beside(folder, "cost.json", cost)
    if as_json:
        print_json({"run": str(folder), "manifest": run.manifest, "scores": scores.to_json(), "cost": cost})
    else:
        show_scores(stdout(), scores, cost)
        say(f"The run is in {folder}; look at it with: ibid eval report {folder}")


def _score_public(name: str | None, beir: Path | None, data: Path, encoder: str | None, as_json: bool) -> None:
    from ibid.output import print_json
    from ingest.errors import needing

    with needing("eval"):
        from eval.public import table
        from ibid.publicsets import score_beir, score_set
    result = score_beir(beir, encoder) if beir else score_set(name or "", data, encoder)
    if as_json:
        print_json(result.to_json())
    else:
        typer.echo(table([result]))
