"""From evidence to statements: the fewest that carry the answer, near-duplicates told once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answer.evidence import Evidence
from ingest import FUNCTION_WORDS, WORD, analyze

LONGEST = 600
MOST = 5
_NEAR_BEST = 0.8
_AS_GOOD = 0.93
_ALIKE = 0.72
_CONTINUES = re.compile(
    r"\b(?:also|too|in addition|as well|another|other times|occasionally|rarely|less common)\b", re.IGNORECASE
)
NEGATION = re.compile(r"\b(?:no|not|never|none|without|cannot|neither|nor)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to say: the evidence that is quoted for it, and what says the same elsewhere."""

    evidence: Evidence
    same: tuple[Evidence, ...]

    @property
    def places(self) -> frozenset[tuple[str, int, int]]:
        """The ranges of documents that say it."""
        return frozenset(e.place for e in (self.evidence, *self.same))


def compose(parts: Sequence[Sequence[Evidence]], longest: int = LONGEST) -> list[Point]:
    """Choose what to say from the evidence for each part of the question, in each best first.

    The best for each part comes first, then what is nearly as good or goes on where a chosen sentence stopped, as long
    as all of it has at most `longest` characters.
    """
    chosen: list[Evidence] = []
    for evidence in parts:
        best = next((e for e in evidence if not _told(e, chosen)), None)
        if best:
            chosen.append(best)
    for evidence in parts:
        for candidate in evidence:
            near = candidate.score >= _NEAR_BEST * evidence[0].score or _continues(candidate, chosen)
            fits = sum(len(e.text) for e in chosen) + len(candidate.text) <= longest and len(chosen) < MOST
            if near and fits and not _told(candidate, chosen):
                chosen.append(candidate)
    everything = [e for evidence in parts for e in evidence]
    return [Point(e, _same(e, everything)) for e in _in_order(chosen)]


def both_sides(points: Sequence[Point], opposed: Sequence[Evidence]) -> list[Point]:
    """Both of two texts that disagree foremost, and behind them the other `points`."""
    sides = [next((p for p in points if e.place in p.places), Point(e, ())) for e in opposed]
    told = frozenset[tuple[str, int, int]]().union(*(side.places for side in sides))
    return [*sides, *(point for point in points if told.isdisjoint(point.places))]


def _in_order(chosen: Sequence[Evidence]) -> list[Evidence]:
    """Best first; but what is as good as the best, in the same paragraph, in the order in which it is written."""
    if not chosen:
        return []
    best = chosen[0]
    equals = [e for e in chosen if (e.document.id, e.block) == (best.document.id, best.block)]
    equals = [e for e in equals if e.score >= _AS_GOOD * best.score]
    return sorted(equals, key=lambda e: e.start) + [e for e in chosen if e not in equals]


def _told(candidate: Evidence, chosen: Sequence[Evidence]) -> bool:
    return any(
        _overlap(candidate, e) or any(says_the_same(candidate.text, part) for part in (e.text, *_clauses(e.text)))
        for e in chosen
    )


def _clauses(text: str) -> list[str]:
    """What a sentence says in one of its parts, which another may say alone."""
    return re.split(r"[,;] (?:and|but|or|so|while)\b", text)


def _continues(candidate: Evidence, chosen: Sequence[Evidence]) -> bool:
    """Whether a sentence goes on, in so many words, directly behind a chosen one in the same paragraph or item."""
    return any(
        candidate.document.id == e.document.id
        and candidate.block == e.block
        and 0 < candidate.start - e.end <= 2
        and _CONTINUES.search(candidate.text)
        for e in chosen
    )


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.document.id == other.document.id and one.start < other.end and other.start < one.end


def _same(evidence: Evidence, others: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The evidence of other documents that says the same, one a document, best first."""
    found: dict[str, Evidence] = {}
    for other in others:
        if other.document.id != evidence.document.id and says_the_same(evidence.text, other.text):
            found.setdefault(other.document.id, other)
    return tuple(found.values())


def says_the_same(one: str, other: str) -> bool:
    """Whether two texts are near-duplicates: most words shared (Jaccard), and figures and negations alike."""
    first, second = _content(one), _content(other)
    if len(first & second) < _ALIKE * len(first | second):
        return False
    figures = [frozenset(re.findall(r"\d+(?:[.,]\d+)?", text)) for text in (one, other)]
    negated = [bool(NEGATION.search(text)) for text in (one, other)]
    return figures[0] == figures[1] and negated[0] == negated[1]


def _content(text: str) -> frozenset[str]:
    words = (found[0] for found in WORD.finditer(text) if found[0].lower() not in FUNCTION_WORDS)
    return frozenset(term for word in words for term in analyze(word))
