"""What has changed between two revisions of a document, and between two generations of documents.

A document is compared as a list of units: its headings, sentences and references, in their order.  What stands in both
lists in the same order is kept, what stands in both but in another order has moved, and of what is left an old and a
new unit that are alike are one unit that changed.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Literal

from ingest.diffs.matching import Run, common, match
from ingest.diffs.meaning import Mark, marks
from ingest.documents.document import MATTER, Document

UnitKind = Literal["heading", "sentence", "reference"]
Content = tuple[UnitKind, str]
ChangeKind = Literal["removed", "added", "changed", "moved"]

_TOKEN = re.compile(r"\s+|\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|.", re.DOTALL)
_FACTS = ("title", "publisher", "url", "revised", "review_status", "license")


@dataclass(frozen=True, slots=True)
class Unit:
    """A heading, sentence or reference: the `index`th unit of its document, `[start, end)` of its text."""

    kind: UnitKind
    text: str
    index: int
    start: int
    end: int
    section: str

    @property
    def content(self) -> Content:
        """What makes two units equal."""
        return self.kind, self.text


@dataclass(frozen=True, slots=True)
class Edit:
    """Words that took the place of others; either side may be empty.  Ranges of the two documents' texts."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


@dataclass(frozen=True, slots=True)
class Change:
    """One unit that was removed (`new` is None), added (`old` is None), moved (both are equal) or changed."""

    kind: ChangeKind
    old: Unit | None = None
    new: Unit | None = None
    edits: tuple[Edit, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def unit(self) -> Unit:
        """The unit as it is now, or as it was before it was removed."""
        unit = self.new or self.old
        assert unit is not None
        return unit

    def segments(self) -> Iterator[tuple[str, str]]:
        """A changed unit from left to right, as (old, new) texts: equal where nothing was edited.

        Joined, the first of them are the old unit and the second the new one.
        """
        assert self.old is not None and self.new is not None
        before, after = self.old.start, self.new.start
        for edit in self.edits:
            yield self._between(before, edit.old_start, after, edit.new_start)
            yield self._between(edit.old_start, edit.old_end, edit.new_start, edit.new_end)
            before, after = edit.old_end, edit.new_end
        yield self._between(before, self.old.end, after, self.new.end)

    def _between(self, old_start: int, old_end: int, new_start: int, new_end: int) -> tuple[str, str]:
        assert self.old is not None and self.new is not None
        old, new = self.old, self.new
        return (
            old.text[old_start - old.start : old_end - old.start],
            new.text[new_start - new.start : new_end - new.start],
        )


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of the metadata that changed; None where it is not stated."""

    name: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class DocumentDiff:
    """How a document changed; `changes` are in reading order, what was removed where it stood."""

    id: str
    title: str
    old_revision: str
    new_revision: str
    facts: tuple[Fact, ...]
    changes: tuple[Change, ...]
    unchanged: int

    @property
    def is_empty(self) -> bool:
        """Whether units and metadata are the same; what is laid out otherwise may still be another revision."""
        return not self.facts and not self.changes

    def of_kind(self, kind: ChangeKind) -> tuple[Change, ...]:
        """The changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)


@dataclass(frozen=True, slots=True)
class GenerationDiff:
    """How a set of documents changed; in the order of the newer set, and of the older for what was removed."""

    added: tuple[Document, ...]
    removed: tuple[Document, ...]
    revised: tuple[DocumentDiff, ...]
    unchanged: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the two sets hold the same documents at the same revisions."""
        return not (self.added or self.removed or self.revised)


def diff(old: Document, new: Document) -> DocumentDiff:
    """What makes `new` of `old`.

    Deterministic, and the same both ways: what was added from old to new was removed from new to old.
    """
    before, after = units(old), units(new)
    kept, moved, changed = match([unit.content for unit in before], [unit.content for unit in after])
    gone = {i for i, _ in chain(kept, moved, changed)}
    come = {j for _, j in chain(kept, moved, changed)}
    changes = [
        *(Change("removed", old=unit) for unit in before if unit.index not in gone),
        *(Change("added", new=unit) for unit in after if unit.index not in come),
        *(Change("moved", before[i], after[j]) for i, j in moved),
        *(_changed(before[i], after[j]) for i, j in changed),
    ]
    return DocumentDiff(
        id=new.id,
        title=new.title,
        old_revision=old.revision,
        new_revision=new.revision,
        facts=tuple(_facts(old, new)),
        changes=tuple(_in_reading_order(changes, dict(chain(kept, changed)))),
        unchanged=len(kept),
    )


def apply(changes: DocumentDiff, old: Document) -> list[Content]:
    """The units of the newer document, in their order, out of those of the older one and what changed."""
    gone = {change.old.index for change in changes.changes if change.old}
    come = {change.new.index: change.new.content for change in changes.changes if change.new}
    kept = (unit.content for unit in units(old) if unit.index not in gone)
    length = changes.unchanged + len(come)
    return [come[index] if index in come else next(kept) for index in range(length)]


def diff_generations(old: Mapping[str, Document], new: Mapping[str, Document]) -> GenerationDiff:
    """What was added, removed and revised between two sets of documents by id."""
    both = [document_id for document_id in new if document_id in old]
    revised = [document_id for document_id in both if old[document_id].revision != new[document_id].revision]
    return GenerationDiff(
        added=tuple(document for document_id, document in new.items() if document_id not in old),
        removed=tuple(document for document_id, document in old.items() if document_id not in new),
        revised=tuple(diff(old[document_id], new[document_id]) for document_id in revised),
        unchanged=tuple(document_id for document_id in both if document_id not in set(revised)),
    )


def units(document: Document) -> list[Unit]:
    """The headings, sentences and references of a document, in the order of its text."""
    ranges: list[tuple[int, int, UnitKind]] = [(s.start, s.end, "sentence") for s in document.sentences]
    for block in document.blocks:
        if block.kind not in MATTER:
            ranges.append((block.start, block.end, "reference" if block.kind == "reference" else "heading"))
    starts = [section.start for section in document.sections]
    return [
        Unit(kind, document.text[start:end], index, start, end, _section(document, bisect_right(starts, start) - 1))
        for index, (start, end, kind) in enumerate(sorted(ranges))
    ]


def _section(document: Document, number: int) -> str:
    section = document.sections[number]
    return " › ".join([*section.path, section.heading])


def _facts(old: Document, new: Document) -> Iterator[Fact]:
    for name in _FACTS:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Fact(name, _stated(before), _stated(after))


def _stated(value: object) -> str | None:
    return None if value is None else str(value)


def _in_reading_order(changes: Sequence[Change], stayed: Mapping[int, int]) -> list[Change]:
    """As the newer document is read; what was removed comes behind what stood before it and is still there."""
    left = sorted(stayed)

    def place(change: Change) -> tuple[int, int]:
        if change.new:
            return change.new.index, -1
        before = bisect_left(left, change.unit.index)
        return (stayed[left[before - 1]] if before else -1), change.unit.index

    return sorted(changes, key=place)


def _changed(old: Unit, new: Unit) -> Change:
    return Change("changed", old, new, tuple(_edits(old, new)), marks(old.text, new.text))


def _edits(old: Unit, new: Unit) -> Iterator[Edit]:
    """The runs of words that differ."""
    before, after = _tokens(old.text), _tokens(new.text)
    old_ends, new_ends = [0, *accumulate(map(len, before))], [0, *accumulate(map(len, after))]
    done = [0, 0]
    for i, j, length in [*_solid(common(before, after), before, after), (len(before), len(after), 0)]:
        if (i, j) != (done[0], done[1]):
            yield Edit(
                old.start + old_ends[done[0]],
                old.start + old_ends[i],
                new.start + new_ends[done[1]],
                new.start + new_ends[j],
            )
        done = [i + length, j + length]


def _tokens(text: str) -> list[str]:
    """Words, numbers, signs and the white space between them: together they are `text`."""
    return _TOKEN.findall(text)


def _solid(runs: Sequence[Run], old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    """The runs that hold a word, or begin or end both sentences: a space alone keeps no two edits apart."""
    for i, j, length in runs:
        at_an_end = (i, j) == (0, 0) or (i + length, j + length) == (len(old), len(new))
        if at_an_end or any(token[0].isalnum() for token in old[i : i + length]):
            yield i, j, length
