"""The blocks of a page in the order in which they are read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from ingest.read.html.lists import ListNumbering
from ingest.read.html.notes import are_notes, calls_note
from ingest.read.html.tables import is_column, is_table, take_table
from ingest.read.html.text import BLOCKS, HtmlLine, code_of, formula, lines_of
from ingest.read.html.typed import BULLET, apart, is_bold_line, marked
from ingest.read.layout import Piece
from ingest.read.outline import Outline

if TYPE_CHECKING:
    from lxml.etree import _Element

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_CODE = ("pre", "listing", "xmp")
_LISTS = ("ul", "ol", "menu", "dir")
_FLAT_LIST = re.compile(r"lst-kix_\w+-(\d)")
_LONE_MARK = re.compile(r"\[\d{1,3}\]|\d{1,3}[.)]|[*†‡•·●▪]")
_COLUMN = "data-column"
_FEW = 100  # of what stands in a figure


def pieces_of(root: _Element) -> list[Piece]:
    """The pieces of a page, from which what is no text has been taken out."""
    from lxml import etree

    reader = _HtmlReader()
    for link in root.iter("a"):
        if calls_note(link):
            link.tag = "sup"
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            reader.leave(element)
        elif reader.enter(element):
            walk.skip_subtree()
    reader.flush()
    return reader.outline.pieces


@dataclass(slots=True)
class _ListPosition:
    """Where blocks stand: the next of them is `depth` deep in lists, those after it are `rest` deep.

    A list that begins here is one deeper than `inner`.  `mark` and `prefix` stand before the next block.
    """

    owner: _Element | None = None
    inner: int = 0
    depth: int = 0
    rest: int = 0
    mark: str = ""
    prefix: str = ""


class _HtmlReader:
    """Where in a page its elements stand, and the pieces so far."""

    def __init__(self) -> None:
        self.outline = Outline()
        self._line = HtmlLine()
        self._frames = [_ListPosition()]
        self._lists: list[ListNumbering] = []
        self._terms: list[list[str]] = [[]]
        self._is_defined = False
        self._is_label = False
        self._notes = 0

    def enter(self, element: _Element) -> bool:
        """Meet an element; whether all of it has been taken."""
        if element.tag in BLOCKS:
            self.flush()
        else:
            self._line.open(element.tag)
        if self._take(element):
            return True
        self._is_label = self._is_label or is_bold_line(element)
        self._open(element)
        self._line.kept += element.get("data-lines") is not None
        self._line.add(element.text)
        return False

    def leave(self, element: _Element) -> None:
        """Meet the end of an element."""
        tag = element.tag
        if tag in BLOCKS:
            self.flush()
        else:
            self._line.close(tag)
        self._line.kept -= element.get("data-lines") is not None and not _is_taken(element)
        self._notes -= are_notes(element)
        while self._frames[-1].owner is element:
            self._settle("")
            self._frames.pop()
        if tag in _LISTS:
            self._lists.pop()
        elif tag == "dl":
            self._settle_terms()
            self._terms.pop()
        self._line.add(element.tail)

    def flush(self) -> None:
        """Take the words so far as a block, or as several where breaks part them."""
        lines = self._line.take()
        is_label, self._is_label = self._is_label, self._is_label and not lines
        frame = self._frames[-1]
        if len(lines) == 1 and _LONE_MARK.fullmatch(lines[0]):
            frame.prefix += f"{lines[0]} "
        elif is_label and len(lines) == 1 and not frame.depth and not frame.prefix:
            self.outline.label(lines[0])
        elif frame.depth:
            for text in lines:
                self._block(text)
        else:
            for text, depth, mark in marked(lines[0], self._before()) if len(lines) == 1 else apart(lines):
                self.outline.block(frame.prefix + text, depth, mark)
                frame.prefix = ""

    def _before(self) -> Piece | None:
        """What stands before a line that is part of no list by the page's mark-up, and may go on with one."""
        return self.outline.pieces[-1] if self.outline.pieces and self._frames[-1].owner is None else None

    def _block(self, text: str) -> None:
        frame = self._frames[-1]
        if not frame.mark and (found := BULLET.match(text)) and frame.owner is not None and frame.owner.get("depth"):
            frame.mark, text = "• " if len(found[1]) == 1 else found[0], text[found.end() :]
        self.outline.block(frame.prefix + text, 0 if self._notes else frame.depth, frame.mark)
        frame.prefix, frame.mark, frame.depth = "", "", frame.rest

    def _settle(self, ending: str = ":") -> None:
        """Take what was to stand before a block, as there comes none."""
        prefix = self._frames[-1].prefix.rstrip(": ")
        self._frames[-1].prefix = ""
        if prefix:
            self._block(prefix + ending)

    def _take(self, element: _Element) -> bool:
        """Take an element that is read as a whole."""
        tag = element.tag
        if not _is_taken(element):
            return False
        if tag == "math":
            self._line.add(formula(element))
        elif tag in HEADINGS:
            self._settle()
            self.outline.heading(" ".join(lines_of(element)), int(tag[1]))
        elif tag == "table":
            self._settle()
            take_table(element, self.outline)
        elif tag in ("summary", "legend"):
            self._take_summary(element)
        elif tag == "dt":
            self._take_term(element)
        else:
            self.flush()
            self._settle()
            self.outline.code(code_of(element))
        return True

    def _take_summary(self, summary: _Element) -> None:
        """Take what leads in all else that stands in its parent."""
        words = " ".join(lines_of(summary))
        heading = next(summary.iter(*HEADINGS), None)
        if heading is not None:
            self.outline.heading(words, int(heading.tag[1]))
        elif words:
            inner = self._frames[-1].inner + 1
            self.outline.block(words, inner)
            self._frames.append(_ListPosition(summary.getparent(), inner, inner + 1, inner + 1))

    def _take_term(self, term: _Element) -> None:
        if self._is_defined:
            self._terms[-1], self._is_defined = [], False
        if words := " ".join(lines_of(term)):
            self._terms[-1].append(words)

    def _settle_terms(self) -> None:
        """Take terms that nothing defines."""
        if self._terms[-1] and not self._is_defined:
            self.outline.block(", ".join(self._terms[-1]), self._frames[-1].inner + 1)
        self._is_defined = True

    def _open(self, element: _Element) -> None:
        """Meet an element in which others stand."""
        tag, above = element.tag, self._frames[-1]
        if tag in _LISTS:
            self._open_list(element, above)
        elif tag == "dl":
            self._settle()
            self._terms.append([])
            self._is_defined = False
        elif tag == "table" and is_column(element):
            element.set(_COLUMN, "")
        elif tag == "figure":
            _put_caption_first(element)
        elif tag == "img" and is_only_text(element):
            self._line.add(element.get("alt"))
        elif frame := self._frame(element, above):
            self._frames.append(frame)
        if are_notes(element):
            self._notes += 1
            is_headed = next(element.iter(*HEADINGS), None) is not None or self._notes > 1
            if not is_headed and not any(p.kind == "heading" and p.text == "Notes" for p in self.outline.pieces[-50:]):
                self.outline.heading("Notes", 2)

    def _open_list(self, element: _Element, above: _ListPosition) -> None:
        self._settle()
        self._lists.append(ListNumbering.of(element))
        if element.getparent() is not None and element.getparent().tag in _LISTS:
            self._frames.append(_ListPosition(element, above.inner + 1, above.depth, above.rest))
        elif flat := _FLAT_LIST.search(element.get("class") or ""):
            self._frames.append(_ListPosition(element, int(flat[1]), above.depth, above.rest))

    def _frame(self, element: _Element, above: _ListPosition) -> _ListPosition | None:
        tag, depth = element.tag, above.inner + 1
        if tag == "li":
            is_word = element.get("depth") is not None
            depth = int(element.get("depth")) if is_word else depth
            mark = "" if is_word else self._lists[-1].mark(element) if self._lists else "• "
            return _ListPosition(element, depth, depth, depth + 1, mark)
        if tag == "dd" and self._terms[-1]:
            self._is_defined = True
            words = ", ".join(self._terms[-1])
            return _ListPosition(
                element, depth, depth, depth + 1, prefix=words + (" " if words[-1] in ":?!." else ": ")
            )
        if tag == "td" and _is_in_column(element):
            return _ListPosition(element, depth, depth, depth)
        return None


def is_only_text(image: _Element) -> bool:
    """Whether what stands for an image is all that its figure says."""
    figure = next((above for above in image.iterancestors() if above.tag == "figure"), None)
    if figure is None or not image.get("alt"):
        return False
    texts = (
        text
        for inner in islice(figure.iter(), _FEW)
        for text in (inner.text, inner.tail if inner is not figure else "")
    )
    return not any(text and text.strip() for text in texts)


def _is_taken(element: _Element) -> bool:
    """Whether an element is read as a whole."""
    tag = element.tag
    if tag == "table":
        return is_table(element)
    if tag == "code":
        return next(element.iter("br"), None) is not None
    return tag in HEADINGS or tag in _CODE or tag in ("math", "summary", "legend", "dt")


def _is_in_column(cell: _Element) -> bool:
    table = next((above for above in islice(cell.iterancestors(), 3) if above.tag == "table"), None)
    return table is not None and table.get(_COLUMN) is not None


def _put_caption_first(figure: _Element) -> None:
    """Put the caption of a table or of code before it."""
    caption = figure.find("figcaption")
    if caption is not None and any(inner.tag in ("table", *_CODE) for inner in islice(figure.iter(), _FEW)):
        figure.insert(0, caption)
