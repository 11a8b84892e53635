"""Packed streams of a PDF."""

from __future__ import annotations

import base64
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packing import told
from pdfminer.pdftypes import PDFStream
from pdfminer.psparser import LIT

from bench.bombs import pdf, shown
from ingest.read.kinds import read
from ingest.read.pdf.streams import unpack

SAID = "The dose of verdolin is 5 mg a day."


def runs(data: bytes) -> bytes:
    """Every byte that is like the next as a run of two, the others as they are."""
    packed, at = b"", 0
    while at < len(data):
        twice = data[at : at + 1] * 2 == data[at : at + 2]
        packed += bytes((255 if twice else 0, data[at]))
        at += 2 if twice else 1
    return packed + b"\x80"


def codes(data: bytes) -> bytes:
    """By LZW as plainly as may be: a code of nine bits a byte, and a new table before there is another length."""
    said = [code for at in range(0, len(data), 200) for code in (256, *data[at : at + 200])]
    bits = "".join(f"{code:09b}" for code in (*said, 257))
    return int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")


PACKING = {
    "FlateDecode": zlib.compress,
    "RunLengthDecode": runs,
    "LZWDecode": codes,
    "ASCII85Decode": lambda data: b"<~" + base64.a85encode(data, wrapcol=60) + b"~>",
    "ASCIIHexDecode": lambda data: data.hex().encode() + b">",
}


def packed(data: bytes, names: list[str]) -> bytes:
    """`data` as it is unpacked by the filters of these names, one after another."""
    for name in reversed(names):
        data = PACKING[name](data)
    return data


@settings(deadline=None)
@given(st.binary(max_size=2_000), st.lists(st.sampled_from(sorted(PACKING)), min_size=1, max_size=3))
def test_what_was_packed_is_unpacked(data: bytes, names: list[str]) -> None:
    stream = PDFStream({"Filter": [LIT(name) for name in names]}, packed(data, names))
    unpack(stream)
    assert stream.get_data() == data


@pytest.mark.parametrize(
    "names", [["FlateDecode"], ["LZWDecode"], ["RunLengthDecode"], ["ASCII85Decode", "FlateDecode"]]
)
def test_a_page_is_read_however_it_is_packed(names: list[str]) -> None:
    filters = f"/Filter [{' '.join(f'/{name}' for name in names)}]"
    pieces, *_ = read(pdf(packed(shown(SAID).encode(), names), filters), ".pdf")
    assert told(pieces) == [SAID]


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (b"\x81a" * 2_000_000, ["RunLengthDecode"]),
        (zlib.compress(b"\x81a" * 2_000_000), ["FlateDecode", "RunLengthDecode"]),
        (packed(bytes(250_000_000), ["ASCII85Decode", "FlateDecode"]), ["ASCII85Decode", "FlateDecode"]),
    ],
)
def test_what_unpacks_to_more_than_can_be_meant_is_refused(data: bytes, names: list[str]) -> None:
    filters = f"/Filter [{' '.join(f'/{name}' for name in names)}]"
    with pytest.raises(ValueError, match="holds a part that is larger than any document needs; print it anew"):
        read(pdf(data, filters), ".pdf")


def test_a_page_of_one_word_without_end_is_read_once() -> None:
    pieces, *_ = read(pdf(shown(SAID).encode() + b"\n" + b"a" * 20_000_000), ".pdf")
    assert told(pieces) == [SAID]
