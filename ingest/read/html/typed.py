"""Lists and labels that were typed: lines that breaks part, paragraphs that begin with a mark, lines in bold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingest.read.clean import is_within
from ingest.read.layout import Piece

if TYPE_CHECKING:
    from lxml.etree import _Element

BULLET = re.compile(r"([-–—•·●▪◦*o§]|\d{1,3}[.)]|\(?(?:[a-z]|\d{1,3}|[ivx]{1,5})\)|[a-z]\.) +(?=\S)")
_BULLETS = "-–—•·●▪◦"
_BOLD = 10  # the most words of a bold line that leads in those below
_LABEL = 6  # the most words of a line that is the label of those under it


def marked(line: str, before: Piece | None) -> Iterator[tuple[str, int, str]]:
    """A paragraph with its depth and mark: an item, where it begins with a bullet or goes on with a typed list.

    `before` is the piece before it, None where it stands in a list of the page itself.
    """
    found = BULLET.match(line) if before is not None else None
    goes_on = before is not None and (before.text[-1] == ":" or (before.kind == "item" and bool(before.mark)))
    if found and (found[1] in _BULLETS or goes_on):
        yield line[found.end() :], 1, "• " if found[1] in f"{_BULLETS}*" else found[0]
    else:
        yield line, 0, ""


def apart(lines: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    """Lines that breaks part, with depth and mark: paragraphs where they are sentences, else items under a label."""
    if all(line[-1] in ".!?" for line in lines) or len(lines) == 1:
        yield from ((line, 0, "") for line in lines)
        return
    first, *others = lines
    is_label = first[-1] not in ".!?;," and is_within(first, _LABEL) and all(o[-1] in ".!?" for o in others)
    is_led = first[-1] == ":" or is_label
    if is_led:
        yield first, 0, ""
    for line in others if is_led else lines:
        found = BULLET.match(line)
        mark = "" if not found else "• " if len(found[1]) == 1 else found[0]
        yield line[found.end() :] if found else line, 1, mark


def is_bold_line(element: _Element) -> bool:
    """Whether a paragraph is a short line in bold that ends as no sentence does."""
    if element.tag not in ("p", "div") or len(element) != 1 or element[0].tag not in ("b", "strong"):
        return False
    words = "".join(element[0].itertext()).strip()
    around = (element.text or "") + (element[0].tail or "")
    return bool(words) and not around.strip() and is_within(words, _BOLD) and words[-1] not in ".,;:!?"
