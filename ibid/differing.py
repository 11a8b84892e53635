"""The command that compares what the index held with what it holds: `ibid diff`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ibid.arguments import AsJson, CorpusFolder, Engine, IndexFolder, print_json
from ibid.places import Places

if TYPE_CHECKING:
    from ibid.difftext import GenerationLabels
    from ingest import Catalog, Document, GenerationDiff


def diff(
    old: Annotated[
        str | None, typer.Argument(metavar="A", help="A generation, or how its name begins; the one before B.")
    ] = None,
    new: Annotated[str | None, typer.Argument(metavar="B", help="Another one; the published one if not given.")] = None,
    document: Annotated[str | None, typer.Option("--document", metavar="ID", help="Compare this one only.")] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a web page here instead.")] = None,
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    engine: Engine = None,
    as_json: AsJson = False,
) -> None:
    """Show what has changed between two generations of the index.

    Sentences, headings and references that were added, removed, moved or changed; a change that touches a figure, a
    unit, a negation or a hedge says so.
    """
    from ibid.difftext import show_diff
    from ibid.render import stdout
    from ingest import diff_generations

    catalog = Places.of(corpus, index, engine).catalog
    names = choose(catalog, old, new)
    documents = [_only(document, open_documents(catalog, name)) for name in (names.old, names.new)]
    if document is not None and not any(documents):
        raise typer.BadParameter(f"there is no source {document!r} in either generation")
    found = diff_generations(*documents)
    if html:
        _write_page(html, found, names)
    if as_json:
        print_json(to_json(found, names))
    elif not html:
        show_diff(stdout(), found, names)


def choose(catalog: Catalog, old: str | None = None, new: str | None = None) -> GenerationLabels:
    """The full names of two generations: those given, else the one before and the published one.

    Raises IndexMissing or IndexDamaged.
    """
    from ibid.difftext import GenerationLabels
    from ingest import IndexMissing, full_name

    names = catalog.names()
    newer = catalog.published() if new is None else full_name(names, new, catalog.where)
    if old is not None:
        return GenerationLabels(full_name(names, old, catalog.where), newer)
    before = names[: names.index(newer)]
    if not before:
        raise IndexMissing(f"{catalog.where} keeps no generation before {newer}; name two of {', '.join(names)}")
    return GenerationLabels(before[-1], newer)


def open_documents(catalog: Catalog, name: str) -> dict[str, Document]:
    """The documents of the generation called `name`, by id.  Raises IndexDamaged."""
    generation = catalog.open(name)
    return generation.documents(generation.document_ids())


def to_json(found: GenerationDiff, names: GenerationLabels) -> dict[str, Any]:
    """Plain values; ranges are `[start, end)` of the text of the older and the newer document."""
    return {
        "old": names.old,
        "new": names.new,
        "added": [_whole(document) for document in found.added],
        "removed": [_whole(document) for document in found.removed],
        "revised": [asdict(document) for document in found.revised],
        "unchanged": list(found.unchanged),
    }


def _only(document_id: str | None, documents: Mapping[str, Document]) -> dict[str, Document]:
    return {key: value for key, value in documents.items() if document_id in (None, key)}


def _whole(document: Document) -> dict[str, str]:
    return {"id": document.id, "title": document.title, "revision": document.revision}


def _write_page(path: Path, found: GenerationDiff, names: GenerationLabels) -> None:
    from ibid.diffpage import page

    path.write_text(page(found, names), encoding="utf-8")
    typer.echo(f"Wrote {path}", err=True)
