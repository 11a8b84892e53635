"""What is said, with its citations numbered as they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from answer.compose import Point, says_the_same
from answer.evidence import Evidence, Place
from answer.record import Citation, Statement

if TYPE_CHECKING:
    from answer.writer.draft import Proved

_NEAREST = 2


def _quoted(points: Sequence[Point]) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Statements in order, and their citations numbered as they come."""
    statements: list[Statement] = []
    citations: list[Citation] = []
    said: dict[Place | None, int] = {}
    for point in points:
        numbers = []
        for evidence in (point.evidence, *point.same):
            citations.append(citation(len(citations) + 1, evidence))
            numbers.append(citations[-1].number)
        about, under = point.evidence.about or None, said.get(point.under)
        said[point.evidence.place] = len(statements)
        statements.append(Statement(point.evidence.text, tuple(numbers), about=about, under=under))
    return tuple(statements), tuple(citations)


def cite(points: Sequence[Point], written: Sequence[Proved]) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Statements and citations: of what was written, as far as `points` are its evidence, and else quotes."""
    statements, citations = _quoted(points)
    if not written:
        return statements, citations
    numbers = {p.evidence.place: s.citations[0] for p, s in zip(points, statements, strict=True)}
    generated = [Statement(s.text, tuple(numbers[e.place] for e in s.evidence), "generated") for s in written]
    used = {number for statement in generated for number in statement.citations}
    return (*generated, *(replace(s, under=None) for s in statements if not used & set(s.citations))), citations


def citation(number: int, evidence: Evidence) -> Citation:
    """The citation of a piece of evidence, under that number."""
    return Citation.of(number, evidence.document, evidence.start, evidence.end)


def nearest(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The best pieces of evidence that say different things."""
    kept: list[Evidence] = []
    for candidate in evidence:
        if len(kept) < _NEAREST and not any(says_the_same(candidate.text, e.text) for e in kept):
            kept.append(candidate)
    return kept


def marked(numbers: Sequence[int]) -> str:
    """The numbers of citations as they stand behind a statement: "[1][2]"."""
    return "".join(f"[{number}]" for number in numbers)
