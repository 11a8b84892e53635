"""Whether the answer stays what it is when the same is asked otherwise: in a conversation, misspelt, turned round.

Each function gives one question's value; NaN: it has none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import fmean

from answer import Answer
from eval.nuggets import held, vital
from eval.run import Outcome, Told
from ingest.english import query_terms

Cited = Iterable[tuple[str, int, int]]


def follow_up_recall(outcome: Outcome, told: Told | None) -> float:
    """The vital recall of `told`, one of the forms of an answerable follow-up; NaN for any other question."""
    is_follow_up = outcome.raw is not None and outcome.manual is not None
    return held(vital(outcome.question), told.said) if is_follow_up and told else math.nan


def same_as_standalone(outcome: Outcome) -> float:
    """|A ∩ B| / |A ∪ B| (Jaccard 1901) of what a follow-up's answer quotes, and that to its stand-alone form."""
    if outcome.manual is None:
        return math.nan
    return jaccard(_cited(outcome.answer), _cited(outcome.manual.answer))


def leak(outcome: Outcome) -> float:
    """1 where a follow-up was taken to speak of what neither it nor its stand-alone form does, else 0.

    That is, where the question as it was resolved has a content word, by its stem, that those two do not have (query
    drift, Mao et al. 2022).
    """
    if outcome.manual is None:
        return math.nan
    own = {*query_terms(outcome.question.question), *query_terms(outcome.question.alone)}
    return float(bool(set(query_terms(outcome.answer.resolved_question)) - own))


def leak_after_switch(outcome: Outcome) -> float:
    """`leak`, of the turns that change the topic: nothing of the one before may come with them."""
    return leak(outcome) if outcome.question.switch else math.nan


def same(outcome: Outcome, kind: str) -> float:
    """Mean |A ∩ B| / |A ∪ B| (Jaccard 1901) of what is quoted for the question and for its variants of `kind`.

    Two refusals are the same, a refusal and an answer have nothing in common.
    """
    variants = {v.kind: v for v in outcome.variants}
    others = [v for v in outcome.variants if v.kind == kind]
    if "same" not in variants or not others:
        return math.nan
    return fmean(jaccard(variants["same"].cited, other.cited) for other in others)


def identical(outcome: Outcome) -> float:
    """1 where the same question asked again is answered by the very same quotes in the same order: has to be 1."""
    variants = {v.kind: v for v in outcome.variants}
    if not {"same", "again"} <= variants.keys():
        return math.nan
    first, second = variants["same"], variants["again"]
    return float((first.is_refusal, first.cited) == (second.is_refusal, second.cited))


def jaccard(a: Cited, b: Cited) -> float:
    """|A ∩ B| / |A ∪ B| in [0, 1]; 1 where both are empty."""
    first, second = set(a), set(b)
    return len(first & second) / len(first | second) if first | second else 1.0


def _cited(answer: Answer) -> list[tuple[str, int, int]]:
    return [(c.document_id, c.start, c.end) for c in answer.citations]
