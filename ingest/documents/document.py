"""A source once it is read: one fixed text, and ranges of it.

Every range is `[start, end)` in Unicode code points of `Document.text`; nothing is ever found again by searching.
"""

from __future__ import annotations

import datetime
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from textwrap import shorten
from typing import Any

from ingest.documents.marks import Mark, find_marks, without
from ingest.documents.references import Reference, read_references
from ingest.proof import text_checksum
from ingest.read.layout import MATTER, UNSEEN, Block, Cell, Piece, Section, divide, lay_out
from ingest.read.leads import calls_note, climbs, led, note_marker
from ingest.read.metadata import Stated
from ingest.source import Source

Range = tuple[int, int]
# Of what is written of documents and of an index of them; to be raised when any of it is written otherwise.
FORMAT = 13
# The most characters of text that no reader sees that are told.
_FIRST_WORDS = 80
# The most characters of code that are quoted as one.
_CODE = 500
# Notes can call each other in a circle.
_DEEPEST = 8
# The most characters of the sentences before a list, or the last of them alone, that lead it in.
_LEAD = 200

__all__ = ["FORMAT", "MATTER", "Block", "Cell", "Document", "Mark", "Piece", "Reference", "Section", "Sentence"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence; `block` is the index in `Document.blocks` of the block that it stands in."""

    start: int
    end: int
    block: int


@dataclass(frozen=True, slots=True)
class Document:
    """One source at one revision.

    `file` is its path in the corpus, empty where it is of no file.  `pages` are the offsets at which its pages start,
    none where its kind of file has no pages, and `labels` what they are called in print, none where that is just their
    number; `pictures` are the numbers of those that are pictures and were not read, and `scans` of those that were read
    by OCR.  `marks` are the numbers in its text that point to its references, `dropped` what was read and is no matter,
    and `differences` where it does not agree with the manifest or with itself.
    """

    id: str
    file: str
    title: str
    publisher: str | None
    url: str | None
    revised: datetime.date | None
    review_status: str | None
    authors: str | None
    license: str | None
    text: str
    pages: tuple[int, ...]
    labels: tuple[str, ...]
    pictures: tuple[int, ...]
    scans: tuple[int, ...]
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    references: tuple[Reference, ...]
    marks: tuple[Mark, ...]
    dropped: tuple[str, ...]
    differences: tuple[str, ...]

    @property
    def revision(self) -> str:
        """`sha256:…` of the text and the metadata: the same content gives the same revision anywhere."""
        dated = (str(self.revised), self.review_status, self.authors, self.license)
        content = json.dumps([self.text, self.title, self.publisher, self.url, *dated], ensure_ascii=False)
        return f"sha256:{text_checksum(content)}"

    def section_at(self, position: int) -> Section:
        """The section that holds `position`, a code point of the text."""
        return self.sections[bisect_right(self.sections, position, key=_start) - 1]

    def block_at(self, position: int) -> int:
        """The number of the block that holds `position`, or else of the last before it."""
        return max(0, bisect_right(self.blocks, position, key=_start) - 1)

    def sentences_in(self, start: int, end: int) -> Sequence[Sentence]:
        """The sentences that begin in `[start, end)`, in order."""
        first, last = (bisect_left(self.sentences, position, key=_start) for position in (start, end))
        return self.sentences[first:last]

    def leads(self, block: int) -> tuple[Range, ...]:
        """The ranges of what leads a block in, outermost first.

        Each is a heading, an item, the last sentences before a list, or the sentence that calls a note.
        """
        found: list[Range] = []
        number = self.blocks[block].lead
        marker = note_marker(self.text, self.blocks[block])
        while number is not None and len(found) < _DEEPEST:
            lead = self.blocks[number]
            sentences = self.sentences_in(lead.start, lead.end) if lead.kind == "paragraph" else ()
            calling = [(s.start, s.end) for s in sentences if calls_note(self.text[s.start : s.end], marker)]
            found += calling[:1] or [(self._lead_start(sentences, lead), lead.end)]
            if lead.kind == "heading" and not climbs(self.text, self.blocks, self.blocks[block], lead):
                break
            number, marker = lead.lead, note_marker(self.text, lead)
        return tuple(reversed(found))

    def _lead_start(self, sentences: Sequence[Sentence], lead: Block) -> int:
        """Where those of the last of `sentences` begin that lead in what follows: one that ends with a colon alone."""
        if not sentences:
            return lead.start
        near = [s.start for s in sentences if lead.end - s.start <= _LEAD and self.text[lead.end - 1] != ":"]
        return min([*near, sentences[-1].start])

    def page_at(self, position: int) -> int | None:
        """The number of the page, from 1, on which `position` stands; None where there are no pages."""
        return bisect_right(self.pages, position) or None

    def page_label(self, position: int) -> str | None:
        """What the page on which `position` stands is called in print: "iv"; None where there are no pages."""
        page = self.page_at(position)
        if page is None:
            return None
        return self.labels[page - 1] if page <= len(self.labels) and self.labels[page - 1] else str(page)

    def is_by_ocr(self, start: int, end: int) -> bool:
        """Whether any of `[start, end)` was read by OCR."""
        first, last = self.page_at(start) or 0, self.page_at(max(start, end - 1)) or 0
        return any(first <= page <= last for page in self.scans)

    def marks_in(self, start: int, end: int) -> tuple[Mark, ...]:
        """The reference marks that stand in `[start, end)`."""
        return tuple(mark for mark in self.marks if start <= mark.start and mark.end <= end)

    def reading_text(self, start: int, end: int) -> str:
        """The text of `[start, end)` as it is read: without its reference marks and the space before them."""
        text, marks = self.text[start:end], self.marks_in(start, end)
        return without(text, [(m.start - start, m.end - start) for m in marks]) if marks else text.strip()

    def cited(self, start: int, end: int) -> tuple[str, ...]:
        """The entries to which the marks in `[start, end)` point, each once; one that is missing is told as missing."""
        entries = {r.number: self.text[r.start : r.end] for r in self.references}
        numbers = dict.fromkeys(number for mark in self.marks_in(start, end) for number in mark.numbers)
        return tuple(entries.get(number, f"[{number}] (no such entry on the page)") for number in numbers)

    @property
    def unresolved_marks(self) -> tuple[int, ...]:
        """The numbers in marks that no entry of the references has, ascending."""
        return _unresolved(self.marks, self.references)

    @classmethod
    def assemble(
        cls,
        source: Source,
        pieces: Sequence[Piece],
        dropped: Sequence[str],
        split: Callable[[str], list[tuple[int, int]]],
        stated: Stated = Stated(),  # noqa: B008 - frozen
    ) -> Document:
        """Lay `pieces` out as one text.

        `split` gives the sentence ranges of a block's text, `stated` is what the file says of itself beside its text.
        """
        own_title = next((p.text for p in pieces if p.kind == "heading" and p.level == 1), None)
        first_heading = next((p.text for p in pieces if p.kind == "heading"), None)
        title = source.title or own_title or stated.title or first_heading or source.place.stem
        text, blocks, pages = lay_out(pieces)
        sections, named = divide(title, text, blocks)
        blocks = led(text, named)
        page = Stated.in_lines([text[b.start : b.end] for b in blocks if b.kind == "colophon"], own_title, stated)
        references = read_references(
            text, [(b.start, b.end, p.mark) for b, p in zip(blocks, pieces, strict=True) if b.kind == "reference"]
        )
        matter = [(b.start, b.end) for b in blocks if b.kind in ("paragraph", "item", "row")]
        marks = find_marks(text, matter, [r.number for r in references if r.number])
        return cls(
            id=source.id,
            file=source.file,
            title=title,
            publisher=source.publisher or page.publisher,
            url=source.url,
            revised=source.revised or page.revised,
            review_status=source.review_status or page.review_status,
            authors=page.authors,
            license=source.license or page.license,
            text=text,
            pages=pages,
            labels=page.labels,
            pictures=page.pictures,
            scans=tuple(scan.page for scan in page.scans),
            blocks=blocks,
            sections=sections,
            sentences=tuple(
                Sentence(block.start + start, block.start + end, number)
                for number, block in enumerate(blocks)
                if block.kind in MATTER
                for start, end in _parts(text[block.start : block.end], block, split)
            ),
            references=references,
            marks=marks,
            dropped=tuple(dropped),
            differences=(
                *page.differences(source),
                *(f"{source.id}: {told}" for told in page.poor()),
                *(f"{source.id}: {told}" for told in _unseen(dropped)),
                *(
                    f"{source.id}: mark {number} has no entry in its list of references"
                    for number in _unresolved(marks, references)
                ),
            ),
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values that `from_json` reads back."""
        record: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self)}
        record["revised"] = self.revised.isoformat() if self.revised else None
        for name in ("blocks", "sections", "sentences", "references", "marks"):
            record[name] = _listed(record[name])
        for row in record["blocks"]:
            row[-1] = _listed(row[-1]) if row[-1] else []
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Document:
        """The inverse of `to_json`."""
        values = dict(record)
        values["revised"] = datetime.date.fromisoformat(values["revised"]) if values["revised"] else None
        values["blocks"] = tuple(
            Block(kind, start, end, level, lead, tuple(Cell(*cell) for cell in cells))
            for kind, start, end, level, lead, cells in values["blocks"]
        )
        values["sections"] = tuple(Section(h, tuple(path), start, end) for h, path, start, end in values["sections"])
        values["sentences"] = tuple(Sentence(*row) for row in values["sentences"])
        values["references"] = tuple(Reference(*row) for row in values["references"])
        values["marks"] = tuple(Mark(start, end, tuple(numbers)) for start, end, numbers in values["marks"])
        for name in ("pages", "labels", "pictures", "scans", "dropped", "differences"):
            values[name] = tuple(values[name])
        return cls(**values)


def _listed(rows: Sequence[Any]) -> list[list[Any]]:
    """Dataclasses of one kind as lists of the values of their fields, of which there are several."""
    values = attrgetter(*(found.name for found in fields(rows[0]))) if rows else None
    return [list(values(row)) for row in rows] if values else []


def _start(part: Block | Section | Sentence) -> int:
    return part.start


def _parts(text: str, block: Block, split: Callable[[str], list[Range]]) -> list[Range]:
    """The ranges of what can be quoted: sentences; a row as a whole; of code as many lines as _CODE allows."""
    if block.kind == "row":
        return [(0, len(text))]
    if block.kind != "code":
        return split(text)
    found: list[Range] = []
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        if found and end - found[-1][0] <= _CODE:
            found[-1] = (found[-1][0], end)
        else:
            found.append((at, end))
        at = end + 1
    return [_filled(text, start, end) for start, end in found if text[start:end].strip()]


def _filled(text: str, start: int, end: int) -> Range:
    """A range without the empty lines at its ends; how far in its first line stands is kept."""
    lines = text[start:end].rstrip()
    return start + len(lines) - len(lines.lstrip("\n")), start + len(lines)


def _unseen(dropped: Sequence[str]) -> Iterator[str]:
    """One line on text that a file holds and does not show."""
    unseen = [line.removeprefix(UNSEEN) for line in dropped if line.startswith(UNSEEN)]
    if unseen:
        start = shorten(unseen[0], _FIRST_WORDS, placeholder=" …")
        yield f"holds text that no reader sees, and that is left out: “{start}”"


def _unresolved(marks: Sequence[Mark], references: Sequence[Reference]) -> tuple[int, ...]:
    return tuple(sorted({number for mark in marks for number in mark.numbers} - {r.number for r in references}))
