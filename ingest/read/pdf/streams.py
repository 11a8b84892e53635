"""Packed streams of a PDF, unpacked part by part: a few bytes may stand for more than a machine holds."""

from __future__ import annotations

import re
import zlib
from base64 import a85decode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import reduce
from io import BytesIO

from pdfminer.ascii85 import asciihexdecode
from pdfminer.lzw import LZWDecoder
from pdfminer.pdftypes import PDFStream
from pdfminer.psparser import PSLiteral

_LARGEST = 200_000_000  # bytes that a part of a file may unpack to
# What is looked at of the operators of one page; more than that no page that is read needs.
_LONGEST_STREAM = 24_000_000
_PART = 2**20
_STREAM = re.compile(rb"stream\r?\n")
_FILTER = re.compile(rb"/(FlateDecode|Fl|LZWDecode|LZW|RunLengthDecode|RL|ASCII85Decode|A85|ASCIIHexDecode|AHx)\b")


def is_swollen(data: bytes) -> bool:
    """Whether a stream of a file unpacks to more than can be meant; pictures are never unpacked."""
    return any(_is_swollen(data, found.start(), found.end()) for found in _STREAM.finditer(data))


def unpack(stream: PDFStream) -> None:
    """Unpack the operators of a page, as far as they are looked at; what is damaged is kept up to the damage."""
    filters = stream.get_filters()
    names = [name.name for name, _ in filters if isinstance(name, PSLiteral) and name.name in _UNPACKING]
    is_plain = not any(isinstance(how, dict) and how.get("Predictor", 1) != 1 for _, how in filters)
    if stream.data is not None or not names or len(names) < len(filters) or not is_plain:
        return
    packed = stream.rawdata or b""
    if stream.decipher and stream.objid is not None and stream.genno is not None:
        packed = stream.decipher(stream.objid, stream.genno, packed, stream.attrs)
    parts: list[bytes] = []
    size = 0
    with suppress(zlib.error):
        for part in _unpacked(packed, [str(name) for name in names]):
            parts.append(part)
            size += len(part)
            if size >= _LONGEST_STREAM:
                break
    stream.data, stream.rawdata = b"".join(parts), None


class _Swollen(Exception):
    """A stream unpacks to more than a part of a file may."""


def _is_swollen(data: bytes, start: int, end: int) -> bool:
    head = data[max(0, data.rfind(b"obj", max(0, start - 4096), start)) : start]
    names = [found[1].decode() for found in _FILTER.finditer(head)]
    if not names or b"/Image" in head:
        return False
    last = data.find(b"endstream", end)
    packed = data[end : last if last > 0 else len(data)]
    if len(names) == 1 and len(packed) * _TIMES[names[0]] < _LARGEST:
        return False
    try:
        for _ in _unpacked(packed, names):
            pass
    except _Swollen:
        return True
    except (zlib.error, ValueError):
        pass
    return False


def _unpacked(packed: bytes, names: Sequence[str]) -> Iterator[bytes]:
    """What a stream unpacks to by the filters of these names, part by part; raises zlib.error, and _Swollen."""
    return reduce(lambda parts, name: _counted(_UNPACKING[name](parts)), names, iter((packed,)))


def _counted(parts: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for part in parts:
        size += len(part)
        if size >= _LARGEST:
            raise _Swollen
        yield part


def _deflated(parts: Iterable[bytes]) -> Iterator[bytes]:
    reader = zlib.decompressobj()
    for part in parts:
        while piece := reader.decompress(part, _PART):
            yield piece
            part = reader.unconsumed_tail


def _coded(parts: Iterable[bytes]) -> Iterator[bytes]:
    """By LZW."""
    with suppress(TypeError, IndexError):  # where a code stands for nothing
        yield from LZWDecoder(BytesIO(b"".join(parts))).run()


def _repeated(parts: Iterable[bytes]) -> Iterator[bytes]:
    """By run lengths (PDF Reference 1.7, 3.3.4): a byte tells how many come as they are, or how often one comes."""
    data, at = b"".join(parts), 0
    while at < len(data) and (length := data[at]) != 128:
        as_it_is = length < 128
        yield data[at + 1 : at + 2 + length] if as_it_is else data[at + 1 : at + 2] * (257 - length)
        at += length + 2 if as_it_is else 2


def _in_letters(parts: Iterable[bytes]) -> Iterator[bytes]:
    # "~" is none of the letters: one ends them, and may stand before them.
    yield a85decode(b"".join(parts).lstrip().removeprefix(b"<").lstrip(b"~").partition(b"~")[0])


def _in_digits(parts: Iterable[bytes]) -> Iterator[bytes]:
    yield asciihexdecode(b"".join(parts))


_UNPACKING = {
    **dict.fromkeys(("FlateDecode", "Fl"), _deflated),
    **dict.fromkeys(("LZWDecode", "LZW"), _coded),
    **dict.fromkeys(("RunLengthDecode", "RL"), _repeated),
    **dict.fromkeys(("ASCII85Decode", "A85"), _in_letters),
    **dict.fromkeys(("ASCIIHexDecode", "AHx"), _in_digits),
}
# How many times its size a stream may unpack to at most: twelve bits of LZW stand for up to 3,838 bytes.
_TIMES = {
    **dict.fromkeys(("FlateDecode", "Fl"), 1032),
    **dict.fromkeys(("LZWDecode", "LZW"), 2560),
    **dict.fromkeys(("RunLengthDecode", "RL"), 64),
    **dict.fromkeys(("ASCII85Decode", "A85", "ASCIIHexDecode", "AHx"), 4),
}
