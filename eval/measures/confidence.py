"""What confidence is worth: statistics of a whole set of questions, under many weights at once.

But for `is_correct`, each function takes arrays of shape (n,), a question a place, and `weights` of shape (B, n), whole
numbers that say how often each question is counted, and gives shape (B,), NaN where nothing is counted.  Questions of
equal confidence cannot be told apart by it: they are one step, so that no score depends on their order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from eval.measures.measure import SCORE, Column, Floats, Group, Measure, per_question, ratio
from eval.measures.nuggets import said, vital
from eval.run import Outcome

BINS = 10


def aurc(confidence: Floats, correct: Floats, weights: Floats) -> Floats:
    """The area under the risk-coverage curve, (1/n) sum over k of the error rate among the k most confident.

    Geifman and El-Yaniv 2017; 0 is best, and answering at random has the error rate.  Of questions of equal confidence
    the mean over their orders is taken.
    """
    counts, errors = _steps(confidence, correct, weights)
    return _area(counts, errors)


def excess_aurc(confidence: Floats, correct: Floats, weights: Floats) -> Floats:
    """AURC less that of an oracle whose confidence puts all that is correct first (E-AURC; Geifman et al. 2019)."""
    right, wrong = weights @ correct, weights @ (1 - correct)
    oracle = _area(np.stack([right, wrong], 1), np.stack([np.zeros_like(wrong), wrong], 1))
    return aurc(confidence, correct, weights) - oracle


def coverage_at(accuracy: float, confidence: Floats, correct: Floats, weights: Floats) -> Floats:
    """The greatest part of the questions that can be answered, the most confident first, at no less than `accuracy`.

    The inverse of selective risk at a target (Geifman and El-Yaniv 2017); 0 where no threshold reaches it.
    """
    counts, errors = _steps(confidence, correct, weights)
    answered = counts.cumsum(1)
    # A millionth of a question, for sums that are not quite whole.
    enough = errors.cumsum(1) <= (1 - accuracy) * answered + 1e-6
    return ratio((answered * enough).max(1, initial=0), answered[:, -1])


def brier(confidence: Floats, answerable: Floats, weights: Floats) -> Floats:
    """Mean of (confidence - answerable)² (Brier 1950); 0 is best, 0.25 is what always 0.5 has."""
    return ratio(weights @ (confidence - answerable) ** 2, weights.sum(1))


def ece(confidence: Floats, answerable: Floats, weights: Floats, bins: int = BINS) -> Floats:
    """Expected calibration error: sum over bins of (n_b / n) |mean confidence - part answerable|.

    Naeini et al. 2015, in bins of equal mass (Nixon et al. 2019).  A question belongs to the bin of the middle of its
    weight; of equal confidences each takes the part answerable among them.
    """
    mass, sure, true = _binned(confidence, answerable, weights, bins)
    return ratio(np.abs(sure - true).sum(1), mass.sum(1))


@dataclass(frozen=True, slots=True)
class Bin:
    """A bin of the reliability diagram: mean confidence, part answerable, and number of questions."""

    confidence: float
    answerable: float
    n: int


def reliability(confidence: Floats, answerable: Floats, bins: int = BINS) -> tuple[Bin, ...]:
    """The bins of `ece`, from the least confident to the most; those that are empty are left out."""
    mass, sure, true = (row[0] for row in _binned(confidence, answerable, np.ones((1, confidence.size)), bins))
    return tuple(
        Bin(s / m, t / m, int(m)) for m, s, t in zip(mass.tolist(), sure.tolist(), true.tolist(), strict=True) if m
    )


def risk_coverage(confidence: Floats, correct: Floats) -> tuple[tuple[float, float], ...]:
    """The (coverage, risk) points of the curve, a threshold each, from the most confident on."""
    counts, errors = (row[0].cumsum() for row in _steps(confidence, correct, np.ones((1, confidence.size))))
    return tuple(zip((counts / confidence.size).tolist(), (errors / counts).tolist(), strict=True))


def _steps(confidence: Floats, correct: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """How many questions each distinct confidence has, and how many errors, from the most confident on: (B, steps)."""
    order = np.argsort(-confidence, kind="stable")
    starts = _starts(confidence[order])
    counts = np.add.reduceat(weights[:, order], starts, axis=1)
    return counts, np.add.reduceat(weights[:, order] * (1 - correct[order]), starts, axis=1)


def _starts(ordered: Floats) -> npt.NDArray[np.intp]:
    return np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])


def _area(counts: Floats, errors: Floats) -> Floats:
    """Mean over k of the expected error rate among the first k, where the errors of a step are spread evenly over it.

    In a step of w questions with a part e of errors, after W questions with E errors, the sum of (E + je) / (W + j)
    over j = 1..w is we + (E - eW)(H(W + w) - H(W)), H being the harmonic numbers.
    """
    after, wrong = counts.cumsum(1), errors.cumsum(1)
    before = after - counts
    part = ratio(errors, counts, 0.0)
    total = int(after.max(initial=0))
    harmonic = np.r_[0.0, (1 / np.arange(1, total + 1)).cumsum()]
    steps = harmonic[after.astype(int)] - harmonic[before.astype(int)]
    return ratio((errors + (wrong - errors - part * before) * steps).sum(1), after[:, -1])


def _binned(confidence: Floats, answerable: Floats, weights: Floats, bins: int) -> tuple[Floats, Floats, Floats]:
    """By bin, the sums of the weights, of the confidences, and of what is answerable: (B, bins)."""
    order = np.argsort(confidence, kind="stable")
    counted, sure, true = weights[:, order], confidence[order], answerable[order]
    starts = _starts(sure)
    sizes = np.diff(np.r_[starts, sure.size])
    rates = ratio(np.add.reduceat(counted * true, starts, axis=1), np.add.reduceat(counted, starts, axis=1), 0.0)
    # None weighs anything: every bin is empty, whichever it is.
    total = np.maximum(counted.sum(1, keepdims=True), 1)
    middle = (counted.cumsum(1) - counted / 2) / total
    cell = np.minimum((middle * bins).astype(int), bins - 1) + bins * np.arange(len(weights))[:, None]
    shape, cells = (len(weights), bins), len(weights) * bins
    mass, summed, found = (
        np.asarray(np.bincount(cell.ravel(), values.ravel(), cells), dtype=float).reshape(shape)
        for values in (counted, counted * sure, counted * np.repeat(rates, sizes, axis=1))
    )
    return mass, summed, found


def is_correct(outcome: Outcome) -> bool:
    """Whether what is said, or would be if nothing was refused, holds all that is vital.

    What the sources do not answer is never answered correctly.
    """
    spoken = outcome.compelled or outcome.answer
    return outcome.question.is_answerable and all(n.in_text(said(spoken)) for n in vital(outcome.question))


_CONFIDENCE = Column("confidence", per_question(lambda outcome: outcome.answer.confidence))
_CORRECT = Column("correct", per_question(lambda outcome: float(is_correct(outcome))))
_ANSWERABLE = Column("answerable", per_question(lambda outcome: float(outcome.question.is_answerable)))


def _coverage(percent: int) -> Measure:
    return Measure(
        f"coverage@{percent}",
        Group.CONFIDENCE,
        f"Coverage at {percent}%",
        f"The most that could be answered, the surest first, with {percent}% of it right.",
        (_CONFIDENCE, _CORRECT),
        partial(coverage_at, percent / 100),
        kind="area",
        parameters={"percent": percent},
    )


MEASURES = (
    Measure(
        "AURC",
        Group.CONFIDENCE,
        "Area under risk",
        "Area under the risk-coverage curve. Less is better.",
        (_CONFIDENCE, _CORRECT),
        aurc,
        "lower",
        SCORE,
        "area",
    ),
    Measure(
        "E-AURC",
        Group.CONFIDENCE,
        "Area over the oracle's",
        "The same less that of the best order possible.",
        (_CONFIDENCE, _CORRECT),
        excess_aurc,
        "lower",
        SCORE,
        "area",
    ),
    _coverage(90),
    _coverage(95),
    Measure(
        "Brier",
        Group.CONFIDENCE,
        "Brier score",
        "Mean squared distance of confidence from the truth. Less is better.",
        (_CONFIDENCE, _ANSWERABLE),
        brier,
        "lower",
        SCORE,
        "area",
    ),
    Measure(
        "ECE",
        Group.CONFIDENCE,
        "Calibration error",
        "How far confidence is from what is true of its bin. Less is better.",
        (_CONFIDENCE, _ANSWERABLE),
        ece,
        "lower",
        SCORE,
        "area",
        {"bins": BINS},
    ),
)
