"""Workbooks, made here by XlsxWriter or of a few lines of XML, and read again."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from packing import bomb, packed_entries, told

from ingest.read.kinds import read

Book = Any  # XlsxWriter does not tell its types


def book(write: Callable[[Book], object]) -> bytes:
    data = io.BytesIO()
    made = xlsxwriter.Workbook(data)
    write(made)
    made.close()
    return data.getvalue()


def sheet(*rows: list[object], top: int = 0) -> bytes:
    def write(made: Book) -> None:
        page = made.add_worksheet("Prices")
        for number, row in enumerate(rows, top):
            page.write_row(number, 0, row)

    return book(write)


def lines(data: bytes) -> list[str]:
    return told(read(data, ".xlsx")[0])


def dropped(data: bytes) -> list[str]:
    return read(data, ".xlsx")[1]


def test_a_sheet_is_a_section_and_a_row_has_its_heads() -> None:
    assert lines(sheet(["Item", "Price"], ["mug", 4.5], ["pen", 1], top=3)) == [
        "## Prices",
        "heads: Item | Price",
        "row: Item: mug | Price: 4.5",
        "row: Item: pen | Price: 1",
    ]


def test_numbers_are_shown_as_their_formats_say() -> None:
    def write(made: Book) -> None:
        page = made.add_worksheet("P")
        page.write_row(0, 0, ["Item", "Since", "VAT", "Price", "Sum"])
        page.write_row(1, 0, ["mug"])
        for column, (number, code) in enumerate([(45415, "d mmm yyyy"), (0.07, "0%"), (4.5, '0.00 "€"')], 1):
            page.write(1, column, number, made.add_format({"num_format": code}))
        page.write_formula(1, 4, "=1+1", made.add_format({"num_format": "#,##0.00"}), 1234.5)

    assert lines(book(write))[2] == "row: Item: mug | Since: 3 May 2024 | VAT: 7% | Price: 4.50 € | Sum: 1,234.50"


def test_a_formula_without_its_value_is_told() -> None:
    part = '<row r="1"><c r="A1" t="str"><v>sum</v></c><c r="B1"><f>1+1</f></c></row>'
    assert dropped(raw(part)) == ["S: 1 formulas without their values; save it anew in a spreadsheet program"]


def test_what_is_merged_stands_in_each_row_and_column() -> None:
    def write(made: Book) -> None:
        page = made.add_worksheet("P")
        page.merge_range("A1:E1", "All plans")
        page.merge_range("A2:A3", "Plan")
        page.merge_range("B2:C2", "2023")
        page.merge_range("D2:E2", "2024")
        page.write_row("B3", ["first", "second", "first", "second"])
        page.merge_range("A4:A5", "River")
        page.write_row("B4", [1, 2, 3, 4])
        page.write_row("B5", [5, 6, 7, 8])

    assert lines(book(write))[1:] == [
        "All plans",
        "heads: Plan | 2023 › first | 2023 › second | 2024 › first | 2024 › second",
        "row: Plan: River | 2023 › first: 1 | 2023 › second: 2 | 2024 › first: 3 | 2024 › second: 4",
        "row: Plan: River | 2023 › first: 5 | 2023 › second: 6 | 2024 › first: 7 | 2024 › second: 8",
    ]


def test_what_is_hidden_is_out_and_told() -> None:
    def write(made: Book) -> None:
        page = made.add_worksheet("P")
        for row, values in enumerate([["Item", "Cost", "Price"], ["mug", 2, 4], ["cup", 1, 3], ["pen", 0, 1]]):
            page.write_row(row, 0, values)
        page.set_row(2, None, None, {"hidden": True})
        page.set_column("B:B", None, None, {"hidden": True})
        other = made.add_worksheet("Old")
        other.write(0, 0, "x")
        other.hide()

    data = book(write)
    assert lines(data)[1:] == ["heads: Item | Price", "row: Item: mug | Price: 4", "row: Item: pen | Price: 1"]
    assert dropped(data) == ["P: hidden row 3", "P: hidden column B", "hidden sheet: Old"]


def test_a_bold_row_is_heads_where_words_tell_nothing() -> None:
    def write(made: Book) -> None:
        page = made.add_worksheet("P")
        page.write_row(0, 0, ["Who", "Where"], made.add_format({"bold": True}))
        page.write_row(1, 0, ["Ann", "Rome"])
        page = made.add_worksheet("Q")
        page.write_row(0, 0, ["Firm", "Roe Ltd"])
        page.write_row(1, 0, ["Phone", "0123 456"])

    found = lines(book(write))
    assert found[2] == "row: Who: Ann | Where: Rome"
    assert found[4:] == ["row: Firm | Roe Ltd", "row: Phone | 0123 456"]


def test_a_table_that_the_workbook_names_has_heads() -> None:
    def write(made: Book) -> None:
        page = made.add_worksheet("P")
        page.add_table("B3:C5", {"data": [["2", "3"], ["4", "5"]], "columns": [{"header": "1"}, {"header": "2024"}]})

    assert lines(book(write))[1:] == ["heads: 1 | 2024", "row: 1: 2 | 2024: 3", "row: 1: 4 | 2024: 5"]


def test_tables_beside_and_below_each_other_are_several() -> None:
    def write(made: Book) -> None:
        page = made.add_worksheet("P")
        for row, values in enumerate([["Item", "Price"], ["mug", 4], ["pen", 1], ["cup", 2]]):
            page.write_row(row, 0, values)
        for row, values in enumerate([["Room", "Seats"], ["Red", 4], ["Blue", 6]]):
            page.write_row(row, 4, values)
        page.write_row(6, 0, ["Day", "Opens"])
        page.write_row(7, 0, ["Monday", "9:00"])
        page.write_row(8, 0, ["Sunday", "11:00"])

    assert [line for line in lines(book(write)) if line.startswith("heads")] == [
        "heads: Item | Price",
        "heads: Room | Seats",
        "heads: Day | Opens",
    ]


def test_runs_in_a_cell_are_what_is_seen() -> None:
    def write(made: Book) -> None:
        page = made.add_worksheet("P")
        up, gone = made.add_format({"font_script": 1}), made.add_format({"font_strikeout": True})
        page.write_rich_string("A1", "about 10", up, "9", " or ", gone, "fewer", "more")
        page.write("A3", "Sold out.", gone)
        page.write("A5", "unseen", made.add_format({"font_color": "white"}))

    data = book(write)
    assert lines(data)[1:] == ["about 10⁹ or more"]
    assert dropped(data) == ["struck out: Sold out."]


def test_comments_stand_at_the_end_and_text_boxes_below_their_sheet() -> None:
    def write(made: Book) -> None:
        page = made.add_worksheet("P")
        page.write("A1", "mug")
        page.write_comment("A1", "Only by order.")
        page.insert_textbox("C2", "Prices hold until May.")

    assert lines(book(write)) == ["## P", "mug", "Prices hold until May.", "## Notes", "P, A1: Only by order."]


def test_the_file_states_its_title_and_author() -> None:
    def write(made: Book) -> None:
        made.add_worksheet("P").write("A1", "mug")
        made.set_properties({"title": "Price list", "author": "A. Roe"})

    stated = read(book(write), ".xlsx")[2]
    assert (stated.title, stated.authors) == ("Price list", "A. Roe")


def raw(rows: str, after: str = "", entities: str = "") -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = f'<Relationships><Relationship Id="r1" Type="{office}/{{}}" Target="{{}}"/></Relationships>'
    return packed_entries(
        {
            "_rels/.rels": link.format("officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            '<sheet name="S" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": link.format("worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": f'{entities}<worksheet xmlns="{main}"><sheetData>{rows}</sheetData>{after}'
            "</worksheet>",
        }
    )


CELL = '<row r="{0}"><c r="{1}{0}" t="inlineStr"><is><t>x</t></is></c></row>'
ENTITIES = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


def test_a_sheet_of_a_thousand_million_cells_of_which_two_are_filled_is_read() -> None:
    data = raw(
        CELL.format(1, "A") + CELL.format(1048576, "XFD"), '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    )
    assert lines(data) == ["## S", "x", "x"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x", "is no workbook"),
        (sheet(["a"])[:300], "is no workbook"),
        (b"\xd0\xcf\x11\xe0", "locked"),
        (bomb(), "more than is read"),
        (raw(""), "holds no cell"),
        (raw("<row><c>"), "is damaged"),
        (raw('<row><c t="str"><v>&i;</v></c></row>', entities=f"{ENTITIES}]>"), "is damaged"),
        (
            raw(
                "".join(
                    CELL.format(n, f"{a}{b}{c}")
                    for n, (a, b, c) in enumerate(
                        (
                            (a, b, c)
                            for a in "ABCD"
                            for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        ),
                        1,
                    )
                )
            ),
            "has a table of 2,704 rows and 2,704 columns",
        ),
    ],
)
def test_what_cannot_be_read_is_told_in_plain_words(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(data, ".xlsx")


CELLS = st.builds(
    '<c r="{}" t="{}" s="{}"><v>{}</v></c>'.format,
    st.sampled_from(["A1", "C1", "", "ZZZZ9", "B0", "a2"]),
    st.sampled_from(["s", "str", "n", "b", "e", "d", "", "inlineStr"]),
    st.sampled_from(["", "0", "7", "-1", "999999999999"]),
    st.sampled_from(["", "1", "x", "1e999", "-3", "nan", "99999999999999999999", "٣"]),
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.lists(CELLS, max_size=4).map("".join), max_size=4), ref=st.text(alphabet="A1:Z9$", max_size=7))
def test_no_cells_raise_anything_but_a_value_error(rows: list[str], ref: str) -> None:
    part = "".join(f'<row r="{number % 3}">{row}</row>' for number, row in enumerate(rows))
    try:
        assert read(raw(part, f'<mergeCell ref="{ref}"/><autoFilter ref="{ref}"/>'), ".xlsx")[0]
    except ValueError:
        return
