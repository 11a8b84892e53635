"""Answers and what is behind them, as text for a person.

On a terminal lines are wrapped to its width; elsewhere a paragraph is one line.  Colour only repeats what is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from answer import Answer, Verdict, answer_lines, source_facts
from ibid.opening import Indexed
from ingest import Document, Finding, Kept, LeftOut
from retriever import Hit

_INDENT = 4
_NARROWEST = 20
_BY_OCR = "read by OCR"
_STYLES = {
    "plain": "",
    "strong": "bold",
    "aside": "italic",
    "number": "cyan",
    "written": "magenta",
    "warning": "yellow",
    "quiet": "dim",
    "code": "",
    "address": "dim",
}
_VERDICT_STYLE = {"exact": "green", "moved": "yellow", "gone": "red"}


def stdout() -> Console:
    """Standard output, on which nothing is coloured or rewritten unless it is asked for."""
    return Console(highlight=False, markup=False, emoji=False)


def show_answer(console: Console, answer: Answer) -> None:
    """What `print` would print, with colour: see `answer.display`."""
    for line in answer_lines(answer):
        put(console, Text.assemble(*((text, _STYLES[look]) for text, look in line.pieces)), line.indent, line.wraps)


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
        facts = source_facts(document.publisher, revised, document.review_status, document.license, by_ocr)
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
