"""LaTeX, as pieces: what is printed, as far as that stands in the source."""

from __future__ import annotations

import datetime
import re

from ingest.read.formulas import formula
from ingest.read.latex.printing import Print
from ingest.read.latex.source import TexSource
from ingest.read.latex.tables import table_rows
from ingest.read.layout import Piece
from ingest.read.metadata import Stated
from ingest.read.opendocument.styles import numeral
from ingest.read.outline import Outline, one_line, with_bibliography
from ingest.read.sheets import SheetCell, take_table

_DEPTHS = {
    "part": 2,
    "chapter": 2,
    "section": 2,
    "subsection": 3,
    "subsubsection": 4,
    "paragraph": 5,
    "subparagraph": 6,
}
_DEPTHS |= {"frametitle": 2, "framesubtitle": 3, "bibliographyheading": 2}
_LISTS = ("itemize", "enumerate", "description", "compactitem", "compactenum", "inparaenum", "tasks")
_TABLES = ("tabular", "tabularx", "tabulary", "longtable", "tabu", "longtabu", "xltabular", "supertabular")
_FORMULAS = ("equation", "align", "gather", "multline", "eqnarray", "displaymath", "flalign", "alignat", "math")
_PICTURES = ("tikzpicture", "picture", "pgfpicture", "pspicture", "filecontents")
_MARK = 2  # the most letters of what marks an item, and is no word that it explains
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})|([A-Z][a-z]+ \d{1,2}, \d{4})|(\d{1,2} [A-Z][a-z]+ \d{4})")


def read_latex(data: bytes) -> tuple[list[Piece], list[str], Stated]:
    """The pieces of a LaTeX file; pictures, and files that it takes in, are told in what was dropped.

    Raises ValueError where it is binary, nested without end, or holds no text.
    """
    from ingest.read.decoding import text_of

    source = TexSource.of(text_of(data))
    reader = _LatexReader(source)
    reader.read()
    if not any(piece.kind != "heading" for piece in reader.outline.pieces):
        raise ValueError("holds no text that is printed; if it only takes in other files, add those")
    return with_bibliography(reader.outline.pieces), reader.dropped, reader.stated


class _LatexReader:
    """The tokens of a text, and the outline so far."""

    def __init__(self, source: TexSource) -> None:
        self.outline = Outline()
        self.stated = Stated()
        self._source = source
        self._tokens = source.tokens
        self._held: list[str] = []
        self._place = (0, "")  # the depth of the list item that is being read, and its mark
        self._lists: list[str] = []
        self._print = Print(source)

    @property
    def dropped(self) -> list[str]:
        """What is not read, or not printed."""
        return self._print.dropped

    def read(self) -> None:
        """Take the title of a text, its body, and the notes at the end."""
        begins = (n for n, t in enumerate(self._tokens) if t.kind == "macro" and t.text == "begin")
        body = next((n for n in begins if self._source.environment(n) == "document"), None)
        named = {name: self._named(name) for name in ("title", "author", "date")}
        for number, name in enumerate(("title", "author", "date")):
            text = named[name]
            self.outline.heading(text, 1) if number == 0 else self.outline.block(text)
        self.stated = Stated(title=named["title"] or None, authors=named["author"] or None, revised=_day(named["date"]))
        if body is None:
            self._take(range(len(self._tokens)))
        else:
            self._take(range(self._source.after_name(body), self._source.ends.get(body, len(self._tokens))))
        self._end()
        if self._print.notes:
            self.outline.heading("Notes", 2)
        for number, note in enumerate(self._print.notes, 1):
            self.outline.block(note, mark=f"{number} ")

    def _named(self, name: str) -> str:
        at = next((n for n, t in enumerate(self._tokens) if t.kind == "macro" and t.text == name), None)
        if at is None:
            return ""
        part, _ = self._source.argument(self._source.option(at + 1)[1])
        return re.sub(r"(?<!\s)\s+,", ",", one_line(self._print.words(part)))

    def _end(self) -> None:
        """End the paragraph that is being read."""
        text, self._held = one_line("".join(self._held)), []
        depth, mark = self._place
        if text:
            self.outline.block(text, depth, mark)
            self._place = (len(self._lists) + 1 if self._lists else depth, "")

    def _take(self, part: range) -> None:
        at = part.start
        while at < part.stop:
            token = self._tokens[at]
            if token.kind == "par" or (token.kind == "macro" and token.text == "par"):
                self._end()
                at += 1
            elif token.kind == "macro":
                at = self._take_macro(at, part.stop)
            elif token.kind == "math" and token.text == "$$" and at in self._source.ends:
                at = self._take_formula(range(at + 1, self._source.ends[at]))
            else:
                text, at = self._print.inline(at)
                self._held.append(text)

    def _take_macro(self, at: int, stop: int) -> int:
        name = self._tokens[at].text
        depth = _DEPTHS.get(name.rstrip("*"))
        if depth is not None:
            self._end()
            part, after = self._source.argument(self._source.option(at + 1)[1])
            in_book = depth > 1 and "\\chapter" in self._source.text and name.rstrip("*") not in ("part", "chapter")
            self.outline.heading(one_line(self._print.words(part)), depth + in_book)
            return after
        match name:
            case "begin":
                return self._take_environment(at, stop)
            case "[" if at in self._source.ends:
                return self._take_formula(range(at + 1, self._source.ends[at]))
            case "title" | "author" | "date" | "maketitle" | "institute":
                return self._source.argument(self._source.option(at + 1)[1])[1] if name != "maketitle" else at + 1
            case "verbatimcode":
                self._end()
                part, after = self._source.argument(at + 1)
                self.outline.code(self._source.code[int(self._source.source(part))])
                return after
            case "caption" | "captionof":
                self._end()
                part, after = self._source.argument(self._source.option(at + 1)[1])
                self.outline.block(one_line(self._print.words(part)))
                return after
        text, after = self._print.inline(at)
        self._held.append(text)
        return after

    def _take_formula(self, part: range) -> int:
        self._end()
        source = re.sub(r"\\label\{[^{}]*\}", "", self._source.source(part))
        self.outline.block(formula(re.sub(r"\\(?:begin|end)\{\w+\*?\}(?:\{[^}]*\})?", " ", source)), self._place[0])
        return part.stop + 1

    def _take_environment(self, at: int, stop: int) -> int:
        name, start = self._source.environment(at), self._source.after_name(at)
        end = min(self._source.ends.get(at, stop), stop)
        part = range(start, end)
        self._end()
        if name in _LISTS:
            self._take_list(part, name)
        elif name in _TABLES:
            self._take_table(part, name)
        elif name in _FORMULAS:
            self._take_formula(part)
        elif name in _PICTURES:
            self._print.dropped.append(f"picture: {name}")
        elif name in ("table", "figure", "wraptable", "wrapfigure", "sidewaystable"):
            self._take_float(part)
        elif name == "thebibliography":
            self._take_entries(part)
        else:
            if name == "abstract":
                self.outline.heading("Abstract", 2)
            start = self._source.option(start)[1]
            if name == "frame" and self._source.is_brace(self._source.skip_space(start), "{"):
                title, start = self._source.argument(start)
                self.outline.heading(one_line(self._print.words(title)), 2)
            self._take(range(start, end))
            self._end()
        return self._source.after_name(end) if end < stop else stop

    def _take_list(self, part: range, name: str) -> None:
        before = self._place
        self._lists.append(name)
        at = self._source.option(part.start)[1]
        number = 0
        items = [n for n in self._own(range(at, part.stop)) if self._tokens[n].text == "item"]
        for item, after in zip(items, [*items, part.stop][1:], strict=True):
            label, at = self._source.option(item + 1)
            number += not label
            depth = len(self._lists)
            words = one_line(self._print.words(label))
            is_term = sum(map(str.isalpha, words)) > _MARK
            self._place = (depth, "" if is_term else f"{words} " if label else self._mark(name, number))
            self._held = [words + ("" if words[-1] in ":?!." else ":") + " "] if is_term else []
            self._take(range(at, after))
            self._end()
        self._lists.pop()
        self._place = (before[0], "")

    def _mark(self, name: str, number: int) -> str:
        if "enum" not in name:
            return "• "
        deep = sum("enum" in one for one in self._lists)
        return {2: f"({numeral(number, 'a')}) ", 3: f"{numeral(number, 'i')}. "}.get(deep, f"{number}. ")

    def _own(self, part: range) -> list[int]:
        """The macros that stand in a part itself, and not in an environment within it."""
        found: list[int] = []
        at = part.start
        while at < part.stop:
            if self._tokens[at].kind == "macro":
                if self._tokens[at].text == "begin":
                    at = self._source.ends.get(at, at)
                else:
                    found.append(at)
            at += 1
        return found

    def _take_float(self, part: range) -> None:
        """Take a table or figure, its caption first."""
        for at in self._own(part):
            if self._tokens[at].text == "caption":
                self._take_macro(at, part.stop)
        rest = self._source.option(part.start)[1]
        for at in self._own(part):
            if self._tokens[at].text == "caption":
                self._take(range(rest, at))
                rest = self._source.argument(self._source.option(at + 1)[1])[1]
        self._take(range(rest, part.stop))
        self._end()

    def _take_table(self, part: range, name: str) -> None:
        rows, heads = table_rows(self._source, part, name, self._print.words)
        captions = [at for at in self._own(part) if self._tokens[at].text == "caption"]
        for at in captions:
            self._take_macro(at, part.stop)
        cells = [[SheetCell(one_line(text)) for text in row] for row in rows]
        take_table(cells, self.outline, heads)

    def _take_entries(self, part: range) -> None:
        self.outline.heading("References", 2)
        starts = [at for at in self._own(part) if self._tokens[at].text == "bibitem"]
        for number, (at, after) in enumerate(zip(starts, [*starts, part.stop][1:], strict=True), 1):
            _, start = self._source.argument(self._source.option(at + 1)[1])
            self.outline.block(one_line(self._print.words(range(start, after))), 1, f"[{number}] ")


def _day(text: str) -> datetime.date | None:
    found = _DAY.search(text)
    for form in ("%Y-%m-%d", "%B %d, %Y", "%d %B %Y") if found else ():
        try:
            return datetime.datetime.strptime(found[0], form).date() if found else None
        except ValueError:
            continue
    return None
