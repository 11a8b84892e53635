"""Plain text: lines that were broken to fit, headings by their looks, lists, tables, paged texts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read.layout import Piece
from ingest.read.text.plain import is_page_text, read_plain_text

BROKEN = (
    "The boathouse is open from the first of May until the end of\n"
    "September, but never on Sundays. Whoever wants to take a boat\n"
    "out has to sign the book.\n"
)
WHOLE = (
    "The boathouse is open from the first of May until the end of September, but never on Sundays. "
    "Whoever wants to take a boat out has to sign the book."
)
MORE = "Boats are to be back before dark. Those that come later pay\ntwo crowns an hour.\n"
MORE_WHOLE = "Boats are to be back before dark. Those that come later pay two crowns an hour."


def read(text: str, title: str | None = None) -> list[tuple[str, int, str, str]]:
    return [(p.kind, p.level, p.mark, p.text) for p in read_plain_text(text, title)[0]]


def texts(text: str) -> list[str]:
    return [piece.text for piece in read_plain_text(text)[0]]


@pytest.mark.parametrize("end", ["\n", "  \n"])
@pytest.mark.parametrize("indent", ["", "   ", "\t"])
def test_the_lines_of_a_paragraph_are_joined(end: str, indent: str) -> None:
    text = f"{BROKEN}\n{MORE}".replace("\n", end)
    text = "\n".join(indent + line if line.strip() else line for line in text.split("\n"))
    assert texts(text) == [WHOLE, MORE_WHOLE]


def test_a_short_last_line_ends_a_paragraph_where_no_line_is_blank() -> None:
    assert texts(BROKEN + MORE) == [WHOLE, MORE_WHOLE]


def test_an_indent_begins_a_paragraph_where_no_line_is_blank() -> None:
    full = (
        "   Boats are to be back before dark, and whoever comes later\n"
        "has to pay two crowns, which goes to the club and its boats.\n"
    )
    assert len(texts(full + full.replace("Boats", "Oars") + full.replace("Boats", "Sails"))) == 3


def test_a_full_line_that_ends_a_sentence_does_not_end_its_paragraph() -> None:
    assert texts(
        "Boats go out in the morning and come back late every day.\nIt is forbidden to go out in a storm.\n"
    ) == ["Boats go out in the morning and come back late every day. It is forbidden to go out in a storm."]


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        (
            "The moor-\ning costs four crowns for each night there.",
            "The mooring costs four crowns for each night there.",
        ),
        ("A life-jacket is worn. Each life-\njacket is tested.", "A life-jacket is worn. Each life-jacket is tested."),
        ("It is a self-\nrighting boat of steel.", "It is a self-righting boat of steel."),
        ("It is forty-\nfive feet long and old.", "It is forty-five feet long and old."),
        ("The state-of-the-\nart engine has a pump.", "The state-of-the-art engine has a pump."),
        ("The Smith-\nJones family has a boat.", "The Smith-Jones family has a boat."),
        ("Take a 20-\nyear old boat to the quay.", "Take a 20-year old boat to the quay."),
        ("It was open 2010–\n2012 and then no more, alas.", "It was open 2010–2012 and then no more, alas."),
        ("The rud\u00ad\nder is of oak, as is the mast.", "The rudder is of oak, as is the mast."),
        ("Both two- \nand three-masted boats came.", "Both two- and three-masted boats came."),
    ],
)
def test_hyphens_at_the_ends_of_lines_are_mended(broken: str, whole: str) -> None:
    assert texts(broken) == [whole]


@pytest.mark.parametrize("heading", ["BOATHOUSE RULES", "Rules of the boathouse"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_the_first_line_is_the_title(heading: str, gap: str) -> None:
    assert read(heading + gap + BROKEN) == [("heading", 1, "", heading), ("paragraph", 0, "", WHOLE)]


def test_a_short_line_that_begins_with_a_figure_and_has_a_word_is_a_heading() -> None:
    found = read(f"BOATS\n\n{BROKEN}\n18th century boats\n\n{BROKEN}\n1800-1900\n\n{BROKEN}")
    assert [text for kind, _, _, text in found if kind == "heading"] == ["BOATS", "18th century boats"]


def test_underlined_lines_are_headings_by_their_styles() -> None:
    text = f"=====\nBoats\n=====\n\n{BROKEN}\nFees\n----\n{MORE}\nDues\n~~~~\n\n{MORE}\nLoss\n----\n\n{MORE}"
    assert [(level, text) for kind, level, _, text in read(text) if kind == "heading"] == [
        (1, "Boats"),
        (2, "Fees"),
        (3, "Dues"),
        (2, "Loss"),
    ]
    assert all(set(piece[3]) - set("=-~") for piece in read(text))


def test_numbered_sections_are_headings_by_their_depth() -> None:
    text = f"1. Boats\n\n{BROKEN}\n1.1 Canoes\n\n{MORE}\n1.2.  Rafts\n\n{MORE}\n2. Fees\n\n{MORE}\nA.1. Forms\n\n{MORE}"
    assert [(level, text) for kind, level, _, text in read(text) if kind == "heading"] == [
        (2, "1. Boats"),
        (3, "1.1 Canoes"),
        (3, "1.2. Rafts"),
        (2, "2. Fees"),
        (3, "A.1. Forms"),
    ]


def test_numbered_lines_that_follow_one_another_are_items() -> None:
    assert read("Bring:\n\n1. Oars\n\n2. A rope\n\n3. Food\n\nThe club brings the boats, and the boats are dry.") == [
        ("paragraph", 0, "", "Bring:"),
        ("item", 1, "1. ", "Oars"),
        ("item", 1, "2. ", "A rope"),
        ("item", 1, "3. ", "Food"),
        ("paragraph", 0, "", "The club brings the boats, and the boats are dry."),
    ]


def test_items_have_their_marks_and_depth_and_their_lines_are_joined() -> None:
    text = (
        "Before you go out, see to these:\n\n"
        "- the oars, which lie beside the door of the boathouse on\n"
        "  the left\n"
        "- the rope:\n"
        "    a) its length, which is given on a tag that hangs at its\n"
        "       end\n"
        "    b) its knots\n\n"
        "  Knots are checked twice.\n"
        "* the book\n"
        "1) the lamp and the\n"
        "   oil\n"
    )
    assert read(text)[1:] == [
        ("item", 1, "• ", "the oars, which lie beside the door of the boathouse on the left"),
        ("item", 1, "• ", "the rope:"),
        ("item", 2, "a) ", "its length, which is given on a tag that hangs at its end"),
        ("item", 2, "b) ", "its knots"),
        ("item", 2, "", "Knots are checked twice."),
        ("item", 1, "• ", "the book"),
        ("item", 1, "1) ", "the lamp and the oil"),
    ]


def test_an_item_stands_below_the_inner_items_of_another() -> None:
    assert [piece[1:] for piece in read("1. Stop\n   - now\n   - then\n2. Start\n10. End")] == [
        (1, "1. ", "Stop"),
        (2, "• ", "now"),
        (2, "• ", "then"),
        (1, "2. ", "Start"),
        (1, "10. ", "End"),
    ]


def test_a_number_at_the_beginning_of_a_broken_line_is_no_item() -> None:
    broken = (
        "The book says that all of the boats were built in the year of\n1987. They are of oak and were made by hand.\n"
    )
    assert len(texts(broken)) == 1
    steps = (
        "The book has two rules for all who want to go out: (1) pay, and\n(2) bring the boat back before it is dark.\n"
    )
    assert len(texts(steps)) == 1


def test_a_definition_stands_below_its_term() -> None:
    assert read("Painter\n    The rope at the bow, which is made\n    fast to the ring.\n\nThole: a pin.") == [
        ("paragraph", 0, "", "Painter"),
        ("item", 1, "", "The rope at the bow, which is made fast to the ring."),
        ("paragraph", 0, "", "Thole: a pin."),
    ]


def test_code_and_drawings_keep_their_lines() -> None:
    text = f"{BROKEN}\nType this:\n\n    book --boat 3 \\\n         --day monday\n\n    book --list\n\n{MORE}"
    assert [(p.kind, p.text) for p in read_plain_text(text)[0]][2:] == [
        ("code", "book --boat 3 \\\n     --day monday\n\nbook --list"),
        ("paragraph", MORE_WHOLE),
    ]
    assert Piece("code", "+--+\n|  |\n+--+") in read_plain_text(f"{BROKEN}\n    +--+\n    |  |\n    +--+\n")[0]
    assert Piece("code", "a  b\n\nc") in read_plain_text(f"{BROKEN}\n```\na  b\n\nc\n```\n")[0]


def test_an_indented_block_of_prose_is_a_paragraph() -> None:
    assert texts(f"{BROKEN}\n      He who takes a boat shall bring\n      it back.\n")[1:] == [
        "He who takes a boat shall bring it back."
    ]


def test_columns_are_rows() -> None:
    assert read(f"FEES\n\n{BROKEN}\nCanoe       5 crowns    a day\nRaft       12 crowns    a day\n")[2:] == [
        ("row", 1, "", "Canoe | 5 crowns | a day"),
        ("row", 1, "", "Raft | 12 crowns | a day"),
    ]


def test_who_speaks_begins_a_paragraph() -> None:
    text = (
        "ANNA: When do the boats go out in the morning, and who is it\nthat opens the door?\n"
        "BEN: At six.\nANNA: And who\nopens?\n[00:01:10] Ben: I do.\n"
    )
    assert texts(text) == [
        "ANNA: When do the boats go out in the morning, and who is it that opens the door?",
        "BEN: At six.",
        "ANNA: And who opens?",
        "[00:01:10] Ben: I do.",
    ]


PAGES = """\
   The sender of a parcel has to wait for the depot to answer, and it



Poe                          Standards Track                    [Page 1]
{break_}
RFC 1234                     Parcels on Boats                  July 2020


   has to wait for two minutes at the least.

   It may then send again.

Poe                          Standards Track                    [Page 2]
{break_}
RFC 1234                     Parcels on Boats                  July 2020

   No more than five times.
"""


@pytest.mark.parametrize("break_", ["\f", ""])
def test_heads_and_feet_of_pages_are_dropped_and_told(break_: str) -> None:
    pieces, dropped, _ = read_plain_text(PAGES.format(break_=break_))
    assert [piece.text for piece in pieces] == [
        "The sender of a parcel has to wait for the depot to answer, and it has to wait for two minutes at the least.",
        "It may then send again.",
        "No more than five times.",
    ]
    assert dropped == [
        "Poe Standards Track [Page 1]",
        "RFC 1234 Parcels on Boats July 2020",
        "Poe Standards Track [Page 2]",
        "RFC 1234 Parcels on Boats July 2020",
    ]


def test_a_list_of_contents_is_dropped_and_told() -> None:
    contents = "   1.  Boats . . . . . . . .   2\n   1.1.  Rafts ............ 13\n"
    text = f"Table of Contents\n\n{contents}\n1.  Boats\n\n{BROKEN}"
    pieces, dropped, _ = read_plain_text(text)
    assert [piece.text for piece in pieces] == ["1. Boats", WHOLE]
    assert dropped == ["Table of Contents", "1. Boats . . . . . . . . 2", "1.1. Rafts ............ 13"]


def test_the_title_of_the_manifest_is_the_title() -> None:
    assert read(f"about boats\n\n{BROKEN}", "About Boats")[0] == ("heading", 1, "", "about boats")


def test_a_line_that_nothing_broke_is_a_paragraph() -> None:
    long = "This line goes on and on, " * 10 + "and ends."
    assert read(f"{long}\n{long}\nA last one that is short.") == [
        ("paragraph", 0, "", long),
        ("paragraph", 0, "", long),
        ("paragraph", 0, "", "A last one that is short."),
    ]


@pytest.mark.parametrize(
    ("text", "is_page"),
    [
        (BROKEN, False),
        (f"{BROKEN}\nWe would like you to subscribe to the newsletter of the club,\nwhich comes once a year.", False),
        (f"Skip to main content\n\n{WHOLE}\n\n{MORE_WHOLE}", True),
        (f"{WHOLE}\n\nCopyright 2024 The Club", True),
        (f"Boats\n\n{WHOLE}\n\nAsk us what you want to know.", False),
        ("", False),
    ],
)
def test_a_flattened_web_page_is_told_by_its_text(text: str, is_page: bool) -> None:
    assert is_page_text(text) is is_page


BITS = st.sampled_from(
    (
        *("Boats\n", "=====\n", "-----\n", "1. a\n", "- b\n", "  c d\n", "\n", "\f", "> q\n", "| a | b |\n", "+--+\n"),
        *(
            "From: a\nDate: b\n",
            "```\n",
            "--\n",
            "ab-\n",
            "[Page 1]\n",
            "A . . . 3\n",
            "\t",
            "x = 1;\n",
            "A:\n",
            BROKEN,
        ),
    )
)


@given(st.text(max_size=80) | st.lists(BITS | st.text(max_size=5), max_size=25).map("".join))
@settings(deadline=None, max_examples=150)
def test_any_text_can_be_read(text: str) -> None:
    is_page_text(text)
    pieces, _, _ = read_plain_text(text)
    assert all(piece.text.strip() for piece in pieces)
    assert all("\n" not in piece.text for piece in pieces if piece.kind != "code")


@pytest.mark.parametrize(
    "bit",
    (
        *(
            "<",
            "`",
            "<!--",
            " ",
            "a",
            "a ",
            "- ",
            "> ",
            "\n",
            "\f",
            "a\n",
            "1. a\n",
            "a\n\n",
            "a\f\n",
            "A\n=\n",
            "-----\n",
        ),
        *("  a = b\n\n", "| a |\n", "+--+\n", "a . . 3\n", "Ab\nA b c d e f g h.\n", "From: a\nDate: b\n\n", "x-\n"),
    ),
)
def test_time_grows_with_the_text(bit: str) -> None:
    size = 40_000 if "\n" in bit else 200_000
    assert _seconds(bit * (size // len(bit))) < 30 * max(_seconds(bit * (size // 10 // len(bit))), 0.1)


def _seconds(text: str) -> float:
    start = time.process_time()
    is_page_text(text)
    read_plain_text(text)
    return time.process_time() - start


def test_items_that_end_with_a_semicolon_are_no_code() -> None:
    text = "None of these is allowed:\n\n    a.  dogs;\n    b.  kites;\n\n        red ones too\n    c.  boats.\n"
    assert [piece.kind for piece in read_plain_text(text)[0]] == ["paragraph", *["item"] * 4]


def test_a_rule_as_wide_as_its_table_stands_below_heads() -> None:
    text = (
        "    Item        Members     Guests\n    ------------------------------\n    Locker      free        2 crowns\n"
    )
    text += "    Picture     1 crown     not allowed\n"
    assert read_plain_text(text)[0][-1].text == "Item: Picture | Members: 1 crown | Guests: not allowed"
