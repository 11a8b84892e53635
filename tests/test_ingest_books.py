"""Books, made here of a few pages and read again."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packing import bomb, packed_entries, told

from ingest.read.kinds import read

CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
META = (
    "<dc:title>On mugs</dc:title><dc:creator>A. Roe</dc:creator><dc:creator>B. Doe</dc:creator>"
    '<dc:publisher>Mug House</dc:publisher><meta property="dcterms:modified">2024-05-03T10:00:00Z</meta>'
)
LONG = "A mug holds as much as its maker thought that a person would want to drink."


def book(pages: dict[str, str], order: list[str] | None = None, meta: str = META, **more: str) -> bytes:
    item = '<item id="i{0}" href="{0}.xhtml" media-type="application/xhtml+xml" properties="{1}"/>'
    items = "".join(item.format(name, "nav" if name == "nav" else "") for name in pages)
    spine = "".join(f'<itemref idref="i{name}"/>' for name in order or pages)
    opf = (
        f'<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>{meta}'
        f"</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    entries: dict[str, str | bytes] = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER, **more}
    page = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body>{}</body></html>'
    return packed_entries(
        entries | {"OPS/book.opf": opf} | {f"OPS/{n}.xhtml": page.format(t) for n, t in pages.items()}
    )


def chapter(title: str, text: str = LONG) -> str:
    return f"<h1>{title}</h1><p>{text}</p>"


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
