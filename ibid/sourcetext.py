"""A source as it was read, as text for a person: its tables drawn, its code as it is written, and what was dropped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ibid.render import put, show_sources
from ingest import Block, Document, Stated, printable

_INDENT = 4
_FIRST_DROPPED = 20
# In narrower columns a table is harder to read than its rows are.
_NARROWEST_COLUMN = 8
_WIDEST = 1000


def show_document(console: Console, document: Document, passages: int, states: Sequence[Stated]) -> None:
    """A source as it was read, and the first of what was dropped from it."""
    show_sources(console, [(document, passages)], states)
    if where := document.url:
        put(console, Text(where, "dim"), _INDENT, wrap=False)
    for part in _parts(document):
        console.print()
        if part[0].cells:
            _show_table(console, document, part)
        else:
            _show_blocks(console, document, part)
    _show_dropped(console, document.dropped)


def _parts(document: Document) -> Iterator[list[Block]]:
    """What stands together: the rows of a table with their heads, the items of a list, or one block."""
    part: list[Block] = []
    for block in document.blocks:
        if part and not _goes_on(document, part[-1], block):
            yield part
            part = []
        part.append(block)
    if part:
        yield part


def _goes_on(document: Document, before: Block, block: Block) -> bool:
    if before.cells and block.cells:
        return before.kind == "heads" or block.kind == "row" or block.cells[0].column is None
    return not before.cells and not block.cells and "\n\n" not in document.text[before.end : block.start]


def _show_blocks(console: Console, document: Document, blocks: Sequence[Block]) -> None:
    """Blocks with the marks that stand before them, headings set off, and the lines of code as they are."""
    for block in blocks:
        if block.kind == "code":
            put(console, Text(document.text[block.start : block.end]), _INDENT, wrap=False)
        else:
            marked = document.text.rfind("\n", 0, block.start) + 1
            style = "bold" if block.kind == "heading" else ""
            indent = 2 * (block.level - 1) if block.kind == "item" else 0
            put(console, Text(document.text[marked : block.end], style), indent)


def _show_table(console: Console, document: Document, blocks: Sequence[Block]) -> None:
    """A table with its columns, or its rows as they are quoted where there are too many columns for the terminal."""
    width = console.width if console.is_terminal else _WIDEST
    columns = 1 + max((cell.column or 0) for block in blocks for cell in block.cells)
    if columns * _NARROWEST_COLUMN > width:
        _show_blocks(console, document, blocks)
        return
    heads = [block for block in blocks[:1] if block.kind == "heads" and block.cells[0].column is not None]
    table = Table(box=box.SQUARE, show_header=bool(heads), header_style="bold")
    for name in _cells(document, heads[0], columns) if heads else [""] * columns:
        table.add_column(Text(printable(name)), overflow="fold")
    for block in blocks[len(heads) :]:
        if block.kind == "heads":
            table.add_section()
        style = "bold" if block.kind == "heads" else ""
        table.add_row(*(Text(printable(cell)) for cell in _cells(document, block, columns)), style=style)
    for line in console.render_lines(table, console.options.update_width(width), pad=False):
        console.print(Text.assemble(*((part.text, part.style or "") for part in line)), soft_wrap=True)


def _cells(document: Document, block: Block, columns: int) -> list[str]:
    """The text of each of a row's columns; what stands across all is in the first, and what heads rows not repeated."""
    row = [""] * columns
    for cell in block.cells:
        if cell.column is not None or len(block.cells) == 1:
            row[cell.column or 0] = document.text[cell.start : cell.end]
    return row


def _show_dropped(console: Console, dropped: Sequence[str]) -> None:
    if not dropped:
        return
    console.print()
    put(console, Text("Dropped, as no matter of the source", "bold"))
    for text in dropped[:_FIRST_DROPPED]:
        put(console, Text(f"– {' '.join(text.split())}"))
    if len(dropped) > _FIRST_DROPPED:
        put(console, Text(f"and {len(dropped) - _FIRST_DROPPED:,} more: --json has them all"))
