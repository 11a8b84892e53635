"""HTML that stands in a text of another kind, as pieces: what a browser would show of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingest.read.figures import lowered, raised
from ingest.read.outline import Outline

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_UNSEEN = frozenset(("script", "style", "template", "head", "title", "noscript", "del", "s", "strike", "svg", "select"))
_STRUCK = frozenset(("del", "s", "strike"))
_BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "center",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "fieldset",
        ),
        *("figcaption", "figure", "footer", "form", "header", "html", "hr", "li", "main", "nav", "ol", "p", "pre"),
        *("section", "summary", "table", "ul", "h1", "h2", "h3", "h4", "h5", "h6"),
    )
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|text-decoration(?:-line)?\s*:[^;\"']{0,60}line-through", re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]*>")
_MOST_SPANNED = 200


def is_hidden(attributes: str) -> bool:
    """Whether a tag with these attributes, as they are written, is not shown."""
    return bool(_HIDDEN.search(attributes) or re.search(r"\bhidden\b(?!=[\"']false)", attributes))


def take_markup(markup: str, outline: Outline, depth: int = 0) -> list[str]:
    """Take what `markup` shows as blocks, within `depth` lists; what is struck out in it is given back."""
    from lxml.etree import LxmlError
    from lxml.html import document_fromstring

    try:
        body = document_fromstring(f"<div>{markup}</div>")
    except LxmlError:
        outline.block(_one_line(_TAG.sub(" ", markup)), depth)
        return []
    _Walk(outline, depth).take(body)
    return [words for element in body.iter(*_STRUCK) if (words := _one_line(element.text_content()))]


class _Walk:
    """The words of the paragraph that is open, and the outline so far."""

    def __init__(self, outline: Outline, depth: int) -> None:
        self._outline = outline
        self._depth = depth
        self._mark = ""
        self._words: list[str] = []

    def take(self, element: HtmlElement) -> None:
        """Take an element with all that stands in it."""
        if _is_unseen(element):
            return
        tag = element.tag
        if tag not in _BLOCKS and not any(child.tag in _BLOCKS for child in element.iter()):
            self._words.append(_text(element))
            return
        self._close()
        if tag == "table":
            self._take_table(element)
        elif tag == "pre":
            self._outline.code(element.text_content())
        elif re.fullmatch("h[1-6]", tag):
            self._outline.heading(_one_line(_text(element)), int(tag[1]))
        else:
            self._take_contents(element)

    def _take_contents(self, element: HtmlElement) -> None:
        is_list = element.tag in ("ul", "ol")
        self._depth += is_list or element.tag == "dd"
        number = int(element.get("start", "1")) if element.get("start", "1").isdecimal() else 1
        self._words.append(element.text or "")
        for child in element:
            if is_list and child.tag == "li":
                self._mark = f"{number}. " if element.tag == "ol" else "• "
                number += 1
            self.take(child)
            self._words.append(child.tail or "")
        self._close()
        self._mark = ""
        self._depth -= is_list or element.tag == "dd"

    def _take_table(self, table: HtmlElement) -> None:
        rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
        cells = [[cell for cell in row if cell.tag in ("td", "th") and not _is_unseen(cell)] for row in rows]
        for caption in table.iterchildren("caption"):
            self._outline.block(_one_line(_text(caption)), self._depth)
        if max(map(len, cells), default=0) < 2 or any(_holds_blocks(cell) for row in cells for cell in row):
            for row in cells:
                for cell in row:
                    self._take_contents(cell)
            return
        heads = 0
        while heads < len(rows) - 1 and _is_head(rows[heads], cells[heads]):
            heads += 1
        self._outline.table(list(_spread(cells)), heads)

    def _close(self) -> None:
        words = _one_line("".join(self._words))
        self._words = []
        if words:
            self._outline.block(words, self._depth, self._mark)
            self._mark = ""


def _is_unseen(element: HtmlElement) -> bool:
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return True
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style", "")))


def _is_head(row: HtmlElement, cells: Sequence[HtmlElement]) -> bool:
    return row.getparent().tag == "thead" or (bool(cells) and all(cell.tag == "th" for cell in cells))


def _holds_blocks(cell: HtmlElement) -> bool:
    """Whether a cell is a piece of a page rather than an entry of a table."""
    return next(cell.iter("ul", "ol", "table", "pre", "h1", "h2", "h3"), None) is not None or (
        len(list(cell.iterchildren("p"))) > 1
    )


def _spread(rows: Sequence[Sequence[HtmlElement]]) -> Iterator[list[str]]:
    """The words of the cells of each row, those that span rows or columns in each of them."""
    spanning: dict[int, tuple[int, str]] = {}  # by column: in how many further rows, and the words
    for row in rows:
        words: list[str] = []
        for cell in row:
            _fill(words, spanning)
            content = _one_line(_text(cell))
            down, across = _span(cell, "rowspan"), _span(cell, "colspan")
            for _ in range(across):
                if down > 1:
                    spanning[len(words)] = (down - 1, content)
                words.append(content)
        _fill(words, spanning)
        yield words


def _fill(words: list[str], spanning: dict[int, tuple[int, str]]) -> None:
    """Put what spans from above into the columns that come next."""
    while len(words) in spanning:
        left, content = spanning.pop(len(words))
        if left > 1:
            spanning[len(words)] = (left - 1, content)
        words.append(content)


def _span(cell: HtmlElement, name: str) -> int:
    value = cell.get(name, "1").strip()
    return max(1, min(int(value), _MOST_SPANNED)) if value.isdecimal() else 1


def _text(element: HtmlElement) -> str:
    """The words of an element, in a line."""
    if _is_unseen(element):
        return ""
    if element.tag == "br":
        return " "
    inner = (element.text or "") + "".join(_text(child) + (child.tail or "") for child in element)
    if element.tag == "sup":
        return raised(inner.strip())
    if element.tag == "sub":
        return lowered(inner.strip())
    return f" {inner} " if element.tag in _BLOCKS else inner


def _one_line(text: str) -> str:
    return " ".join(text.split())
