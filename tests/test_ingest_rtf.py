"""Rich text, written here by hand and read again."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packing import told

from ingest.read.kinds import read

FONTS = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}{\f2\fcharset128 Gothic;}}"
STYLES = r"{\stylesheet{\s0 Normal;}{\s1 heading 1;}{\s2\outlinelevel1 heading 2;}{\s9 Title;}{\*\cs5 x;}}"


def rich(body: str) -> bytes:
    return (r"{\rtf1\ansi\ansicpg1252" + FONTS + STYLES + body + "}").encode("latin-1")


def lines(body: str) -> list[str]:
    return told(read(rich(body), ".rtf")[0])


def dropped(body: str) -> list[str]:
    return read(rich(body), ".rtf")[1]


def test_styles_give_title_and_headings() -> None:
    body = r"\pard\s9 Leave\par\pard\s1 Days\par\pard\s2 Of summer\par\pard They are long.\par"
    assert lines(body) == ["# Leave", "## Days", "### Of summer", "They are long."]


def test_a_short_bold_line_is_a_heading() -> None:
    assert lines(r"{\b Opening hours}\par We open at nine.\par {\b We close at ten.}\par") == [
        " Opening hours",
        "We open at nine.",
        "We close at ten.",
    ]


def test_signs_are_read_in_the_code_page_of_their_font() -> None:
    body = (
        r"Caf\'e9 {\f1 \'ca\'f3\'f5\'ed\'ff} {\f2 \'91\'e4\'8f\'8a} \u8364\'80 \u-3913? \uc2\u233ab\uc1 \emdash\~x\par"
    )
    assert lines(body) == ["Café Кухня 台所 € • é— x"]


def test_runs_are_what_is_seen() -> None:
    body = r"It is 10{\super 9} or 10\up6 3\up0  of H{\sub 2}O{\strike  or less}{\v  (draft)}{\deleted old}.\par"
    assert lines(body) == ["It is 10⁹ or 10³ of H₂O."]
    assert dropped(body) == ["hidden: (draft)"]
    assert dropped(r"Seen. {\strike It is gone.}\par") == ["struck out: It is gone."]


def test_items_have_depth_and_marks() -> None:
    body = (
        r"Bring:\par{\listtext\'b7\tab}\ls1\ilvl0 food\par{\listtext\f3 o\tab}\ls1\ilvl1 bread\par"
        r"\pard{\pntext 2.\tab}water\par\pard \bullet\tab salt\par"
    )
    assert lines(body) == ["Bring:", "  • food", "    • bread", "  2. water", "  • salt"]


def table(*rows: str) -> str:
    return "".join(rf"\trowd{row}\row" for row in rows) + r"\pard"


def cells(*texts: str, before: str = "") -> str:
    ends = "".join(rf"{before if not n else ''}\cellx{n}" for n in range(len(texts)))
    return ends + r"\pard\intbl " + "".join(rf"{text}\cell " for text in texts)


def test_a_table_has_the_heads_that_repeat_or_stand_out() -> None:
    assert lines(table(r"\trhdr" + cells("1", "2"), cells("a", "b"))) == ["heads: 1 | 2", "row: 1: a | 2: b"]
    bold = table(cells(r"{\b Who}", r"{\b Where}"), cells("Ann", "Rome"))
    assert lines(bold) == ["heads: Who | Where", "row: Who: Ann | Where: Rome"]
    partly = table(cells(r"{\b Who} pays", r"{\b Where} to"), cells("Ann", "Rome"))
    assert lines(partly) == ["row: Who pays | Where to", "row: Ann | Rome"]


def test_what_spans_stands_in_each_row_and_column() -> None:
    rows = table(
        r"\trhdr" + cells("Plan", "Fee"),
        cells("River", "20", before=r"\clvmgf"),
        cells("", "30", before=r"\clvmrg"),
        r"\clmgf\cellx0\clmrg\cellx1\pard\intbl all\cell\cell",
    )
    assert lines(rows)[1:] == ["row: Plan: River | Fee: 20", "row: Plan: River | Fee: 30", "row: all"]


def test_notes_stand_at_the_end_with_their_marks() -> None:
    body = r"Staff{\super\chftn}{\footnote\pard\plain{\super\chftn} And guests.} may park{\*\annotation Really?}.\par"
    assert lines(body) == ["Staff¹ may park.", "## Notes", "1 And guests.", "Really?"]


def test_what_is_no_text_of_the_document_is_left_out() -> None:
    body = (
        r"{\header Top}{\*\generator Word;}{\pict\pngblip 89504e}{\field{\*\fldinst HYPERLINK x}{\fldrslt a link}}"
        r"{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt  in a box}}}{\bin5 }}}}} end\par"
    )
    assert lines(body) == ["a link in a box end"]
    assert dropped(body) == ["picture"]


def test_the_file_states_title_author_and_date() -> None:
    stated = read(rich(r"{\info{\title Of it}{\author A. Roe}{\revtim\yr2024\mo5\dy3\hr9}}Text.\par"), ".rtf")[2]
    assert (stated.title, stated.authors, stated.revised) == ("Of it", "A. Roe", datetime.date(2024, 5, 3))


@pytest.mark.parametrize(
    ("data", "words"), [(b"text", "is no rich text"), (rich(""), "holds no text"), (rich("{" * 2000), "nested deeper")]
)
def test_what_cannot_be_read_is_told(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(data, ".rtf")


WORDS = (
    r"par pard b b0 super strike v u8364 u-1 uc9 cell row trowd cellx1 clvmrg clmrg intbl footnote chftn s1 ls1 ilvl9"
)
WORD = st.sampled_from(
    [rf"\{word} " for word in (WORDS + r" listtext pict bin3 f9 ansicpg1 info revtim yr9 *").split()]
)


@settings(max_examples=150, deadline=None)
@given(parts=st.lists(st.one_of(WORD, st.sampled_from(["{", "}", "a ", r"\'ff", "\\", "\n", "é"])), max_size=30))
def test_no_words_raise_anything_but_a_value_error(parts: list[str]) -> None:
    try:
        assert read(rich("".join(parts)), ".rtf")[0]
    except ValueError:
        return


def test_paragraphs_whose_first_line_hangs_out_behind_a_mark_are_items() -> None:
    body = (
        r"\pard None of:\par\pard\li360\fi-360 (a)\tab rust\par\pard\li360\fi0 of all sorts\par"
        r"\pard\li720\fi-360 \endash\tab red\par\pard\li360\fi-360 (b)\tab frost\par\pard Else.\par"
    )
    assert lines(body) == ["None of:", "  (a) rust", "    of all sorts", "    • red", "  (b) frost", "Else."]


def test_lines_in_a_font_for_code_stay_lines() -> None:
    fonts = r"{\fonttbl{\f0\fswiss Arial;}{\f7\fmodern Courier;}}"
    body = fonts + r"\pard\f0 Do:\par\pard\f7 # stop\line stop x\par\pard\f0 So.\par"
    assert lines(body) == ["Do:", "code: # stop\nstop x", "So."]
