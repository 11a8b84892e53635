"""The words of a page in their places become lines, column after column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

# In points for a type of 10: as wide as no space between words is, and as the narrowest gutter between columns.
_GUTTER = 0.9
_FEWEST_ROWS = 3
_FEWEST_WORDS = 3
_APART = 1.3

Word = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one column; places are in points from the left and the top of its page."""

    text: str
    page: int
    left: float
    right: float
    top: float
    bottom: float
    size: float
    is_bold: bool

    @classmethod
    def of(cls, words: Sequence[Word], page: int) -> Line:
        """The line of `words`, which are in order."""
        return cls(
            text=" ".join(str(word["text"]) for word in words),
            page=page,
            left=min(word["x0"] for word in words),
            right=max(word["x1"] for word in words),
            top=min(word["top"] for word in words),
            bottom=max(word["bottom"] for word in words),
            size=round(median(word["size"] for word in words), 1),
            is_bold=all("bold" in str(word["fontname"]).lower() for word in words),
        )


def in_reading_order(words: Sequence[Word], page: int) -> list[Line]:
    """The lines of a page of `words` with `x0`, `x1`, `top`, `bottom`, `size` and `fontname`.

    Where at least three rows in a row leave the same gap open, and what stands beside it is prose, they are columns.
    """
    return [Line.of(row, page) for row in _ordered(_rows(words))]


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """The words at one height, from left to right, from top to bottom."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word["bottom"], word["x0"])):
        if rows and abs(rows[-1][-1]["bottom"] - word["bottom"]) <= word["size"] / 3:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word["x0"]) for row in rows]


def _ordered(rows: list[list[Word]]) -> list[list[Word]]:
    found = _columns(rows)
    if found is None:
        return rows
    first, last, gap = found
    left = [[word for word in row if word["x1"] <= gap] for row in rows[first:last]]
    right = [[word for word in row if word["x1"] > gap] for row in rows[first:last]]
    columns = [[row for row in column if row] for column in (left, right)]
    return [*_ordered(rows[:first]), *_ordered(columns[0]), *_ordered(columns[1]), *_ordered(rows[last:])]


def _columns(rows: Sequence[Sequence[Word]]) -> tuple[int, int, float] | None:
    """The longest range of rows that a gap parts in two columns of prose, and where the gap is."""
    gaps = {
        round((before["x1"] + word["x0"]) / 2)
        for row in rows
        for before, word in pairwise(row)
        if word["x0"] - before["x1"] >= _GUTTER * word["size"]
    }
    best: tuple[int, int, float] | None = None
    for gap in sorted(gaps):
        first = 0
        for last in range(len(rows) + 1):
            if last < len(rows) and _is_open(rows[last], gap):
                continue
            end = first + _height(rows[first:last], gap)
            if (best is None or end - first > best[1] - best[0]) and _are_prose(rows[first:end], gap):
                best = (first, end, float(gap))
            first = last + 1
    return best


def _height(rows: Sequence[Sequence[Word]], gap: float) -> int:
    """How many of the rows beside a gap are columns: those down to the end of the shorter, and what goes on from there.

    What stands below the columns, set apart, may leave the gap open as well.
    """
    both = [i for i, row in enumerate(rows) if row[0]["x1"] <= gap < row[-1]["x1"]]
    if len(both) < _FEWEST_ROWS:
        return 0
    step = median(rows[b][0]["top"] - rows[a][0]["top"] for a, b in pairwise(both))
    end = both[-1] + 1
    while end < len(rows) and rows[end][0]["top"] - rows[end - 1][0]["top"] <= _APART * step:
        end += 1
    return end


def _is_open(row: Sequence[Word], gap: float) -> bool:
    """Whether no word of a row comes near the gap."""
    return not any(word["x0"] < gap + word["size"] * 0.4 and word["x1"] > gap - word["size"] * 0.4 for word in row)


def _are_prose(rows: Sequence[Sequence[Word]], gap: float) -> bool:
    """Whether both sides of the gap hold enough rows, of enough words: a table's cells hold fewer."""
    for side in (True, False):
        counts = [count for row in rows if (count := sum((word["x1"] <= gap) == side for word in row))]
        if len(counts) < _FEWEST_ROWS or median(counts) < _FEWEST_WORDS:
            return False
    return True
