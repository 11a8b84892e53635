"""The cells of a table can be had again from its rows, whatever stands in them."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ingest import Block, Document
from ingest.read.layout import Piece
from ingest.read.outline import Outline
from ingest.source import Source

WORDS = st.text("ab |:", min_size=0, max_size=8).map(str.strip)
TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(WORDS, min_size=width, max_size=width), min_size=2, max_size=6)
)


def read(outline: Outline) -> Document:
    source = Source(id="t", path=Path("t.md"), file="t.md")
    before = Piece("paragraph", "Something comes before it.")
    document = Document.assemble(source, [before, *outline.pieces], (), lambda text: [(0, len(text))])
    return Document.from_json(json.loads(json.dumps(document.to_json())))


def row(document: Document, block: Block) -> list[tuple[int | None, str, str]]:
    text = document.text
    return [(cell.column, text[cell.head : cell.start], text[cell.start : cell.end]) for cell in block.cells]


@given(TABLES)
def test_every_cell_is_where_it_was_with_the_head_of_its_column(table: list[list[str]]) -> None:
    outline = Outline()
    outline.table(table, heads=1)
    document = read(outline)
    blocks = [block for block in document.blocks if block.kind == "row"]
    bodies = [cells for cells in table[1:] if len(set(filter(None, cells))) > 1]
    several = [row(document, block) for block in blocks if len({c.column for c in block.cells} - {None}) > 1]
    assert [[(n, text) for n, _, text in cells if n is not None] for cells in several] == [
        [(n, cell) for n, cell in enumerate(cells) if cell] for cells in bodies
    ]
    for cells in several:
        assert all(head == (f"{table[0][n]}: " if table[0][n] else "") for n, head, _ in cells if n is not None)


def test_what_heads_rows_stands_across_and_before_each_of_them() -> None:
    outline = Outline()
    outline.table([["Ticket", "Price", "Age"], ["Evenings", "", ""], ["Single", "5: less | more", ""]], heads=1)
    document = read(outline)
    heads, group, single = document.blocks[1:]
    assert row(document, heads) == [(0, "", "Ticket"), (1, "", "Price"), (2, "", "Age")]
    assert (group.kind, row(document, group)) == ("heads", [(None, "", "Evenings")])
    assert row(document, single) == [
        (None, "", "Evenings"),
        (0, "Ticket: ", "Single"),
        (1, "Price: ", "5: less | more"),
    ]


def test_a_cell_across_all_columns_is_of_none_of_them() -> None:
    outline = Outline()
    outline.table([["a", "b"], ["1", "2"], ["see below", "see below"], ["", "3"]])
    document = read(outline)
    assert [row(document, block) for block in document.blocks[3:]] == [[(None, "", "see below")], [(1, "", "3")]]
