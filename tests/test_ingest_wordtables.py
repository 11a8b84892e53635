"""The tables of Word: their heads, cells over several rows and columns, and tables that only lay out a page."""

from __future__ import annotations

import pytest
from wordfile import cell, p, pieces, row, run, style, styled, table, texts

BOLD = "<w:b/>"
SHADED = '<w:shd w:val="clear" w:fill="DDDDDD"/>'
HEAD = "<w:tblHeader/>"
RATES = [row("Pool", "3 euros"), row("Sauna", "4 euros")]
READ = ["Place | Fee", "Place: Pool | Fee: 3 euros", "Place: Sauna | Fee: 4 euros"]
UNREAD = ["Place | Fee", "Pool | 3 euros", "Sauna | 4 euros"]


def bold(text: str) -> str:
    return cell(p(run(text, BOLD)))


def grid(text: str, properties: str) -> str:
    return cell(text, properties)


@pytest.mark.parametrize(
    "heads",
    [
        row("Place", "Fee", properties=HEAD),
        row(bold("Place"), bold("Fee")),
        row(cell("Place", SHADED), cell("Fee", SHADED)),
        row(cell(styled("TH", "Place")), cell(styled("TH", "Fee"))),
    ],
)
def test_the_first_row_heads_the_columns_where_it_is_told_or_set_to(heads: str) -> None:
    assert texts(table(heads, *RATES), styles=style("TH", "Table Heading")) == READ


@pytest.mark.parametrize(
    ("look", "found"),
    [
        ('<w:tblLook w:firstRow="1"/>', READ),
        ('<w:tblLook w:val="04A0"/>', READ),
        ('<w:tblLook w:val="0480"/>', UNREAD),
        ('<w:tblLook w:firstRow="0" w:val="04A0"/>', UNREAD),
        ("", UNREAD),
    ],
)
def test_a_style_of_tables_sets_heads_where_the_table_asks_for_them(look: str, found: list[str]) -> None:
    first = '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr></w:tblStylePr>'
    styles = style("Grand", "Grand", first, "table") + style("Own", "Own", '<w:basedOn w:val="Grand"/>', "table")
    body = table(row("Place", "Fee"), *RATES, properties=f'<w:tblStyle w:val="Own"/>{look}')
    assert texts(body, styles=styles) == found
    plain = style("Own", "Table Grid", "", "table")
    assert texts(body, styles=plain) == UNREAD


def test_rows_that_all_look_alike_have_no_heads() -> None:
    assert texts(table(row(bold("a"), bold("b")), row(bold("c"), bold("d")))) == ["a | b", "c | d"]
    banded = [row(cell(str(n), SHADED), cell("x", SHADED)) if n % 2 else row(str(n), "x") for n in range(1, 5)]
    assert texts(table(*banded)) == ["1 | x", "2 | x", "3 | x", "4 | x"]
    assert texts(table(row("a", "b", properties=HEAD))) == ["a | b"]


def test_words_over_figures_are_heads_and_a_form_has_none() -> None:
    rates = table(row("Place", "Fee", "Open"), row("Pool", "3", "daily"), row("Sauna", "4", "never"))
    assert texts(rates)[1:] == ["Place: Pool | Fee: 3 | Open: daily", "Place: Sauna | Fee: 4 | Open: never"]
    assert texts(table(row("Name", "Roe"), row("Age", "41"), row("Born", "1984"))) == [
        "Name | Roe",
        "Age | 41",
        "Born | 1984",
    ]


def test_two_rows_of_heads_are_read_as_one() -> None:
    body = table(
        row(grid("Place", '<w:vMerge w:val="restart"/>'), grid("Fee", '<w:gridSpan w:val="2"/>'), properties=HEAD),
        row(grid("", "<w:vMerge/>"), "Adults", "Children", properties=HEAD),
        row("Pool", "3", "1"),
    )
    assert texts(body)[-1] == "Place: Pool | Fee › Adults: 3 | Fee › Children: 1"


def test_a_cell_over_rows_and_columns_is_given_in_each() -> None:
    body = table(
        row("Place", "Day", "Fee", properties=HEAD),
        row(grid("Pool", '<w:vMerge w:val="restart"/>'), "Monday", "3"),
        row(grid("", '<w:vMerge w:val="continue"/>'), "Friday", "4"),
        row("Sauna", grid("closed", '<w:gridSpan w:val="2"/>')),
        row("Gym", grid("free", '<w:hMerge w:val="restart"/>'), grid("", '<w:hMerge w:val="continue"/>')),
    )
    assert texts(body)[1:] == [
        "Place: Pool | Day: Monday | Fee: 3",
        "Place: Pool | Day: Friday | Fee: 4",
        "Place: Sauna | Day: closed | Fee: closed",
        "Place: Gym | Day: free | Fee: free",
    ]
    late = table(row("A", "B", "C", properties=HEAD), row("x", "y", properties='<w:gridBefore w:val="1"/>'))
    assert texts(late)[-1] == "B: x | C: y"


def test_deleted_and_hidden_rows_and_deleted_cells_are_gone() -> None:
    body = table(
        row("a", "b"),
        row("c", "d", properties="<w:del/>"),
        row("e", "f", properties="<w:hidden/>"),
        row("g", grid("gone", "<w:cellDel/>"), "h", properties="<w:ins/>"),
    )
    assert texts(body) == ["a | b", "g | h"]


def test_a_row_over_all_columns_above_the_heads_is_the_caption() -> None:
    body = table(row(grid("Fees of 2025", '<w:gridSpan w:val="2"/>')), row(bold("Place"), bold("Fee")), *RATES)
    assert [(x.kind, x.text) for x in pieces(body)][:2] == [("paragraph", "Fees of 2025"), ("heads", "Place | Fee")]


def test_a_caption_below_a_table_is_told_before_it() -> None:
    styles = style("Caption", "caption")
    fees, below = table(*RATES), styled("Caption", "Table 1: Fees")
    assert texts(p("Text.") + fees + below, styles=styles) == [
        "Text.",
        "Table 1: Fees",
        "Pool | 3 euros",
        "Sauna | 4 euros",
    ]
    above = texts(below + fees + styled("Caption", "Table 2: Times") + fees, styles=styles)
    assert above == ["Table 1: Fees", *UNREAD[1:], "Table 2: Times", *UNREAD[1:]]


def test_a_table_in_a_cell_is_read_in_it() -> None:
    inner = table(row("Monday", "9 to 12"), row("Friday", "2 to 5"))
    assert texts(table(row("Desk", cell(p() + inner + p())), row("Bar", "never"))) == [
        "Desk | Monday, 9 to 12; Friday, 2 to 5",
        "Bar | never",
    ]
    named = table(row("Day", "Hours", properties=HEAD), row("Monday", "9 to 12"))
    assert texts(table(row("Desk", cell(named)), row("Bar", "never")))[0] == "Desk | Day: Monday, Hours: 9 to 12"


LONG = "The pool is closed for repairs until the first week of the coming year."


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (table(row("One."), row("Two.")), ["paragraph", "paragraph"]),
        (table(row("Address", LONG)), ["paragraph", "paragraph"]),
        (table(row(cell(styled("H", "Pool")), cell(p("Open.")))), ["heading", "paragraph"]),
        (table(row("Pool", cell(p(LONG) + p(LONG))), row("Sauna", "Open.")), ["paragraph"] * 5),
        (table(row("Not paid:", cell(styled("LB", "a") + styled("LB", "b"))), row("x", "y")),
         ["paragraph", "item", "item", "paragraph", "paragraph"]),
        (table(row("Fee", "3 euros")), ["row"]),
        (table(row("Place", "Text", properties=HEAD), row("Pool", cell(p(LONG) + p(LONG)))), ["heads", "row"]),
    ],
)  # fmt: skip
def test_a_table_that_lays_out_a_page_is_read_as_blocks(body: str, found: list[str]) -> None:
    styles = style("H", "heading 2") + style("LB", "List Bullet")
    assert [x.kind for x in pieces(body, styles=styles)] == found


def test_rows_of_different_lengths_are_read() -> None:
    assert texts(table(row("a", "b", "c"), row("d"), row(), row("e", "f"))) == ["a | b | c", "d", "e | f"]
    assert texts(table()) == []


def test_words_below_words_have_the_first_row_as_heads() -> None:
    body = table(row(cell("Cover"), cell("Paid"), cell("Not paid")), row(cell("Home"), cell("fire"), cell("rust")))
    body = body.replace("</w:tbl>", row(cell("Boat"), cell("theft"), cell("frost")) + "</w:tbl>")
    assert texts(body)[-1] == "Cover: Boat | Paid: theft | Not paid: frost"
