"""The paragraphs, lists and tables of OpenDocument, in the order in which they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.read.figures import lowered, raised
from ingest.read.office import local, value
from ingest.read.opendocument.styles import OpenDocumentStyles, numeral
from ingest.read.outline import Outline, one_line
from ingest.read.sheets import Rows, SheetCell, take_table

if TYPE_CHECKING:
    from lxml.etree import _Element

# What holds no text that is shown, or text that is not of the document itself.
_UNREAD = """
tracked-changes hidden-text annotation-end sequence-decls variable-decls user-field-decls forms event-listeners script
ruby-text bookmark soft-page-break title desc binary-data plugin
"""
_PASSED = frozenset(_UNREAD.split())
_MADE = "table-of-content illustration-index table-index object-index alphabetical-index user-index"
_INDEXES = frozenset(_MADE.split())
_CODE = {"Preformatted_20_Text", "Source_20_Code"}
_PROSE = 200  # characters of a cell of several paragraphs that make a table one of layout
_MOST_SPANNED = 1_000
_WIDEST_GAP = 80
_MOST_CELLS = 500_000


class OpenDocumentReader:
    """An outline, with the notes met so far and the numbers that lists have reached."""

    def __init__(self, styles: OpenDocumentStyles) -> None:
        """Begin with nothing; `styles` are those of the file."""
        self.styles = styles
        self.outline = Outline()
        self.dropped: list[str] = []
        self._notes: list[tuple[str, str]] = []
        self._frames: list[_Element] = []
        self._below_title = 0
        self._numbers: dict[str, dict[int, int]] = {}
        self._code: list[str] = []

    def begin(self, body: _Element) -> None:
        """Look whether a document has a title, below which its headings stand."""
        self._below_title = int(any(self._is_title(p) and self.words(p) for p in body.iter("{*}p")))
        self._notes, self._frames, self.dropped = [], [], []

    def finish(self) -> None:
        """Take the notes that were met, under a heading of theirs."""
        self._end_code()
        heads = {piece.text.casefold() for piece in self.outline.pieces if piece.kind == "heading"}
        if self._notes and not heads & {"notes", "footnotes", "endnotes"}:
            self.outline.heading("Notes", 2)
        for mark, text in self._notes:
            self.outline.block(text, mark=mark)
        self._notes = []

    def take_all(self, parent: _Element) -> None:
        """Take what stands in an element."""
        for child in parent:
            self.take(child)

    def take(self, element: _Element) -> None:
        """Take a paragraph, heading, list, table, section or frame."""
        name = local(element)
        if name == "p" and _CODE & set(self.styles.line("paragraph", value(element, "style-name"))):
            self._code.append(self._run(element))
            return
        self._end_code()
        if name in ("p", "h"):
            self._take_paragraph(element, 0, "")
        elif name == "list":
            self._take_list(element, 1, value(element, "style-name"))
        elif name == "table":
            self._take_table(element)
        elif name in _INDEXES:
            self.dropped.append(f"index: {one_line(' '.join(element.itertext()))[:_PROSE]}")
        elif name == "section" and value(element, "display") == "none":
            self.dropped.append(f"hidden section: {value(element, 'name')}")
        elif name in ("image", "object", "object-ole"):
            self._tell_picture(element)
        elif name and name not in _PASSED and name != "annotation":
            self.take_all(element)

    def _end_code(self) -> None:
        self.outline.code("\n".join(self._code))
        self._code = []

    def _take_paragraph(self, element: _Element, depth: int, mark: str) -> None:
        style = value(element, "style-name")
        if self.styles.is_hidden("paragraph", style) or any(
            value(e, "is-hidden") == "true" for e in element.iter("{*}hidden-paragraph")
        ):
            self._tell_hidden(element)
            return
        text = self.words(element)
        if text and self.styles.is_struck("paragraph", style):
            self.dropped.append(f"struck out: {text}")
            return
        level = value(element, "outline-level") if local(element) == "h" else ""
        level = level or self.styles.said("paragraph", style, "default-outline-level")
        if self._is_title(element):
            self.outline.heading(text, 1)
        elif local(element) == "h" or (level.isdigit() and int(level) and not depth):
            self.outline.heading(text, min(9, int(level) if level.isdigit() else 1) + self._below_title)
        else:
            self.outline.block(text, depth, mark)
        frames, self._frames = self._frames, []
        for frame in frames:
            self.take(frame)

    def _is_title(self, element: _Element) -> bool:
        return "Title" in self.styles.line("paragraph", value(element, "style-name"))

    def _take_list(self, element: _Element, depth: int, style: str) -> None:
        style = value(element, "style-name") or style
        numbers = self._numbers.setdefault(style, {})
        goes_on = value(element, "continue-numbering") == "true" or value(element, "continue-list")
        level = self.styles.level(style, depth)
        if not goes_on:
            numbers[depth] = level.start - 1
        for item in element:
            mark = ""
            if local(item) == "list-item":
                start = value(item, "start-value")
                numbers[depth] = int(start) if start.isdigit() and len(start) < 6 else numbers.get(depth, 0) + 1
                shown = range(max(1, depth - level.shown + 1), depth + 1)
                number = ".".join(numeral(numbers.get(n, 1), self.styles.level(style, n).form) for n in shown)
                mark = f"{level.before}{number}{level.after} " if level.form else "• "
            for child in item:
                if local(child) == "list":
                    self._take_list(child, depth + 1, style)
                elif local(child) in ("p", "h"):
                    before = len(self.outline.pieces)
                    is_further = not mark and local(item) == "list-item"
                    self._take_paragraph(child, depth + is_further, mark)
                    mark = mark if len(self.outline.pieces) == before else ""
                else:
                    self.take(child)

    def _take_table(self, element: _Element) -> None:
        rows, heads = self.rows(element)
        columns = max(map(len, rows), default=0)
        cells = list(element.iter("{*}table-cell"))
        if columns < 2 or (not heads and any(_is_laid_out(cell) for cell in cells)):
            for cell in cells:
                if local(cell.getparent().getparent()) != "table-cell":
                    self.take_all(cell)
            return
        take_table(rows, self.outline, heads)

    def rows(self, table: _Element) -> tuple[Rows, int]:
        """The rows of a table, with what spans several given in each, and how many of them are marked as heads."""
        rows: Rows = []
        heads = 0
        spanned: dict[tuple[int, int], SheetCell] = {}
        for row, is_head in _table_rows(table):
            cells: list[SheetCell] = []
            for cell in row:
                if local(cell) not in ("table-cell", "covered-table-cell"):
                    continue
                at = len(rows), len(cells)
                found = spanned.get(at) or self.cell(cell)
                for _ in range(_times(cell, "number-columns-repeated")):
                    cells.append(found)
                if found.across > 1 or found.down > 1:
                    for down in range(found.down):
                        spanned |= {(at[0] + down, at[1] + n): found for n in range(found.across)}
                if len(spanned) + len(rows) + len(cells) > _MOST_CELLS:
                    raise ValueError("has a table larger than is read; save the part that matters as its own file")
            rows.append([spanned.get((len(rows), n), cell) for n, cell in enumerate(cells)])
            heads += is_head
        return rows, heads

    def cell(self, element: _Element) -> SheetCell:
        """What a cell of a table shows."""
        aside = ("annotation", "note-body")
        paragraphs = [p for p in element.iter("{*}p", "{*}h") if local(p.getparent()) not in aside]
        text = " ".join(filter(None, map(self.words, paragraphs)))
        runs = [(("text", value(s, "style-name"))) for p in paragraphs for s in p if local(s) == "span"]
        styles = [*(("paragraph", value(p, "style-name")) for p in paragraphs), *runs]
        strong = any(self.styles.is_bold(*style) for style in styles)
        across, down = (_times(element, f"number-{name}-spanned") for name in ("columns", "rows"))
        return SheetCell(text, strong, across, down)

    def words(self, element: _Element) -> str:
        """The words of a paragraph on one line; its notes and frames are kept for later."""
        return one_line(self._run(element))

    def _run(self, element: _Element) -> str:
        parts = [element.text or ""]
        for child in element:
            parts += self._inline(child), child.tail or ""
        return "".join(parts)

    def _inline(self, element: _Element) -> str:
        match local(element):
            case "s":
                return " " * min(_WIDEST_GAP, _times(element, "c"))
            case "tab" | "line-break" as name:
                return "\t" if name == "tab" else "\n"
            case "span":
                return self._span(element)
            case "note":
                return self._note(element)
            case "annotation":
                self._take_comment(element)
                return ""
            case "frame" | "custom-shape" | "rect" | "g":
                self._frames.append(element)
                return ""
            case "" | "hidden-paragraph":
                return ""
            case name if name in _PASSED:
                return ""
        return self._run(element)

    def _span(self, element: _Element) -> str:
        style = value(element, "style-name")
        if self.styles.is_hidden("text", style):
            self._tell_hidden(element)
            return ""
        text = self._run(element)
        if self.styles.is_struck("text", style):
            if one_line(text).endswith((".", "!", "?")):
                self.dropped.append(f"struck out: {one_line(text)}")
            return ""
        height = self.styles.height(style)
        return raised(text) if height > 0 else lowered(text) if height < 0 else text

    def _note(self, element: _Element) -> str:
        mark = next((one_line("".join(e.itertext())) for e in element if local(e) == "note-citation"), "")
        bodies = [p for e in element if local(e) == "note-body" for p in e.iter("{*}p", "{*}h")]
        place = len(self._notes)
        self._notes.append(("", ""))
        text = " ".join(filter(None, map(self.words, bodies)))
        self._notes[place] = (f"{mark} " if mark else "", text)
        return raised(mark)

    def _take_comment(self, element: _Element) -> None:
        text = " ".join(filter(None, map(self.words, element.iter("{*}p"))))
        if value(element, "resolved") == "true":
            self.dropped.append(f"resolved comment: {text}")
        else:
            self._notes.append(("", text))

    def _tell_hidden(self, element: _Element) -> None:
        text = one_line("".join(element.itertext()))
        self.dropped += [f"hidden: {text}"] if text else []

    def _tell_picture(self, element: _Element) -> None:
        said = [one_line(e.text or "") for e in element.itersiblings() if local(e) in ("title", "desc")]
        self.dropped.append(f"picture: {' '.join(said)}".rstrip(": "))


def _table_rows(parent: _Element) -> list[tuple[_Element, bool]]:
    found: list[tuple[_Element, bool]] = []
    for child in parent:
        match local(child):
            case "table-row":
                found.append((child, local(parent) == "table-header-rows"))
            case "table-rows" | "table-header-rows" | "table-row-group":
                found += _table_rows(child)
    return found


def _is_laid_out(cell: _Element) -> bool:
    """Whether a cell holds more than what a cell of a table of facts does."""
    paragraphs = [one_line("".join(p.itertext())) for p in cell if local(p) == "p"]
    is_prose = len(list(filter(None, paragraphs))) > 1 and sum(map(len, paragraphs)) > _PROSE
    return is_prose or any(local(child) in ("list", "table", "h") for child in cell)


def _times(element: _Element, name: str) -> int:
    text = value(element, name)
    return max(1, min(_MOST_SPANNED, int(text))) if text.isascii() and text.isdigit() and len(text) < 9 else 1
