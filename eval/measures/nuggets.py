"""What an answer says, against what it should say.  Each function gives one question's value; NaN: it has none.

A refused question that the sources do answer is worth 0, and is never left out.
"""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from collections.abc import Sequence
from statistics import fmean

from answer import Answer
from eval.gold import Nugget, Question
from eval.measures.measure import NUMBER, SCORE, Column, Group, mean_of, per_question
from eval.run import Outcome

_REPEATED = 3


def said(answer: Answer) -> str:
    """The statements as one text; empty for a refusal."""
    return " ".join(statement.text for statement in answer.statements)


def matches(pattern: re.Pattern[str], text: str) -> bool:
    """Whether a pattern of the gold set is found in `text`, runs of white space taken as single spaces."""
    return bool(pattern.search(" ".join(text.split())))


def vital(question: Question) -> tuple[Nugget, ...]:
    """The nuggets without which an answer is incomplete; all of them where none is marked so."""
    return question.vital or question.nuggets


def held(nuggets: Sequence[Nugget], text: str) -> float:
    """The part of `nuggets` that `text` holds, in [0, 1]; NaN where there are none."""
    return fmean(nugget.in_text(text) for nugget in nuggets) if nuggets else math.nan


def vital_recall(outcome: Outcome) -> float:
    """|vital nuggets held| / |vital nuggets| of an answerable question (Voorhees 2003; Lin and Demner-Fushman 2005)."""
    return held(vital(outcome.question), outcome.said)


def nugget_recall(outcome: Outcome) -> float:
    """|nuggets held| / |nuggets|, vital or okay, of an answerable question (Voorhees 2003)."""
    return held(outcome.question.nuggets, outcome.said)


def critical_exact(outcome: Outcome) -> float:
    """|critical nuggets held| / |critical nuggets|: a figure, a unit or a negation is right to the letter or wrong."""
    return held([nugget for nugget in outcome.question.nuggets if nugget.critical], outcome.said)


def contradiction(outcome: Outcome) -> float:
    """1 where an answer that was given holds a contradiction of its item, else 0; NaN without answer or contradictions.

    The patterns do what an entailment model does for Honovich et al. 2022 (TRUE), the same every time.
    """
    patterns = outcome.question.contradictions
    if not outcome.answer.is_answered or not patterns:
        return math.nan
    return float(any(matches(pattern, outcome.said) for pattern in patterns))


def length(outcome: Outcome) -> float:
    """Characters of the statements of an answer that was given."""
    return float(len(outcome.said)) if outcome.answer.is_answered else math.nan


def redundancy(outcome: Outcome) -> float:
    """1 - |distinct trigrams| / |trigrams| of the words of an answer given (seq-rep-3, Welleck et al. 2020)."""
    if not outcome.answer.is_answered:
        return math.nan
    words = re.findall(r"\w+", outcome.said.casefold())
    grams = list(zip(*(words[start:] for start in range(_REPEATED)), strict=False))
    return 1 - len(set(grams)) / len(grams) if grams else 0.0


def token_f1(outcome: Outcome) -> float:
    """The greatest token F1 of a statement with a short answer, in SQuAD's normalisation (Rajpurkar et al. 2016).

    F1 = 2PR / (P + R) over the bag of tokens.  A statement, not the answer as a whole, is held against the short
    answer: an extractive answer is sentences, of which one has it.
    """
    pairs = _pairs(outcome)
    return max((_f1(text, short) for text, short in pairs), default=0.0) if pairs is not None else math.nan


def exact_match(outcome: Outcome) -> float:
    """1 where a short answer stands word for word in a statement, both in SQuAD's normalisation, else 0.

    SQuAD's own exact match (Rajpurkar et al. 2016) asks that nothing else be said, which no answer in sentences does;
    this is the softer match of Chen et al. 2017 (DrQA), held against each statement by itself.
    """
    pairs = _pairs(outcome)
    if pairs is None:
        return math.nan
    return float(any(f" {' '.join(short)} " in f" {' '.join(text)} " for text, short in pairs))


def normalised(text: str) -> list[str]:
    """The tokens of `text` as SQuAD's script has them: small letters, without punctuation and articles."""
    bare = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()


def _pairs(outcome: Outcome) -> list[tuple[list[str], list[str]]] | None:
    """Each statement with each short answer, as tokens; None where the item has no short answers."""
    shorts = [normalised(short) for short in outcome.question.short_answers]
    texts = [normalised(statement.text) for statement in outcome.answer.statements]
    return [(text, short) for text in texts for short in shorts if short] if shorts else None


def _f1(text: Sequence[str], short: Sequence[str]) -> float:
    same = (Counter(text) & Counter(short)).total()
    return 2 * same / (len(text) + len(short)) if same else 0.0


MEASURES = (
    mean_of(
        Column("vital_recall", per_question(vital_recall)),
        Group.ANSWER,
        "Vital nuggets said",
        "What an answer must hold and did, of questions that the sources answer; a refusal says nothing of it.",
        guard="loss",
    ),
    mean_of(
        Column("nugget_recall", per_question(nugget_recall)),
        Group.ANSWER,
        "All nuggets said",
        "The same over all that a good answer would hold.",
    ),
    mean_of(
        Column("critical_exact", per_question(critical_exact)),
        Group.ANSWER,
        "Critical facts exact",
        "Figures, units and denials that are there to the letter.",
        guard="loss",
    ),
    mean_of(
        Column("contradiction", per_question(contradiction)),
        Group.ANSWER,
        "Contradictions",
        "Answers that say what their question lists as wrong. Less is better.",
        "lower",
        guard="loss",
    ),
    mean_of(
        Column("token_F1", per_question(token_f1)),
        Group.ANSWER,
        "Token F1",
        "Words shared by a short answer and the statement nearest to it (SQuAD).",
        form=SCORE,
    ),
    mean_of(
        Column("exact_match", per_question(exact_match)),
        Group.ANSWER,
        "Short answers said",
        "Short answers that stand word for word in a statement.",
    ),
    mean_of(
        Column("length", per_question(length)),
        Group.ANSWER,
        "Length",
        "Characters of an answer that was given.",
        "neither",
        NUMBER,
    ),
    mean_of(
        Column("redundancy", per_question(redundancy)),
        Group.ANSWER,
        "Redundancy",
        "Word triples of an answer that it has said before. Less is better.",
        "lower",
        parameters={"words": _REPEATED},
    ),
)
