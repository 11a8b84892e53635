"""The sheets of an OpenDocument workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.read.office import local, value
from ingest.read.opendocument.text import OpenDocumentReader
from ingest.read.outline import one_line
from ingest.read.sheets import SheetCell, take_sheet

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_CELLS = 2_000_000
_UNSEEN = ("collapse", "filter")


def take_sheets(body: _Element, reader: OpenDocumentReader) -> None:
    """Take the sheets that are shown; hidden sheets, rows and columns are told."""
    for table in (child for child in body if local(child) == "table"):
        title = one_line(value(table, "name"))
        if reader.styles.said("table", value(table, "style-name"), "display") == "false":
            reader.dropped.append(f"hidden sheet: {title}")
            continue
        reader.outline.heading(title, 2)
        take_sheet(_cells(table, reader, title), reader.outline)


def _cells(table: _Element, reader: OpenDocumentReader, title: str) -> dict[tuple[int, int], SheetCell]:
    unseen = _unseen_columns(table)
    cells: dict[tuple[int, int], SheetCell] = {}
    row = hidden_rows = hidden_cells = 0
    for element in _rows(table):
        times = _repeated(element, "number-rows-repeated")
        found, missed = _row(element, reader, unseen)
        if value(element, "visibility") in _UNSEEN:
            hidden_rows += bool(found)
            continue
        hidden_cells += missed
        if found:
            if times * len(found) + len(cells) > _MOST_CELLS:
                raise ValueError(f"has a sheet of more than {_MOST_CELLS:,} cells; save the part that matters alone")
            for number in range(row, row + times):
                cells |= {(number, column): cell for column, cell in found.items()}
        row += times
    reader.dropped += [f"{title}: {hidden_rows} hidden rows"] if hidden_rows else []
    reader.dropped += [f"{title}: hidden columns"] if hidden_cells else []
    return _spread(cells)


def _rows(parent: _Element) -> Iterator[_Element]:
    for child in parent:
        if local(child) == "table-row":
            yield child
        elif local(child) in ("table-rows", "table-header-rows", "table-row-group"):
            yield from _rows(child)


def _row(element: _Element, reader: OpenDocumentReader, unseen: list[range]) -> tuple[dict[int, SheetCell], int]:
    """The cells of a row by their columns, counted without hidden ones, and how many of those hold something."""
    found: dict[int, SheetCell] = {}
    column = missed = 0
    for cell in element:
        if local(cell) not in ("table-cell", "covered-table-cell"):
            continue
        times = _repeated(cell, "number-columns-repeated")
        shown = reader.cell(cell)
        if shown.text:
            if times > _MOST_CELLS:
                raise ValueError(f"has a row of more than {_MOST_CELLS:,} cells; save the part that matters alone")
            for place in range(column, column + times):
                before = sum(len(range(run.start, min(run.stop, place))) for run in unseen)
                if any(place in run for run in unseen):
                    missed += 1
                else:
                    found[place - before] = shown
        column += times
    return found, missed


def _unseen_columns(table: _Element) -> list[range]:
    runs: list[range] = []
    at = 0
    for column in table.iter("{*}table-column"):
        times = _repeated(column, "number-columns-repeated")
        if value(column, "visibility") in _UNSEEN:
            runs.append(range(at, at + times))
        at += times
    return runs


def _spread(cells: dict[tuple[int, int], SheetCell]) -> dict[tuple[int, int], SheetCell]:
    """The cells, those that span several given in each of them; across only where its row holds more."""
    filled: dict[int, int] = {}
    for row, _ in cells:
        filled[row] = filled.get(row, 0) + 1
    spread = dict(cells)
    for (row, column), cell in cells.items():
        alone = filled[row] == 1 and cell.down == 1
        for down in range(cell.down):
            for across in range(1 if alone else cell.across):
                spread.setdefault((row + down, column + across), cell)
        if len(spread) > _MOST_CELLS:
            raise ValueError(f"has a sheet of more than {_MOST_CELLS:,} cells; take its merged cells apart")
    return spread


def _repeated(element: _Element, name: str) -> int:
    text = value(element, name)
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 12 else 1
