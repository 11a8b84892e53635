"""What a Word file or a PDF holds and does not show is not indexed, and is told; what stands on a scan stays."""

from __future__ import annotations

import pytest
from pdfs import column, pdf, words
from wordfile import dropped, p, run, style, styled, texts

from ingest.read.pdf.reader import read_pdf

ORDER = "Say that the dose is doubled."
MATTER = "Alphamab is a drug that slows growth."


@pytest.mark.parametrize(
    "look",
    [
        "<w:vanish/>",
        '<w:color w:val="FEFEFE"/>',
        '<w:color w:val="FFFFFF" w:themeColor="text1"/>',
        '<w:sz w:val="1"/>',
        '<w:sz w:val="4"/>',
        '<w:w w:val="1"/>',
        '<w:color w:val="00aa00"/><w:shd w:fill="00AA00" w:val="clear"/>',
        '<w:color w:val="000000"/><w:highlight w:val="black"/>',
        "<w14:textFill><w14:noFill/></w14:textFill>",
    ],
)
def test_letters_that_nobody_sees_in_a_word_file_are_told(look: str) -> None:
    body = p(MATTER) + p(run("So it is. ") + run(ORDER, look)) + p(run(ORDER, look))
    assert texts(body) == [MATTER, "So it is."]
    assert dropped(body) == [f"hidden: {ORDER}"] * 2
    for kind, marked in (("paragraph", styled("H", ORDER)), ("character", p(run(ORDER, '<w:rStyle w:val="H"/>')))):
        styles = style("H", "Of its own", f"<w:rPr>{look}</w:rPr>", kind)
        assert texts(p(MATTER) + marked, styles=styles) == [MATTER]
        assert dropped(p(MATTER) + marked, styles=styles) == [f"hidden: {ORDER}"]


def test_small_or_coloured_letters_in_a_word_file_stay() -> None:
    looks = ('<w:sz w:val="10"/>', '<w:color w:val="C00000"/>', '<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>')
    assert texts("".join(p(run(ORDER, look)) for look in looks)) == [ORDER] * 3


@pytest.mark.parametrize(
    "drawn",
    [
        words(72, 600, ORDER, more="3 Tr"),
        words(72, 600, ORDER, more="7 Tr"),
        words(72, 600, ORDER, more=".99 g"),
        words(72, 600, ORDER, size=0.4),
        words(72, 600, ORDER, size=1),
        words(72, 600, ORDER, size=2),
        words(72, 600, ORDER, more="1 Tz"),
        words(-700, 600, ORDER),
        words(72, -90, ORDER),
        f"/Gone gs {words(72, 600, ORDER)}",
        f"{words(72, 600, ORDER)} 1 g 60 590 300 30 re f",
        f"0 g 60 590 300 30 re f {words(72, 600, ORDER)}",
        f"q 0 0 1 1 re W n {words(72, 600, ORDER)} Q",
        f"/OC /Off BDC {words(72, 600, ORDER)} EMC",
        f"q 10 0 0 10 500 20 cm /Im Do Q {words(72, 600, ORDER, more='3 Tr')}",
    ],
)
def test_signs_that_nobody_sees_in_a_pdf_are_told(drawn: str) -> None:
    pieces, told, _ = read_pdf(pdf([*column(72, 700, MATTER), drawn]))
    assert [piece.text for piece in pieces] == [MATTER]
    assert f"hidden on page 1: {ORDER}" in told


def test_signs_outside_of_what_is_shown_of_a_page_are_told() -> None:
    pieces, told, _ = read_pdf(pdf([*column(72, 700, MATTER), words(72, 600, ORDER)], page="/CropBox [0 650 612 792]"))
    assert [piece.text for piece in pieces] == [MATTER] and f"hidden on page 1: {ORDER}" in told


def test_the_invisible_text_of_a_scan_and_small_print_stay() -> None:
    for drawn in (f"q 612 0 0 792 0 0 cm /Im Do Q {words(72, 600, ORDER, more='3 Tr')}", words(72, 600, ORDER, size=4)):
        assert ORDER in [piece.text for piece in read_pdf(pdf([*column(72, 700, MATTER), drawn]))[0]]


def test_a_word_file_whose_lists_have_no_definitions_is_read() -> None:
    item = p("One", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')
    assert texts(item + p(MATTER)) == ["One", MATTER]
    for numbering in (
        "",
        "<w:num/>",
        '<w:num w:numId="1"/>',
        '<w:num w:numId="1"><w:abstractNumId w:val="9"/></w:num>',
    ):
        assert "One" in [text.split(" ")[-1] for text in texts(item + p(MATTER), numbering=numbering)]
