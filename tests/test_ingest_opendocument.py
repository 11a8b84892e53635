"""OpenDocument files, made here of a few lines of XML and read again."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opendocumentfile import document
from packing import bomb, packed_entries, told

from ingest.read.kinds import read


def lines(body: str, kind: str = "text") -> list[str]:
    return told(read(document(body, kind), ".odt")[0])


def dropped(body: str, kind: str = "text") -> list[str]:
    return read(document(body, kind), ".odt")[1]


P = '<text:p text:style-name="{0}">{1}</text:p>'


def paragraph(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def span(style: str, text: str) -> str:
    return f'<text:span text:style-name="{style}">{text}</text:span>'


def test_a_title_stands_above_the_headings() -> None:
    body = P.format("P1", "Leave") + '<text:h text:outline-level="1">Days</text:h>' + paragraph("Staff get some.")
    assert lines(body) == ["# Leave", "## Days", "Staff get some."]


def test_the_file_states_title_author_and_date() -> None:
    stated = read(document(paragraph("Text.")), ".odt")[2]
    assert (stated.title, stated.authors, stated.revised) == ("Of the file", "A. Roe", datetime.date(2024, 5, 3))


def test_runs_are_what_is_seen() -> None:
    body = paragraph(
        f"It is 10{span('up', '9')} of H{span('down', '2')}O{span('gone', ' or less')}"
        f"{span('unseen', ' (draft)')}<text:s text:c='3'/>now<text:line-break/>here<text:tab/>there."
    )
    assert lines(body) == ["It is 10⁹ of H₂O now here there."]
    assert dropped(body) == ["hidden: (draft)"]


def test_a_sentence_that_is_struck_out_is_told() -> None:
    body = paragraph("It opens at nine. " + span("gone", "It opens at ten."))
    assert lines(body) == ["It opens at nine."]
    assert dropped(body) == ["struck out: It opens at ten."]


def test_tracked_changes_are_read_as_accepted() -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>Old words.</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        '<text:p>It costs <text:change text:change-id="a"/><text:change-start text:change-id="b"/>five'
        '<text:change-end text:change-id="b"/> euros.</text:p>'
    )
    assert lines(body) == ["It costs five euros."]


def test_lists_have_depth_and_marks() -> None:
    body = (
        paragraph("Bring:") + '<text:list text:style-name="L1"><text:list-item><text:p>food</text:p><text:list>'
        "<text:list-item><text:p>bread</text:p></text:list-item><text:list-item><text:p>salt</text:p><text:p>of the sea"
        "</text:p></text:list-item></text:list></text:list-item><text:list-header><text:p>and</text:p>"
        "</text:list-header></text:list>"
    )
    assert lines(body) == ["Bring:", "  • food", "    a) bread", "    b) salt", "      of the sea", "  and"]


def test_numbers_go_on_and_name_those_above_them() -> None:
    item = "<text:list-item><text:p>{}</text:p>{}</text:list-item>"
    inner = f"<text:list>{item.format('b', '')}</text:list>"
    body = f'<text:list text:style-name="L2">{item.format("a", inner)}</text:list>' + paragraph("Then")
    body += f'<text:list text:style-name="L2" text:continue-numbering="true">{item.format("c", "")}</text:list>'
    body += f'<text:list text:style-name="L2">{item.format("d", "")}</text:list>'
    assert lines(body) == ["  1. a", "    1.1. b", "Then", "  2. c", "  1. d"]


def cells(*texts: str, tag: str = "table-cell", more: str = "") -> str:
    row = "".join(f"<table:{tag}{more}><text:p>{text}</text:p></table:{tag}>" for text in texts)
    return f"<table:table-row>{row}</table:table-row>"


def test_a_table_has_heads_and_what_spans_stands_in_each_row() -> None:
    body = (
        f"<table:table><table:table-header-rows>{cells('Plan', 'Fee')}</table:table-header-rows>"
        '<table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>River</text:p></table:table-cell>'
        "<table:table-cell><text:p>20 euros</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:covered-table-cell/><table:table-cell><text:p>30 euros</text:p></table:table-cell>"
        "</table:table-row></table:table>"
    )
    assert lines(body) == ["heads: Plan | Fee", "row: Plan: River | Fee: 20 euros", "row: Plan: River | Fee: 30 euros"]


def test_a_bold_first_row_is_heads() -> None:
    head = cells(span("bold", "Who"), span("bold", "Where"))
    assert lines(f"<table:table>{head}{cells('Ann', 'Rome')}</table:table>")[1] == "row: Who: Ann | Where: Rome"


def test_a_table_of_layout_is_read_as_blocks() -> None:
    body = "<table:table>" + cells("One.") + cells("Two.") + "</table:table>"
    assert lines(body) == ["One.", "Two."]


def test_notes_stand_at_the_end_with_their_marks() -> None:
    body = paragraph(
        'Staff<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>'
        "<text:p>And guests.</text:p></text:note-body></text:note> may park<office:annotation><text:p>Really?</text:p>"
        "</office:annotation>."
    )
    assert lines(body) == ["Staff¹ may park.", "## Notes", "1 And guests.", "Really?"]


def test_a_comment_is_read_wherever_it_is_as_none_of_the_text() -> None:
    comment = "<office:annotation><text:p>Really?</text:p></office:annotation>"
    assert lines(paragraph("One.") + comment + paragraph("Two.")) == ["One.", "Two."]


def test_code_keeps_its_lines() -> None:
    body = P.format("PreA", "def f():") + P.format("PreA", '<text:s text:c="4"/>pass') + paragraph("It ends.")
    assert lines(body) == ["code: def f():\n    pass", "It ends."]


def test_what_is_hidden_or_made_by_the_program_is_told() -> None:
    body = (
        "<text:table-of-content><text:index-body><text:p>Days 3</text:p></text:index-body></text:table-of-content>"
        '<text:section text:display="none" text:name="S1"><text:p>Secret.</text:p></text:section>'
        "<text:p>Seen.<draw:frame><draw:image/><svg:title>A map</svg:title></draw:frame></text:p>"
    )
    assert lines(body) == ["Seen."]
    assert dropped(body) == ["index: Days 3", "hidden section: S1", "picture: A map"]


def test_a_text_box_stands_behind_its_paragraph() -> None:
    body = (
        "<text:p>Before.<draw:frame><draw:text-box><text:p>In the box.</text:p></draw:text-box></draw:frame></text:p>"
    )
    assert lines(body + paragraph("After.")) == ["Before.", "In the box.", "After."]


def test_sheets_are_sections_with_what_is_hidden_told() -> None:
    hidden_row = cells("old", "9").replace("<table:table-row>", '<table:table-row table:visibility="collapse">')
    body = (
        '<table:table table:name="Prices"><table:table-column table:number-columns-repeated="3"/>'
        + cells("Item", "Price")
        + cells("mug", "4.50 €")
        + hidden_row
        + cells("pen", "1.20 €")
        + '<table:table-row table:number-rows-repeated="1048500"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>'
        '<table:table table:name="Old" table:style-name="ta2">' + cells("x") + "</table:table>"
    )
    pieces, left_out, _ = read(document(body, "spreadsheet"), ".ods")
    assert told(pieces) == [
        "## Prices",
        "heads: Item | Price",
        "row: Item: mug | Price: 4.50 €",
        "row: Item: pen | Price: 1.20 €",
    ]
    assert left_out == ["Prices: 1 hidden rows", "hidden sheet: Old"]


def test_slides_have_titles_notes_and_numbers() -> None:
    frame = '<draw:frame presentation:class="{}"><draw:text-box>{}</draw:text-box></draw:frame>'
    listed = "<text:list><text:list-item><text:p>fast</text:p></text:list-item></text:list>"
    notes = f"<presentation:notes>{frame.format('notes', paragraph('Say hello.'))}</presentation:notes>"
    body = (
        f"<draw:page>{frame.format('title', paragraph('Why'))}{frame.format('outline', listed)}{notes}</draw:page>"
        f'<draw:page draw:style-name="dp2">{frame.format("title", paragraph("Spare"))}</draw:page>'
    )
    pieces, left_out, _ = read(document(body, "presentation"), ".odp")
    assert told(pieces) == ["## Why", "  • fast", "### Notes", "Say hello."]
    assert {piece.page for piece in pieces} == {1}
    assert left_out == ["hidden slide 2: Spare"]


ENTITIES = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x", "is no OpenDocument file"),
        (document("")[:200], "is no OpenDocument file"),
        (bomb(), "more than is read of one file"),
        (packed_entries({str(n): "" for n in range(10_001)}), "more than is read of one file"),
        (packed_entries({"content.xml": f"{ENTITIES}]><a>&i;</a>"}), "is damaged"),
        (packed_entries({"content.xml": "<a/>"}), "without a body"),
        (packed_entries({"content.xml": "<a>" * 5000}), "is damaged"),
        (packed_entries({"content.xml": "<a/>", "META-INF/manifest.xml": "<encryption-data/>"}), "locked"),
        (document(""), "holds no text"),
        (
            document(
                '<table:table><table:table-row table:number-rows-repeated="1000000000"><table:table-cell '
                'table:number-columns-repeated="1000000000"><text:p>x</text:p></table:table-cell></table:table-row>'
                "</table:table>",
                "spreadsheet",
            ),
            "save the part that matters",
        ),
    ],
)
def test_what_cannot_be_read_is_told_in_plain_words(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        read(data, ".odt")
    assert "\n" not in str(caught.value)


INNER = "text:p text:h text:list text:list-item text:span text:note text:note-body office:annotation draw:frame"
PARTS = st.sampled_from(f"{INNER} draw:page table:table table:table-row table:table-cell table:table-column".split())
TREES = st.recursive(
    st.text(alphabet="ab1. ", max_size=5),
    lambda inner: st.tuples(PARTS, st.lists(inner, max_size=4)).map(lambda t: f"<{t[0]}>{''.join(t[1])}</{t[0]}>"),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(body=st.lists(TREES, max_size=4).map("".join), kind=st.sampled_from(["text", "spreadsheet", "presentation"]))
def test_no_arrangement_of_elements_raises_anything_but_a_value_error(body: str, kind: str) -> None:
    try:
        assert read(document(body, kind), ".odt")[0]
    except ValueError:
        return
