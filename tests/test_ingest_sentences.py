"""Sentence boundaries."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.sentences import f1, hand_checked, score
from ingest.read.sentences import split_sentences

BITS = st.sampled_from(
    [
        "e.g. ",
        "Dr. Roe ",
        "U.S. Food ",
        "no gain.2,3 Still ",
        "can't ",
        "\u00a0",
        "V.2.2024. ",
        "(a) ",
        "5.5 mg. ",
        "• ",
        "?! ",
        "\n",
        "Then ",
        "...",
        "'tis ",
        "don’t",
        "cannot ",
        "日本語。",
        "𝔘 ",
        "e\u0301 ",
        "[4] ",
        '"Yes." ',
        "- ",
    ]
)
ANY_TEXT = st.text(max_size=120) | st.lists(BITS | st.text(max_size=6), max_size=30).map("".join)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@given(ANY_TEXT)
@settings(deadline=None, max_examples=300)
def test_sentences_are_in_order_trimmed_and_cover_everything_but_space(text: str) -> None:
    position = 0
    for start, end in split_sentences(text):
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip() != ""
        position = end
    assert not text[position:].strip()


@pytest.mark.parametrize(
    "text",
    [
        "J Things. 1996 Dec;10(4):697-705.",
        "Growth rose in these cases 1.",
        "Growth rose by 19-22% in two lines.",
        "Use a drug, e.g. alphamab, with care.",
        "Take approx. 5 mg of it.",
        "Take 2.5 mg, then 1.25 mg.",
        "The U.S. Food and Drug Administration agreed.",
        "J. R. Roe wrote it.",
        "Dr. Roe vs. Prof. Doe was a draw.",
        "See Fig. 2 for more.",
        "Take 5\u00a0mg of it.",
        "It binds GLP-1 receptors (see above).",
        "• a short bullet without a stop",
        "One short label",
    ],
)
def test_a_sentence_is_not_broken(text: str) -> None:
    if text.startswith("J Things. "):  # an abbreviated journal may stand alone, what follows it may not be cut
        assert sentences(text)[-1].endswith("1996 Dec;10(4):697-705.")
    else:
        assert sentences(text) == [text]


def test_a_version_number_stays_in_one_piece() -> None:
    assert any("V.2.2024." in s for s in sentences("Some Guidelines in Oncology. V.2.2024. Accessed at home."))


@pytest.mark.parametrize(
    "parts",
    [
        ["Growth rose in these cases 1.", "Another thing follows."],
        ["There was no benefit.2,3", "However, some did well."],
        ["There was no benefit.[4]", "Trials stopped."],
        ["It rose by 19-22%.", "Then it fell."],
        ["It can't grow.", "It won't.", "Stop!", "Why?"],
        ["Dr. Roe came.", "Prof. Doe left."],
        ["Take 2.5 mg.", "Then rest."],
    ],
)
@pytest.mark.parametrize("space", [" ", "\u00a0", "  "])
def test_sentences_are_told_apart(parts: list[str], space: str) -> None:
    assert sentences(space.join(parts)) == parts


def test_nothing_has_no_sentences() -> None:
    assert split_sentences("") == split_sentences(" \n\u00a0") == []


@pytest.mark.parametrize("field", ["health", "law", "software", "manuals", "news", "science"])
def test_breaks_set_by_hand_are_found(field: str) -> None:
    assert f1(*score(hand_checked()[field], lambda text: (start for start, _ in split_sentences(text)))) >= 0.98


def test_three_hundred_breaks_were_set_by_hand() -> None:
    assert sum(len(sentences) - 1 for paragraphs in hand_checked().values() for sentences in paragraphs) >= 300


@pytest.mark.parametrize(
    "text",
    [
        "Hold it for 3 sec. or more.",
        "They met the U.S. Secretary of Trade in Geneva.",
        "Roe Ltd. Group sold it to Mr. A. Doe on the 4th.",
        "Turn to p. 4, pp. 5–7, vol. II, no. A4, Sect. 2.1 and App. C now.",
        "“Is it over?” asked the boy; “not yet!” said the cook.",
        "Wait … and then pour.",
        "The word (sic!) stands so in Yahoo! files.",
        "Am 5. Mai kommt Nr. 3 bzw. Abs. 2 zu Dr. Roe, z.B. heute.",
        "Screws (dia. 3) and bks. of it.",
        "Put it in foo.Append of list.Next please.",
    ],
)
def test_what_only_looks_like_an_end_is_none(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    "parts",
    [
        ["The log is kept in S3.", "systemd rotates it.", "cron does not."],
        ["He chose plan B.", "Then he left."],
        ["It needs 230 V.", "Switch it off."],
        ["(It rained.)", "[Nobody came.]", "“Good.”", "He left."],
        ["Is it on?", "then wait."],
        ["It has apples, pears, etc.", "Kiwis are rare."],
        ["1.2. Choose one.", "1.3. Choose two."],
        ["It costs 5.", "$7 is too much.", "§ 4 says so."],
        ["First.", "• Second"],
        ["See [4].", "Then rest.¹", "Next."],
        ["It is so. [1]", "npm is not.", "Is it? [2,3]", "Über all. [4][5]", "5 mg is. [6]"],
    ],
)
def test_a_sentence_ends_where_one_does(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


def test_a_sentence_ends_where_the_space_behind_its_stop_is_missing() -> None:
    assert sentences("It slows growth.The drug is new.") == ["It slows growth.", "The drug is new."]


@pytest.mark.parametrize("bit", [".", ". ", "a. ", "A.", ".1", "1,1", "?!)", " ", "Dr. ", "[1", "x" * 50 + ". "])
def test_time_grows_with_the_text(bit: str) -> None:
    start = time.process_time()
    split_sentences(bit * (200_000 // len(bit)))
    assert time.process_time() - start < 5
