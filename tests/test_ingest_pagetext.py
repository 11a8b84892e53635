"""Flattened web pages: headings by their looks, furniture at the edges, the bibliography apart."""

from __future__ import annotations

import pytest

from ingest.read.layout import Piece
from ingest.read.text.printed import read_page_text

PROSE = "Alphamab is a small drug that slows the growth of some tumors for a while."
MORE = "Betamab is another drug, and it is given by injection every four weeks or so."
ENTRIES = [
    "Roe J. Gammamab in rats. J Things. 1996 Dec;10(4):697-705.",
    "Doe M. Gammamab in mice. J Things. 2012;4:1-9.",
    "Some House. Gammamab. Accessed at https://house.example on August 4, 2024.",
]


def read(*lines: str, blank: bool = True, title: str | None = None) -> tuple[list[tuple[str, str]], list[str]]:
    pieces, dropped = read_page_text(("\n\n" if blank else "\n").join(lines), title)
    return [(p.kind, p.text) for p in pieces], dropped


TOP = [
    "Skip to main content",
    "Espa?ol",
    "The helpline is open to people all year.",
    "Call us at 1-800-555-0100",
]
BOTTOM = [
    "Sign up for news, valuable information and more.",
    "Copyright 2025 Some House. All rights reserved.",
    "Subscribe to the newsletter",
]


@pytest.mark.parametrize("blank", [True, False])
def test_furniture_at_the_edges_is_dropped_and_recorded(blank: bool) -> None:
    pieces, dropped = read(*TOP, "What alphamab does", PROSE, MORE, *BOTTOM, blank=blank)
    assert pieces == [("heading", "What alphamab does"), ("paragraph", PROSE), ("paragraph", MORE)]
    assert dropped == TOP + BOTTOM


def test_a_body_paragraph_that_says_we_and_you_is_kept() -> None:
    talk = "We would like you to ask the nurse about the newsletter of the ward on the helpline."
    pieces, dropped = read("A title", PROSE, talk, MORE)
    assert ("paragraph", talk) in pieces
    assert dropped == []


@pytest.mark.parametrize(
    "line",
    [
        "In the US, you should ask for the short form of the tablet and not for the long one.",
        "The tablet may be taken at any time of day, with or without food, but always whole.",
        "Treatment with alphamab is available at most of the larger hospitals of the country.",
        "Roe et al. found in 2017 that alphamab slowed the growth of tumors in most patients.",
        "Growth was slower under alphamab in a large trial of 2017 (J Things 2017;28:1569-75).",
    ],
)
@pytest.mark.parametrize("position", [1, 2, 3])
def test_matter_that_looks_a_little_like_furniture_or_bibliography_is_kept_anywhere(line: str, position: int) -> None:
    lines = ["A title", PROSE, MORE]
    lines.insert(position, line)
    pieces, dropped = read(*lines)
    assert ("paragraph", line) in pieces
    assert dropped == []


def test_a_page_without_prose_is_left_alone() -> None:
    pieces, dropped = read("Subscribe to it.", "a menu.")
    assert pieces == [("paragraph", "Subscribe to it."), ("paragraph", "a menu.")]
    assert dropped == []


def test_a_page_without_blank_lines_has_headings_by_their_looks() -> None:
    pieces, _ = read("What it does", PROSE, "How it is given", MORE, blank=False)
    assert pieces == [
        ("heading", "What it does"),
        ("paragraph", PROSE),
        ("heading", "How it is given"),
        ("paragraph", MORE),
    ]


def test_a_short_line_glued_to_the_next_is_no_heading_on_a_page_with_blank_lines() -> None:
    pieces, _ = read_page_text(f"A title\n\n{PROSE}\n\nA label\nof two lines\n\n{MORE}", None)
    assert [p.text for p in pieces if p.kind == "heading"] == ["A title"]


def test_steppers_and_menus_at_the_edge_are_dropped() -> None:
    pieces, dropped = read_page_text(
        f"A title\n\nReview steps\nSubmitted\nUnder Review\nApproved\n\n{PROSE}\n\n{MORE}", None
    )
    assert [p.text for p in pieces] == ["A title", PROSE, MORE]
    assert dropped == ["Review steps", "Submitted", "Under Review", "Approved"]


def test_a_run_of_labels_inside_the_body_is_kept() -> None:
    pieces, dropped = read_page_text(f"A title\n\n{PROSE}\n\nRed\nGreen\nBlue\n\n{MORE}", None)
    assert {"Red", "Green", "Blue"} <= {p.text for p in pieces}
    assert dropped == []


def test_a_date_run_into_a_link_is_freed_of_it() -> None:
    pieces, dropped = read("A title", "Last updated: May 3, 2024View editorial policy", PROSE)
    assert ("paragraph", "Last updated: May 3, 2024") in pieces
    assert dropped == ["View editorial policy"]


def test_the_title_of_the_manifest_is_the_title_in_any_case() -> None:
    pieces, _ = read_page_text(f"drugs for tumors, in short.\n\n{PROSE}", "Drugs for Tumors, in Short.")
    assert pieces[0] == Piece("heading", "drugs for tumors, in short.", 1)


def test_a_heading_with_nothing_below_it_is_dropped() -> None:
    pieces, dropped = read("A title", PROSE, "Related pages")
    assert pieces[-1] == ("paragraph", PROSE)
    assert dropped == ["Related pages"]


def test_list_items_have_marks_and_depth() -> None:
    pieces, _ = read_page_text(f"{PROSE}\n\n  1. First:\n    • inner\n  2) Second\n  - third", None)
    assert pieces[1:] == [
        Piece("item", "First:", 1, "1. "),
        Piece("item", "inner", 2, "• "),
        Piece("item", "Second", 1, "2. "),
        Piece("item", "third", 1, "• "),
    ]


@pytest.mark.parametrize("blank", [True, False])
@pytest.mark.parametrize("heading", [["References"], []])
def test_references_are_kept_apart_with_and_without_a_heading(blank: bool, heading: list[str]) -> None:
    pieces, dropped = read("A title", PROSE, *heading, *ENTRIES, "Last Revised: March 29, 2025", blank=blank)
    assert [text for kind, text in pieces if kind == "reference"] == ENTRIES
    assert pieces[-1] == ("paragraph", "Last Revised: March 29, 2025")
    assert dropped == []


@pytest.mark.parametrize("heading", ["References\n\n", ""])
def test_numbered_references_are_references(heading: str) -> None:
    entries = "\n".join(f"  {number}. {entry}" for number, entry in enumerate(ENTRIES, 1))
    pieces, _ = read_page_text(f"A title\n\n{PROSE}\n\n{heading}{entries}", None)
    assert pieces[-3:] == [Piece("reference", entry, mark=f"{n}. ") for n, entry in enumerate(ENTRIES, 1)]


def test_a_bulleted_finding_with_its_source_is_matter() -> None:
    finding = "Alphamab slowed growth, J Things 2017;28:1569"
    pieces, _ = read_page_text(f"{PROSE}\n\n• {finding}\n\n{MORE}", None)
    assert Piece("item", finding, 1, "• ") in pieces


def test_long_entries_under_their_heading_are_references_though_they_look_like_prose() -> None:
    books = [
        "Some House. A Classification of Tumors and of Other Things. Fifth edition. Lyon: The Press; 2022.",
        "Another House. A Further Book About Tumors and About Yet Other Things. Oslo: The Press, 2019.",
    ]
    pieces, _ = read("A title", PROSE, "References", *books, "A disclaimer", MORE)
    assert [text for kind, text in pieces if kind == "reference"] == books
    assert pieces[-2:] == [("heading", "A disclaimer"), ("paragraph", MORE)]


def test_an_entry_broken_over_lines_ends_with_its_year() -> None:
    pieces, _ = read(
        "A title", PROSE, "References", "Guideline", "On Alphamab", "Some House, 2025", "Guideline", "On Rest, 2024"
    )
    assert [text for kind, text in pieces if kind == "reference"] == [
        "Guideline On Alphamab Some House, 2025",
        "Guideline On Rest, 2024",
    ]
