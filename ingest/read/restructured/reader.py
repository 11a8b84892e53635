"""reStructuredText, as pieces: docutils reads it, with no file taken in and nothing let through raw."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ingest.read.decoding import text_of
from ingest.read.figures import lowered, raised
from ingest.read.formulas import formula
from ingest.read.layout import Piece
from ingest.read.metadata import Stated
from ingest.read.office import day
from ingest.read.opendocument.styles import numeral
from ingest.read.outline import Outline, one_line, with_bibliography, with_one_title
from ingest.read.restructured.sphinx import Directive, unmarked
from ingest.read.sheets import SheetCell, take_table

if TYPE_CHECKING:
    from docutils import nodes

_OPENING = re.compile(r"[*`]\w")
_MOST_OPENINGS = 5_000  # of emphasis and the like in one paragraph: each that is not closed is looked for to its end
_STRUCK = re.compile(r"\[STRIKEOUT:([^\]]{0,1000})\]")  # so pandoc writes what rST has no mark-up for
_DEEPEST = 8  # directives of Sphinx within each other
_LONGEST = 4_000_000
_PASSED = ("comment", "target", "substitution_definition", "pending", "raw", "meta")
_SETTINGS: dict[str, Any] = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "report_level": 5,
    "halt_level": 6,
    "traceback": True,
    "warning_stream": False,
    "syntax_highlight": "none",
    "smart_quotes": False,
    "doctitle_xform": True,
    "sectsubtitle_xform": False,
    "embed_stylesheet": False,
    "line_length_limit": 100_000,
}


def read_restructured(data: bytes) -> tuple[list[Piece], list[str], Stated]:
    """The pieces of a text; pictures, and directives that take in other files, are told in what was dropped.

    Raises ValueError where it is binary, larger than is read, or holds no text.
    """
    import docutils.core  # noqa: F401 - so that its being missing is told before anything is read

    text = text_of(data)
    if len(text) > _LONGEST:
        raise ValueError(f"has more than {_LONGEST:,} characters, which is more than is read; save it as several files")
    if any(len(_OPENING.findall(part)) > _MOST_OPENINGS for part in re.split(r"\n\s*\n", text)):
        raise ValueError("has a paragraph with more marks of emphasis than any text; mend it")
    reader = _RestructuredReader()
    document = _parsed(text)
    reader.take(document)
    reader.finish()
    pieces = with_one_title(with_bibliography(reader.outline.pieces))
    if not any(piece.kind != "heading" for piece in pieces):
        raise ValueError("holds no text; fill it or take it out of the corpus")
    return pieces, reader.dropped, reader.stated


def _parsed(text: str) -> nodes.document:
    from docutils.core import publish_doctree

    try:
        document: nodes.document = publish_doctree(text, settings_overrides=_SETTINGS)
    except RecursionError:
        raise
    except Exception as error:  # docutils fails in many ways for a text that is far out of form
        raise ValueError(f"cannot be read as reStructuredText: {one_line(str(error))[:200]}; mend it there") from error
    return document


class _RestructuredReader:
    """The outline so far, where in lists and sections the next node stands, and the notes at the end."""

    def __init__(self) -> None:
        self.outline = Outline()
        self.dropped: list[str] = []
        self.stated = Stated()
        self._level = 1
        self._depth = 0
        self._mark = ""
        self._within = 0
        self._notes: list[tuple[str, str]] = []

    def take(self, node: nodes.Node) -> None:
        """Take a node and what stands in it."""
        name = node.__class__.__name__
        take: Callable[[Any], None] | None = getattr(self, f"_take_{name}", None)
        if take is not None:
            take(node)
        elif name in ("paragraph", "term", "attribution", "rubric", "line", "caption", "legend", "subtitle"):
            self._block(self._words(node))
        elif name not in _PASSED:
            self._take_children(node)

    def finish(self) -> None:
        """Take the notes, under a heading of theirs."""
        if self._notes and not any(p.kind == "heading" and p.text == "Notes" for p in self.outline.pieces):
            self.outline.heading("Notes", 2)
        for mark, text in self._notes:
            self.outline.block(text, mark=mark)

    def _take_children(self, node: nodes.Node) -> None:
        for child in node.children:
            self.take(child)

    def _block(self, text: str) -> None:
        self.outline.block(text, self._depth, self._mark)
        self._mark = "" if text else self._mark

    def _take_section(self, node: nodes.section) -> None:
        self._level += 1
        self._take_children(node)
        self._level -= 1

    def _take_title(self, node: nodes.title) -> None:
        text = self._words(node)
        if node.parent.__class__.__name__ in ("document", "section"):
            self.outline.heading(text, self._level)
        else:
            self._block(text)  # of a table, a topic or a note

    def _take_docinfo(self, node: nodes.docinfo) -> None:
        found: dict[str, list[str]] = {}
        for field in node.children:
            name = field.__class__.__name__
            parts = field.children if name in ("authors", "field") else [field]
            names = [one_line(part.astext()) for part in parts]
            found.setdefault("author" if name == "authors" else name, []).extend(names)
            self._block(": ".join(names) if name == "field" else f"{name.capitalize()}: {', '.join(names)}")
        self.stated = Stated(
            publisher=next(iter(found.get("organization", ())), None),
            revised=next(filter(None, map(day, found.get("date", ()))), None),
            authors=", ".join(found.get("author", ())) or None,
            license=next(iter(found.get("copyright", ())), None),
        )

    def _take_bullet_list(self, node: nodes.bullet_list) -> None:
        self._take_items(node.children, lambda _: "• ")

    def _take_enumerated_list(self, node: nodes.enumerated_list) -> None:
        form = {"loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I"}.get(node["enumtype"], "1")
        before, after, start = node.get("prefix", ""), node.get("suffix", "."), node.get("start", 1)
        self._take_items(node.children, lambda number: f"{before}{numeral(start + number, form)}{after} ")

    def _take_items(self, items: Iterable[nodes.Node], mark: Callable[[int], str]) -> None:
        self._depth += 1
        for number, item in enumerate(items):
            self._mark = mark(number)
            for place, child in enumerate(item.children):
                goes_on = place > 0 and child.__class__.__name__ == "paragraph"
                self._depth += goes_on
                self.take(child)
                self._depth -= goes_on
            self._mark = ""
        self._depth -= 1

    def _take_definition_list(self, node: nodes.definition_list) -> None:
        for item in node.children:
            self._depth += 1
            for part in item.children:
                deeper = part.__class__.__name__ == "definition"
                self._depth += deeper
                self.take(part)
                self._depth -= deeper
            self._depth -= 1

    def _take_field_list(self, node: nodes.field_list) -> None:
        for field in node.children:
            name, body = field.children
            simple = len(body.children) == 1 and body.children[0].__class__.__name__ == "paragraph"
            self._block(f"{self._words(name)}: {self._words(body.children[0]) if simple else ''}".strip())
            self._depth += 1
            if not simple:
                self._take_children(body)
            self._depth -= 1

    def _take_option_list(self, node: nodes.option_list) -> None:
        for item in node.children:
            group, description = item.children
            options = ", ".join(one_line(option.astext()) for option in group.children)
            self.outline.block(f"{options} {one_line(description.astext())}", self._depth + 1)

    def _take_literal_block(self, node: nodes.literal_block) -> None:
        self.outline.code(node.astext())

    _take_doctest_block = _take_literal_block

    def _take_math_block(self, node: nodes.math_block) -> None:
        self._block(formula(node.astext()))

    def _take_image(self, node: nodes.image) -> None:
        self.dropped.append(f"picture: {one_line(node.get('alt') or node.get('uri', ''))}")

    def _take_footnote(self, node: nodes.footnote) -> None:
        label = next((child.astext() for child in node.children if child.__class__.__name__ == "label"), "")
        parts = [self._words(child) for child in node.children if child.__class__.__name__ != "label"]
        self._notes.append((f"{label} " if label else "", " ".join(filter(None, parts))))

    def _take_citation(self, node: nodes.citation) -> None:
        label = next((child.astext() for child in node.children if child.__class__.__name__ == "label"), "")
        parts = [self._words(child) for child in node.children if child.__class__.__name__ != "label"]
        self._notes.append((f"[{label}] ", " ".join(filter(None, parts))))

    def _take_table(self, node: nodes.table) -> None:
        rows: list[list[SheetCell]] = []
        spanned: dict[tuple[int, int], SheetCell] = {}
        heads = 0
        for child in node.children:
            if child.__class__.__name__ == "title":
                self._block(self._words(child))
        for row in node.findall(lambda n: n.__class__.__name__ == "row" and n.parent.parent.parent is node):
            heads += row.parent.__class__.__name__ == "thead"
            cells: list[SheetCell] = []
            for entry in row.children:
                self._fill(cells, len(rows), spanned)
                text = " ".join(filter(None, (self._words(part) for part in entry.children)))
                down, across = entry.get("morerows", 0) + 1, entry.get("morecols", 0) + 1
                cell = SheetCell(text, across=across, down=down)
                for below in range(1, down):
                    spanned |= {(len(rows) + below, len(cells) + n): cell for n in range(across)}
                cells += [cell] * across
            self._fill(cells, len(rows), spanned)
            rows.append(cells)
        take_table(rows, self.outline, heads)

    def _fill(self, cells: list[SheetCell], row: int, spanned: dict[tuple[int, int], SheetCell]) -> None:
        while (row, len(cells)) in spanned:
            cells.append(spanned[row, len(cells)])

    def _take_system_message(self, node: nodes.system_message) -> None:
        """Take what is within a directive that docutils does not know so; other messages are about the mark-up."""
        source = next((c.astext() for c in node.children if c.__class__.__name__ == "literal_block"), "")
        found = Directive.of(source)
        if found is None:
            return
        if found.is_unread:
            self.dropped.append(f"{found.name}, not read: {found.about}")
        elif found.is_code:
            self.outline.code(found.body)
        elif found.name == "math":
            self._block(formula(f"{found.argument} {found.body}"))
        else:
            self._take_unknown(found.shown, found.body)

    def _take_unknown(self, argument: str, body: str) -> None:
        if self._within >= _DEEPEST:
            raise ValueError("has directives nested deeper than any text; mend it")
        self._within += 1
        for text in filter(str.strip, (argument, body)):
            inner = _parsed(text)
            if inner.children and inner.children[0].__class__.__name__ == "title":
                self._block(self._words(inner.children[0]))
            for child in inner.children:
                if child.__class__.__name__ != "title":
                    self.take(child)
        self._within -= 1

    def _words(self, node: nodes.Node) -> str:
        text = self._inline(node)
        self.dropped += [f"struck out: {one_line(found)}" for found in _STRUCK.findall(text)]
        return one_line(_STRUCK.sub("", text))

    def _inline(self, node: nodes.Node) -> str:
        match node.__class__.__name__:
            case "Text":
                return str(node.astext())
            case "superscript" | "footnote_reference":
                return raised(node.astext())
            case "subscript":
                return lowered(node.astext())
            case "citation_reference":
                return f"[{node.astext()}]"
            case "math":
                return formula(node.astext())
            case "problematic":
                return unmarked(node.astext())
            case "image":
                self._take_image(node)
                return ""
            case "raw" | "system_message":
                return ""
        text = ""
        for child in node.children:
            is_call = child.__class__.__name__ == "footnote_reference"
            text = (text.rstrip() if is_call else text) + self._inline(child)
        return text
