"""Why a question failed: the first stage that lost what the answer should have held, and what a page says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from eval.measures import refusals, support
from eval.measures.nuggets import contradiction, vital
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


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a question; a sign and a word, so that nothing is told by colour alone."""

    sign: str
    label: str
    words: str


OUTCOMES = {
    "ok": Became("✓", "right", "All that is vital was said, and its evidence cited."),
    "not_retrieved": Became(
        "✗", "not retrieved", "No passage that search found has the gold evidence for what is missing."
    ),
    "not_chosen": Became(
        "✗", "not chosen", "Search found the gold evidence for what is missing, but the answer does not quote it."
    ),
    "cut": Became("✗", "cut", "The gold evidence was quoted, but not the part of it that matters."),
    "miscited": Became("✗", "miscited", "What is vital was said, but not with a quote of the gold evidence for it."),
    "wrongly_refused": Became("✗", "wrongly refused", "Search found the gold evidence, and nothing was said."),
    "false_answer": Became("✗", "false answer", "The sources do not answer the question, and yet it was answered."),
    "misnamed": Became("✗", "misnamed", "It was rightly refused, but the refusal does not name what it has to."),
    "contradicts": Became("✗", "contradicts", "The answer also says what its question lists as wrong."),
    "not_verbatim": Became("✗", "not verbatim", "A quote does not stand at its place in the source."),
    "no_reference": Became("✗", "no reference", "What the page itself cites for the answer does not come with it."),
    "no_notice": Became("✗", "no notice", "A notice that has to stand beside the answer is missing."),
}
RIGHTLY_REFUSED = "The sources do not answer the question, and it was refused."


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
    if cause == "ok" and support.notices(outcome) == 0:
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
    return "no_reference" if support.reference_resolved(outcome) == 0 else "ok"


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
