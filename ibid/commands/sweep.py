"""`ibid eval sweep`: every combination of some values, scored."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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

if TYPE_CHECKING:
    from eval import Scores

# What can be swept, and what its values are.
_PARAMETERS = {
    "passages": int,
    "threshold": float,
    "longest": int,
    "passage_size": int,
}


@grouped
def sweep(
    settings: Annotated[
        list[str], typer.Argument(metavar="NAME=V1,V2…", help=f"A parameter and values: {', '.join(_PARAMETERS)}.")
    ],
    part: GoldParts = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Write every run into a folder here.")] = Path(
        "runs/sweep"
    ),
    workers: RunWorkers = None,
    gold: GoldFolder = None,
    *,
    place: PlaceFlags,
    encoder: EncoderName = None,
    reader: ReaderName = None,
    model: ModelFlags,
    as_json: AsJson = False,
) -> None:
    """Score every combination of the values given, with what each costs.

    On the dev part if no other is named: what is chosen by its score on the test part has no test any more.
    """
    from tempfile import TemporaryDirectory

    from eval import GOLD, read_gold, score, stages
    from ibid.output import print_json
    from ibid.places import Places
    from ibid.render import stdout
    from ibid.running import Opening, make_run, write_beside
    from ibid.scoretable import show_sweep

    names, combinations = _combinations(settings)
    models = model.options()
    questions = read_gold(part or ["dev"], gold or GOLD)
    rows: list[tuple[dict[str, Any], Scores, dict[str, float]]] = []
    with TemporaryDirectory(prefix="ibid-sweep-") as scratch:
        for values in combinations:
            parameters = dict(zip(names, values, strict=True))
            places = place.places()
            if "passage_size" in parameters:
                places = Places(places.corpus, Path(scratch) / str(parameters["passage_size"]))
            folder = out / "-".join(f"{name}={value}" for name, value in parameters.items())
            opening = Opening.of(places, encoder, reader, models, gold, questions, parameters)
            run, _ = make_run(opening, questions, folder, workers, robust=False)
            scores = score(run)
            write_beside(folder, "scores.json", scores.to_json())
            rows.append((parameters, scores, stages(run.timings)["total"]))
    if as_json:
        print_json([{"parameters": p, "scores": s.to_json()["strata"]["all"], "total_ms": t} for p, s, t in rows])
    else:
        show_sweep(stdout(), rows)


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
