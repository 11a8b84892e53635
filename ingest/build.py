"""Making the next generation of the index from the one before, and publishing it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from ingest.document import Document
from ingest.encoder import Encoder, Vectors
from ingest.errors import IndexDamaged, IndexMissing, IndexUnwritable
from ingest.generation import FORMAT, Generation, file_checksum, manifest_checksum
from ingest.history import KEPT, clear_litter, forget_old, next_name, point_to, sync
from ingest.lexical import LexicalIndex, LexicalRow
from ingest.passages import PASSAGE_SIZE, Passage, cut_passages
from ingest.source import Notice
from ingest.vocabulary import Vocabulary

Progress = Callable[[int, int], None]
_BATCH = 64
_MOST_DELETED = 0.05
Check = Callable[[Generation | None, Generation], bool]

_TABLES = """
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
"""


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
class Built:
    """What `build` did: the published generation, the passages in it, and the plan that it followed."""

    generation: str | None
    passages: int
    published: bool
    plan: Plan

    @property
    def documents(self) -> int:
        """How many documents there are now."""
        return len(self.plan.added) + len(self.plan.revised) + len(self.plan.unchanged)

    @property
    def embedded(self) -> int:
        """How many passages were embedded."""
        return self.plan.embedded if self.published else 0

    @property
    def reused(self) -> int:
        """How many passages did not have to be embedded again."""
        return self.passages - self.embedded


@dataclass(frozen=True, slots=True)
class _Changes:
    """A plan with what it needs: the documents to put in, those to take out, and the manifest's head."""

    plan: Plan
    head: dict[str, Any]
    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    forget: tuple[str, ...]
    known: Mapping[str, Vectors]


def build(
    index: Path,
    documents: Sequence[Document | Unread],
    notices: Sequence[Notice],
    encoder: Encoder,
    passage_size: int = PASSAGE_SIZE,
    progress: Progress | None = None,
    sources: Mapping[str, str] | None = None,
    keep: int = KEPT,
    dry_run: bool = False,
    check: Check | None = None,
) -> Built:
    """Make the next generation of `documents` in the folder `index` and publish it.

    What did not change is taken over from the published generation: texts that it has embedded are not embedded
    again, and where nothing at all changed nothing is published.  `progress` is called with (passages embedded,
    passages to embed), `sources` are the hashes of what the documents were read from, `keep` is how many generations
    stay.  With `dry_run` nothing is written.  `check` is given the published generation and the candidate, and the
    candidate is published only if it returns true.  Only one may build at a time: see `ingest.lock`.
    Raises IndexUnwritable, and leaves what was published as it was.
    """
    previous = _previous(index)
    changes = _changes(previous, documents, notices, encoder, passage_size, sources or {})
    same = previous is not None and _content(previous.manifest) == _content(changes.head)
    if dry_run or same:
        count = previous.passage_count() if previous else 0
        return Built(previous.name if previous else None, count, False, changes.plan)
    try:
        clear_litter(index)
        building = index / "generations" / f".building-{os.getpid()}"
        building.mkdir(parents=True)
        try:
            name, count = _write(index, building, previous, changes, encoder, progress)
            accepted = _publish(index, name, count, previous, check)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
        forget_old(index, keep)
    except (OSError, sqlite3.Error) as error:
        raise IndexUnwritable(
            f"{index}: the index could not be written ({error}); free some space or choose another folder with --index"
        ) from error
    standing = name if accepted else previous.name if previous else None
    return Built(standing, count, accepted, changes.plan)


def _previous(index: Path) -> Generation | None:
    try:
        return Generation.open(index)
    except (IndexMissing, IndexDamaged):
        return None


def _changes(
    previous: Generation | None,
    documents: Sequence[Document | Unread],
    notices: Sequence[Notice],
    encoder: Encoder,
    passage_size: int,
    sources: Mapping[str, str],
) -> _Changes:
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
    removed = tuple(id_ for id_ in before if id_ not in {row["id"] for row in rows})
    passages = tuple(p for document in changed for p in cut_passages(document, passage_size))
    known = _known(previous, passages, encoder)
    head = made | {"documents": rows, "notices": [asdict(notice) for notice in notices]}
    plan = Plan(
        added=tuple(added),
        revised=tuple(revised),
        unchanged=tuple(unchanged),
        removed=removed,
        passages=len(passages),
        embedded=sum(p.text_hash not in known for p in passages),
        rebuilt=not usable,
    )
    return _Changes(plan, head, tuple(changed), passages, (*revised, *removed) if usable else (), known)


def _known(previous: Generation | None, passages: Sequence[Passage], encoder: Encoder) -> dict[str, Vectors]:
    """The vectors of texts that the published generation has embedded with the same encoder, by the texts' hash."""
    if previous is None or previous.manifest["encoder"]["fingerprint"] != encoder.fingerprint:
        return {}
    found = ((p.text_hash, previous.vector_for(p.text_hash)) for p in passages)
    return {text_hash: vector for text_hash, vector in found if vector is not None}


def _content(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What a generation is made of; not in what bytes its sources came, if they say the same."""
    content = {key: manifest[key] for key in ("format", "encoder", "passage_size", "notices")}
    return content | {"documents": [(row["id"], row["record"]) for row in manifest["documents"]]}


def _record_hash(document: Document) -> str:
    """Of all that is stored of a document: a heading may become deeper while the text, and so the revision, stays."""
    return hashlib.sha256(json.dumps(document.to_json(), sort_keys=True).encode()).hexdigest()


def _write(
    index: Path,
    building: Path,
    previous: Generation | None,
    changes: _Changes,
    encoder: Encoder,
    progress: Progress | None,
) -> tuple[str, int]:
    """Write the candidate; its name, and how many passages it holds."""
    old = previous if previous and not changes.plan.rebuilt else None
    rows = _rows(old, changes)
    vectors = _embed(changes, rows, encoder, progress)
    count = _write_vectors(building / "vectors.faiss", old, rows, vectors, encoder.dimension)
    _write_store(building / "store.db", old, changes, rows, encoder)
    deleted = _write_lexical(building, old, changes, rows, count)
    _write_manifest(building, changes.head | {"next_row": rows.next, "deleted": deleted}, old)
    name = next_name(index, changes.head)
    building.replace(index / "generations" / name)
    return name, count


@dataclass(frozen=True, slots=True)
class _Rows:
    """The row of each passage of the changed documents, which of them are new, and the old rows to take out.

    A passage whose text stays keeps its row, and with it its vector and its place in the lexical index.
    """

    of: tuple[int, ...]
    new: tuple[int, ...]
    gone: tuple[int, ...]
    next: int


def _rows(old: Generation | None, changes: _Changes) -> _Rows:
    spare: dict[tuple[str, str], list[int]] = {}
    for document_id in changes.forget if old else ():
        assert old is not None
        for row, text_hash in old.text_hashes(document_id):
            spare.setdefault((document_id, text_hash), []).append(row)
    following = old.next_row() if old else 0
    of: list[int] = []
    new: list[int] = []
    for number, passage in enumerate(changes.passages):
        kept = spare.get((passage.document_id, passage.text_hash))
        if kept:
            of.append(kept.pop(0))
        else:
            of.append(following)
            new.append(number)
            following += 1
    gone = tuple(row for rows in spare.values() for row in rows)
    return _Rows(tuple(of), tuple(new), gone, following)


def _publish(index: Path, name: str, count: int, previous: Generation | None, check: Check | None) -> bool:
    """Open the candidate, as a reader will, have it checked, and publish it or remove it; whether it was published."""
    folder = index / "generations" / name
    published = False
    try:
        candidate = Generation.open(index, name)
        if not candidate.passage_count() == len(candidate.lexical) == candidate.vectors.ntotal == count:
            raise IndexDamaged(f"{folder}: {count} vectors for {candidate.passage_count()} passages; run: ibid index")
        if check is None or check(previous, candidate):
            point_to(index, name)
            published = True
    finally:
        if not published:
            shutil.rmtree(folder, ignore_errors=True)
    return published


def _embed(changes: _Changes, rows: _Rows, encoder: Encoder, progress: Progress | None) -> Vectors:
    """One vector for each new row, shape (len(rows.new), dimension); only what is not known is embedded."""
    vectors = np.zeros((len(rows.new), encoder.dimension), dtype=np.float32)
    texts: dict[int, str] = {}
    for place, number in enumerate(rows.new):
        passage = changes.passages[number]
        if passage.text_hash in changes.known:
            vectors[place] = changes.known[passage.text_hash]
        else:
            texts[place] = passage.embedded_text
    places = list(texts)
    for first in range(0, len(places), _BATCH):
        batch = places[first : first + _BATCH]
        vectors[batch] = encoder.encode([texts[place] for place in batch])
        if progress:
            progress(first + len(batch), len(places))
    return vectors


def _write_vectors(path: Path, old: Generation | None, rows: _Rows, vectors: Vectors, dimension: int) -> int:
    """Write the vectors, by row; how many there are."""
    flat = faiss.read_index(str(old.path / "vectors.faiss")) if old else faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
    if rows.gone:
        flat.remove_ids(faiss.IDSelectorBatch(np.array(rows.gone, dtype=np.int64)))
    if rows.new:
        flat.add_with_ids(vectors, np.array([rows.of[number] for number in rows.new], dtype=np.int64))
    try:
        faiss.write_index(flat, str(path))
    except RuntimeError as error:  # a full disk, to faiss
        raise OSError(str(error)) from error
    return int(flat.ntotal)


def _write_lexical(building: Path, old: Generation | None, changes: _Changes, rows: _Rows, count: int) -> int:
    """Write the lexical index; how many deleted passages it still counts in its statistics.

    They make rare words seem less rare, so that when they are more than a few the index is written anew.
    """
    deleted = (int(old.manifest["deleted"]) if old else 0) + len(rows.gone)
    everything: Iterable[tuple[int, Passage]] = zip(rows.of, changes.passages, strict=True)
    if old and deleted > _MOST_DELETED * count:
        with closing(sqlite3.connect(building / "store.db")) as store:
            records = store.execute("SELECT row, record FROM passages ORDER BY row").fetchall()
        everything = ((row, Passage.from_json(record)) for row, record in records)
    elif old:
        new = ((rows.of[number], changes.passages[number]) for number in rows.new)
        LexicalIndex.update(old.path / "lexical", building / "lexical", map(_lexical_row, new), rows.gone)
        return deleted
    LexicalIndex.build(building / "lexical", map(_lexical_row, everything))
    return 0


def _lexical_row(numbered: tuple[int, Passage]) -> LexicalRow:
    row, passage = numbered
    return LexicalRow(row, passage.title, passage.searched_text)


def _write_store(path: Path, old: Generation | None, changes: _Changes, rows: _Rows, encoder: Encoder) -> None:
    """Write documents, passages and words: those of the old generation, less what is forgotten, and what is new."""
    if old:
        shutil.copyfile(old.path / "store.db", path)
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("PRAGMA journal_mode = MEMORY")
        if old is None:
            store.executescript(_TABLES)
        for document_id in changes.forget:
            assert old is not None
            _forget(store, old, document_id)
        store.executemany(
            "INSERT INTO documents VALUES (?, ?, ?)",
            ((d.id, d.revision, json.dumps(d.to_json(), ensure_ascii=False)) for d in changes.documents),
        )
        store.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?)",
            (
                (row, p.id, p.document_id, p.text_hash, p.to_json())
                for row, p in zip(rows.of, changes.passages, strict=True)
            ),
        )
        new = Vocabulary.of(changes.documents, changes.passages, encoder.words)
        store.executemany(
            "INSERT INTO words VALUES (?, ?, ?, ?)"
            " ON CONFLICT (text) DO UPDATE SET passages = passages + excluded.passages",
            map(astuple, new.words),
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
    files: dict[str, str] = {}
    for path in paths:
        name = str(path.relative_to(building))
        linked = old is not None and name in inherited and (old.path / name).samefile(path)
        files[name] = inherited[name] if linked else file_checksum(path)
        if not linked:
            path.chmod(0o644)
            sync(path)
    manifest = head | {"files": files}
    manifest["checksum"] = manifest_checksum(manifest)
    path = building / "manifest.json"
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False), encoding="utf-8")
    sync(path)
