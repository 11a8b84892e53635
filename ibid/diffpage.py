"""Diffs as one web page, which needs no script and asks for nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from string import Template

from ibid.difftext import (
    NOT_STATED,
    ONLY_LAYOUT,
    SIGNS,
    GenerationLabels,
    around,
    count_changes,
    fact_label,
    nothing_changed,
    place,
)
from ingest import Change, Document, DocumentDiff, Fact, GenerationDiff

_TEMPLATE = Path(__file__).parent / "templates" / "diff.html"


def page(found: GenerationDiff, names: GenerationLabels) -> str:
    """The page, as HTML."""
    template = Template(_TEMPLATE.read_text(encoding="utf-8"))
    return template.substitute(
        title="What has changed", old=escape(names.old), new=escape(names.new), body="\n".join(_body(found))
    )


def _body(found: GenerationDiff) -> Iterator[str]:
    if found.is_empty:
        yield f"<p>{nothing_changed(found)}</p>"
        return
    if len(found.revised) > 1:
        yield from _contents(found.revised)
    yield from _whole("added", found.added)
    yield from _whole("removed", found.removed)
    for number, revised in enumerate(found.revised):
        yield from _document(number, revised)
    if found.unchanged:
        yield f'<h2>Unchanged</h2>\n<p class="quiet">{escape(", ".join(found.unchanged))}</p>'


def _contents(revised: Sequence[DocumentDiff]) -> Iterator[str]:
    yield '<nav aria-label="Revised documents">\n<ul>'
    for number, document in enumerate(revised):
        counts = escape(count_changes(document))
        yield f'<li><a href="#d{number}">{escape(document.title)}</a><br><span class="quiet">{counts}</span></li>'
    yield "</ul>\n</nav>"


def _whole(kind: str, documents: Sequence[Document]) -> Iterator[str]:
    """Documents that one of the two generations does not have."""
    if documents:
        yield f"<h2>Documents {kind}</h2>"
    for document in documents:
        yield (
            f'<div class="change {kind}">\n<p class="label"><b>{SIGNS[kind]} {kind}</b> {escape(document.id)}</p>\n'
            f"<p>{escape(document.title)}</p>\n</div>"
        )


def _document(number: int, found: DocumentDiff) -> Iterator[str]:
    yield f'<section aria-labelledby="d{number}">\n<h2 id="d{number}">{escape(found.title)}</h2>'
    yield f'<p class="quiet">{escape(found.id)} · {escape(count_changes(found))}</p>'
    if found.is_empty:
        yield f"<p>{ONLY_LAYOUT}</p>"
    if found.facts:
        yield from _facts(found.facts)
    for section, changes in groupby(found.changes, lambda change: change.unit.section):
        yield f"<h3>{escape(section)}</h3>"
        yield from map(_change, changes)
    yield "</section>"


def _facts(facts: Iterable[Fact]) -> Iterator[str]:
    yield '<dl class="facts">'
    for fact in facts:
        yield f"<dt>{fact_label(fact)}</dt>\n<dd>{_del(fact.old or NOT_STATED)} {_ins(fact.new or NOT_STATED)}</dd>"
    yield "</dl>"


def _change(change: Change) -> str:
    flags = "".join(f' <span class="flag">{mark.matter}</span>' for mark in change.marks)
    label = f"<b>{SIGNS[change.kind]} {change.kind}</b>{escape(place(change))}{flags}"
    whole = "" if change.kind == "changed" else " whole"
    return (
        f'<div class="change {change.kind}{whole}">\n<p class="label">{label}</p>\n'
        f'<p class="{change.unit.kind}">{_text(change)}</p>\n</div>'
    )


def _text(change: Change) -> str:
    if change.kind == "changed":
        return "".join(_segment(old, new) for old, new in change.segments())
    # The label says it already, to the ear as well.
    tag = {"removed": "del", "added": "ins", "moved": "span"}[change.kind]
    return f"<{tag}>{escape(change.unit.text)}</{tag}>"


def _segment(old: str, new: str) -> str:
    return escape(old) if old == new else around(old, _del, escape) + around(new, _ins, escape)


def _del(text: str) -> str:
    return f'<del><span class="spoken">[removed: </span>{escape(text)}<span class="spoken">]</span></del>'


def _ins(text: str) -> str:
    return f'<ins><span class="spoken">[added: </span>{escape(text)}<span class="spoken">]</span></ins>'
