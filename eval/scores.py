"""Scores of a run, in all and by stratum, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from eval.diagnosis import why
from eval.gold import Question
from eval.intervals import Proportion, averaged, clusters, interval, resamples, wilson
from eval.measures import MEASURES, Measure, Table, table
from eval.measures.confidence import Bin, reliability, risk_coverage
from eval.store import Run

ALL = "all"
_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Score:
    """A score, its 95% interval, and the number of questions it rests on.

    `value` is None where no question has one; `low` and `high` are None where there is no value, or where nothing can
    be told of other questions, as by one cluster of them alone.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Scores:
    """What a run is worth.

    `strata` has, for each stratum in the order of the questions and then `all`, the scores by measure; `values` what
    each question is worth by measure, those without a value left out; `why` why each question failed, `ok` where it did
    not; `risk_coverage` the (coverage, risk) points of that curve; `reliability` the bins of that diagram.
    """

    strata: dict[str, dict[str, Score]]
    values: dict[str, dict[str, float]]
    why: dict[str, str]
    risk_coverage: tuple[tuple[float, float], ...]
    reliability: tuple[Bin, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values that `from_json` reads back; equal runs give equal ones."""
        return {
            "strata": {
                stratum: {name: [s.value, s.low, s.high, s.n] for name, s in scores.items()}
                for stratum, scores in self.strata.items()
            },
            "values": self.values,
            "why": self.why,
            "risk_coverage": [list(point) for point in self.risk_coverage],
            "reliability": [asdict(bin_) for bin_ in self.reliability],
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Scores:
        """The inverse of `to_json`."""
        return cls(
            strata={
                stratum: {name: Score(*row) for name, row in scores.items()}
                for stratum, scores in record["strata"].items()
            },
            values=record["values"],
            why=record["why"],
            risk_coverage=tuple((coverage, risk) for coverage, risk in record["risk_coverage"]),
            reliability=tuple(Bin(**bin_) for bin_ in record["reliability"]),
        )


def score(run: Run) -> Scores:
    """Score `run`, numbers rounded to 4 decimals."""
    known = table(run)
    questions = [outcome.question for outcome in run.outcomes]
    grouped = clusters(questions)
    strata = {name: _scores(taken(known, rows), grouped[rows]) for name, rows in strata_rows(questions).items()}
    names = [measure.name for measure in MEASURES if measure.name in known]
    values = {
        question.id: {name: _rounded(known[name][row]) for name in names if not np.isnan(known[name][row])}
        for row, question in enumerate(questions)
    }
    curve = risk_coverage(known["confidence"], known["correct"]) if questions else ()
    bins = reliability(known["confidence"], known["answerable"]) if questions else ()
    return Scores(
        strata=strata,
        values=values,
        why={outcome.question.id: why(outcome) for outcome in run.outcomes},
        risk_coverage=tuple((_rounded(coverage), _rounded(risk)) for coverage, risk in curve),
        reliability=tuple(Bin(_rounded(b.confidence), _rounded(b.answerable), b.n) for b in bins),
    )


def strata_rows(questions: Sequence[Question]) -> dict[str, npt.NDArray[np.intp]]:
    """The rows of each stratum, in the order of the questions, then those of all."""
    strata = dict.fromkeys(question.stratum for question in questions)
    rows = {s: np.flatnonzero([question.stratum == s for question in questions]) for s in strata}
    return rows | {ALL: np.arange(len(questions))}


def taken(table: Table, rows: npt.NDArray[np.intp]) -> Table:
    """The table of some of its questions."""
    return {name: column[rows] for name, column in table.items()}


def _scores(table: Table, grouped: npt.NDArray[np.intp]) -> dict[str, Score]:
    weights = resamples(grouped)
    return {measure.name: _score(measure, table, grouped, weights) for measure in MEASURES}


def _score(measure: Measure, table: Table, grouped: npt.NDArray[np.intp], weights: npt.NDArray[np.float64]) -> Score:
    there = measure.there(table)
    count = int(there.sum())
    (value,) = measure.statistic(table, np.ones((1, there.size))) if count else (np.nan,)
    if np.isnan(value):
        return Score(None, None, None, count)
    ends = _ends(measure, table, grouped, weights, float(value))
    low, high = map(_rounded, ends) if ends else (None, None)
    return Score(_rounded(value), low, high, count)


def _ends(
    measure: Measure, table: Table, grouped: npt.NDArray[np.intp], weights: npt.NDArray[np.float64], value: float
) -> tuple[float, float] | None:
    """The 95% interval, as `eval.intervals` says; None where nothing can be told of other questions."""
    count = np.unique(grouped[measure.there(table) > 0]).size
    if count < 2:
        return None
    if measure.kind == "mean":
        parts = [part for values in measure.of(table) if (part := Proportion.of(values, grouped))]
        if len(parts) == len(measure.columns):
            return averaged([part.value for part in parts], [(part.low, part.high) for part in parts])
    ends = interval(measure.statistic(table, weights))
    if ends and ends[0] == ends[1]:
        return wilson(min(1.0, max(0.0, value)), count) if measure.is_bounded(table) else None
    return ends


def _rounded(value: float) -> float:
    return round(float(value), _DECIMALS)
