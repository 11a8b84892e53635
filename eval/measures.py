"""The measures of a run.  The name of one, as it is printed, is its identity.

A measure is a statistic of a table, a column a thing that is known of each question, under weights that say how often
each question is counted.  So one function gives the estimate (every weight 1), its bootstrap (weights drawn), and its
permutations (weights of the two runs exchanged); and scores of a set, as an area or a ratio, are no special case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from eval import confidence, consistency, nuggets, refusals, retrieval, support
from eval.confidence import Floats, ratio
from eval.run import Outcome, Told
from eval.store import Run

# Columns of shape (n,), a question a place; NaN where a question has no value.
Table = Mapping[str, Floats]
Statistic = Callable[[Table, Floats], Floats]


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured: its name, which direction is better, its statistic, and the columns that this reads.

    `statistic(table, weights)` of weights (B, n) is (B,), NaN where no question counted has a value.  `kind` is what it
    is: the mean of the means of its columns, which rest on other questions each; another number in [0, 1], as an area;
    or a ratio, which may be any.
    """

    name: str
    better: Literal["higher", "lower"] | None
    columns: tuple[str, ...]
    statistic: Statistic
    kind: Literal["mean", "area", "ratio"] = "mean"

    def there(self, table: Table) -> Floats:
        """Which questions the measure rests on, 1 or 0: those with a value in any of its columns.  Shape (n,)."""
        known = np.stack([~np.isnan(table[name]) for name in self.columns])
        return known.any(axis=0).astype(float)

    def is_bounded(self, table: Table) -> bool:
        """Whether it cannot but lie in [0, 1]."""
        values = np.concatenate([table[name][~np.isnan(table[name])] for name in self.columns])
        return self.kind != "ratio" and bool(((values >= 0) & (values <= 1)).all())


def mean(table: Table, weights: Floats, column: str) -> Floats:
    """The weighted mean of the values of a column."""
    values = table[column]
    there = ~np.isnan(values)
    counted = weights[:, there]
    total: Floats = counted.sum(1)
    return ratio(counted @ values[there], total)


def balanced(table: Table, weights: Floats) -> Floats:
    """Balanced accuracy (Brodersen et al. 2010): the mean of right answers and right refusals.

    0.5 for always answering and for always refusing.
    """
    either: Floats = (mean(table, weights, "right_answers") + mean(table, weights, "right_refusals")) / 2
    return either


def gained(table: Table, weights: Floats, prefix: str) -> Floats:
    """(automatic - raw) / (manual - raw): what part of a follow-up's loss without its conversation was made good.

    The three forms are those of CAsT (Dalton et al. 2020): as it was resolved, in its bare words, and rewritten by a
    person.  1: as good as that person; 0: no better than nothing.  There is no value where the person gains nothing.
    """
    auto, raw, manual = (mean(table, weights, f"{prefix}_{form}") for form in ("auto", "raw", "manual"))
    # What is left of a sum that should be 0 is no gain.
    gain = np.round(manual - raw, 9)
    return ratio((auto - raw) * np.sign(gain), np.abs(gain))


def _of_confidence(
    table: Table, weights: Floats, function: Callable[[Floats, Floats, Floats], Floats], truth: str
) -> Floats:
    return function(table["confidence"], table[truth], weights)


def _mean(name: str, better: Literal["higher", "lower"] | None = "higher") -> Measure:
    return Measure(name, better, (name,), partial(mean, column=name))


def _gained(name: str, prefix: str) -> Measure:
    columns = tuple(f"{prefix}_{form}" for form in ("auto", "raw", "manual"))
    return Measure(name, "higher", columns, partial(gained, prefix=prefix), "ratio")


def _confidence(
    name: str, better: Literal["higher", "lower"], function: Callable[[Floats, Floats, Floats], Floats], truth: str
) -> Measure:
    statistic = partial(_of_confidence, function=function, truth=truth)
    return Measure(name, better, ("confidence", truth), statistic, "area")


_VARIANTS = ("typo", "case", "order", "paraphrase")
_BY_OUTCOME: dict[str, Callable[[Outcome], float]] = {
    "vital_recall": nuggets.vital_recall,
    "nugget_recall": nuggets.nugget_recall,
    "critical_exact": nuggets.critical_exact,
    "contradiction": nuggets.contradiction,
    "token_F1": nuggets.token_f1,
    "exact_match": nuggets.exact_match,
    "length": nuggets.length,
    "redundancy": nuggets.redundancy,
    "right_answers": refusals.right_answers,
    "right_refusals": refusals.right_refusals,
    "false_answers": refusals.false_answers,
    "over_refusals": refusals.over_refusals,
    "refusal_names": refusals.refusal_names,
    "notices": refusals.notices,
    "same_as_standalone": consistency.same_as_standalone,
    "leak": consistency.leak,
    "leak_after_switch": consistency.leak_after_switch,
    "identical": consistency.identical,
    **{f"same_{kind}": partial(consistency.same, kind=kind) for kind in _VARIANTS},
}
_BY_DOCUMENTS: dict[str, Callable[[Outcome, support.Documents], float]] = {
    "verbatim": support.verbatim,
    "citation_recall": support.citation_recall,
    "citation_precision": support.citation_precision,
    "right_document": support.right_document,
    "reference_resolved": support.reference_resolved,
}

MEASURES: tuple[Measure, ...] = (
    *map(_mean, retrieval.RANKED),
    _mean("span_R@5"),
    _mean("span_R@10"),
    _mean("vital_recall"),
    _mean("nugget_recall"),
    _mean("critical_exact"),
    _mean("contradiction", "lower"),
    _mean("token_F1"),
    _mean("exact_match"),
    _mean("length", None),
    _mean("redundancy", "lower"),
    _mean("verbatim"),
    _mean("citation_recall"),
    _mean("citation_precision"),
    _mean("right_document"),
    _mean("reference_resolved"),
    _mean("notices"),
    _mean("right_answers"),
    _mean("right_refusals"),
    Measure("balanced", "higher", ("right_answers", "right_refusals"), balanced),
    _mean("false_answers", "lower"),
    _mean("over_refusals", "lower"),
    _mean("refusal_names"),
    _confidence("AURC", "lower", confidence.aurc, "correct"),
    _confidence("E-AURC", "lower", confidence.excess_aurc, "correct"),
    _confidence("coverage@90", "higher", partial(confidence.coverage_at, 0.90), "correct"),
    _confidence("coverage@95", "higher", partial(confidence.coverage_at, 0.95), "correct"),
    _confidence("Brier", "lower", confidence.brier, "answerable"),
    _confidence("ECE", "lower", confidence.ece, "answerable"),
    _mean("vital_recall_auto"),
    _mean("vital_recall_raw", None),
    _mean("vital_recall_manual", None),
    _gained("follow_up", "vital_recall"),
    _gained("follow_up_nDCG@10", "nDCG@10"),
    _mean("same_as_standalone"),
    _mean("leak", "lower"),
    _mean("leak_after_switch", "lower"),
    *(_mean(f"same_{kind}") for kind in _VARIANTS),
    _mean("identical"),
)


def table(run: Run) -> Table:
    """What is known of each question of `run`, in order."""
    outcomes = run.outcomes
    found: dict[str, list[float]] = dict(retrieval.columns(outcomes, run.manifest["passage_size"]))
    found |= {name: [value(o) for o in outcomes] for name, value in _BY_OUTCOME.items()}
    found |= {name: [value(o, run.documents) for o in outcomes] for name, value in _BY_DOCUMENTS.items()}
    found["confidence"] = [o.answer.confidence for o in outcomes]
    found["correct"] = [float(refusals.is_correct(o)) for o in outcomes]
    found["answerable"] = [float(o.question.is_answerable) for o in outcomes]
    forms: dict[str, list[Told | None]] = {
        "auto": [o.told for o in outcomes],
        "raw": [o.raw for o in outcomes],
        "manual": [o.manual for o in outcomes],
    }
    for form, told in forms.items():
        recalls = [consistency.follow_up_recall(o, t) for o, t in zip(outcomes, told, strict=True)]
        asked = [(o, t.hits if t and o.manual else ()) for o, t in zip(outcomes, told, strict=True)]
        gains = retrieval.ranked(asked, retrieval.RANKED[:1])[retrieval.RANKED[0]]
        found[f"vital_recall_{form}"] = recalls
        found[f"nDCG@10_{form}"] = [g if o.manual else np.nan for g, o in zip(gains, outcomes, strict=True)]
    return {name: np.array(values, dtype=float) for name, values in found.items()}
