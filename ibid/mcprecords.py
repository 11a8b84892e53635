"""What the tools of the Model Context Protocol server give, and the pages of their lists."""

from __future__ import annotations

from dataclasses import dataclass

from answer.display import as_text, citation_lines
from ibid.api import Library
from ibid.metadata import metadata
from ibid.sourcerecord import describe
from ingest import Document, Generation

PAGE = 100


class UnknownCursor(LookupError):
    """A list has no page that begins there."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage: `text` is `[start, end)` of that of its document, and `id` its own; `source` is where it is from."""

    rank: int
    score: float
    id: str
    document_id: str
    title: str
    section: str
    page: int | None
    page_label: str | None
    start: int
    end: int
    url: str | None
    file: str | None
    source: str
    publisher: str | None
    revised: str | None
    review_status: str | None
    license: str | None
    revision: str
    read_by_ocr: bool
    text: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of a source; `scans` are the numbers of its pages that were read by OCR."""

    id: str
    file: str | None
    title: str
    publisher: str | None
    url: str | None
    revised: str | None
    review_status: str | None
    license: str | None
    revision: str
    scans: tuple[int, ...]
    passages: int


@dataclass(frozen=True, slots=True)
class Sources:
    """A page of the list of sources, of which there are `total`; `next_cursor` is where the next page begins."""

    sources: tuple[Listed, ...]
    next_cursor: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a source: `path` holds the headings above it."""

    heading: str
    path: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A source and a stretch of its text: `text` is `[start, end)` of the `length` characters that it has.

    `scans` are the numbers of its pages that were read by OCR.
    """

    id: str
    file: str | None
    title: str
    publisher: str | None
    url: str | None
    revised: str | None
    review_status: str | None
    license: str | None
    revision: str
    scans: tuple[int, ...]
    passages: int
    sections: tuple[Part, ...]
    length: int
    start: int
    end: int
    text: str


def found(library: Library, question: str, k: int) -> tuple[list[tuple[Found, str]], str]:
    """The best passages, each with the text that a person reads, and the name of the generation that they are of."""
    told = []
    hits, generation = library.search_told(question, k)
    for hit, cited in hits:
        passage = Found(rank=hit.rank, text=cited.quote, **metadata(hit, cited))
        place = f"Passage {passage.id} of {passage.document_id}, characters {passage.start} to {passage.end}:"
        told.append((passage, f"{place}\n{as_text(citation_lines([cited], (), generation.states))}\n"))
    return told, generation.name


def documents(generation: Generation, cursor: str | None) -> tuple[list[Document], str | None]:
    """A page of the sources, and the cursor of the next one.  Raises UnknownCursor."""
    ids = generation.document_ids()
    firsts = {str(first): first for first in range(PAGE, len(ids), PAGE)}
    if cursor and cursor not in firsts:
        raise UnknownCursor(f"{cursor[:20]!r} is no cursor of this list; begin again without one")
    first = firsts[cursor] if cursor else 0
    last = first + PAGE
    return [generation.document(source) for source in ids[first:last]], str(last) if last < len(ids) else None


def listed(generation: Generation, cursor: str | None) -> Sources:
    """A page of the sources as what is known of them.  Raises UnknownCursor."""
    page, following = documents(generation, cursor)
    known = tuple(Listed(**describe(document, len(generation.rows_of(document.id)))) for document in page)
    return Sources(known, following, len(generation.document_ids()))
