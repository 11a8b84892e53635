"""Which generations of an index are compared, and what differs between them as plain values."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ibid.difftext import GenerationLabels
    from ingest import Catalog, Document, GenerationDiff


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


def _whole(document: Document) -> dict[str, str]:
    return {"id": document.id, "title": document.title, "revision": document.revision}
