"""Answers and what is behind them, as text for a person.

On a terminal lines are wrapped to its width; elsewhere a paragraph is one line.  Colour only repeats what is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from answer import Answer, Verdict, answer_lines, source_facts
from ibid.opening import Indexed
from ingest import Document, Finding, Kept, LeftOut, Publication, Stated, printable
from retriever import Hit

_INDENT = 4
_NARROWEST = 20
# Of a long list so many lines are shown.
_FIRST = 20
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
    """Passages, the best first; what they score, which says nothing by itself, is in the record."""
    for hit in hits:
        passage = hit.passage
        heading = f"{passage.title} › {passage.section}" if passage.section != passage.title else passage.title
        put(console, Text.assemble(f"{hit.rank}. ", (heading, "bold")))
        put(console, Text(passage.text), _INDENT)


def show_indexed(console: Console, indexed: Indexed, verbose: bool = False) -> None:
    """What was indexed, or would be, or that nothing changed; and where the manifest and a page differ.

    Of what has changed, and of what was not read, the first are listed; all with `verbose`.
    """
    built, plan = indexed.updated.built, indexed.updated.built.plan
    most = None if verbose else _FIRST
    put(console, Text(headline(indexed)))
    changes = [(kind, getattr(plan, kind)) for kind in ("added", "revised", "removed")]
    _show_first(console, [Text(f"{kind}: {name}") for kind, ids in changes for name in ids], most, "--verbose", _INDENT)
    if built.published:
        put(console, Text(f"Published {built.generation}."))
    renamed = [Text(f"renamed: {old} is now {new}") for old, new in plan.renamed]
    _show_first(console, renamed, most, "--verbose", _INDENT)
    notes = [Text(f"Note: {difference}", "yellow") for difference in indexed.updated.differences]
    _show_first(console, notes, most, "--verbose")
    show_left_out(console, plan.left_out, most, "--verbose")


def show_unnamed(console: Console, files: Sequence[str], verbose: bool = False) -> None:
    """How many files of the folder its manifest does not name; which, with `verbose`."""
    if not files:
        return
    how = "" if verbose else "; --verbose lists them"
    told = (
        f"Note: sources.toml does not name {_count(len(files), 'file')} of the folder, which nothing was read of{how}"
    )
    put(console, Text(told, "yellow"))
    for file in files if verbose else ():
        put(console, Text(file), _INDENT)


def show_publication(console: Console, publication: Publication) -> None:
    """What was published in an object store, and what of it had to be put there."""
    told = "Published" if publication.changed else "Published already:"
    put(console, Text(f"{told} {publication.generation} in {publication.where}; {_put(publication)}."))
    if publication.unremoved:
        put(console, Text(f"Note: what is old there was not removed: {publication.unremoved}", "yellow"))


def _put(publication: Publication) -> str:
    files = _count(publication.files, "file")
    return f"{files} of {publication.bytes / 1e6:,.1f} MB put" if publication.files else "every file was there"


def headline(indexed: Indexed) -> str:
    """One line on what was indexed, or would be, or that nothing changed."""
    built, plan = indexed.updated.built, indexed.updated.built.plan
    if not (indexed.dry_run or plan.added or plan.revised or plan.removed or built.published):
        return f"Nothing has changed: {_count(built.documents, 'document')} in {_count(built.passages, 'passage')}."
    kinds = ("added", "revised", "removed", "unchanged")
    counts = ", ".join(f"{len(getattr(plan, kind)):,} {kind}" for kind in kinds)
    embedded = f"{_count(plan.embedded, 'passage')} {'to embed' if indexed.dry_run else 'embedded'}"
    verb = "Would index" if indexed.dry_run else "Indexed" if built.published else "Held back"
    reused = "" if indexed.dry_run else f", {built.reused:,} used again"
    documents = _count(built.documents, "document")
    return f"{verb} {documents} ({counts}): {embedded}{reused}, in {indexed.seconds:.1f} s."


def show_left_out(
    console: Console, left_out: Sequence[LeftOut], most: int | None = _FIRST, lists_all: str = "--json"
) -> None:
    """What was not read, one line each, with why and what mends it: the first `most`, and what `lists_all`."""
    if left_out:
        put(console, Text(f"Not read: {_count(len(left_out), 'file')}", "yellow"))
    _show_first(console, [Text(f"{left.file} {left.why}") for left in left_out], most, lists_all, _INDENT)


def _show_first(console: Console, lines: Sequence[Text], most: int | None, lists_all: str, indent: int = 0) -> None:
    """The first `most` lines (None: all), and how many more there are, with the option that `lists_all`."""
    for line in lines[:most]:
        put(console, line, indent)
    if more := len(lines[most:]) if most is not None else 0:
        put(console, Text(f"and {more:,} more: {lists_all} lists them all"), indent)


def show_kept(console: Console, kept: Sequence[Kept]) -> None:
    """One line a generation, the newest first."""
    for generation in kept:
        mark = "published" if generation.published else ""
        documents = _count(len(generation.revisions), "document") if generation.made else "unreadable"
        if generation.outdated:
            documents = "of an older format; ibid index makes it anew"
        put(console, Text.assemble((generation.name, "cyan"), f"  {generation.made}  {documents}  ", (mark, "bold")))


def show_findings(
    console: Console,
    findings: Sequence[Finding],
    left_out: Sequence[LeftOut] = (),
    ocr: bool = False,
    outside: Sequence[Path] = (),
) -> None:
    """What is wrong with an index and what mends it, or that nothing is; what was not read, by OCR, or elsewhere."""
    for finding in findings:
        put(console, Text(f"{finding.where}: {finding.what}; {finding.mend}"))
    if not findings:
        put(console, Text("The index is whole."))
    if ocr:
        put(console, Text("Pictures are read by OCR, until: ibid index --no-ocr"))
    for folder in outside:
        put(console, Text(f"{folder} is read from, outside of the corpus, until: ibid index --only-inside"))
    show_left_out(console, left_out)


def show_sources(console: Console, sources: Iterable[tuple[Document, int]], states: Sequence[Stated]) -> None:
    """One entry a source: what it is, as far as the corpus `states` it, and in how many passages it was cut."""
    for document, passages in sources:
        revised = document.revised.isoformat() if document.revised else None
        by_ocr = f"{_count(len(document.scans), 'page')} {_BY_OCR}" if document.scans else None
        facts = source_facts(document, revised, by_ocr, states)
        put(console, Text.assemble((document.id, "cyan"), "  ", (document.title, "bold")))
        put(console, Text(" · ".join(filter(None, (facts, _count(passages, "passage"))))), _INDENT)
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
    """Print `text`, each of its lines behind `indent` spaces, and none of it as an order to the terminal."""
    text = text.copy()
    text.plain = printable(text.plain)
    width = max(_NARROWEST, console.width - indent)
    lines = text.wrap(console, width) if wrap and console.is_terminal else text.split(allow_blank=True)
    for line in lines:
        line.rstrip()
        console.print(Text(" " * indent if line else "") + line, soft_wrap=True)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
