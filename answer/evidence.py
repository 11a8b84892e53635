"""Reading: the sentences of the passages found, each with what speaks for its being part of the answer."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from statistics import fmean
from typing import Any

from answer.question import ParsedQuestion
from answer.reader import Reader, Stretch
from answer.shipped import shipped
from answer.units import QuotableUnit, units
from ingest import Document, Generation, Passage, analyze
from ingest.documents.document import Range
from retriever import Hit, Terms

WEIGHTS = Path(__file__).parent / "decision.json"
# What is known of a sentence, by whether a model has read it; the names are those of the fitted weights.
SENTENCE_FEATURES = {"read": ("relevance", "answerable", "coverage"), "unread": ("similarity", "coverage")}
_EDGE = 1e-4
Place = tuple[str, int, int]


@dataclass(frozen=True)
class Evidence:
    """A sentence, or a list with its lead-in, that may answer: `document.text[start:end]`.

    `score` are the log odds that it is part of the answer, from its `features` by the fitted weights: the reader's own
    log odds for it (`relevance`) and for its passage (`answerable`), the cosine of its passage to the question
    (`similarity`), and how much of the question's telling words it holds (`coverage`, in [0, 1]).  `own` is where its
    own sentence begins, behind what it leans on; `leads` are the ranges of what leads it in, outermost first; `about`
    is what a pronoun in it stands for where the text does not say.  `terms` are those of the sentence with its headings
    and what it leans on, `passage_terms` those of the passage that it was found in, `held` the telling words of the
    question among the former.
    """

    document: Document
    start: int
    own: int
    end: int
    block: int
    leads: tuple[Range, ...]
    about: str
    terms: frozenset[str]
    passage_terms: frozenset[str]
    held: frozenset[str]
    score: float
    features: Mapping[str, float]

    @cached_property
    def text(self) -> str:
        """The text as it is read, without reference marks."""
        return self.document.reading_text(self.start, self.end)

    @cached_property
    def led_text(self) -> str:
        """The text with what leads it in before it."""
        leads = (self.document.reading_text(start, end) for start, end in self.leads)
        return " ".join((*leads, self.text))

    @cached_property
    def is_row(self) -> bool:
        """Whether it is a row of a table."""
        return self.document.blocks[self.block].kind == "row"

    @property
    def row_name(self) -> str:
        """What a row of a table begins with: its first cell, with the head of its column."""
        cells = self.document.blocks[self.block].cells
        return self.document.reading_text(cells[0].head, cells[0].end) if cells else self.text

    @property
    def place(self) -> Place:
        """Which range of which document it is."""
        return self.document.id, self.start, self.end

    @property
    def chance(self) -> float:
        """The probability that it is part of the answer."""
        return chance(self.score)


@dataclass(frozen=True, slots=True)
class _PassageReading:
    """What the reader says of a passage: the log odds that it answers, and those of its sentences, by range."""

    answerable: float
    sentences: Mapping[tuple[int, int], float]


class SentenceReader:
    """Reads the passages found, and weighs what can be quoted from them."""

    def __init__(self, generation: Generation, terms: Terms, reader: Reader | None = None) -> None:
        """Read the documents of `generation`; without a `reader`, by similarity and words alone."""
        self._generation = generation
        self._terms = terms
        self._reader = reader

    def read(self, question: ParsedQuestion, hits: Sequence[Hit]) -> list[Evidence]:
        """What can be quoted of `hits`, best first; ties in the order of the hits and of the text."""
        documents = self._generation.documents({hit.passage.document_id for hit in hits})
        reads = self._reads(question, hits, documents)
        found: dict[Place, Evidence] = {}
        for hit, read in zip(hits, reads, strict=True):
            document = documents[hit.passage.document_id]
            around = frozenset(analyze(hit.passage.embedded_text))
            for unit in units(document, hit.passage.start, hit.passage.end):
                evidence = self._weigh(question, hit, document, unit, around, read)
                found.setdefault(evidence.place, evidence)
        return sorted(found.values(), key=lambda e: -e.score)

    def _reads(
        self, question: ParsedQuestion, hits: Sequence[Hit], documents: Mapping[str, Document]
    ) -> list[_PassageReading | None]:
        """What the reader says of each of `hits`, in their order."""
        if self._reader is None:
            return [None] * len(hits)
        stretches = [_stretch(hit.passage, documents[hit.passage.document_id]) for hit in hits]
        forms = [self._reader.read(form, stretches) for form in question.read]
        reads: list[_PassageReading | None] = []
        for hit, stretch, *readings in zip(hits, stretches, *forms, strict=True):
            values = zip(*(reading.sentences for reading in readings), strict=True)
            sentences = {
                (s + hit.passage.start, e + hit.passage.start): fmean(map(log_odds, of_each))
                for (s, e), of_each in zip(stretch.sentences, values, strict=True)
            }
            reads.append(_PassageReading(fmean(log_odds(reading.answerable) for reading in readings), sentences))
        return reads

    def _weigh(
        self,
        question: ParsedQuestion,
        hit: Hit,
        document: Document,
        unit: QuotableUnit,
        around: frozenset[str],
        read: _PassageReading | None,
    ) -> Evidence:
        terms = frozenset(analyze(unit.context))
        features = {"similarity": hit.dense, "coverage": self._terms.coverage(question.asked, terms)}
        if read:
            inside = [v for (s, e), v in read.sentences.items() if s < unit.end and unit.own < e]
            features |= {"relevance": max(inside, default=log_odds(0.0)), "answerable": read.answerable}
        return Evidence(
            document=document,
            start=unit.start,
            own=unit.own,
            end=unit.end,
            block=unit.block,
            leads=unit.leads,
            about=unit.about,
            terms=terms,
            passage_terms=around,
            held=self._terms.held(question.asked, terms),
            score=weighed("sentence", "read" if read else "unread", features),
            features=features,
        )


def _stretch(passage: Passage, document: Document) -> Stretch:
    """What the reader is given of a passage."""
    block = document.blocks[document.block_at(passage.start)]
    ranges = tuple(
        (max(s.start, passage.start) - passage.start, min(s.end, passage.end) - passage.start)
        for s in document.sentences_in(min(block.start, passage.start), passage.end)
        if passage.start < s.end
    )
    return Stretch(passage.text, ranges, f"{passage.heading}: " + (f"{passage.lead} " if passage.lead else ""))


@cache
def fitted() -> Mapping[str, Any]:
    """The weights and thresholds that `make calibrate` fitted."""
    return dict(json.loads(shipped(WEIGHTS)))


def weighed(what: str, kind: str, features: Mapping[str, float]) -> float:
    """The log odds that the fitted logistic regression `what` gives `features`."""
    weights = fitted()[what][kind]["weights"]
    total = sum(weight * features[name] for name, weight in weights.items() if name != "intercept")
    return float(weights["intercept"] + total)


def log_odds(probability: float) -> float:
    """The log odds of a probability, away from the edges."""
    probability = min(1 - _EDGE, max(_EDGE, probability))
    return math.log(probability / (1 - probability))


def chance(odds: float) -> float:
    """The probability that log odds stand for."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
