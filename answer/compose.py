"""From evidence to statements: the sentences that the reader marks, near-duplicates told once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, zip_longest

from answer.evidence import Evidence, Place, fitted
from ingest import FUNCTION_WORDS, WORD, analyze
from ingest.english import DENIAL

LONGEST = 600
MOST = 6
_ALIKE = 0.72
FIGURE = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to say: the evidence that is quoted for it, and what says the same elsewhere.

    `under` is the place of what is said before it and leads it in; what `is_lead` only leads in what is said next.
    """

    evidence: Evidence
    same: tuple[Evidence, ...]
    under: Place | None = None
    is_lead: bool = False


def compose(parts: Sequence[Sequence[Evidence]], longest: int = LONGEST) -> list[Point]:
    """Choose what to say from the evidence for each part of the question, in each best first.

    That is the best for each part, and what else is marked, as long as all of it has at most `longest` characters.
    What stands in one section is told in the order in which it is written.
    """
    chosen: list[Evidence] = []
    everything = [e for evidence in parts for e in evidence]
    for evidence in parts:
        best = next((e for e in evidence if not _told(e, chosen)), None)
        chosen = _with(chosen, best) if best else chosen
    for candidate in filter(None, chain.from_iterable(zip_longest(*map(marked, parts)))):
        together = _with(chosen, candidate)
        if len(together) <= MOST and sum(len(e.text) for e in together) <= longest and not _told(candidate, chosen):
            chosen = together
    ranked = sorted(chosen, key=lambda e: (-e.score, e.document.id, e.start))
    return list(_led([Point(e, _same(e, everything)) for e in _in_order(chosen, ranked)]))


def compose_chosen(evidence: Sequence[Evidence], everything: Sequence[Evidence]) -> list[Point]:
    """Say all of the evidence, which was chosen by another and stands in the order of that.

    Near-duplicates are told once, with what says the same of `everything`.  Sections keep their order; what stands in
    one is told in the order in which it is written.
    """
    chosen: list[Evidence] = []
    for candidate in evidence:
        if not _told(candidate, chosen):
            chosen = _with(chosen, candidate)
    return list(_led([Point(e, _same(e, everything)) for e in _in_order(chosen, evidence)]))


def _led(points: Sequence[Point]) -> Iterator[Point]:
    """The points, and before each what leads it in, where nothing said so far has that."""
    said: list[Evidence] = []
    for point in points:
        under: Place | None = None
        for start, end in point.evidence.leads:
            lead = replace(point.evidence, start=start, own=start, end=end, leads=(), about="")
            before = next((e for e in said if _overlap(lead, e)), None)
            if before is None:
                said.append(lead)
                yield Point(lead, (), under, is_lead=True)
            under = (before or lead).place
        if point.evidence.place not in {e.place for e in said}:
            said.append(point.evidence)
            yield replace(point, under=under)


def marked(evidence: Sequence[Evidence]) -> list[Evidence]:
    """What of the evidence, best first, is part of the answer: what scores near the best, and not below the least.

    The rows of a table have the same heads: of two, that which holds only some of what the other holds of the question
    is about something else.
    """
    if not evidence:
        return []
    rule = fitted()["composition"]["read" if "relevance" in evidence[0].features else "unread"]
    bar = max(rule["least"], evidence[0].score - rule["margin"])
    near = [e for e in evidence if e.score >= bar]
    rows = [e.held for e in near if e.is_row]
    return [e for e in near if not (e.is_row and any(e.held < held for held in rows))]


def both_sides(points: Sequence[Point], opposed: Sequence[Evidence]) -> list[Point]:
    """Both of two texts that disagree foremost, each for itself, and behind them the other `points`."""
    told = [
        replace(point, same=tuple(e for e in point.same if not any(_overlap(e, side) for side in opposed)))
        for point in points
        if not point.is_lead
    ]
    sides = [next((p for p in told if _overlap(p.evidence, e)), Point(e, ())) for e in opposed]
    rest = [p for p in told if not any(_overlap(p.evidence, side.evidence) for side in sides)]
    alike = [p for p in rest if any(_alike(p.evidence, side.evidence) for side in sides)]
    return list(_led([*sides, *(p for p in rest if p not in alike)]))


def _with(chosen: Sequence[Evidence], candidate: Evidence) -> list[Evidence]:
    """What is chosen and `candidate`; where they overlap, as one quote."""
    apart = [e for e in chosen if not _overlap(e, candidate)]
    for e in chosen:
        if _overlap(e, candidate):
            first, last = min(e.start, candidate.start), max(e.end, candidate.end)
            candidate = replace(e if e.score > candidate.score else candidate, start=first, own=first, end=last)
    return [*apart, candidate]


def _in_order(chosen: Sequence[Evidence], ranked: Sequence[Evidence]) -> list[Evidence]:
    """Sections in the order in which they come among the `ranked`, and what stands in one section as it is written."""
    ranks: dict[tuple[str, int], int] = {}
    for rank, e in enumerate(ranked):
        ranks.setdefault(_section(e), rank)
    return sorted(chosen, key=lambda e: (ranks[_section(e)], e.start))


def _section(e: Evidence) -> tuple[str, int]:
    return e.document.id, e.document.section_at(e.start).start


def _told(candidate: Evidence, chosen: Sequence[Evidence]) -> bool:
    return any(
        (e.document.id == candidate.document.id and e.start <= candidate.start and candidate.end <= e.end)
        or _alike(candidate, e)
        for e in chosen
    )


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.document.id == other.document.id and one.start < other.end and other.start < one.end


def _same(evidence: Evidence, others: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The evidence of other documents that says the same, one a document, best first."""
    found: dict[str, Evidence] = {}
    for other in others:
        if other.document.id != evidence.document.id and _alike(evidence, other):
            found.setdefault(other.document.id, other)
    return tuple(found.values())


def _alike(one: Evidence, other: Evidence) -> bool:
    """Whether two pieces of evidence say the same, with what leads them in and without it."""
    return says_the_same(one.text, other.text) and says_the_same(one.led_text, other.led_text)


def says_the_same(one: str, other: str) -> bool:
    """Whether two texts are near-duplicates: most words shared (Jaccard), and figures and negations alike."""
    first, second = telling_stems(one), telling_stems(other)
    if len(first & second) < _ALIKE * len(first | second):
        return False
    figures = [frozenset(FIGURE.findall(text)) for text in (one, other)]
    negated = [bool(DENIAL.search(text)) for text in (one, other)]
    return figures[0] == figures[1] and negated[0] == negated[1]


@lru_cache(maxsize=1_000)
def telling_stems(text: str) -> frozenset[str]:
    """The stems of the words of a text that are no function words."""
    words = (found[0] for found in WORD.finditer(text) if found[0].lower() not in FUNCTION_WORDS)
    return frozenset(analyze(" ".join(words)))
