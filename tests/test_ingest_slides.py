"""Slides, made here by python-pptx and read again."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pptx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packing import bomb, packed_entries, told
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE

from ingest.read.kinds import read

COVER, LISTED, TITLED, BLANK = 0, 1, 5, 6
Deck = Any  # python-pptx leaves most of its types to be guessed


def slide(deck: Deck, layout: int, title: str = "") -> Any:  # noqa: ANN401
    made = deck.slides.add_slide(deck.slide_layouts[layout])
    if title:
        made.shapes.title.text = title
    return made


def saved(deck: Deck) -> bytes:
    data = io.BytesIO()
    deck.save(data)
    return data.getvalue()


def changed(data: bytes, pattern: str, by: str) -> bytes:
    """`data` with what matches a pattern in the first slide put otherwise."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    name = "ppt/slides/slide1.xml"
    entries[name] = re.sub(pattern, by, entries[name].decode())  # type: ignore[union-attr]
    return packed_entries(entries)


def lines(deck: Deck) -> list[str]:
    return told(read(saved(deck), ".pptx")[0])


def test_a_slide_is_a_section_and_its_body_a_list() -> None:
    deck = pptx.Presentation()
    slide(deck, COVER, "Report").placeholders[1].text = "by Ann"
    frame = slide(deck, LISTED, "Why").placeholders[1].text_frame
    frame.text = "fast"
    for text, level in (("very", 1), ("cheap", 0)):
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
    assert lines(deck) == ["# Report", "by Ann", "## Why", "  • fast", "    • very", "  • cheap"]
    assert [piece.page for piece in read(saved(deck), ".pptx")[0]] == [1, 1, 2, 2, 2, 2]


def test_numbers_are_counted_and_a_paragraph_without_a_bullet_is_none() -> None:
    deck = pptx.Presentation()
    frame = slide(deck, LISTED, "How").placeholders[1].text_frame
    frame.text = "one"
    frame.add_paragraph().text = "two"
    frame.add_paragraph().text = "and so on"
    for paragraph, mark in zip(frame.paragraphs, ["buAutoNum", "buAutoNum", "buNone"], strict=True):
        bullet = paragraph._p.get_or_add_pPr().makeelement(
            f"{{http://schemas.openxmlformats.org/drawingml/2006/main}}{mark}", {"type": "arabicPeriod"}
        )
        paragraph._p.get_or_add_pPr().append(bullet)
    assert lines(deck) == ["## How", "  1. one", "  2. two", "and so on"]


def test_notes_stand_under_their_slide() -> None:
    deck = pptx.Presentation()
    made = slide(deck, TITLED, "Why")
    made.notes_slide.notes_text_frame.text = "Say hello.\nWave."
    assert lines(deck) == ["## Why", "### Notes", "Say hello.", "Wave."]


def test_groups_and_boxes_are_read_and_a_slide_without_title_has_its_number() -> None:
    deck = pptx.Presentation()
    made = slide(deck, BLANK)
    made.shapes.add_textbox(0, 0, 9, 9).text_frame.text = "in a box"
    inner = made.shapes.add_group_shape().shapes.add_group_shape()
    inner.shapes.add_textbox(0, 0, 9, 9).text_frame.text = "in a\vgroup"
    assert lines(deck) == ["## Slide 1", "in a box", "in a group"]


def test_a_table_has_heads_and_what_spans_stands_in_each_row() -> None:
    deck = pptx.Presentation()
    table = slide(deck, TITLED, "T").shapes.add_table(3, 2, 0, 0, 9, 9).table
    for row, texts in enumerate([["Plan", "Fee"], ["River", "20"], ["", "30"]]):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    assert lines(deck)[1:] == ["heads: Plan | Fee", "row: Plan: River | Fee: 20", "row: Plan: River | Fee: 30"]


def test_a_chart_tells_its_title_and_data() -> None:
    deck = pptx.Presentation()
    data = CategoryChartData(number_format="0%")
    data.categories = ["North", "South"]
    data.add_series("2023", (0.1, 0.2))
    data.add_series("2024", (0.3, None))
    frame = slide(deck, TITLED, "T").shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, 9, 9, data)
    frame.chart.has_title = True
    frame.chart.chart_title.text_frame.text = "Growth"
    found = lines(deck)
    assert (found[1], found[3:]) == ("Growth", ["row: North | 2023: 10% | 2024: 30%", "row: South | 2023: 20%"])


def test_what_is_hidden_or_furniture_is_told() -> None:
    deck = pptx.Presentation()
    made = slide(deck, TITLED, "Seen")
    made.shapes.add_textbox(0, 0, 9, 9).text_frame.text = "Body."
    made.shapes.add_textbox(0, 0, 9, 9).text_frame.text = "Unseen."
    made.shapes[-1]._element.nvSpPr.cNvPr.set("hidden", "1")
    slide(deck, TITLED, "Spare")._element.set("show", "0")
    pieces, dropped, _ = read(saved(deck), ".pptx")
    assert told(pieces) == ["## Seen", "Body."]
    assert dropped == ["hidden: Unseen.", "hidden slide 2: Spare"]


def test_a_running_foot_is_told() -> None:
    deck = pptx.Presentation()
    made = slide(deck, LISTED, "Seen")
    made.placeholders[1].text = "Body."
    made.shapes.add_textbox(0, 0, 9, 9).text_frame.text = "Page foot"
    data = changed(saved(deck), r'<p:cNvSpPr txBox="1"/><p:nvPr/>', '<p:cNvSpPr/><p:nvPr><p:ph type="ftr"/></p:nvPr>')
    assert read(data, ".pptx")[1] == ["Page foot"]


def test_runs_are_what_is_seen() -> None:
    deck = pptx.Presentation()
    frame = slide(deck, BLANK).shapes.add_textbox(0, 0, 9, 9).text_frame
    for text in ("10", "9", " of H", "2", "O", "It is gone."):
        frame.paragraphs[0].add_run().text = text
    for number, about in ((1, ("baseline", "30000")), (3, ("baseline", "-25000")), (5, ("strike", "sngStrike"))):
        frame.paragraphs[0].runs[number]._r.get_or_add_rPr().set(*about)
    pieces, dropped, _ = read(saved(deck), ".pptx")
    assert told(pieces)[1:] == ["10⁹ of H₂O"]
    assert dropped == ["struck out: It is gone."]


def test_what_software_writes_by_itself_is_stated_by_nobody() -> None:
    deck = pptx.Presentation()
    slide(deck, LISTED, "Seen").placeholders[1].text = "Body."
    stated = read(saved(deck), ".pptx")[2]
    assert (stated.title, stated.authors, stated.revised) == (None, None, None)
    deck.core_properties.title, deck.core_properties.author = "Growth", "A. Roe"
    stated = read(saved(deck), ".pptx")[2]
    assert (stated.title, stated.authors) == ("Growth", "A. Roe")


def deck_of_titles() -> bytes:
    deck = pptx.Presentation()
    slide(deck, TITLED, "Alone")
    return saved(deck)


ENTITIES = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">]>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x", "is no presentation"),
        (deck_of_titles()[:900], "is no presentation"),
        (deck_of_titles(), "beside titles"),
        (changed(deck_of_titles(), r"<p:sld ", f"{ENTITIES}<p:sld "), "declares entities"),
        (changed(deck_of_titles(), r"</p:sld>", ""), "is no presentation"),
        (b"\xd0\xcf\x11\xe0", "locked"),
        (bomb(), "more than is read"),
        (packed_entries({"a": "b"}), "is no presentation"),
    ],
)
def test_what_cannot_be_read_is_told_in_plain_words(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(data, ".pptx")


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_no_damage_raises_anything_but_a_value_error(data: st.DataObject) -> None:
    whole = deck_of_titles()
    at = data.draw(st.integers(0, len(whole) - 1))
    try:
        assert read(whole[:at] + data.draw(st.binary(max_size=4)) + whole[at + 3 :], ".pptx")[0]
    except ValueError:
        return


def test_lines_in_a_font_for_code_stay_lines() -> None:
    deck = pptx.Presentation()
    frame = slide(deck, TITLED, "Stop").shapes.add_textbox(0, 0, 9, 9).text_frame
    frame.text = "# stop first\vstop x"
    for run in frame.paragraphs[0].runs:
        run.font.name = "Courier New"
    assert lines(deck) == ["## Stop", "code: # stop first\nstop x"]
