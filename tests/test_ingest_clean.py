"""Text repair, and what is furniture, colophon or bibliography."""

from __future__ import annotations

import datetime
import unicodedata

import pytest
from ftfy import fix_text
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read.clean import (
    fix_encoding,
    is_bibliographic,
    is_colophon,
    is_furniture,
    is_references_heading,
    is_within,
    repair,
    review_status,
    revised_on,
    unglue,
)
from ingest.read.outline import one_line

ODD = st.sampled_from("\x00\x0b\x0c\r\x1d\x1e\x7f\x85\x9f\xa0\u00ad\u200b\u2028\u2029\ufeff\ufb01\u0301 \t\nâ€™Ã©A")
ANY_TEXT = st.text(max_size=120) | st.lists(ODD | st.characters(), max_size=60).map("".join)


@given(ANY_TEXT)
@settings(deadline=None, max_examples=300)
def test_repair_is_idempotent_and_leaves_no_control_characters(text: str) -> None:
    fixed = repair(text)
    assert repair(fixed) == fixed
    assert not [c for c in fixed if unicodedata.category(c) == "Cc" and c != "\n"]
    assert "\u2028" not in fixed and "\u2029" not in fixed


@given(st.text(alphabet=" \t\u00a0\u3000\n\x1cab", max_size=30), st.integers(0, 5))
def test_words_are_counted_no_further_than_needed(text: str, words: int) -> None:
    assert is_within(text, words) == (len(text.split()) <= words)
    assert one_line(text) == " ".join(repair(text).split())


def test_repair_mends_mojibake_and_spaces_and_keeps_indentation() -> None:
    assert repair("It\u00e2\u20ac\u2122s 5\u00a0mg  a\tday \r\n\ttwice") == "It’s 5 mg a day\n    twice"


@pytest.mark.parametrize("between", ["\x0b", "\x0c", "\u2028", "\u2029", "\r", "\r\n"])
def test_repair_takes_every_page_and_line_break_for_a_line_break(between: str) -> None:
    assert repair(f"One page.{between}Next page.") == "One page.\nNext page."


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        (
            "Editorial BoardAll pages here are seen by the Editorial Board",
            ["Editorial Board", "All pages here are seen by the Editorial Board"],
        ),
        ("Last updated: May 3, 2024View editorial policy", ["Last updated: May 3, 2024", "View editorial policy"]),
        ("The mTOR pathway and pNETs stay whole in 2024.", ["The mTOR pathway and pNETs stay whole in 2024."]),
        ("MacDonald lived", ["MacDonald lived"]),
    ],
)
def test_run_on_labels_and_dates_are_taken_apart(line: str, pieces: list[str]) -> None:
    assert unglue(line) == pieces


@pytest.mark.parametrize(
    "line",
    [
        "Skip to main content",
        "Espa?ol",
        "Sign up for the monthly letter",
        "Subscribe to our newsletter",
        "Our helpline is open 24/7",
        "Live chat on weekdays",
        "Call us at 1-800-555-0100",
        "Copyright 2025 Some House",
        "© 2025 Some House. All rights reserved.",
        "View editorial policy",
        "We can help you find a doctor.",
    ],
)
def test_the_site_speaking_of_itself_is_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Alphamab slows the growth of some tumors.",
        "In the US, you should ask for the short form of the tablet.",
        "The tablet may be taken at any time of day, with or without food.",
        "Last revised: May 3, 2024",
        "Written by our team for you",
        "Smith J. Helpline use and you. J Things. 2017;18:1411-1422.",
    ],
)
def test_matter_colophon_and_bibliography_are_not_furniture(line: str) -> None:
    assert not is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Roe J. On alphamab. J Things. 1996 Dec;10(4):697-705.",
        "Roe J. On alphamab. J Things 2017;28:1569",
        "Roe J, Doe M, et al. On alphamab. Oslo: Some Press, 2019.",
        "Roe J. On alphamab. doi: 10.1000/182",
        "Roe, J. (2017). On alphamab. https://doi.org/10.1000/182",
        "Some House. Alphamab. Accessed at https://house.example on August 4, 2024.",
        "Some House. Alphamab. Available at www.house.example.",
    ],
)
def test_entries_of_a_bibliography_are_known(line: str) -> None:
    assert is_bibliographic(line)


@pytest.mark.parametrize(
    "line",
    [
        "Treatment is available at most large hospitals.",
        "Roe et al. found in 2017 that alphamab slowed growth.",
        "Alphamab slowed growth (J Things 2017;28:1569).",
        "The drug was approved in 2019.",
    ],
)
def test_prose_that_cites_is_no_entry_of_a_bibliography(line: str) -> None:
    assert not is_bibliographic(line)


def test_headings_of_bibliographies_are_known() -> None:
    assert all(map(is_references_heading, ["References", "REFERENCES:", "Bibliography", "Works cited"]))
    assert not is_references_heading("References to growth")


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Last Revised: March 29, 2025", datetime.date(2025, 3, 29)),
        ("Last updated: 16 September 2025", datetime.date(2025, 9, 16)),
        ("Reviewed on 2025-08-08.", datetime.date(2025, 8, 8)),
        ("Updated March 1, 2024", datetime.date(2024, 3, 1)),
        ("Edition 4. In force since 2 May 2022. It replaces edition 3.", datetime.date(2022, 5, 2)),
        ("Effective from 2024-01-01; see the list of changes.", datetime.date(2024, 1, 1)),
        ("Last Revised: February 30, 2025", None),
        ("Last Revised: March 2025", None),
        ("Roe J. On alphamab. J Things. 1996 Dec;10(4):697-705.", None),
        ("1996 Dec", None),
        ("The dose was revised on March 29, 2025 in two of the trials.", None),
        ("The ticket is valid from 2 May 2022 on.", None),
        ("A ticket is sold at the gate. " * 4 + "Valid from 2 May 2022. It is not sold on board.", None),
    ],
)
def test_only_a_whole_date_on_its_own_is_a_revision_date(line: str, date: datetime.date | None) -> None:
    assert revised_on(line) == date


def test_authors_and_dates_are_colophon() -> None:
    assert is_colophon("Written by the team") and is_colophon("Last revised: May 3, 2024")
    assert not is_colophon("The team wrote it")


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["Every page is reviewed for accuracy by a board"], "reviewed"),
        (["Written by the team with medical review by a society"], "reviewed"),
        (["The board reviews all pages"], "reviewed"),
        (["Last reviewed: May 3, 2024"], "reviewed"),
        (["Content is pending human review"], "pending"),
        (["This page has not yet been reviewed"], "pending"),
        (["Every page is reviewed by a board", "This one is pending review"], "pending"),
        (["This article reviews what is known of alphamab"], None),
        (["Alphamab is a drug"], None),
        ([], None),
    ],
)
def test_of_two_claims_of_review_the_weaker_wins(lines: list[str], status: str | None) -> None:
    assert review_status(lines) == status
    assert review_status(lines[::-1]) == status


_ODD = "ab ABy1.,-\n\té’“”–…àçñßœŒÂÃØÙВГΒ€£×²√≈‚Äâ\xa0\xad\x85\x93\u200b\ufeffﬁＡ\u3000日и\u0301\x07\x1b[m�🙂\u2028"


@given(st.text(st.sampled_from(_ODD), max_size=40))
def test_text_is_mended_as_ftfy_mends_it(text: str) -> None:
    fixed = fix_text(text.replace("\v", "\n"), uncurl_quotes=False, normalization="NFC", unescape_html=False)
    assert fix_encoding(text) == fix_encoding(fixed)


def test_what_is_sound_is_not_given_to_ftfy(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("ftfy.fix_text", lambda text, **_: asked.append(text) or text)
    text = "“It’s a café – naïve”, she said…\nÀ la carte: ½ of 20 °C, Größe, été.\n語を読む\n"
    assert fix_encoding(text) == text
    assert asked == []
    assert fix_encoding(text + "It costs â‚¬5.\n") == text + "It costs â‚¬5.\n"
    assert asked == ["It costs â‚¬5.\n"]
