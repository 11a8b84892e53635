"""Whether the answer stays what it is when the same is asked otherwise: in a conversation, misspelt, turned round.

Each function of an outcome gives one question's value; NaN: it has none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial
from statistics import fmean

import numpy as np

from answer import Answer
from eval.measures.measure import Column, Floats, Group, Measure, mean, mean_of, per_question, ratio
from eval.measures.nuggets import held, vital
from eval.measures.retrieval import ranked
from eval.run import Outcome, Told
from eval.store import Run
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


def gained(auto: Floats, raw: Floats, manual: Floats, weights: Floats) -> Floats:
    """(automatic - raw) / (manual - raw): what part of a follow-up's loss without its conversation was made good.

    The three forms are those of CAsT (Dalton et al. 2020): as it was resolved, in its bare words, and rewritten by a
    person.  1: as good as that person; 0: no better than nothing.  There is no value where the person gains nothing.
    """
    as_resolved, bare, rewritten = (mean(values, weights) for values in (auto, raw, manual))
    # What is left of a sum that should be 0 is no gain.
    gain = np.round(rewritten - bare, 9)
    return ratio((as_resolved - bare) * np.sign(gain), np.abs(gain))


_DEPTH = 10
_SEARCHED = f"nDCG@{_DEPTH}"
_FORMS: dict[str, Callable[[Outcome], Told | None]] = {
    "auto": lambda outcome: outcome.told,
    "raw": lambda outcome: outcome.raw,
    "manual": lambda outcome: outcome.manual,
}


def _recalls(told: Callable[[Outcome], Told | None], run: Run) -> list[float]:
    return [follow_up_recall(outcome, told(outcome)) for outcome in run.outcomes]


def _gains(told: Callable[[Outcome], Told | None], run: Run) -> list[float]:
    follow_ups = [(o, form.hits if o.manual and (form := told(o)) else ()) for o in run.outcomes]
    gains = ranked(_SEARCHED, follow_ups)
    return [gain if o.manual else math.nan for gain, o in zip(gains, run.outcomes, strict=True)]


_RECALLS = tuple(Column(f"vital_recall_{name}", partial(_recalls, told)) for name, told in _FORMS.items())
_GAINS = tuple(Column(f"{_SEARCHED}_{name}", partial(_gains, told)) for name, told in _FORMS.items())


def _same(kind: str, title: str, words: str) -> Measure:
    return mean_of(Column(f"same_{kind}", per_question(partial(same, kind=kind))), Group.ROBUSTNESS, title, words)


MEASURES = (
    mean_of(
        _RECALLS[0],
        Group.CONVERSATION,
        "Follow-ups",
        "Vital nuggets said to a follow-up, as it was understood.",
        guard="loss",
    ),
    mean_of(
        _RECALLS[1], Group.CONVERSATION, "In bare words", "The same, had the conversation not been heard.", "neither"
    ),
    mean_of(
        _RECALLS[2],
        Group.CONVERSATION,
        "As a person puts it",
        "The same, had a person made the follow-up stand alone.",
        "neither",
    ),
    Measure(
        "follow_up",
        Group.CONVERSATION,
        "Made good (nuggets)",
        "Part of what the conversation is worth to a person that is gained: (automatic − raw) / (manual − raw).",
        _RECALLS,
        gained,
        kind="ratio",
    ),
    Measure(
        f"follow_up_{_SEARCHED}",
        Group.CONVERSATION,
        f"Made good ({_SEARCHED})",
        "The same, of what search finds.",
        _GAINS,
        gained,
        kind="ratio",
        parameters={"k": _DEPTH},
    ),
    mean_of(
        Column("same_as_standalone", per_question(same_as_standalone)),
        Group.CONVERSATION,
        "Same as stand-alone",
        "Quotes shared with the answer to the stand-alone form (Jaccard).",
        guard="loss",
    ),
    mean_of(
        Column("leak", per_question(leak)),
        Group.CONVERSATION,
        "Leaks",
        "Follow-ups taken to speak of what they do not. Less is better.",
        "lower",
    ),
    mean_of(
        Column("leak_after_switch", per_question(leak_after_switch)),
        Group.CONVERSATION,
        "Leaks after a switch",
        "The same, of turns that change the topic. Less is better.",
        "lower",
    ),
    _same("typo", "Same with a typo", "Quotes that stay with two letters swapped (Jaccard)."),
    _same("case", "Same in other case", "Quotes that stay in small letters (Jaccard)."),
    _same("order", "Same in other order", "Quotes that stay with the halves of the question exchanged (Jaccard)."),
    _same("paraphrase", "Same in other words", "Quotes that stay when a person puts it in other words (Jaccard)."),
    mean_of(
        Column("identical", per_question(identical)),
        Group.ROBUSTNESS,
        "Identical again",
        "Questions answered by the very same quotes when asked again: all, always.",
        guard="break",
    ),
)
