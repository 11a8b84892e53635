"""Tables of PDFs: drawn as grids, with a few lines, or with none; over pages; and what is no table."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pdfs import column, pdf, words

from ingest.read.pdf.reader import read_pdf

BOATS = [
    ("Boat", "Fee", "Berth"),
    ("Heron", "12 crowns", "north"),
    ("Bittern", "9 crowns", "south"),
    ("Grey plover", "15 crowns", "north"),
    ("Whimbrel", "7 crowns", "east"),
]
SAID = ["Boat | Fee | Berth"] + [f"Boat: {a} | Fee: {b} | Berth: {c}" for a, b, c in BOATS[1:]]


def cells(
    rows: Sequence[Sequence[str]], top: float = 600, step: float = 16, wide: float = 110, font: int = 1
) -> list[str]:
    return [
        words(72 + wide * j, top - step * i, cell, font=font)
        for i, row in enumerate(rows)
        for j, cell in enumerate(row)
        if cell
    ]


def across(*heights: float, left: float = 68, right: float = 390) -> list[str]:
    return [f"{left} {y} m {right} {y} l S" for y in heights]


def down(top: float, bottom: float, *places: float) -> list[str]:
    return [f"{x} {top} m {x} {bottom} l S" for x in places]


def texts(*pages: list[str]) -> list[str]:
    return [piece.text for piece in read_pdf(pdf(*pages))[0]]


GRID = [*across(*(612 - 16 * n for n in range(6))), *down(612, 532, 68, 178, 288, 390)]


@pytest.mark.parametrize(
    "rules",
    [
        [],
        across(612, 596, 532),
        GRID,
        across(*(612 - 16 * n for n in range(6))),
        [*down(612, 532, 178, 288), *across(596)],
        [f"0.9 g 68 {596 - 32 * n} 322 16 re f 0 g" for n in range(3)],
        [f"{68 + 110 * j} {596 - 16 * i} 110 16 re S" for i in range(5) for j in range(3)],
    ],
    ids=["open", "three lines", "grid", "lines between rows", "inner lines", "shaded rows", "boxes"],
)
def test_a_row_has_the_heads_of_its_columns_however_the_table_is_drawn(rules: list[str]) -> None:
    above, below = column(72, 660, "The boats are these:"), column(72, 480, "All of them float.")
    assert texts([*above, *rules, *cells(BOATS), *below]) == ["The boats are these:", *SAID, "All of them float."]


def test_heads_are_told_by_bold_where_all_is_words() -> None:
    rows = [("Heron", "north"), ("Bittern", "south"), ("Plover", "east")]
    bold = cells([("Boat", "Berth")], 616, font=2)
    assert texts([*bold, *cells(rows)])[1] == "Boat: Heron | Berth: north"
    assert texts([*cells([("Boat", "Berth")], 616), *cells(rows)])[1] == "Heron | north"


def test_the_first_column_of_a_table_of_two_may_be_its_heads() -> None:
    left = cells([("Length",), ("Draught",), ("Engine",)], font=2)
    right = [words(182, 600 - 16 * n, text) for n, text in enumerate(("9 m", "2 m", "none"))]
    rules = [*across(612, 596, 580, 564, right=300), *down(612, 564, 68, 178, 300)]
    assert texts([*left, *right, *rules]) == ["Length | 9 m", "Draught | 2 m", "Engine | none"]


def test_labels_with_a_colon_are_no_columns() -> None:
    rows = [("Length:", "9 m"), ("Draught:", "2 m"), ("Engine:", "none")]
    assert texts(cells(rows)) == ["Length: 9 m", "Draught: 2 m", "Engine: none"]


def test_a_cell_that_spans_is_given_in_each_of_its_rows_and_columns() -> None:
    rows = [("", "Fee", ""), ("Boat", "summer", "winter"), ("Heron", "12", "5"), ("", "14", "6")]
    rules = [
        *across(612, 580, 548),
        *across(596, left=178),
        *across(564, left=178),
        *down(612, 548, 68, 178, 390),
        *down(596, 548, 288),
    ]
    assert texts([*cells(rows), *rules]) == [
        "Boat | Fee › summer | Fee › winter",
        "Boat: Heron | Fee › summer: 12 | Fee › winter: 5",
        "Boat: Heron | Fee › summer: 14 | Fee › winter: 6",
    ]


def test_a_head_over_two_columns_of_an_open_table_is_that_of_both() -> None:
    rows = [
        ("Boat", "", ""),
        ("", "summer", "winter"),
        ("Heron", "12", "5"),
        ("Bittern", "9", "4"),
        ("Plover", "7", "3"),
    ]
    fee = words(200, 600, "Fee in all of the crowns")
    rules = [*across(612, 580, 532), *across(596, left=178)]
    found = texts([*cells(rows), fee, *rules])
    assert found[1] == "Boat: Heron | Fee in all of the crowns › summer: 12 | Fee in all of the crowns › winter: 5"


def test_a_cell_of_several_lines_is_one() -> None:
    rows = [
        ("Boat", "Rule"),
        ("Heron", "It sails on Sundays only,"),
        ("", "and never with children."),
        ("Bittern", "None."),
    ]
    rules = [*across(612, 596, 564, 548, right=390), *down(612, 548, 68, 178, 390)]
    said = [
        "Boat | Rule",
        "Boat: Heron | Rule: It sails on Sundays only, and never with children.",
        "Boat: Bittern | Rule: None.",
    ]
    assert texts([*cells(rows, wide=112), *rules]) == said
    close = [words(72, 616, "Boat", font=2), words(184, 616, "Rule", font=2), *cells(rows[1:3], step=12, wide=112)]
    more = cells([("Bittern", "It never sails."), ("Plover", "It sails.")], 568, wide=112)
    assert texts([*close, *more])[:2] == said[:2]


def test_a_row_of_one_cell_heads_those_below_it() -> None:
    rows = [BOATS[0], ("With sails",), *BOATS[1:3], ("With oars",), *BOATS[3:]]
    found = texts([*cells(rows), *across(612, 596, 492)])
    assert found[1:3] == ["With sails", "With sails | Boat: Heron | Fee: 12 crowns | Berth: north"]
    assert found[5] == "With oars | Boat: Grey plover | Fee: 15 crowns | Berth: north"


@pytest.mark.parametrize("repeated", [True, False])
@pytest.mark.parametrize("is_ruled", [True, False])
def test_a_table_goes_on_over_pages_and_its_heads_are_no_rows(repeated: bool, is_ruled: bool) -> None:
    rest = [("Snipe", "3 crowns", "west"), ("Curlew", "4 crowns", "west"), ("Dunlin", "2 crowns", "east")]
    second = [BOATS[0], *rest] if repeated else rest
    grids = [
        [*across(*(612 - 16 * n for n in range(len(rows) + 1))), *down(612, 612 - 16 * len(rows), 68, 178, 288, 390)]
        for rows in (BOATS, second)
    ]
    first, last = (
        [*cells(rows), *(grid if is_ruled else [])] for rows, grid in zip((BOATS, second), grids, strict=True)
    )
    found, _, _ = read_pdf(pdf([*column(72, 660, "The boats are these:"), *first], last))
    assert [piece.text for piece in found][1:] == [*SAID, *(f"Boat: {a} | Fee: {b} | Berth: {c}" for a, b, c in rest)]
    assert [piece.page for piece in found] == [1] * 6 + [2] * 3


def test_a_name_of_a_table_that_stands_below_it_is_read_before_it() -> None:
    found = texts(
        [*column(72, 660, "It is known who sails."), *GRID, *cells(BOATS), *column(72, 500, "Table 4: Boats.")]
    )
    assert found == ["It is known who sails.", "Table 4: Boats.", *SAID]


PROSE = [
    "The harbour master keeps a book of all",
    "boats that come and go, and every one of",
    "them pays for its berth before it leaves.",
    "Who does not pay is not let out again.",
]


def test_paragraphs_in_boxes_and_columns_are_no_tables() -> None:
    box = [*column(80, 600, *PROSE), "70 540 m 300 540 l 300 615 l 70 615 l h S"]
    assert texts(box) == [" ".join(PROSE)]
    two = [*column(72, 600, *PROSE), *column(320, 600, *PROSE)]
    assert texts([*two, *across(620, 540, right=540)]) == [" ".join(PROSE)] * 2


def test_columns_of_prose_hold_tables() -> None:
    left = column(72, 700, *PROSE * 3)
    right = column(320, 700, *PROSE)
    table = [words(320 + 60 * j, 620 - 14 * i, cell) for i, row in enumerate(BOATS) for j, cell in enumerate(row)]
    assert texts([*left, *right, *table]) == [" ".join(PROSE * 3), " ".join(PROSE), *SAID]


def test_lines_with_dots_up_to_a_figure_are_rows_and_contents_are_told() -> None:
    prices = [words(72, 600 - 16 * n, f"{name} .......... {n + 3}") for n, name in enumerate(("Soup", "Bread", "Fish"))]
    assert texts([*column(72, 660, "This is what we eat."), *prices])[1:] == ["Soup | 3", "Bread | 4", "Fish | 5"]
    contents = [words(72, 660, "Contents", 16), *prices, words(72, 500, "Food", 16), *column(72, 470, "We eat fish.")]
    found, dropped, _ = read_pdf(pdf(contents))
    assert [piece.text for piece in found] == ["Contents", "Food", "We eat fish."]
    assert dropped == ["Soup | 3", "Bread | 4", "Fish | 5"]
