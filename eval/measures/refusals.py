"""Whether a question was rightly answered or rightly refused.

Each function of an outcome gives one question's value; NaN: it has none.
"""

from __future__ import annotations

import math

from eval.measures.measure import Column, Floats, Group, Measure, mean, mean_of, per_question
from eval.measures.nuggets import matches
from eval.run import Outcome


def right_answers(outcome: Outcome) -> float:
    """1 where an answerable question was answered, 0 where it was refused."""
    return float(outcome.answer.is_answered) if outcome.question.is_answerable else math.nan


def right_refusals(outcome: Outcome) -> float:
    """1 where a question that the sources do not answer was refused, 0 where it was answered (SQuAD 2.0's NoAns)."""
    return math.nan if outcome.question.is_answerable else float(not outcome.answer.is_answered)


def over_refusals(outcome: Outcome) -> float:
    """1 - right_answers."""
    return 1 - right_answers(outcome)


def false_answers(outcome: Outcome) -> float:
    """1 - right_refusals."""
    return 1 - right_refusals(outcome)


def refusal_names(outcome: Outcome) -> float:
    """1 where the text of a right refusal names all that it has to, else 0; NaN for any other question."""
    names = outcome.question.names
    if outcome.question.is_answerable or outcome.answer.is_answered or not names:
        return math.nan
    return float(all(matches(pattern, outcome.answer.text) for pattern in names))


def balanced(answers: Floats, refusals: Floats, weights: Floats) -> Floats:
    """Balanced accuracy (Brodersen et al. 2010): the mean of right answers and right refusals.

    0.5 for always answering and for always refusing.
    """
    either: Floats = (mean(answers, weights) + mean(refusals, weights)) / 2
    return either


_ANSWERS = Column("right_answers", per_question(right_answers))
_REFUSALS = Column("right_refusals", per_question(right_refusals))

MEASURES = (
    mean_of(
        _ANSWERS,
        Group.REFUSING,
        "Rightly answered",
        "Questions that the sources answer and that were answered, not refused.",
    ),
    mean_of(
        _REFUSALS,
        Group.REFUSING,
        "Rightly refused",
        "Questions that the sources do not answer and that were refused.",
    ),
    Measure(
        "balanced",
        Group.REFUSING,
        "Balanced",
        "The mean of these two: half for one who always answers, or always refuses.",
        (_ANSWERS, _REFUSALS),
        balanced,
        guard="loss",
    ),
    mean_of(
        Column("false_answers", per_question(false_answers)),
        Group.REFUSING,
        "Falsely answered",
        "Questions that the sources do not answer and that were. Less is better.",
        "lower",
        guard="loss",
    ),
    mean_of(
        Column("over_refusals", per_question(over_refusals)),
        Group.REFUSING,
        "Wrongly refused",
        "Questions that the sources answer and that were refused. Less is better.",
        "lower",
    ),
    mean_of(
        Column("refusal_names", per_question(refusal_names)),
        Group.REFUSING,
        "Names what is missing",
        "Right refusals that name what they have to.",
    ),
)
