"""The commands that score: `ibid eval` and what belongs to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ibid.arguments import (
    AsJson,
    BaseUrl,
    CorpusFolder,
    EncoderName,
    Engine,
    GeneratorName,
    GoldFolder,
    IndexFolder,
    ModelName,
    ReaderName,
    Write,
    print_json,
)
from ibid.models import ModelOptions
from ibid.places import Places, user_index

if TYPE_CHECKING:
    from answer import Reader
    from eval import Question, Scores
    from ibid.running import Opening

app = typer.Typer(invoke_without_command=True)

Part = Annotated[
    list[str] | None, typer.Option("--part", metavar="NAME", help="A part of the gold questions: dev or test; all.")
]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.", show_default=False)]
Workers = Annotated[int | None, typer.Option("--workers", min=1, metavar="N", help="How many processes; one a core.")]
# What can be swept, and what its values are.
_PARAMETERS = {
    "passages": int,
    "threshold": float,
    "longest": int,
    "passage_size": int,
}


@app.callback()
def evaluate(
    context: typer.Context,
    part: Part = None,
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
    workers: Workers = None,
    gold: GoldFolder = None,
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    engine: Engine = None,
    encoder: EncoderName = None,
    reader: ReaderName = None,
    model: ModelName = None,
    base_url: BaseUrl = None,
    write: Write = False,
    generator: GeneratorName = None,
    as_json: AsJson = False,
) -> None:
    """Score the answers to the gold questions, and write the run into a folder.

    The index is brought up to date first.  A run that was interrupted goes on where it stopped.  Every score comes with
    its 95% interval: by stratum in the folder's scores.json and in `ibid eval report`.
    """
    if context.invoked_subcommand:
        return
    if beir or public:
        _evaluate_public(public, beir, data, encoder, as_json)
        return
    from eval import GOLD, cold_start, parts_of, read_gold, score, stages, tokens
    from ibid.progress import say
    from ibid.render import stdout
    from ibid.running import make_run
    from ibid.scoretable import show_scores

    places = Places.of(corpus, index, engine)
    models = ModelOptions.of(model, base_url, write, generator)
    questions = read_gold(part or parts_of(gold or GOLD), gold or GOLD)
    run, folder = make_run(_opening(places, encoder, gold, questions, reader, models), questions, out, workers)
    scores = score(run)
    _write(folder, "scores.json", scores.to_json())
    start = cold_start(["ask", questions[0].alone, "--corpus", str(places.corpus), "--index", str(places.index)])
    cost = {
        "stages_ms": stages(run.timings),
        "tokens": tokens(outcome.answer for outcome in run.outcomes),
        "cold_start": {"seconds": start.seconds, "memory_mib": start.memory_mib},
    }
    _write(folder, "cost.json", cost)
    if as_json:
        print_json({"run": str(folder), "manifest": run.manifest, "scores": scores.to_json(), "cost": cost})
    else:
        show_scores(stdout(), scores, cost)
        say(f"The run is in {folder}; look at it with: ibid eval report {folder}")


def _evaluate_public(name: str | None, beir: Path | None, data: Path, encoder_name: str | None, as_json: bool) -> None:
    """Score one of the public sets, or a folder in BEIR's layout; their indexes are kept in the user's data folder."""
    from ibid.progress import counting
    from ingest import DEFAULT_ENCODER, SentenceEncoder
    from ingest.errors import needing

    with needing("eval"):
        from eval.public import evaluate_beir, evaluate_set, table
    encoder = SentenceEncoder.open(encoder_name or DEFAULT_ENCODER)
    with counting("Measuring") as progress:
        if beir:
            result = evaluate_beir(beir, user_index(beir), encoder, progress=progress)
        else:
            result = evaluate_set(name or "", data, user_index(data), encoder, _reader(user_index(data)), progress)
    if as_json:
        print_json(result.to_json())
    else:
        typer.echo(table([result]))


def _reader(index: Path) -> Reader:
    """The reader that comes with the package, exported into `index`."""
    from answer import Reader, export_reader

    export_reader(index)
    return Reader.open(index)


@app.command("compare")
def compare_runs(a: RunFolder, b: RunFolder, as_json: AsJson = False) -> None:
    """Compare two runs of the same gold questions, score by score.

    Every difference has its 95% interval, the p value of a randomisation test (corrected over the strata after Holm),
    and the smallest difference that these questions could have shown.
    """
    from eval import Run, compare
    from ibid.render import stdout
    from ibid.scoretable import show_comparison

    comparison = compare(Run.read(a), Run.read(b))
    if as_json:
        print_json(comparison.to_json())
    else:
        show_comparison(stdout(), comparison)


@app.command("gate")
def gate_run(
    baseline: Annotated[Path, typer.Option("--baseline", metavar="RUN", help="The run to measure up to.")],
    candidate: Annotated[
        Path | None, typer.Argument(metavar="[RUN]", help="The run to judge; made now if not given.")
    ] = None,
    gold: GoldFolder = None,
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    engine: Engine = None,
    encoder: EncoderName = None,
    reader: ReaderName = None,
    model: ModelName = None,
    base_url: BaseUrl = None,
    write: Write = False,
    generator: GeneratorName = None,
    as_json: AsJson = False,
) -> None:
    """Fail where a run is significantly worse than its baseline.

    Exit code 1, and the questions that lost, where a score fell by more than chance explains or a quote does not stand
    where it is said to stand.
    """
    from eval import GOLD, Run, gate, read_gold
    from ibid.render import stdout
    from ibid.running import make_run
    from ibid.scoretable import show_gate

    before = Run.read(baseline)
    if candidate:
        after = Run.read(candidate)
    else:
        questions = read_gold(before.manifest["parts"], gold or GOLD)
        models = ModelOptions.of(model, base_url, write, generator)
        opening = _opening(Places.of(corpus, index, engine), encoder, gold, questions, reader, models)
        after, _ = make_run(opening, questions, None, None)
    verdict = gate(before, after)
    if as_json:
        print_json(asdict(verdict) | {"passes": verdict.passes})
    else:
        show_gate(stdout(), verdict)
    if not verdict.passes:
        raise typer.Exit(1)


@app.command()
def sweep(
    settings: Annotated[
        list[str], typer.Argument(metavar="NAME=V1,V2…", help=f"A parameter and values: {', '.join(_PARAMETERS)}.")
    ],
    part: Part = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Write every run into a folder here.")] = Path(
        "runs/sweep"
    ),
    workers: Workers = None,
    gold: GoldFolder = None,
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    engine: Engine = None,
    encoder: EncoderName = None,
    reader: ReaderName = None,
    model: ModelName = None,
    base_url: BaseUrl = None,
    write: Write = False,
    generator: GeneratorName = None,
    as_json: AsJson = False,
) -> None:
    """Score every combination of the values given, with what each costs.

    On the dev part if no other is named: what is chosen by its score on the test part has no test any more.
    """
    from tempfile import TemporaryDirectory

    from eval import GOLD, read_gold, score, stages
    from ibid.render import stdout
    from ibid.running import make_run
    from ibid.scoretable import show_sweep

    names, combinations = _combinations(settings)
    models = ModelOptions.of(model, base_url, write, generator)
    questions = read_gold(part or ["dev"], gold or GOLD)
    rows: list[tuple[dict[str, Any], Scores, dict[str, float]]] = []
    with TemporaryDirectory(prefix="ibid-sweep-") as scratch:
        for values in combinations:
            parameters = dict(zip(names, values, strict=True))
            places = Places.of(corpus, index, engine)
            if "passage_size" in parameters:
                places = Places(places.corpus, Path(scratch) / str(parameters["passage_size"]))
            folder = out / "-".join(f"{name}={value}" for name, value in parameters.items())
            opening = _opening(places, encoder, gold, questions, reader, models, parameters)
            run, _ = make_run(opening, questions, folder, workers, robust=False)
            scores = score(run)
            _write(folder, "scores.json", scores.to_json())
            rows.append((parameters, scores, stages(run.timings)["total"]))
    if as_json:
        print_json([{"parameters": p, "scores": s.to_json()["strata"]["all"], "total_ms": t} for p, s, t in rows])
    else:
        show_sweep(stdout(), rows)


def _opening(
    places: Places,
    encoder: str | None,
    gold: Path | None,
    questions: Sequence[Question],
    reader: str | None,
    models: ModelOptions,
    parameters: Mapping[str, Any] = MappingProxyType({}),
) -> Opening:
    from eval import GOLD
    from ibid.running import Opening

    others = sorted({question.corpus for question in questions if question.corpus})
    given = {**parameters, "reader": reader} if reader else parameters
    return Opening(places, encoder, gold or GOLD, tuple(others), tuple(given.items()), models)


def _combinations(settings: list[str]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The names of the parameters, and every combination of their values."""
    values: dict[str, list[Any]] = {}
    for setting in settings:
        name, _, given = setting.partition("=")
        kind = _PARAMETERS.get(name)
        if kind is None:
            raise typer.BadParameter(f"{name!r} is no parameter; there are {', '.join(_PARAMETERS)}")
        try:
            values[name] = [kind(value) for value in given.split(",")]
        except ValueError as error:
            raise typer.BadParameter(f"{setting}: {error}; give values as in {name}=1,2") from error
    return list(values), list(product(*values.values()))


@app.command()
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


def _write(folder: Path, name: str, content: Mapping[str, Any]) -> None:
    (folder / name).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
