"""The text of a file, whatever encoding it was written in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read.decoding import text_of

GERMAN = "Die Tür der Küche bleibt zu, auch wenn es schön ist."
TYPED = "“Shut the door” – it’s 5 € a day…"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("text", [GERMAN, TYPED, "Plain words, in one line."])
def test_the_encoding_is_found(encoding: str, text: str) -> None:
    if encoding in ("utf-16-le", "utf-16-be") and text != "Plain words, in one line.":
        text = GERMAN
    assert text_of(text.encode(encoding)) == text


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_decides(mark: str) -> None:
    assert text_of("\ufeffКлюч".encode(mark)) == "Ключ"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Ключ лежит под ковриком, а дверь справа от лестницы."),
        ("shift_jis", "鍵は机の上にあります。扉は右側です。"),
        ("iso8859-7", "Το κλειδί βρίσκεται κάτω από το χαλί, δεξιά."),
    ],
)
def test_other_alphabets_are_guessed(encoding: str, text: str) -> None:
    assert text_of(text.encode(encoding)) == text


def test_the_text_is_composed_and_its_faults_are_mended() -> None:
    assert text_of(unicodedata.normalize("NFD", GERMAN).encode()) == GERMAN
    assert text_of("The cafÃ© is shut.".encode()) == "The café is shut."


def test_lines_are_parted_by_one_sign_and_spaces_stay() -> None:
    assert text_of(b"a  b\r\n\tc\rd\x0ce\n") == "a  b\n\tc\nd\x0ce\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\x01\x02\n", "is empty"),
        (b"%PDF-1.7\0\0 and more of it", "is binary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(1, 256)) * 3, "is binary"),
        (b"\xff\xfe\x00\xd8", "is damaged at byte"),
    ],
)
def test_what_is_no_text_is_refused_in_plain_words(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        text_of(data)


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=300)
def test_nothing_but_a_value_error_is_raised(data: bytes) -> None:
    try:
        text = text_of(data)
    except ValueError as error:
        assert str(error).startswith("is ")
    else:
        assert text.strip()
