"""The public sets, one name each: ibid's figures on their held-out parts beside those of simple methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from answer import Reader
from eval.errors import DatasetError
from eval.public.asked import asked_reading, asked_search
from eval.public.beir import Progress, evaluate_beir
from eval.public.figures import Row, SetResult, table
from eval.public.missing import cancergov_missing
from eval.public.reading import covid_qa, scifact_reading, squad2
from eval.public.search import bioasq_search, cancergov_search, scifact_search
from eval.public.talk import canard
from ingest import Encoder

__all__ = ["SETS", "Row", "SetResult", "evaluate_beir", "evaluate_set", "table"]

Evaluation = Callable[[Path, Path, Encoder, Reader | None, Progress | None], list[Row]]

_EVALUATIONS: Mapping[str, tuple[str, tuple[Evaluation, ...]]] = {
    "scifact": ("scifact", (scifact_search, scifact_reading)),
    "cancergov": ("medquad_cancergov", (cancergov_search, cancergov_missing)),
    "squad2": ("squad2", (squad2,)),
    "canard": ("canard", (canard,)),
    "bioasq": ("bioasq_snippets", (bioasq_search,)),
    "covid_qa": ("covid_qa", (covid_qa,)),
    "asked": ("asked", (asked_search, asked_reading)),
}
SETS: tuple[str, ...] = tuple(_EVALUATIONS)


def evaluate_set(
    name: str, data: Path, work: Path, encoder: Encoder, reader: Reader | None = None, progress: Progress | None = None
) -> SetResult:
    """The figures of the set called `name`, one of SETS, read from the folder `data`.

    Indexes are kept in the folder `work` and used again; without a `reader` what is found is weighed alone.  `progress`
    is called with (done, total), anew for each part of the work.  Raises DatasetError where the set is not there or not
    as it should be.
    """
    if name not in _EVALUATIONS:
        raise DatasetError(f"no public set is called {name!r}; there are: {', '.join(SETS)}")
    folder, evaluations = _EVALUATIONS[name]
    if not (data / folder).is_dir():
        raise DatasetError(f"no public set at {data / folder}; name the folder that holds {folder} with --data DIR")
    rows = [row for evaluate in evaluations for row in evaluate(data, work, encoder, reader, progress)]
    return SetResult(name, encoder.fingerprint, tuple(rows))
