"""What the next generation of the index changes."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from ingest.document import Document
from ingest.embedding import Embedding
from ingest.encoder import Vectors
from ingest.generation import FORMAT, Generation
from ingest.load import load
from ingest.passages import Passage, cut_passages
from ingest.source import Notice, Source
from ingest.spool import Spool

# How many documents are read while others wait to be embedded.
_AHEAD = 16


@dataclass(frozen=True, slots=True)
class Unread:
    """A document whose source is, byte for byte, what the published generation has it from: it is not read again."""

    id: str


Entry: TypeAlias = Document | Source | Unread


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
    """A plan with what it takes: documents to put in and take out, their passages, and the head of the manifest."""

    plan: Plan
    head: dict[str, Any]
    spool: Spool
    forget: tuple[str, ...]


def plan_changes(
    previous: Generation | None,
    documents: Collection[Entry],
    notices: Sequence[Notice],
    embedding: Embedding,
    spool: Spool,
    passage_size: int,
    sources: Mapping[str, str],
    synonyms: Sequence[Sequence[str]] = (),
) -> Changes:
    """Compare `documents` and how they are to be indexed with the published generation; see `ingest.build.build`.

    Each is read when its turn comes, while passages of those before it are embedded; those to put in are written into
    `spool`.
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
    differences: list[str] = []
    for entry, read in _ahead(documents):
        old = before.get(entry.id)
        cut: list[Passage] = []
        if isinstance(entry, Unread):
            assert previous is not None and old is not None, "what was never read cannot stay unread"
            row = old
            document = None if usable else previous.document(entry.id)
        else:
            assert read is not None
            document = read
            differences += document.differences
            row = {"id": entry.id, "revision": document.revision, "record": _record_hash(document)}
            row["source"] = sources.get(entry.id)
        rows.append(row)
        stays = old is not None and old["record"] == row["record"]
        (unchanged if stays else revised if old else added).append(entry.id)
        if document and not (stays and usable):
            cut = list(cut_passages(document, passage_size))
            spool.add(document, cut)
        known = {p.text_hash for p in cut if known_vector(previous, p.text_hash, embedding.fingerprint) is not None}
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
        passages=len(spool.passages),
        embedded=embedding.found,
        rebuilt=not usable,
        differences=tuple(differences),
    )
    return Changes(plan, head, spool, (*revised, *removed) if usable else ())


def known_vector(previous: Generation | None, text_hash: str, fingerprint: str) -> Vectors | None:
    """The vector, shape (dimension,), of a text that `previous` has embedded by the encoder of that fingerprint."""
    if previous is None or previous.manifest["encoder"]["fingerprint"] != fingerprint:
        return None
    return previous.vector_for(text_hash)


def _ahead(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Document | None]]:
    """Each of `entries` with its document, None where it was not read; the next are read meanwhile."""
    with ThreadPoolExecutor(1, "ibid-read") as pool:
        reading: deque[tuple[Entry, Future[Document | None]]] = deque()
        try:
            for entry in entries:
                reading.append((entry, pool.submit(_read, entry)))
                if len(reading) > _AHEAD:
                    first, document = reading.popleft()
                    yield first, document.result()
            for first, document in reading:
                yield first, document.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _read(entry: Entry) -> Document | None:
    if isinstance(entry, Unread):
        return None
    return load(entry) if isinstance(entry, Source) else entry


def content_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What a generation is made of; not in what bytes its sources came, if they say the same."""
    content = {key: manifest[key] for key in ("format", "encoder", "passage_size", "notices", "synonyms")}
    return content | {"documents": [(row["id"], row["record"]) for row in manifest["documents"]]}


def _record_hash(document: Document) -> str:
    """Of all that is stored of a document: a heading may become deeper while the text, and so the revision, stays."""
    return hashlib.sha256(json.dumps(document.to_json(), sort_keys=True).encode()).hexdigest()
