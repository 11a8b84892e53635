"""What an asker has to know beside the answer: of its sources, and of how they and the question go together."""

from __future__ import annotations

from collections.abc import Sequence

from answer.compose import FIGURE, Point, marked, telling_stems
from answer.evidence import Evidence
from answer.record import Citation, Remark
from ingest import Generation

# Of two texts that differ in figures, so much of what else the shorter says is said by the other.
_SHARED = 0.55


def conflicting(points: Sequence[Point], others: Sequence[Evidence]) -> tuple[Evidence, Evidence] | None:
    """Two texts of different documents, both marked, that give other figures for what else is the same; or None."""
    for one in (point.evidence for point in points):
        for other in marked(others):
            if other.document.id != one.document.id and _differ(one, other):
                return one, other
    return None


def _differ(one: Evidence, other: Evidence) -> bool:
    figures = [frozenset(FIGURE.findall(e.text)) for e in (one, other)]
    first, second = (frozenset(t for t in telling_stems(e.text) if not t[0].isdigit()) for e in (one, other))
    shared = len(first & second) / max(1, min(len(first), len(second)))
    return all(figures) and not figures[0] & figures[1] and shared >= _SHARED


def conflict(opposed: tuple[Evidence, Evidence], citations: Sequence[Citation]) -> Remark:
    """What is said of two texts that disagree: whose they are, of when, and whether they were reviewed."""
    told = []
    for document in (evidence.document for evidence in opposed):
        facts = (
            document.publisher or document.title,
            document.revised.isoformat() if document.revised else "no date",
            document.review_status or "review status not stated",
        )
        told.append(", ".join(facts))
    numbers = tuple(c.number for e in opposed for c in citations if (c.document_id, c.start, c.end) == e.place)
    text = f"The sources disagree, or say different things of different cases: {told[0]}; and {told[1]}."
    return Remark("conflict", text, numbers)


def partial(missing: Sequence[str]) -> list[Remark]:
    """The parts of a question that the sources do not answer."""
    return [Remark("partial", f"The sources do not answer this part of the question: “{part}”") for part in missing]


def notices(generation: Generation, citations: Sequence[Citation]) -> list[Remark]:
    """What the corpus asks to be said beside an answer."""
    remarks: list[Remark] = []
    for notice in generation.notices:
        concerned = tuple(c.number for c in citations if c.review_status == notice.review_status)
        if notice.review_status is None or concerned:
            remarks.append(Remark(notice.kind, notice.text, concerned if notice.review_status else ()))
    pending = tuple(c.number for c in citations if c.review_status == "pending")
    if pending and not any(remark.citations == pending for remark in remarks):
        remarks.append(Remark("pending_review", "A source cited here is still pending review.", pending))
    return remarks
