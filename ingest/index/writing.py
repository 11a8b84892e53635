"""Writing a segment."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from ingest.index.entries import Entry
from ingest.index.lexical import FOLDER, LexicalRow, LexicalWriter
from ingest.index.segment import FACTS, Segment, name_of
from ingest.index.store import INDEXES, TABLES, short_hash
from ingest.index.vectors import SegmentVectors, add_lists
from ingest.index.vocabulary import Word
from ingest.proof import Proof, sync, sync_folders


@dataclass(frozen=True, slots=True)
class Next:
    """The first number of a document and of a row that was never given."""

    document: int
    row: int


def write_segment(
    folder: Path,
    entries: Iterable[Entry],
    words: Callable[[], Iterable[Word]],
    first: Next,
    dimension: int,
    like: SegmentVectors | None = None,
    kept: int = 0,
) -> Segment:
    """Write a segment of `entries` into `folder`, under its name, and open it.

    `words` are called for when all entries are written: see `ingest.index.segment`.  For `like` and `kept` see
    `ingest.index.vectors.add_lists`.  When it is given back everything is on the disk.  Raises OSError and
    sqlite3.Error.
    """
    building = folder / ".building"
    building.mkdir(parents=True)
    following = first
    lexical = LexicalWriter(building / FOLDER)
    with closing(sqlite3.connect(building / "store.db")) as store, (building / "vectors.f32").open("wb") as vectors:
        store.execute("PRAGMA journal_mode = OFF")
        store.execute("PRAGMA synchronous = OFF")
        with store:
            store.executescript(TABLES)
            for entry in entries:
                _put(store, vectors, lexical, entry, following)
                following = Next(following.document + 1, following.row + len(entry.passages))
            store.executemany(
                "INSERT INTO words VALUES (?, ?, ?, ?)",
                ((word.text, word.term, word.passages, word.is_name) for word in words() if word.passages),
            )
            store.executescript(INDEXES)
    lexical.close()
    facts = {
        "documents": (first.document, following.document - first.document),
        "rows": (first.row, following.row - first.row),
        "vectors": add_lists(building, following.row - first.row, dimension, like, kept),
        "files": dict(_proofs(building)),
    }
    content = json.dumps(facts).encode()
    path = building / FACTS
    path.write_bytes(content)
    sync(path)
    sync_folders(building)
    return Segment.open(settle(building, folder / name_of(content)), 0)


def settle(path: Path, named: Path) -> Path:
    """Give a segment its place, where one that is the same in every byte may be already."""
    if named.exists():
        shutil.rmtree(path)
    else:
        path.replace(named)
    return named


def _put(store: sqlite3.Connection, vectors: IO[bytes], lexical: LexicalWriter, entry: Entry, to: Next) -> None:
    facts, count = entry.facts, len(entry.passages)
    store.execute(
        "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?)",
        (to.document, facts.id, facts.record, facts.source, facts.file, to.row, count),
    )
    store.execute("INSERT INTO records VALUES (?, ?, ?)", (to.document, entry.revision, entry.record))
    store.executemany(
        "INSERT INTO pairs VALUES (?, ?, ?, ?, ?, ?)",
        ((to.document, pair.name, pair.other, pair.often, *pair.ordinary) for pair in entry.pairs),
    )
    store.executemany("INSERT INTO listed VALUES (?, ?)", ((to.document, word) for word in entry.listed))
    for row, passage in enumerate(entry.passages, to.row):
        store.execute("INSERT INTO passages VALUES (?, ?, ?)", (row, short_hash(passage.text_hash), passage.to_json()))
        lexical.add(LexicalRow(row, passage.title, passage.searched_text))
    vectors.write(np.ascontiguousarray(entry.vectors, dtype="<f4").data)


def _proofs(folder: Path) -> Iterator[tuple[str, Proof]]:
    """The proof of each file in `folder`, which is on the disk then."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if path.name.endswith(".lock"):
            path.unlink()
            continue
        path.chmod(0o644)
        sync(path)
        yield path.relative_to(folder).as_posix(), Proof.of(path)
