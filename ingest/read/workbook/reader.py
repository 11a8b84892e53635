"""Workbooks (XLSX), as pieces: each sheet is a section, each of its tables has its heads.

Of the libraries tried, openpyxl lays out every cell of a merged range of a thousand million, and neither it nor
calamine shows a number as its format does: the XML is read here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TYPE_CHECKING

from ingest.read.archive import Archive
from ingest.read.layout import Piece
from ingest.read.metadata import Stated
from ingest.read.office import local, relations, stated, value
from ingest.read.outline import Outline, one_line
from ingest.read.sheets import SheetCell, cell_text, take_sheet
from ingest.read.workbook.formats import shown
from ingest.read.workbook.styles import CellStyle, rich_text, shared_texts, styles

if TYPE_CHECKING:
    from lxml.etree import _Element

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.IGNORECASE)
_MOST_CELLS = 2_000_000
_WIDEST_MERGE = 10_000  # cells: what is merged over more is given once
_ON = ("1", "true")
_READ = tuple(f"{{*}}{name}" for name in ("row", "col", "mergeCell", "tablePart", "autoFilter"))


@dataclass(slots=True)
class _Sheet:
    """What stands in a sheet, and what of it is hidden."""

    cells: dict[tuple[int, int], SheetCell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)
    merged: list[tuple[range, range]] = field(default_factory=list)
    heads: set[int] = field(default_factory=set)
    struck: list[str] = field(default_factory=list)
    unknown: int = 0  # formulas whose values are not in the file
    parts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Book:
    archive: Archive
    texts: list[str]
    styles: list[CellStyle]
    since_1904: bool


def read_workbook(data: bytes) -> tuple[list[Piece], list[str], Stated]:
    """The sheets that are shown, with what their formulas came to; what is hidden is told in what was dropped.

    Raises ValueError where it is no XLSX file, or larger than is read.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValueError("is locked with a password, or is of an old kind; save it as .xlsx without one")
    archive = Archive(data, "workbook (XLSX)")
    root = next((name for kind, name in relations(archive, "").values() if kind == "officeDocument"), "xl/workbook.xml")
    workbook, parts = archive.tree(root), relations(archive, root)
    named = {kind: name for kind, name in parts.values()}
    since_1904 = any(value(e, "date1904") in _ON for e in workbook if local(e) == "workbookPr")
    texts, styled = shared_texts(archive, named.get("sharedStrings")), styles(archive, named.get("styles"))
    book = _Book(archive, texts, styled, since_1904)
    outline, dropped, notes = Outline(), list[str](), list[str]()
    for sheet in (e for group in workbook if local(group) == "sheets" for e in group if local(e) == "sheet"):
        title = one_line(value(sheet, "name"))
        kind, name = parts.get(value(sheet, "id"), ("", ""))
        if value(sheet, "state") in ("hidden", "veryHidden"):
            dropped.append(f"hidden sheet: {title}")
        elif kind != "worksheet":
            dropped.append(f"sheet without cells: {title}")
        else:
            _take(book, name, title, outline, dropped, notes)
    outline.heading("Notes" if notes else "", 2)
    for note in notes:
        outline.block(note)
    if not any(piece.kind != "heading" for piece in outline.pieces):
        raise ValueError("holds no cell with text that is shown; fill it or take it out of the corpus")
    return outline.pieces, dropped, stated(archive)


def _take(book: _Book, name: str, title: str, outline: Outline, dropped: list[str], notes: list[str]) -> None:
    sheet = _read(book, name)
    _fill(sheet)
    unseen = {column for _, column in sheet.cells if any(column in run for run in sheet.hidden_columns)}
    seen, heads = _seen(sheet, unseen)
    rows = sorted({row for row, _ in sheet.cells} & sheet.hidden_rows)
    dropped += [f"{title}: hidden {_told('row', [str(row) for row in rows])}"] if rows else []
    dropped += [f"{title}: hidden {_told('column', [_letters(n) for n in sorted(unseen)])}"] if unseen else []
    dropped += [f"struck out: {text}" for text in sheet.struck]
    if sheet.unknown:
        dropped.append(f"{title}: {sheet.unknown} formulas without their values; save it anew in a spreadsheet program")
    outline.heading(title, 2)
    take_sheet(seen, outline, heads)
    for kind, part in relations(book.archive, name).values():
        if part not in book.archive.names:
            continue
        if kind in ("comments", "threadedComment"):
            notes += _comments(book.archive.tree(part), title)
        elif kind == "drawing":
            _take_drawing(book.archive.tree(part), title, outline, dropped)


def _seen(sheet: _Sheet, unseen: set[int]) -> tuple[dict[tuple[int, int], SheetCell], set[int]]:
    """The cells that are shown and the rows of heads, numbered as if there were no hidden rows and columns."""
    rows, columns = sorted(sheet.hidden_rows), sorted(unseen)
    cells = {
        (row - bisect_left(rows, row), column - bisect_left(columns, column)): cell
        for (row, column), cell in sheet.cells.items()
        if row not in sheet.hidden_rows and column not in unseen
    }
    return cells, {row - bisect_left(rows, row) for row in sheet.heads - sheet.hidden_rows}


def _read(book: _Book, name: str) -> _Sheet:
    from lxml import etree

    sheet = _Sheet()
    tables = {key: part for key, (kind, part) in relations(book.archive, name).items() if kind == "table"}
    row = 0
    try:
        held = BytesIO(book.archive.read(name))
        for _, element in etree.iterparse(held, tag=_READ, resolve_entities=False, no_network=True):
            match local(element):
                case "row":
                    row = _row(element, row + 1, book, sheet)
                    element.clear()
                case "col" if value(element, "hidden") in _ON:
                    sheet.hidden_columns.append(range(_int(element, "min"), _int(element, "max") + 1))
                case "mergeCell":
                    sheet.merged += _area(value(element, "ref"))
                case "tablePart" if value(element, "id") in tables:
                    _mark_heads(book.archive.tree(tables[value(element, "id")]), sheet)
                case "autoFilter":
                    sheet.heads |= {rows.start for rows, _ in _area(value(element, "ref"))}
    except etree.XMLSyntaxError as error:
        raise ValueError("is no workbook (XLSX), or is damaged; save it anew") from error
    return sheet


def _row(element: _Element, expected: int, book: _Book, sheet: _Sheet) -> int:
    row = _int(element, "r") or expected
    if value(element, "hidden") in _ON:
        sheet.hidden_rows.add(row)
    column = 0
    for c in element:
        if local(c) != "c":
            continue
        found = _PLACE.fullmatch(c.get("r", ""))
        column = _column(found[1]) if found else column + 1
        cell = _cell(c, book, sheet)
        if cell:
            sheet.cells[row, column] = cell
    if len(sheet.cells) > _MOST_CELLS:
        raise ValueError(f"has a sheet of more than {_MOST_CELLS:,} cells; save the part that matters as its own file")
    return row


def _cell(element: _Element, book: _Book, sheet: _Sheet) -> SheetCell | None:
    number = _int(element, "s")
    style = book.styles[number] if number < len(book.styles) else CellStyle()
    parts = {local(child): child for child in element}
    held = parts["v"].text if "v" in parts else None
    if "f" in parts and held is None:
        sheet.unknown += 1
    text = rich_text(parts["is"]) if "is" in parts else _shown(held or "", element.get("t", ""), style, book)
    text = "" if style.is_hidden else cell_text(text)
    if text and style.is_struck:
        sheet.struck.append(text)
        return None
    return SheetCell(text, style.is_bold) if text else None


def _shown(held: str, kind: str, style: CellStyle, book: _Book) -> str:
    """What a cell shows that holds `held`, a number unless its `kind` says otherwise."""
    match kind:
        case "s":
            number = int(held) if held.isascii() and held.isdigit() and len(held) < 10 else len(book.texts)
            return book.texts[number] if number < len(book.texts) else ""
        case "b":
            return "TRUE" if held == "1" else "FALSE"
        case "" | "n" if held:
            try:
                return shown(float(held), style.code, book.since_1904)
            except ValueError:
                return held
    return held


def _fill(sheet: _Sheet) -> None:
    """Give what is merged in each of the cells that it spans; across only where its row holds more."""
    filled: dict[int, set[str]] = {}
    for (row, _), cell in sheet.cells.items():
        filled.setdefault(row, set()).add(cell.text)
    for rows, columns in sheet.merged:
        first = sheet.cells.get((rows.start, columns.start))
        if first is None or len(rows) * len(columns) > _WIDEST_MERGE:
            continue
        alone = len(filled[rows.start]) == 1 and len(rows) == 1
        spanning = replace(first, across=1 if alone else len(columns), down=len(rows))
        for row in rows:
            for column in columns[:1] if alone else columns:
                sheet.cells[row, column] = spanning
        if len(sheet.cells) > _MOST_CELLS:
            raise ValueError(f"has a sheet of more than {_MOST_CELLS:,} cells; take its merged cells apart")


def _mark_heads(table: _Element, sheet: _Sheet) -> None:
    if value(table, "headerRowCount") != "0":
        sheet.heads |= {rows.start for rows, _ in _area(value(table, "ref"))}


def _comments(root: _Element, title: str) -> Iterator[str]:
    for comment in root.iter():
        if local(comment) in ("comment", "threadedComment"):
            text = one_line("".join(t.text or "" for t in comment.iter() if local(t) in ("t", "text") and t.text))
            if text and not text.startswith("[Threaded comment]"):
                yield f"{title}, {value(comment, 'ref')}: {text}"


def _take_drawing(root: _Element, title: str, outline: Outline, dropped: list[str]) -> None:
    """Take the paragraphs of the text boxes that lie over a sheet; pictures and charts are told."""
    for element in root.iter():
        match local(element):
            case "txBody":
                for paragraph in (child for child in element if local(child) == "p"):
                    outline.block(one_line("".join(t.text or "" for t in paragraph.iter() if local(t) == "t")))
            case "pic" | "graphicFrame" as kind:
                properties = next((e for e in element.iter() if local(e) == "cNvPr"), None)
                said = "" if properties is None else value(properties, "descr") or value(properties, "name")
                dropped.append(f"{title}: {'picture' if kind == 'pic' else 'chart'}: {one_line(said)}")


def _area(ref: str) -> list[tuple[range, range]]:
    """The rows and columns of a range such as "A1:C3"; none where it is none."""
    first, _, last = ref.partition(":")
    a, b = _PLACE.fullmatch(first), _PLACE.fullmatch(last or first)
    if not a or not b:
        return []
    return [(range(int(a[2]), int(b[2]) + 1), range(_column(a[1]), _column(b[1]) + 1))]


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return number


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _int(element: _Element, name: str) -> int:
    text = element.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _told(name: str, places: list[str]) -> str:
    return f"{name}{'s' if len(places) > 1 else ''} {', '.join(places[:20])}{' …' if len(places) > 20 else ''}"
