"""PDF, as pieces with their pages.

Of the libraries tried (pypdfium2, pypdf, pdfplumber), each gives columns in order only where the file happens to hold
them in order, and pdfplumber alone tells tables and the places of words, from which the order of reading is made here.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from ingest.layout import Piece
from ingest.outline import Outline, one_line, with_bibliography, with_one_title
from ingest.pagelines import Line, in_reading_order

if TYPE_CHECKING:
    from pdfplumber.page import Page
    from pdfplumber.table import Table

_ITEM = re.compile(r"^(?:([•‣▪◦*–-])|\[?(\d{1,3})[.)\]])\s+(?=\S)")
_PAGE_NUMBER = re.compile(r"^(?:page )?\W*(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of)\s*\d{1,4})?\W*$", re.IGNORECASE)
_HYPHENATED = re.compile(r"(\w+)[-\u00ad]$")
_LARGER = 1.12
_LOOSE = 1.3
_HEADING_WIDTH = 120


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table."""

    cells: tuple[str, ...]
    page: int


def read_pdf(data: bytes) -> tuple[list[Piece], list[str]]:
    """The pieces of a PDF, and the running heads, feet and page numbers that were dropped.

    Raises ValueError where it is damaged, locked, or holds no text.
    """
    import pdfplumber

    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            pages = [list(_contents(page)) for page in pdf.pages]
    except Exception as error:  # pdfminer raises many kinds for a damaged file
        locked = "Password" in repr(error)
        mend = "is locked with a password; save it without one" if locked else "is no PDF, or is damaged; save it anew"
        raise ValueError(mend) from error
    if not any(pages):
        raise ValueError("holds no text, as a scanned PDF does; put its text through OCR first")
    pages, dropped = _without_running_lines(pages)
    return with_one_title(with_bibliography(_Reader([row for page in pages for row in page]).read())), dropped


def _contents(page: Page) -> Iterator[Line | _Row]:
    """The lines and table rows of a page, in the order of reading."""
    tables = [table for table in page.find_tables() if len(table.rows) > 1 and len(table.rows[0].cells) > 1]
    rest: Any = page
    for table in tables:
        rest = rest.outside_bbox(table.bbox)
    words = rest.extract_words(extra_attrs=["size", "fontname"])
    lines = in_reading_order(words, page.page_number)
    waiting = sorted(tables, key=lambda table: table.bbox[1])
    for line in lines:
        while waiting and _is_below(line, waiting[0].bbox):
            yield from _rows(waiting.pop(0), page.page_number)
        yield line
    for table in waiting:
        yield from _rows(table, page.page_number)


def _is_below(line: Line, box: tuple[float, float, float, float]) -> bool:
    left, top, right, _ = box
    return line.top > top and line.left < right and line.right > left


def _rows(table: Table, page: int) -> Iterator[_Row]:
    for cells in table.extract():
        yield _Row(tuple(one_line(cell or "") for cell in cells), page)


def _without_running_lines(pages: list[list[Line | _Row]]) -> tuple[list[list[Line | _Row]], list[str]]:
    """The pages without page numbers, and without lines that most of several pages begin or end with."""
    edges = [{_likeness(page[i]) for i in (0, -1)} for page in pages if page]
    times = Counter(likeness for edge in edges for likeness in edge if likeness)
    dropped: list[str] = []
    kept: list[list[Line | _Row]] = []
    for page in pages:
        rows = list(page)
        for i in (0, -1, -1):
            row = rows[i] if len(rows) > 1 else None
            if not isinstance(row, Line):
                continue
            repeated = len(edges) > 1 and 2 * times[_likeness(row)] > len(edges)
            if repeated or (len(edges) > 1 and _PAGE_NUMBER.match(row.text)):
                dropped.append(row.text)
                rows.pop(i)
        kept.append(rows)
    return kept, dropped


def _likeness(row: Line | _Row) -> str:
    return re.sub(r"\d+", "#", row.text) if isinstance(row, Line) else ""


class _Reader:
    """Lines become headings, paragraphs and items; a paragraph may go on over the end of a column or page."""

    def __init__(self, rows: Sequence[Line | _Row]) -> None:
        self._rows = rows
        lines = [row for row in rows if isinstance(row, Line)]
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[line.size] += len(line.text)
        self._body = sizes.most_common(1)[0][0] if sizes else 0.0
        larger = sorted({s for s in sizes if s > _LARGER * self._body}, reverse=True)
        self._levels = {size: level for level, size in enumerate(larger, 1)}
        steps = [b.top - a.top for a, b in pairwise(lines) if _is_next(a, b)]
        self._step = median(steps) if steps else 0.0
        self._words = Counter(re.findall(r"[\w-]+", " ".join(line.text.lower() for line in lines)))
        self._outline = Outline()
        self._open: list[Line] = []

    def read(self) -> list[Piece]:
        for row in self._rows:
            if isinstance(row, _Row):
                self._close()
                self._outline.table([row.cells], page=row.page)
                continue
            if self._open and not self._goes_on(self._open[-1], row):
                self._close()
            self._open.append(row)
        self._close()
        return self._outline.pieces

    def _level(self, line: Line) -> int:
        """The depth of the heading that a line is or may be part of; 0 for other lines."""
        if line.size in self._levels:
            return self._levels[line.size] if len(line.text) <= _HEADING_WIDTH else 0
        is_heading = line.is_bold and len(line.text) <= _HEADING_WIDTH and line.text[-1] not in ".,;:"
        return len(self._levels) + 1 if is_heading else 0

    def _goes_on(self, before: Line, line: Line) -> bool:
        """Whether `line` belongs to the block that `before` is the last line of."""
        if self._level(before) or self._level(line):
            return self._level(before) == self._level(line) and _is_next(before, line) and line.size == before.size
        if _ITEM.match(line.text):
            return False
        if not _is_next(before, line):
            return before.text[-1] not in ".!?:" and not line.text[0].isupper()
        apart = line.top - before.top > _LOOSE * self._step
        indented = abs(line.left - before.left) > self._body / 2 and before.text[-1] in ".!?:"
        hangs = len(self._open) == 1 and bool(_ITEM.match(before.text))
        return not apart and (hangs or not indented)

    def _close(self) -> None:
        if not self._open:
            return
        first = self._open[0]
        text, breaks = "", []
        for before, line in pairwise([None, *self._open]):
            assert line is not None
            words = one_line(line.text)
            if before:
                text = self._joint(text, words)
                breaks += [len(text)] * (line.page - before.page)
            text += words
        found = _ITEM.match(text)
        level = self._level(first)
        if level:
            self._outline.heading(text, level, first.page)
        elif found:
            mark = f"{found[2]}. " if found[2] else "• "
            moved = tuple(offset - found.end() for offset in breaks)
            self._outline.block(text[found.end() :], 1, mark, first.page, moved)
        else:
            self._outline.block(text, page=first.page, breaks=tuple(breaks))
        self._open = []

    def _joint(self, text: str, following: str) -> str:
        """`text` ready to have `following` behind it; a hyphen stays where the word has one elsewhere too."""
        found = _HYPHENATED.search(text)
        rest = re.match(r"\w+", following)
        if not found or not rest or not following[0].islower():
            return text + " "
        whole, parted = f"{found[1]}{rest[0]}".lower(), f"{found[1]}-{rest[0]}".lower()
        keeps = self._words[parted] > 0 and not self._words[whole]
        return text if keeps and text.endswith("-") else text[:-1]


def _is_next(before: Line, line: Line) -> bool:
    """Whether a line stands below another in the same column."""
    overlaps = line.left < before.right and before.left < line.right
    return before.page == line.page and 0 < line.top - before.top < 4 * before.size and overlaps
