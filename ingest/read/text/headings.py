"""The headings of a plain text, told by their looks and by what stands below them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.read.layout import Piece
from ingest.read.text.looks import Item, atx, is_capitals, is_rule, item_of, looks_like_heading, numbered, underlined
from ingest.read.text.tables import table_of
from ingest.read.text.wrapped import ends, indent_of, is_prose, joined

_TITLE_WITHIN = 20  # the most pieces above a title


@dataclass(frozen=True, slots=True)
class Setting:
    """How a text is set: the column at which its lines are broken, that of its running text, its hyphenated words.

    `title` is what the manifest calls it, casefolded, and `is_wrapped` whether its lines were broken to fit at all.
    """

    width: int
    body: int
    words: frozenset[str]
    title: str
    is_wrapped: bool


class Headings:
    """The styles of underlined headings so far, the outermost first, and how the text is set."""

    def __init__(self, setting: Setting) -> None:
        """Begin with a text of which nothing was read."""
        self._setting = setting
        self._styles: list[str] = []

    def at(
        self, block: list[str], below: list[str], before: Sequence[Piece], item: Item | None, in_mail: bool
    ) -> tuple[str, int, int] | None:
        """The heading with which a block begins: its text, its level, and how many lines it takes.

        `below` is the next block, `before` what was read so far, `item` the list item that is open.  In a mail short
        lines are no headings.
        """
        return (
            self._underlined(block)
            or self._marked(block, below, before, item)
            or self._by_looks(block, below, before, in_mail)
        )

    def _underlined(self, block: Sequence[str]) -> tuple[str, int, int] | None:
        found = underlined(block, 0)
        if not found:
            return None
        text, taken, style = found
        if style not in self._styles:
            self._styles.append(style)
        return text, self._styles.index(style) + 1, taken

    def _marked(
        self, block: list[str], below: list[str], before: Sequence[Piece], item: Item | None
    ) -> tuple[str, int, int] | None:
        """A heading that has a sign or a number before it, or stands in the middle of the page."""
        marked = atx(block[0])
        if marked and (len(block) == 1 or is_prose(block[1])):
            return marked[0], marked[1], 1
        if self._is_title(block, before):
            return joined(block, self._setting.words), 1, len(block)
        counted = numbered(block[0])
        if counted and self._is_section(counted[0], block, below, item):
            return " ".join(block[0].split()), counted[0] + 1, 1
        return None

    def _by_looks(
        self, block: list[str], below: list[str], before: Sequence[Piece], in_mail: bool
    ) -> tuple[str, int, int] | None:
        line, text = block[0], " ".join(block[0].split())
        alone = len(block) == 1
        if text.casefold() == self._setting.title:
            return text, 1, 1
        if not is_capitals(line) and (in_mail or not looks_like_heading(line)):
            return None
        if not below if alone else not self._heads(line, block[1]):
            return None
        if is_capitals(line):
            return text, 1 if not before else 2, 1
        if alone and not (_has_matter(below) and self._stands_out(line, below)):
            return None
        return text, 1 if not before else 2 + bool(self._styles), 1

    def parts(self, block: list[str], in_mail: bool) -> Iterator[list[str]]:
        """The lines of a block, parted above the headings and at the rules within it."""
        start = number = 0
        is_table = table_of(block) is not None
        while number < len(block):
            found = underlined(block, number)
            if number > start and (found or (not in_mail and self._heads_below(block, number))):
                yield block[start:number]
                start = number
            if not found and not is_table and is_rule(block[number]):
                if number > start:
                    yield block[start:number]
                start = number + 1
            number += found[1] if found else 1
        if start < len(block):
            yield block[start:]

    def _heads_below(self, block: Sequence[str], number: int) -> bool:
        """Whether a line within a block is a heading: no line above it goes on in it, and prose stands below."""
        line, above = block[number], block[number - 1]
        if number + 1 == len(block) or not ends(above) or item_of(line):
            return False
        return self._heads(line, block[number + 1])

    def _heads(self, line: str, below: str) -> bool:
        """Whether a line directly above another is its heading rather than the beginning of its paragraph."""
        if not (is_capitals(line) or looks_like_heading(line)) or is_capitals(below):
            return False
        fits = len(line) + 1 + len(below.split(None, 1)[0]) < 0.9 * self._setting.width
        is_above = is_capitals(line) and indent_of(line) < self._setting.body
        fits = fits and (is_above or indent_of(below) <= indent_of(line) + 1)
        return fits and is_prose(below) and below.strip()[0].isupper() and len(below) > 1.3 * len(line.strip())

    def _is_title(self, block: Sequence[str], before: Sequence[Piece]) -> bool:
        """Whether a block above the first heading is set in the middle of the page."""
        if len(block) > 3 or len(before) > _TITLE_WITHIN or any(piece.kind == "heading" for piece in before):
            return False
        width, body = self._setting.width, self._setting.body
        sides = [(indent_of(line), width - len(line)) for line in block]
        is_central = all(left > body + 5 and abs(left - right) <= 0.2 * width for left, right in sides)
        return is_central and not (ends(block[-1]) or table_of(block) or item_of(block[0]))

    def _stands_out(self, line: str, below: list[str]) -> bool:
        """Whether a line stands where headings do: left of the running text, or above what is not further right."""
        if self._setting.body:
            return indent_of(line) < self._setting.body
        return indent_of(below[0]) <= indent_of(line) + 1 or bool(item_of(below[0]))

    def _is_section(self, depth: int, block: list[str], below: list[str], last: Item | None) -> bool:
        """Whether a numbered line is the heading of a section rather than the item of a list."""
        item = item_of(block[0])
        if len(block) > 1:
            next_item = item_of(block[1])
            full = len(block[0]) + 1 + len(block[1].split(None, 1)[0]) > self._setting.width
            return not next_item and not full and is_prose(block[1]) and block[1].strip()[0].isupper()
        if depth > 1 or not item:
            return bool(below)
        if last and _follows(last, item):
            return False
        next_item = item_of(below[0]) if below else None
        return bool(below) and not (next_item and _follows(item, next_item))


def _follows(item: Item, below: Item) -> bool:
    """Whether an item is the next of the list of another."""
    forms = [re.sub(r"\w+", "", each.mark) for each in (item, below)]
    return below.number == item.number + 1 and below.indent == item.indent and forms[0] == forms[1]


def _has_matter(lines: Sequence[str]) -> bool:
    return bool(lines) and (bool(item_of(lines[0])) or any(map(is_prose, lines)) or len(lines) > 1)
