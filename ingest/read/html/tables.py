"""Tables of a page: which of them are tables, and their cells in rows and columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from ingest.read.clean import is_within
from ingest.read.heads import head_rows
from ingest.read.html.text import code_of, lines_of
from ingest.read.outline import Outline, one_line

if TYPE_CHECKING:
    from lxml.etree import _Element

_PARTS = ("thead", "tbody", "tfoot")
_BLOCKS = ("h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "ul", "ol", "dl", "figure", "article", "section")
_CODE = re.compile(
    r"(?=[\w-]*\Z)(?:[\w-]*-)?(?:blob-code|hljs-ln-code|code-line|line-content|CodeMirror-line)(?:-[\w-]*)?"
)
_PROSE = 60  # words of a cell that is no cell of a table but a column of a page
_WIDEST = 200  # columns
_LONGEST = 200  # characters of what is said again in every row that it spans or heads
_AGAIN = 500  # characters that a row gets, on the average, from the rows above
_BOLD = ("b", "strong")
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_HEAD_CLASS = re.compile(r"(?=[\w-]*\Z)(?:[\w-]*-)?(?:th|thead|head|header|heading)(?:-[\w-]*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of a row, of which those that span stand in each column.

    `is_head` where all of them head what is below, `is_named` where the first heads the rest of the row.
    """

    cells: tuple[str, ...]
    is_head: bool
    is_named: bool


def is_table(table: _Element) -> bool:
    """Whether an element is a table, and not the layout of a page."""
    if table.get("role") in ("presentation", "none") or table.find(".//table") is not None:
        return False
    if is_code(table):
        return True
    rows = _rows(table)
    cells = [cell for row in rows for cell in _cells(row)]
    if any(cell.tag == "th" for cell in cells) or table.find("thead") is not None:
        return max((len(_cells(row)) for row in rows), default=0) > 1
    if max((len(_cells(row)) for row in rows), default=0) < 2:
        return False
    for cell in cells:
        if any(cell.find(f".//{tag}") is not None for tag in _BLOCKS) or len(cell.findall(".//p")) > 1:
            return False
        if not is_within("".join(cell.itertext()), _PROSE):
            return False
    return True


def is_code(table: _Element) -> bool:
    """Whether the rows of a table are the lines of code."""
    rows = [cells for row in _rows(table) if (cells := _cells(row))]
    return bool(rows) and all(any(map(_CODE.fullmatch, (cells[-1].get("class") or "").split())) for cells in rows)


def is_column(table: _Element) -> bool:
    """Whether an element is a table of one column under a head."""
    cells = [_cells(row) for row in _rows(table)]
    return len(cells) > 1 and max(map(len, cells)) == 1 and [cell.tag for cell in cells[0]] == ["th"]


def take_table(table: _Element, outline: Outline) -> None:
    """Give a table, with its caption before it, to an outline."""
    for caption in table.iterchildren("caption"):
        outline.block(" ".join(lines_of(caption)))
    if is_code(table):
        outline.code("\n".join(code_of(cells[-1]).strip("\n") for row in _rows(table) if (cells := _cells(row))))
        return
    rows = [*_labels(table), *_grid(table)]
    while rows:
        heads = list(takewhile(lambda row: row.is_head, rows))
        below = list(takewhile(lambda row: not row.is_head, rows[len(heads) :]))
        rows = rows[len(heads) + len(below) :]
        _take_part(heads, below, outline)


def _labels(table: _Element) -> list[TableRow]:
    """The heads that the cells of a table without heads name themselves, for narrow screens."""
    rows = [cells for row in _rows(table) if (cells := _cells(row))]
    if table.find("thead") is not None or any(cell.tag == "th" for cells in rows for cell in cells):
        return []
    named = {tuple(one_line(_label(cell)) for cell in cells) for cells in rows}
    return [TableRow(heads, True, False) for heads in named if len(named) == 1 and all(heads)]


def _label(cell: _Element) -> str:
    return next((cell.get(name) for name in ("data-label", "data-title", "data-th") if cell.get(name)), "")


def _take_part(heads: list[TableRow], rows: list[TableRow], outline: Outline) -> None:
    """Take heads and the rows below; what is said at length across all columns is a paragraph between rows."""
    if any(len(cell) > _LONGEST for row in heads for cell in row.cells) or not rows:
        heads, rows = [], [*heads, *rows]
    part: list[TableRow] = []
    for row in rows:
        told = set(filter(None, row.cells))
        if len(told) == 1 and len(next(iter(told))) > _LONGEST:
            _give(heads, part, outline)
            outline.block(next(iter(told)))
            part = []
        else:
            part.append(row)
    _give(heads, part, outline)


def _give(heads: list[TableRow], rows: list[TableRow], outline: Outline) -> None:
    texts = [row.cells for row in (*heads, *rows)]
    if heads and rows:
        outline.table(texts, len(heads))
    elif rows and _is_turned(rows):
        outline.table(list(zip(*texts, strict=True)), 1)
    elif rows and not any(row.is_named for row in rows) and head_rows(texts, len(texts) > 2 < len(texts[0])):
        outline.table(texts, 1)
    elif rows:
        outline.table([_named(row.cells) if row.is_named else row.cells for row in rows])


def _is_turned(rows: list[TableRow]) -> bool:
    """Whether the heads of a table stand in its first column, so that each further column is what a row is else."""
    texts = [row.cells for row in rows]
    widths = {len(cells) for cells in texts}
    is_whole = len(widths) == 1 and widths.pop() > 2 and all(row.is_named and all(row.cells[1:]) for row in rows)
    return is_whole and bool(head_rows(texts, by_custom=True))


def _named(cells: tuple[str, ...]) -> tuple[str, ...]:
    name, *values = dict.fromkeys(filter(None, cells))
    if not values:
        return cells
    return (f"{name.removesuffix(':')}: {values[0]}", *values[1:])


def _rows(table: _Element) -> list[_Element]:
    """The rows of a table as they are shown: those of its head first, those of its foot last."""
    order = {"thead": 0, "tfoot": 2}
    parts = sorted((child for child in table if child.tag in (*_PARTS, "tr")), key=lambda part: order.get(part.tag, 1))
    return [row for part in parts for row in ([part] if part.tag == "tr" else part.iterchildren("tr"))]


def _cells(row: _Element) -> list[_Element]:
    return list(row.iterchildren("td", "th"))


def _grid(table: _Element) -> list[TableRow]:
    found: list[TableRow] = []
    rows = _rows(table)
    said_again, most = 0, _AGAIN * (len(rows) + 10)
    spans: dict[int, tuple[int, str]] = {}  # by column: for how many rows more a cell is given, and what it says
    first = [_cells(row) for row in rows[:2]]
    is_headless = not any(cell.tag == "th" for row in rows for cell in _cells(row)) and table.find("thead") is None
    is_bold_column = is_headless and len(rows) > 1 and all(map(_has_bold_name, rows))
    has_bold_head = is_headless and len(first) == 2 and _are_bold(first[0]) and not _are_bold(first[1])
    for number, row in enumerate(rows):
        cells: list[str] = []
        own = _cells(row)
        for cell in own:
            _continue(cells, spans)
            words = _words(cell)
            columns = min(_span(cell, "colspan"), _WIDEST - len(cells)) if len(words) <= _LONGEST else 1
            down = _span(cell, "rowspan", len(rows) - number)
            for _ in range(max(columns, 1)):
                if down > 1 and len(words) <= _LONGEST and (said_again := said_again + len(words) * down) < most:
                    spans[len(cells)] = (down - 1, words)
                cells.append(words)
        _continue(cells, spans)
        in_head = row.getparent().tag == "thead"
        is_head = in_head or (_are_heads(own) and _is_apart(own))
        is_named = len(own) > 1 and (own[0].tag == "th" or is_bold_column) and bool(cells[0])
        told = [cell for cell, words in zip(own, cells, strict=False) if words]
        if len(told) == 1 and len(cells) > 1 and not is_head and (told[0].tag == "th" or _is_bold(told[0])):
            cells = [next(filter(None, cells))] * len(cells)  # it heads the rows below
        found.append(TableRow(tuple(cells), is_head or (has_bold_head and number == 0), is_named))
    return found


def _continue(cells: list[str], spans: dict[int, tuple[int, str]]) -> None:
    """Give the cells of rows above that span this one."""
    while (span := spans.pop(len(cells), None)) is not None:
        left, words = span
        if left > 1:
            spans[len(cells)] = (left - 1, words)
        cells.append(words)


def _is_apart(cells: list[_Element]) -> bool:
    """Whether heads are those of columns: one alone across the table heads the rows below it."""
    return len(cells) > 1 or _span(cells[0], "colspan") < 2


def _are_heads(cells: list[_Element]) -> bool:
    """Whether all cells are heads, but for an empty one in the corner."""
    corner = (
        cells[1:] if len(cells) > 2 and cells[0].tag == "td" and not "".join(cells[0].itertext()).strip() else cells
    )
    return bool(cells) and all(cell.tag == "th" for cell in corner)


def _has_bold_name(row: _Element) -> bool:
    """Whether the first cell of a row is bold, and none behind it."""
    cells = _cells(row)
    return len(cells) > 1 and _is_bold(cells[0]) and not any(map(_is_bold, cells[1:]))


def _are_bold(cells: list[_Element]) -> bool:
    told = [cell for cell in cells if "".join(cell.itertext()).strip()]
    return len(told) > 1 and all(_is_bold(cell) for cell in told)


def _is_bold(cell: _Element) -> bool:
    told = len("".join(cell.itertext()).strip())
    bold = sum(len("".join(e.itertext()).strip()) for tag in _BOLD for e in cell.iter(tag))
    said = [*(cell.get("class") or "").split(), *(cell.getparent().get("class") or "").split()]
    styled = f"{cell.get('style') or ''};{cell.getparent().get('style') or ''}"
    return told > 0 and (bold >= told or any(map(_HEAD_CLASS.fullmatch, said)) or bool(_BOLD_STYLE.search(styled)))


def _words(cell: _Element) -> str:
    """The words of a cell on one line, with signs between those of its blocks that end without one."""
    words = ""
    for line in lines_of(cell):
        joint = " " if not words or words[-1] in ".,;:!?" or (line[0].islower() and cell.tag == "th") else "; "
        words += joint + line if words else line
    return words


def _span(cell: _Element, name: str, rest: int = 1) -> int:
    """Over how many rows or columns a cell stands; 0 rows are the `rest` of them."""
    value = (cell.get(name) or "1").strip()
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        return 1
    return min(int(value) or rest, 65534)
