"""Tables in plain text (CSV, TSV), as pieces."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable

from ingest.read.decoding import text_of
from ingest.read.layout import Piece
from ingest.read.metadata import Stated
from ingest.read.outline import Outline
from ingest.read.sheets import SheetCell, cell_text, take_sheet

_SEPARATORS = ",;\t|"
_SAMPLE = 65_536
_MOST_ROWS, _SHORT_ROW = 200_000, 20  # so many rows, or as many of so many characters on average
_MOST_LINES = 50  # of a cell: above, a quote that is never closed has taken the rest of the file


def read_delimited(data: bytes) -> tuple[list[Piece], list[str], Stated]:
    """The rows of a file, each with the heads of its columns; what separates them, and the encoding, are found out.

    Raises ValueError where it is binary or holds nothing.
    """
    text = text_of(data)
    named = text[:5].lower() == "sep=" + text[4:5] and text[4:5] in _SEPARATORS  # as Excel marks it for itself
    separator = text[4] if named else _separator(text[:_SAMPLE])
    rows = _rows(text.split("\n", 1)[1] if named and "\n" in text else text, separator)
    cells = {
        (number, column): SheetCell(shown)
        for number, row in enumerate(rows)
        for column, cell in enumerate(row)
        if (shown := cell_text(cell))
    }
    outline = Outline()
    take_sheet(cells, outline, by_custom=True)
    if not outline.pieces:
        raise ValueError("holds no rows; fill it or take it out of the corpus")
    return outline.pieces, [], Stated()


def _separator(sample: str) -> str:
    """The sign that parts most rows into as many cells as each other, and that more than one."""

    def told(separator: str) -> tuple[float, int]:
        widths = [len(row) for row in _rows(sample, separator) if any(row)]
        wide = Counter(width for width in widths if width > 1)
        if not wide:
            return 0.0, 0
        width, times = wide.most_common(1)[0]
        return times / len(widths), width

    return max(_SEPARATORS, key=told)


def _rows(text: str, separator: str) -> list[list[str]]:
    rows = _parsed(text, separator, csv.QUOTE_MINIMAL)
    if rows is None or any(cell.count("\n") > _MOST_LINES for row in rows for cell in row):
        rows = _parsed(text, separator, csv.QUOTE_NONE)
    if rows is None:
        raise ValueError(
            f"has a cell of more than {csv.field_size_limit():,} characters; is it a table of separated values?"
        )
    if len(rows) > max(_MOST_ROWS, len(text) // _SHORT_ROW):
        raise ValueError(f"has {len(rows):,} rows of a few characters each; split it, or leave out what says nothing")
    return rows


def _parsed(text: str, separator: str, quoting: int) -> list[list[str]] | None:
    lines: Iterable[str] = io.StringIO(text, newline="")
    try:
        return list(csv.reader(lines, delimiter=separator, quoting=quoting, skipinitialspace=True))  # type: ignore[arg-type]
    except csv.Error:
        return None
