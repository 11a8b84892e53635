"""Slides (PPTX), as pieces: each slide is a section and a page, its notes stand under it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ingest.read.archive import Archive, parsed
from ingest.read.figures import lowered, raised
from ingest.read.layout import Piece
from ingest.read.metadata import Stated
from ingest.read.office import local, stated, value
from ingest.read.opendocument.styles import numeral
from ingest.read.outline import Outline, one_line
from ingest.read.sheets import SheetCell, take_table
from ingest.read.workbook.formats import shown

if TYPE_CHECKING:
    from lxml.etree import _Element
    from pptx.shapes.base import BaseShape
    from pptx.slide import Slide
    from pptx.table import Table

_FURNITURE = ("dt", "ftr", "sldNum", "hdr")
_FORMS = {"alphaLc": "a", "alphaUc": "A", "romanLc": "i", "romanUc": "I"}
_MONOSPACED = re.compile(r"mono|courier|consol|menlo|typewriter|code\b", re.IGNORECASE)
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def read_slides(data: bytes) -> tuple[list[Piece], list[str], Stated]:
    """The slides in their order; hidden ones, pictures and running feet are told in what was dropped.

    Raises ValueError where it is no PPTX file, or holds no text.
    """
    from pptx import Presentation

    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValueError("is locked with a password, or is of an old kind; save it as .pptx without one")
    archive = Archive(data, "presentation (PPTX)")
    archive.refuse_entities()
    for name in archive.names:  # python-pptx unpacks each at once, whatever it says of its size
        archive.read(name)
    dropped: list[str] = []
    pieces: list[Piece] = []
    try:
        for number, slide in enumerate(Presentation(io.BytesIO(data)).slides, 1):
            pieces += _slide(slide, number, dropped)
    except (RecursionError, ModuleNotFoundError):
        raise
    except Exception as error:  # pptx, lxml and zipfile each raise their own kinds for a damaged file
        raise ValueError("is no presentation (PPTX), or is damaged; save it anew") from error
    if not any(piece.kind != "heading" for piece in pieces):
        raise ValueError("holds no text beside titles; if its slides are pictures, put their text through OCR first")
    return pieces, list(dict.fromkeys(dropped)), stated(archive)


def _slide(slide: Slide, number: int, dropped: list[str]) -> list[Piece]:
    title = slide.shapes.title
    heading = "" if title is None else " ".join(filter(None, (_words(p, []) for p in title._element.iter(f"{_A}p"))))
    if slide._element.get("show") in ("0", "false"):
        dropped.append(f"hidden slide {number}: {heading}".rstrip(": "))
        return []
    outline = Outline()
    is_cover = number == 1 and title is not None and _role(title) == "ctrTitle"
    outline.heading(heading or f"Slide {number}", 1 if is_cover else 2)
    for shape in slide.shapes:
        if title is None or shape.shape_id != title.shape_id:
            _take(shape, slide, outline, dropped)
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None and notes.text.strip():
        outline.heading("Notes", 3)
        for paragraph in notes.paragraphs:
            outline.block(_words(paragraph._p, dropped))
    return [replace(piece, page=number) for piece in outline.pieces]


def _take(shape: BaseShape, slide: Slide, outline: Outline, dropped: list[str]) -> None:
    from pptx.shapes.group import GroupShape

    element: Any = shape._element
    if isinstance(shape, GroupShape):
        for inner in shape.shapes:
            _take(inner, slide, outline, dropped)
    elif any(value(e, "hidden") in ("1", "true") for e in element.iter("{*}cNvPr")):
        dropped.append(f"hidden: {one_line(' '.join(t.text or '' for t in element.iter(f'{_A}t')))}")
    elif _role(shape) in _FURNITURE:
        text = one_line("".join(t.text or "" for t in element.iter(f"{_A}t")))
        dropped += [text] if text else []
    elif shape.has_text_frame:
        _take_text(shape, outline, dropped)
    elif getattr(shape, "has_table", False):
        _take_grid(shape.table, outline, dropped)  # type: ignore[attr-defined]
    elif getattr(shape, "has_chart", False):
        _take_chart(shape.chart._chartSpace, outline)  # type: ignore[attr-defined]
    else:
        _take_diagram(element, slide, outline)
        if local(element) == "pic":
            said = next((value(e, "descr") for e in element.iter("{*}cNvPr")), "")
            dropped.append(f"picture: {one_line(said)}".rstrip(": "))


def _role(shape: BaseShape) -> str:
    """What a placeholder is for, as the file calls it: "body", "ftr", …; empty where it is none."""
    place = next(shape._element.iter("{*}ph"), None)
    return "" if place is None else value(place, "type") or "obj"


def _take_text(shape: BaseShape, outline: Outline, dropped: list[str]) -> None:
    styles = list(_styles(shape))
    numbers: dict[int, int] = {}
    for paragraph in shape._element.iter(f"{_A}p"):
        own = paragraph.find(f"{_A}pPr")
        level = min(8, int(own.get("lvl", "0")) if own is not None else 0)
        forms = map(_bullet, (own, *(style.get(level) for style in styles)))
        bullet = next((found for found in forms if found is not None), None)
        text = _words(paragraph, dropped)
        if not text:
            continue
        if _is_code(paragraph):
            outline.code("".join("\n" if local(run) == "br" else _typed(run) for run in paragraph))
            continue
        numbers = {deep: n for deep, n in numbers.items() if deep < level or (deep == level and _counts(bullet))}
        if bullet is None or local(bullet) == "buNone":
            outline.block(text)
        elif _counts(bullet):
            numbers[level] = numbers.get(level, int(bullet.get("startAt", "1")) - 1) + 1
            kind = bullet.get("type", "")
            form = next((form for name, form in _FORMS.items() if kind.startswith(name)), "1")
            after = ")" if kind.endswith(("ParenR", "ParenBoth")) else "."
            outline.block(text, level + 1, f"{numeral(numbers[level], form)}{after} ")
        else:
            outline.block(text, level + 1, "• ")


def _is_code(paragraph: _Element) -> bool:
    """Whether all of a paragraph of several lines is set in a font whose letters are all as wide."""
    runs = [run for run in paragraph if local(run) == "r"]
    faces = [next((value(face, "typeface") for face in run.iter(f"{_A}latin")), "") for run in runs]
    return paragraph.find(f"{_A}br") is not None and bool(runs) and all(map(_MONOSPACED.search, faces))


def _typed(run: _Element) -> str:
    return "".join(t.text or "" for t in run.iter(f"{_A}t"))


def _counts(bullet: _Element | None) -> bool:
    return bullet is not None and local(bullet) == "buAutoNum"


def _bullet(form: _Element | None) -> _Element | None:
    """What the form of a paragraph says of its bullet; None where it leaves that to what it is derived from."""
    if form is None:
        return None
    return next((child for child in form if local(child) in ("buNone", "buChar", "buAutoNum", "buBlip")), None)


def _styles(shape: BaseShape) -> Iterator[dict[int, _Element]]:
    """The forms of paragraphs by their levels: of a shape, and of the placeholders that it is derived from."""
    place: Any = shape
    for _ in range(3):
        if place is None:
            break
        yield _levels(place._element.find(f".//{_A}lstStyle"))
        place = getattr(place, "_base_placeholder", None)
    if _role(shape) in ("body", "obj"):
        part: Any = shape.part
        master = part.slide.slide_layout.slide_master if hasattr(part, "slide") else None
        body = None if master is None else next(master._element.iter("{*}bodyStyle"), None)
        yield _levels(body)


def _levels(styles: _Element | None) -> dict[int, _Element]:
    names = {f"lvl{level + 1}pPr": level for level in range(9)}
    return {} if styles is None else {names[local(form)]: form for form in styles if local(form) in names}


def _words(paragraph: _Element, dropped: list[str]) -> str:
    """The words of a paragraph on one line, as they are seen."""
    parts: list[str] = []
    for run in paragraph:
        form = run.find(f"{_A}rPr")
        text = "\n" if local(run) == "br" else "".join(t.text or "" for t in run.iter(f"{_A}t"))
        if form is not None and form.get("strike", "noStrike") != "noStrike":
            dropped += [f"struck out: {one_line(text)}"] if text.strip().endswith((".", "!", "?")) else []
            continue
        place = "0" if form is None else form.get("baseline", "0")
        parts.append(text if place in ("0", "0%") else lowered(text) if place.startswith("-") else raised(text))
    return one_line("".join(parts))


def _take_grid(table: Table, outline: Outline, dropped: list[str]) -> None:
    rows = [[SheetCell("") for _ in row.cells] for row in table.rows]
    for down, row in enumerate(table.rows):
        for across, cell in enumerate(row.cells):
            if cell.is_spanned:
                continue
            text = " ".join(filter(None, (_words(p, dropped) for p in cell._tc.iter(f"{_A}p"))))
            strong = any(value(form, "b") in ("1", "true") for form in cell._tc.iter(f"{_A}rPr"))
            height, width = (cell.span_height, cell.span_width) if cell.is_merge_origin else (1, 1)
            for covered in rows[down : down + height]:
                reached = range(across, min(across + width, len(covered)))
                covered[across : reached.stop] = [SheetCell(text, strong, width, height)] * len(reached)
    take_table(rows, outline, int(table.first_row))


def _take_chart(space: _Element, outline: Outline) -> None:
    """Take the title of a chart, and what it shows as a table: a row for each category, a column for each series."""
    title = next(space.iter("{*}title"), None)
    if title is not None:
        outline.block(one_line("".join(t.text or "" for t in title.iter(f"{_A}t"))))
    names: list[str] = []
    columns: list[dict[int, str]] = []
    for series in space.iter("{*}ser"):
        parts = {local(child): child for child in series}
        categories = _points(parts.get("cat", parts.get("xVal")))
        names.append(" ".join(_points(parts.get("tx")).values()))
        columns.append(_points(parts.get("val", parts.get("yVal"))))
        if len(columns) == 1:
            names.insert(0, "")
            columns.insert(0, categories)
    places = sorted({place for column in columns for place in column})
    rows = [[column.get(place, "") for column in columns] for place in places]
    if rows:
        outline.table([names, *rows] if any(names) else rows, int(any(names)))


def _points(element: _Element | None) -> dict[int, str]:
    """The values of a series, or of its categories, by their places."""
    if element is None:
        return {}
    code = next((found.text or "" for found in element.iter("{*}formatCode")), "General")
    found: dict[int, str] = {}
    for point in element.iter("{*}pt"):
        text = next((v.text or "" for v in point.iter("{*}v")), "")
        try:
            text = shown(float(text), code)
        except ValueError:
            text = one_line(text)
        place = value(point, "idx")
        found[int(place) if place.isdigit() and len(place) < 8 else len(found)] = text
    return found or {n: one_line(v.text or "") for n, v in enumerate(element.iter("{*}v"))}


def _take_diagram(element: _Element, slide: Slide, outline: Outline) -> None:
    """Take the texts of a diagram (SmartArt), which stand in a part of their own."""
    for ids in element.iter("{*}relIds"):
        root = parsed(slide.part.related_part(value(ids, "dm")).blob, "presentation (PPTX)")
        for point in root.iter("{*}pt"):
            outline.block(one_line(" ".join(t.text or "" for t in point.iter(f"{_A}t"))), 1, "• ")
