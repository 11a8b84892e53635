"""Books, made here of a few pages and read again."""

from __future__ import annotations

import datetime

import pytest
from bookfile import CONTAINER, LONG, book, chapter
from hypothesis import given, settings
from hypothesis import strategies as st
from packing import bomb, packed_entries, told

from ingest.read.kinds import read


def test_chapters_stand_in_the_order_of_reading() -> None:
    data = book({"one": chapter("One"), "two": chapter("Two")}, ["two", "one"])
    assert told(read(data, ".epub")[0]) == ["## Two", LONG, "## One", LONG]


def test_headings_are_as_deep_in_a_page_of_several_chapters_as_in_one_of_one() -> None:
    data = book({"one": chapter("One"), "two": chapter("Two") + chapter("Three")})
    assert [line for line in told(read(data, ".epub")[0]) if "#" in line] == ["## One", "## Two", "## Three"]


def test_tables_of_contents_are_out_and_told() -> None:
    nav = "<nav xmlns:epub='http://www.idpf.org/2007/ops' epub:type='toc'><ol><li>One of them</li></ol></nav>"
    pieces, dropped, _ = read(book({"nav": nav, "one": chapter("One") + nav}), ".epub")
    assert told(pieces) == ["# One", LONG]
    assert dropped == ["table of contents: OPS/nav.xhtml"]


def test_the_book_states_who_made_it() -> None:
    stated = read(book({"one": chapter("One")}), ".epub")[2]
    assert (stated.title, stated.authors, stated.publisher) == ("On mugs", "A. Roe, B. Doe", "Mug House")
    assert stated.revised == datetime.date(2024, 5, 3)


def test_pages_without_text_and_missing_ones_are_told() -> None:
    data = book({"cover": "<img src='a.png'/>", "one": chapter("One")})
    assert read(data, ".epub")[1] == ["page without text: OPS/cover.xhtml"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x", "is no book"),
        (packed_entries({"a": "b"}), "is no book"),
        (packed_entries({"META-INF/container.xml": CONTAINER}), "is no book"),
        (book({"cover": ""}), "without text"),
        (book({"one": chapter("One")}, **{"META-INF/encryption.xml": "<EncryptedKey/>"}), "protected against copying"),
        (bomb(), "more than is read"),
    ],
)
def test_what_cannot_be_read_is_told(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(data, ".epub")


@settings(max_examples=30, deadline=None)
@given(page=st.text(alphabet="<>/ph1nav=\"' &;ab", max_size=40), meta=st.text(alphabet="ab ", max_size=5))
def test_no_page_raises_anything_but_a_value_error(page: str, meta: str) -> None:
    try:
        assert read(book({"one": page}, meta=meta), ".epub")[0]
    except ValueError:
        return
