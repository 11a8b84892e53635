"""What the cells of an XLSX workbook are formatted with, and the texts that they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.read.archive import Archive
from ingest.read.figures import lowered, raised
from ingest.read.office import local, value
from ingest.read.workbook.formats import BUILT_IN

if TYPE_CHECKING:
    from lxml.etree import _Element

_OFF = ("0", "false", "none")


@dataclass(frozen=True, slots=True)
class CellStyle:
    """The number format of a cell, whether it is bold, and whether what stands in it is no text to be read."""

    code: str = "General"
    is_bold: bool = False
    is_struck: bool = False
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class _Font:
    is_bold: bool
    is_struck: bool
    is_white: bool


def styles(archive: Archive, name: str | None) -> list[CellStyle]:
    """The styles of a workbook, by their numbers."""
    if name is None or name not in archive.names:
        return []
    codes, fonts, fills = dict(BUILT_IN), list[_Font](), list[bool]()
    found: list[CellStyle] = []
    for group in archive.tree(name):
        match local(group):
            case "numFmts":
                codes |= {_number(format_, "numFmtId"): value(format_, "formatCode") for format_ in group}
            case "fonts":
                fonts = [_font(font) for font in group]
            case "fills":
                fills = [_is_filled(fill) for fill in group]
            case "cellXfs":
                found = [_style(xf, codes, fonts, fills) for xf in group]
    return found


def _style(xf: _Element, codes: dict[int, str], fonts: list[_Font], fills: list[bool]) -> CellStyle:
    font, fill = _number(xf, "fontId"), _number(xf, "fillId")
    own = fonts[font] if font < len(fonts) else _Font(False, False, False)
    code = codes.get(_number(xf, "numFmtId"), "General")
    unseen = own.is_white and not (fill < len(fills) and fills[fill])
    return CellStyle(code, own.is_bold, own.is_struck, unseen or code.replace(" ", "") == ";;;")


def _font(font: _Element) -> _Font:
    colours = [child for child in font if local(child) == "color"]
    is_white = any(value(c, "rgb").upper() == "FFFFFFFF" or value(c, "theme") == "0" for c in colours)
    return _Font(_is_on(font, "b"), _is_on(font, "strike"), is_white)


def _is_filled(fill: _Element) -> bool:
    return any(local(child) != "patternFill" or value(child, "patternType") not in ("", "none") for child in fill)


def _is_on(element: _Element, name: str) -> bool:
    return any(local(child) == name and value(child, "val") not in _OFF for child in element)


def _number(element: _Element, name: str) -> int:
    text = value(element, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def shared_texts(archive: Archive, name: str | None) -> list[str]:
    """The texts that the cells of a workbook point to."""
    if name is None or name not in archive.names:
        return []
    return [rich_text(item) for item in archive.tree(name) if local(item) == "si"]


def rich_text(item: _Element) -> str:
    """The text of a cell in runs: what is struck out is left out, what is raised stays so."""
    parts: list[str] = []
    for child in item:
        if local(child) == "t":
            parts.append(child.text or "")
        elif local(child) == "r":
            parts.append(_run(child))
    return "".join(parts)


def _run(run: _Element) -> str:
    text = "".join(child.text or "" for child in run if local(child) == "t")
    form = next((child for child in run if local(child) == "rPr"), None)
    if form is None:
        return text
    if _is_on(form, "strike"):
        return ""
    place = next((value(child, "val") for child in form if local(child) == "vertAlign"), "")
    return raised(text) if place == "superscript" else lowered(text) if place == "subscript" else text
