"""PDF, as pieces with their pages.

pdfminer.six tells of every character where it stands, how it is drawn, over what and under what, and in which layer;
the libraries that give lines or tables (pypdfium2, pypdf, pdfplumber) give columns in order only where the file happens
to hold them in order, and text that nobody sees.  The order of reading is made here from the places of the words.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ingest.read.layout import Piece
from ingest.read.metadata import Stated
from ingest.read.outline import one_line
from ingest.read.pdf.assembly import PageDraft, pieces_of
from ingest.read.pdf.furniture import without_line_numbers, without_watermark
from ingest.read.pdf.lines import PdfLine, rows_of
from ingest.read.pdf.scans import read_scans
from ingest.read.pdf.symbols import UNREADABLE
from ingest.read.pdf.words import PdfWord, read_words

if TYPE_CHECKING:
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfpage import PDFPage

    from ingest.read.pdf.page import PdfPage

_MOST_PAGES = 20_000
_DAMAGED = "is no PDF, or is damaged; save it anew"
_DOT = 0.75  # the largest dot that a list has, in parts of the size


def read_pdf(data: bytes, ocr: bool = False) -> tuple[list[Piece], list[str], Stated]:
    """The pieces of a PDF, what was dropped of it, and what it states of itself.

    Dropped are running heads and feet, page and line numbers, watermarks, and what is struck out or hidden; comments
    are told too, and pages that are pictures, if they are not read by `ocr`.  Raises ValueError where it is damaged,
    locked, or holds no text, and PackageMissing where what OCR takes is not installed.
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
    scans = read_scans(data, pages) if ocr else ()
    pictures = tuple(page.sheet.number for page in pages if page.is_picture)
    if not any(page.rows or page.asides for page in pages):
        told = " ".join(line for page in pages for line in page.dropped)
        raise ValueError(_why_empty(told, bool(pictures), ocr))
    for number in () if ocr else pictures:
        pages[number - 1].dropped.append(
            f"page {number} is a picture: what is written on it is not read; index it with --ocr"
        )
    return *pieces_of(pages), replace(stated, pictures=pictures, scans=scans)


def _why_empty(told: str, has_pictures: bool, ocr: bool) -> str:
    if "is damaged" in told:
        return _DAMAGED
    if "hidden on" in told or "struck out" in told:
        return "holds no text but what is hidden or struck out; save it with its text"
    if not has_pictures:
        return "holds no text; is it the right file?"
    if ocr:
        return "holds no text, and OCR finds none; scan it anew"
    return "holds no text, as a scanned PDF does; index it with --ocr"


def check_pdf(data: bytes) -> None:
    """Raise ValueError where a PDF cannot be opened, is locked, or has no pages or too many."""
    try:
        _opened(data)
    except ValueError as error:
        if type(error) is ValueError:
            raise
        raise ValueError(_DAMAGED) from error
    except Exception as error:  # pdfminer raises many kinds for a damaged file
        raise ValueError(_DAMAGED) from error


def _opened(data: bytes) -> tuple[PDFDocument, list[PDFPage]]:
    from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser

    from ingest.read.pdf.streams import is_swollen

    if b"%PDF" not in data[:2048]:
        raise ValueError(_DAMAGED)
    if b"startxref" not in data[max(0, data.rfind(b"endobj")) :]:
        raise ValueError("is cut off at its end, or damaged; fetch or save it anew")
    if is_swollen(data):
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


def _read(document: PDFDocument, source: PDFPage, number: int) -> PageDraft:
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
    page = PageDraft(sheet, rows)
    page.asides = [*_asides(sheet), *alone]
    page.dropped = [*sheet.told, *marked, *numbers, *above.told, *struck]
    return page


def _readable(words: Sequence[PdfWord], sheet: PdfPage) -> list[PdfWord]:
    """The words without characters of which nobody can tell what they are, except where one may be a bullet."""
    found: list[PdfWord] = []
    lost = 0
    for word in words:
        text = word.text.replace(UNREADABLE, "")
        lost += len(word.text) - len(text)
        if text or len(word.text) == 1:
            found.append(word._replace(text=text or word.text))
    if lost > len(found):
        sheet.told.append(f"page {sheet.number} is partly in a font that does not say which signs it holds")
    return found


def _with_dots(words: Sequence[PdfWord], sheet: PdfPage) -> list[PdfWord]:
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
                found.append(PdfWord("•", dot.left, dot.right, first.base, first.size))
                break
    return found


def _asides(sheet: PdfPage) -> Iterator[str]:
    """What is written along the side of a page, each block as a paragraph."""
    for _, glyphs in sheet.asides:
        lines = [PdfLine.of(row, sheet.number) for row in rows_of(_readable(read_words(glyphs), sheet))]
        if lines:
            yield " ".join(one_line(line.text) for line in lines)


def _told_struck(words: Sequence[PdfWord]) -> list[str]:
    """What is struck out, as it stands together."""
    if not any(word.is_struck for word in words):
        return []
    together = groupby((word for row in rows_of(words) for word in row), key=lambda word: word.is_struck)
    return [f"struck out: {one_line(' '.join(w.text for w in run))}" for is_struck, run in together if is_struck]
