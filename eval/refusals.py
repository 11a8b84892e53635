"""Whether a question was rightly answered or rightly refused.  Each function gives one question's value."""

from __future__ import annotations

import math

from eval.nuggets import matches, said, vital
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


def notices(outcome: Outcome) -> float:
    """1 where the answer carries a notice of each kind that its item demands, else 0; NaN where none is demanded."""
    wanted = set(outcome.question.notices)
    return float(wanted <= {notice.kind for notice in outcome.answer.notices}) if wanted else math.nan


def is_correct(outcome: Outcome) -> bool:
    """Whether what is said, or would be if nothing was refused, holds all that is vital.

    What the sources do not answer is never answered correctly.
    """
    spoken = outcome.compelled or outcome.answer
    return outcome.question.is_answerable and all(n.in_text(said(spoken)) for n in vital(outcome.question))
