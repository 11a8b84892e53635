"""Diffs as text for a person, and the words and signs that text and page share.

What has become of a unit is said by a sign and a word.  Words that differ are struck through and underlined where the
terminal has colours, and are in [-old-] and {+new+} elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from rich.console import Console
from rich.text import Text

from ibid.render import put
from ingest import Change, Document, DocumentDiff, Fact, GenerationDiff

SIGNS = {"removed": "−", "added": "+", "changed": "~", "moved": "↕"}
ONLY_LAYOUT = "Only the layout has changed: the same units, otherwise set."
NOT_STATED = "not stated"
_STYLES = {"removed": "red", "added": "green", "changed": "yellow", "moved": "blue"}
_INDENT = 4

Shown = TypeVar("Shown", str, Text)


@dataclass(frozen=True, slots=True)
class GenerationLabels:
    """What the two generations are called."""

    old: str
    new: str


def show_diff(console: Console, found: GenerationDiff, names: GenerationLabels) -> None:
    """What has changed, document by document."""
    put(console, Text.assemble("From ", (names.old, "cyan"), " to ", (names.new, "cyan")))
    if found.is_empty:
        put(console, Text(nothing_changed(found)))
        return
    _show_whole(console, "added", found.added)
    _show_whole(console, "removed", found.removed)
    for revised in found.revised:
        console.print()
        _show_document(console, revised)
    if found.unchanged:
        console.print()
        put(console, Text(f"Unchanged: {', '.join(found.unchanged)}", "dim"))


def nothing_changed(found: GenerationDiff) -> str:
    """That two generations are the same."""
    count = len(found.unchanged)
    return f"Nothing has changed: {_number(count, 'document')} {'is' if count == 1 else 'are'} the same."


def count_changes(found: DocumentDiff) -> str:
    """How many units of a document were changed, added, removed and moved, and how many were not."""
    counts = [f"{len(found.of_kind(kind))} {kind}" for kind in ("changed", "added", "removed", "moved")]
    facts = [f"{_number(len(found.facts), 'fact')} about it changed"] if found.facts else []
    return ", ".join([*(count for count in counts if count[:2] != "0 "), *facts, f"{found.unchanged} unchanged"])


def fact_label(fact: Fact) -> str:
    """The name of a fact of the metadata."""
    return fact.name.replace("_", " ").capitalize()


def place(change: Change) -> str:
    """What kind of unit it is, unless it is a sentence, and the section it comes from, if that is another."""
    kind = "" if change.unit.kind == "sentence" else f" {change.unit.kind}"
    elsewhere = change.old and change.new and change.unit.kind != "heading" and change.old.section != change.new.section
    return f"{kind}, from {change.old.section}" if elsewhere and change.old else kind


def around(text: str, mark: Callable[[str], Shown], plain: Callable[[str], Shown]) -> Shown:
    """`text` with its words marked; white space at its ends is left alone."""
    words = text.strip()
    if not words:
        return plain(text)
    start = text.index(words)
    return plain(text[:start]) + mark(words) + plain(text[start + len(words) :])


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _show_whole(console: Console, kind: str, documents: Sequence[Document]) -> None:
    """Documents that one of the two generations does not have."""
    for document in documents:
        console.print()
        sign = (f"{SIGNS[kind]} {kind}", _STYLES[kind])
        put(console, Text.assemble(sign, "  ", (document.id, "cyan"), "  ", (document.title, "bold")))


def _show_document(console: Console, found: DocumentDiff) -> None:
    put(console, Text.assemble((found.id, "cyan"), "  ", (found.title, "bold")))
    put(console, Text(count_changes(found)), _INDENT)
    if found.is_empty:
        put(console, Text(ONLY_LAYOUT), _INDENT)
    coloured = console.color_system is not None and not console.no_color
    for fact in found.facts:
        values = _replaced(fact.old or NOT_STATED, fact.new or NOT_STATED, coloured)
        put(console, Text(f"{fact_label(fact)}: ") + values, _INDENT)
    for section, changes in groupby(found.changes, lambda change: change.unit.section):
        console.print()
        put(console, Text(section, "bold"))
        for change in changes:
            _show_change(console, change, coloured)


def _show_change(console: Console, change: Change, coloured: bool) -> None:
    flags = f"  [{', '.join(mark.matter for mark in change.marks)}]" if change.marks else ""
    sign = (f"{SIGNS[change.kind]} {change.kind}", _STYLES[change.kind])
    put(console, Text.assemble(sign, place(change), (flags, "bold")))
    text = Text(change.unit.text)
    if change.kind == "changed":
        text = Text().join(Text(old) if old == new else _replaced(old, new, coloured) for old, new in change.segments())
    put(console, text, _INDENT)


def _replaced(old: str, new: str, coloured: bool) -> Text:
    def removed(text: str) -> Text:
        return Text(text, "red strike") if coloured else Text(f"[-{text}-]")

    def added(text: str) -> Text:
        return Text(text, "green underline") if coloured else Text(f"{{+{text}+}}")

    return around(old, removed, Text) + around(new, added, Text)
