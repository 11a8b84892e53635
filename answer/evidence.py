"""Reading: the sentences of the passages found, each weighed against the question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from answer.expectation import Expectation, expectation
from ingest import Document, Encoder, Generation, analyze
from retriever import Asked, Hit, Terms

LONGEST_LIST = 700
_LABEL = re.compile(r"^(?P<label>[^.:;]{3,60}?)(?::| is | are | has | have )")
_ANAPHOR = re.compile(r"^(?:it|its|they|their|these|this|those|that|such|the (?:drug|drugs|medicine|medicines))\b", re.I)
_ABOUT = re.compile(
    r"\b(?:page|article|source|document|website|site|author|publish\w*|wrote|written|updated?|revis\w+|review\w*|"
    r"approved|up to date|trust\w*|reliab\w+|how (?:old|recent|current))\b",
    re.IGNORECASE,
)
_LONGEST_CHAIN = 2
_SIMILARITY, _COVERAGE, _PASSAGE, _EXPECTED = 0.5, 0.35, 0.15, 0.08


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence, or a list with its lead-in, that may answer: `document.text[start:end]`.

    `score` weighs, in [0, 1], `similarity` (cosine to the question, headings read along), `coverage` (the part of the
    question's words that it holds), the score of its passage, and whether it holds the kind of thing asked for.  `terms` are those of the sentence with its heading
    and what it leans on, `passage_terms` those of the passage that it was found in.
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
        """The verbatim text."""
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class _Unit:
    start: int
    end: int
    block: int
    context: str
    is_colophon: bool


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
        units: dict[tuple[str, int, int], tuple[Hit, _Unit]] = {}
        for hit in hits:
            document = self._generation.document(hit.passage.document_id)
            for unit in _units(document, hit.passage.start, hit.passage.end):
                if unit.is_colophon <= about:
                    units.setdefault((document.id, unit.start, unit.end), (hit, unit))
        vectors = self._encoder.encode([self._terms.expand(question), *(unit.context for _, unit in units.values())])
        asked = self._terms.asked(question)
        evidence = [
            self._weigh(hit, unit, float(vectors[number] @ vectors[0]), asked, expectation(question))
            for number, (hit, unit) in enumerate(units.values(), 1)
        ]
        return sorted(evidence, key=lambda e: -e.score)

    def _weigh(
        self, hit: Hit, unit: _Unit, similarity: float, asked: Sequence[Asked], wanted: Expectation
    ) -> Evidence:
        terms = frozenset(analyze(unit.context))
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


def _units(document: Document, start: int, end: int) -> Iterator[_Unit]:
    """The sentences, or whole lists, that begin in a passage; a list is given once, with its lead-in."""
    lists = list_ranges(document)
    done: set[int] = set()
    for number, sentence in enumerate(document.sentences):
        if not start <= sentence.start < end:
            continue
        section = document.section_at(sentence.start)
        is_colophon = document.blocks[sentence.block].kind == "colophon"
        # The title heads all of a page and so tells its sentences apart only from those of other pages.
        headings = dict.fromkeys((*section.path, section.heading) if is_colophon or section.heading != document.title else ())
        lead = "".join(f"{heading}: " for heading in headings)
        whole = lists.get(sentence.block)
        if whole:
            if whole[0] not in done:
                done.add(whole[0])
                yield _Unit(*whole, sentence.block, lead + document.text[whole[0] : whole[1]], is_colophon)
            continue
        start = _antecedent(document, number)
        text = document.text[start : sentence.end]
        context = lead + _label(document, sentence.block, start) + text
        yield _Unit(start, sentence.end, sentence.block, context, is_colophon)


def asks_about_source(question: str) -> bool:
    """Whether a question may be about a page itself: its authors, its date, its review."""
    return bool(_ABOUT.search(question))


def list_ranges(document: Document) -> dict[int, tuple[int, int]]:
    """For each block of a list with a lead-in ("… include:"), the range from the lead-in to the last item."""
    ranges: dict[int, tuple[int, int]] = {}
    blocks = document.blocks
    for number, block in enumerate(blocks):
        if block.kind not in ("paragraph", "item") or document.text[block.end - 1] != ":":
            continue
        last = number
        depth = block.level if block.kind == "item" else 0
        while last + 1 < len(blocks) and blocks[last + 1].kind == "item" and blocks[last + 1].level > depth:
            last += 1
        if last > number and blocks[last].end - block.start <= LONGEST_LIST:
            ranges |= dict.fromkeys(range(number, last + 1), (block.start, blocks[last].end))
    return ranges


def _antecedent(document: Document, number: int) -> int:
    """Where a quote of a sentence has to begin: at the sentence before it where it opens with a pronoun."""
    first = number
    while first > 0 and _leans(document, first) and document.sentences[first - 1].block == document.sentences[first].block:
        first -= 1
        if number - first == _LONGEST_CHAIN:
            break
    return document.sentences[first].start


def _leans(document: Document, number: int) -> bool:
    sentence = document.sentences[number]
    return bool(_ANAPHOR.match(document.text[sentence.start : sentence.end]))


def _label(document: Document, block: int, start: int) -> str:
    """What a list item is about, for a sentence inside it: "Octreotide (Sandostatin): "."""
    item = document.blocks[block]
    if item.kind != "item" or start == item.start:
        return ""
    label = _LABEL.match(document.text[item.start : item.end])
    return f"{label['label']}: " if label else ""
