"""Text that can be shown: without what moves a cursor, turns the order of letters about, or is there and not seen."""

from __future__ import annotations

import re

# Controls (C0 but for tab and line feed, DEL, C1), controls of direction, spaces and joiners of no width, tags, and the
# bytes of a file name that is no UTF-8.  Joiners belong to scripts that join their letters, and not to that of ASCII.
INVISIBLE = "\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff"
_UNPRINTED = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{INVISIBLE}\udc80-\udcff]|(?<=[\x00-\x7f])[\u200c\u200d]")


def printable(text: str) -> str:
    """`text` with U+FFFD in the place of each sign that is not to reach a terminal or a page; its length stays."""
    return _UNPRINTED.sub("\ufffd", text)


def escaped(json: str) -> str:
    r"""JSON in which such signs are written as `\u` escapes, as strings of it may have them."""
    return _UNPRINTED.sub(lambda found: _escape(found[0]), json)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
