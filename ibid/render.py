"""Answers and what is behind them, as text for a person.

On a terminal lines are wrapped to its width; elsewhere a paragraph is one line.  Colour only repeats what is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from answer import Answer, Citation, Verdict
from ibid.opening import Indexed
from ingest import Document
from retriever import Hit

if TYPE_CHECKING:
    from eval import Score

_INDENT = 4
_NARROWEST = 20
_REVIEW = {"reviewed": "reviewed", "pending": "review pending"}
_VERDICT_STYLE = {"exact": "green", "moved": "yellow", "gone": "red"}


def stdout() -> Console:
    """Standard output, on which nothing is coloured or rewritten unless it is asked for."""
    return Console(highlight=False, markup=False, emoji=False)


def show_answer(console: Console, answer: Answer) -> None:
    """Statements with the numbers of their citations, the places cited, and the notices; or a plain refusal."""
    if answer.resolved_question != " ".join(answer.question.split()):
        _put(console, Text.assemble("Read as: ", (answer.resolved_question, "italic")))
        console.print()
    if answer.is_refusal:
        _put(console, Text(answer.text, "bold"))
    for statement in answer.statements:
        _put(console, Text.assemble(statement.text, " ", (_numbers(statement.citations), "cyan")))
    said = {statement.text for statement in answer.statements}
    _show_citations(console, answer.citations, said)
    if answer.nearest:
        console.print()
        _put(console, Text("Closest thing the sources say, which is not an answer:"))
        _show_citations(console, answer.nearest, said)
    if answer.notices:
        console.print()
    for notice in answer.notices:
        style = "yellow" if notice.citations else "dim"
        _put(console, Text(f"Note: {notice.text} {_numbers(notice.citations)}".rstrip(), style))


def _show_citations(console: Console, citations: Sequence[Citation], said: Iterable[str]) -> None:
    """Every place once, under the numbers that point to it; a quote only where the answer does not give it already."""
    places: dict[tuple[str, str, str | None], list[Citation]] = {}
    for citation in citations:
        places.setdefault((citation.document_id, citation.section, citation.url), []).append(citation)
    for cited in places.values():
        first = cited[0]
        console.print()
        _put(console, Text.assemble((_numbers([c.number for c in cited]), "cyan"), " ", (_place(first), "bold")))
        for citation in cited:
            if citation.reading_text not in said:
                _put(console, Text(f"“{citation.quote}”"), _INDENT)
            for reference in citation.references:
                _put(console, Text(f"The page cites: {reference}"), _INDENT)
        facts = _facts(first.publisher, first.revised, first.review_status, first.license)
        _put(console, Text(facts, "yellow" if first.review_status == "pending" else ""), _INDENT)
        if first.url:
            _put(console, Text(first.url, "dim"), _INDENT, wrap=False)
    if any(citation.license == "digest" for citation in citations):
        console.print()
        _put(console, Text("Digest: the words are those of a digest of the page, not of the page itself.", "dim"))


def show_hits(console: Console, hits: Sequence[Hit]) -> None:
    """Ranked passages with their fused scores."""
    for hit in hits:
        passage = hit.passage
        heading = f"{passage.title} › {passage.section}" if passage.section != passage.title else passage.title
        _put(console, Text.assemble(f"{hit.rank}. ", (heading, "bold"), f"  {hit.score:.3f}"))
        _put(console, Text(passage.text), _INDENT)


def show_indexed(console: Console, indexed: Indexed) -> None:
    """What was indexed, or that nothing changed, and where the manifest and a page differ."""
    built = indexed.built
    if built.published:
        done = f"{built.embedded} embedded, {indexed.reused} used again, in {indexed.seconds:.1f} s"
        line = f"Indexed {built.documents} documents in {built.passages} passages: {done}."
    else:
        line = f"Nothing has changed: {built.documents} documents in {built.passages} passages."
    _put(console, Text(line))
    for difference in indexed.differences:
        _put(console, Text(f"Note: {difference}", "yellow"))


def show_sources(console: Console, sources: Iterable[tuple[Document, int]]) -> None:
    """One entry a source: what it is, and in how many passages it was cut."""
    for document, passages in sources:
        revised = document.revised.isoformat() if document.revised else None
        facts = _facts(document.publisher, revised, document.review_status, document.license)
        _put(console, Text.assemble((document.id, "cyan"), "  ", (document.title, "bold")))
        _put(console, Text(f"{facts} · {passages} passages"), _INDENT)


def show_document(console: Console, document: Document, passages: int) -> None:
    """A source as it was read, its headings set off."""
    show_sources(console, [(document, passages)])
    if document.url:
        _put(console, Text(document.url, "dim"), _INDENT, wrap=False)
    console.print()
    text = Text(document.text)
    for block in document.blocks:
        if block.kind == "heading":
            text.stylize("bold", block.start, block.end)
    _put(console, text)


def show_verdicts(console: Console, verdicts: Sequence[Verdict]) -> None:
    """One line a citation: exact, moved or gone, and the quote."""
    for verdict in verdicts:
        where = f" to {verdict.start}" if verdict.status == "moved" else ""
        quote = " ".join(verdict.quote.split())
        status = (f"{verdict.status}{where}", _VERDICT_STYLE[verdict.status])
        _put(console, Text.assemble(f"[{verdict.number}] ", status, f"  {verdict.document_id}  “{quote}”"), wrap=False)
    if not verdicts:
        _put(console, Text("Nothing to check: this answer cites nothing."))


def _put(console: Console, text: Text, indent: int = 0, wrap: bool = True) -> None:
    """Print `text`, each of its lines behind `indent` spaces."""
    width = max(_NARROWEST, console.width - indent)
    lines = text.wrap(console, width) if wrap and console.is_terminal else text.split(allow_blank=True)
    for line in lines:
        line.rstrip()
        console.print(Text(" " * indent if line else "") + line, soft_wrap=True)


def _numbers(numbers: Iterable[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _place(citation: Citation) -> str:
    return citation.title if citation.section == citation.title else f"{citation.title} › {citation.section}"


def _facts(publisher: str | None, revised: str | None, review_status: str | None, license_: str | None) -> str:
    """What one must know of a source; that it says nothing of its date or review is told too."""
    dated = f"revised {revised}" if revised else "no revision date"
    reviewed = _REVIEW.get(review_status, review_status) if review_status else "review status not stated"
    return " · ".join(fact for fact in (publisher, dated, reviewed, license_) if fact)


def show_scores(console: Console, scores: Mapping[str, Score]) -> None:
    """A table of scores, a row a stratum; it keeps its columns however narrow the terminal."""
    from eval import COLUMNS, rows

    cells = [["stratum", *(title for title, _, _ in COLUMNS)], *rows(scores)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        line = "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        console.print(line, soft_wrap=True, highlight=False, markup=False)
