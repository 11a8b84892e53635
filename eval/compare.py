"""Is one run better than another, and is it worse anywhere where it must not be?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from eval.diagnosis import why
from eval.errors import RunError
from eval.intervals import NORMAL, Proportion, averaged, clusters, interval, more, resamples, wilson
from eval.manifest import SEED
from eval.measures import BY_NAME, MEASURES, Floats, Measure, Table, table
from eval.scores import ALL, strata_rows, taken
from eval.store import Run

PERMUTATIONS = 9999
ALPHA = 0.01
# The quantiles of the normal distribution for a two-sided 5% and for a power of 80%: 1.96 + 0.84.
_POWER = 2.8
# What may not get significantly worse, one or two for each thing that an answer has to do.
GATE = tuple(measure for measure in MEASURES if measure.guard == "loss")
# What is 1 or else broken.
INVARIANTS = tuple(measure for measure in MEASURES if measure.guard == "break")


@dataclass(frozen=True, slots=True)
class Difference:
    """What run `b` has more than run `a` of a measure, over the `n` questions that either rests on.

    `low`, `high`: the 95% interval of the difference of pairs; `p`: of a randomisation test that both are alike;
    `corrected`: that p after Holm (1979) over the strata, for `all` the same; `detectable`: the least difference that
    so many questions would have shown with 80% power at 5%.  None where there is none.
    """

    a: float | None
    b: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    corrected: float | None
    detectable: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences between two runs: stratum, `all` last, then measure."""

    strata: dict[str, dict[str, Difference]]

    def to_json(self) -> dict[str, Any]:
        """Plain values, by stratum and measure."""
        return {s: {name: asdict(row) for name, row in rows.items()} for s, rows in self.strata.items()}


@dataclass(frozen=True, slots=True)
class Loss:
    """A measure that got significantly worse in a stratum; `p` is one-sided, and corrected over strata."""

    measure: str
    stratum: str
    difference: Difference
    p: float


@dataclass(frozen=True, slots=True)
class LostQuestion:
    """A question that got worse: by measure, its value before and after, and why it fails now."""

    id: str
    lost: dict[str, tuple[float, float]]
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a candidate may take the place of its baseline: nothing lost, no invariant broken."""

    losses: tuple[Loss, ...]
    broken: tuple[str, ...]
    questions: tuple[LostQuestion, ...]

    @property
    def passes(self) -> bool:
        """Whether it may."""
        return not self.losses and not self.broken


def compare(a: Run, b: Run, chosen: Sequence[Measure] = MEASURES) -> Comparison:
    """What `b` has more than `a`, by stratum and measure.  Raises RunError where they were not asked the same.

    An interval rests on those of the two scores where these are Wilson's, and else on a bootstrap, which draws the
    same clusters from both (see `eval.intervals`); where no question differs, it tells how many of others might (Tango
    1998).
    The randomisation test (Fisher 1935; Smucker et al. 2007) exchanges the two runs cluster by cluster, PERMUTATIONS
    times: p is the part, they themselves counted in, in which they then differ by no less.  The least detectable
    difference is 2.8 standard errors of the difference (Card et al. 2020 on why it is told).
    """
    return _compare(a, b, table(a), table(b), chosen)


def gate(baseline: Run, candidate: Run) -> Verdict:
    """Whether `candidate` is nowhere significantly worse than `baseline`, and no invariant is broken.

    Each measure of GATE is tested, by the randomisation test of `compare` against the side that is a loss, over all
    questions and, with Holm, over its strata, at 1%: a change that only shuffles answers is stopped by each of these
    two tests about once in a hundred times at most.  The questions that are named are those that are worse in a measure
    and stratum that lost.  Raises RunError where the two were not asked the same.
    """
    before, after = table(baseline), table(candidate)
    losses = _losses(_compare(baseline, candidate, before, after, GATE))
    broken = [measure for measure in INVARIANTS if any(np.any(values < 1) for values in measure.of(after))]
    rows = strata_rows([o.question for o in candidate.outcomes])
    lost: dict[int, dict[str, tuple[float, float]]] = {}
    watched = [(BY_NAME[loss.measure], loss.stratum) for loss in losses]
    watched += [(measure, ALL) for measure in broken]
    for name, measure, stratum in [(column.name, m, stratum) for m, stratum in watched for column in m.columns]:
        for row in rows[stratum].tolist():
            pair = (float(before[name][row]), float(after[name][row]))
            if measure.is_worse(*pair) or (measure in broken and pair[1] < 1):
                lost.setdefault(row, {})[name] = pair
    outcomes = candidate.outcomes
    questions = [LostQuestion(outcomes[row].question.id, lost[row], why(outcomes[row])) for row in sorted(lost)]
    return Verdict(losses, tuple(measure.name for measure in broken), tuple(questions))


def holm(ps: Sequence[float]) -> list[float]:
    """The m p-values, in their order, corrected for being m: the i-th least times m - i + 1, none below one before it.

    Holm 1979.
    """
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    corrected = list(ps)
    least = 0.0
    for place, i in enumerate(order):
        least = max(least, min(1.0, ps[i] * (len(ps) - place)))
        corrected[i] = least
    return corrected


def _losses(compared: Comparison) -> tuple[Loss, ...]:
    """Those that are significantly worse; `all` is one test of a measure, and its strata are a family of their own."""
    found: list[Loss] = []
    for measure in GATE:
        for strata in ([ALL], [stratum for stratum in compared.strata if stratum != ALL]):
            rows = {stratum: compared.strata[stratum][measure.name] for stratum in strata}
            ps = {stratum: p for stratum, row in rows.items() if (p := _worse(row, measure)) is not None}
            corrected = dict(zip(ps, holm(list(ps.values())), strict=True))
            found += [Loss(measure.name, s, rows[s], p) for s, p in corrected.items() if p < ALPHA]
    return tuple(found)


def _worse(row: Difference, measure: Measure) -> float | None:
    """The p-value against the one side that is a loss: exchanged runs differ as often one way as the other."""
    if row.p is None or row.a is None or row.b is None:
        return None
    return row.p / 2 if measure.is_worse(row.a, row.b) else 1 - row.p / 2


def _compare(a: Run, b: Run, before: Table, after: Table, chosen: Sequence[Measure]) -> Comparison:
    questions = [outcome.question for outcome in a.outcomes]
    if questions != [outcome.question for outcome in b.outcomes]:
        raise RunError("the two runs were not asked the same questions; ask them again with one gold set: ibid eval")
    grouped = clusters(questions)
    rows = {
        stratum: _differences(taken(before, places), taken(after, places), grouped[places], chosen)
        for stratum, places in strata_rows(questions).items()
    }
    for measure in chosen:
        tested = [s for s in rows if s != ALL and rows[s][measure.name].p is not None]
        for s, p in zip(tested, holm([rows[s][measure.name].p or 0.0 for s in tested]), strict=True):
            rows[s][measure.name] = replace(rows[s][measure.name], corrected=p)
    return Comparison(rows)


def _differences(a: Table, b: Table, grouped: npt.NDArray[np.intp], chosen: Sequence[Measure]) -> dict[str, Difference]:
    weights, exchanged = resamples(grouped), _exchanges(grouped)
    both = {name: np.concatenate([a[name], b[name]]) for name in a}
    return {measure.name: _difference(measure, (a, b, both), grouped, weights, exchanged) for measure in chosen}


def _exchanges(grouped: npt.NDArray[np.intp]) -> Floats:
    """Which questions change sides in each permutation, 1 or 0, whole clusters together: (P, n)."""
    names, place = np.unique(grouped, return_inverse=True)
    swapped = np.random.default_rng(SEED).integers(0, 2, (PERMUTATIONS, names.size), dtype=np.int8)
    return swapped[:, place].astype(float)


def _difference(
    measure: Measure,
    tables: tuple[Table, Table, Table],
    grouped: npt.NDArray[np.intp],
    weights: Floats,
    exchanged: Floats,
) -> Difference:
    a, b, both = tables
    there = measure.there(a).astype(bool) | measure.there(b).astype(bool)
    ones = np.ones((1, there.size))
    value_a, value_b = (float(measure.statistic(t, ones)[0]) if there.any() else np.nan for t in (a, b))
    n = int(there.sum())
    more = value_b - value_a
    if np.isnan(more):
        return Difference(_known(value_a), _known(value_b), None, None, None, None, None, None, n)
    if all(np.array_equal(one, other, equal_nan=True) for one, other in zip(measure.of(a), measure.of(b), strict=True)):
        _, reach = wilson(0, np.unique(grouped[there]).size)
        ends = (-reach, reach, _detectable(-reach, reach)) if measure.is_bounded(a) else (None, None, None)
        return Difference(value_a, value_b, 0.0, ends[0], ends[1], 1.0, 1.0, ends[2], n)
    low, high, detectable = _ends(measure, a, b, grouped, weights)
    left, right = np.hstack([1 - exchanged, exchanged]), np.hstack([exchanged, 1 - exchanged])
    others = measure.statistic(both, right) - measure.statistic(both, left)
    others = others[~np.isnan(others)]
    p = (1 + int((np.abs(others) >= abs(more) - 1e-9).sum())) / (1 + others.size)
    return Difference(value_a, value_b, more, low, high, p, p, detectable, n)


def _ends(
    measure: Measure, a: Table, b: Table, grouped: npt.NDArray[np.intp], weights: Floats
) -> tuple[float | None, float | None, float | None]:
    """The 95% interval of the difference, and the least that is detectable."""
    if measure.kind == "mean":
        values = zip(measure.of(a), measure.of(b), strict=True)
        pairs = [(Proportion.of(one, grouped), Proportion.of(other, grouped)) for one, other in values]
        parts = [(one, other) for one, other in pairs if one and other]
        if len(parts) == len(pairs):
            gains = [other.value - one.value for one, other in parts]
            low, high = averaged(gains, [more(one, other) for one, other in parts])
            return low, high, _detectable(low, high)
    drawn = measure.statistic(b, weights) - measure.statistic(a, weights)
    ends = interval(drawn)
    if ends is None or ends[0] == ends[1]:
        return None, None, None
    return *ends, _POWER * float(np.nanstd(drawn, ddof=1))


def _detectable(low: float, high: float) -> float:
    """The least detectable difference, where the 95% interval is as wide as 2 * 1.96 standard errors."""
    return _POWER * (high - low) / (2 * NORMAL)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
