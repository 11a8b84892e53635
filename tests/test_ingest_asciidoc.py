"""AsciiDoc, as it is printed."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packing import told

from ingest.read.kinds import read


def lines(text: str) -> list[str]:
    return told(read(text.encode(), ".adoc")[0])


def dropped(text: str) -> list[str]:
    return read(text.encode(), ".adoc")[1]


def test_the_head_says_who_and_when() -> None:
    text = "= Guide\nA. Roe <a@x.example>\nv1.2, 2024-05-03\n:product: Acme\n\nOn {product}.\n\n== One\n\n=== Two\n\n"
    text += "Text.\n"
    assert lines(text) == [
        *("# Guide", "A. Roe <a@x.example>", "v1.2, 2024-05-03", "On Acme.", "## One", "### Two", "Text."),
    ]
    stated = read(text.encode(), ".adoc")[2]
    assert (stated.authors, stated.revised) == ("A. Roe", datetime.date(2024, 5, 3))


def test_words_are_what_is_printed() -> None:
    text = (
        "It is *bold*, _slanted_, `code`, **m**id, 10^9^, H~2~O, https://x.example[the site], <<rules,the rules>>, "
        'xref:a.adoc[there], "`so`", stem:[x^2], kbd:[F1] -- and... [.line-through]#It is gone.# 2 * 3 * 4, a_b_c.'
    )
    assert lines(text) == [
        "It is bold, slanted, code, mid, 10⁹, H₂O, the site, the rules, there, “so”, x², F1 — and… 2 * 3 * 4, a_b_c."
    ]
    assert dropped(text) == ["struck out: It is gone."]


def test_lists_have_depth_and_marks() -> None:
    text = (
        "Bring:\n\n* food\n** bread\n+\nof rye\n* water\n  of the well\n\nDo:\n\n. one\n.. inner\n. two\n\nThen:\n\n"
        "Salt:: of the sea\nPepper::\n  of India\n\nLast.\n"
    )
    assert lines(text) == [
        *("Bring:", "  • food", "    • bread", "      of rye", "  • water of the well"),
        *("Do:", "  1. one", "    1. inner", "  2. two"),
        *("Then:", "  Salt", "    of the sea", "  Pepper", "    of India", "Last."),
    ]


ROWS = ["heads: Plan | Fee", "row: Plan: River | Fee: 20", "row: Plan: Lake | Fee: 30"]


@pytest.mark.parametrize(
    "table",
    [
        "|===\n|Plan |Fee\n\n|River |20\n|Lake |30\n|===\n",
        '[cols="1,1",options="header"]\n|===\n|Plan\n|Fee\n|River\n|20\n|Lake\n|30\n|===\n',
        "[%header,cols=2*]\n|===\n|Plan |Fee |River |20 |Lake |30\n|===\n",
        "[%header]\n,===\nPlan,Fee\nRiver,20\nLake,30\n,===\n",
        '[%header,format="csv"]\n|===\nPlan,Fee\nRiver,20\nLake,30\n|===\n',
    ],
)
def test_tables_of_every_form_have_their_heads(table: str) -> None:
    assert lines(table) == ROWS


def test_what_spans_stands_in_each_row_and_a_title_before_the_table() -> None:
    text = ".Plans\n|===\n|Plan |Fee\n\n.2+|Lake |1\n|2\n2+|all\n|===\n"
    assert lines(text) == [
        *("Plans", "heads: Plan | Fee", "row: Plan: Lake | Fee: 1", "row: Plan: Lake | Fee: 2", "row: all"),
    ]


def test_code_keeps_its_lines_and_its_callouts_are_items() -> None:
    text = "[source,python]\n----\ndef f():\n    pass # <1>\n----\n<1> does nothing\n\n....\nplain\n....\n\n $ run\n"
    assert lines(text) == ["code: def f():\n    pass", "  1. does nothing", "code: plain", "code: $ run"]


def test_what_stands_in_a_block_is_read() -> None:
    text = "NOTE: Be careful.\n\n[WARNING]\n====\nIt is hot.\n====\n\n[quote]\n____\nSo it is.\n____\n"
    assert lines(text) == ["NOTE: Be careful.", "WARNING: It is hot.", "So it is."]


def test_what_holds_only_under_a_condition() -> None:
    text = ":a:\n\nifdef::a[]\nIn.\nendif::[]\nifndef::a[]\nOut.\nendif::[]\nifdef::b[Out.]\n"
    assert lines(text) == ["In."]


def test_notes_stand_at_the_end() -> None:
    assert lines("It is so.footnote:[A note.]\n") == ["It is so.¹", "## Notes", "1 A note."]


def test_what_is_not_printed_is_out_and_told() -> None:
    text = "Seen.\n\n// comment\n////\ngone\n////\nimage::a.png[A cat]\ninclude::b.adoc[]\n++++\n<b>\n++++\n"
    assert lines(text) == ["Seen."]
    assert dropped(text) == ["picture: A cat", "include: b.adoc", "passed through: <b>"]


@pytest.mark.parametrize(("data", "words"), [(b"// a\n", "holds no text"), (b"a\0", "is binary")])
def test_what_cannot_be_read_is_told(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(data, ".adoc")


STARTS = "= a,== a,* a,. a,a:: b,|===,|a ,2+|b,----,[cols=2*],ifdef::a[],endif::[],:a: b,.T,image::a[b],<1> a, a"
INLINE = "footnote:[,],<<a,{a},+,*,_,^a^"
PART = st.sampled_from([*STARTS.split(","), *INLINE.split(","), ",===", "\n", "\n\n"])


@settings(max_examples=150, deadline=None)
@given(parts=st.lists(PART, max_size=25))
def test_no_text_raises_anything_but_a_value_error(parts: list[str]) -> None:
    try:
        assert read("".join(parts).encode(), ".adoc")[0]
    except ValueError as error:
        assert "zip()" not in str(error)


@pytest.mark.parametrize("struck", ["[line-through]#7#", "[.line-through]*7*", "[.red.line-through]_7_"])
def test_words_with_the_role_of_a_line_through_them_are_left_out(struck: str) -> None:
    assert lines(f"It costs {struck} 9 crowns.\n") == ["It costs 9 crowns."]


def test_a_list_is_numbered_as_what_stands_above_it_says() -> None:
    assert lines("None of\n\n[loweralpha]\n. rust\n[upperroman]\n.. red\n. frost\n") == [
        *("None of", "  a. rust", "    I. red", "  b. frost"),
    ]
