"""The cells of a sheet, as tables, lines and lists: where one table ends and the next begins is told from the gaps."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from ingest.read.heads import head_rows, is_value
from ingest.read.outline import Outline, one_line

_MOST_CELLS = 4_000_000
_MOST_DOWN_TO_HEADS = 8
_MOST_BESIDE = 4  # tables beside each other
_ITEM_WIDTH = 60


@dataclass(frozen=True, slots=True)
class SheetCell:
    """What a cell shows.  `strong` is bold; `across` and `down` are the columns and rows that it spans."""

    text: str
    strong: bool = False
    across: int = 1
    down: int = 1


Cells = Mapping[tuple[int, int], SheetCell]  # by row and column, those alone in which something stands
Rows = list[list[SheetCell]]
_EMPTY = SheetCell("")


def cell_text(text: str) -> str:
    """`text` repaired, on one line."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return one_line(text)


def take_sheet(cells: Cells, outline: Outline, marked: Collection[int] = (), by_custom: bool = False) -> None:
    """Take the tables of a sheet, from the top and the left.

    A cell that spans others is given in each of them.  `marked` are the rows that the file itself calls heads; see
    `head_rows` for `by_custom`.  Raises ValueError where a table is larger than is read.
    """
    for region in _together(_regions(cells), marked, by_custom):
        top = min(row for row, _ in region)
        _take_region(_dense(region), outline, {row - top for row in marked}, by_custom)


def take_table(rows: Rows, outline: Outline, heads: int = 0) -> None:
    """Take a table of a text, whose first `heads` rows are marked as heads; where none is, they are told by looks."""
    rows = [row for row in rows if any(cell.text for cell in row)]
    width = max(map(len, rows), default=0)
    if heads and width > 1:
        outline.table(list(map(_texts, rows)), heads if heads < len(rows) else 0)
    elif rows:
        _take_region([[*row, *[_EMPTY] * (width - len(row))] for row in rows], outline, (), by_custom=False)


def _regions(cells: Cells) -> Iterator[Cells]:
    """The parts of a sheet with no empty row or column through them."""
    bands = _runs({row for row, _ in cells})
    columns = _runs({column for _, column in cells})
    if len(bands) < 2 and len(columns) < 2:
        if cells:
            yield cells
        return
    if len(bands) > 1:
        for part in _parts(cells, bands, 0):
            yield from _regions(part)
        return
    parts = _parts(cells, columns, 1)
    if _is_one_table(parts):
        yield cells
    else:
        for part in parts:
            yield from _regions(part)


def _runs(numbers: Collection[int]) -> list[range]:
    """The ranges of numbers that follow on each other."""
    ordered = sorted(numbers)
    starts = [n for before, n in pairwise([None, *ordered]) if before is None or n is None or n > before + 1]
    ends = [n for n, after in pairwise([*ordered, None]) if after is None or n is None or after > n + 1]
    return [range(a, b + 1) for a, b in zip(starts, ends, strict=True) if a is not None and b is not None]


def _parts(cells: Cells, runs: list[range], axis: int) -> list[Cells]:
    place = {number: at for at, run in enumerate(runs) for number in run}
    parts: list[dict[tuple[int, int], SheetCell]] = [{} for _ in runs]
    for at, cell in cells.items():
        parts[place[at[axis]]][at] = cell
    return list(parts)


def _is_one_table(parts: list[Cells]) -> bool:
    """Whether parts beside each other are one table with a gap: they begin and end together, each head is there once.

    A single column may end earlier, as one does in which not every row has something.
    """
    tops, bottoms = ({edge(row for row, _ in part) for part in parts} for edge in (min, max))
    heads = [cell.text for part in parts for (row, _), cell in part.items() if row == min(tops)]
    some_narrow = any(len({column for _, column in part}) == 1 for part in parts)
    return len(tops) == 1 and (len(bottoms) == 1 or some_narrow) and len(set(heads)) == len(heads)


def _together(regions: Iterator[Cells], marked: Collection[int], by_custom: bool) -> list[Cells]:
    """The regions, one with an earlier one where a table goes on below a gap without heads of its own."""
    found: list[Cells] = []
    for region in regions:
        columns = {column for _, column in region}
        above = range(len(found) - 1, max(-1, len(found) - 1 - _MOST_BESIDE), -1)
        before = next((at for at in above if columns & {column for _, column in found[at]}), None)
        if before is not None and _goes_on(found[before], region, marked, by_custom):
            found[before] = {**found[before], **region}
        else:
            found.append(region)
    return found


def _goes_on(before: Cells, region: Cells, marked: Collection[int], by_custom: bool) -> bool:
    columns, further = ({column for _, column in part} for part in (before, region))
    if not further <= columns or len(further) < 2:
        return False
    top = min(row for row, _ in region)
    if top in marked or min(column for _, column in region) != min(columns):
        return False
    return bool(_heads(_dense(before), (), by_custom)[1]) and not _heads(_dense(region), (), by_custom)[1]


def _dense(cells: Cells) -> Rows:
    rows, columns = sorted({row for row, _ in cells}), sorted({column for _, column in cells})
    if len(rows) * len(columns) > _MOST_CELLS:
        raise ValueError(
            f"has a table of {len(rows):,} rows and {len(columns):,} columns, which is more than is read; "
            "save the part that matters as a file of its own"
        )
    return [[cells.get((row, column), _EMPTY) for column in columns] for row in rows]


def _take_region(rows: Rows, outline: Outline, marked: Collection[int], by_custom: bool) -> None:
    if len(rows[0]) == 1:
        _take_column([row[0].text for row in rows], outline)
        return
    skipped, heads = _heads(rows, marked, by_custom)
    for row in rows[:skipped]:
        told = list(dict.fromkeys(cell.text for cell in row if cell.text))
        outline.block(told[0] if len(told) == 1 else " | ".join(told))
    outline.table(list(map(_texts, rows[skipped:])), heads)


def _texts(row: list[SheetCell]) -> list[str]:
    """The texts of a row; one that stands there alone in bold is given in all columns, as it heads the rows below."""
    told = [cell for cell in row if cell.text]
    return [told[0].text if len(told) == 1 and told[0].strong else cell.text for cell in row]


def _take_column(texts: list[str], outline: Outline) -> None:
    """A line, or a list below what heads it, or lines of prose."""
    is_list = len(texts) > 2 and all(len(text) <= _ITEM_WIDTH and text[-1] not in ".!?" for text in texts)
    outline.block(texts[0])
    for text in texts[1:]:
        outline.block(text, int(is_list))


def _heads(rows: Rows, marked: Collection[int], by_custom: bool) -> tuple[int, int]:
    """How many rows stand above the heads of a table (its title, what it says of itself), and how many are heads."""
    texts = [[cell.text for cell in row] for row in rows]
    above = 0
    while above < len(rows) - 1 and len({text for text in texts[above] if text}) == 1:
        above += 1
    if above == len(rows) - 1 and len({text for text in texts[above] if text}) == 1:
        return len(rows), 0
    found = [row for row in marked if above <= row < len(rows) - 1]
    if found:
        return (above, found[0] - above + 1) if found[0] - above < 3 else (found[0], 1)
    told = [sum(map(bool, row)) for row in texts]
    for row in range(above, min(len(rows) - 1, above + _MOST_DOWN_TO_HEADS)):
        if row > above and (told[row] <= max(2, *told[above:row]) or told[row] <= max(told) // 2):
            continue
        if _is_strong(rows, row) or head_rows(_unspanned(rows, row), by_custom or _is_wide(rows, row)):
            return row, min(_depth(rows, row), len(rows) - row - 1)
    return above, 0


def _is_strong(rows: Rows, at: int) -> bool:
    """Whether a row is bold, and what is below it is not, but for the first column."""
    head, below = rows[at], [cell for row in rows[at + 1 :] for cell in row[1:] if cell.text]
    told = [cell for cell in head if cell.text]
    is_bold = len(told) > 1 and all(cell.strong for cell in told)
    return is_bold and bool(below) and not all(cell.strong for cell in below)


def _is_wide(rows: Rows, at: int) -> bool:
    """Whether a table is of a form that has heads by custom: no mere names and what they are."""
    return len(rows[at]) > 2 and len(rows) - at > 2


def _unspanned(rows: Rows, at: int) -> list[list[str]]:
    """The texts from a row on, those of it that span columns given once, so that heads in two rows can be told."""
    first = [cell.text for cell in rows[at]]
    if any(cell.across > 1 for cell in rows[at]):
        depth = _depth(rows, at)
        first = [" ".join(dict.fromkeys(row[n].text for row in rows[at : at + depth])) for n in range(len(first))]
        return [first, *([cell.text for cell in row] for row in rows[at + depth :])]
    return [first, *([cell.text for cell in row] for row in rows[at + 1 :])]


def _depth(rows: Rows, at: int) -> int:
    """How many rows the heads that begin at a row take: one more for each in which a head spans several columns."""
    depth = max((cell.down for cell in rows[at] if cell.text), default=1)
    row = at
    while row + 1 < len(rows) and row - at < 2 and any(cell.across > 1 for cell in rows[row]):
        row += 1
        if any(is_value(cell.text) for cell in rows[row] if cell.text and cell.down == 1 and cell not in rows[row - 1]):
            row -= 1
            break
    return max(depth, row - at + 1)
