"""Reading: the sentences of the passages found, each weighed against the question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from answer.expectation import Expectation, expectation, without_frame
from answer.reader import Reader, Stretch
from answer.units import Unit, headings, naming_heading, units
from ingest import Document, Encoder, Generation, analyze
from retriever import Asked, Hit, Terms

_ABOUT = re.compile(
    r"\b(?:page|article|source|document|website|site|author|publish\w*|wrote|written|updated?|revis\w+|review\w*|"
    r"approved|up to date|trust\w*|reliab\w+|how (?:old|recent|current))\b",
    re.IGNORECASE,
)
_VERB = re.compile(r"\b(?:is|are)\b")
_SIMILARITY, _COVERAGE, _PASSAGE, _EXPECTED = 0.5, 0.35, 0.15, 0.08
_BARE, _RELEVANCE, _DEFINED, _NAMED = 0.2, 0.5, 0.25, 1.0
# Passages beyond the first few seldom answer, and reading is what takes time.
READ = 4


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence, or a list with its lead-in, that may answer: `document.text[start:end]`.

    `score` weighs, about in [0, 1], `similarity` (cosine to the question, headings read along), `coverage` (the part
    of the question's words that it holds), the score of its passage, and whether it holds the kind of thing asked
    for; and, where there is a model that reads, `relevance`, the probability that it is part of the answer, None where
    it was not read.  `about` is what a pronoun in it stands for where the text does not say.  `terms` are those of the
    sentence with its headings and what it leans on, `passage_terms` those of the passage that it was found in.
    """

    document: Document
    start: int
    end: int
    block: int
    about: str
    terms: frozenset[str]
    passage_terms: frozenset[str]
    score: float
    similarity: float
    coverage: float
    relevance: float | None
    is_colophon: bool

    @property
    def text(self) -> str:
        """The text as it is read, without reference marks."""
        return self.document.reading_text(self.start, self.end)

    @property
    def place(self) -> tuple[str, int, int]:
        """Which range of which document it is."""
        return self.document.id, self.start, self.end


class SentenceReader:
    """Weighs sentences by similarity, by the words of the question that they hold, and by a model that reads them."""

    def __init__(self, generation: Generation, encoder: Encoder, terms: Terms, reader: Reader | None = None) -> None:
        """Read the documents of `generation`; without a `reader` by the encoder and the words alone."""
        self._generation = generation
        self._encoder = encoder
        self._terms = terms
        self._reader = reader

    def read(self, question: str, hits: Sequence[Hit]) -> list[Evidence]:
        """The sentences of `hits`, best first; ties in the order of the hits and of the text."""
        about = asks_about_source(question)
        wanted = expectation(question, self._terms.names.pairs(question))
        found: dict[tuple[str, int, int], tuple[Hit, Unit]] = {}
        for hit in hits:
            document = self._generation.document(hit.passage.document_id)
            for unit in units(document, hit.passage.start, hit.passage.end):
                if unit.is_colophon <= about:
                    found.setdefault((document.id, unit.start, unit.end), (hit, unit))
            heading = naming_heading(document, hit.passage.start) if wanted.kind == "name" else None
            if heading:
                found.setdefault((document.id, heading.start, heading.end), (hit, heading))
        texts = [text for _, unit in found.values() for text in (*unit.contexts, unit.text)]
        texts = list(dict.fromkeys(texts))
        # What is said of a kind is said of what is of that kind.
        asking = [self._terms.names.expand(question), *self._terms.subjects.of_kinds(question)]
        asked = self._terms.asked(without_frame(question))
        # The words will be needed one by one, and take less time together.
        vectors = self._encoder.encode([*asking, *texts, *(word.word for word in asked)])
        near = (vectors[len(asking) : len(asking) + len(texts)] @ vectors[: len(asking)].T).max(axis=1)
        similarity = dict(zip(texts, near.tolist(), strict=True))
        relevance = self._relevance(question, hits[:READ])
        own = self._own_names(question) if wanted.kind == "definition" else frozenset()
        held = {hit.passage.id: frozenset(analyze(hit.passage.embedded_text)) for hit in hits}
        evidence = [
            self._weigh(hit, unit, similarity, relevance, asked, wanted, own, held[hit.passage.id])
            for hit, unit in found.values()
        ]
        return sorted(evidence, key=lambda e: -e.score)

    def _relevance(self, question: str, hits: Sequence[Hit]) -> dict[tuple[str, int, int], float]:
        """What the reader makes of each sentence of `hits`, by document and range."""
        if self._reader is None:
            return {}
        stretches: list[Stretch] = []
        places: list[list[tuple[str, int, int]]] = []
        for hit in hits:
            passage = hit.passage
            document = self._generation.document(passage.document_id)
            sentences = [s for s in document.sentences if s.start < passage.end and passage.start < s.end]
            if sentences:
                ranges = tuple(
                    (max(s.start, passage.start) - passage.start, min(s.end, passage.end) - passage.start)
                    for s in sentences
                )
                lead = headings(document, passage.start, is_colophon=False).removesuffix(": ")
                stretches.append(Stretch(document.text[passage.start : passage.end], ranges, lead))
                places.append([(document.id, s.start, s.end) for s in sentences])
        found: dict[tuple[str, int, int], float] = {}
        for where, reading in zip(places, self._reader.read(question, stretches) if stretches else [], strict=True):
            for place, value in zip(where, reading.sentences, strict=True):
                found[place] = max(value, found.get(place, 0.0))
        return found

    def _own_names(self, question: str) -> frozenset[str]:
        """The names in a question, with their other names."""
        found = self._terms.names.find(question)
        return frozenset((*found, *self._terms.names.aliases(found)))

    def _is_of_another(self, text: str, own: frozenset[str], wanted: Expectation) -> bool:
        """Whether a definition, as `wanted` finds it, is of what is neither named nor a kind of what is."""
        find = self._terms.names.find
        found = wanted.pattern.search(text) if wanted.pattern else None
        defined = find(_VERB.split(found[0])[0]) if found else []
        if not defined or not own.isdisjoint(find(text)):
            return False
        kinds = {name for one in own for kind in self._terms.subjects.kinds(one) for name in find(kind)}
        return kinds.isdisjoint(defined)

    def _weigh(
        self,
        hit: Hit,
        unit: Unit,
        similarity: Mapping[str, float],
        read: Mapping[tuple[str, int, int], float],
        asked: Sequence[Asked],
        wanted: Expectation,
        own: frozenset[str],
        passage_terms: frozenset[str],
    ) -> Evidence:
        terms = frozenset(analyze(unit.contexts[0]))
        coverage = self._terms.coverage(asked, terms)
        document = self._generation.document(hit.passage.document_id)
        text = document.text[unit.start : unit.end]
        held = wanted.kind != "text" and wanted.met_by(text) and not (own and self._is_of_another(text, own, wanted))
        # Many sentences have the form of a definition, but few of what is asked for.
        expected = {"definition": _DEFINED * coverage, "name": _NAMED * coverage}.get(wanted.kind, _EXPECTED)
        near = max(similarity[context] for context in unit.contexts)
        relevance = max(
            (p for (name, s, e), p in read.items() if name == document.id and s < unit.end and unit.start < e),
            default=None,
        )
        found = _SIMILARITY * near + _BARE * similarity[unit.text] + _COVERAGE * coverage + _PASSAGE * hit.score
        return Evidence(
            document=document,
            start=unit.start,
            end=unit.end,
            block=unit.block,
            about=unit.about,
            terms=terms,
            passage_terms=passage_terms,
            score=found + expected * held + _RELEVANCE * (relevance or 0.0),
            similarity=near,
            coverage=coverage,
            relevance=relevance,
            is_colophon=unit.is_colophon,
        )


def asks_about_source(question: str) -> bool:
    """Whether a question may be about a page itself: its authors, its date, its review."""
    return bool(_ABOUT.search(question))
