"""What an asker has to know beside the answer: of its sources, and of how they and the question go together."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from statistics import fmean

from answer.compose import NEGATION, Point, marked, telling_stems
from answer.evidence import Evidence
from answer.figures import Figure, figures
from answer.reader import Reader, Stretch
from answer.record import Citation, Remark
from ingest import Generation

# Of two texts whose figures or denials differ, so much of what else the shorter says is said by the other.
_SHARED = 0.9
_SIGNS = ".,;:!?()[]“”\"'"
# At most so many words of one stand in the place of some of the other.
_LONGEST = 4
# The least that the reader finds the one to support the other, by `python bench/agreement.py`.
_SUPPORT = 0.655


def conflicting(
    points: Sequence[Point], others: Sequence[Evidence], reader: Reader | None = None
) -> tuple[Evidence, Evidence] | None:
    """Two texts of different documents, both marked, that say different things of one matter; or None."""
    for one in (point.evidence for point in points):
        for other in marked(others):
            if other.document.id != one.document.id and disagree(one.text, other.text, reader):
                return one, other
    return None


def disagree(one: str, other: str, reader: Reader | None = None) -> bool:
    """Whether one text contradicts another.

    They are the same but for a few words in one place, or most of one is said by the other and their figures, or that
    one denies, tell them apart; and the reader, where there is one, finds that neither supports the other.
    """
    first, second = figures(one), figures(other)
    if first and first == second:
        return False
    denies = bool(NEGATION.search(one)) != bool(NEGATION.search(other))
    apart = _shares(one, other) >= _SHARED and (denies or _differ_in_figures(first, second))
    if reader is None:
        return apart
    return (apart or _differ_in_one_place(one, other)) and _support(one, other, reader) < _SUPPORT


def _differ_in_figures(first: frozenset[Figure], second: frozenset[Figure]) -> bool:
    """Whether there is something of which both give figures, and none alike."""
    units = {unit for _, unit in first} & {unit for _, unit in second} - {""}
    return any({v for v, u in first if u == unit}.isdisjoint(v for v, u in second if u == unit) for unit in units)


def _differ_in_one_place(one: str, other: str) -> bool:
    """Whether two texts are word for word the same but for a few words that stand for others, or that deny."""
    first, second = ([word.strip(_SIGNS) for word in text.lower().split()] for text in (one, other))
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    differing = [(first[a:b], second[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
    if len(differing) != 1 or max(map(len, differing[0])) > _LONGEST or len(first) == len(differing[0][0]):
        return False
    gone, come = differing[0]
    return bool(gone and come) or bool(NEGATION.search(" ".join(gone or come)))


def _support(one: str, other: str, reader: Reader) -> float:
    """How far two texts support each other, in [0, 1], as the reader finds; 1 where it cannot say."""
    found = (
        reader.read(claim, [Stretch(text, ((0, len(text)),))])[0].support
        for claim, text in ((one, other), (other, one))
    )
    return fmean(1.0 if support is None else support for support in found)


def _shares(one: str, other: str) -> float:
    """How much of the shorter text, but for its figures, the other says, in [0, 1]."""
    first, second = (frozenset(t for t in telling_stems(text) if not t[0].isdigit()) for text in (one, other))
    return len(first & second) / max(1, min(len(first), len(second)))


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
