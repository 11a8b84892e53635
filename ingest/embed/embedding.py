"""What a generation needs embedded, in windows, each of which is on the disk as soon as it is made.

    DIR/embedded.db         the vectors of a build that has not come to its end (SQLite)

A build that is broken off, by Ctrl-C or by a power cut, leaves this file, and the next one embeds only what is not in
it.  One that comes to its end, or finds no room on the disk, removes it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol

import numpy as np
import xxhash

from ingest.embed.encoder import Encoder, Vectors
from ingest.errors import IndexUnwritable

# Enough to find many of a like length; few enough that little is lost when a window is broken off.
_WINDOW = 256
# Bytes of a checksum (XXH3, 64 bits).
_SEAL = 8


@dataclass(frozen=True, slots=True)
class Step:
    """How far a build is: documents read of all there are, passages embedded of those found that need it."""

    read: int
    documents: int
    embedded: int
    found: int

    @property
    def expected(self) -> int:
        """About how many passages need embedding, if the documents that are still to be read are like the others."""
        return round(self.found * self.documents / self.read)


Progress = Callable[[Step], None]


class Elsewhere(Protocol):
    """What embeds texts while something else is done."""

    @property
    def count(self) -> int:
        """How many windows it embeds at the same time."""

    def embed(self, texts: Sequence[str]) -> Future[Vectors]:
        """Unit vectors, float32, of shape (len(texts), dimension), when they are made."""


class Embedding:
    """An encoder that embeds no text twice in the life of a build, whether or not it is broken off."""

    def __init__(
        self,
        index: Path,
        encoder: Encoder,
        documents: int,
        progress: Progress | None,
        dry_run: bool,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        """For the next generation in the folder `index`, of `documents`; with `dry_run` texts are only counted.

        Windows are embedded `elsewhere`, if that is given, while this process goes on.
        """
        self.name = encoder.name
        self.fingerprint = encoder.fingerprint
        self._path = index / "embedded.db"
        self._encoder = encoder
        self._documents = documents
        self._progress = progress
        self._dry_run = dry_run
        self._elsewhere = elsewhere
        self._waiting: dict[str, None] = {}
        self._under_way: deque[tuple[list[str], Future[Vectors]]] = deque()
        self._begun: set[str] = set()
        self._read = self._embedded = self._found = 0
        self._store: sqlite3.Connection | None = None

    def __enter__(self) -> Embedding:
        if self._path.exists():
            try:
                self._open()
            except sqlite3.Error:  # it is none, or was left in a state that takes writing to read
                self._store = None
                if not self._dry_run:
                    self._path.unlink()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._store:
            self._store.close()
        # Where there is no room, the next build needs what this takes.
        if not self._dry_run and (kind is None or issubclass(kind, OSError | sqlite3.Error | IndexUnwritable)):
            with suppress(OSError):
                self._path.unlink(missing_ok=True)

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._encoder.dimension

    @property
    def words(self) -> frozenset[str]:
        """The words that the encoder knows whole."""
        return self._encoder.words

    @property
    def found(self) -> int:
        """How many texts had to be embedded."""
        return self._found

    def ahead(self, texts: Sequence[str]) -> None:
        """Take the texts of one more document that will be asked for, and embed what makes up whole windows."""
        self._read += 1
        new = [text for text in dict.fromkeys(texts) if text not in self._waiting and text not in self._begun]
        known = self._known(new)
        missing = [text for text in new if text not in known]
        self._found += len(missing)
        for text in missing:
            self._waiting[text] = None
            if len(self._waiting) == _WINDOW and not self._dry_run:
                self._embed_waiting()
        self._keep_made()

    def finish(self) -> None:
        """Embed the rest of what was taken."""
        if self._waiting and not self._dry_run:
            self._embed_waiting()
        while self._under_way:
            self._keep_first()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, of shape (len(texts), dimension); what was not made before is made, and kept."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for first in range(0, len(texts), _WINDOW):
            window = texts[first : first + _WINDOW]
            known = self._known(window)
            missing = [text for text in dict.fromkeys(window) if text not in known]
            if missing:
                made = self._encoder.encode(missing)
                self._keep(missing, made)
                known |= dict(zip(missing, made, strict=True))
            vectors[first : first + len(window)] = [known[text] for text in window]
        return vectors

    def _embed_waiting(self) -> None:
        texts = [*self._waiting]
        self._waiting.clear()
        if self._elsewhere is None:
            self._keep(texts, self._encoder.encode(texts))
            self._tell(len(texts))
        else:
            self._begun.update(texts)
            self._under_way.append((texts, self._elsewhere.embed(texts)))
            # What is read waits until there is something to embed it; a window more than is embedded is at hand.
            while len(self._under_way) > 2 * self._elsewhere.count:
                self._keep_first()

    def _keep_made(self) -> None:
        """Write what was made elsewhere, as far as it can be had without waiting."""
        while self._under_way and self._under_way[0][1].done():
            self._keep_first()

    def _keep_first(self) -> None:
        """Write the first window that is made elsewhere, when it is."""
        texts, vectors = self._under_way.popleft()
        self._keep(texts, vectors.result())
        self._begun.difference_update(texts)
        self._tell(len(texts))

    def _tell(self, embedded: int) -> None:
        self._embedded += embedded
        if self._progress:
            self._progress(Step(self._read, self._documents, self._embedded, self._found))

    def _keep(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Write the vectors of some texts to the disk."""
        with self._store or self._open() as store:
            keys = map(self._key, texts)
            rows = ((key, _sealed(key, vector.tobytes())) for key, vector in zip(keys, vectors, strict=True))
            store.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        mode = "ro" if self._dry_run else "rwc"
        self._store = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode={mode}", uri=True)
        if not self._dry_run:
            self._store.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")
        self._store.execute("SELECT key FROM vectors LIMIT 1")
        return self._store

    def _known(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """The vectors, each of shape (dimension,), of those of `texts` that were made before."""
        if self._store is None:
            return {}
        found: dict[str, Vectors] = {}
        try:
            for text in texts:
                key = self._key(text)
                row = self._store.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
                if row and row[0] == _sealed(key, vector := row[0][:-_SEAL]):
                    found[text] = np.frombuffer(vector, dtype=np.float32)
        except sqlite3.DatabaseError:  # what was kept is damaged, and is made again
            self._store.close()
            self._store = None
            if not self._dry_run:
                self._path.unlink()
        return found

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self.fingerprint}\n{text}".encode()).digest()


def _sealed(key: bytes, vector: bytes) -> bytes:
    """A vector with a checksum behind it, by which one is told that was damaged or is another text's."""
    return vector + xxhash.xxh3_64_digest(key + vector)
