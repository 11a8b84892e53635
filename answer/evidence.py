"""Reading: the sentences of the passages found, each weighed against the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answer.expectation import Expectation, expectation
from answer.units import Unit, units
from ingest import Document, Encoder, Generation, analyze
from retriever import Asked, Hit, Terms

_ABOUT = re.compile(
    r"\b(?:page|article|source|document|website|site|author|publish\w*|wrote|written|updated?|revis\w+|review\w*|"
    r"approved|up to date|trust\w*|reliab\w+|how (?:old|recent|current))\b",
    re.IGNORECASE,
)
_SIMILARITY, _COVERAGE, _PASSAGE, _EXPECTED = 0.5, 0.35, 0.15, 0.08


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence, or a list with its lead-in, that may answer: `document.text[start:end]`.

    `score` weighs, about in [0, 1], `similarity` (cosine to the question, headings read along), `coverage` (the part
    of the question's words that it holds), the score of its passage, and whether it holds the kind of thing asked
    for.  `terms` are those of the sentence with its headings and what it leans on, `passage_terms` those of the
    passage that it was found in.
    """

    document: Document
    start: int
    end: int
    block: int
    terms: frozenset[str]
    passage_terms: frozenset[str]
    score: float
    similarity: float
    coverage: float
    is_colophon: bool

    @property
    def text(self) -> str:
        """The text as it is read, without reference marks."""
        return self.document.reading_text(self.start, self.end)


class SentenceReader:
    """Weighs sentences by the encoder's similarity and by the words of the question that they hold."""

    def __init__(self, generation: Generation, encoder: Encoder, terms: Terms) -> None:
        """Read the documents of `generation`."""
        self._generation = generation
        self._encoder = encoder
        self._terms = terms

    def read(self, question: str, hits: Sequence[Hit]) -> list[Evidence]:
        """The sentences of `hits`, best first; ties in the order of the hits and of the text."""
        about = asks_about_source(question)
        found: dict[tuple[str, int, int], tuple[Hit, Unit]] = {}
        for hit in hits:
            document = self._generation.document(hit.passage.document_id)
            for unit in units(document, hit.passage.start, hit.passage.end):
                if unit.is_colophon <= about:
                    found.setdefault((document.id, unit.start, unit.end), (hit, unit))
        contexts = list(dict.fromkeys(context for _, unit in found.values() for context in unit.contexts))
        vectors = self._encoder.encode([self._terms.expand(question), *contexts])
        similarity = dict(zip(contexts, (vectors[1:] @ vectors[0]).tolist(), strict=True))
        asked = self._terms.asked(question)
        wanted = expectation(question)
        evidence = [
            self._weigh(hit, unit, max(similarity[context] for context in unit.contexts), asked, wanted)
            for hit, unit in found.values()
        ]
        return sorted(evidence, key=lambda e: -e.score)

    def _weigh(self, hit: Hit, unit: Unit, similarity: float, asked: Sequence[Asked], wanted: Expectation) -> Evidence:
        terms = frozenset(analyze(unit.contexts[0]))
        coverage = self._terms.coverage(asked, terms)
        document = self._generation.document(hit.passage.document_id)
        held = wanted.kind != "text" and wanted.met_by(document.text[unit.start : unit.end])
        return Evidence(
            document=document,
            start=unit.start,
            end=unit.end,
            block=unit.block,
            terms=terms,
            passage_terms=frozenset(analyze(hit.passage.embedded_text)),
            score=_SIMILARITY * similarity + _COVERAGE * coverage + _PASSAGE * hit.score + _EXPECTED * held,
            similarity=similarity,
            coverage=coverage,
            is_colophon=unit.is_colophon,
        )


def asks_about_source(question: str) -> bool:
    """Whether a question may be about a page itself: its authors, its date, its review."""
    return bool(_ABOUT.search(question))
