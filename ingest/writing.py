"""The files of a generation that is being made."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from ingest import lexicon
from ingest.encoder import Encoder, Vectors
from ingest.generation import STATED, Generation, file_checksum, is_stated, manifest_checksum
from ingest.history import sync
from ingest.lexical import LexicalIndex, LexicalRow
from ingest.passages import Passage
from ingest.plan import Changes, known_vector
from ingest.vectors import write_vectors
from ingest.vocabulary import Vocabulary

_BATCH = 64
_MOST_DELETED = 0.05

_TABLES = f"""
CREATE TABLE documents (id TEXT PRIMARY KEY, revision TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, document TEXT NOT NULL, text_hash TEXT NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX passages_by_text ON passages (text_hash);
CREATE INDEX passages_by_document ON passages (document);
CREATE TABLE words (text TEXT PRIMARY KEY, term TEXT NOT NULL, passages INTEGER NOT NULL, is_name INTEGER NOT NULL);
CREATE TABLE aliases (name TEXT NOT NULL, other TEXT NOT NULL, document TEXT NOT NULL);
CREATE INDEX aliases_by_document ON aliases (document);
CREATE TABLE listed (word TEXT NOT NULL, document TEXT NOT NULL);
CREATE INDEX listed_by_document ON listed (document);
{lexicon.INDEXES}
"""


def write_generation(
    building: Path,
    previous: Generation | None,
    changes: Changes,
    encoder: Encoder,
) -> int:
    """Write all files of a generation into the folder `building`, the manifest last; how many passages it holds."""
    old = previous if previous and not changes.plan.rebuilt else None
    rows = _rows(old, changes)
    vectors = _vectors(previous, changes, rows, encoder)
    numbers = [rows.of[number] for number in rows.new]
    held = old.vectors if old else None
    found = write_vectors(building, held, rows.gone, numbers, vectors, encoder.dimension)
    _write_store(building / "store.db", old, changes, rows, encoder)
    count = (old.passage_count() if old else 0) - len(rows.gone) + len(rows.new)
    deleted = _write_lexical(building, old, changes, rows, count)
    _write_manifest(building, changes.head | {"next_row": rows.next, "deleted": deleted, "vectors": found}, old)
    return count


@dataclass(frozen=True, slots=True)
class _Rows:
    """The row of each passage of the changed documents, which of them are new, and the old rows to take out.

    A passage whose text stays keeps its row, and with it its vector and its place in the lexical index.
    """

    of: tuple[int, ...]
    new: tuple[int, ...]
    gone: tuple[int, ...]
    next: int


def _rows(old: Generation | None, changes: Changes) -> _Rows:
    spare: dict[tuple[str, str], list[int]] = {}
    for document_id in changes.forget if old else ():
        assert old is not None
        for row, text_hash in old.text_hashes(document_id):
            spare.setdefault((document_id, text_hash), []).append(row)
    following = old.next_row() if old else 0
    of: list[int] = []
    new: list[int] = []
    for number, passage in enumerate(changes.spool.passages):
        kept = spare.get((passage.document_id, passage.text_hash))
        if kept:
            of.append(kept.pop(0))
        else:
            of.append(following)
            new.append(number)
            following += 1
    gone = tuple(row for rows in spare.values() for row in rows)
    return _Rows(tuple(of), tuple(new), gone, following)


def _vectors(previous: Generation | None, changes: Changes, rows: _Rows, encoder: Encoder) -> Iterator[Vectors]:
    """The vectors of the new rows, some at a time, (n, dimension); what `previous` does not have was embedded ahead."""
    new = _new(changes, rows)
    while batch := [passage for _, passage in islice(new, _BATCH)]:
        known = {p.text_hash: known_vector(previous, p.text_hash, encoder.fingerprint) for p in batch}
        missing = [p for p in batch if known[p.text_hash] is None]
        known |= zip((p.text_hash for p in missing), encoder.encode([p.embedded_text for p in missing]), strict=True)
        yield np.array([known[p.text_hash] for p in batch], dtype=np.float32)


def _new(changes: Changes, rows: _Rows) -> Iterator[tuple[int, Passage]]:
    """The new passages, each with its row."""
    new = iter(rows.new)
    following = next(new, None)
    for number, passage in enumerate(changes.spool.passages):
        if number == following:
            yield rows.of[number], passage
            following = next(new, None)


def _write_lexical(building: Path, old: Generation | None, changes: Changes, rows: _Rows, count: int) -> int:
    """Write the lexical index; how many deleted passages it still counts in its statistics.

    They make rare words seem less rare, so that when they are more than a few the index is written anew.
    """
    deleted = (int(old.manifest["deleted"]) if old else 0) + len(rows.gone)
    if old and deleted <= _MOST_DELETED * count:
        new = map(_lexical_row, _new(changes, rows))
        LexicalIndex.update(old.path / "lexical", building / "lexical", new, rows.gone)
        return deleted
    with closing(sqlite3.connect(building / "store.db")) as store:
        records = store.execute("SELECT row, record FROM passages ORDER BY row")
        everything = ((row, Passage.from_json(record)) for row, record in records)
        LexicalIndex.build(building / "lexical", map(_lexical_row, everything))
    return 0


def _lexical_row(numbered: tuple[int, Passage]) -> LexicalRow:
    row, passage = numbered
    return LexicalRow(row, passage.title, passage.searched_text)


def _write_store(path: Path, old: Generation | None, changes: Changes, rows: _Rows, encoder: Encoder) -> None:
    """Write documents, passages and words: those of the old generation, less what is forgotten, and what is new."""
    if old:
        shutil.copyfile(old.path / "store.db", path)
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("PRAGMA journal_mode = MEMORY")
        if old is None:
            store.executescript(_TABLES)
        for fact in STATED:
            store.execute(f"CREATE INDEX IF NOT EXISTS stating_{fact} ON documents (id) WHERE {is_stated(fact)}")
        for document_id in changes.forget:
            assert old is not None
            _forget(store, old, document_id)
        store.executemany(
            "INSERT INTO documents VALUES (?, ?, ?)",
            ((d.id, d.revision, json.dumps(d.to_json(), ensure_ascii=False)) for d in changes.spool.documents),
        )
        store.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?)",
            (
                (row, p.id, p.document_id, p.text_hash, p.to_json())
                for row, p in zip(rows.of, changes.spool.passages, strict=True)
            ),
        )
        new = Vocabulary.of(changes.spool.documents, changes.spool.passages, encoder.words)
        store.executemany(
            "INSERT INTO words VALUES (?, ?, ?, ?)"
            " ON CONFLICT (text) DO UPDATE SET passages = passages + excluded.passages",
            ((word.text, word.term, word.passages, word.is_name) for word in new.words),
        )
        store.executemany("INSERT INTO aliases VALUES (?, ?, ?)", new.aliases)
        store.executemany("INSERT INTO listed VALUES (?, ?)", new.listed)


def _forget(store: sqlite3.Connection, old: Generation, document_id: str) -> None:
    """Take one document out of the store."""
    words = Vocabulary.of([], old.passages(old.rows_of(document_id)), frozenset()).words
    store.executemany("UPDATE words SET passages = passages - ? WHERE text = ?", ((w.passages, w.text) for w in words))
    store.executemany("DELETE FROM words WHERE text = ? AND passages <= 0", ((w.text,) for w in words))
    store.execute("DELETE FROM documents WHERE id = ?", (document_id,))
    for table in ("passages", "aliases", "listed"):
        store.execute(f"DELETE FROM {table} WHERE document = ?", (document_id,))


def _write_manifest(building: Path, head: dict[str, Any], old: Generation | None) -> None:
    """Write the manifest last, everything before it being on the disk."""
    inherited = dict(old.manifest["files"]) if old else {}
    paths = sorted(p for p in building.rglob("*") if p.is_file() and not p.name.endswith(".lock"))
    files: dict[str, tuple[int, str]] = {}
    for path in paths:
        name = str(path.relative_to(building))
        linked = old is not None and name in inherited and (old.path / name).samefile(path)
        files[name] = inherited[name] if linked else (path.stat().st_size, file_checksum(path))
        if not linked:
            path.chmod(0o644)
            sync(path)
    manifest = head | {"files": files}
    manifest["checksum"] = manifest_checksum(manifest)
    path = building / "manifest.json"
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False), encoding="utf-8")
    sync(path)
