"""The tables of Word: which rows are heads, which tables only lay out a page, and what a cell says on one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from ingest.read.heads import head_rows
from ingest.read.word.blocks import Block, WordCell, WordParagraph, WordTable

_PROSE = 60  # characters, from which a paragraph is more than an entry of a table
_DIGIT = re.compile(r"\d")


def captions(table: WordTable) -> list[WordCell]:
    """The rows above the heads that are one cell over all columns, and say what the table is of."""
    width = max((sum(cell.width for cell in row) for row in table.rows), default=0)
    leading = takewhile(lambda row: len(row) == 1 < width == row[0].width, table.rows[:-1])
    return [row[0] for row in leading]


def is_layout(table: WordTable) -> bool:
    """Whether a table only puts blocks in their place: one column, or cells that hold paragraphs, lists or headings."""
    cells = [cell for row in table.rows for cell in row]
    if all(len(row) < 2 for row in table.rows):
        return True
    if heads(table):
        return False
    told = [block for cell in cells for block in cell.blocks if isinstance(block, WordParagraph) and block.text]
    if any(block.level is not None for block in told) or any(map(_holds_several, cells)):
        return True
    return len(table.rows) == 1 and any(len(block.text) > _PROSE for block in told)


def _holds_several(cell: WordCell) -> bool:
    """Whether a cell holds a list, or paragraphs of prose."""
    told = [block for block in cell.blocks if isinstance(block, WordParagraph) and block.text]
    return sum(bool(block.place) for block in told) > 1 or sum(len(block.text) > _PROSE for block in told) > 1


def heads(table: WordTable) -> int:
    """How many of the first rows head the columns, as the table says, as it looks, or as its figures show."""
    rows = table.rows
    if len(rows) < 2 or table.heads >= len(rows):
        return 0
    if table.heads or table.is_styled:
        return table.heads or 1
    looks = [_looks_like_heads(row) for row in rows]
    apart = len(list(takewhile(bool, looks)))
    is_banded = not all(map(_is_bold, rows[0])) and any(looks[apart:])
    if 0 < apart < len(rows) and not is_banded:
        return apart
    return int(_heads_by_words(rows))


def _looks_like_heads(row: Sequence[WordCell]) -> bool:
    told = [cell for cell in row if cell_text(cell)]
    return len(told) > 1 and all(cell.is_filled or _is_bold(cell) for cell in told)


def _is_bold(cell: WordCell) -> bool:
    """Whether all that a cell says is bold or in a style for the heads of tables; so where it says nothing."""
    told = [block for block in cell.blocks if isinstance(block, WordTable) or block.text]
    return all(
        isinstance(block, WordParagraph)
        and (block.is_bold or any(re.match("table head", style) for style in block.styles))
        for block in told
    )


def _heads_by_words(rows: Sequence[Sequence[WordCell]]) -> bool:
    """Whether the first row has words where others have figures, or a name for cells that span several rows."""
    first, *others = texts(rows)
    is_named = all(first[1:]) and len(set(first)) == len(first) and not any(map(_DIGIT.search, first))
    if not is_named or len(others) < 2:
        return False
    if any(row[0].goes_on for row in rows if row):
        return True
    columns = zip(*others, strict=False)
    is_even = all(len(row) == len(first) for row in others)
    is_like_heads = is_even and bool(head_rows([first, *others], by_custom=True))
    return len(first) > 2 and (is_like_heads or any(all(map(_DIGIT.search, column)) for column in columns))


def texts(rows: Sequence[Sequence[WordCell]], repeats: bool = False) -> list[list[str]]:
    """What each cell says, column by column; a cell over several rows says it in each.

    One over several columns says it in each of them where it `repeats`, else in the first.  A row that says only one
    thing because the others are struck out is given as that: it heads nothing.
    """
    found: list[list[str]] = []
    for row in rows:
        line: list[str] = []
        for cell in row:
            above = found[-1][len(line)] if cell.goes_on and found and len(line) < len(found[-1]) else ""
            text = cell_text(cell) or above
            line += [text] + [text if repeats or len(row) == 1 else ""] * (cell.width - 1)
        only = [cell for cell in row if cell_text(cell)]
        found.append([cell_text(only[0])] * len(line) if len(only) == 1 and _is_bold(only[0]) else line)
    return [
        [text for text in line if text] if len(set(filter(None, line))) == 1 and _lacks_some(row) else line
        for row, line in zip(rows, found, strict=True)
    ]


def _lacks_some(row: Sequence[WordCell]) -> bool:
    """Whether something of a row is not shown."""
    return any(block.struck or block.hidden for cell in row for block in told(cell.blocks))


def cell_text(cell: WordCell) -> str:
    """What a cell says, on one line; a table in it as "Monday, 9 to 12; Thursday, 14 to 18"."""
    return " ".join(filter(None, map(_block_text, cell.blocks)))


def _block_text(block: Block) -> str:
    if isinstance(block, WordParagraph):
        return f"{block.place.mark if block.place else ''}{block.text}" if block.text else ""
    above = heads(block)
    rows = texts(block.rows)
    names = [" › ".join(filter(None, column)) for column in zip(*rows[:above], strict=False)]
    lines = []
    for row in rows[above:]:
        named = zip(names + [""] * (len(row) - len(names)), row, strict=False)
        lines.append(", ".join(f"{name}: {text}" if name else text for name, text in named if text))
    return "; ".join(filter(None, lines))


def told(blocks: Sequence[Block]) -> list[WordParagraph]:
    """The paragraphs among blocks and in the cells of tables, in their order."""
    found: list[WordParagraph] = []
    for block in blocks:
        if isinstance(block, WordParagraph):
            found.append(block)
        else:
            found += [inner for row in block.rows for cell in row for inner in told(cell.blocks)]
    return found
