"""The rows of a table in AsciiDoc, and which of them are its heads."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable

from ingest.read.sheets import Rows, SheetCell

_CELL = re.compile(r"(?:^|(?<=\s))(?:(\d{1,3})\*|(\d{1,3})?(?:\.(\d{1,3}))?\+)?[<^>.]{0,4}[adehlmsv]?(?<!\\)([|!])")
_COLUMNS = re.compile(r"cols=(?:\"([^\"]*)\"|([^,\]]*))")
_FORMAT = re.compile(r"format=\"?(csv|dsv|tsv)")
_SEPARATORS = {"csv": ",", "tsv": "\t", "dsv": ":"}
_MOST_COLUMNS = 200


def table_rows(lines: list[str], delimiter: str, about: str, plain: Callable[[str], str]) -> tuple[Rows, int]:
    """The rows of a table between lines of `delimiter`, and how many are heads; `about` is what stands above it.

    `plain` gives the words of a cell.  The first row is heads where the table says so, or a blank line follows it.
    """
    form = _FORMAT.search(about)
    told = [number for number, line in enumerate(lines) if line.strip()]
    implied = bool(told) and told[0] == 0 and len(told) > 1 and told[1] > 1 and "noheader" not in about
    heads = int("header" in about.replace("noheader", "") or implied)
    if delimiter in ",:" or form:
        separator = _SEPARATORS[form[1]] if form else delimiter
        texts = csv.reader([line for line in lines if line.strip()], delimiter=separator)
        try:
            return [[SheetCell(plain(text)) for text in row] for row in texts], heads
        except csv.Error:
            return [], 0
    cells = _cells(lines)
    width = _width(about) or len(_cells(lines[told[0] : told[0] + 1] if told else []))
    width = max(1, min(_MOST_COLUMNS, width))
    return _laid(cells, width, plain), heads


def _cells(lines: list[str]) -> list[tuple[int, int, str]]:
    """The cells, each with the columns and the rows that it spans; one that is repeated as often as it is."""
    text = "\n".join(lines)
    found = list(_CELL.finditer(text))
    cells: list[tuple[int, int, str]] = []
    ends = [*(cell.start() for cell in found), len(text)][1:]
    for cell, end in zip(found, ends, strict=True):
        times, across, down = (int(cell[number] or 1) for number in (1, 2, 3))
        content = text[cell.end() : end].replace("\\|", "|")
        cells += [(min(across, _MOST_COLUMNS), min(down, _MOST_COLUMNS), content)] * min(times, _MOST_COLUMNS)
    return cells


def _width(about: str) -> int:
    """How many columns a table says that it has; 0 where it does not."""
    found = _COLUMNS.search(about)
    if not found:
        return 0
    many = re.fullmatch(r"(\d{1,3})\*.*", (found[1] or found[2] or "").strip())
    return int(many[1]) if many else len(re.split(r"[,;]", found[1] or found[2] or ""))


def _laid(cells: list[tuple[int, int, str]], width: int, plain: Callable[[str], str]) -> Rows:
    rows: Rows = [[]]
    spanned: dict[tuple[int, int], SheetCell] = {}
    for across, down, content in cells:
        while True:
            if len(rows[-1]) >= width:
                rows.append([])
            if (len(rows) - 1, len(rows[-1])) not in spanned:
                break
            rows[-1].append(spanned[len(rows) - 1, len(rows[-1])])
        cell = SheetCell(plain(content), across=across, down=down)
        for below in range(1, down):
            spanned |= {(len(rows) - 1 + below, len(rows[-1]) + n): cell for n in range(across)}
        rows[-1] += [cell] * min(across, width - len(rows[-1]))
    while (len(rows) - 1, len(rows[-1])) in spanned:
        rows[-1].append(spanned[len(rows) - 1, len(rows[-1])])
    return [row for row in rows if row]
