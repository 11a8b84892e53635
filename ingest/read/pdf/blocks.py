"""Lines and tables, in the order of reading, become headings, paragraphs, items, rows and code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from ingest.read.layout import Piece
from ingest.read.outline import Outline, one_line
from ingest.read.pdf.hyphens import joined
from ingest.read.pdf.lines import PdfLine
from ingest.read.pdf.symbols import MARK
from ingest.read.pdf.tables import PdfTable

_LARGER = 1.12
_LOOSE = 1.3
_FAR = 2.2  # in parts of the size: no step between lines, behind a short one
_FAR_UPPER = 1.75  # the same before a capital
_FULL = 0.75  # of the width: the least of a line that goes on in the next
_NARROW = 30  # sizes: the least width of a column
_HEADING_STEP = 1.75
_HEADING_WIDTH = 120
_LONGEST_HEADING = 240
_MUCH_LARGER = 1.3
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_CAPTION = re.compile(r"^(?:table|tab\.|tabelle|tableau|tabla) ?\d", re.IGNORECASE)
_FIRST = re.compile(r"[aAiI]\.\s")
_WORDS = re.compile(r"[^\W_][\w-]*")


def read_blocks(rows: Sequence[PdfLine | PdfTable]) -> list[Piece]:
    """The pieces of a document from its lines and tables; a paragraph may go on over the end of a column or page."""
    return _PdfReader(_whole(rows)).read()


def _whole(rows: Sequence[PdfLine | PdfTable]) -> list[PdfLine | PdfTable]:
    """The rows, with the parts of a table that goes on over pages as one."""
    found: list[PdfLine | PdfTable] = []
    for row in rows:
        last = found[-1] if found else None
        if isinstance(row, PdfTable) and isinstance(last, PdfTable) and last.goes_on(row):
            found[-1] = last.with_rest(row)
        else:
            found.append(row)
    return found


class _PdfReader:
    def __init__(self, rows: Sequence[PdfLine | PdfTable]) -> None:
        self._rows = rows
        lines = [row for row in rows if isinstance(row, PdfLine)]
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[line.size] += len(line.text)
        self._body = max(sizes, key=lambda size: (sizes[size], -size), default=0.0)
        larger = sorted({s for s in sizes if s > _LARGER * self._body}, reverse=True)
        self._levels = {size: level for level, size in enumerate(larger, 1)}
        steps = [b.base - a.base for a, b in pairwise(lines) if _is_next(a, b)]
        self._step = median(steps) if steps else 0.0
        self._width = max(_NARROW * self._body, *(line.right - line.left for line in lines), 0.0)
        self._words = Counter(word for line in lines for word in _WORDS.findall(line.text.lower()))
        self._marks = Counter(place for line in lines for place in _mark_places(line))
        # A list of letters begins with the first; "M." and "J." are initials.
        self._firsts = {place for line in lines if _FIRST.match(line.text) for place in _mark_places(line)}
        self._outline = Outline()
        self._open: list[PdfLine] = []
        self._depths: list[float] = []
        self._table: int | None = None

    def read(self) -> list[Piece]:
        for row in self._rows:
            if isinstance(row, PdfTable):
                self._close()
                self._take_table(row)
                continue
            if self._open and not self._goes_on(self._open[-1], row):
                self._close()
            self._open.append(row)
        self._close()
        return self._outline.pieces

    def _level(self, line: PdfLine) -> int:
        """The depth of the heading that a line is or may be part of; 0 for other lines."""
        if line.size in self._levels:
            return self._levels[line.size] if len(line.text) <= _HEADING_WIDTH else 0
        is_heading = line.is_bold and len(line.text) <= _HEADING_WIDTH and line.text[-1] not in ".,;:"
        return len(self._levels) + 1 if is_heading else 0

    def _mark(self, line: PdfLine) -> re.Match[str] | None:
        """The mark of the item that a line begins; some are marks only where another stands in line with them."""
        found = MARK.match(line.text)
        if not found or not found["loose"]:
            return found
        places = [place for place in _mark_places(line) if place[0] != "a." or place in self._firsts]
        return found if max((self._marks[place] for place in places), default=0) > 1 else None

    def _goes_on(self, before: PdfLine, line: PdfLine) -> bool:
        """Whether `line` belongs to the block that `before` is the last line of."""
        if before.is_monospaced or line.is_monospaced:
            return before.is_monospaced == line.is_monospaced and before.page == line.page and before.base < line.base
        end = before.text.rstrip(_RAISED)[-1:]
        grown = line.size < _MUCH_LARGER * before.size and before.size < _MUCH_LARGER * line.size
        mark = self._mark(line)
        goes_on = line.text[0].islower() and not mark and end not in ".!?:" and _is_next(before, line)
        if goes_on and grown and line.base - before.base <= _HEADING_STEP * max(line.size, before.size):
            return True
        if self._level(before) or self._level(line):
            near = 0 < line.base - before.base <= _HEADING_STEP * line.size
            alike = self._level(before) == self._level(line) and line.size == before.size and _is_next(before, line)
            return alike and near and not mark
        if mark:
            first = self._mark(self._open[0])
            inside = mark["number"] not in (None, "1") and not first and end not in ".:;!?"
            return inside and _is_next(before, line) and abs(line.left - before.left) < self._body / 2
        if not _is_next(before, line):
            return end not in ".!?:" and not line.text[0].isupper() and line.size == before.size
        step = line.base - before.base
        is_short = before.right - before.left < self._width / 2
        far = _FAR_UPPER if line.text[0].isupper() else _FAR
        apart = step > _LOOSE * max(self._step, line.size) or (is_short and step > far * line.size)
        apart = apart or self._is_outside(before, line)
        indented = abs(line.left - before.left) > self._body / 2 and end in ".!?:"
        hangs = len(self._open) == 1 and bool(self._mark(before))
        return not apart and (hangs or not indented) and abs(line.size - before.size) < 0.16 * self._body

    def _is_outside(self, before: PdfLine, line: PdfLine) -> bool:
        """Whether a line stands further out than the item before it, which ends with a line that is not full."""
        first = self._open[0]
        is_full = before.right - before.left > _FULL * self._width
        out = line.left < first.left - self._body / 2 and not line.text[0].islower()
        return out and not is_full and bool(self._mark(first))

    def _close(self) -> None:
        if not self._open:
            return
        first, lines, self._open = self._open[0], self._open, []
        if first.is_monospaced:
            self._take_code(lines)
            return
        text, breaks = "", []
        for before, line in pairwise([None, *lines]):
            assert line is not None
            words = one_line(line.text.rstrip("\N{SOFT HYPHEN}")) + "\N{SOFT HYPHEN}" * line.text.endswith(
                "\N{SOFT HYPHEN}"
            )
            text = joined(text, words, self._words)
            if before:
                breaks += [len(text) - len(words)] * (line.page - before.page)
        text = text.replace("\N{SOFT HYPHEN}", "").strip()
        level = self._level(first) if len(text) <= _LONGEST_HEADING else 0
        found = self._mark(first)
        if level:
            self._depths = []
            self._outline.heading(text, level, first.page)
        elif found and (rest := text[found.end() :]):
            moved = tuple(max(0, offset - found.end()) for offset in breaks)
            self._outline.block(rest, self._depth(first), _as_mark(found), first.page, moved)
        elif text:
            self._depths = []
            self._outline.block(text, page=first.page, breaks=tuple(min(len(text), offset) for offset in breaks))
            self._place_caption(text)
        self._table = None

    def _depth(self, line: PdfLine) -> int:
        """How deep an item is in its list, by how far it is set in."""
        while self._depths and line.left < self._depths[-1] - self._body / 2:
            self._depths.pop()
        if not self._depths or line.left > self._depths[-1] + self._body / 2:
            self._depths.append(line.left)
        return len(self._depths)

    def _take_table(self, table: PdfTable) -> None:
        kept = [n for n, row in enumerate(table.rows) if n < table.heads or any(row)]
        pages = [table.pages[n] for n in kept if n >= table.heads]
        self._outline.block(table.caption, page=table.pages[0])
        first = len(self._outline.pieces)
        self._outline.table([table.rows[n] for n in kept], table.heads, table.pages[0])
        added = self._outline.pieces[first:]
        heads = len(added) - len(pages)
        paged = zip(added, [table.pages[0]] * heads + pages, strict=True)
        self._outline.pieces[first:] = [replace(piece, page=page) for piece, page in paged]
        self._depths = []
        self._table = first

    def _place_caption(self, text: str) -> None:
        """Put what is written below a table and names it before the table."""
        pieces, first = self._outline.pieces, self._table
        if first is not None and _CAPTION.match(text) and not (first and _CAPTION.match(pieces[first - 1].text)):
            pieces.insert(first, replace(pieces.pop(), page=pieces[first].page, breaks=()))

    def _take_code(self, lines: Sequence[PdfLine]) -> None:
        left = min(line.left for line in lines)
        width = median((line.right - line.left) / len(line.text) for line in lines) or 1.0
        text = ""
        for before, line in pairwise([None, *lines]):
            assert line is not None
            blank = before is not None and line.base - before.base > 1.7 * self._step > 0
            indent = " " * min(80, round((line.left - left) / width))
            text += ("\n" * (1 + blank) if before else "") + indent + line.text
        self._outline.code(text, lines[0].page)


def _is_next(before: PdfLine, line: PdfLine) -> bool:
    """Whether a line stands below another in the same column."""
    overlaps = line.left < before.right and before.left < line.right
    return before.page == line.page and 0 < line.base - before.base < 4 * before.size and overlaps


def _mark_places(line: PdfLine) -> list[tuple[str, int]]:
    """Where a mark stands that is one only beside others, and of which kind it is; it may stand a little aside."""
    found = MARK.match(line.text)
    if not found or not found["loose"]:
        return []
    kind = re.sub(r"\d+", "1", found["loose"])
    kind = "a." if kind[0].isalpha() and kind.endswith(".") else kind
    return [(kind, round(line.left / 4) + step) for step in (0, 1)]


def _as_mark(found: re.Match[str]) -> str:
    if found["number"]:
        return f"{found['number']}. "
    if found["bullet"] or found["loose"] in ("o", "*", "-", "–", "—"):
        box = found["bullet"] in ("☐", "☑", "☒", "✓", "✔", "✗", "✘")
        return f"{found['bullet']} " if box else "• "
    return f"{found['loose'] or found['letter']} "
