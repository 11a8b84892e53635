"""From evidence to statements: the fewest that carry the answer, near-duplicates told once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answer.evidence import Evidence
from ingest import FUNCTION_WORDS, WORD, analyze
from retriever import Terms

LONGEST = 450
MOST = 4
_NEAR_BEST = 0.86
_ALIKE = 0.72
_CONTINUES = re.compile(r"\b(?:also|too|in addition|as well|another|other times|occasionally|rarely|less common)\b", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:no|not|never|none|without|cannot|neither|nor)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to say: the evidence that is quoted for it, and what says the same elsewhere."""

    evidence: Evidence
    same: tuple[Evidence, ...]


def compose(question: str, evidence: Sequence[Evidence], terms: Terms) -> list[Point]:
    """Choose from `evidence` (best first) what to say, best first.

    After the best comes what names a subject of the question that is not yet spoken of, then what is nearly as good
    and adds words of the question or goes on where a chosen sentence stopped.
    """
    if not evidence:
        return []
    asked = terms.asked(question)
    chosen = [evidence[0]]
    for subject in terms.names(question):
        if any(_speaks_of(subject, e, terms) for e in chosen):
            continue
        match = next((e for e in evidence if _speaks_of(subject, e, terms)), None)
        if match and len(chosen) < MOST:
            chosen.append(match)
    held = frozenset().union(*(e.terms for e in chosen))
    for candidate in evidence:
        if len(chosen) >= MOST or candidate.score < _NEAR_BEST * evidence[0].score and not _continues(candidate, chosen):
            continue
        if candidate in chosen or any(says_the_same(candidate, e) for e in chosen):
            continue
        if sum(len(e.text) for e in chosen) + len(candidate.text) > LONGEST:
            continue
        chosen.append(candidate)
        held |= candidate.terms
    del asked, held
    return [Point(e, _same(e, evidence)) for e in chosen]


def _speaks_of(subject: str, evidence: Evidence, terms: Terms) -> bool:
    return any(evidence.terms.issuperset(analyze(name)) for name in (subject, *terms.aliases([subject])))


def _continues(candidate: Evidence, chosen: Sequence[Evidence]) -> bool:
    """Whether a sentence goes on, in so many words, directly behind a chosen one in the same paragraph or item."""
    return any(
        candidate.document.id == e.document.id
        and candidate.block == e.block
        and 0 < candidate.start - e.end <= 2
        and _CONTINUES.search(candidate.text)
        for e in chosen
    )


def _same(evidence: Evidence, others: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The evidence of other documents that says the same, one a document, best first."""
    found: dict[str, Evidence] = {}
    for other in others:
        if other.document.id != evidence.document.id and says_the_same(evidence, other):
            found.setdefault(other.document.id, other)
    return tuple(found.values())


def says_the_same(one: Evidence, other: Evidence) -> bool:
    """Whether two texts are near-duplicates: most words shared (Jaccard), and figures and negations alike."""
    first, second = _content(one.text), _content(other.text)
    if len(first & second) < _ALIKE * len(first | second):
        return False
    figures = [frozenset(re.findall(r"\d+(?:[.,]\d+)?", e.text)) for e in (one, other)]
    negated = [bool(_NEGATION.search(e.text)) for e in (one, other)]
    return figures[0] == figures[1] and negated[0] == negated[1]


def _content(text: str) -> frozenset[str]:
    words = (found[0] for found in WORD.finditer(text) if found[0].lower() not in FUNCTION_WORDS)
    return frozenset(term for word in words for term in analyze(word))
