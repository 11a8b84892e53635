"""A source once it is read: one fixed text, and ranges of it.

Every range is `[start, end)` in Unicode code points of `Document.text`; nothing is ever found again by searching.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any, Literal

from ingest.clean import is_colophon, review_status, revised_on
from ingest.source import Source

Kind = Literal["heading", "paragraph", "item", "reference", "colophon"]
MATTER = ("paragraph", "item", "colophon")


@dataclass(frozen=True, slots=True)
class Piece:
    """What a loader hands over: one heading, paragraph, list item or bibliography entry, on one line.

    `level` is the depth of a heading (1 is the title, 0 unknown) or of a list item (1 is the outermost).
    `mark` is what stands before a list item on the page ("• ", "2. ").
    """

    kind: Kind
    text: str
    level: int = 0
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece in its place: `document.text[start:end]` is its text, without its mark.

    A `colophon` is a paragraph that speaks of the page itself: who wrote it, when it was revised, how it is reviewed.
    """

    kind: Kind
    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it up to the next heading; `path` holds the headings above it."""

    heading: str
    path: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence; `block` is the index in `Document.blocks` of the block that it stands in."""

    start: int
    end: int
    block: int


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of the document's own bibliography."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One source at one revision.  `dropped` holds the lines that were judged to be site furniture."""

    id: str
    title: str
    publisher: str | None
    url: str | None
    revised: datetime.date | None
    review_status: str | None
    license: str | None
    text: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    references: tuple[Reference, ...]
    dropped: tuple[str, ...]
    differences: tuple[str, ...]

    @property
    def revision(self) -> str:
        """`sha256:…` of the text and the metadata: the same content gives the same revision anywhere."""
        metadata = [self.title, self.publisher, self.url, str(self.revised), self.review_status, self.license]
        content = json.dumps([self.text, *metadata], ensure_ascii=False)
        return "sha256:" + hashlib.sha256(content.encode()).hexdigest()

    def section_at(self, position: int) -> Section:
        """The section that holds `position`, a code point of the text."""
        return next(s for s in self.sections if s.start <= position < max(s.end, s.start + 1))

    @classmethod
    def assemble(
        cls,
        source: Source,
        pieces: Sequence[Piece],
        dropped: Sequence[str],
        split: Callable[[str], list[tuple[int, int]]],
    ) -> Document:
        """Lay `pieces` out as one text; `split` gives the sentence ranges of a block's text."""
        read_title = next((p.text for p in pieces if p.kind == "heading"), None)
        title = source.title or read_title or source.path.stem
        text, blocks = _lay_out(pieces)
        sections = _sections(title, text, blocks)
        blocks = tuple(
            replace(block, kind="colophon") if _is_about(title, text, block, sections) else block for block in blocks
        )
        colophon = [text[b.start : b.end] for b in blocks if b.kind == "colophon"]
        read_date = next((d for d in map(revised_on, colophon) if d), None)
        read_status = review_status(colophon)
        differences = tuple(
            f"{source.id}: the manifest says {name} is {stated}, the page says {read}"
            for name, stated, read in (
                ("title", source.title, read_title if read_title in {p.text for p in pieces if p.level == 1} else None),
                ("revised", source.revised, read_date),
                ("review_status", source.review_status, read_status),
            )
            if stated and read and str(stated).casefold() != str(read).casefold()
        )
        return cls(
            id=source.id,
            title=title,
            publisher=source.publisher,
            url=source.url,
            revised=source.revised or read_date,
            review_status=source.review_status or read_status,
            license=source.license,
            text=text,
            blocks=blocks,
            sections=sections,
            sentences=tuple(
                Sentence(block.start + start, block.start + end, number)
                for number, block in enumerate(blocks)
                if block.kind in MATTER
                for start, end in split(text[block.start : block.end])
            ),
            references=tuple(Reference(b.start, b.end) for b in blocks if b.kind == "reference"),
            dropped=tuple(dropped),
            differences=differences,
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values that `from_json` reads back."""
        record: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self)}
        record["revised"] = self.revised.isoformat() if self.revised else None
        for name in ("blocks", "sections", "sentences", "references"):
            record[name] = [[getattr(row, f.name) for f in fields(row)] for row in record[name]]
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Document:
        """The inverse of `to_json`."""
        values = dict(record)
        values["revised"] = datetime.date.fromisoformat(values["revised"]) if values["revised"] else None
        values["blocks"] = tuple(Block(*row) for row in values["blocks"])
        values["sections"] = tuple(Section(h, tuple(path), start, end) for h, path, start, end in values["sections"])
        values["sentences"] = tuple(Sentence(*row) for row in values["sentences"])
        values["references"] = tuple(Reference(*row) for row in values["references"])
        values["dropped"], values["differences"] = tuple(values["dropped"]), tuple(values["differences"])
        return cls(**values)


def _lay_out(pieces: Sequence[Piece]) -> tuple[str, tuple[Block, ...]]:
    parts: list[str] = []
    blocks: list[Block] = []
    position = 0
    for before, piece in pairwise([None, *pieces]):
        assert piece is not None
        gap = "" if before is None else "\n" if before.kind == piece.kind != "paragraph" else "\n\n"
        lead = gap + piece.mark
        start = position + len(lead)
        position = start + len(piece.text)
        parts += lead, piece.text
        blocks.append(Block(piece.kind, start, position, piece.level))
    return "".join(parts), tuple(blocks)


def _sections(title: str, text: str, blocks: Sequence[Block]) -> tuple[Section, ...]:
    """Sections that tile the text; what precedes the first heading, and the colophon, belong to the page as a whole."""
    opens: list[tuple[int, str, tuple[str, ...]]] = [(0, title, ())]
    stack: list[tuple[int, str]] = []
    in_colophon = False
    for number, block in enumerate(blocks):
        content = text[block.start : block.end]
        if block.kind == "heading":
            in_colophon = False
            if block.level == 1 or (number == 0 and content.casefold() == title.casefold()):
                opens.append((block.start, title, ()))
                stack = []
                continue
            while stack and (block.level == 0 or stack[-1][0] >= block.level):
                stack.pop()
            opens.append((block.start, content, tuple(heading for _, heading in stack)))
            stack.append((block.level, content))
        elif is_colophon(content) and not in_colophon:
            in_colophon = True
            opens.append((block.start, title, ()))
    starts = [start for start, _, _ in opens] + [len(text)]
    return tuple(
        Section(heading, path, start, end)
        for (start, heading, path), end in zip(opens, starts[1:], strict=True)
        if end > start or start == 0 == len(text)
    )


def _is_about(title: str, text: str, block: Block, sections: Sequence[Section]) -> bool:
    """Whether a paragraph that stands under the title alone speaks of the page itself."""
    content = text[block.start : block.end]
    if block.kind != "paragraph" or not (is_colophon(content) or review_status([content])):
        return False
    return any(s.heading == title and not s.path and s.start <= block.start < s.end for s in sections)
