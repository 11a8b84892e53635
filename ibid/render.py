"""Answers and what is behind them, as text for a person.

On a terminal lines are wrapped to its width; elsewhere a paragraph is one line.  Colour only repeats what is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from answer import Answer, Citation, Statement, Verdict
from ibid.opening import Indexed
from ingest import Document, Finding, Kept, LeftOut, without
from retriever import Hit

_INDENT = 4
_NARROWEST = 20
_REVIEW = {"reviewed": "reviewed", "pending": "review pending"}
_BY_OCR = "read by OCR"
_VERDICT_STYLE = {"exact": "green", "moved": "yellow", "gone": "red"}


def stdout() -> Console:
    """Standard output, on which nothing is coloured or rewritten unless it is asked for."""
    return Console(highlight=False, markup=False, emoji=False)


def show_answer(console: Console, answer: Answer) -> None:
    """Statements with the numbers of their citations, the places cited, and the notices; or a plain refusal."""
    if answer.resolved_question != " ".join(answer.question.split()):
        put(console, Text.assemble("Read as: ", (answer.resolved_question, "italic")))
        console.print()
    if not answer.is_answered:
        put(console, Text(answer.text, "bold" if answer.is_refusal else ""))
    for statement in answer.statements:
        _show_statement(console, answer, statement)
    said = {statement.text for statement in answer.statements}
    _show_citations(console, answer.citations, said)
    if answer.nearest:
        console.print()
        put(console, Text("Closest thing the sources say, which is not an answer:"))
        _show_citations(console, answer.nearest, said)
    if answer.notices:
        console.print()
    for notice in answer.notices:
        style = "yellow" if notice.citations else "dim"
        put(console, Text(f"Note: {notice.text} {_numbers(notice.citations)}".rstrip(), style))


def _show_statement(console: Console, answer: Answer, statement: Statement) -> None:
    """A statement with its numbers, below and behind what leads it in; code with its lines as they are."""
    about = (f"[{statement.about}:] ", "italic") if statement.about else ""
    mark = ("  (written by a model)", "magenta") if statement.kind == "generated" else ""
    numbers = (_numbers(statement.citations), "cyan")
    first = next((c for c in answer.citations if c.number == statement.citations[0]), None)
    depth = answer.depth(statement)
    text = _laid_out(first) if first and statement.kind == "quote" else statement.text
    if first and any(block.kind == "code" for block in first.blocks):
        put(console, Text.assemble(about, text, "\n", numbers), _INDENT * (depth + 1), wrap=False)
    else:
        put(console, Text.assemble("• " if depth else "", about, text, " ", numbers, mark), _INDENT * depth)


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


def _show_citations(console: Console, citations: Sequence[Citation], said: Iterable[str]) -> None:
    """Every place once, under the numbers that point to it; a quote only where the answer does not give it already."""
    places: dict[tuple[str, str, str | None, bool], list[Citation]] = {}
    for citation in citations:
        key = (citation.document_id, citation.sections, citation.url, citation.read_by_ocr)
        places.setdefault(key, []).append(citation)
    for cited in places.values():
        first = cited[0]
        console.print()
        pages = _pages(cited)
        linked = f" › {first.sections}" * bool(first.sections) + f", {pages}" * bool(pages) if first.url else ""
        put(console, Text.assemble((_numbers([c.number for c in cited]), "cyan"), " ", (first.title + linked, "bold")))
        for citation in cited:
            if citation.reading_text not in said:
                put(console, Text(f"“{citation.quote}”"), _INDENT)
        for reference in dict.fromkeys(r for citation in cited for r in citation.references):
            put(console, Text(f"The page cites: {reference}"), _INDENT)
        by_ocr = _BY_OCR if first.read_by_ocr else None
        facts = _facts(first.publisher, first.revised, first.review_status, first.license, by_ocr)
        put(console, Text(facts, "yellow" if first.review_status == "pending" else ""), _INDENT)
        where = first.url or ", ".join(filter(None, (first.file or first.document_id, pages, first.sections)))
        put(console, Text(where, "dim"), _INDENT, wrap=False)
    if any(citation.license == "digest" for citation in citations):
        console.print()
        put(console, Text("Digest: the words are those of a digest of the page, not of the page itself.", "dim"))


def show_hits(console: Console, hits: Sequence[Hit]) -> None:
    """Ranked passages with their fused scores."""
    for hit in hits:
        passage = hit.passage
        heading = f"{passage.title} › {passage.section}" if passage.section != passage.title else passage.title
        put(console, Text.assemble(f"{hit.rank}. ", (heading, "bold"), f"  {hit.score:.3f}"))
        put(console, Text(passage.text), _INDENT)


def show_indexed(console: Console, indexed: Indexed) -> None:
    """What was indexed, or would be, or that nothing changed; and where the manifest and a page differ."""
    built, plan = indexed.updated.built, indexed.updated.built.plan
    changes = [(kind, getattr(plan, kind)) for kind in ("added", "revised", "removed")]
    if indexed.dry_run or plan.added or plan.revised or plan.removed or built.published:
        counts = [f"{len(ids)} {kind}" for kind, ids in changes] + [f"{len(plan.unchanged)} unchanged"]
        embedded = f"{_count(plan.embedded, 'passage')} {'to embed' if indexed.dry_run else 'embedded'}"
        verb = "Would index" if indexed.dry_run else "Indexed" if built.published else "Held back"
        reused = "" if indexed.dry_run else f", {built.reused} used again"
        line = f"{verb} {_count(built.documents, 'document')} ({', '.join(counts)}): {embedded}{reused}"
        put(console, Text(f"{line}, in {indexed.seconds:.1f} s."))
        for kind, ids in changes:
            for document_id in ids:
                put(console, Text(f"{kind}: {document_id}"), _INDENT)
        if built.published:
            put(console, Text(f"Published {built.generation}."))
    else:
        counted = f"{_count(built.documents, 'document')} in {_count(built.passages, 'passage')}"
        put(console, Text(f"Nothing has changed: {counted}."))
    for old, new in plan.renamed:
        put(console, Text(f"renamed: {old} is now {new}"), _INDENT)
    for difference in indexed.updated.differences:
        put(console, Text(f"Note: {difference}", "yellow"))
    show_left_out(console, plan.left_out)


def show_left_out(console: Console, left_out: Sequence[LeftOut]) -> None:
    """What was not read, one line each, with why and what mends it."""
    if left_out:
        put(console, Text(f"Not read: {_count(len(left_out), 'file')}", "yellow"))
    for left in left_out:
        put(console, Text(f"{left.file} {left.why}"), _INDENT)


def show_kept(console: Console, kept: Sequence[Kept]) -> None:
    """One line a generation, the newest first."""
    for generation in kept:
        mark = "published" if generation.published else ""
        documents = f"{len(generation.revisions)} documents" if generation.made else "unreadable"
        put(console, Text.assemble((generation.name, "cyan"), f"  {generation.made}  {documents}  ", (mark, "bold")))


def show_findings(
    console: Console, findings: Sequence[Finding], left_out: Sequence[LeftOut] = (), ocr: bool = False
) -> None:
    """What is wrong with an index and what mends it, or that nothing is; what was not read, and what is by OCR."""
    for finding in findings:
        put(console, Text(f"{finding.where}: {finding.what}; {finding.mend}"))
    if not findings:
        put(console, Text("The index is whole."))
    if ocr:
        put(console, Text("Pictures are read by OCR, until: ibid index --no-ocr"))
    show_left_out(console, left_out)


def show_sources(console: Console, sources: Iterable[tuple[Document, int]]) -> None:
    """One entry a source: what it is, and in how many passages it was cut."""
    for document, passages in sources:
        revised = document.revised.isoformat() if document.revised else None
        by_ocr = f"{_count(len(document.scans), 'page')} {_BY_OCR}" if document.scans else None
        facts = _facts(document.publisher, revised, document.review_status, document.license, by_ocr)
        put(console, Text.assemble((document.id, "cyan"), "  ", (document.title, "bold")))
        put(console, Text(f"{facts} · {passages} passages"), _INDENT)
        if document.file:
            put(console, Text(document.file, "dim"), _INDENT, wrap=False)


def show_verdicts(console: Console, verdicts: Sequence[Verdict], generated: Sequence[str] = ()) -> None:
    """One line a citation: exact, moved or gone, and the quote; and one a statement that a model wrote."""
    for verdict in verdicts:
        where = f" to {verdict.start}" if verdict.status == "moved" else ""
        quote = " ".join(verdict.quote.split())
        status = (f"{verdict.status}{where}", _VERDICT_STYLE[verdict.status])
        put(console, Text.assemble(f"[{verdict.number}] ", status, f"  {verdict.document_id}  “{quote}”"), wrap=False)
    for text in generated:
        put(console, Text.assemble(("Written by a model, no quote: ", "magenta"), text), wrap=False)
    if not verdicts:
        put(console, Text("Nothing to check: this answer cites nothing."))


def put(console: Console, text: Text, indent: int = 0, wrap: bool = True) -> None:
    """Print `text`, each of its lines behind `indent` spaces."""
    width = max(_NARROWEST, console.width - indent)
    lines = text.wrap(console, width) if wrap and console.is_terminal else text.split(allow_blank=True)
    for line in lines:
        line.rstrip()
        console.print(Text(" " * indent if line else "") + line, soft_wrap=True)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _numbers(numbers: Iterable[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _pages(cited: Sequence[Citation]) -> str:
    """On which pages, as they are called in print, the quotes begin: "pages iv, 1"; empty where there are none."""
    pages = list(dict.fromkeys(citation.page_label for citation in cited if citation.page_label))
    return f"{'page' if len(pages) == 1 else 'pages'} {', '.join(pages)}" if pages else ""


def _facts(
    publisher: str | None, revised: str | None, review_status: str | None, license_: str | None, by_ocr: str | None
) -> str:
    """What one must know of a source; that it says nothing of its date or review is told too."""
    dated = f"revised {revised}" if revised else "no revision date"
    reviewed = _REVIEW.get(review_status, review_status) if review_status else "review status not stated"
    return " · ".join(fact for fact in (publisher, dated, reviewed, license_, by_ocr) if fact)
