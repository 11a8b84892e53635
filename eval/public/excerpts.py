"""The excerpts and questions of `asked`, which its README describes, and an excerpt as a document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.public.beir import read_lines
from ingest import Document, Source
from ingest.read.layout import Piece
from ingest.read.sentences import split_sentences

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class AskedPassage:
    """A passage of an excerpt: its heading, its text, and ranges of its sentences, numbered from `first` on."""

    heading: str
    text: str
    sentences: tuple[Range, ...]
    first: int

    def holds(self, number: int) -> bool:
        """Whether a sentence of the excerpt stands in this passage."""
        return self.first <= number < self.first + len(self.sentences)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of one document, passage by passage."""

    id: str
    source: str
    document: str
    passages: tuple[AskedPassage, ...]

    @property
    def sentences(self) -> list[str]:
        """The texts of its sentences."""
        return [p.text[s:e] for p in self.passages for s, e in p.sentences]

    def said(self, numbers: Iterable[int]) -> str:
        """The sentences of these numbers, in order."""
        sentences = self.sentences
        return " ".join(sentences[n] for n in sorted(numbers))


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question on an excerpt; `sentences` answer it, `also` say the same, `near` come nearest where none does."""

    id: str
    excerpt: Excerpt
    split: str
    kind: str
    history: tuple[str, ...]
    question: str
    standalone: str
    sentences: frozenset[int]
    also: frozenset[int]
    near: frozenset[int]

    @property
    def answerable(self) -> bool:
        """Whether its excerpt answers it."""
        return bool(self.sentences)

    @property
    def telling(self) -> frozenset[int]:
        """Every sentence that answers."""
        return self.sentences | self.also

    @classmethod
    def from_json(cls, row: dict[str, Any], name: str, split: str, excerpt: Excerpt) -> AskedQuestion:
        """A question from a line of its file."""
        return cls(
            name,
            excerpt,
            split,
            row["kind"],
            tuple(row["history"]),
            row["question"],
            row.get("standalone") or row["question"],
            frozenset(row["sentences"]),
            frozenset(row["also"]),
            frozenset(row["near"]),
        )


def read_asked(data: Path, *splits: str) -> list[AskedQuestion]:
    """The questions of these splits: train, dev, test."""
    folder = data / "asked"
    keys = ("id", "source", "document", "passages", "sentences")
    excerpts = {row["id"]: _excerpt(row) for _, row in read_lines(folder / "excerpts.jsonl", keys)}
    rows = read_lines(folder / "questions.jsonl", ("id", "excerpt", "split", "kind", "question", "sentences"))
    return [
        AskedQuestion.from_json(row, row["id"], row["split"], excerpts[row["excerpt"]])
        for _, row in rows
        if row["split"] in splits
    ]


def _excerpt(record: dict[str, Any]) -> Excerpt:
    passages, first = [], 0
    for number, passage in enumerate(record["passages"]):
        ranges = tuple((s["start"], s["end"]) for s in record["sentences"] if s["passage"] == number)
        passages.append(AskedPassage(passage["heading"], passage["text"], ranges, first))
        first += len(ranges)
    return Excerpt(record["id"], record["source"], record["document"], tuple(passages))


def document_with(excerpt: Excerpt, gone: frozenset[int] = frozenset(), name: str = "") -> Document:
    """An excerpt as a document, under its headings, without the sentences that are `gone`.

    Every line, and what is left of one, is a paragraph.
    """
    title = excerpt.passages[0].heading.split(" › ")[0]
    pieces: list[Piece] = []
    before: str | None = None
    for passage in excerpt.passages:
        heading = " › ".join(passage.heading.split(" › ")[1:])
        if heading != before:
            pieces.append(Piece("heading", heading or title, 2))
        before = heading
        text = passage.text
        for number in sorted((n for n in gone if passage.holds(n)), reverse=True):
            start, end = passage.sentences[number - passage.first]
            text = text[:start] + text[end:]
        lines = (" ".join(line.split()) for line in text.split("\n"))
        pieces += (Piece("paragraph", line) for line in lines if line)
    return Document.assemble(Source(name or excerpt.id, Path(), title), pieces, (), split_sentences)


def ranges_of(excerpt: Excerpt, document: Document, numbers: Iterable[int]) -> tuple[Range, ...]:
    """Where sentences of an excerpt stand in its document, as a whole; white space alone is laid out anew."""
    wanted, sentences = frozenset(numbers), excerpt.sentences
    places = [
        place
        for block in document.blocks
        if block.kind != "heading"
        for place in range(block.start, block.end)
        if not document.text[place].isspace()
    ]
    found, at = [], 0
    whole = "".join("".join(p.text.split()) for p in excerpt.passages)
    for number, sentence in enumerate(sentences):
        solid = "".join(sentence.split())
        at = whole.find(solid, at)
        if number in wanted:
            found.append((places[at], places[at + len(solid) - 1] + 1))
        at += len(solid)
    return tuple(found)
