"""What the next generation of the index changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ingest.document import Document
from ingest.embedding import Embedding
from ingest.encoder import Vectors
from ingest.generation import FORMAT, Generation
from ingest.load import load
from ingest.passages import Passage, cut_passages
from ingest.source import Notice, Source


@dataclass(frozen=True, slots=True)
class Unread:
    """A document whose source is, byte for byte, what the published generation has it from: it is not read again."""

    id: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What the next generation changes: ids of documents, and how many texts of the new passages must be embedded.

    `rebuilt` says that nothing of the generation before can be used, because there is none or it was made otherwise;
    `differences` are those between the manifest and a page that was read.
    """

    added: tuple[str, ...]
    revised: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    passages: int
    embedded: int
    rebuilt: bool
    differences: tuple[str, ...]


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
    documents: Sequence[Document | Source | Unread],
    notices: Sequence[Notice],
    embedding: Embedding,
    passage_size: int,
    sources: Mapping[str, str],
    synonyms: Sequence[Sequence[str]] = (),
) -> Changes:
    """Compare `documents` and how they are to be indexed with the published generation; see `ingest.build.build`.

    Each is read when its turn comes, and its passages are embedded while the others wait for theirs.
    """
    made = {
        "format": FORMAT,
        "encoder": {"name": embedding.name, "fingerprint": embedding.fingerprint},
        "passage_size": passage_size,
    }
    usable = previous is not None and all(previous.manifest[key] == value for key, value in made.items())
    before = {row["id"]: row for row in previous.manifest["documents"]} if previous else {}
    rows: list[dict[str, Any]] = []
    added: list[str] = []
    revised: list[str] = []
    unchanged: list[str] = []
    changed: list[Document] = []
    passages: list[Passage] = []
    known: dict[str, Vectors] = {}
    differences: list[str] = []
    for entry in documents:
        old = before.get(entry.id)
        cut: list[Passage] = []
        if isinstance(entry, Unread):
            assert previous is not None and old is not None, "what was never read cannot stay unread"
            row = old
            document = None if usable else previous.document(entry.id)
        else:
            document = load(entry) if isinstance(entry, Source) else entry
            differences += document.differences
            row = {"id": entry.id, "revision": document.revision, "record": _record_hash(document)}
            row["source"] = sources.get(entry.id)
        rows.append(row)
        stays = old is not None and old["record"] == row["record"]
        (unchanged if stays else revised if old else added).append(entry.id)
        if document and not (stays and usable):
            changed.append(document)
            cut = list(cut_passages(document, passage_size))
        passages += cut
        known |= _known(previous, cut, embedding.fingerprint)
        embedding.ahead([passage.embedded_text for passage in cut if passage.text_hash not in known])
    stay = {row["id"] for row in rows}
    removed = tuple(document_id for document_id in before if document_id not in stay)
    embedding.finish()
    said = {"notices": [asdict(notice) for notice in notices], "synonyms": [list(row) for row in synonyms]}
    head = made | {"documents": rows} | said
    plan = Plan(
        added=tuple(added),
        revised=tuple(revised),
        unchanged=tuple(unchanged),
        removed=removed,
        passages=len(passages),
        embedded=embedding.found,
        rebuilt=not usable,
        differences=tuple(differences),
    )
    return Changes(plan, head, tuple(changed), tuple(passages), (*revised, *removed) if usable else (), known)


def _known(previous: Generation | None, passages: Sequence[Passage], fingerprint: str) -> dict[str, Vectors]:
    """The vectors of texts that the published generation has embedded with the same encoder, by the texts' hash."""
    if previous is None or previous.manifest["encoder"]["fingerprint"] != fingerprint:
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
