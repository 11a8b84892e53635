"""An answer line by line, as a person sees it: on a terminal, by `print`, and in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from answer.record import Answer, Citation, Statement
from ingest import Document, Stated, without

Look = Literal["plain", "strong", "aside", "number", "written", "warning", "quiet", "code", "address"]
Piece = tuple[str, Look]
_INDENT = 4
_BY_OCR = "read by OCR"
_REVIEW = {"reviewed": "reviewed", "pending": "review pending"}
_TAGS: dict[Look, str] = {
    "plain": "span",
    "strong": "b",
    "aside": "i",
    "number": "b",
    "written": "i",
    "warning": "em",
    "quiet": "small",
    "code": "code",
    "address": "small",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, or an empty line where it has no pieces: each is a text and how it looks.

    It stands behind `indent` spaces, and `wraps` is whether it may be broken where it is long.
    """

    pieces: tuple[Piece, ...] = ()
    indent: int = 0
    wraps: bool = True


def answer_lines(answer: Answer) -> Iterator[Line]:
    """Statements with the numbers of their citations, the places cited, and the notices; or a plain refusal."""
    if answer.resolved_question != " ".join(answer.question.split()):
        yield Line((("Read as: ", "plain"), (answer.resolved_question, "aside")))
        yield Line()
    if not answer.is_answered:
        yield Line(((answer.text, "strong" if answer.is_refusal else "plain"),))
    for statement in answer.statements:
        yield _statement(answer, statement)
    said = {statement.text for statement in answer.statements}
    yield from citation_lines(answer.citations, said, answer.states)
    if answer.nearest:
        yield Line()
        yield Line((("Closest thing the sources say, which is not an answer:", "plain"),))
        yield from citation_lines(answer.nearest, said, answer.states)
    if answer.notices:
        yield Line()
    for notice in answer.notices:
        look: Look = "warning" if notice.citations else "quiet"
        yield Line(((f"Note: {notice.text} {_numbers(notice.citations)}".rstrip(), look),))


def citation_lines(citations: Sequence[Citation], said: Iterable[str], states: Sequence[Stated]) -> Iterator[Line]:
    """Every place once, under the numbers that point to it; a quote only where it is not `said` already.

    `states`: see `source_facts`.
    """
    places: dict[tuple[str, str, str | None, bool], list[Citation]] = {}
    for citation in citations:
        key = (citation.document_id, citation.sections, citation.url, citation.read_by_ocr)
        places.setdefault(key, []).append(citation)
    for cited in places.values():
        first = cited[0]
        yield Line()
        pages = _pages(cited)
        linked = f" › {first.sections}" * bool(first.sections) + f", {pages}" * bool(pages) if first.url else ""
        numbers = _numbers([citation.number for citation in cited])
        yield Line(((numbers, "number"), (" ", "plain"), (first.title + linked, "strong")))
        for citation in cited:
            if citation.reading_text not in said:
                yield Line(((f"“{citation.quote}”", "plain"),), _INDENT)
        for reference in dict.fromkeys(r for citation in cited for r in citation.references):
            yield Line(((f"The page cites: {reference}", "plain"),), _INDENT)
        by_ocr = _BY_OCR if first.read_by_ocr else None
        if facts := source_facts(first, first.revised, by_ocr, states):
            yield Line(((facts, "warning" if first.review_status == "pending" else "plain"),), _INDENT)
        where = first.url or ", ".join(filter(None, (first.file or first.document_id, pages, first.sections)))
        yield Line(((where, "address"),), _INDENT, wraps=False)
    if any(citation.license == "digest" for citation in citations):
        yield Line()
        yield Line((("Digest: the words are those of a digest of the page, not of the page itself.", "quiet"),))


def source_facts(source: Document | Citation, revised: str | None, by_ocr: str | None, states: Sequence[Stated]) -> str:
    """What one must know of a source.

    That it is silent of its date or its review is told where any document of the corpus `states` that.
    """
    status = source.review_status
    facts = {
        "revised": f"revised {revised}" if revised else "no revision date",
        "review_status": _REVIEW.get(status, status) if status else "review status not stated",
    }
    told = (source.publisher, *(facts[fact] for fact in states), source.license, by_ocr)
    return " · ".join(fact for fact in told if fact)


def as_text(lines: Iterable[Line]) -> str:
    """Lines as plain text, each paragraph on a line of its own, from the first that is not empty."""
    shown = []
    for line in lines:
        rows = (row.rstrip() for row in "".join(text for text, _ in line.pieces).split("\n"))
        shown += [f"{' ' * line.indent}{row}" if row else "" for row in rows]
    return "\n".join(shown).lstrip("\n")


def as_html(lines: Iterable[Line]) -> str:
    """Lines as HTML that needs no style or script; all that a source says is text in it, and no mark-up."""
    shown = []
    for line in lines:
        pieces = "".join(_piece(text, look) for text, look in line.pieces if text) or "<br>"
        shown.append(f'<div style="margin-left:{line.indent // 2}em;white-space:pre-wrap">{pieces}</div>')
    return f"<div>{''.join(shown)}</div>"


def _piece(text: str, look: Look) -> str:
    shown = escape(text)
    if look == "address" and text.startswith(("http://", "https://")):
        # The part behind # makes a browser scroll to the quote, and tells a person nothing.
        page = escape(text.partition("#")[0])
        shown = f'<a href="{shown}" target="_blank" rel="noopener noreferrer">{page}</a>'
    return f"<{_TAGS[look]}>{shown}</{_TAGS[look]}>"


def _statement(answer: Answer, statement: Statement) -> Line:
    """A statement with its numbers, below and behind what leads it in; code with its lines as they are."""
    about: Piece = (f"[{statement.about}:] " if statement.about else "", "aside")
    mark: Piece = ("  (written by a model)" if statement.kind == "generated" else "", "written")
    numbers: Piece = (_numbers(statement.citations), "number")
    first = next((c for c in answer.citations if c.number == statement.citations[0]), None)
    depth = answer.depth(statement)
    text = _laid_out(first) if first and statement.kind == "quote" else statement.text
    if first and any(block.kind == "code" for block in first.blocks):
        return Line((about, (text, "code"), ("\n", "plain"), numbers), _INDENT * (depth + 1), wraps=False)
    bullet = "• " if depth else ""
    return Line(((bullet, "plain"), about, (text, "plain"), (" ", "plain"), numbers, mark), _INDENT * depth)


def _laid_out(citation: Citation) -> str:
    """A quote as it is read, the items of a list in a list set in."""
    deep = {citation.quote.rfind("\n", 0, b.start) + 1: b.level - 1 for b in citation.blocks if b.kind == "item"}
    lines: list[str] = []
    at = 0
    for line in citation.quote.split("\n"):
        marks = [(start - at, end - at) for start, end in citation.marks if at <= start < at + len(line)]
        lines.append("  " * deep.get(at, 0) + (without(line, marks) if marks else line))
        at += len(line) + 1
    return "\n".join(lines)


def _numbers(numbers: Iterable[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _pages(cited: Sequence[Citation]) -> str:
    """On which pages, as they are called in print, the quotes begin: "pages iv, 1"; empty where there are none."""
    pages = list(dict.fromkeys(citation.page_label for citation in cited if citation.page_label))
    return f"{'page' if len(pages) == 1 else 'pages'} {', '.join(pages)}" if pages else ""
