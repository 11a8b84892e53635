"""The footnotes and endnotes of a Word document, numbered as they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.read.word.lists import formatted
from ingest.read.word.package import Package, number, qualified, value

if TYPE_CHECKING:
    from lxml.etree import _Element

_KINDS = {"w:footnoteReference": ("footnote", "decimal"), "w:endnoteReference": ("endnote", "lowerRoman")}


class Notes:
    """The notes of a document, and which of them have been called so far."""

    def __init__(self, package: Package) -> None:
        """Take the notes that the document of `package` refers to, and how it numbers them."""
        self._notes: dict[str, dict[str, _Element]] = {}
        self._numbering: dict[str, tuple[int, str]] = {}
        self._marks: dict[str, dict[str, str]] = {}
        settings = package.root("settings")
        for call, (kind, usual) in _KINDS.items():
            root = package.root(f"{kind}s")
            notes = [] if root is None else root.iterchildren(qualified(f"w:{kind}"))
            self._notes[call] = {note.get(qualified("w:id"), ""): note for note in notes}
            # What a section says of its notes is taken for all of them.
            told = [*package.main.root.iter(qualified(f"w:{kind}Pr")), *([] if settings is None else [settings])]
            starts = [number(value(t, "w:numStart") or value(t, f"w:{kind}Pr", "w:numStart")) for t in told]
            formats = [value(t, "w:numFmt") or value(t, f"w:{kind}Pr", "w:numFmt") for t in told]
            self._numbering[call] = next((s for s in starts if s), 1), next((f for f in formats if f), usual)
            self._marks[call] = {}

    def mark(self, call: str, note_id: str) -> str:
        """The mark of a note where it is called; empty where there is no such note."""
        if note_id not in self._notes[call]:
            return ""
        start, kind = self._numbering[call]
        return self._marks[call].setdefault(note_id, formatted(start + len(self._marks[call]), kind))

    def called(self, kind: str) -> list[tuple[str, _Element]]:
        """The marks and the notes of a kind, "footnote" or "endnote", that have been called."""
        call = f"w:{kind}Reference"
        return [(mark, self._notes[call][note_id]) for note_id, mark in self._marks[call].items()]
