"""Tables without lines, or with a few: rows that share their gaps, and are no prose."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ingest.read.outline import one_line
from ingest.read.pdf.columns import LEADER, bounds_of, columns_of, edges_of, placed
from ingest.read.pdf.lines import Row, cells_of, is_running
from ingest.read.pdf.page import RuledLine
from ingest.read.pdf.symbols import MARK
from ingest.read.pdf.tables import MOST_HEADS, PdfCell, PdfTable

_FEWEST_ROWS = 3
_FAR = 2.8  # between the base lines of two rows, in parts of the size
_NEAR = 1.35  # between two lines of one cell


def with_open_tables(rows: Sequence[Row], rules: Sequence[RuledLine], page: int) -> list[Row | PdfTable]:
    """The rows of a column, with those that are rows of one table as a table."""
    found: list[Row | PdfTable] = []
    at = 0
    cells = [_cells(row) for row in rows]
    while at < len(rows):
        end = _end(rows, cells, at)
        table, end = _table(rows, cells, at, end, rules, page) if end > at + 1 else (None, at)
        if table is None:
            row = [word for word in rows[at] if not LEADER.match(word.text)] or rows[at]
            found.append(_pair(row, page) if _is_pair(cells[at]) else row)
            at += 1
        else:
            found.append(table)
            at = end
    return found


def _cells(row: Row) -> list[Row]:
    """The words of a row by its gaps; the mark of an item is no cell of its own."""
    cells = cells_of(row, is_break=lambda word: bool(LEADER.match(word.text)))
    if len(cells) > 1 and MARK.match(" ".join(word.text for word in cells[0]) + " x"):
        cells[:2] = [cells[0] + cells[1]]
    return cells


def _is_pair(cells: Sequence[Row]) -> bool:
    return len(cells) > 1 and cells[0][-1].text.endswith(":") and not cells[1][-1].text.endswith(":")


def _pair(row: Row, page: int) -> PdfTable:
    """A label and what stands behind it, as a row of its own: "Due: 3 May"."""
    text = one_line(" ".join(word.text for word in row))
    return PdfTable(((text,),), 0, True, (page,), row[0].x0, row[-1].x1, row[0].top, row[0].bottom)


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
    rows: Sequence[Row], cells: Sequence[Sequence[Row]], at: int, end: int, rules: Sequence[RuledLine], page: int
) -> tuple[PdfTable | None, int]:
    """The table in the rows from `at` on, and where it ends; None where they share no gaps, or are prose."""
    bounds: list[float] = []
    while end > at + 1:
        bounds = bounds_of([row for row, parts in zip(rows[at:end], cells[at:end], strict=True) if len(parts) > 1])
        fits = [n for n in range(at, end) if len(columns_of(cells[n], bounds)) > 1]
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
    return PdfTable.of(table_rows, page, left, right, body[0][0].top, body[-1][0].bottom, ruled=ruled), end


def _is_prose(rows: Sequence[Row], bounds: Sequence[float]) -> bool:
    """Whether the columns are those of running text, of which two stand beside each other."""
    running = 0
    edges = [float("-inf"), *bounds, float("inf")]
    for first, last in pairwise(edges):
        column = [part for row in rows if (part := [w for w in row if first < (w.x0 + w.x1) / 2 <= last])]
        if len(column) >= _FEWEST_ROWS and median(len(row) for row in column) >= 4 and is_running(column):
            running += 1
    return running > 1


def _lines_between(rows: Sequence[Row], rules: Sequence[RuledLine], left: float, right: float) -> list[int]:
    """Before which of the rows, counted from 1, a line is drawn over most of their width."""
    found: set[int] = set()
    for rule in rules:
        if rule.bottom - rule.top <= 2.5 and min(rule.right, right) - max(rule.left, left) >= 0.6 * (right - left):
            found.add(sum(row[0].base - row[0].size / 3 < rule.top for row in rows))
    return sorted(found - {0, len(rows)})


def _table_rows(
    cells: Sequence[Sequence[Row]], rows: Sequence[Row], bounds: Sequence[float], lines: Sequence[int]
) -> list[tuple[int, list[PdfCell]]]:
    """The rows of a table with the number of the line on which each begins; a cell may go on over several lines."""
    found: list[tuple[int, list[PdfCell]]] = []
    parts: list[list[Row]] = []
    edges = edges_of(cells, bounds)
    lefts: list[float] = []
    for number, row in enumerate(rows):
        columns = placed(cells[number], bounds, edges, lefts)
        here = [PdfCell.of([words]) if words else PdfCell("") for words in columns]
        near = number > 0 and number not in lines and row[0].base - rows[number - 1][0].base <= _NEAR * row[0].size
        if found and near and _goes_on(found[-1][1], here, bool(lines) and len(lines) >= len(rows) // 2):
            for n, words in enumerate(columns):
                parts[n] += [words] if words else []
            found[-1] = (found[-1][0], [PdfCell.of(lines) if lines else PdfCell("") for lines in parts])
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
        parts = [[words] if words else [] for words in columns]
        lefts = [words[0].x0 if words else -1.0 for words in columns] if number else []
    return found


def _goes_on(before: Sequence[PdfCell], here: Sequence[PdfCell], is_ruled: bool) -> bool:
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


def _ruled(found: Sequence[tuple[int, list[PdfCell]]], lines: Sequence[int], count: int) -> int:
    """How many rows stand above the first line, where lines part the head from the body and not each row."""
    if not lines or len(lines) > max(1, (count - 1) // 2):
        return 0
    return sum(number < lines[0] for number, _ in found)


def _heads_joined(rows: Sequence[list[PdfCell]], ruled: int) -> list[list[PdfCell]]:
    """The rows, with heads of several lines as one where none of them stands over several columns."""
    heads = rows[:ruled]
    if (
        ruled < 2
        or ruled > MOST_HEADS
        or any(len({c.text for c in row if c.text}) < sum(bool(c.text) for c in row) for row in heads)
    ):
        return list(rows)
    whole = [PdfCell(one_line(" ".join(row[n].text for row in heads)), True) for n in range(len(heads[0]))]
    return [whole, *rows[ruled:]]
