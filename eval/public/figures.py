"""Figures of the public sets: a value with its interval, beside what simple methods reach."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from eval.manifest import SEED

RESAMPLES = 2000
Floats = npt.NDArray[np.float64]
Statistic = Callable[[Floats], float]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what `system` reaches in `test`, as `measure` over `n` cases, with its 95% interval.

    `baseline` is what the data's own notes give for the method `baseline_name`, `goal` what is to be reached; None
    where there is none.
    """

    test: str
    system: str
    measure: str
    n: int
    value: float
    low: float
    high: float
    baseline: float | None = None
    baseline_name: str | None = None
    goal: float | None = None


@dataclass(frozen=True, slots=True)
class SetResult:
    """The figures of one set, and the fingerprint of the encoder that they were made with."""

    name: str
    encoder: str
    rows: tuple[Row, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values, rounded to four places."""
        rows = [{k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(row).items()} for row in self.rows]
        return {"name": self.name, "encoder": self.encoder, "rows": rows}


@dataclass(frozen=True, slots=True)
class Aside:
    """What a figure stands beside."""

    baseline: float | None = None
    name: str | None = None
    goal: float | None = None


ALONE = Aside()


def mean_row(
    test: str,
    system: str,
    measure: str,
    values: Sequence[float],
    clusters: Sequence[Hashable] | None = None,
    aside: Aside = ALONE,
) -> Row:
    """The mean of `values`, one a case; cases of one cluster (None: each its own) are drawn together."""
    cases = np.asarray(values, dtype=np.float64)
    return _row(test, system, measure, lambda w: float(w @ cases / w.sum()), len(cases), clusters, aside)


def auroc_row(
    test: str,
    system: str,
    scores: Sequence[float],
    labels: Sequence[bool],
    clusters: Sequence[Hashable] | None = None,
    aside: Aside = ALONE,
) -> Row:
    """The area under the ROC curve of `scores`, which should be higher where `labels` are true."""
    given, positive = np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=bool)
    return _row(test, system, "AUROC", lambda w: auroc(given, positive, w), len(given), clusters, aside)


def auroc(scores: Floats, labels: npt.NDArray[np.bool_], weights: Floats | None = None) -> float:
    """The chance that a true case scores higher than a false one, ties counting half; NaN where either is missing.

    AUROC = (1 / PN) * sum over true i, false j of [s_i > s_j] + 1/2 [s_i = s_j] (Hanley and McNeil 1982, "The Meaning
    and Use of the Area under a Receiver Operating Characteristic (ROC) Curve"); each case counts `weights` times.
    """
    weights = np.ones(len(scores)) if weights is None else weights
    levels, place = np.unique(scores, return_inverse=True)
    true = np.bincount(place, weights * labels, len(levels))
    false = np.bincount(place, weights * ~labels, len(levels))
    pairs = true.sum() * false.sum()
    below = np.cumsum(false) - false
    return float(true @ (below + false / 2) / pairs) if pairs else float("nan")


def interval(statistic: Statistic, n: int, clusters: Sequence[Hashable] | None = None) -> tuple[float, float]:
    """The 95% percentile bootstrap interval (Efron 1979) of a statistic of how often each of `n` cases is drawn.

    Whole clusters are drawn, as many as there are, with replacement; the draws are the same in every run.
    """
    generator = np.random.default_rng(SEED)
    numbers = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters or range(n)))}
    of = np.array([numbers[cluster] for cluster in clusters or range(n)])
    count = len(numbers)
    drawn = (generator.integers(0, count, count) for _ in range(RESAMPLES))
    found = [statistic(np.bincount(draw, minlength=count).astype(np.float64)[of]) for draw in drawn]
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return float(low), float(high)


def _row(
    test: str,
    system: str,
    measure: str,
    statistic: Statistic,
    n: int,
    clusters: Sequence[Hashable] | None,
    aside: Aside,
) -> Row:
    low, high = interval(statistic, n, clusters)
    value = statistic(np.ones(n))
    return Row(test, system, measure, n, value, low, high, aside.baseline, aside.name, aside.goal)


def table(results: Sequence[SetResult]) -> str:
    """The figures as a Markdown table, which a terminal shows as well."""
    head = ("set", "test", "system", "measure", "n", "value [95%]", "published", "goal")
    lines = [head, ("---",) * len(head)]
    for result in results:
        for row in result.rows:
            published = f"{_short(row.baseline)} ({row.baseline_name})" if row.baseline is not None else ""
            goal = f"≥ {_short(row.goal)}" if row.goal is not None else ""
            value = f"{_short(row.value)} [{_short(row.low)}, {_short(row.high)}]"
            lines.append((result.name, row.test, row.system, row.measure, f"{row.n:,}", value, published, goal))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}".removeprefix("0")
