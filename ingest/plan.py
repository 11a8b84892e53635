"""What the next generation of the index changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ingest.document import Document
from ingest.encoder import Encoder, Vectors
from ingest.generation import FORMAT, Generation
from ingest.passages import Passage, cut_passages
from ingest.source import Notice


@dataclass(frozen=True, slots=True)
class Unread:
    """A document whose source is, byte for byte, what the published generation has it from: it is not read again."""

    id: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What the next generation changes: ids of documents, and how many of the new passages must be embedded.

    `rebuilt` says that nothing of the generation before can be used, because there is none or it was made otherwise.
    """

    added: tuple[str, ...]
    revised: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    passages: int
    embedded: int
    rebuilt: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """A plan with what it needs: the documents to put in, those to take out, and the manifest's head."""

    plan: Plan
    head: dict[str, Any]
    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    forget: tuple[str, ...]
    known: Mapping[str, Vectors]


def plan_changes(
    previous: Generation | None,
    documents: Sequence[Document | Unread],
    notices: Sequence[Notice],
    encoder: Encoder,
    passage_size: int,
    sources: Mapping[str, str],
    synonyms: Sequence[Sequence[str]] = (),
) -> Changes:
    """Compare `documents` and how they are to be indexed with the published generation; see `ingest.build.build`."""
    made = {
        "format": FORMAT,
        "encoder": {"name": encoder.name, "fingerprint": encoder.fingerprint},
        "passage_size": passage_size,
    }
    usable = previous is not None and all(previous.manifest[key] == value for key, value in made.items())
    before = {row["id"]: row for row in previous.manifest["documents"]} if previous else {}
    rows: list[dict[str, Any]] = []
    added: list[str] = []
    revised: list[str] = []
    unchanged: list[str] = []
    changed: list[Document] = []
    for entry in documents:
        old = before.get(entry.id)
        if isinstance(entry, Unread):
            assert previous is not None and old is not None, "what was never read cannot stay unread"
            row = old
            document = None if usable else previous.document(entry.id)
        else:
            document = entry
            row = {"id": entry.id, "revision": entry.revision, "record": _record_hash(entry)}
            row["source"] = sources.get(entry.id)
        rows.append(row)
        stays = old is not None and old["record"] == row["record"]
        (unchanged if stays else revised if old else added).append(entry.id)
        if document and not (stays and usable):
            changed.append(document)
    stay = {row["id"] for row in rows}
    removed = tuple(document_id for document_id in before if document_id not in stay)
    passages = tuple(p for document in changed for p in cut_passages(document, passage_size))
    known = _known(previous, passages, encoder)
    said = {"notices": [asdict(notice) for notice in notices], "synonyms": [list(row) for row in synonyms]}
    head = made | {"documents": rows} | said
    plan = Plan(
        added=tuple(added),
        revised=tuple(revised),
        unchanged=tuple(unchanged),
        removed=removed,
        passages=len(passages),
        embedded=sum(p.text_hash not in known for p in passages),
        rebuilt=not usable,
    )
    return Changes(plan, head, tuple(changed), passages, (*revised, *removed) if usable else (), known)


def _known(previous: Generation | None, passages: Sequence[Passage], encoder: Encoder) -> dict[str, Vectors]:
    """The vectors of texts that the published generation has embedded with the same encoder, by the texts' hash."""
    if previous is None or previous.manifest["encoder"]["fingerprint"] != encoder.fingerprint:
        return {}
    found = ((p.text_hash, previous.vector_for(p.text_hash)) for p in passages)
    return {text_hash: vector for text_hash, vector in found if vector is not None}


def content_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What a generation is made of; not in what bytes its sources came, if they say the same."""
    content = {key: manifest[key] for key in ("format", "encoder", "passage_size", "notices", "synonyms")}
    return content | {"documents": [(row["id"], row["record"]) for row in manifest["documents"]]}


def _record_hash(document: Document) -> str:
    """Of all that is stored of a document: a heading may become deeper while the text, and so the revision, stays."""
    return hashlib.sha256(json.dumps(document.to_json(), sort_keys=True).encode()).hexdigest()
