"""What is seen of a page: each sign once, upright, at its word, and nothing that is hidden or struck out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from pdfs import column, pdf, turned, words

from ingest.read.pdf.reader import read_pdf

TEXT = column(72, 700, "The harbour is closed at night, and ships wait", "outside until the pilot comes.")
SAID = "The harbour is closed at night, and ships wait outside until the pilot comes."


Entry = str | Sequence[str] | Mapping[int, Sequence[str]]


def texts(*pages: list[str], **entries: Entry) -> list[str]:
    return [piece.text for piece in read_pdf(pdf(*pages, **entries))[0]]


def told(*pages: list[str], **entries: Entry) -> list[str]:
    return read_pdf(pdf(*pages, **entries))[1]


def each_sign_twice(x: float, y: float, text: str) -> list[str]:
    """As some programs print bold: each letter, and once more a little to the right."""
    return [words(x + 6 * n + shift, y, sign, font=5) for n, sign in enumerate(text) for shift in (0, 0.4)]


@pytest.mark.parametrize(
    "twice",
    [
        [words(72, 600, "All ill wool: 1100 bells."), words(72.4, 600, "All ill wool: 1100 bells.")],
        [words(73.2, 598.8, "All ill wool: 1100 bells."), words(72, 600, "All ill wool: 1100 bells.")],
        each_sign_twice(72, 600, "All ill wool: 1100 bells."),
    ],
    ids=["moved", "shadow", "sign by sign"],
)
def test_what_is_drawn_twice_is_read_once_and_double_letters_stay(twice: list[str]) -> None:
    assert texts([*TEXT, *twice]) == [SAID, "All ill wool: 1100 bells."]


def test_a_page_is_read_the_way_round_that_it_is_written() -> None:
    line = [
        turned(100 + 14 * n, 100, text, size=10) for n, text in enumerate(("It is written upwards", "on this page."))
    ]
    assert texts(line) == ["It is written upwards on this page."]
    for angle in (90, 180, 270):
        assert texts(TEXT, page=f"/Rotate {angle}") == [SAID]


def test_what_is_written_along_the_side_is_a_block_of_its_own_and_cuts_no_sentence() -> None:
    side = [turned(40, 300, "Kept on file")]
    first, second = column(72, 700, "The harbour is closed at night, and ships wait"), column(72, 700, "outside of it.")
    assert texts([*first, *side], second) == [
        "Kept on file",
        "The harbour is closed at night, and ships wait outside of it.",
    ]


@pytest.mark.parametrize(
    "mark",
    [
        turned(150, 300, "DRAFT", "0.7 0.7 -0.7 0.7", 90),
        f"0.9 g {words(80, 690, 'DRAFT', 60)} 0 g",
        f"/Artifact << /Type /Pagination /Subtype /Watermark >> BDC {words(80, 300, 'DRAFT', 20)} EMC",
    ],
    ids=["aslant", "under the text", "said by the file"],
)
def test_a_watermark_is_dropped_and_told(mark: str) -> None:
    text = column(72, 700, *["The harbour is closed at night, and ships wait"] * 4, "for the pilot.")
    found, dropped, _ = read_pdf(pdf([*text, mark]))
    assert not any("DRAFT" in piece.text for piece in found) and dropped == ["DRAFT"]


HIDDEN = {
    "white": "1 g {} 0 g",
    "invisible": "3 Tr {} 0 Tr",
    "without ink": "/Gone gs {} /Sheer gs",
    "in a layer that is off": "/OC /Off BDC {} EMC",
    "covered": "{} 0 g 60 590 400 30 re f",
    "as its ground": "0.2 g 60 590 400 30 re f {} 0 g",
    "clipped": "q 0 0 50 50 re W n {} Q",
}


@pytest.mark.parametrize("way", HIDDEN.values(), ids=HIDDEN)
def test_hidden_text_is_no_text_and_is_told(way: str) -> None:
    hidden = way.format(words(72, 600, "Nobody sees this."))
    found, dropped, _ = read_pdf(pdf([*TEXT, hidden]))
    assert [piece.text for piece in found] == [SAID] and dropped == ["hidden on page 1: Nobody sees this."]


def test_a_file_of_hidden_text_is_refused() -> None:
    with pytest.raises(ValueError, match="hidden"):
        read_pdf(pdf([HIDDEN["white"].format(words(72, 600, "Nobody sees this."))]))


def test_text_off_the_page_is_no_text() -> None:
    assert texts([*TEXT, words(72, 900, "Nobody sees this."), words(-400, 600, "Nor this.")]) == [SAID]
    assert texts([*TEXT, words(72, 600, "Nobody sees this.")], page="/CropBox [50 650 600 792]") == [SAID]


SEEN = {
    "white on black": "0 g 60 590 400 30 re f 1 g {} 0 g",
    "on a picture": "q 500 0 0 500 50 550 cm /Im Do Q 1 g {} 0 g",
    "marked as with a pen": "{} /Sheer gs 1 1 0 rg 60 590 400 30 re f",
    "beside a clip": "q 0 0 50 50 re W n 0 0 600 700 re f Q {}",
    "of a scan": "q 500 0 0 500 50 550 cm /Im Do Q 3 Tr {} 0 Tr",
}


@pytest.mark.parametrize("way", SEEN.values(), ids=SEEN)
def test_what_is_seen_is_read(way: str) -> None:
    assert texts([*TEXT, way.format(words(72, 600, "One sees this."))]) == [SAID, "One sees this."]


def test_struck_out_words_are_left_out_and_told_and_underlined_ones_stay() -> None:
    page = [
        words(72, 700, "The ferry leaves at noon."),
        words(72, 660, "A car costs"),
        words(130, 660, "5"),
        words(140, 660, "6 crowns, and a dog is free."),
        "129 663 m 137 663 l S",
        words(72, 620, "Bicycles are not taken."),
        "72 622.6 110 0.6 re f",
        words(72, 580, "Children pay half."),
        "72 578.5 m 152 578.5 l S",
    ]
    found, dropped, _ = read_pdf(pdf(page))
    assert [p.text for p in found] == [
        "The ferry leaves at noon.",
        "A car costs 6 crowns, and a dog is free.",
        "Children pay half.",
    ]
    assert dropped == ["struck out: 5", "struck out: Bicycles are not taken."]


def test_words_that_a_note_strikes_out_are_left_out() -> None:
    note = "<< /Type /Annot /Subtype /StrikeOut /Rect [70 655 150 672] /QuadPoints [70 671 146 671 70 657 146 657] >>"
    found, dropped, _ = read_pdf(pdf([*TEXT, words(72, 660, "It never closes.")], annotations={1: [note]}))
    assert [piece.text for piece in found] == [SAID] and dropped == ["struck out: It never closes."]


@pytest.mark.parametrize(
    ("signs", "said"),
    [
        ([("more than 10", 10, 0), ("9", 6, 4), (" cells", 10, 0)], "more than 10⁹ cells"),
        ([("a dose of 10", 10, 0), ("-3", 7, 3.5), (" mol", 10, 0)], "a dose of 10⁻³ mol"),
        ([("a field of 30 m", 10, 0), ("2", 6, 4), (".", 10, 0)], "a field of 30 m²."),
        ([("not H", 10, 0), ("2", 6, -2), ("O", 10, 0), ("2", 6, -2), (" but wine", 10, 0)], "not H₂O₂ but wine"),
        ([("the age by ", 10, 0), ("14", 6, 4), ("C is known", 10, 0)], "the age by ¹⁴C is known"),
        ([("on the 4", 10, 0), ("th", 6, 4), (" of May", 10, 0)], "on the 4th of May"),
    ],
)  # fmt: skip
def test_raised_and_lowered_figures_stay_at_their_words(signs: list[tuple[str, int, float]], said: str) -> None:
    # One operator after the other, so that each part begins where the one before it ends.
    shown = "".join(f" /F1 {size} Tf {rise} Ts ({text}) Tj" for text, size, rise in signs)
    assert texts([f"BT 72 700 Td{shown} ET", words(72, 660, "A line in the usual size of this page.")])[0] == said


def test_letters_that_are_set_apart_are_one_word_and_a_large_first_letter_belongs_to_its_word() -> None:
    apart = words(72, 640, "The pilot comes at dawn.", more="3 Tc") + " 0 Tc"
    large = [words(72, 580, "O", 30), words(97, 595, "utside the harbour ships"), words(97, 582, "wait for him.")]
    assert texts([*TEXT, apart, *large]) == [
        SAID,
        "The pilot comes at dawn.",
        "Outside the harbour ships wait for him.",
    ]


def test_what_the_file_says_of_its_signs_is_read_instead_of_them() -> None:
    line = f"/Span << /ActualText (office) >> BDC {words(72, 600, 'o?ce')} EMC {words(100, 600, 'hours')}"
    assert texts([*TEXT, line]) == [SAID, "office hours"]


def test_signs_of_symbol_fonts_are_read_as_they_look() -> None:
    line = [words(72, 600, "a", font=4), words(82, 600, "is less than"), words(145, 600, "b", font=4)]
    assert texts([*TEXT, *line]) == [SAID, "α is less than β"]


def test_pages_that_are_pictures_are_named() -> None:
    picture = ["q 500 0 0 500 50 50 cm /Im Do Q"]
    assert told(TEXT, picture, column(72, 700, "Another page."))[-1:] == [
        "page 2 is a picture: what is written on it is not read; index it with --ocr"
    ]
    with pytest.raises(ValueError, match="index it with --ocr"):
        read_pdf(pdf(picture, picture))
