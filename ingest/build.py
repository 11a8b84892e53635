"""Making the next generation of the index, and publishing it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from ingest.document import Document
from ingest.encoder import Encoder, Vectors
from ingest.errors import IndexDamaged, IndexMissing, IndexUnwritable
from ingest.generation import FORMAT, Generation, file_checksum, generation_names, manifest_checksum, published
from ingest.lexical import LexicalIndex
from ingest.passages import PASSAGE_SIZE, Passage, cut_passages
from ingest.source import Notice
from ingest.vocabulary import Vocabulary

KEPT = 5
Progress = Callable[[int, int], None]

_TABLES = """
CREATE TABLE documents (id TEXT PRIMARY KEY, revision TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE passages (row INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, text_hash TEXT NOT NULL, record TEXT NOT NULL);
CREATE INDEX passages_by_text ON passages (text_hash);
CREATE TABLE words (text TEXT PRIMARY KEY, term TEXT NOT NULL, passages INTEGER NOT NULL, is_name INTEGER NOT NULL);
CREATE TABLE aliases (name TEXT NOT NULL, other TEXT NOT NULL);
CREATE TABLE listed (word TEXT PRIMARY KEY, document TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Built:
    """What `build` did."""

    generation: str
    documents: int
    passages: int
    embedded: int
    published: bool


def build(
    index: Path,
    documents: Sequence[Document],
    notices: Sequence[Notice],
    encoder: Encoder,
    passage_size: int = PASSAGE_SIZE,
    progress: Progress | None = None,
) -> Built:
    """Make the next generation of `documents` in the folder `index` and publish it.

    Texts that the published generation has embedded with the same encoder are not embedded again, and where nothing
    at all changed nothing is published.  `progress` is called with (passages embedded, passages to embed).
    Raises IndexUnwritable, and leaves what was published as it was.
    """
    head: dict[str, Any] = {
        "format": FORMAT,
        "encoder": {"name": encoder.name, "fingerprint": encoder.fingerprint, "dimension": encoder.dimension},
        "passage_size": passage_size,
        "documents": [{"id": d.id, "revision": d.revision, "record": _record_hash(d)} for d in documents],
        "notices": [asdict(notice) for notice in notices],
    }
    previous = _previous(index)
    if previous and all(previous.manifest.get(key) == value for key, value in head.items()):
        return Built(previous.name, len(documents), previous.passage_count(), 0, published=False)
    passages = [p for document in documents for p in cut_passages(document, passage_size)]
    building: Path | None = None
    try:
        (index / "generations").mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=".building-", dir=index / "generations"))
        vectors, embedded = _embed(passages, encoder, previous, progress)
        _write_vectors(building / "vectors.faiss", vectors)
        LexicalIndex.build(building / "lexical", ((row, p.title, p.searched_text) for row, p in enumerate(passages)))
        _write_store(building / "store.db", documents, passages, Vocabulary.of(documents, passages, encoder.words))
        _write_manifest(building, head)
        name = _next_name(index, head)
        building.replace(index / "generations" / name)
        building = index / "generations" / name
        _point_to(index, name)
    except (OSError, sqlite3.Error) as error:
        _clear(index, building)
        raise IndexUnwritable(
            f"{index}: the index could not be written ({error}); free some space or choose another folder with --index"
        ) from error
    except BaseException:
        _clear(index, building)
        raise
    _forget_old(index)
    return Built(name, len(documents), len(passages), embedded, published=True)


def _record_hash(document: Document) -> str:
    """Of all that is stored of a document: a heading may become deeper while the text, and so the revision, stays."""
    return hashlib.sha256(json.dumps(document.to_json(), sort_keys=True).encode()).hexdigest()


def _clear(index: Path, building: Path | None) -> None:
    """Remove what was not published."""
    with suppress(OSError):
        (index / ".CURRENT.new").unlink()
    if building:
        with suppress(IndexMissing, IndexDamaged):
            if published(index) == building.name:
                return
        shutil.rmtree(building, ignore_errors=True)


def _previous(index: Path) -> Generation | None:
    try:
        return Generation.open(index)
    except (IndexMissing, IndexDamaged):
        return None


def _embed(
    passages: Sequence[Passage], encoder: Encoder, previous: Generation | None, progress: Progress | None
) -> tuple[Vectors, int]:
    """One vector a passage, and how many had to be embedded."""
    reusable = previous is not None and previous.manifest["encoder"]["fingerprint"] == encoder.fingerprint
    vectors = np.zeros((len(passages), encoder.dimension), dtype=np.float32)
    missing: list[int] = []
    for row, passage in enumerate(passages):
        known = previous.vector_for(passage.text_hash) if previous and reusable else None
        if known is None:
            missing.append(row)
        else:
            vectors[row] = known
    for first in range(0, len(missing), 64):
        rows = missing[first : first + 64]
        vectors[rows] = encoder.encode([passages[row].embedded_text for row in rows])
        if progress:
            progress(first + len(rows), len(missing))
    return vectors, len(missing)


def _write_vectors(path: Path, vectors: Vectors) -> None:
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    try:
        faiss.write_index(flat, str(path))
    except RuntimeError as error:  # a full disk, to faiss
        raise OSError(str(error)) from error


def _write_store(
    path: Path, documents: Iterable[Document], passages: Sequence[Passage], vocabulary: Vocabulary
) -> None:
    store = sqlite3.connect(path)
    try:
        with store:
            store.executescript(_TABLES)
            store.executemany(
                "INSERT INTO documents VALUES (?, ?, ?)",
                ((d.id, d.revision, json.dumps(d.to_json(), ensure_ascii=False)) for d in documents),
            )
            store.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?)",
                ((row, p.id, p.text_hash, p.to_json()) for row, p in enumerate(passages)),
            )
            store.executemany("INSERT INTO words VALUES (?, ?, ?, ?)", map(astuple, vocabulary.words))
            store.executemany("INSERT INTO aliases VALUES (?, ?)", vocabulary.aliases)
            store.executemany("INSERT INTO listed VALUES (?, ?)", vocabulary.listed)
    finally:
        store.close()


def _write_manifest(building: Path, head: dict[str, Any]) -> None:
    paths = sorted(p for p in building.rglob("*") if p.is_file() and not p.name.endswith(".lock"))
    manifest = head | {"files": {str(p.relative_to(building)): file_checksum(p) for p in paths}}
    manifest["checksum"] = manifest_checksum(manifest)
    path = building / "manifest.json"
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False), encoding="utf-8")
    for written in (*paths, path):
        _sync(written)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _next_name(index: Path, head: dict[str, Any]) -> str:
    """A running number, so that names sort by age, and a hash of what is inside."""
    numbers = [int(n[:6]) for n in generation_names(index)]
    content = hashlib.sha256(json.dumps(head, sort_keys=True).encode()).hexdigest()
    return f"{max(numbers, default=0) + 1:06d}-{content[:8]}"


def _point_to(index: Path, name: str) -> None:
    _sync(index / "generations")
    pointer = index / ".CURRENT.new"
    pointer.write_text(name + "\n", encoding="utf-8")
    _sync(pointer)
    pointer.replace(index / "CURRENT")
    _sync(index)


def _forget_old(index: Path) -> None:
    for name in generation_names(index)[:-KEPT]:
        shutil.rmtree(index / "generations" / name, ignore_errors=True)
