"""Plain text as people write it: lines broken to fit, headings by their looks, lists, tables, mails, paged texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.read.clean import is_bibliographic, is_colophon, is_site_talk, unglue
from ingest.read.layout import Piece
from ingest.read.metadata import Stated
from ingest.read.outline import Outline, with_bibliography, with_one_title
from ingest.read.text.headings import Headings, Setting
from ingest.read.text.letter import headers_in, stated_in, take_quoted
from ingest.read.text.looks import (
    Item,
    body_indent,
    is_code,
    item_of,
    looks_like_heading,
)
from ingest.read.text.running import without_running
from ingest.read.text.tables import table_of
from ingest.read.text.wrapped import ends, hyphenated, indent_of, is_prose, joined, paragraphs, width_of

_LONG = 120  # characters of a line that nothing broke
_LINE = 45  # characters of a line that may have been broken to fit
_FENCE = "```"
_SIGNATURE = "--"
_FORWARDED = ("original message", "forwarded message", "ursprüngliche nachricht", "weitergeleitete nachricht")


def is_page_text(text: str) -> bool:
    """Whether a text is a flattened web page: the site speaks of itself in it, and its lines were not broken to fit."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    broken = sum(len(line) >= _LINE and (below[0].islower() or line[-1] == "-") for line, below in pairwise(lines))
    if broken > 0.2 * sum(len(line) >= _LINE for line in lines):
        return False
    return any(is_site_talk(line) or is_colophon(line) or is_bibliographic(line) or unglue(line)[1:] for line in lines)


def read_plain_text(text: str, title: str | None = None) -> tuple[list[Piece], list[str], Stated]:
    """The pieces of a plain text, the lines that were left out, and what its headers state.

    `title` is what the manifest calls it, if it does.  Left out are the heads and feet of pages, lists of contents and
    the headers of mails that no reader is shown.
    """
    lines = [line.rstrip(" \t") for line in text.expandtabs(8).split("\n")]
    kept, dropped = without_running(lines)
    reader = _PlainReader([line for line in kept if line and line.strip()], title)
    blocks = list(_blocks(kept))
    for block, below in pairwise([*blocks, []]):
        reader.take(block, below)
    reader.close()
    pieces = with_one_title(with_bibliography(_labelled(reader.outline.pieces)))
    return pieces, dropped + reader.dropped, reader.stated


def _labelled(pieces: list[Piece]) -> list[Piece]:
    """The pieces, all of them headings where nothing but short lines that look so stands in a text."""
    if all(p.kind in ("heading", "paragraph") and _is_label(p.text) for p in pieces):
        return [replace(piece, kind="heading") for piece in pieces]
    return pieces


def _is_label(text: str) -> bool:
    return looks_like_heading(text) and not is_prose(text) and not any(map(str.isdigit, text))


def _blocks(lines: Sequence[str | None]) -> Iterator[list[str]]:
    """The lines that stand together; what a page break parts goes on where its sentence does."""
    block: list[str] = []
    at_break = False
    fence = ""
    closing = max((n for n, line in enumerate(lines) if line and line.strip() == _FENCE), default=-1)
    for number, line in enumerate(lines):
        if fence or (line and line.strip().startswith(_FENCE) and number < closing):
            if not fence and block:
                yield block
                block = []
            block.append(line or "")
            fence = "" if fence and line and line.strip() == _FENCE else _FENCE
            if not fence:
                yield block
                block = []
        elif line is None:
            at_break = True
        elif not line.strip():
            if not at_break and block:
                yield block
                block = []
        else:
            goes_on = block and not ends(block[-1]) and (line.strip()[0].islower() or block[-1][-1] == "-")
            if at_break and block and not goes_on:
                yield block
                block = []
            block.append(line)
            at_break = False
    if block:
        yield block


class _PlainReader:
    """What of a text was read so far, and what its lines are judged by."""

    def __init__(self, lines: Sequence[str], title: str | None) -> None:
        self.outline = Outline()
        self.dropped: list[str] = []
        self.stated = Stated()
        self._setting = Setting(
            width=width_of(lines),
            body=body_indent(lines),
            words=hyphenated("\n".join(lines)),
            title=(title or "").casefold(),
            is_wrapped=sum(len(line) > _LONG for line in lines) <= 0.1 * len(lines),
        )
        self._headings = Headings(self._setting)
        self._items: list[Item] = []  # the item that is open at each depth
        self._is_mail = False
        self._code: list[str] = []

    def take(self, block: list[str], below: list[str]) -> None:
        """Take lines that stand together; `below` are those that come next."""
        if is_code(block, self._body(), self._leads()) and not table_of(block):
            self._code += ["", *block] if self._code else block
            return
        self.close()
        if block[0].strip().startswith(_FENCE):
            self.outline.code("\n".join(block[1:-1]))
        else:
            self._take_lines(self._without_mail(block), below)

    def close(self) -> None:
        """Take the code that was read last: blank lines within it are its own."""
        if self._code:
            least = min(indent_of(line) for line in self._code if line)
            self.outline.code("\n".join(line[least:] for line in self._code))
            self._code = []

    def _body(self) -> int:
        """At which column the text stands that code would be indented from."""
        return self._items[-1].column if self._items else self._setting.body

    def _leads(self) -> bool:
        """Whether what was last taken ends with a colon, or is code."""
        return bool(self._code) or (bool(self.outline.pieces) and self.outline.pieces[-1].text.endswith(":"))

    def _without_mail(self, block: list[str]) -> list[str]:
        """Take the headers of a mail, what is quoted in it and its signature; the lines that are none of these."""
        bare = block[0].strip("-_ >*")
        if bare.casefold().rstrip(":") in _FORWARDED:
            self.outline.heading(bare, 2)
            block = block[1:]
        if not block:
            return []
        if found := headers_in(block):
            shown, others = found
            if all(piece.kind == "heading" for piece in self.outline.pieces[:3]):
                self.stated = stated_in(shown)
                self.outline.heading(self.stated.title or "", 1)
            self._is_mail = True
            self.outline.table([[f"{name}: {value}" for name, value in shown if value]])
            self.dropped += others
        elif any(line.startswith(">") for line in block):
            take_quoted(block, self.outline, self._setting.words)
        elif block[0] == _SIGNATURE and len(block) > 1:
            self.outline.pieces.append(Piece("row", " | ".join(line.strip() for line in block[1:]), 1, "-- "))
        else:
            return block
        return []

    def _take_lines(self, block: list[str], below: list[str]) -> None:
        parts = list(self._headings.parts(block, self._is_mail))
        for part, following in pairwise([*parts, below]):
            while part and (
                heading := self._headings.at(part, following, self.outline.pieces, self._open_item(), self._is_mail)
            ):
                text, level, taken = heading
                self._items = []
                self.outline.heading(text, 1 if text.casefold() == self._setting.title else level)
                part = part[taken:]
            if part:
                self._take_text(part)

    def _open_item(self) -> Item | None:
        """The list item that was last taken, where no paragraph came after it."""
        return self._items[-1] if self._items and self.outline.pieces[-1].kind == "item" else None

    def _take_text(self, block: list[str]) -> None:
        """Take a block that is no heading: a table, items, or paragraphs."""
        starts = self._item_starts(block)
        if not starts and self._takes_table(block):
            return
        if block[: starts[0] if starts else None]:
            self._take_paragraphs(block[: starts[0] if starts else None])
        self._take_items(block, starts)

    def _takes_table(self, block: list[str]) -> bool:
        for start in (0, 1):
            found = table_of(block[start:])
            if found and not (start and "  " in block[0].strip()):
                self._items = []
                self.outline.block(joined(block[:start], self._setting.words))
                self.outline.table(*found)
                return True
        return False

    def _item_starts(self, block: Sequence[str]) -> list[int]:
        """The lines that begin items: not those that were broken before a dash, or before the "(2)" of a sentence."""
        starts: list[int] = []
        indents = {item.indent for item in self._items}
        for number, line in enumerate(block):
            item = item_of(line)
            if not item:
                continue
            above = block[number - 1] if number else ""
            fits = len(above) + 1 + len(line.split(None, 1)[0]) <= self._setting.width
            begins = fits and (item.number < 2 or item.indent in indents)
            if not above or ends(above) or begins or (starts and not item.number):
                starts.append(number)
                indents.add(item.indent)
        return starts

    def _take_items(self, block: Sequence[str], starts: Sequence[int]) -> None:
        for start, end in pairwise([*starts, len(block)]):
            run = block[start:end]
            item = item_of(run[0])
            assert item is not None
            while self._items and self._items[-1].indent >= item.indent:
                self._items.pop()
            self._items.append(item)
            lines = [run[0][item.column :], *run[1:]]
            parts = paragraphs(
                [" " * item.column + lines[0], *(_at(line, item.column) for line in lines[1:])], self._setting.width
            )
            for number, part in enumerate(parts):
                self.outline.block(
                    joined(part, self._setting.words), len(self._items) + bool(number), "" if number else item.mark
                )

    def _take_paragraphs(self, block: list[str]) -> None:
        indent = min(map(indent_of, block))
        while self._items and indent < self._items[-1].column:
            self._items.pop()
        parts = paragraphs(block, self._setting.width) if self._setting.is_wrapped else [[line] for line in block]
        for number, part in enumerate(parts):
            defines = number > 0 and len(parts[number - 1]) == 1 and not is_prose(parts[number - 1][0])
            defines = defines and indent_of(part[0]) > indent_of(parts[number - 1][0]) + 1
            self.outline.block(joined(part, self._setting.words), len(self._items) + bool(self._items) or int(defines))


def _at(line: str, column: int) -> str:
    """A line that goes on with an item, at the column of the item's text."""
    return (
        " " * max(column, indent_of(line)) + line.strip() if indent_of(line) >= column else " " * column + line.strip()
    )
