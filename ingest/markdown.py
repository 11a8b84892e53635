"""Markdown, as pieces."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.clean import is_colophon, is_references_heading
from ingest.document import Piece

_TAG = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


def read_markdown(text: str) -> list[Piece]:
    """The pieces of a Markdown text: headings with their levels, paragraphs, list items, table rows.

    Formatting is dropped and its words kept; an image leaves nothing.  What stands under a heading such as
    "References" is bibliography.
    """
    pieces: list[Piece] = []
    depth, references = 0, 0
    ordered: list[int | None] = []
    mark, heading = "", 0
    row: list[str] | None = None
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                depth += 1
                ordered.append(int(token.attrs.get("start", 1)) if token.type.startswith("ordered") else None)
            case "bullet_list_close" | "ordered_list_close":
                depth -= 1
                ordered.pop()
            case "list_item_open":
                number = ordered[-1]
                mark = "• " if number is None else f"{number}. "
                ordered[-1] = None if number is None else number + 1
            case "heading_open":
                heading = int(token.tag[1])
            case "list_item_close":
                mark = ""
            case "heading_close":
                heading = 0
            case "tr_open":
                row = []
            case "tr_close":
                if row:
                    pieces.append(Piece("item", " | ".join(row), 1))
                row = None
            case "inline" | "fence" | "code_block" | "html_block":
                content = _words(token)
                if not content:
                    continue
                if row is not None:
                    row.append(content)
                elif heading:
                    if references and heading <= references:
                        references = 0
                    if is_references_heading(content):
                        references = heading
                    pieces.append(Piece("heading", content, heading))
                elif references and not is_colophon(content):
                    pieces.append(Piece("reference", content, mark=mark))
                    mark = ""
                elif depth:
                    pieces.append(Piece("item", content, depth, mark))
                    mark = ""
                else:
                    pieces.append(Piece("paragraph", content))
    return pieces


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
