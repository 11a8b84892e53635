"""The answer record: what every face shows, stores and sends."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal
from urllib.parse import quote as percent_encode

from ingest import Document, without

Status = Literal["answered", "insufficient_evidence"]
# What is done for an answer, in this order; the last only where a model writes.
Stage = Literal["resolve", "search", "read", "write"]
Reason = Literal["off_topic", "not_in_sources", "weak_evidence"]
_FRAGMENT_WORDS = 6
# What stands before a list item is no text of the page.
_MARK = re.compile(r"(?<=\n)(?:•|\d+\.) ")


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim range of a document: `document.text[start:end] == quote`.

    `marks` are the ranges of the quote that are reference marks of the page, and `references` the entries that they
    point to.  `file` is the path of the source in its corpus.  `page` is the number of the page on which the quote
    begins, None where its kind of file has none; `read_by_ocr` is whether any of the quote was read off a picture,
    which may have misread it.
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
    file: str | None = None
    read_by_ocr: bool = False

    @property
    def reading_text(self) -> str:
        """The quote as it is read: without its reference marks and the space before them."""
        return without(self.quote, self.marks)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Citation:
        """A citation from the plain values that a record holds of it."""
        marks = tuple((start, end) for start, end in record["marks"])
        return cls(**{**record, "references": tuple(record["references"]), "marks": marks})

    @classmethod
    def of(cls, number: int, document: Document, start: int, end: int) -> Citation:
        """Cite `document.text[start:end]`."""
        quote = document.text[start:end]
        # A digest is not what stands at the address, so the address is given without a place in it.
        fragment = "" if document.license == "digest" else text_fragment(quote)
        return cls(
            number=number,
            document_id=document.id,
            revision=document.revision,
            title=document.title,
            publisher=document.publisher,
            url=document.url and document.url + fragment,
            section=document.section_at(start).heading,
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
            file=document.file or None,
            read_by_ocr=document.is_by_ocr(start, end),
        )


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that the answer says.

    One of kind `quote` is the reading text of its first citation; one of kind `generated` was written by a model and
    checked against its citations.  `about` is what a pronoun in a quote stands for, in the words of the page, where
    the quote itself does not say: it is shown in brackets, and is no part of the quote.
    """

    text: str
    citations: tuple[int, ...]
    kind: Literal["quote", "generated"] = "quote"
    about: str | None = None

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
class Answer:
    """An answer or a refusal.  `nearest` are the closest passages of a refusal, which are not an answer."""

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

    @property
    def is_refusal(self) -> bool:
        """Whether the sources were found not to say."""
        return self.status != "answered"

    def to_json(self) -> dict[str, Any]:
        """The record as plain values, in the order of the design."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Answer:
        """The inverse of `to_json`; timings may be missing."""
        values = {"timings_ms": {}} | dict(record)
        values["statements"] = tuple(
            Statement(**row | {"citations": tuple(row["citations"])}) for row in values["statements"]
        )
        values["notices"] = tuple(Remark(**row | {"citations": tuple(row["citations"])}) for row in values["notices"])
        for name in ("citations", "nearest"):
            values[name] = tuple(map(Citation.from_json, values[name]))
        return cls(**values)


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
