"""Tables of plain text: drawn with pipes and rules, or set in columns of spaces."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.read.heads import head_rows

_RULE = re.compile(r"(?=[-=+|:\s]*?[-=]{2})[-=+|:\s]+")
_GAP = re.compile(r" {2,}")
_FEWEST = 2  # rows of a table that is set in columns
_CELL_WORDS = 6  # the most words of a usual cell; more are prose with wide spaces
_STOPPED = re.compile(r"[.!?:][\"')]*$")

Table = tuple[list[list[str]], int]


def table_of(lines: Sequence[str]) -> Table | None:
    """The rows of a block that is a table, and how many of them are heads; None where it is none."""
    lines = [line.rstrip() for line in lines if line.strip()]
    if lines and all(line.lstrip()[0] in "|+" for line in lines) and any("|" in line for line in lines):
        return _drawn(lines)
    return _set(lines)


def _drawn(lines: Sequence[str]) -> Table | None:
    """A table whose cells stand between pipes; a cell may go on in the lines below, up to the next rule."""
    rules = {number for number, line in enumerate(lines) if _RULE.fullmatch(line)}
    has_grid = any(line.lstrip().startswith("+") for line in lines)
    groups: list[list[str]] = [[]]
    heads = 0
    for number, line in enumerate(lines):
        if number in rules:
            heads = len(groups) - 1 if "=" in line else heads
            groups += [[]] if groups[-1] else []
        else:
            groups[-1].append(line)
    groups = [group for group in groups if group]
    inner = [number for number in rules if 0 < number < len(lines) - 1]
    ruled = (
        has_grid and len(inner) >= len(groups) - 1 > 0 and (len(inner) > 1 or len(groups) > 2 or "=" in "".join(lines))
    )
    rows = [_merged(group) for group in groups] if ruled else [_cells(line) for group in groups for line in group]
    if not heads and inner:
        heads = len(groups[0]) if not ruled else int(all(len(group) == 1 for group in groups) or len(groups) > 1)
    elif heads and not ruled:
        heads = sum(len(group) for group in groups[:heads])
    return (rows, heads) if rows and max(map(len, rows)) > 1 else None


def _cells(line: str) -> list[str]:
    return [" ".join(cell.split()) for cell in line.strip().strip("|").split("|")]


def _merged(lines: Sequence[str]) -> list[str]:
    cells = [_cells(line) for line in lines]
    width = max(map(len, cells))
    return [" ".join(row[column] for row in cells if column < len(row) and row[column]) for column in range(width)]


def _set(lines: Sequence[str]) -> Table | None:
    """A table whose columns are parted by spaces that stand above one another."""
    rules = {number for number, line in enumerate(lines) if _RULE.fullmatch(line)}
    body = [line.expandtabs(8) for number, line in enumerate(lines) if number not in rules]
    if len(body) < _FEWEST or not any(_GAP.search(line.strip()) for line in body):
        return None
    starts = _columns(body)
    if not starts:
        return None
    rows = [[" ".join(part.split()) for part in _cut(line, starts)] for line in body]
    told = [cell for row in rows for cell in row if cell]
    short = sum(len(cell.split()) <= _CELL_WORDS for cell in told)
    if short < 0.8 * len(told) or sum(sum(map(bool, row)) > 1 for row in rows) < 0.6 * len(rows):
        return None
    heads = next((number for number in (1, 2) if number in rules), 0)
    heads -= sum(number < heads for number in rules)
    is_wide = len(rows) > 2 < len(rows[0]) and all(len(list(filter(None, row))) > 1 for row in rows)
    return _continued(rows, heads), heads or int(_has_heads(rows) or (is_wide and head_rows(rows, by_custom=True)))


def _columns(lines: Sequence[str]) -> list[int]:
    """Where the columns but the first begin: one past the blank strips that go through every line."""
    longest = max(map(len, lines))
    blank = [all(column >= len(line) or line[column] == " " for line in lines) for column in range(longest)]
    left = min(len(line) - len(line.lstrip()) for line in lines)
    strips: list[tuple[int, int]] = []
    for column in range(left, longest):
        if blank[column]:
            strips = (
                [*strips[:-1], (strips[-1][0], column + 1)]
                if strips and strips[-1][1] == column
                else [
                    *strips,
                    (column, column + 1),
                ]
            )
    starts: list[int] = []
    for start, end in strips:
        gaps = [gap for line in lines if (gap := _gap(line, start, end))]
        wide = sum(after - before > 1 and not _STOPPED.search(line[:before]) for line, before, after in gaps)
        is_aligned = len({after for _, _, after in gaps}) == 1 or _ends_aligned(gaps)
        if gaps and wide >= 0.5 * len(gaps) and (is_aligned or wide == len(gaps) or end - start > 1):
            starts.append(end)
    return starts


def _gap(line: str, start: int, end: int) -> tuple[str, int, int] | None:
    """The run of spaces of a line that holds `[start, end)`; None where no word follows."""
    before, after = line[:start].rstrip(), line[end:].lstrip()
    if not after:
        return None
    return line, len(before), len(line) - len(after)


def _ends_aligned(gaps: Sequence[tuple[str, int, int]]) -> bool:
    """Whether the cells behind the gaps end at the same column, as numbers do."""
    return len({after + len(_GAP.split(line[after:])[0]) for line, _, after in gaps}) == 1


def _cut(line: str, starts: Sequence[int]) -> list[str]:
    return [line[start:end] for start, end in zip([0, *starts], [*starts, len(line)], strict=True)]


def _continued(rows: list[list[str]], heads: int) -> list[list[str]]:
    """The rows, those without a first cell put to the row above, which they go on."""
    found = rows[:heads]
    for row in rows[heads:]:
        filled = [cell for cell in row if cell]
        if len(found) > heads and not row[0] and len(filled) == 1:
            found[-1] = [f"{above} {cell}".strip() for above, cell in zip(found[-1], row, strict=True)]
        else:
            found.append(row)
    return found


def _has_heads(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: it alone has no figures where all below it do."""
    below = rows[1:]
    return (
        len(below) > 1
        and all(rows[0])
        and not any(map(_has_figure, rows[0]))
        and any(all(_has_figure(row[column]) for row in below) for column in range(1, len(rows[0])))
    )


def _has_figure(cell: str) -> bool:
    return any(letter.isdigit() for letter in cell)
