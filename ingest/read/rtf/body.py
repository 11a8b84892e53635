"""The paragraphs, items, tables and notes that the control words of rich text (RTF) make."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ingest.read.clean import is_within
from ingest.read.figures import lowered, raised
from ingest.read.layout import Piece
from ingest.read.outline import Outline, one_line
from ingest.read.rtf.forms import Form, formed, joined
from ingest.read.sheets import SheetCell, take_table

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_BULLET = re.compile(r"([•·▪◦‣■□●○])\s+(?=\S)")
_HUNG = re.compile(r"\s*(?:([-–—*o])|(\(?[^\W_]{1,4}[.)]|\d{1,3}(?:\.\d{1,3})*))[ ]*\t\s*(?=\S)")
_MOST_HEADING_WORDS = 12
_MOST_COLUMNS = 200
_HIDDEN_WIDTH = 200


@dataclass(slots=True)
class _RtfParagraph:
    style: int = 0
    level: int = 9  # of an outline, where 9 is none
    in_table: bool = False
    in_list: bool = False
    depth: int = 0
    left: int = 0  # how far its lines are indented, and by how much more its first
    first: int = 0


class RtfBody:
    """An outline, with the paragraph and the table that are being written."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.dropped: list[str] = []
        self.list_mark = ""
        self._outline = Outline()
        self._runs: list[tuple[str, Form]] = []
        self._paragraph = _RtfParagraph()
        self._styles: dict[int, str] = {}
        self._style = 0
        self._cells: list[SheetCell] = []
        self._cell: list[str] = []
        self._rows: list[list[SheetCell]] = []
        self._heads = 0
        self._merges: list[str] = []
        self._merge = ""
        self._is_head = False
        self._outer: list[tuple[list[tuple[str, Form]], str]] = []
        self._notes: list[tuple[str, str]] = []
        self._marked = 0
        self._code: list[str] = []
        self._hung: list[int] = []  # how far the items that are open are indented, outermost first

    def write(self, text: str, form: Form) -> None:
        """Take a run of text."""
        if text and not form.is_deleted:
            self._runs.append((text, form))

    def begin_style(self, number: int) -> None:
        """Take the number of the style that is named next."""
        self._style = number

    def name_style(self, name: str) -> None:
        """Take the name of a style of paragraphs."""
        self._styles[self._style] = one_line(name).strip("; ")

    def begin_note(self, kind: str) -> None:
        """Begin a note, which is no part of the paragraph in which it stands."""
        self._outer.append((self._runs, kind))
        self._runs = []

    def end_note(self) -> None:
        """End a note; it stands at the end of the text."""
        if self._outer:
            text = self._words()
            self._runs, kind = self._outer.pop()
            mark = f"{self._marked} " if kind == "footnote" and self._marked else ""
            self._notes.append((mark, text.removeprefix(mark.strip()).removeprefix(raised(mark.strip())).strip()))

    def control(self, word: str, number: int | None, form: Form) -> Form:
        """Take a control word; the form of what follows it."""
        if word == "chftn":
            self._marked += not self._outer
            self.write(str(self._marked), replace(form, height=1))
        elif word in ("par", "sect", "page"):
            self._break(form)
        elif word in _LAYING:
            _LAYING[word](self, number)
        else:
            return formed(word, number, form)
        return form

    def _break(self, form: Form) -> None:
        if self._outer:
            self.write("\n", form)
        elif self._paragraph.in_table:
            self._cell.append(self._words())
        else:
            self._end_paragraph()

    def _reset(self, _: int | None) -> None:
        self._paragraph = _RtfParagraph()

    def _take_style(self, number: int | None) -> None:
        self._paragraph.style = number or 0

    def _take_level(self, number: int | None) -> None:
        self._paragraph.level = 9 if number is None else number

    def _take_table(self, number: int | None) -> None:
        self._paragraph.in_table = number != 0

    def _take_list(self, number: int | None) -> None:
        self._paragraph.in_list = number != 0

    def _take_left(self, number: int | None) -> None:
        self._paragraph.left = number or 0

    def _take_first(self, number: int | None) -> None:
        self._paragraph.first = number or 0

    def _take_depth(self, number: int | None) -> None:
        self._paragraph.depth = max(0, min(8, number or 0))

    def _begin_row(self, _: int | None) -> None:
        self._merges, self._merge, self._is_head = [], "", False

    def _mark_head(self, _: int | None) -> None:
        self._is_head = True

    def _merge_across(self, _: int | None) -> None:
        self._merge = "across"

    def _merge_down(self, _: int | None) -> None:
        self._merge = "down"

    def _place_cell(self, _: int | None) -> None:
        self._merges.append(self._merge)
        self._merge = ""

    def _words(self) -> str:
        """The words of the runs so far, as they are seen; those are taken."""
        parts: list[str] = []
        runs, self._runs = self._runs, []
        for text, form in joined(runs):
            if form.is_hidden:
                self.dropped += [f"hidden: {one_line(text)[:_HIDDEN_WIDTH]}"] if text.strip() else []
            elif form.is_struck:
                is_sentence = text.strip().endswith((".", "!", "?"))
                self.dropped += [f"struck out: {one_line(text)}"] if is_sentence else []
            else:
                parts.append(raised(text) if form.height > 0 else lowered(text) if form.height < 0 else text)
        return one_line("".join(parts))

    def _end_paragraph(self) -> None:
        self._end_table()
        told = [form for text, form in self._runs if text.strip()]
        if told and all(form.is_code for form in told):
            self._code.append("".join(text for text, form in self._runs if not (form.is_hidden or form.is_struck)))
            self._runs = []
            return
        self._end_code()
        is_bold = bool(told) and all(form.is_bold for form in told)
        raw = "".join(text for text, form in self._runs if not (form.is_hidden or form.is_struck))
        text = self._words()
        mark, self.list_mark = one_line(self.list_mark), ""
        level = self._heading(text, is_bold)
        if level is not None:
            self._outline.heading(f"{mark} {text}".strip() if any(map(str.isalnum, mark)) else text, level)
        elif mark or self._paragraph.in_list:
            is_number = any(map(str.isalnum, mark)) and mark != "o"
            self._outline.block(text, self._paragraph.depth + 1, f"{mark} " if is_number else "• ")
        else:
            self._take_hung(raw, text)

    def _take_hung(self, raw: str, text: str) -> None:
        """Take a paragraph that is an item where its first line begins with a mark and hangs out."""
        left = self._paragraph.left
        found = _HUNG.match(raw) if self._paragraph.first < 0 else None
        bullet = _BULLET.match(text)
        if not text:
            return
        if found or (bullet and self._paragraph.first < 0):
            while self._hung and self._hung[-1] >= left:
                self._hung.pop()
            self._hung.append(left)
        elif not (self._hung and left and left >= self._hung[-1]):
            self._hung = []
        depth = len(self._hung)
        if bullet:
            self._outline.block(text[bullet.end() :], depth or 1, "• ")
        elif found:
            self._outline.block(one_line(raw[found.end() :]), depth, f"{found[2]} " if found[2] else "• ")
        else:
            self._outline.block(text, depth + bool(depth))

    def _end_code(self) -> None:
        self._outline.code("\n".join(self._code))
        self._code = []

    def _heading(self, text: str, is_bold: bool) -> int | None:
        """The depth of a paragraph that is a heading, by its style or its looks."""
        style = self._styles.get(self._paragraph.style, "")
        if style.casefold() == "title":
            return 1
        found = _HEADING.fullmatch(style)
        if found or self._paragraph.level < 9:
            below_title = any(name.casefold() == "title" for name in self._styles.values())
            level = int(found[1]) if found else self._paragraph.level + 1
            return level + (below_title and any(p.level == 1 for p in self._outline.pieces if p.kind == "heading"))
        looks = is_bold and is_within(text, _MOST_HEADING_WORDS) and text[-1:] not in (".", ",", ";", ":", "")
        return 0 if looks and not self.list_mark and not self._paragraph.in_list else None

    def _end_cell(self, _: int | None) -> None:
        strong = bool(self._runs) and all(form.is_bold for text, form in self._runs if text.strip())
        text = " ".join(filter(None, [*self._cell, self._words()]))
        self._cell, self.list_mark = [], ""
        if len(self._cells) < _MOST_COLUMNS:
            self._cells.append(SheetCell(text, strong))

    def _end_row(self, _: int | None) -> None:
        if not self._cells:
            return
        for at, merge in enumerate(self._merges[: len(self._cells)]):
            if merge == "across" and at:
                left = self._cells[at - 1]
                self._cells[at] = self._cells[at - 1] = replace(left, across=left.across + 1)
            elif merge == "down" and self._rows and at < len(self._rows[-1]):
                self._cells[at] = self._rows[-1][at]
        self._heads += self._is_head and self._heads == len(self._rows)
        self._rows.append(self._cells)
        self._cells = []

    def _end_table(self) -> None:
        rows, heads, self._rows, self._heads = self._rows, self._heads, [], 0
        if rows:
            take_table(rows, self._outline, heads)

    def finish(self) -> list[Piece]:
        """The pieces of all that was written; the notes at the end, under a heading of theirs."""
        self._end_paragraph()
        self._end_code()
        if self._notes and not any(p.kind == "heading" and p.text == "Notes" for p in self._outline.pieces):
            self._outline.heading("Notes", 2)
        for mark, text in self._notes:
            self._outline.block(text, mark=mark)
        return self._outline.pieces


_LAYING = {
    "pard": RtfBody._reset,
    "s": RtfBody._take_style,
    "outlinelevel": RtfBody._take_level,
    "intbl": RtfBody._take_table,
    "ls": RtfBody._take_list,
    "ilvl": RtfBody._take_depth,
    "li": RtfBody._take_left,
    "fi": RtfBody._take_first,
    "trowd": RtfBody._begin_row,
    "trhdr": RtfBody._mark_head,
    "clmrg": RtfBody._merge_across,
    "clvmrg": RtfBody._merge_down,
    "cellx": RtfBody._place_cell,
    "cell": RtfBody._end_cell,
    "row": RtfBody._end_row,
}
