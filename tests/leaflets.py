"""Two made-up leaflets of an allotment, an encoder that counts words, and what answers from both."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from fakes import ByName

from answer import Answer, Answerer, Memory, verify
from ibid.api import Library
from ibid.places import Places
from ingest import (
    FUNCTION_WORDS,
    WORD,
    Document,
    FileCatalog,
    Generation,
    Notice,
    Source,
    Vectors,
    analyze,
    build,
)
from ingest.read.markdown.reader import read_markdown
from ingest.read.sentences import split_sentences

ORDINARY = (
    "year old day week price cost weather football match won doctor name brand generic other what which effect "
    "gardener compost soil water roots leaves stem plant feed flower fruit people banana apple"
)

TOMATOES = """# Feeding tomatoes

## Verdolin (Growfast)

Verdolin is a man-made feed. It is sprayed on the leaves every 3 weeks. The main drawbacks of verdolin are yellow \
leaves, weak stems, and a bitter taste. Verdolin does not keep slugs away.

## Quillex (Bloomwell)

Quillex is poured round the roots twice a week. Drawbacks of quillex include slugs and a strong smell. Keep every \
feed in a cool shed away from children.

## Safety

Wear gloves whenever you:

- mix verdolin with hot water
- pour quillex from the can
- rinse the spray bottle

Written by the shed committee of the allotment club.

Last revised: May 3, 2024

## References

- Harrow K. Effects of fernozil on a 3-year-old vine. J Sheds. 2019;4:1-9.
"""

MARROWS = """# Feeding marrows

## Storage

Keep every feed in a cool shed away from young children.

## Timing

Quillex is poured round the roots 5 times a week when marrows swell.
"""

NAMES = frozenset(["verdolin", "growfast", "quillex", "bloomwell", "fernozil", "marrowmax", "quillox", "quillax"])


class WordEncoder:
    """An axis a stem, function words left out; `same` puts one stem on the axis of another."""

    name = "words"
    dimension = 4096

    def __init__(self, ordinary: str = "", same: Mapping[str, str] | None = None, fingerprint: str = "words@1") -> None:
        self.fingerprint = fingerprint
        self.words = (
            frozenset(word for found in WORD.finditer(ordinary.lower()) for word in found[0].split("-")) - NAMES
        )
        self._same = dict(same or {})

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        vectors[:, 0] = 0.01
        for row, text in enumerate(texts):
            for found in WORD.finditer(text):
                for term in analyze(found[0]) if found[0].lower() not in FUNCTION_WORDS else []:
                    vectors[row, 1 + zlib.crc32(self._same.get(term, term).encode()) % (self.dimension - 1)] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def document(text: str, id_: str = "doc", **metadata: str) -> Document:
    """A document read from Markdown without a file."""
    source = Source(id_, Path(f"{id_}.md"), **metadata)  # type: ignore[arg-type]
    return Document.assemble(source, read_markdown(text)[0], [], split_sentences)


def generation(
    index: Path, *documents: Document, encoder: WordEncoder | None = None, notices: Sequence[Notice] = ()
) -> Generation:
    """The generation that an index of these documents is published as."""
    build(FileCatalog(index), documents, notices, encoder or WordEncoder())
    return Generation.open(index)


STORED = "Where should one keep feed away from children?"
DRAWBACKS = "What are the drawbacks of verdolin?"
OFF_TOPIC = "Who won the football match?"
INFORMATION = Notice("information", "Ask a gardener too.")
PENDING = Notice("pending_review", "Nobody has checked this leaflet yet.", "pending")


def made(folder: Path, *documents: Document, notices: Sequence[Notice] = ()) -> Answerer:
    """An answerer of these documents, by an encoder that knows their words."""
    encoder = WordEncoder(TOMATOES + MARROWS + ORDINARY)
    return Answerer(generation(folder, *documents, encoder=encoder, notices=notices), encoder)


def untimed(answer: Answer) -> Answer:
    """The answer without what it took, which is never the same twice."""
    return replace(answer, timings_ms={})


def check_quotes(answer: Answer, answerer: Answerer) -> None:
    """Every statement and citation is a verbatim range, numbered as they come, and no range is quoted twice."""
    cited = {c.number: c for c in answer.citations}
    assert list(cited) == list(range(1, len(answer.citations) + 1))
    assert [n for s in answer.statements for n in s.citations] == list(cited)
    for citation in (*answer.citations, *answer.nearest):
        read = answerer.generation.document(citation.document_id)
        assert read.text[citation.start : citation.end] == citation.quote
        assert read.section_at(citation.start).heading == citation.section
    first = [cited[s.citations[0]] for s in answer.statements]
    assert [c.quote for c in first] == [s.text for s in answer.statements]
    for number, one in enumerate(first):
        for other in first[:number]:
            assert one.document_id != other.document_id or one.end <= other.start or other.end <= one.start
    assert {v.status for v in verify(answer.to_json(), answerer.generation)} <= {"exact"}


def following(answerer: Answerer, memory: Memory | None = None) -> Answerer:
    """The answerer with a resolver."""
    resolver: Any = ByName()
    return Answerer(answerer.generation, answerer.encoder, resolver=resolver, memory=memory)


def garden(folder: Path) -> Library:
    """A library of two leaflets."""
    tomatoes = document(TOMATOES, "tomatoes", url="https://example.org/t", review_status="reviewed")
    marrows = document(MARROWS, "marrows", review_status="pending")
    answerer = made(folder, tomatoes, marrows, notices=[INFORMATION, PENDING])
    return Library(following(answerer), Places(folder, folder))
