"""Pieces in a row become one text, with the blocks, sections and pages that are ranges of it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from ingest.read.clean import is_colophon, licence, review_status, revised_on

Kind = Literal["heading", "paragraph", "item", "heads", "row", "code", "reference", "colophon"]
MATTER = ("paragraph", "item", "row", "code", "colophon")
# The most words of a paragraph before a table that is its caption.
_CAPTION = 8
_FRAGMENT = 4  # the most words of a paragraph that says nothing without its heading
# What calls a note, behind a word or the end of a sentence; behind a short word it is a power ("m²").
_CALL = re.compile(r"(?:[^\W\d_]{3}|[.,;:!?)\]\"'”’])([⁰¹²³⁴-⁹]+|[*†‡§¶]+|[ᵃ-ᶻ]+)(?![⁰¹²³⁴-⁹*†‡§¶ᵃ-ᶻ])")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


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
    (1 is the title, 0 unknown) or of a list item (1 is the outermost).  `mark` is what stands before a list item on the
    page ("• ", "2. "); a paragraph that has one is a note ("¹ ").  `page` is the number of the page on which it begins
    (0 where its kind of file has no pages); each of `breaks` is where in `text` a further page begins.
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
    return sections, _noted(text, _led(text, named))


def _led(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, each with what leads it in.

    An item is led in by the paragraph or the heading directly before its list: by one that ends with a colon always,
    and by any, where the item is a mere fragment, as "We pay for none of these" would be lost else.  A row, which has
    its heads, is led in by what ends with a colon, and by its caption; code by what ends with a colon; and a paragraph
    that is a fragment by its heading, unless that is the title.
    """
    found: list[Block] = []
    opens: int | None = None
    above: list[int] = []
    for number, block in enumerate(blocks):
        lead: int | None = None
        if block.kind in ("item", "row"):
            if number and blocks[number - 1].kind in ("item", "row", "code") and blocks[number - 1].kind != block.kind:
                opens = opens if opens is not None and blocks[opens].kind == "heading" else None
                above = []
            while above and blocks[above[-1]].level >= block.level:
                above.pop()
            lead = above[-1] if above else opens
            if lead is not None and not _leads(text, blocks[lead], block):
                lead = None
            above += [number] if block.kind == "item" else []
        elif block.kind != "heads":
            if block.kind == "paragraph" and opens == number - 1 and _is_fragment(text[block.start : block.end]):
                is_headed = blocks[number - 1].kind == "heading" and blocks[number - 1].level != 1
                lead = opens if is_headed else None
            if block.kind == "code" and opens == number - 1 and _ends_open(text, blocks[number - 1]):
                lead = opens
            opens = number if block.kind in ("heading", "paragraph") else None
            above = []
        found.append(replace(block, lead=lead))
    return tuple(found)


def note_sign(text: str, block: Block) -> str:
    """What calls a note, as it stands in the text ("¹"); empty where a block is no note."""
    if block.kind != "paragraph":
        return ""
    return text[text.rfind("\n", 0, block.start) + 1 : block.start].strip(" .)(").translate(_RAISED)


def calls_note(text: str, sign: str) -> bool:
    """Whether a note that is called by `sign` is called in a text."""
    return bool(sign) and any(call[1] == sign for call in _CALL.finditer(text))


def _noted(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, with what calls it as the lead of each note: the last call before it, or else the first behind it."""
    calls: dict[str, list[int]] = defaultdict(list)
    for call in _CALL.finditer(text):
        calls[call[1]].append(call.start(1))
    starts = [block.start for block in blocks]
    found: list[Block] = []
    for block in blocks:
        places = calls.get(note_sign(text, block), [])
        if places:
            place = places[max(0, bisect_left(places, block.start) - 1)]
            block = replace(block, lead=max(0, bisect_left(starts, place) - 1))
        found.append(block)
    return tuple(found)


def _ends_open(text: str, block: Block) -> bool:
    return text[block.end - 1] == ":"


def _leads(text: str, lead: Block, block: Block) -> bool:
    """Whether a list's item or a table's row says something else, or nothing, without what stands before it."""
    before = text[lead.start : lead.end]
    if _ends_open(text, lead) or (lead.kind == "item" and _is_fragment(before)):
        return True
    if block.kind == "row":
        return lead.kind == "paragraph" and len(before.split()) <= _CAPTION
    return _is_fragment(text[block.start : block.end])


def _is_fragment(content: str) -> bool:
    return content[-1] != ":" and (len(content.split()) <= _FRAGMENT or content[-1] not in ".!?")


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
