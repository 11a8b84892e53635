"""AsciiDoc, as pieces.  No library that reads it is both in Python and kept up."""

from __future__ import annotations

import re
from textwrap import dedent

from ingest.read.asciidoc.tables import table_rows
from ingest.read.asciidoc.words import Words
from ingest.read.decoding import text_of
from ingest.read.layout import Piece
from ingest.read.metadata import Stated
from ingest.read.office import day
from ingest.read.opendocument.styles import numeral
from ingest.read.outline import Outline, one_line, with_bibliography, with_one_title
from ingest.read.sheets import take_table

_HEADING = re.compile(r"(={1,6}|#{1,6})\s+(\S.*?)(?<!\s)(?:\s+\1)?\s*$")
_ATTRIBUTE = re.compile(r":(!?[\w-]+!?):(?:\s+(.*))?$")
_ABOUT = re.compile(r"\[(?:\[.*\]|[^\]\n]*)\]\s*$")  # what stands above a block: its style, its options, its name
_TITLE = re.compile(r"\.(?![.\s])(\S.*)")
_ITEM = re.compile(r"\s*(?:(\*{1,6}|-|•)|(\.{1,6})|(\d{1,3})\.|<(\d{1,3}|\.)>)\s+(\S.*)")
_TERM = re.compile(r"\s*(\S.*?)(:{2,4}|;;)(?:\s+(.*))?$", re.DOTALL)
_MACRO = re.compile(r"(include|image|video|audio|toc|ifdef|ifndef|ifeval|endif)::([^\[]*)\[(.*)\]\s*$")
_CALLOUT = re.compile(r"(?:(?<!\s)\s+)?(?:(?://|#|--|;;)\s*)?<(?:\d+|\.)>\s*$")
_CODE = re.compile(r"(-{4,}+|\.{4,}+|`{3,}+)(.*)$")
_TABLE = re.compile(r"([|,:!])={3,}\s*$")
_OPEN = re.compile(r"(?:={4,}|\*{4,}|_{4,}|--)\s*$")
_UNPRINTED = re.compile(r"(/{4,}|\+{4,})\s*$")
_RULE = re.compile(r"(?:'{3,}|<{3,}|-{3}|\*{3}|\+)\s*$")
_REVISION = re.compile(r"v?\d[\w.]*,.*|\d{4}-\d\d-\d\d.*")
_AUTHOR = re.compile(r"(?<![\w.'-])[A-Z][\w.'-]*(?: [\w.'-]+){0,3}(?: <[^>]+>)?(?:; .*)?$")
_FORMS = {"loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I"}
_CHECKED = re.compile(r"\[([ x*])\]\s+")


def read_asciidoc(data: bytes) -> tuple[list[Piece], list[str], Stated]:
    """The pieces of a text; pictures and files that it takes in are told in what was dropped.

    Raises ValueError where it is binary or holds no text.
    """
    reader = _AsciidocReader(text_of(data).split("\n"))
    reader.read()
    pieces = with_one_title(with_bibliography(reader.outline.pieces))
    if not any(piece.kind != "heading" for piece in pieces):
        raise ValueError("holds no text; fill it or take it out of the corpus")
    return pieces, reader.words.dropped, reader.stated()


class _AsciidocReader:
    """The lines of a text, and where among them and within lists the reading stands."""

    def __init__(self, lines: list[str]) -> None:
        self.outline = Outline()
        self.words = Words()
        self._lines = lines
        self._at = 0
        self._held: list[str] = []
        self._place = (0, "")
        self._marks: list[str] = []  # what opens the items of each list that is open, outermost first
        self._numbers: list[int] = []
        self._forms: list[str] = []
        self._about = ""
        self._conditions: list[bool] = []

    def read(self) -> None:
        """Take the lines, and the notes at the end."""
        self._take_head()
        takes = (
            self._take_condition,
            self._take_blank,
            self._take_block,
            self._take_line,
            self._take_heading,
            self._take_item,
            self._take_text,
        )
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            next(take for take in takes if take(line))
        self._end()
        if self.words.notes:
            self.outline.heading("Notes", 2)
        for number, note in enumerate(self.words.notes, 1):
            self.outline.block(note, mark=f"{number} ")

    def stated(self) -> Stated:
        """The author, the date and the licence that the head of a text names."""
        said = self.words.attributes
        return Stated(authors=said.get("author"), revised=day(said.get("revdate", "")), license=said.get("license"))

    def _take_head(self) -> None:
        """Take the title and what stands directly under it: who wrote the text, and which revision it is."""
        while self._at < len(self._lines) and (
            not self._lines[self._at].strip() or self._lines[self._at].startswith((":", "//"))
        ):
            self._take_attribute(self._lines[self._at])
            self._at += 1
        if self._at >= len(self._lines) or not self._lines[self._at].startswith("= "):
            return
        self.outline.heading(self.words.plain(self._lines[self._at][2:]), 1)
        self._at += 1
        for name, is_one in (("author", _AUTHOR.fullmatch), ("revision", _REVISION.fullmatch)):
            line = self._lines[self._at].strip() if self._at < len(self._lines) else ""
            if is_one(line):
                self.outline.block(one_line(line))
                said = re.sub(r" ?<[^<>]*>", "", line).replace(";", ",")
                found = re.search(r"\d{4}-\d\d-\d\d", line)
                self.words.attributes["author" if name == "author" else "revdate"] = (
                    said if name == "author" else found[0] if found else ""
                )
                self._at += 1

    def _end(self) -> None:
        """End the paragraph or item that is being read."""
        if not self._held:
            return
        text, self._held = self.words.plain(" ".join(self._held)), []
        depth, mark = self._place
        if text:
            self.outline.block(text, depth, mark)
            self._place = (depth + bool(depth and mark), "")

    def _end_lists(self) -> None:
        self._end()
        self._marks, self._numbers, self._place = [], [], (0, "")

    def _take_attribute(self, line: str) -> bool:
        found = _ATTRIBUTE.match(line)
        if found:
            name, value = found[1].strip("!"), one_line(found[2] or "")
            if "!" in found[1]:
                self.words.attributes.pop(name, None)
            else:
                self.words.attributes[name] = value
        return bool(found)

    def _take_condition(self, line: str) -> bool:
        """Take the start or the end of what stands there only under a condition, and pass over what does not hold."""
        found = _MACRO.match(line)
        if found and found[1] in ("ifdef", "ifndef", "ifeval"):
            names = re.split(r"[,+]", found[2])
            holds = found[1] == "ifeval" or any(n in self.words.attributes for n in names) == (found[1] == "ifdef")
            if found[1] != "ifeval" and found[3]:
                self._held += [found[3]] if holds and all(self._conditions) else []
            else:
                self._conditions.append(holds)
            return True
        if found and found[1] == "endif":
            if self._conditions:
                self._conditions.pop()
            return True
        return not all(self._conditions)

    def _take_blank(self, line: str) -> bool:
        if line.strip():
            return False
        self._end()
        after = next((text for text in self._lines[self._at : self._at + 3] if text.strip()), "")
        before = self._lines[self._at - 2].strip() if self._at > 1 else ""
        if self._marks and not (_ITEM.match(after) or _TERM.match(after) or before == "+" or after.strip() == "+"):
            self._marks, self._numbers, self._place = [], [], (0, "")
        return True

    def _take_block(self, line: str) -> bool:
        """Take what stands between two lines of signs: code, a table, a comment."""
        code, table, unprinted = _CODE.match(line), _TABLE.match(line), _UNPRINTED.match(line)
        if not (code or table or unprinted):
            return False
        self._end()
        marker = code[1] if code else line.strip()
        start = self._at
        while self._at < len(self._lines) and self._lines[self._at].rstrip() != marker:
            self._at += 1
        body = self._lines[start : self._at]
        self._at += 1
        if table:
            rows, heads = table_rows(body, table[1], self._about, self.words.plain)
            take_table(rows, self.outline, heads)
        elif code:
            self.outline.code("\n".join(_CALLOUT.sub("", text) for text in body))
        elif marker.startswith("+"):
            self.words.dropped.append(f"passed through: {one_line(' '.join(body))[:200]}")
        self._about = ""
        return True

    def _take_line(self, line: str) -> bool:
        """Take a line that is no text: about the next block, a name, a rule, a comment."""
        macro = _MACRO.match(line)
        if macro:
            self._end()
            if macro[1] != "toc":
                said = one_line(macro[3].split(",")[0].strip('"')) or macro[2]
                self.words.dropped.append(f"{'picture' if macro[1] == 'image' else macro[1]}: {said}")
        elif _ABOUT.match(line) and not (self._held and not self._is_before_item()):
            self._end()
            self._about += line
        elif self._take_attribute(line) or (line.startswith("//") and not line.startswith("///")):
            pass
        elif _OPEN.match(line) or _RULE.match(line.strip()):
            self._end()
        elif (title := _TITLE.match(line)) and not self._held:
            self.outline.block(self.words.plain(title[1]), self._place[0])
        else:
            return False
        return True

    def _is_before_item(self) -> bool:
        return self._at < len(self._lines) and bool(_ITEM.match(self._lines[self._at]))

    def _take_heading(self, line: str) -> bool:
        found = _HEADING.match(line)
        if not found or self._held:
            return False
        self._end_lists()
        is_apart = "discrete" in self._about or "float" in self._about
        self.outline.heading(self.words.plain(found[2]), max(2, len(found[1])) if is_apart else len(found[1]))
        self._about = ""
        return True

    def _take_item(self, line: str) -> bool:
        item = _ITEM.match(line)
        term = None if item else _TERM.match(line)
        if self._held and not self._place[0] and not term and line.startswith("-"):
            item = None
        if not item and not (term and not line.startswith("\\") and " " not in term[1][:1]):
            return False
        self._end()
        if item:
            marker = item[1] or item[2] or ("1." if item[3] else "<>")
            depth = self._depth(marker)
            self._numbers[depth - 1] += 1
            number = item[3] or item[4] or self._numeral(depth)
            text = _CHECKED.sub(lambda found: "☐ " if found[1] == " " else "☑ ", item[5]) if item[1] else item[5]
            self._place = (depth, "• " if item[1] else f"{self._numbers[depth - 1] if number == '.' else number}. ")
            self._held = [text]
            self._about = ""
        elif term:
            depth = self._depth(term[2])
            self.outline.block(self.words.plain(term[1]), depth)
            self._place = (depth + 1, "")
            self._held = [term[3]] if term[3] else []
        return True

    def _depth(self, marker: str) -> int:
        """The depth of an item, by what opens it and what opened those of the lists that it stands in."""
        if marker in self._marks:
            depth = self._marks.index(marker) + 1
            del self._marks[depth:], self._numbers[depth:]
        else:
            self._marks.append(marker)
            self._numbers.append(0)
            self._forms = [*self._forms[: len(self._marks) - 1], self._form()]
        return len(self._marks)

    def _form(self) -> str:
        """How the items of the list that begins are numbered, as what stands above it says."""
        return next((form for name, form in _FORMS.items() if name in self._about), "1")

    def _numeral(self, depth: int) -> str:
        return numeral(self._numbers[depth - 1], self._forms[depth - 1])

    def _take_text(self, line: str) -> bool:
        if not self._held and line.startswith((" ", "\t")) and not self._marks:
            start = self._at - 1
            while self._at < len(self._lines) and self._lines[self._at].strip():
                self._at += 1
            self.outline.code(dedent("\n".join(self._lines[start : self._at])))
            return True
        style = re.match(r"\[(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\b", self._about)
        if style and not self._held:
            line = f"{style[1]}: {line}"
        self._about = ""
        self._held.append(re.sub(r" \+$", "", line).strip())
        return True
