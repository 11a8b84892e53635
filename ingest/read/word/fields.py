"""The fields of a Word document: what they show is text, what they are told to show is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.read.word.package import child, name, number, qualified, switched, value

if TYPE_CHECKING:
    from lxml.etree import _Element

_PAGE_NUMBERS = ("PAGE", "NUMPAGES", "SECTIONPAGES")
_CONTENTS = ("TOC", "INDEX", "TOA")


@dataclass(slots=True)
class _Field:
    told: str
    shows: bool

    @property
    def kind(self) -> str:
        return (self.told.split() or [""])[0].upper()


class Fields:
    """The fields that are open at a place in a text; they may span paragraphs and stand in each other."""

    def __init__(self, root: _Element) -> None:
        """Begin before the first field of a part of the document."""
        turns = [e.get(qualified("w:fldCharType")) for e in root.iter(qualified("w:fldChar"))]
        # Where one is never closed, it would hide all that follows.
        self._is_sound = turns.count("begin") == turns.count("end")
        self._open: list[_Field] = []

    @property
    def is_silent(self) -> bool:
        """Whether what stands here is not shown, or is the number of a page."""
        return any(not field.shows or field.kind in _PAGE_NUMBERS for field in self._open)

    @property
    def is_contents(self) -> bool:
        """Whether what stands here belongs to a table of contents or an index."""
        return any(field.kind in _CONTENTS for field in self._open)

    def enter(self, told: str) -> None:
        """Enter a field that is told to show something, and shows what follows up to `leave`."""
        self._open.append(_Field(told, shows=True))

    def leave(self) -> None:
        """Leave the innermost field."""
        if self._open:
            self._open.pop()

    def instruct(self, told: str) -> None:
        """Take a part of what the innermost field is told."""
        if self._open and not self._open[-1].shows:
            self._open[-1].told += told

    def turn(self, element: _Element) -> None:
        """Take the begin, middle or end of a field."""
        turn = element.get(qualified("w:fldCharType"))
        if turn == "begin" and self._is_sound:
            self._open.append(_Field("", shows=False))
        elif turn == "separate" and self._open:
            self._open[-1].shows = True
        elif turn == "end":
            self.leave()


def form_text(element: _Element) -> str:
    """What a box to tick or a list to choose from, of the older kind, shows where its field begins."""
    tick, choice = child(element, "w:ffData", "w:checkBox"), child(element, "w:ffData", "w:ddList")
    if tick is not None:
        is_ticked = switched(tick, "w:checked")
        return "☒" if (switched(tick, "w:default") if is_ticked is None else is_ticked) else "☐"
    if choice is not None:
        entries = [entry.get(qualified("w:val"), "") for entry in choice if name(entry) == "w:listEntry"]
        chosen = number(value(choice, "w:result") or value(choice, "w:default")) or 0
        return entries[chosen] if 0 <= chosen < len(entries) else ""
    return ""
