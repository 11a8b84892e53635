"""Pieces in a row become one text, with the blocks, sections and pages that are ranges of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from ingest.read.clean import is_colophon, licence, review_status, revised_on

Kind = Literal["heading", "paragraph", "item", "heads", "row", "code", "reference", "colophon"]
# Before what was dropped because no reader of the file sees it, though nothing in the file is meant to open it.
UNSEEN = "unseen: "
MATTER = ("paragraph", "item", "row", "code", "colophon")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: `text[start:end]` is what stands in it, `text[head:start]` its column's head and a colon.

    `column` counts from 0; it is None where the cell stands across the table, as does what heads the rows below it.
    `head` is `start` where the text does not give the head.
    """

    column: int | None
    head: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """What a loader hands over: a heading, paragraph, list item, table row, entry of a bibliography, or code.

    Each is on one line; code alone keeps its lines.  `heads` are the heads of a table's columns, and a `row` has them
    before its cells: see `Outline.table`; `cells` are the ranges of both in `text`.  `level` is the depth of a heading
    (1 is the title, 0 unknown) or of a list item (1 is the outermost), and 1 of a paragraph that is set apart as what
    leads in those below it.  `mark` is what stands before a list item on the page ("• ", "2. "); a paragraph that has
    one is a note ("¹ ").  `page` is the number of the page on which it begins (0 where its kind of file has no pages);
    each of `breaks` is where in `text` a further page begins.
    """

    kind: Kind
    text: str
    level: int = 0
    mark: str = ""
    page: int = 0
    breaks: tuple[int, ...] = ()
    cells: tuple[Cell, ...] = field(default=(), compare=False)  # they follow from `text`


@dataclass(frozen=True, slots=True)
class Block:
    """A piece in its place: `document.text[start:end]` is its text, without its mark.

    A `colophon` is a paragraph that speaks of the page itself: who wrote it, when it was revised, how it is reviewed.
    `lead` is the number of the block without which this one says something else or nothing: what leads in a list or a
    table, the item that an inner list belongs to, the heading above a fragment, what calls a note.  `cells` are those
    of a `row` or of `heads`, as ranges of the document's text, from which the table can be drawn again.
    """

    kind: Kind
    start: int
    end: int
    level: int
    lead: int | None = None
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it up to the next heading; `path` holds the headings above it."""

    heading: str
    path: tuple[str, ...]
    start: int
    end: int


def lay_out(pieces: Sequence[Piece]) -> tuple[str, tuple[Block, ...], tuple[int, ...]]:
    """The text of `pieces`, their blocks, and the offset at which each page starts (none without pages)."""
    parts: list[str] = []
    blocks: list[Block] = []
    pages: list[int] = []
    position = 0
    for before, piece in pairwise([None, *pieces]):
        assert piece is not None
        gap = "" if before is None else "\n" if _is_next(before.kind, piece.kind) else "\n\n"
        opening = position + len(gap)
        start = opening + len(piece.mark)
        position = start + len(piece.text)
        parts += gap, piece.mark, piece.text
        cells = tuple(Cell(c.column, start + c.head, start + c.start, start + c.end) for c in piece.cells)
        blocks.append(Block(piece.kind, start, position, piece.level, cells=cells))
        pages += [opening if pages else 0] * (piece.page - len(pages))
        pages += [start + offset for offset in piece.breaks]
    return "".join(parts), tuple(blocks), tuple(pages)


def _is_next(before: Kind, kind: Kind) -> bool:
    """Whether two pieces stand directly under each other, as the items of a list and the rows of a table do."""
    return before == kind not in ("paragraph", "code") or (before, kind) == ("heads", "row")


def divide(title: str, text: str, blocks: Sequence[Block]) -> tuple[tuple[Section, ...], tuple[Block, ...]]:
    """Sections that tile the text, and the blocks with those that are the page's colophon called so.

    What precedes the first heading, and the colophon, belong to the page as a whole.
    """
    sections = _sections(title, text, blocks)
    own = [(s.start, s.end) for s in sections if s.heading == title and not s.path]
    about = _about(text, blocks)
    named = tuple(
        replace(block, kind="colophon")
        if number in about and any(start <= block.start < end for start, end in own)
        else block
        for number, block in enumerate(blocks)
    )
    return sections, named


def _sections(title: str, text: str, blocks: Sequence[Block]) -> tuple[Section, ...]:
    opens: list[tuple[int, str, tuple[str, ...]]] = [(0, title, ())]
    stack: list[tuple[int, str]] = []
    in_colophon = False
    colophons = _colophons(text, blocks)
    for number, block in enumerate(blocks):
        content = text[block.start : block.end]
        if block.kind == "heading":
            in_colophon = False
            if block.level == 1 or (number == 0 and content.casefold() == title.casefold()):
                opens.append((block.start, title, ()))
                stack = []
                continue
            while stack and (block.level == 0 or stack[-1][0] >= block.level):
                stack.pop()
            opens.append((block.start, content, tuple(heading for _, heading in stack)))
            stack.append((block.level, content))
        elif number in colophons and not in_colophon:
            in_colophon = True
            opens.append((block.start, title, ()))
    starts = [start for start, _, _ in opens] + [len(text)]
    return tuple(
        Section(heading, path, start, end)
        for (start, heading, path), end in zip(opens, starts[1:], strict=True)
        if end > start or start == 0 == len(text)
    )


def _about(text: str, blocks: Sequence[Block]) -> set[int]:
    """The numbers of the paragraphs at either edge of the body that may speak of the page itself."""
    about = {
        number
        for number, block in enumerate(blocks)
        if block.kind == "paragraph" and _speaks_of_page(text[block.start : block.end])
    }
    body = [number for number in range(len(blocks)) if number not in about and _is_body(text, blocks[number])]
    return {number for number in about if not body or number < body[0] or number > body[-1]}


def _colophons(text: str, blocks: Sequence[Block]) -> set[int]:
    """The numbers of the blocks with which a colophon can open.

    "Developed by X" as the first words under a heading is about what the heading names.
    """
    found = set()
    for number in _about(text, blocks):
        content = text[blocks[number].start : blocks[number].end]
        under_heading = number > 0 and blocks[number - 1].kind == "heading" and blocks[number - 1].level != 1
        if (is_colophon(content) or licence(content)) and (revised_on(content) or not under_heading):
            found.add(number)
    return found


def _speaks_of_page(content: str) -> bool:
    return bool(is_colophon(content) or licence(content) or review_status([content]))


def _is_body(text: str, block: Block) -> bool:
    """Whether a block is matter rather than a label that stands beside a title or a date."""
    return block.kind in ("item", "row", "code") or (block.kind == "paragraph" and text[block.end - 1] in ".!?:")
