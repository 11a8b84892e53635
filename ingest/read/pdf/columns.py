"""The columns of a table without lines: the gaps that its rows leave open, and which words stand in which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ingest.read.pdf.lines import Row, cells_of
from ingest.read.pdf.words import PdfWord

LEADER = re.compile(r"^(?:[.·…_]{3,}|…+)$")  # dots that lead to a figure
_GAP = 0.45  # the least gap that all rows share between two columns, in parts of the size
_FULL = 0.4  # of the rows have all columns, at least


def bounds_of(rows: Sequence[Row]) -> list[float]:
    """Where the columns of rows are parted: the middles of the gaps that (nearly) all of the fullest leave open."""
    parted = [cells_of([word for word in row if not LEADER.match(word.text)], _GAP) for row in rows]
    counts = sorted((len(cells_of(row)) for row in rows), reverse=True)
    fewest = counts[min(len(counts) - 1, max(1, int(_FULL * len(counts))))]
    full = [cells for row, cells in zip(rows, parted, strict=True) if len(cells_of(row)) >= fewest]
    size = median(word.size for row in rows for word in row)
    ends = sorted(end for cells in full for cell in cells for end in ((cell[0].x0, 1), (cell[-1].x1, -1)))
    few = len(full) // 8
    gaps: list[tuple[float, float]] = []
    level = 0
    opened: float | None = None
    for x, step in ends:
        # What few rows hold is the end of a wide cell, and no column.
        if level <= few < level + step and opened is not None and x - opened >= _GAP * size:
            gaps.append((opened, x))
        if level > few >= level + step:
            opened = x
        level += step
    words = [word for row in rows for word in row if not LEADER.match(word.text)]
    starts = [cell[0].x0 for cells in full for cell in cells]
    bounds: list[float] = []
    for left, right in gaps:
        # Where cells begin in line, all that is left of them belongs to the column before.
        edge = right - 0.1 * size
        in_line = 2 * sum(abs(x - right) <= 1 for x in starts) > len(full)
        is_clear = in_line and not any(word.x0 < edge < word.x1 for word in words)
        bounds.append(edge if is_clear else _clearest((left, right), words))
    return bounds


def _clearest(gap: tuple[float, float], words: Sequence[PdfWord]) -> float:
    """Where in a gap the fewest words stand, of all rows."""
    left, right = gap
    inside = [word for word in words if word.x0 < right and word.x1 > left]
    ends = sorted(
        [(left, 0), (right, 0), *((max(left, w.x0), 1) for w in inside), *((min(right, w.x1), -1) for w in inside)]
    )
    best: tuple[int, float, float] | None = None
    level = 0
    for (x, step), (following, _) in pairwise(ends):
        level += step
        if following > x and (best is None or (level, x - following) < best[:2]):
            best = (level, x - following, (x + following) / 2)
    return best[2] if best else (left + right) / 2


def edges_of(cells: Sequence[Sequence[Row]], bounds: Sequence[float]) -> list[tuple[float, float]]:
    """Where the cells of each column begin and end, as a rule."""
    columns: list[list[Row]] = [[] for _ in range(len(bounds) + 1)]
    for parts in cells:
        if len(parts) == len(columns):
            for number, cell in enumerate(parts):
                columns[number].append(cell)
    return [
        (median(c[0].x0 for c in column), median(c[-1].x1 for c in column)) if column else (-1, -1)
        for column in columns
    ]


def columns_of(cells: Sequence[Row], bounds: Sequence[float]) -> list[int]:
    """The numbers of the columns that the cells of a row stand in."""
    return sorted({sum(bound < (word.x0 + word.x1) / 2 for bound in bounds) for cell in cells for word in cell})


def placed(
    cells: Sequence[Row], bounds: Sequence[float], edges: Sequence[tuple[float, float]], lefts: Sequence[float]
) -> list[Row]:
    """The words of a line by column; what stands over several columns is in each of them.

    `lefts` are where the cells of the row above begin: a line that begins there goes on in that column, however far it
    reaches.
    """
    found: list[Row] = [[] for _ in range(len(bounds) + 1)]
    for cell in cells:
        columns = [sum(bound < (w.x0 + w.x1) / 2 for bound in bounds) for w in cell]
        spans = any(w.x0 + w.size / 4 < bound < w.x1 - w.size / 4 for w in cell for bound in bounds)
        if spans or not _is_parted(cell, columns, edges):
            first, last = (sum(bound < x for bound in bounds) for x in (cell[0].x0, cell[-1].x1))
            goes_on = first < len(lefts) and abs(cell[0].x0 - lefts[first]) < cell[0].size / 2
            for n in range(first, first + 1 if goes_on else last + 1):
                found[n] = found[n] + cell
        else:
            for column, word in zip(columns, cell, strict=True):
                found[column].append(word)
    return found


def _is_parted(cell: Row, columns: Sequence[int], edges: Sequence[tuple[float, float]]) -> bool:
    """Whether words that follow each other closely are cells: where a column is left, the next begins or this ends."""
    return all(
        here == there
        or word.x0 - before.x1 >= _GAP * word.size
        or abs(word.x0 - edges[there][0]) < word.size / 2
        or abs(before.x1 - edges[here][1]) < word.size / 2
        for (here, before), (there, word) in pairwise(zip(columns, cell, strict=True))
    )
