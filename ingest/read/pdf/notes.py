"""Notes at the foot of a page, and what else stands beside its text: each is read where no sentence is cut by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from ingest.read.layout import Piece
from ingest.read.outline import one_line
from ingest.read.pdf.hyphens import joined
from ingest.read.pdf.lines import PdfLine
from ingest.read.pdf.tables import PdfTable

_MARK = re.compile(r"^(?:[⁰¹²³⁴-⁹]+|\d{1,3}(?![\d.)\]])|[*†‡§¶]{1,3}|\(\d{1,3}\))\s*(?=\S)")
_SMALLER = 0.95


def without_notes(rows: Sequence[PdfLine | PdfTable], body: float) -> tuple[list[PdfLine | PdfTable], list[str]]:
    """The rows of a page without the notes at the foot of its columns, and those; `body` is the size of its text."""
    kept: list[PdfLine | PdfTable] = []
    notes: list[str] = []
    column: list[PdfLine | PdfTable] = []
    for row, following in zip_longest(rows, rows[1:]):
        column.append(row)
        if following is None or following.top < row.top:
            first = _first_note(column, body)
            kept += column[:first]
            notes += _texts([line for line in column[first:] if isinstance(line, PdfLine)])
            column = []
    return kept, notes


def _first_note(column: Sequence[PdfLine | PdfTable], body: float) -> int:
    """The number of the row with which the notes of a column begin."""
    first = len(column)
    for number in range(len(column) - 1, 0, -1):
        row = column[number]
        if isinstance(row, PdfTable) or row.size > _SMALLER * body:
            break
        if _MARK.match(row.text):
            first = number
    above = column[first - 1] if first < len(column) else None
    is_apart = isinstance(above, PdfTable) or (above is not None and above.size > _SMALLER * body)
    return first if is_apart else len(column)


def _texts(lines: Sequence[PdfLine]) -> list[str]:
    found: list[str] = []
    for line in lines:
        if _MARK.match(line.text) or not found:
            found.append(one_line(line.text))
        else:
            found[-1] = joined(found[-1], one_line(line.text))
    return found


def with_asides(pieces: Sequence[Piece], asides: Sequence[tuple[int, str]]) -> list[Piece]:
    """The pieces, with what stands beside the text of each page as paragraphs at its end.

    What goes on over the page's end, be it a paragraph, a list or a table, is not cut by them.
    """
    found = list(pieces)
    for page in sorted({page for page, _ in asides}, reverse=True):
        at = next((n for n, piece in enumerate(found) if piece.page + len(piece.breaks) > page), len(found))
        while (
            0 < at < len(found) and found[at - 1].kind in ("item", "row", "heads") and found[at].kind in ("item", "row")
        ):
            at += 1
        if 0 < at < len(found) and found[at].kind in ("item", "row", "heads") and found[at - 1].kind == "paragraph":
            at -= 1
        found[at:at] = [_note(text, page) for number, text in asides if number == page]
    return found


def _note(text: str, page: int) -> Piece:
    mark = _MARK.match(text)
    return (
        Piece("paragraph", text[mark.end() :], mark=f"{mark[0].strip()} ", page=page)
        if mark
        else Piece("paragraph", text, page=page)
    )
