"""Markdown, as pieces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.layout import Piece
from ingest.outline import Outline

if TYPE_CHECKING:
    from markdown_it.token import Token

_TAG = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


def read_markdown(text: str) -> list[Piece]:
    """The pieces of a Markdown text: headings with their levels, paragraphs, list items, table rows.

    Formatting is dropped and its words kept; an image leaves nothing.  What stands under a heading such as
    "References" is bibliography.
    """
    from markdown_it import MarkdownIt

    reader = _Reader()
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type in ("inline", "fence", "code_block", "html_block"):
            reader.take(_words(token))
        elif token.nesting > 0:
            reader.enter(token)
        elif token.nesting < 0:
            reader.leave(token)
    return reader.outline.pieces


class _Reader:
    """Where in the structure of a text its tokens stand, and the pieces so far."""

    def __init__(self) -> None:
        self.outline = Outline()
        self._lists: list[int | None] = []  # the next number of each open list; None where it has bullets
        self._mark = ""
        self._heading = 0
        self._row: list[str] | None = None
        self._rows: list[list[str]] = []

    def enter(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrs.get("start", 1)))
            case "list_item_open":
                number = self._lists[-1]
                self._mark = "• " if number is None else f"{number}. "
                self._lists[-1] = None if number is None else number + 1
            case "heading_open":
                self._heading = int(token.tag[1])
            case "tr_open":
                self._row = []

    def leave(self, token: Token) -> None:
        match token.type:
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_close":
                self._mark = ""
            case "heading_close":
                self._heading = 0
            case "tr_close":
                self._rows.append(self._row or [])
                self._row = None
            case "table_close":
                self.outline.table(self._rows, heads=1)
                self._rows = []

    def take(self, content: str) -> None:
        if self._row is not None:
            self._row.append(content)
        elif not content:
            return
        elif self._heading:
            self.outline.heading(content, self._heading)
        else:
            self.outline.block(content, len(self._lists), self._mark)
            self._mark = ""


def _words(token: Token) -> str:
    """The words of an inline, code or HTML token on one line."""
    if token.type == "html_block":
        content = _TAG.sub(" ", token.content)
    elif token.children is None:
        content = token.content
    else:
        content = "".join(_inline(child) for child in token.children)
    return re.sub(r"\s+", " ", content).strip()


def _inline(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak") or (token.type == "html_inline" and token.content[:3].lower() == "<br"):
        return " "
    return "" if token.type in ("html_inline", "image") else token.content
