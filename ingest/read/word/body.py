"""A Word document as its paragraphs and tables, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from ingest.read.word.blocks import Block, WordCell, WordParagraph, WordTable
from ingest.read.word.fields import Fields
from ingest.read.word.lists import Lists
from ingest.read.word.notes import Notes
from ingest.read.word.package import Package, PackagePart, child, name, number, qualified, switched, value
from ingest.read.word.runs import Inline, Inlines, TextRun, without_struck
from ingest.read.word.styles import WordStyles, is_filled

if TYPE_CHECKING:
    from lxml.etree import _Element

# What holds paragraphs, tables, rows or cells and is itself nothing to see.
_WRAPPERS = ("w:customXml", "w:ins", "w:moveTo", "w:sdtContent", "w:smartTag", "mc:Choice", "mc:Fallback")
_CONTENTS = ("Table of Contents", "Bibliography of Figures", "Index")
_MOST_COLUMNS = 63  # as many as Word allows


class WordContext:
    """What is counted through all parts of a document, its styles, and what of it could not be read."""

    def __init__(self, package: Package) -> None:
        """Begin before the first paragraph."""
        self.package = package
        self.styles = WordStyles(package.root("styles"))
        self.lists = Lists(package.root("numbering"), self.styles)
        self.notes = Notes(package)
        self.unread: list[str] = []


class WordBody:
    """Reads what stands in one part of a document."""

    def __init__(self, part: PackagePart, counted: WordContext) -> None:
        """Begin before the first paragraph of a part."""
        self._part, self._counted, self._styles = part, counted, counted.styles
        self._inlines = Inlines(counted.styles, counted.notes, Fields(part.root))
        self._carried: list[TextRun] = []

    def blocks(self, container: _Element, on_white: bool = False, in_contents: bool = False) -> list[Block]:
        """The blocks of an element; `on_white` where white letters cannot be seen."""
        found: list[Block] = []
        for element in container:
            found += self._block(element, on_white, in_contents)
        if self._carried and name(container) not in _WRAPPERS:
            found.append(WordParagraph(self._carried))
            self._carried = []
        return found

    def _block(self, element: _Element, on_white: bool, in_contents: bool) -> list[Block]:
        match name(element):
            case "w:p":
                return self._paragraph(element, on_white, in_contents)
            case "w:tbl":
                return [self._table(element)]
            case "w:sdt":
                properties = child(element, "w:sdtPr")
                if switched(properties, "w:showingPlcHdr"):
                    return []
                gallery = value(properties, "w:docPartObj", "w:docPartGallery")
                content = child(element, "w:sdtContent")
                return [] if content is None else self.blocks(content, on_white, in_contents or gallery in _CONTENTS)
            case "mc:AlternateContent":
                forms = (self.blocks(form, on_white, in_contents) for form in element)
                return next((found for found in forms if found), [])
            case "w:altChunk":
                self._counted.unread.append("a part that is kept as a file of another kind")
                return []
            case kind if kind in _WRAPPERS:
                return self.blocks(element, on_white, in_contents)
            case _:
                return []

    def _paragraph(self, element: _Element, on_white: bool, in_contents: bool) -> list[Block]:
        styles = self._styles
        inline = self._inlines.read(element, on_white and not is_filled(child(element, "w:pPr", "w:shd")))
        mark = child(element, "w:pPr", "w:rPr")
        is_joined = child(mark, "w:del") is not None or child(mark, "w:moveFrom") is not None
        if is_joined or value(element, "w:pPr", "w:framePr", of="w:dropCap") in ("drop", "margin"):
            self._carried += inline.spans
            return self._boxes(inline)
        is_gone = not inline.spans and bool(inline.hidden) and bool(switched(mark, "w:vanish"))
        spans, struck = without_struck([*self._carried, *inline.spans])
        self._carried = []
        place = None if is_gone else self._counted.lists.place(element)
        names = styles.names(element)
        paragraph = WordParagraph(
            spans,
            names,
            styles.level(element),
            place,
            self._indent(element, place.indent if place else 0),
            in_contents or inline.is_contents or any(style.startswith(("toc ", "contents ")) for style in names),
            struck,
            ["".join(inline.hidden)] if "".join(inline.hidden).strip() else [],
        )
        return [paragraph, *self._boxes(inline)]

    def _indent(self, element: _Element, of_list: int) -> int:
        own = (value(element, "w:pPr", "w:ind", of=side) for side in ("w:left", "w:start"))
        styled = (self._styles.setting(element, "w:ind", of=side) for side in ("w:left", "w:start"))
        found = [number(said) for said in (*own, str(of_list) if of_list else None, *styled)]
        return next((indent for indent in found if indent is not None), 0)

    def _boxes(self, inline: Inline) -> list[Block]:
        found: list[Block] = []
        for box in inline.boxes:
            match name(box):
                case "w:txbxContent":
                    found += self.blocks(box)
                case "dgm:relIds":
                    found += self._diagram(box.get(qualified("r:dm"), ""))
                case _:
                    found.append(WordParagraph([TextRun(box.get("string", ""))]))
        return found

    def _diagram(self, relation: str) -> list[Block]:
        """The words of a diagram (SmartArt), one paragraph for each of its shapes."""
        target = self._part.relations.get(relation, ("", ""))[1]
        part = self._counted.package.part(target)
        found = [] if part is None else part.root.iter(qualified("a:p"))
        return [WordParagraph([TextRun(t.text or "") for t in shape.iter(qualified("a:t"))]) for shape in found]

    def _table(self, element: _Element) -> WordTable:
        rows = [row for row in _held(element, "w:tr") if not _is_deleted(child(row, "w:trPr"))]
        heads = list(takewhile(lambda row: switched(row, "w:trPr", "w:tblHeader"), rows))
        return WordTable([self._row(row) for row in rows], len(heads), self._has_head_style(element))

    def _row(self, row: _Element) -> list[WordCell]:
        before = _columns(value(row, "w:trPr", "w:gridBefore"), 0)
        cells = [WordCell([], before)] if before else []
        for element in _held(row, "w:tc"):
            properties = child(element, "w:tcPr")
            if child(properties, "w:cellDel") is not None:
                continue
            if value(properties, "w:hMerge") == "continue" and cells:
                cells[-1].width += 1
                continue
            below, merge = child(properties, "w:vMerge"), value(properties, "w:vMerge") or "continue"
            goes_on = below is not None and merge == "continue"
            width = _columns(value(properties, "w:gridSpan"), 1)
            blocks = [] if goes_on else self.blocks(element)
            cells.append(WordCell(blocks, width, goes_on, is_filled(child(properties, "w:shd"))))
        return cells

    def _has_head_style(self, table: _Element) -> bool:
        """Whether the style of a table sets its first row apart, and the table asks for that."""
        said = child(table, "w:tblPr", "w:tblLook")
        asks = value(table, "w:tblPr", "w:tblLook", of="w:firstRow")
        if said is not None and asks is None:
            bits = said.get(qualified("w:val"), "")
            asks = "1" if bits[-2:-1] in tuple("2367ABEFabef") else "0"
        styles = self._styles.chain(value(table, "w:tblPr", "w:tblStyle"), "table")
        firsts = [part for style in styles for part in style.iterchildren(qualified("w:tblStylePr"))]
        return asks in ("1", "true", "on") and any(
            part.get(qualified("w:type")) == "firstRow" and len(part) > 0 for part in firsts
        )


def _held(container: _Element, kind: str) -> Iterator[_Element]:
    """The rows of a table or the cells of a row, also those in controls and tracked changes."""
    for element in container:
        if name(element) == kind:
            yield element
        elif name(element) in ("w:sdt", *_WRAPPERS):
            yield from _held(element, kind)


def _is_deleted(properties: _Element | None) -> bool:
    return child(properties, "w:del") is not None or bool(switched(properties, "w:hidden"))


def _columns(said: str | None, usual: int) -> int:
    told = number(said)
    return usual if told is None else min(max(told, usual), _MOST_COLUMNS)
