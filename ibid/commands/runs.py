"""`ibid eval compare`, `gate` and `report`: what is done with runs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ibid.commands.groups import grouped
from ibid.commands.options import AsJson, EncoderName, GoldFolder, ModelFlags, PlaceFlags, ReaderName, RunFolder


def compare(a: RunFolder, b: RunFolder, as_json: AsJson = False) -> None:
    """Compare two runs of the same gold questions, score by score.

    Every difference has its 95% interval, the p value of a randomisation test (corrected over the strata after Holm),
    and the smallest difference that these questions could have shown.
    """
    from eval import Run, compare
    from ibid.output import print_json
    from ibid.render import stdout
    from ibid.scoretable import show_comparison

    comparison = compare(Run.read(a), Run.read(b))
    if as_json:
        print_json(comparison.to_json())
    else:
        show_comparison(stdout(), comparison)


@grouped
def gate(
    baseline: Annotated[Path, typer.Option("--baseline", metavar="RUN", help="The run to measure up to.")],
    candidate: Annotated[
        Path | None, typer.Argument(metavar="[RUN]", help="The run to judge; made now if not given.")
    ] = None,
    gold: GoldFolder = None,
    *,
    place: PlaceFlags,
    encoder: EncoderName = None,
    reader: ReaderName = None,
    model: ModelFlags,
    as_json: AsJson = False,
) -> None:
    """Fail where a run is significantly worse than its baseline.

    Exit code 1, and the questions that lost, where a score fell by more than chance explains or a quote does not stand
    where it is said to stand.
    """
    from eval import GOLD, Run, gate, read_gold
    from ibid.output import print_json
    from ibid.render import stdout
    from ibid.running import Opening, make_run
    from ibid.scoretable import show_gate

    before = Run.read(baseline)
    if candidate:
        after = Run.read(candidate)
    else:
        questions = read_gold(before.manifest["parts"], gold or GOLD)
        models = model.options()
        opening = Opening.of(place.places(), encoder, reader, models, gold, questions)
        after, _ = make_run(opening, questions, None, None)
    verdict = gate(before, after)
    if as_json:
        print_json(asdict(verdict) | {"passes": verdict.passes})
    else:
        show_gate(stdout(), verdict)
    if not verdict.passes:
        raise typer.Exit(1)


def report(
    run: RunFolder,
    beside: Annotated[
        Path | None, typer.Option("--beside", metavar="RUN", help="Compare it with this run of the same questions.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The page; RUN/report.html.")] = None,
) -> None:
    """Make one page of a run, which opens without a network: scores, plots, and every question to look into."""
    from eval import Run, render, score

    read = Run.read(run)
    page = out or run / "report.html"
    page.write_text(render(read, score(read), Run.read(beside) if beside else None), encoding="utf-8")
    typer.echo(str(page))
