"""A segment of the index: some documents with all that is searched of them, in a folder that never changes.

    DIR/segments/NAME/
        segment.json        the numbers of its documents and rows, and the proof of each file: see `ingest.proof`
        store.db            documents, passages and vocabulary (SQLite)
        vectors.f32         one unit vector a passage, one after the other; lists.faiss beside very many
        lexical/            tantivy

NAME begins the SHA-256 of segment.json, so that a segment is whole where its name fits, and generations share it.  A
document is wholly in one segment.  Numbers of documents, and of rows, which are passages, are given once in the life of
an index, and those of a segment follow each other: a number tells the segment.

What is gone of a segment is told by the generation, and stays in the files until they are merged.  Its table of words
is a difference: how many more passages hold a word than did before it was written, less than none where more were taken
out than put in.  Over all segments of a generation the differences add up to the words of its documents, whatever has
been merged with what, and in whatever order.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ingest.errors import IndexDamaged
from ingest.index import lexical
from ingest.index.vectors import SegmentVectors
from ingest.proof import Proof, damaged, proofs

FOLDER = "segments"
FACTS = "segment.json"
# Of larger files together the checksums take longer than a reader should wait: about a quarter of a second.
LARGE = 2**30
_NAME = 32
_AT_ONCE = 500
_MEND = "make the index anew with: ibid index --anew"


class Segment:
    """A segment, open for reading."""

    def __init__(self, path: Path, facts: Mapping[str, Any]) -> None:
        """Use `open`."""
        self.path = path
        self.name = path.name
        self.documents = range(facts["documents"][0], sum(facts["documents"]))
        self.rows = range(facts["rows"][0], sum(facts["rows"]))
        self.files: Mapping[str, Proof] = proofs(facts["files"])
        self.vectors = SegmentVectors(path, self.rows.start, len(self.rows), facts["vectors"])
        # Immutable: SQLite takes no lock and leaves no journal beside a file that never changes.
        self._store = sqlite3.connect(f"{_address(path / 'store.db')}", uri=True, check_same_thread=False)
        # A connection refers to itself, and would keep its file open until the garbage is collected.
        weakref.finalize(self, self._store.close)

    @classmethod
    def open(cls, path: Path, largest: float = LARGE) -> Segment:
        """Open what `write_segment` wrote; the checksums of files of at most `largest` bytes are proved.

        Raises IndexDamaged.
        """
        try:
            content = (path / FACTS).read_bytes()
        except OSError as error:
            raise IndexDamaged(f"{path / FACTS}: is missing or damaged; {_MEND}") from error
        if name_of(content) != path.name:
            raise IndexDamaged(f"{path / FACTS}: is missing or damaged; {_MEND}")
        facts = json.loads(content)
        check_files(path, proofs(facts["files"]), largest)
        try:
            return cls(path, facts)
        except OSError as error:
            raise IndexDamaged(f"{path}: its vectors cannot be read; {_MEND}") from error

    def lexical_files(self) -> Iterator[tuple[str, Proof]]:
        """The files of its lexical index that never change, each with its proof, by their names."""
        for name, proof in self.files.items():
            folder, _, file = name.rpartition("/")
            if folder == lexical.FOLDER and not file.endswith(".json"):
                yield file, proof

    def all(self, query: str, values: Iterable[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of an SQL query; IndexDamaged where the store cannot be read."""
        try:
            return self._store.execute(query, tuple(values)).fetchall()
        except sqlite3.DatabaseError as error:
            raise IndexDamaged(f"{self.path / 'store.db'}: cannot be read ({error}); {_MEND}") from error

    def each(self, query: str, values: Sequence[object]) -> Iterator[tuple[Any, ...]]:
        """The rows of an SQL query in which `{}` stands for a list of any length, which `values` are."""
        for first in range(0, len(values), _AT_ONCE):
            some = values[first : first + _AT_ONCE]
            yield from self.all(query.format(", ".join("?" * len(some))), some)


def name_of(content: bytes) -> str:
    """The name of the segment whose segment.json is `content`."""
    return hashlib.sha256(content).hexdigest()[:_NAME]


def check_files(folder: Path, files: Mapping[str, Proof], largest: float) -> None:
    """Raise IndexDamaged unless `files` are there and, those of at most `largest` bytes, unchanged."""
    if path := damaged(folder, files, largest):
        raise IndexDamaged(f"{path}: is missing or damaged; {_MEND}")


def _address(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"
