"""Tables of a page: rows of cells, of which the first may be the heads of their columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ingest.read.outline import one_line
from ingest.read.pdf.hyphens import joined
from ingest.read.pdf.lines import Row

MOST_HEADS = 3
_SHORT = 48
_FIGURE = re.compile(r"^\W*\d[\d\s.,:/–-]*(?:\W*|\W*\w{1,4}\W*|\s\w+)$|^[-–—✓✔✗✘☐☑☒•●×+]$")


class PdfCell(NamedTuple):
    """What stands in one field of a table."""

    text: str
    is_bold: bool = False
    base: float = 0.0

    @classmethod
    def of(cls, rows: Sequence[Row]) -> PdfCell:
        """The cell of these lines."""
        words = [word for row in rows for word in row]
        return cls(text_of(rows), bool(words) and all(w.is_bold for w in words), words[0].base if words else 0.0)


@dataclass(frozen=True, slots=True)
class PdfTable:
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
        rows: Sequence[Sequence[PdfCell]],
        page: int,
        left: float,
        right: float,
        top: float,
        bottom: float,
        ruled: int = 0,
        shaded: int = 0,
    ) -> PdfTable:
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

    def goes_on(self, other: PdfTable) -> bool:
        """Whether `other`, the first of its page, is the rest of this one, the last of the page before."""
        if len(self.rows[0]) != len(other.rows[0]) or other.pages[0] != self.pages[-1] + 1:
            return False
        repeated = self.heads and other.rows[: self.heads] == self.rows[: self.heads]
        there = abs(self.left - other.left) < 12 and abs(self.right - other.right) < 24
        return bool(repeated) or (there and not other.is_told and not other.caption)

    def with_rest(self, other: PdfTable) -> PdfTable:
        """Both as one; heads that are repeated are left out."""
        again = self.heads if other.rows[: self.heads] == self.rows[: self.heads] else 0
        return PdfTable(
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
    """Whether a cell holds a figure, with its unit at most, or a mere character."""
    return bool(_FIGURE.match(text))


def _heads(rows: Sequence[Sequence[PdfCell]], ruled: int, shaded: int) -> tuple[int, bool]:
    """How many of the rows at the top are heads, and whether they are marked as such."""
    if 0 < ruled <= MOST_HEADS and ruled < len(rows):
        return ruled, True
    bold = [all(cell.is_bold for cell in row if cell.text) for row in rows]
    first = next((n for n, is_bold in enumerate(bold) if not is_bold or (n and _is_band(rows[n]))), 0)
    if 0 < first <= MOST_HEADS and 2 * sum(bold[first:]) < len(rows):
        return first, True
    if 0 < shaded <= MOST_HEADS and 2 * shaded <= len(rows):
        return shaded, True
    return (1, False) if len(rows) > 1 and _is_head(rows) else (0, False)


def _is_band(row: Sequence[PdfCell]) -> bool:
    """Whether a row says one thing over all columns, and so heads the rows below it rather than the columns."""
    return len(row) > 1 and len({cell.text for cell in row if cell.text}) == 1


def _is_head(rows: Sequence[Sequence[PdfCell]]) -> bool:
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
