"""A line and the next as one: a hyphen at the end of a line parts a word, or is a character of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingest.english import words

_HYPHENATED = re.compile(r"(?<![^\W_])([^\W_]+)(?P<hyphen>[-‐\u00ad])$")
_DASHED = re.compile(r"[\w)][–—/]$")
_WORD = re.compile(r"[^\W_]+")
# Before these, "pre- and postwar" has its hyphen for good.
_JOINING = frozenset({"and", "or", "to", "und", "oder", "bis", "et", "ou", "y", "o", "en", "of", "och", "og"})
_KEEPING = frozenset(words("hyphens", "numbers.exact.cardinals", "numbers.exact.tens"))


def joined(text: str, following: str, words: Mapping[str, int] | None = None) -> str:
    """`text` with the line `following` behind it; `words` are the words of the document and how often each is there.

    A hyphen is taken out where it parts a word, and stays where the word has one elsewhere too, or by its first part.
    """
    if not text or not following:
        return text or following
    found = _HYPHENATED.search(text)
    rest = _WORD.match(following)
    if not found or not rest:
        return text + ("" if _DASHED.search(text) and following[0].isdigit() else " ") + following
    if found["hyphen"] == "\u00ad":
        return text[:-1] + following
    first = found[1]
    if rest[0].lower() in _JOINING and rest[0].islower():
        return f"{text} {following}"
    if not first[-1].isalpha() or not following[0].islower():
        return text + following
    known = words or {}
    whole, parted = f"{first}{rest[0]}".lower(), f"{first}-{rest[0]}".lower()
    keeps = known.get(parted, 0) > 0 or first.lower() in _KEEPING
    return text + following if keeps and not known.get(whole, 0) else text[:-1] + following
