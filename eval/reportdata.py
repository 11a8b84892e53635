"""What the report page needs of a run, as plain values: its script makes the page of each question from them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from answer import Answer, Citation
from eval.diagnosis import OUTCOMES, RIGHTLY_REFUSED
from eval.measures.nuggets import matches
from eval.run import Gold, Outcome, Variant
from eval.scores import Scores
from eval.store import Run
from ingest import Document


@dataclass(frozen=True, slots=True)
class _Utf16Ranges:
    """Ranges of documents as a script counts them: it takes a character beyond U+FFFF for two."""

    documents: Mapping[str, Document]
    wide: Mapping[str, list[int]]

    @classmethod
    def of(cls, documents: Mapping[str, Document]) -> _Utf16Ranges:
        return cls(documents, {n: [i for i, c in enumerate(d.text) if c > "\uffff"] for n, d in documents.items()})

    def range(self, document: str, start: int, end: int) -> list[int]:
        """`[start, end)` of a document, whose offsets are in code points, in the units of a script (UTF-16)."""
        wide = self.wide.get(document, [])
        return [start + bisect_left(wide, start), end + bisect_left(wide, end)]


def page_data(run: Run, scores: Scores, other: Run | None = None) -> dict[str, Any]:
    """The documents of `run` by id, and its questions in order, each with what the `other` run answered.

    Ranges are [start, end) in UTF-16 code units, as JavaScript counts.
    """
    places = _Utf16Ranges.of(run.documents)
    others = {outcome.question.id: _answer(outcome.answer, places) for outcome in (other.outcomes if other else ())}
    return {
        "documents": {name: _document(document, places) for name, document in run.documents.items()},
        "questions": [
            _question(outcome, places, scores) | {"other": others.get(outcome.question.id)} for outcome in run.outcomes
        ],
    }


def _document(document: Document, places: _Utf16Ranges) -> dict[str, Any]:
    revised = document.revised and f"revised {document.revised.isoformat()}"
    review = document.review_status and f"review: {document.review_status}"
    digest = "digest" if document.license == "digest" else None
    return {
        "title": document.title,
        "facts": [fact for fact in (document.publisher, revised, review, digest) if fact],
        "text": document.text,
        "blocks": [[block.kind, *places.range(document.id, block.start, block.end)] for block in document.blocks],
    }


def _question(outcome: Outcome, places: _Utf16Ranges, scores: Scores) -> dict[str, Any]:
    question, answer, why = outcome.question, outcome.answer, scores.why[outcome.question.id]
    return {
        "id": question.id,
        "part": question.part,
        "stratum": question.stratum,
        "question": question.question,
        "answerable": question.is_answerable,
        "conversation": question.conversation,
        "turn": question.turn,
        "switch": question.switch,
        "standalone": question.standalone,
        "resolved": answer.resolved_question,
        "why": why,
        "words": RIGHTLY_REFUSED if why == "ok" and not answer.is_answered else OUTCOMES[why].words,
        "verified": outcome.verified,
        "answer": _answer(answer, places),
        "nearest": [_quote(citation, places) for citation in answer.nearest],
        "compelled": _answer(outcome.compelled, places) if outcome.compelled else None,
        "nuggets": [
            {
                "pattern": nugget.pattern.pattern,
                "importance": nugget.importance,
                "critical": nugget.critical,
                "found": nugget.in_text(outcome.said),
            }
            for nugget in question.nuggets
        ],
        "contradictions": [
            {"pattern": pattern.pattern, "found": matches(pattern, outcome.said)} for pattern in question.contradictions
        ],
        "names": [{"pattern": pattern.pattern, "found": matches(pattern, answer.text)} for pattern in question.names],
        "wanted": [
            {"kind": kind, "found": any(notice.kind == kind for notice in answer.notices)} for kind in question.notices
        ],
        "gold": [_gold(gold, places) for gold in outcome.gold],
        "hits": [
            {
                "document": hit.document,
                "section": hit.section,
                "range": places.range(hit.document, hit.start, hit.end),
                "score": hit.score,
                "holds": hit.passage in outcome.relevant,
            }
            for hit in outcome.told.hits
        ],
        "variants": _variants(outcome.variants),
        "values": scores.values[question.id],
    }


def _answer(answer: Answer, places: _Utf16Ranges) -> dict[str, Any]:
    return {
        "refused": not answer.is_answered,
        "reason": answer.reason,
        "text": answer.text,
        "confidence": answer.confidence,
        "statements": [[statement.text, list(statement.citations), statement.kind] for statement in answer.statements],
        "quotes": [_quote(citation, places) for citation in answer.citations],
        "notices": [[notice.kind, notice.text, list(notice.citations)] for notice in answer.notices],
    }


def _quote(citation: Citation, places: _Utf16Ranges) -> dict[str, Any]:
    return {
        "number": citation.number,
        "document": citation.document_id,
        "title": citation.title,
        "section": citation.section,
        "page": citation.page,
        "quote": citation.quote,
        "range": places.range(citation.document_id, citation.start, citation.end),
        "references": list(citation.references),
    }


def _gold(gold: Gold, places: _Utf16Ranges) -> dict[str, Any]:
    document = places.documents.get(gold.document)
    return {
        "document": gold.document,
        "section": document.section_at(gold.start).heading if document else None,
        "range": places.range(gold.document, gold.start, gold.end),
        "nuggets": list(gold.nuggets),
        "reference": gold.reference,
    }


def _variants(variants: Sequence[Variant]) -> list[dict[str, Any]]:
    """The question put otherwise, and whether what is quoted stayed what it is for the question as it stands."""
    same = [(variant.is_refusal, set(variant.cited)) for variant in variants if variant.kind == "same"]
    return [
        {
            "kind": variant.kind,
            "question": variant.question,
            "refused": variant.is_refusal,
            "same": (variant.is_refusal, set(variant.cited)) in same,
        }
        for variant in variants
        if variant.kind != "same"
    ]
