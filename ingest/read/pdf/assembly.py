"""The pages of a document, each with its rows, become its pieces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.read.layout import Piece
from ingest.read.outline import with_bibliography, with_one_title
from ingest.read.pdf.blocks import read_blocks
from ingest.read.pdf.furniture import without_contents
from ingest.read.pdf.grids import drawn_tables
from ingest.read.pdf.lines import PdfLine, Row, in_reading_order, rows_of
from ingest.read.pdf.notes import with_asides, without_notes
from ingest.read.pdf.opentables import with_open_tables
from ingest.read.pdf.running import without_running_lines
from ingest.read.pdf.tables import PdfTable
from ingest.read.pdf.words import PdfWord

if TYPE_CHECKING:
    from ingest.read.pdf.page import PdfPage

_TYPED = 0.8  # of a document that is written on a typewriter


@dataclass(slots=True)
class PageDraft:
    """A page on its way: its rows, what stands beside them, and what was left out."""

    sheet: PdfPage
    rows: list[Row]
    asides: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    @property
    def is_picture(self) -> bool:
        """Whether nothing of it can be read but by OCR."""
        return self.sheet.is_picture and not self.rows and not self.asides


def pieces_of(pages: Sequence[PageDraft]) -> tuple[list[Piece], list[str]]:
    """The pieces of all pages, and what was dropped of them."""
    kept, running = without_running_lines([page.rows for page in pages])
    monospaced = [word.is_monospaced for rows in kept for row in rows for word in row]
    is_typed = sum(monospaced) > _TYPED * len(monospaced)
    rows = [list(_contents(page.sheet, found, is_typed)) for page, found in zip(pages, kept, strict=True)]
    body = _size([word for found in kept for row in found for word in row])
    asides: list[tuple[int, str]] = []
    matter: list[PdfLine | PdfTable] = []
    for page, found in zip(pages, rows, strict=True):
        lines, notes = without_notes(found, body)
        matter += lines
        asides += [(page.sheet.number, text) for text in (*notes, *page.asides)]
    pieces, contents = without_contents(read_blocks(matter))
    pieces = with_asides(with_bibliography(pieces), asides)
    dropped = contents + [line for page, gone in zip(pages, running, strict=True) for line in (*gone, *page.dropped)]
    return with_one_title(pieces), dropped


def _contents(sheet: PdfPage, rows: Sequence[Row], is_typed: bool) -> Iterator[PdfLine | PdfTable]:
    """The lines and tables of a page, in the order of reading; where all `is_typed` as code is, nothing is code."""
    words = [word._replace(is_monospaced=word.is_monospaced and not is_typed) for row in rows for word in row]
    words = drawn_tables(words, sheet.rules, sheet.shades, sheet.number)
    for part in in_reading_order(rows_of(words)):
        for found in with_open_tables(part, sheet.rules, sheet.number):
            if isinstance(found, PdfTable):
                yield found
                continue
            beside = [word for word in found if not word.table]
            if beside:
                yield PdfLine.of(beside, sheet.number)
            yield from (word.table for word in found if word.table)


def _size(words: Sequence[PdfWord]) -> float:
    """The size of most of the words."""
    sizes = Counter(word.size for word in words)
    return sizes.most_common(1)[0][0] if sizes else 10.0
