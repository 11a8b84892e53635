"""The text of a file that holds nothing else, whatever encoding it was written in."""

from __future__ import annotations

import codecs
import re

from ingest.read.clean import fix_encoding

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as that of UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes([*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)])
_MOST_CONTROLS = 0.02  # of a text; binary data that happens to decode has many more
# Encodings of files as they are found; others differ from these by a letter or two and are guessed in their place.
_USUAL = (
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r", "mac_roman", "cp437"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"),
)
_SAMPLE = 100_000
# Letters of Windows-1252 stand among others, and its quotes and dashes at the edge of words.
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_PLACED = re.compile(r"(?<=[A-Za-z])[À-ÖØ-öø-ÿŠšŽžŸŒœ]|[À-ÖØ-öø-ÿŠšŽžŒœ](?=[a-z])|[€‚„…‘’“”•–—™¡§©«®°±²³·¹»¼½¾¿×\xa0]")


def text_of(data: bytes) -> str:
    """The text that `data` holds: its encoding found, encoding faults mended, in Unicode NFC, lines parted by U+000A.

    A byte order mark decides; else it is UTF-8 where it can be, else what it most likely is.  Spaces, tabs and page
    breaks stay as they are.  Raises ValueError where the data is binary, or holds nothing.
    """
    text = fix_encoding(_decoded(data))
    if not text.strip():
        raise ValueError("is empty; fill it or take it out of the corpus")
    return text


def _decoded(data: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None) or _wide(data)
    if encoding in (None, "utf-8-sig"):
        _refuse_binary(data)
    try:
        return data.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding in (None, "utf-8-sig"):
            return _guessed(data.removeprefix(codecs.BOM_UTF8))
        raise ValueError(f"is damaged at byte {error.start}; save it as UTF-8 text") from error


def is_binary(data: bytes) -> bool:
    """Whether `data` is no text of any encoding."""
    if any(data.startswith(mark) for mark, _ in _MARKS) or _wide(data):
        return False
    return _holds_controls(data)


def _holds_controls(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    rest = sample.translate(None, _CONTROLS)
    return b"\0" in data or (bool(rest.strip()) and len(sample) - len(rest) > _MOST_CONTROLS * len(sample))


def _refuse_binary(data: bytes) -> None:
    if _holds_controls(data):
        raise ValueError("is binary, not text; save it as UTF-8 text or take it out of the corpus")


def _wide(data: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of common text is zero."""
    sample = data[:_SAMPLE]
    half = len(sample) // 2
    if len(data) % 2 or half < 2:
        return None
    for name, zeros, others in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        if zeros.count(0) > 0.7 * half and others.count(0) == 0:
            return name
    return None


def _guessed(data: bytes) -> str:
    from charset_normalizer import from_bytes

    western = data.decode("cp1252", errors="replace")
    foreign = len(_FOREIGN.findall(western))
    # A few bytes are too little to guess from: an accent here and there is that of Windows.
    if "\ufffd" not in western and len(_PLACED.findall(western)) >= 0.8 * foreign and foreign < 0.4 * len(western):
        return western
    best = from_bytes(data, cp_isolation=list(_USUAL)).best() or from_bytes(data).best()
    if best is None:
        raise ValueError("is in no encoding that is known; save it as UTF-8 text")
    return str(best)
