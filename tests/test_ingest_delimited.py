"""Separated values, with the separator, the encoding and the heads found out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packing import told

from ingest.read.kinds import read


def lines(text: str | bytes, suffix: str = ".csv") -> list[str]:
    return told(read(text if isinstance(text, bytes) else text.encode(), suffix)[0])


MUGS = ["heads: Item | Price", "row: Item: mug | Price: 4", "row: Item: pen | Price: 1"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_separator_is_found_out(separator: str, encoding: str) -> None:
    text = "Item,Price\r\nmug,4\r\npen,1\r\n".replace(",", separator)
    assert lines(text.encode(encoding)) == MUGS


def test_a_separator_that_the_file_names_is_taken() -> None:
    assert lines("sep=;\nItem;Price\nmug;4\npen;1\n") == MUGS


@pytest.mark.parametrize(
    ("encoding", "word"),
    [("cp1252", "Küche"), ("cp1252", "Café"), ("cp1251", "Большая кухня во дворе"), ("shift_jis", "台所の部屋")],
)
def test_an_older_encoding_is_found_out(encoding: str, word: str) -> None:
    assert f"row: Room: {word} | Seats: 4" in lines(f"Room;Seats\n{word};4\n{word};5\n".encode(encoding))


def test_a_comma_in_numbers_is_no_separator() -> None:
    assert lines("Item;Price\nmug;4,50\npen;1,20\n")[1] == "row: Item: mug | Price: 4,50"


def test_quotes_hold_separators_lines_and_quotes() -> None:
    assert (
        lines('Item,Note\n"mug, red","a ""fine"" one\nfor tea"\n')[1]
        == 'row: Item: mug, red | Note: a "fine" one for tea'
    )


def test_a_quote_that_is_never_closed_takes_no_other_rows() -> None:
    found = lines('Item,Note\nmug,"as new\n' + "pen,blue\n" * 80)
    assert found[1] == 'row: Item: mug | Note: "as new' and len(found) == 82


@pytest.mark.parametrize(
    "text", ["Ann,12\nBob,14\n", "Ann,2024-05-03\nBob,2024-05-04\n", "a@b.example,Ann\nc@d.example,Bob\n"]
)
def test_rows_without_heads_have_none(text: str) -> None:
    assert [line[:4] for line in lines(text)] == ["row:", "row:"]


def test_years_are_heads_over_what_are_no_years() -> None:
    assert lines("Region,2022,2023\nNorth,12,14\nSouth,3,4\n")[1] == "row: Region: North | 2022: 12 | 2023: 14"


def test_a_row_of_years_is_none_among_others() -> None:
    assert lines("a,2022\nb,2023\n")[0] == "row: a | 2022"


def test_what_stands_above_and_below_a_table_is_read_as_lines() -> None:
    text = "Prices of 2024;;\n;;\nItem;Price;Stock\nmug;4;10\n;;\npen;1;20\n;;\nWithout VAT.;;\n"
    assert lines(text) == [
        "Prices of 2024",
        "heads: Item | Price | Stock",
        "row: Item: mug | Price: 4 | Stock: 10",
        "row: Item: pen | Price: 1 | Stock: 20",
        "Without VAT.",
    ]


def test_several_tables_have_each_their_heads() -> None:
    text = "Item,Price\nmug,4\npen,1\n\nRoom,Seats\nRed,4\nBlue,6\n"
    assert lines(text)[3:] == ["heads: Room | Seats", "row: Room: Red | Seats: 4", "row: Room: Blue | Seats: 6"]


def test_one_column_is_a_list() -> None:
    assert lines("Room\nRed\nBlue\n") == ["Room", "  Red", "  Blue"]


def test_empty_cells_and_columns_are_left_out() -> None:
    assert lines("Item,,Price,\nmug,,4,\npen,,,\n")[1:] == ["row: Item: mug | Price: 4", "row: Item: pen"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"  \n", "is empty"),
        (b",,,\n,,\n", "holds no rows"),
        (b"a\0b,c\n", "is binary"),
        (b"\xff\0\xfe,\n", "is binary"),
    ],
)
def test_what_cannot_be_read_is_told(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(data, ".csv")


@settings(max_examples=100, deadline=None)
@given(data=st.one_of(st.binary(max_size=80), st.text(alphabet='ab1,;\t"\n 2.é', max_size=80).map(str.encode)))
def test_no_bytes_raise_anything_but_a_value_error(data: bytes) -> None:
    try:
        assert read(data, ".tsv")[0]
    except ValueError:
        return


def test_more_rows_than_there_is_anything_in_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^has 300,001 rows of a few characters each; split it"):
        read(b"name,text\n" + b"a,b\n" * 300_000, ".csv")
    with pytest.raises(ValueError, match="rows of a few characters each"):  # a quote that is never closed
        read(b'a,b\n"' + b"a,b\n" * 300_000, ".csv")
