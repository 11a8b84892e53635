"""The words of a page in their places become lines, column after column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.read.pdf.symbols import BULLET
from ingest.read.pdf.words import PdfWord, is_from_right

# In points for a type of 10: as wide as no space between words is, and as the narrowest gutter between columns.
_GUTTER = 0.9
_FEWEST_ROWS = 3
_FEWEST_WORDS = 3
_APART = 1.3
_DEEPEST = 12  # columns in columns
_MOST_GAPS = 400
CELLS = 1.0  # the least gap between two cells of a row, in parts of the size
_BULLET = re.compile(BULLET)

Row = list[PdfWord]


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A line of one column; places are in points from the left and the top of its page."""

    text: str
    page: int
    left: float
    right: float
    top: float
    base: float
    size: float
    is_bold: bool
    is_monospaced: bool = False

    @classmethod
    def of(cls, words: Sequence[PdfWord], page: int) -> PdfLine:
        """The line of `words`, which are in order from left to right."""
        from_right = 2 * sum(is_from_right(word.text) for word in words) > len(words)
        said = [word.text for word in (reversed(words) if from_right else words)]
        size = round(median(word.size for word in words), 1)
        base = max(words, key=lambda word: len(word.text) * (abs(word.size - size) < 1)).base
        return cls(
            text=" ".join(said).replace("\N{SOFT HYPHEN} ", " "),
            page=page,
            left=min(word.x0 for word in words),
            right=max(word.x1 for word in words),
            top=base - 0.8 * size,
            base=base,
            size=size,
            is_bold=all(word.is_bold for word in words),
            is_monospaced=all(word.is_monospaced for word in words),
        )


def rows_of(words: Sequence[PdfWord]) -> list[Row]:
    """The words at one height, from left to right, from top to bottom."""
    rows: list[Row] = []
    for word in sorted(words, key=lambda word: (word.base, word.x0)):
        if rows and abs(rows[-1][-1].base - word.base) <= min(word.size, rows[-1][-1].size) / 3:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.x0) for row in rows]


def in_reading_order(rows: list[Row], depth: int = 0) -> list[list[Row]]:
    """Parts of a page that are read one after the other, each of one column, as the rows of it.

    Where at least three rows in a row leave the same gap open, and what stands beside it is prose, they are columns.
    """
    found = _columns(rows) if depth < _DEEPEST else None
    if found is None:
        return [rows] if rows else []
    first, last, gap = found
    left = [[word for word in row if word.x1 <= gap] for row in rows[first:last]]
    right = [[word for word in row if word.x1 > gap] for row in rows[first:last]]
    parts = (rows[:first], [row for row in left if row], [row for row in right if row], rows[last:])
    return [part for rows in parts for part in in_reading_order(rows, depth + 1)]


def _columns(rows: Sequence[Row]) -> tuple[int, int, float] | None:
    """The longest range of rows that a gap parts in two columns of prose, and where the gap is."""
    times: dict[int, int] = {}
    for row in rows:
        for before, word in pairwise(row):
            if word.x0 - before.x1 >= _GUTTER * word.size:
                gap = round((before.x1 + word.x0) / 2)
                times[gap] = times.get(gap, 0) + 1
    best: tuple[int, int, float] | None = None
    for gap in sorted(sorted(times, key=lambda gap: -times[gap])[:_MOST_GAPS]):
        first = 0
        for last in range(len(rows) + 1):
            if last < len(rows) and _is_open(rows[last], gap):
                continue
            # Most ranges are too short to be looked at.
            if last - first > (best[1] - best[0] if best else _FEWEST_ROWS - 1):
                end = first + _height(rows[first:last], gap)
                if (best is None or end - first > best[1] - best[0]) and _are_prose(rows[first:end], gap):
                    best = (first, end, float(gap))
            first = last + 1
    return best


def _height(rows: Sequence[Row], gap: float) -> int:
    """How many of the rows beside a gap are columns: those down to the end of the shorter, and what goes on from there.

    What stands below the columns, set apart, may leave the gap open as well.
    """
    both = [i for i, row in enumerate(rows) if row[0].x1 <= gap < row[-1].x1]
    if len(both) < _FEWEST_ROWS:
        return 0
    step = median(rows[b][0].base - rows[a][0].base for a, b in pairwise(both))
    end = both[-1] + 1
    while end < len(rows) and rows[end][0].base - rows[end - 1][0].base <= _APART * step:
        end += 1
    return end


def _is_open(row: Row, gap: float) -> bool:
    """Whether no word of a row comes near the gap."""
    return not any(word.x0 < gap + word.size * 0.4 and word.x1 > gap - word.size * 0.4 for word in row)


def _are_prose(rows: Sequence[Row], gap: float) -> bool:
    """Whether both sides of the gap hold enough rows of running words: the cells of a table are none."""
    for is_left in (True, False):
        side = [[word for word in row if (word.x1 <= gap) == is_left] for row in rows]
        if not _is_prose([row for row in side if row]):
            return False
    return True


def _is_prose(rows: Sequence[Row]) -> bool:
    """Whether the rows of a column, or of several, run on: enough of them hold words enough, within a sentence."""
    long = [row for row in rows if median(len(cell) for cell in cells_of(row)) >= _FEWEST_WORDS]
    return len(long) >= _FEWEST_ROWS and 5 * len(long) >= 2 * len(rows) and is_running(long)


def is_running(rows: Sequence[Row]) -> bool:
    """Whether rows are the lines of paragraphs or lists: they go on in small letters, or are filled."""
    going_on = sum(row[0].text[0].islower() or bool(_BULLET.match(row[0].text)) for row in rows)
    width = max(row[-1].x1 for row in rows) - min(row[0].x0 for row in rows)
    filled = sum(row[-1].x1 - row[0].x0 >= 0.75 * width for row in rows)
    return 4 * going_on >= len(rows) or (3 * filled >= 2 * len(rows) and median(len(row) for row in rows) > 4)


def cells_of(row: Row, apart: float = CELLS, is_break: Callable[[PdfWord], bool] | None = None) -> list[Row]:
    """The words of a row, parted where a gap of `apart` sizes, or a word that is a break, is between them."""
    cells: list[Row] = [[]]
    for word in row:
        if is_break and is_break(word):
            cells.append([])
            continue
        if cells[-1] and word.x0 - cells[-1][-1].x1 > apart * min(word.size, cells[-1][-1].size):
            cells.append([])
        cells[-1].append(word)
    return [cell for cell in cells if cell]
