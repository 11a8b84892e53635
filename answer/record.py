"""The answer record: what every face shows, stores and sends."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal
from urllib.parse import quote as percent_encode

from ingest import STATED, Block, Cell, Document, Stated, without

Status = Literal["answered", "insufficient_evidence", "not_a_question"]
# What is done for an answer, in this order; the last two only where there is a language model.
Stage = Literal["resolve", "search", "read", "point", "write"]
# What is said and is no question to the sources; "about" asks about the collection itself.
SmallTalk = Literal["greeting", "thanks", "about"]
Refused = Literal["off_topic", "not_in_sources", "weak_evidence"]
Reason = Refused | SmallTalk
_FRAGMENT_WORDS = 6
# What stands before a list item is no text of the page.
_MARK = re.compile(r"(?<=\n)(?:•|\d+\.) ")


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim range of a document: `document.text[start:end] == quote`.

    `marks` are the ranges of the quote that are reference marks of the page, and `references` the entries that they
    point to.  `file` is the path of the source in its corpus, and `section_path` the headings above its section.
    `page` is the number of the page on which the quote begins, from 1, and `page_label` what that page is called in
    print ("iv"), or else that number; both are None where its kind of file has no pages.  `blocks` are the rows of
    tables, the code and the items that the quote holds, as ranges of it; prose has none, nor has what is one item.
    `read_by_ocr` is whether any of the quote was read off a picture, which may have been misread.
    """

    number: int
    document_id: str
    revision: str
    title: str
    publisher: str | None
    url: str | None
    section: str
    revised: str | None
    review_status: str | None
    license: str | None
    quote: str
    start: int
    end: int
    quote_hash: str
    references: tuple[str, ...] = ()
    marks: tuple[tuple[int, int], ...] = ()
    page: int | None = None
    page_label: str | None = None
    file: str | None = None
    read_by_ocr: bool = False
    section_path: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()

    def __str__(self) -> str:
        from answer.display import as_text, citation_lines

        return as_text(citation_lines([self], (), self._stated))

    def _repr_html_(self) -> str:
        from answer.display import as_html, citation_lines

        return as_html(citation_lines([self], (), self._stated))

    @property
    def _stated(self) -> tuple[Stated, ...]:
        """What it states itself: whether other sources of its corpus do is not known of a citation alone."""
        return tuple(fact for fact in STATED if getattr(self, fact))

    @property
    def reading_text(self) -> str:
        """The quote as it is read: without its reference marks and the space before them."""
        return without(self.quote, self.marks)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Citation:
        """A citation from the plain values that a record holds of it."""
        values = dict(record)
        values["marks"] = tuple((start, end) for start, end in record["marks"])
        values["references"] = tuple(record["references"])
        values["section_path"] = tuple(record.get("section_path", ()))
        values["blocks"] = tuple(
            Block(**row | {"cells": tuple(Cell(**cell) for cell in row["cells"])}) for row in record.get("blocks", ())
        )
        return cls(**values)

    @property
    def sections(self) -> str:
        """The section with the headings above it: "Rescue › Rafts"; empty where it is the whole of the document."""
        return "" if self.section == self.title else " › ".join((*self.section_path, self.section))

    @classmethod
    def of(cls, number: int, document: Document, start: int, end: int) -> Citation:
        """Cite `document.text[start:end]`."""
        quote = document.text[start:end]
        # A digest is not what stands at the address, so the address is given without a place in it.
        fragment = "" if document.license == "digest" else text_fragment(quote)
        section = document.section_at(start)
        return cls(
            number=number,
            document_id=document.id,
            revision=document.revision,
            title=document.title,
            publisher=document.publisher,
            url=document.url and document.url + fragment,
            section=section.heading,
            revised=document.revised.isoformat() if document.revised else None,
            review_status=document.review_status,
            license=document.license,
            quote=quote,
            start=start,
            end=end,
            quote_hash=quote_hash(quote),
            references=document.cited(start, end),
            marks=tuple((mark.start - start, mark.end - start) for mark in document.marks_in(start, end)),
            page=document.page_at(start),
            page_label=document.page_label(start),
            file=document.file or None,
            read_by_ocr=document.is_by_ocr(start, end),
            section_path=section.path,
            blocks=_blocks(document, start, end),
        )


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that the answer says.

    One of kind `quote` is the reading text of its first citation; one of kind `generated` was written by a model and
    checked against its citations.  `about` is what a pronoun in a quote stands for, in the words of the page, where
    the quote itself does not say: it is shown in brackets, and is no part of the quote.  `under` is the number, from 0,
    of the statement before it that leads it in, as "We pay for none of these:" does a list's item, and is shown above.
    """

    text: str
    citations: tuple[int, ...]
    kind: Literal["quote", "generated"] = "quote"
    about: str | None = None
    under: int | None = None

    @property
    def reading_text(self) -> str:
        """The text, with what it is about in brackets before it where it does not say so itself."""
        return f"[{self.about}:] {self.text}" if self.about else self.text


@dataclass(frozen=True, slots=True)
class Remark:
    """A notice beside the answer, never inside its statements."""

    kind: str
    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens that a language model read and wrote."""

    prompt: int
    completion: int

    def __add__(self, other: Usage) -> Usage:
        """Those of both."""
        return Usage(self.prompt + other.prompt, self.completion + other.completion)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, a refusal, or a reply to what is no question to the sources.

    `reason` is why it is no answer.  `nearest` are the closest passages of a refusal, which are not an answer.
    `confidence` is the probability that the sources answer, as the reader that comes with the package finds, also where
    a language model has decided.  `tokens` are those that such a model took; None where none was asked, or where its
    server does not tell.  `states` is what any document of the corpus states; where a citation is silent of anything
    else, that says nothing.
    """

    question: str
    resolved_question: str
    status: Status
    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    notices: tuple[Remark, ...]
    reason: Reason | None
    nearest: tuple[Citation, ...]
    confidence: float
    generation: str
    timings_ms: dict[str, float]
    tokens: Usage | None = None
    states: tuple[Stated, ...] = STATED

    def depth(self, statement: Statement) -> int:
        """Under how many others, one leading the next in, a statement stands."""
        return 0 if statement.under is None else 1 + self.depth(self.statements[statement.under])

    @property
    def is_refusal(self) -> bool:
        """Whether the sources were found not to say."""
        return self.status == "insufficient_evidence"

    @property
    def is_answered(self) -> bool:
        """Whether the sources were found to say, and what they say is told."""
        return self.status == "answered"

    def __str__(self) -> str:
        from answer.display import answer_lines, as_text

        return as_text(answer_lines(self))

    def _repr_html_(self) -> str:
        from answer.display import answer_lines, as_html

        return as_html(answer_lines(self))

    def to_markdown(self) -> str:
        """The answer as a person reads it, as Markdown: statements, notices and sources; see `answer.markdown`."""
        from answer.markdown import to_markdown

        return to_markdown(self)

    def to_json(self) -> dict[str, Any]:
        """The record as plain values, in the order of the design."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Answer:
        """The inverse of `to_json`; timings and tokens may be missing, and what the corpus states."""
        values = {"timings_ms": {}, "tokens": None, "states": STATED} | dict(record)
        values["tokens"] = Usage(**values["tokens"]) if values["tokens"] else None
        values["states"] = tuple(values["states"])
        values["statements"] = tuple(
            Statement(**row | {"citations": tuple(row["citations"])}) for row in values["statements"]
        )
        values["notices"] = tuple(Remark(**row | {"citations": tuple(row["citations"])}) for row in values["notices"])
        for name in ("citations", "nearest"):
            values[name] = tuple(map(Citation.from_json, values[name]))
        return cls(**values)


def _blocks(document: Document, start: int, end: int) -> tuple[Block, ...]:
    """The rows, the code and the items that begin in `[start, end)`, as ranges of that; no item that is all of it."""
    last = document.block_at(end - 1)
    return tuple(
        Block(
            block.kind,
            max(block.start, start) - start,
            min(block.end, end) - start,
            block.level,
            cells=tuple(
                Cell(cell.column, cell.head - start, cell.start - start, cell.end - start)
                for cell in block.cells
                if start <= cell.head and cell.end <= end
            ),
        )
        for block in document.blocks[document.block_at(start) : last + 1]
        if (block.kind in ("row", "code") and block.end > start)
        or (block.kind == "item" and (block.start > start or (block.start == start and block.end < end)))
    )


def quote_hash(quote: str) -> str:
    """`sha256:…` of a quote."""
    return "sha256:" + hashlib.sha256(quote.encode()).hexdigest()


def text_fragment(quote: str) -> str:
    """The `#:~:text=` part of a link that makes a browser scroll to the quote (WICG Scroll to Text Fragment).

    A long quote is given by its first and last words.
    """
    lines = [line for line in _MARK.sub("", quote).split("\n") if line.strip()]
    words = " ".join(lines).split()
    if len(lines) == 1 and len(words) <= 2 * _FRAGMENT_WORDS:
        parts = [" ".join(words)]
    else:
        parts = [" ".join(lines[0].split()[:_FRAGMENT_WORDS]), " ".join(lines[-1].split()[-_FRAGMENT_WORDS:])]
    # A dash would be read as the fragment's own syntax, so it is encoded as well.
    return "#:~:text=" + ",".join(percent_encode(part, safe="").replace("-", "%2D") for part in parts)
