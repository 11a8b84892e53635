"""Tables that are drawn: the lines of a page that touch each other make a grid, and its fields hold words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

from ingest.read.pdf.lines import Row, rows_of
from ingest.read.pdf.page import RuledLine
from ingest.read.pdf.tables import PdfCell, PdfTable, is_figure
from ingest.read.pdf.words import PdfWord

_TOUCH = 3.0  # points between lines that a person sees touch
_MOST_LINES = 3_000
_MOST_FIELDS = 20_000
_PARAGRAPH = 600  # characters of a field that is no cell of a table


def drawn_tables(
    words: Sequence[PdfWord], rules: Sequence[RuledLine], shades: Sequence[RuledLine], page: int
) -> list[PdfWord]:
    """The words of a page, of which those in a grid of two columns at least are one word, their table."""
    rest = list(words)
    for across, down in _grids(rules):
        table, inside = _read(rest, across, down, shades, page)
        if table is not None:
            gone = set(map(id, inside))
            rest = [word for word in rest if id(word) not in gone]
            size = max(word.size for word in inside)
            rest.append(
                PdfWord(
                    "\N{OBJECT REPLACEMENT CHARACTER}", table.left, table.right, table.top + size, size, table=table
                )
            )
    return rest


def _grids(rules: Sequence[RuledLine]) -> list[tuple[list[RuledLine], list[RuledLine]]]:
    """The lines across and down that touch each other, grid by grid."""
    across = _merged([r for r in rules if r.right - r.left >= r.bottom - r.top], 1)
    down = [_turned(r) for r in _merged([_turned(r) for r in rules if r.right - r.left < r.bottom - r.top], 1)]
    if not down or len(across) + len(down) > _MOST_LINES:
        return []
    group = list(range(len(across) + len(down)))

    def first(n: int) -> int:
        while group[n] != n:
            group[n] = group[group[n]]
            n = group[n]
        return n

    order = sorted(range(len(down)), key=lambda n: down[n].left)
    places = [down[n].left for n in order]
    for number, line in enumerate(across):
        for n in order[bisect_left(places, line.left - _TOUCH) : bisect_right(places, line.right + _TOUCH)]:
            if down[n].top - _TOUCH <= line.top <= down[n].bottom + _TOUCH:
                group[first(len(across) + n)] = first(number)
    grids: dict[int, tuple[list[RuledLine], list[RuledLine]]] = {}
    for number, line in enumerate([*across, *down]):
        grids.setdefault(first(number), ([], []))[number >= len(across)].append(line)
    return [grid for grid in grids.values() if len(grid[1]) > 1 or (grid[0] and grid[1])]


def _turned(rule: RuledLine) -> RuledLine:
    return RuledLine(rule.top, rule.left, rule.bottom, rule.right)


def _merged(lines: Sequence[RuledLine], least: float) -> list[RuledLine]:
    """Lines across, with those that go on where another ends as one."""
    found: list[RuledLine] = []
    for line in sorted(lines, key=lambda line: (round((line.top + line.bottom) / 2 / 2), line.left)):
        middle = (line.top + line.bottom) / 2
        last = found[-1] if found else None
        if last and abs(last.top - middle) <= 2 and line.left <= last.right + _TOUCH:
            found[-1] = RuledLine(last.left, last.top, max(last.right, line.right), last.top)
        elif line.right - line.left >= least:
            found.append(RuledLine(line.left, middle, line.right, middle))
    return [line for line in found if line.right - line.left >= 3]


def _places(values: Sequence[float]) -> list[float]:
    """Values, of those that are next to each other one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _TOUCH + 1:
            found.append(value)
    return found


def _read(
    words: Sequence[PdfWord],
    across: Sequence[RuledLine],
    down: Sequence[RuledLine],
    shades: Sequence[RuledLine],
    page: int,
) -> tuple[PdfTable | None, list[PdfWord]]:
    """The table in a grid, and the words in it; None where it is a box, a drawing, or a layout of paragraphs."""
    edges = [*across, *down]
    left, right = min(e.left for e in edges), max(e.right for e in edges)
    top, bottom = min(e.top for e in edges), max(e.bottom for e in edges)
    xs = _places([left, right, *(line.left for line in down)])
    ys = _places([top, bottom, *(line.top for line in across)])
    inside = [w for w in words if left < (w.x0 + w.x1) / 2 < right and top < w.base - w.size / 3 < bottom]
    if len(xs) < 3 or len(ys) < 2 or len(xs) * len(ys) > _MOST_FIELDS or any(w.table for w in inside):
        return None, []
    fields = _fields(xs, ys, across, down)
    held: dict[int, list[PdfWord]] = {}
    crossing = 0
    for word in inside:
        column = bisect_right(xs, (word.x0 + word.x1) / 2) - 1
        row = bisect_right(ys, word.base - word.size / 3) - 1
        field = fields[min(row, len(ys) - 2)][min(column, len(xs) - 2)]
        held.setdefault(field, []).append(word)
        bounds = [x for x in xs if word.x0 + 3 < x < word.x1 - 3]
        crossing += any(fields[row][n - 1] != fields[row][n] for x in bounds if 0 < (n := xs.index(x)) < len(xs) - 1)
    if len(held) < 3 or 5 * crossing > len(inside):
        return None, []
    lines = {field: rows_of(found) for field, found in held.items()}
    rows = _rows(fields, lines)
    if len(rows) < 2 or any(len(cell.text) > _PARAGRAPH for row in rows for cell in row):
        return None, []
    kept = [n for n in range(len(xs) - 1) if any(row[n].text for row in rows)]
    rows = [[row[n] for n in kept] for row in rows]
    if len(kept) < 2:
        return None, []
    is_shaded = _shaded(rows, shades, left, right)
    return PdfTable.of(rows, page, left, right, top, bottom, shaded=is_shaded), inside


def _fields(
    xs: Sequence[float], ys: Sequence[float], across: Sequence[RuledLine], down: Sequence[RuledLine]
) -> list[list[int]]:
    """For each column of each row the number of its field; a field goes on where no line parts it from the next."""
    numbers = [[row * len(xs) + column for column in range(len(xs) - 1)] for row in range(len(ys) - 1)]
    at_x = {x: [line for line in down if abs(line.left - x) <= _TOUCH + 1] for x in xs}
    at_y = {y: [line for line in across if abs(line.top - y) <= _TOUCH + 1] for y in ys}
    for row, (upper, lower) in enumerate(pairwise(ys)):
        for column, (first, last) in enumerate(pairwise(xs)):
            middle = (upper + lower) / 2
            if column and not any(line.top <= middle <= line.bottom for line in at_x[first]):
                numbers[row][column] = numbers[row][column - 1]
            middle = (first + last) / 2
            if row and not any(line.left <= middle <= line.right for line in at_y[upper]):
                above, here = numbers[row - 1][column], numbers[row][column]
                numbers[row] = [above if number == here else number for number in numbers[row]]
    return numbers


def _rows(fields: Sequence[Sequence[int]], lines: dict[int, list[Row]]) -> list[list[PdfCell]]:
    """The rows of the table; where lines part only its head from its body, or groups of rows, each line is a row."""
    cells = {number: PdfCell.of(found) for number, found in lines.items()}
    bands = [row for row in fields if any(number in lines for number in row)]
    rows: list[list[PdfCell]] = []
    for band in bands:
        if (count := _rows_within(band, lines, is_only=len(bands) - bool(rows) <= 1)) > 1:
            rows += [
                [PdfCell.of(lines[n][line : line + 1]) if n in lines else PdfCell("") for n in band]
                for line in range(count)
            ]
        else:
            rows.append([cells.get(number, PdfCell("")) for number in band])
    return rows


def _rows_within(band: Sequence[int], lines: dict[int, list[Row]], is_only: bool) -> int:
    """How many rows stand in a row of fields: one, or as many as there are lines in each, if they are level."""
    held = [lines[number] for number in dict.fromkeys(band) if number in lines]
    count = len(held[0])
    level = all(
        len(found) == count
        and all(abs(a[0].base - b[0].base) < a[0].size / 2 for a, b in zip(found, held[0], strict=True))
        for found in held
    )
    if count < 2 or len(held) < 2 or not level:
        return 1
    figures = sum(is_figure(" ".join(w.text for w in row)) for found in held for row in found)
    return count if (is_only and count > 2) or 3 * figures > count * len(held) else 1


def _shaded(rows: Sequence[Sequence[PdfCell]], shades: Sequence[RuledLine], left: float, right: float) -> int:
    """How many rows at the top of a table lie on a ground of their own."""
    wide = [s for s in shades if s.right > left and s.left < right and s.bottom - s.top > 5]
    count = 0
    for row in rows:
        bases = [cell.base for cell in row if cell.text]
        if not any(s.top <= min(bases, default=0) <= s.bottom for s in wide):
            break
        count += 1
    return count if count < len(rows) else 0
