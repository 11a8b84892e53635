"""Archives that hold a document, and what of them is refused."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from contextlib import suppress

import pptx
import pytest
from packing import packed_entries

from bench.bombs import book, open_text, word, workbook
from ingest.read.archive import Archive, joined, parsed
from ingest.read.kinds import read


@pytest.mark.parametrize(
    ("entries", "is_read"),
    [
        ({"a": bytes(15_000_000)}, True),  # an empty sheet packs to nothing
        ({"a": bytes(60_000_000)}, False),
        ({str(number): b"" for number in range(10_000)}, True),
        ({str(number): b"" for number in range(10_001)}, False),
    ],
)
def test_what_unpacks_to_much_more_than_it_is_is_refused(entries: dict[str, str | bytes], is_read: bool) -> None:
    data = packed_entries(entries)
    if is_read:
        assert Archive(data, "book").names == set(entries)
        return
    with pytest.raises(ValueError, match="more than is read of one file; save it without its media"):
        Archive(data, "book")


def test_an_entry_that_says_it_is_small_is_read_no_further_than_it_says() -> None:
    data = bytearray(packed_entries({"a": b"x" * 1_000}))
    for signature, offset in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        at = data.index(signature) + offset
        data[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(ValueError, match="is damaged"):
        Archive(bytes(data), "book").read("a")


def lying(data: bytes, name: str, mebibytes: int) -> bytes:
    """`data` with so many mebibytes of blanks after what its entry `name` says that it holds."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {entry: archive.read(entry) for entry in archive.namelist()}
    size = len(entries[name])
    swollen = bytearray(packed_entries({name: entries.pop(name) + b" " * (mebibytes * 2**20), **entries}))
    for signature, offset in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        at = swollen.index(signature) + offset
        swollen[at : at + 4] = size.to_bytes(4, "little")
    return bytes(swollen)


def presentation() -> bytes:
    data = io.BytesIO()
    made = pptx.Presentation()
    made.slides.add_slide(made.slide_layouts[0]).shapes.title.text = "Dose"
    made.save(data)
    return data.getvalue()


@pytest.mark.parametrize(
    ("made", "suffix", "name"),
    [
        (word("<w:p/>"), ".docx", "word/document.xml"),
        (workbook("<sheetData/>"), ".xlsx", "xl/worksheets/s.xml"),
        (open_text("<text:p>Dose</text:p>"), ".odt", "content.xml"),
        (book({"a.xhtml": "<p>Dose</p>"}), ".epub", "a.xhtml"),
        (presentation(), ".pptx", "docProps/thumbnail.jpeg"),
        (presentation(), ".pptx", "ppt/presentation.xml"),
    ],
)
def test_no_kind_of_document_unpacks_more_than_an_entry_says(made: bytes, suffix: str, name: str) -> None:
    data = lying(made, name, 100)
    assert len(data) < 2**20
    with suppress(ValueError):  # what it costs before the libraries are loaded is theirs
        read(made, suffix)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="damaged"):
            read(data, suffix)
        assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    finally:
        tracemalloc.stop()


def test_a_locked_archive_says_so() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a", "x")
    locked = bytearray(data.getvalue())
    for signature, offset in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        locked[locked.index(signature) + offset] |= 1
    with pytest.raises(ValueError, match="locked with a password"):
        Archive(bytes(locked), "book").read("a")


def test_entities_are_left_as_they_are_and_no_file_is_taken_in() -> None:
    data = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>x&b;</a>'
    assert "".join(text for text in parsed(data, "book").itertext() if not text.startswith("&")) == "x"


@pytest.mark.parametrize(
    ("base", "target", "name"),
    [
        ("xl/workbook.xml", "worksheets/a.xml", "xl/worksheets/a.xml"),
        ("xl/workbook.xml", "/xl/a.xml", "xl/a.xml"),
        ("OPS/book.opf", "../a%20b.xhtml#top", "a b.xhtml"),
    ],
)
def test_a_target_is_found_from_where_it_is_named(base: str, target: str, name: str) -> None:
    assert joined(base, target) == name
