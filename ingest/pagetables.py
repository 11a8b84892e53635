"""Tables: rows of cells, with their heads told; those without lines are told by the gaps that their rows share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from ingest.hyphens import joined
from ingest.outline import one_line
from ingest.pagelines import Row, cells_of, is_running
from ingest.pagesigns import MARK
from ingest.pagewords import Word
from ingest.pdfpage import Rule

_FEWEST_ROWS = 3
_FAR = 2.8  # between the base lines of two rows, in parts of the size
_NEAR = 1.35  # between two lines of one cell
_GAP = 0.45  # the least gap that all rows share between two columns, in parts of the size
_FULL = 0.4  # of the rows have all columns, at least
_MOST_HEADS = 3
_SHORT = 48
_LEADER = re.compile(r"^(?:[.·…_]{3,}|…+)$")
_FIGURE = re.compile(r"^\W*\d[\d\s.,:/–-]*(?:\W*|\W*\w{1,4}\W*|\s\w+)$|^[-–—✓✔✗✘☐☑☒•●×+]$")


class Cell(NamedTuple):
    """What stands in one field of a table."""

    text: str
    is_bold: bool = False
    base: float = 0.0

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Cell:
        """The cell of these lines."""
        words = [word for row in rows for word in row]
        return cls(text_of(rows), bool(words) and all(w.is_bold for w in words), words[0].base if words else 0.0)


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or its part on one page; `is_told` is whether its heads are marked as such, rather than inferred.

    `caption` is what stands in a row of its own above all others.
    """

    rows: tuple[tuple[str, ...], ...]
    heads: int
    is_told: bool
    pages: tuple[int, ...]
    left: float
    right: float
    top: float
    bottom: float
    caption: str = ""

    @classmethod
    def of(
        cls,
        rows: Sequence[Sequence[Cell]],
        page: int,
        left: float,
        right: float,
        top: float,
        bottom: float,
        ruled: int = 0,
        shaded: int = 0,
    ) -> Table:
        """The table of `rows`; `ruled` of them stand above a line, `shaded` on a ground of their own."""
        said = [{cell.text for cell in row if cell.text} for row in rows]
        is_titled = len(rows) > 2 and [len(texts) for texts in said].count(1) == 1 == len(said[0])
        rows = rows[is_titled:]
        heads, is_told = _heads(rows, ruled - is_titled, shaded - is_titled)
        # A head that spans several rows belongs to each of them.
        while 0 < heads < len(rows) - 1 and any(
            a == b and a.text for a, b in zip(*rows[heads - 1 : heads + 1], strict=True)
        ):
            heads += 1
        texts = tuple(tuple(cell.text for cell in row) for row in rows)
        caption = said[0].pop() if is_titled else ""
        return cls(texts, heads, is_told, (page,) * len(rows), left, right, top, bottom, caption)

    def goes_on(self, other: Table) -> bool:
        """Whether `other`, the first of its page, is the rest of this one, the last of the page before."""
        if len(self.rows[0]) != len(other.rows[0]) or other.pages[0] != self.pages[-1] + 1:
            return False
        repeated = self.heads and other.rows[: self.heads] == self.rows[: self.heads]
        there = abs(self.left - other.left) < 12 and abs(self.right - other.right) < 24
        return bool(repeated) or (there and not other.is_told and not other.caption)

    def with_rest(self, other: Table) -> Table:
        """Both as one; heads that are repeated are left out."""
        again = self.heads if other.rows[: self.heads] == self.rows[: self.heads] else 0
        return Table(
            self.rows + other.rows[again:],
            self.heads,
            self.is_told,
            self.pages + other.pages[again:],
            *(other.left, other.right, other.top, other.bottom),
            self.caption,
        )


def text_of(rows: Sequence[Row]) -> str:
    """The words of a cell, as one line."""
    text = ""
    for row in rows:
        text = joined(text, " ".join(word.text for word in row))
    return one_line(text)


def is_figure(text: str) -> bool:
    """Whether a cell holds a figure, with its unit at most, or a mere sign."""
    return bool(_FIGURE.match(text))


def _heads(rows: Sequence[Sequence[Cell]], ruled: int, shaded: int) -> tuple[int, bool]:
    """How many of the rows at the top are heads, and whether they are marked as such."""
    if 0 < ruled <= _MOST_HEADS and ruled < len(rows):
        return ruled, True
    bold = [all(cell.is_bold for cell in row if cell.text) for row in rows]
    first = next((n for n, is_bold in enumerate(bold) if not is_bold), 0)
    if 0 < first <= _MOST_HEADS and 2 * sum(bold[first:]) < len(rows):
        return first, True
    if 0 < shaded <= _MOST_HEADS and 2 * shaded <= len(rows):
        return shaded, True
    return (1, False) if len(rows) > 1 and _is_head(rows) else (0, False)


def _is_head(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row reads like heads: short, of words, and unlike what stands below."""
    first, body = rows[0], rows[1:]
    told = [cell.text for cell in first]
    labels = [row[0] for row in rows if row[0].text]
    if all(cell.is_bold for cell in labels) and not all(cell.is_bold for row in rows for cell in row if cell.text):
        if not told[0] and len(told) > 2:
            return True
        if len(told) == 2:
            return False
    if any(len(text) > _SHORT or text.endswith(":") or is_figure(text) for text in told) or not all(told[1:]):
        return False
    columns = [[row[n].text for row in body if row[n].text] for n in range(len(first))]
    if len(set(told)) < len(told):
        return 2 * sum(2 * sum(map(is_figure, column)) > len(column) for column in columns) > len(columns)
    if any(column and sum(is_figure(text) for text in column) * 2 > len(column) for column in columns[1:]):
        return True
    if any(column and sum(any(map(str.isdigit, text)) for text in column) * 3 > 2 * len(column) for column in columns):
        return not any(any(map(str.isdigit, text)) for text in told)
    longer = [len(text) for column in columns for text in column]
    if len(first) > 2:
        return bool(longer) and len(body) > 1
    return bool(longer) and len(told[0]) < _SHORT / 2 and 2 * max(map(len, told)) < max(longer)


def with_open_tables(rows: Sequence[Row], rules: Sequence[Rule], page: int) -> list[Row | Table]:
    """The rows of a column, with those that are rows of one table as a table."""
    found: list[Row | Table] = []
    at = 0
    cells = [_cells(row) for row in rows]
    while at < len(rows):
        end = _end(rows, cells, at)
        table, end = _table(rows, cells, at, end, rules, page) if end > at + 1 else (None, at)
        if table is None:
            row = [word for word in rows[at] if not _LEADER.match(word.text)] or rows[at]
            found.append(_pair(row, page) if _is_pair(cells[at]) else row)
            at += 1
        else:
            found.append(table)
            at = end
    return found


def _cells(row: Row) -> list[Row]:
    """The words of a row by its gaps; the mark of an item is no cell of its own."""
    cells = cells_of(row, is_break=lambda word: bool(_LEADER.match(word.text)))
    if len(cells) > 1 and MARK.match(" ".join(word.text for word in cells[0]) + " x"):
        cells[:2] = [cells[0] + cells[1]]
    return cells


def _is_pair(cells: Sequence[Row]) -> bool:
    return len(cells) > 1 and cells[0][-1].text.endswith(":") and not cells[1][-1].text.endswith(":")


def _pair(row: Row, page: int) -> Table:
    """A label and what stands behind it, as a row of its own: "Due: 3 May"."""
    text = one_line(" ".join(word.text for word in row))
    return Table(((text,),), 0, True, (page,), row[0].x0, row[-1].x1, row[0].top, row[0].bottom)


def _end(rows: Sequence[Row], cells: Sequence[Sequence[Row]], at: int) -> int:
    """Where the rows end that may be a table from `at` on: they have gaps, and one without follows one with."""
    if len(cells[at]) < 2 or rows[at][0].table or all(word.is_monospaced for word in rows[at]):
        return at
    end = at + 1
    while end < len(rows):
        far = rows[end][0].base - rows[end - 1][0].base > _FAR * max(rows[end][0].size, rows[end - 1][0].size)
        is_code = all(word.is_monospaced for word in rows[end])
        alone = len(cells[end]) < 2 and len(cells[end - 1]) < 2 and len(cells[end - 2]) < 2
        if far or is_code or alone or any(word.table for word in rows[end]):
            break
        end += 1
    while end > at and len(cells[end - 1]) < 2 and not _is_within(rows[end - 1], rows[end - 2], rows[at]):
        end -= 1
    return end


def _is_within(row: Row, before: Row, first: Row) -> bool:
    """Whether a row goes on in a cell of the row before: it stands right below it, and not in the first column."""
    return row[0].base - before[0].base <= _NEAR * row[0].size and row[0].x0 > first[0].x0 + row[0].size


def _table(
    rows: Sequence[Row], cells: Sequence[Sequence[Row]], at: int, end: int, rules: Sequence[Rule], page: int
) -> tuple[Table | None, int]:
    """The table in the rows from `at` on, and where it ends; None where they share no gaps, or are prose."""
    bounds: list[float] = []
    while end > at + 1:
        bounds = _bounds([row for row, parts in zip(rows[at:end], cells[at:end], strict=True) if len(parts) > 1])
        fits = [n for n in range(at, end) if len(_columns_of(cells[n], bounds)) > 1]
        if bounds and 3 * len(fits) >= 2 * sum(len(parts) > 1 for parts in cells[at:end]):
            break
        end -= 1
    if not bounds or end <= at + 1:
        return None, at
    body = rows[at:end]
    left, right = min(row[0].x0 for row in body), max(row[-1].x1 for row in body)
    lines = _lines_between(body, rules, left, right)
    full = sum(len(parts) > 1 for parts in cells[at:end])
    fewest = 2 if lines or (len(bounds) > 1 and all(word.is_bold for word in body[0])) else _FEWEST_ROWS
    if full < fewest or _is_prose(body, bounds) or all(_is_pair(parts) for parts in cells[at:end] if len(parts) > 1):
        return None, at
    found = _table_rows(cells[at:end], body, bounds, lines)
    ruled = _ruled(found, lines, len(body))
    table_rows = _heads_joined([row for _, row in found], ruled)
    ruled -= len(found) - len(table_rows)
    if len(table_rows) < 2:
        return None, at
    return Table.of(table_rows, page, left, right, body[0][0].top, body[-1][0].bottom, ruled=ruled), end


def _bounds(rows: Sequence[Row]) -> list[float]:
    """Where the columns of rows are parted: the middles of the gaps that (nearly) all of the fullest leave open."""
    parted = [cells_of([word for word in row if not _LEADER.match(word.text)], _GAP) for row in rows]
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
    words = [word for row in rows for word in row if not _LEADER.match(word.text)]
    starts = [cell[0].x0 for cells in full for cell in cells]
    bounds: list[float] = []
    for left, right in gaps:
        # Where cells begin in line, all that is left of them belongs to the column before.
        edge = right - 0.1 * size
        in_line = 2 * sum(abs(x - right) <= 1 for x in starts) > len(full)
        is_clear = in_line and not any(word.x0 < edge < word.x1 for word in words)
        bounds.append(edge if is_clear else _clearest((left, right), words))
    return bounds


def _clearest(gap: tuple[float, float], words: Sequence[Word]) -> float:
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


def _edges(cells: Sequence[Sequence[Row]], bounds: Sequence[float]) -> list[tuple[float, float]]:
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


def _columns_of(cells: Sequence[Row], bounds: Sequence[float]) -> list[int]:
    """The numbers of the columns that the cells of a row stand in."""
    return sorted({sum(bound < (word.x0 + word.x1) / 2 for bound in bounds) for cell in cells for word in cell})


def _is_prose(rows: Sequence[Row], bounds: Sequence[float]) -> bool:
    """Whether the columns are those of running text, of which two stand beside each other."""
    running = 0
    edges = [float("-inf"), *bounds, float("inf")]
    for first, last in pairwise(edges):
        column = [part for row in rows if (part := [w for w in row if first < (w.x0 + w.x1) / 2 <= last])]
        if len(column) >= _FEWEST_ROWS and median(len(row) for row in column) >= 4 and is_running(column):
            running += 1
    return running > 1


def _lines_between(rows: Sequence[Row], rules: Sequence[Rule], left: float, right: float) -> list[int]:
    """Before which of the rows, counted from 1, a line is drawn over most of their width."""
    found: set[int] = set()
    for rule in rules:
        if rule.bottom - rule.top <= 2.5 and min(rule.right, right) - max(rule.left, left) >= 0.6 * (right - left):
            found.add(sum(row[0].base - row[0].size / 3 < rule.top for row in rows))
    return sorted(found - {0, len(rows)})


def _table_rows(
    cells: Sequence[Sequence[Row]], rows: Sequence[Row], bounds: Sequence[float], lines: Sequence[int]
) -> list[tuple[int, list[Cell]]]:
    """The rows of a table with the number of the line on which each begins; a cell may go on over several lines."""
    found: list[tuple[int, list[Cell]]] = []
    parts: list[list[Row]] = []
    edges = _edges(cells, bounds)
    lefts: list[float] = []
    for number, row in enumerate(rows):
        placed = _placed(cells[number], bounds, edges, lefts)
        here = [Cell.of([words]) if words else Cell("") for words in placed]
        near = number > 0 and number not in lines and row[0].base - rows[number - 1][0].base <= _NEAR * row[0].size
        if found and near and _goes_on(found[-1][1], here, bool(lines) and len(lines) >= len(rows) // 2):
            for n, words in enumerate(placed):
                parts[n] += [words] if words else []
            found[-1] = (found[-1][0], [Cell.of(lines) if lines else Cell("") for lines in parts])
            continue
        if (
            found
            and not here[0].text
            and sum(bool(c.text) for c in here) == len(here) - 1 > 0
            and len(here) > 2
            and number > 1
        ):
            here[0] = found[-1][1][0]
        found.append((number, here))
        parts = [[words] if words else [] for words in placed]
        lefts = [words[0].x0 if words else -1.0 for words in placed] if number else []
    return found


def _goes_on(before: Sequence[Cell], here: Sequence[Cell], is_ruled: bool) -> bool:
    """Whether a line holds the rest of the cells of the row before, rather than a row."""
    filled = [n for n, cell in enumerate(here) if cell.text]
    if is_ruled:
        return True
    if not filled or any(not before[n].text for n in filled):
        return False
    if filled[0] == 0:
        return len(filled) < len(here) and all(here[n].text[0].islower() for n in filled)
    few = 2 * len(filled) <= len(here)
    return few and (here[filled[0]].text[0].islower() or not here[filled[0]].text[0].isdigit())


def _placed(
    cells: Sequence[Row], bounds: Sequence[float], edges: Sequence[tuple[float, float]], lefts: Sequence[float]
) -> list[Row]:
    """The words of a line by column; what stands over several columns is in each of them.

    `lefts` are where the cells of the row above begin: a line that begins there goes on in that column, however far it
    reaches.
    """
    placed: list[Row] = [[] for _ in range(len(bounds) + 1)]
    for cell in cells:
        columns = [sum(bound < (w.x0 + w.x1) / 2 for bound in bounds) for w in cell]
        spans = any(w.x0 + w.size / 4 < bound < w.x1 - w.size / 4 for w in cell for bound in bounds)
        if spans or not _is_parted(cell, columns, edges):
            first, last = (sum(bound < x for bound in bounds) for x in (cell[0].x0, cell[-1].x1))
            goes_on = first < len(lefts) and abs(cell[0].x0 - lefts[first]) < cell[0].size / 2
            for n in range(first, first + 1 if goes_on else last + 1):
                placed[n] = placed[n] + cell
        else:
            for column, word in zip(columns, cell, strict=True):
                placed[column].append(word)
    return placed


def _is_parted(cell: Row, columns: Sequence[int], edges: Sequence[tuple[float, float]]) -> bool:
    """Whether words that follow each other closely are cells: where a column is left, the next begins or this ends."""
    return all(
        here == there
        or word.x0 - before.x1 >= _GAP * word.size
        or abs(word.x0 - edges[there][0]) < word.size / 2
        or abs(before.x1 - edges[here][1]) < word.size / 2
        for (here, before), (there, word) in pairwise(zip(columns, cell, strict=True))
    )


def _ruled(found: Sequence[tuple[int, list[Cell]]], lines: Sequence[int], count: int) -> int:
    """How many rows stand above the first line, where lines part the head from the body and not each row."""
    if not lines or len(lines) > max(1, (count - 1) // 2):
        return 0
    return sum(number < lines[0] for number, _ in found)


def _heads_joined(rows: Sequence[list[Cell]], ruled: int) -> list[list[Cell]]:
    """The rows, with heads of several lines as one where none of them stands over several columns."""
    heads = rows[:ruled]
    if (
        ruled < 2
        or ruled > _MOST_HEADS
        or any(len({c.text for c in row if c.text}) < sum(bool(c.text) for c in row) for row in heads)
    ):
        return list(rows)
    whole = [Cell(one_line(" ".join(row[n].text for row in heads)), True) for n in range(len(heads[0]))]
    return [whole, *rows[ruled:]]
