"""Why a question failed: the first stage that lost what the answer should have held."""

from __future__ import annotations

from typing import Literal

from eval import refusals, support
from eval.nuggets import contradiction, vital
from eval.run import Gold, Outcome

Cause = Literal[
    "ok",
    "not_retrieved",
    "not_chosen",
    "cut",
    "miscited",
    "wrongly_refused",
    "false_answer",
    "misnamed",
    "contradicts",
    "not_verbatim",
    "no_reference",
    "no_notice",
]


def why(outcome: Outcome) -> Cause:
    """Why `outcome` is not as it should be; `ok` where it is.

    not_retrieved: no passage found has a word of the evidence for a vital nugget that is not in the answer, be that
    refused or not; wrongly_refused: the evidence was found, and nothing said; not_chosen: found and not quoted; cut:
    quoted, but not the part that matters.  miscited: the nugget is said, and nowhere is its evidence cited;
    contradicts: the answer also holds what a right one does not; not_verbatim: a quote does not stand at its offsets.
    false_answer: what the sources do not answer was answered; misnamed: it was refused without naming what it had to.
    no_reference, no_notice: what the page cites, or a notice that has to stand beside the answer, is missing.
    """
    cause = _of_answer(outcome) if outcome.question.is_answerable else _of_refusal(outcome)
    if cause == "ok" and refusals.notices(outcome) == 0:
        return "no_notice"
    return cause


def _of_refusal(outcome: Outcome) -> Cause:
    if outcome.answer.is_answered:
        return "false_answer"
    return "misnamed" if refusals.refusal_names(outcome) == 0 else "ok"


def _of_answer(outcome: Outcome) -> Cause:
    wanted = [outcome.question.nuggets.index(nugget) for nugget in vital(outcome.question)]
    lost = [n for n in wanted if not outcome.question.nuggets[n].in_text(outcome.said)]
    if any(not _retrieved(outcome, n) for n in lost):
        return "not_retrieved"
    if not outcome.answer.is_answered:
        return "wrongly_refused"
    if lost:
        return "cut" if all(_cited(outcome, n) for n in lost) else "not_chosen"
    if any(not _cited(outcome, n) for n in wanted):
        return "miscited"
    if contradiction(outcome) == 1:
        return "contradicts"
    if not outcome.verified:
        return "not_verbatim"
    return "no_reference" if support.reference_resolved(outcome, {}) == 0 else "ok"


def _evidence(outcome: Outcome, nugget: int) -> list[Gold]:
    return [gold for gold in outcome.gold if nugget in gold.nuggets]


def _retrieved(outcome: Outcome, nugget: int) -> bool:
    return any(
        hit.document == gold.document and hit.start < gold.end and gold.start < hit.end
        for gold in _evidence(outcome, nugget)
        for hit in outcome.told.hits
    )


def _cited(outcome: Outcome, nugget: int) -> bool:
    return any(
        citation.document_id == gold.document and citation.start < gold.end and gold.start < citation.end
        for gold in _evidence(outcome, nugget)
        for citation in outcome.answer.citations
    )
