"""PDF, as pieces with their pages.

pdfminer.six tells of every sign where it stands, how it is drawn, over what and under what, and of which layer it is;
the libraries that give lines or tables (pypdfium2, pypdf, pdfplumber) give columns in order only where the file happens
to hold them in order, and text that nobody sees.  The order of reading is made here from the places of the words.
"""

from __future__ import annotations

import io
import logging
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ingest.read.layout import Piece
from ingest.read.metadata import Stated
from ingest.read.outline import one_line, with_bibliography, with_one_title
from ingest.read.pdf.blocks import read_blocks
from ingest.read.pdf.furniture import without_contents, without_line_numbers, without_watermark
from ingest.read.pdf.grids import drawn_tables
from ingest.read.pdf.lines import Line, Row, in_reading_order, rows_of
from ingest.read.pdf.notes import with_asides, without_notes
from ingest.read.pdf.opentables import with_open_tables
from ingest.read.pdf.running import without_running_lines
from ingest.read.pdf.signs import UNREADABLE
from ingest.read.pdf.tables import Table
from ingest.read.pdf.words import Word, read_words

if TYPE_CHECKING:
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfpage import PDFPage

    from ingest.read.pdf.page import Sheet

_STREAM = re.compile(rb"stream\r?\n")
_LARGEST = 200_000_000  # bytes that a part of a file may unpack to
_MOST_PAGES = 20_000
_DAMAGED = "is no PDF, or is damaged; save it anew"
_TYPED = 0.8  # of a document that is written on a typewriter
_DOT = 0.75  # the largest dot that a list has, in parts of the size


@dataclass(slots=True)
class _Page:
    """A page on its way: its rows, what stands beside them, and what was left out."""

    sheet: Sheet
    rows: list[Row]
    asides: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def read_pdf(data: bytes) -> tuple[list[Piece], list[str], Stated]:
    """The pieces of a PDF, what was dropped of it, and what it states of itself.

    Dropped are running heads and feet, page and line numbers, watermarks, and what is struck out or hidden; pages that
    are pictures and comments are told too.  Raises ValueError where it is damaged, locked, or holds no text.
    """
    from ingest.read.pdf.stated import read_stated

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        document, sources = _opened(data)
        stated = read_stated(document, len(sources))
        pages = [_read(document, source, number) for number, source in enumerate(sources, 1)]
    except ValueError as error:
        if type(error) is ValueError:
            raise
        raise ValueError(_DAMAGED) from error
    except Exception as error:  # pdfminer raises many kinds for a damaged file
        raise ValueError(_DAMAGED) from error
    if not any(page.rows or page.asides for page in pages):
        raise ValueError(_why_empty(" ".join(line for page in pages for line in page.dropped)))
    return *_pieces(pages), stated


def _why_empty(told: str) -> str:
    if "is damaged" in told:
        return _DAMAGED
    if "hidden on" in told or "struck out" in told:
        return "holds no text but what is hidden or struck out; save it with its text"
    return "holds no text, as a scanned PDF does; put its text through OCR first"


def _opened(data: bytes) -> tuple[PDFDocument, list[PDFPage]]:
    from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser

    if b"%PDF" not in data[:2048]:
        raise ValueError(_DAMAGED)
    if b"startxref" not in data[max(0, data.rfind(b"endobj")) :]:
        raise ValueError("is cut off at its end, or damaged; fetch or save it anew")
    if any(_is_swollen(data, found.start(), found.end()) for found in _STREAM.finditer(data)):
        raise ValueError("holds a part that is larger than any document needs; print it anew")
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
    except PDFEncryptionError as error:
        raise ValueError("is locked with a password; save it without one") from error
    catalog = dict(document.catalog)
    document.catalog.pop("PageLabels", None)  # a damaged tree of labels would leave no pages
    pages = []
    for page in PDFPage.create_pages(document):
        pages.append(page)
        if len(pages) > _MOST_PAGES:
            raise ValueError(f"has more than {_MOST_PAGES} pages; split it")
    document.catalog.update(catalog)
    if not pages:
        raise ValueError("holds no pages; save it anew")
    return document, pages


def _is_swollen(data: bytes, start: int, end: int) -> bool:
    """Whether a stream that begins at `end` unpacks to more than can be meant; pictures are never unpacked."""
    head = data[max(0, data.rfind(b"obj", max(0, start - 4096), start)) : start]
    times = head.count(b"FlateDecode") or head.count(b"/Fl")
    if not times or b"/Image" in head:
        return False
    last = data.find(b"endstream", end)
    packed = data[end : last if last > 0 else len(data)]
    for _ in range(times):
        if len(packed) * 1032 < _LARGEST and times == 1:
            return False
        reader = zlib.decompressobj()
        try:
            packed = reader.decompress(packed, _LARGEST)
        except zlib.error:
            return False
        if len(packed) >= _LARGEST:
            return True
    return False


def _read(document: PDFDocument, source: PDFPage, number: int) -> _Page:
    """The rows of a page, and what stands beside them."""
    from pdfminer.pdfinterp import PDFResourceManager

    from ingest.read.pdf.forms import read_above, with_values
    from ingest.read.pdf.operators import layers_off
    from ingest.read.pdf.page import read_page

    manager: Any = document.__dict__.setdefault("manager", PDFResourceManager())
    sheet = read_page(source, number, manager, layers_off(document.catalog))
    above = read_above(source, sheet)
    words = _readable(read_words(sheet.glyphs, [*sheet.rules, *above.strikes]), sheet)
    struck = _told_struck(words)
    words, marked = without_watermark([word for word in words if not word.is_struck])
    words, alone = with_values(above.values, words)
    rows, numbers = without_line_numbers(rows_of(_with_dots(words, sheet)))
    page = _Page(sheet, rows)
    page.asides = [*_asides(sheet), *alone]
    page.dropped = [*sheet.told, *marked, *numbers, *above.told, *struck]
    if not rows and not page.asides and sheet.is_picture:
        page.dropped.append(f"page {number} is a picture: what is written on it is not read")
    return page


def _size(words: Sequence[Word]) -> float:
    """The size of most of the words."""
    sizes = Counter(word.size for word in words)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _readable(words: Sequence[Word], sheet: Sheet) -> list[Word]:
    """The words without signs of which nobody can tell what they are, except where one may be a bullet."""
    found: list[Word] = []
    lost = 0
    for word in words:
        text = word.text.replace(UNREADABLE, "")
        lost += len(word.text) - len(text)
        if text or len(word.text) == 1:
            found.append(word._replace(text=text or word.text))
    if lost > len(found):
        sheet.told.append(f"page {sheet.number} is partly in a font that does not say which signs it holds")
    return found


def _with_dots(words: Sequence[Word], sheet: Sheet) -> list[Word]:
    """The words, with the dots that are drawn before some of them, as before the items of a list, as bullets."""
    dots = sorted(sheet.dots, key=lambda dot: dot.left)[:1000]
    found = list(words)
    if not dots:
        return found
    for row in rows_of(words):
        first, middle = row[0], row[0].base - row[0].size / 3
        for dot in dots:
            size = max(dot.right - dot.left, dot.bottom - dot.top)
            beside = 0 < first.x0 - dot.right < 2.5 * first.size and dot.top < middle + 2 and dot.bottom > middle - 2
            if beside and size <= _DOT * first.size:
                found.append(Word("•", dot.left, dot.right, first.base, first.size))
                break
    return found


def _asides(sheet: Sheet) -> Iterator[str]:
    """What is written along the side of a page, each block as a paragraph."""
    for _, glyphs in sheet.asides:
        lines = [Line.of(row, sheet.number) for row in rows_of(_readable(read_words(glyphs), sheet))]
        if lines:
            yield " ".join(one_line(line.text) for line in lines)


def _told_struck(words: Sequence[Word]) -> list[str]:
    """What is struck out, as it stands together."""
    if not any(word.is_struck for word in words):
        return []
    together = groupby((word for row in rows_of(words) for word in row), key=lambda word: word.is_struck)
    return [f"struck out: {one_line(' '.join(w.text for w in run))}" for is_struck, run in together if is_struck]


def _pieces(pages: Sequence[_Page]) -> tuple[list[Piece], list[str]]:
    """The pieces of all pages, and what was dropped of them."""
    kept, running = without_running_lines([page.rows for page in pages])
    monospaced = [word.is_monospaced for rows in kept for row in rows for word in row]
    is_typed = sum(monospaced) > _TYPED * len(monospaced)
    rows = [list(_contents(page.sheet, found, is_typed)) for page, found in zip(pages, kept, strict=True)]
    body = _size([word for found in kept for row in found for word in row])
    asides: list[tuple[int, str]] = []
    matter: list[Line | Table] = []
    for page, found in zip(pages, rows, strict=True):
        lines, notes = without_notes(found, body)
        matter += lines
        asides += [(page.sheet.number, text) for text in (*notes, *page.asides)]
    pieces, contents = without_contents(read_blocks(matter))
    pieces = with_asides(with_bibliography(pieces), asides)
    dropped = contents + [line for page, gone in zip(pages, running, strict=True) for line in (*gone, *page.dropped)]
    return with_one_title(pieces), dropped


def _contents(sheet: Sheet, rows: Sequence[Row], is_typed: bool) -> Iterator[Line | Table]:
    """The lines and tables of a page, in the order of reading; where all `is_typed` as code is, nothing is code."""
    words = [word._replace(is_monospaced=word.is_monospaced and not is_typed) for row in rows for word in row]
    words = drawn_tables(words, sheet.rules, sheet.shades, sheet.number)
    for part in in_reading_order(rows_of(words)):
        for found in with_open_tables(part, sheet.rules, sheet.number):
            if isinstance(found, Table):
                yield found
                continue
            beside = [word for word in found if not word.table]
            if beside:
                yield Line.of(beside, sheet.number)
            yield from (word.table for word in found if word.table)
