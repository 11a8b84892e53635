"""Markdown, as pieces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.read.figures import raised
from ingest.read.layout import Piece
from ingest.read.markdown.admonitions import without_additions
from ingest.read.markdown.frontmatter import front_matter
from ingest.read.markdown.inline import MarkdownLine
from ingest.read.markdown.marked import marked_lines
from ingest.read.markdown.markup import is_hidden, take_markup
from ingest.read.markdown.shortcodes import plain, with_whole_tables, without_comments
from ingest.read.markdown.texmath import math_text
from ingest.read.metadata import Stated
from ingest.read.outline import Outline, with_one_title
from ingest.read.text.running import is_above_contents
from ingest.read.text.tables import table_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_TASK = re.compile(r"\[([ xX])\] +")
_TASK_SHOWN = re.compile(r"^\[?[ xX]\]? +")
_OPENING = re.compile(r"\s*<([a-z]+)\b([^<>]*)>", re.IGNORECASE)
_NOTES = ("notes", "footnotes", "endnotes")
_HEADING_WIDTH = 80
_DEEPEST = 60


def read_markdown(text: str) -> tuple[list[Piece], list[str], Stated]:
    """The pieces of a Markdown text, what was left out, and what its front matter states.

    Formatting is dropped and its words kept; an image leaves nothing.  Notes stand at the end.  What stands under a
    heading such as "References" is bibliography.  Left out are what is struck out, front matter that is no metadata of
    ours, and lists of contents.
    """
    stated, body, dropped = front_matter(text.expandtabs(4))
    body, unended = without_comments(body)
    tokens = _parser().parse(plain(with_whole_tables(without_additions(body))))
    reader = _MarkdownReader(has_headings=any(token.type == "heading_open" for token in tokens))
    for number, token in enumerate(tokens):
        reader.take(token, tokens[number - 1].type if number else "")
    pieces = _titled(reader.outline.pieces, stated.title)
    return pieces, [*dropped, *unended, *reader.dropped], stated


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    options = {"maxNesting": _DEEPEST, "strikethrough_single_tilde": True}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    parser.use(deflist_plugin).use(footnote_plugin)
    return parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)


def _titled(pieces: Sequence[Piece], title: str | None) -> list[Piece]:
    """The pieces with one title at most, which is that of the front matter where there is one."""
    titles = [piece.text for piece in pieces if piece.kind == "heading" and piece.level == 1]
    if title and len(titles) == 1 and titles[0].casefold() != title.casefold():
        return [replace(piece, level=piece.level + 1) if piece.kind == "heading" else piece for piece in pieces]
    return with_one_title(pieces)


class _MarkdownReader:
    """Where in the structure of a text its tokens stand, and the pieces so far."""

    def __init__(self, has_headings: bool) -> None:
        self.outline = Outline()
        self.dropped: list[str] = []
        self._has_headings = has_headings
        self._lists: list[int | None] = []  # the next number of each open list; None where it has bullets
        self._mark = ""
        self._heading = 0
        self._defined = 0  # how many definitions are open
        self._note: str | None = None  # the mark of the note that is open; empty below its first paragraph
        self._row: list[str] | None = None
        self._rows: list[list[str]] = []
        self._group = ""  # what stands in bold in the row
        self._unseen = ""  # the tag that hides what follows
        self._list_start = 0
        self._links: list[bool] = []  # of what stands in a list: whether it is a link within the page

    def take(self, token: Token, before: str) -> None:
        """Take a token; `before` is the type of the one above it."""
        if self._unseen and token.type != "html_block":
            return
        match token.type:
            case "inline":
                self._take_inline(token, before)
            case "fence" | "code_block":
                self.outline.code(token.content)
            case "html_block":
                self._take_markup(token.content)
            case "math_block" | "math_block_label":
                self._take_words(math_text(token.content))
            case _ if token.nesting > 0:
                self._enter(token)
            case _ if token.nesting < 0:
                self._leave(token)

    def _enter(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                if not self._lists:
                    self._list_start, self._links = len(self.outline.pieces), []
                self._lists.append(int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else None)
            case "list_item_open":
                number = self._lists[-1]
                self._mark = "• " if number is None else f"{number}. "
                self._lists[-1] = None if number is None else number + 1
            case "heading_open":
                self._heading = int(token.tag[1])
            case "tr_open":
                self._row, self._group = [], ""
            case "dd_open":
                self._defined += 1
            case "footnote_block_open":
                self._begin_notes()
            case "footnote_open":
                self._note = f"{raised(str(token.meta['id'] + 1))} "

    def _leave(self, token: Token) -> None:
        match token.type:
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
                self._leave_out_contents()
            case "list_item_close":
                self._mark = ""
            case "heading_close":
                self._heading = 0
            case "tr_close":
                row = self._row or []
                self._rows.append([self._group] * len(row) if sum(map(bool, row)) == 1 and self._group else row)
                self._row = None
            case "table_close":
                self.outline.table(self._rows, heads=1)
                self._rows = []
            case "dd_close":
                self._defined -= 1

    def _take_inline(self, token: Token, before: str) -> None:
        children = token.children or []
        if before == "paragraph_open" and len(parts := marked_lines(children)) > 1:
            self._take_marked(parts)
            return
        line = MarkdownLine(children)
        self.dropped += [f"struck out: {words}" for words in line.struck]
        self._links.append(_is_link_within(children))
        words = line.text
        task = _TASK.match(token.content) if before == "paragraph_open" and self._mark else None
        if task:
            words = f"{'☐' if task[1] == ' ' else '☑'} {_TASK_SHOWN.sub('', words, count=1)}"
        drawn = table_of(token.content.split("\n")) if token.content.startswith("+-") else None
        if drawn:
            self.outline.table(*drawn)
        elif before == "paragraph_open" and not (self._has_headings or self._lists) and _is_bold(children, words):
            self.outline.heading(words, 2)
        elif before == "paragraph_open" and self._is_apart() and words and _is_bold(children, words):
            self.outline.label(words)
        else:
            self._group = words if self._row is not None and words and _is_bold(children, words) else self._group
            self._take_words(words)

    def _is_apart(self) -> bool:
        """Whether what comes stands in no list, note or table."""
        return not (self._lists or self._defined) and self._note is None and self._row is None

    def _take_marked(self, parts: Sequence[tuple[str, Sequence[Token]]]) -> None:
        """Take a paragraph that holds a list, whose items have marks of their own."""
        for mark, children in parts:
            line = MarkdownLine(children)
            self.dropped += [f"struck out: {words}" for words in line.struck]
            if mark:
                self.outline.block(line.text, len(self._lists) + self._defined + 1, f"{mark} ")
            else:
                self._take_words(line.text)

    def _take_words(self, words: str) -> None:
        if self._row is not None:
            self._row.append(words)
        elif not words:
            return
        elif self._heading:
            self.outline.heading(words, self._heading)
        elif self._note is not None:
            self.outline.pieces.append(Piece("paragraph", words, mark=self._note))
            self._note = ""
        else:
            depth = len(self._lists) + self._defined
            self.outline.block(words, depth + (bool(self._lists) and not self._mark), self._mark)
            self._mark = ""

    def _take_markup(self, markup: str) -> None:
        opening = _OPENING.match(markup)
        if self._unseen:
            self._unseen = "" if f"</{self._unseen}" in markup.lower() else self._unseen
        elif opening and is_hidden(opening[2]) and f"</{opening[1].lower()}" not in markup.lower():
            self._unseen = opening[1].lower()
        else:
            struck = take_markup(markup, self.outline, len(self._lists) + self._defined)
            self.dropped += [f"struck out: {words}" for words in struck]

    def _begin_notes(self) -> None:
        if not any(p.kind == "heading" and p.text.casefold() in _NOTES for p in self.outline.pieces):
            self.outline.heading("Notes", 2)

    def _leave_out_contents(self) -> None:
        """Leave out the list that was closed, with its heading, where it only points to what stands below."""
        if self._lists or len(self._links) < 2 or not all(self._links):
            return
        start = self._list_start
        above = self.outline.pieces[start - 1 : start]
        start -= bool(above and above[0].kind == "heading" and is_above_contents(above[0].text))
        self.dropped += [piece.text for piece in self.outline.pieces[start:]]
        del self.outline.pieces[start:]


def _is_link_within(children: Sequence[Token]) -> bool:
    """Whether a line is one link, to a place on the same page."""
    seen = [child for child in children if child.type != "text" or child.content.strip()]
    return (
        bool(seen)
        and seen[0].type == "link_open"
        and seen[-1].type == "link_close"
        and str(seen[0].attrs.get("href", "")).startswith("#")
        and sum(child.type == "link_open" for child in seen) == 1
    )


def _is_bold(children: Sequence[Token], words: str) -> bool:
    """Whether a paragraph is a short line in bold and nothing else."""
    seen = [child for child in children if child.type != "text" or child.content]
    return (
        0 < len(words) <= _HEADING_WIDTH
        and words[-1] not in ".,;:!"
        and seen[0].type == "strong_open"
        and seen[-1].type == "strong_close"
        and sum(child.type == "strong_open" for child in seen) == 1
    )
