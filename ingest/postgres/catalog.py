"""The generations of an index in a database."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from ingest.embed.embedding import Embedding
from ingest.errors import IndexBusy, IndexMissing, IndexUnwritable, IngestError
from ingest.index.doctor import Finding
from ingest.index.generation import Generation, full_name
from ingest.index.history import Kept, next_name
from ingest.index.plan import Changes
from ingest.index.suggested import Suggested
from ingest.postgres.connection import Connection, Database
from ingest.postgres.faults import explained
from ingest.postgres.forgetting import clear_unpublished, discard_latest, forget_generations
from ingest.postgres.lexical import PostgresLexical
from ingest.postgres.nearest import PostgresNearest
from ingest.postgres.pins import Pins
from ingest.postgres.schema import VERSIONS, check, migrate
from ingest.postgres.snapshot import Snapshot
from ingest.postgres.store import PostgresStore
from ingest.postgres.writing import write_generation

# The advisory lock of whoever writes: it goes with its session.
WRITING = 0x1B1E
# How many vectors are looked at together.
_BLOCK = 10_000
_PUBLISHED = "SELECT name FROM generations JOIN published USING (serial)"
_POINT = (
    "UPDATE generations SET published = now() WHERE name = %s",
    """
    INSERT INTO published (serial) SELECT serial FROM generations WHERE name = %s
    ON CONFLICT (only_one) DO UPDATE SET serial = excluded.serial
    """,
)
_HISTORY = """
    SELECT g.serial, g.name, g.made, g.documents, p.serial IS NOT NULL
    FROM generations AS g LEFT JOIN published AS p USING (serial)
    ORDER BY g.serial DESC
"""


@dataclass
class PostgresCatalog:
    """The generations in a database, and the local `folder` of what is of none: a Catalog.

    Whatever is written is written on the session that holds the lock of whoever writes: if it is lost, so is what was
    being written.
    """

    database: Database
    folder: Path
    _pins: Pins = field(init=False)
    _session: Connection | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._pins = Pins(self.database)

    @classmethod
    def connect(cls, url: str, folder: Path) -> PostgresCatalog:
        """The index in the database that a url names; EngineError, also where it is that of a newer ibid."""
        database = Database.open(url)
        with suppress(IndexMissing):
            check(database.read(VERSIONS)[0][0], database.where)
        return cls(database, folder)

    @property
    def where(self) -> str:
        """The url, without what is secret."""
        return self.database.where

    def close(self) -> None:
        """End all sessions."""
        self._pins.close()
        self.database.close()

    def names(self) -> list[str]:
        """Of the complete generations, oldest first."""
        try:
            return [name for (name,) in self.database.read("SELECT name FROM generations ORDER BY serial")]
        except IndexMissing:
            return []

    def published(self) -> str:
        """The name of the published one; IndexMissing."""
        for (name,) in self.database.read(_PUBLISHED):
            return str(name)
        raise IndexMissing(f"no index in {self.where}; make one with: ibid index --engine")

    def open(self, name: str | None = None) -> Generation:
        """The one that is called so or whose name begins so, or that is published; IndexMissing."""
        if name is not None:
            return self._open(full_name(self.names(), name, self.where))
        while True:
            current = self.published()
            try:
                return self._open(current)
            except IndexMissing:
                # A reader that was slow may find that the generation was forgotten meanwhile.
                if self.published() == current:
                    raise

    def _open(self, name: str) -> Generation:
        rows = self.database.read("SELECT serial, manifest FROM generations WHERE name = %s", (name,))
        if not rows:
            raise IndexMissing(f"the generation {name} is no longer kept in {self.where}")
        ((serial, manifest),) = rows
        snapshot, count = Snapshot(self.database, serial, name), manifest["passages"]
        store = PostgresStore(snapshot, manifest["documents"])
        vectors = PostgresNearest(snapshot, count, manifest["dimension"])
        generation = Generation(name, manifest, store, vectors, PostgresLexical(snapshot, count))
        generation.suggested = self.suggested
        self._pins.pin(generation, serial)
        # Until it was pinned it could be forgotten.
        snapshot.rows("SELECT true")
        return generation

    def history(self) -> list[Kept]:
        """The kept ones, newest first; IndexMissing where there is none."""
        rows = self.database.read(_HISTORY)
        if not rows:
            raise IndexMissing(f"no index in {self.where}; make one with: ibid index --engine")
        return [
            Kept(
                name,
                is_published,
                made.astimezone(datetime.UTC).isoformat(timespec="seconds"),
                PostgresStore(Snapshot(self.database, serial, name), documents).revisions(),
            )
            for serial, name, made, documents, is_published in rows
        ]

    def examine(self) -> list[Finding]:
        """What is wrong with any generation: that it can be opened, and that what it counts is there."""
        try:
            self.published()
        except IngestError as error:
            return [Finding(self.where, str(error), "run: ibid index --engine")]
        return [finding for name in self.names() for finding in self._examine(name)]

    def _examine(self, name: str) -> Iterator[Finding]:
        where, mend = f"{self.where}, {name}", "restore the database, or make it anew with: ibid index --engine"
        try:
            generation = self._open(name)
            held = generation.rows()
            vectors = sum(len(generation.vectors.of(held[at : at + _BLOCK])) for at in range(0, len(held), _BLOCK))
            if not generation.passage_count() == len(held) == vectors:
                yield Finding(where, f"has {len(held)} of {generation.passage_count()} passages", mend)
            ids = generation.document_ids()
            if len(ids) != generation.document_count():
                yield Finding(where, f"has {len(ids)} of {generation.document_count()} documents", mend)
            for document_id in ids:
                generation.document(document_id)
        except KeyError as error:
            yield Finding(where, f"what belongs to {error} is missing", mend)
        except IngestError as error:
            yield Finding(where, str(error), mend)

    def suggested(self, name: str) -> Suggested | None:
        """What can be asked of the generation called `name`; None where that was not found out."""
        rows = self.database.read("SELECT suggested FROM generations WHERE name = %s", (name,))
        return Suggested.from_json(rows[0][0]) if rows and rows[0][0] else None

    @contextmanager
    def sole_writer(self, wait: bool = True, on_wait: Callable[[], None] | None = None) -> Iterator[None]:
        """Hold what only one who writes can hold, with the tables brought forward; IndexBusy without `wait`."""
        with self.database.session() as session:
            (held,) = session.execute("SELECT pg_try_advisory_lock(%s, 0)", (WRITING,)).fetchone() or (False,)
            if not held:
                if not wait:
                    raise IndexBusy(f"{self.where}: another ibid is writing it; try again, or wait without --no-wait")
                if on_wait:
                    on_wait()
                # It is waited for as long as the other one takes.
                session.execute("SET lock_timeout = 0; SET statement_timeout = 0")
                session.execute("SELECT pg_advisory_lock(%s, 0)", (WRITING,))
                session.execute("RESET lock_timeout; RESET statement_timeout")
            with session.transaction():
                migrate(session, self.where)
            self._session = session
            try:
                yield
            finally:
                self._session = None

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """On the session of the sole writer, or one of its own where nobody asked to be that; IndexUnwritable."""
        if self._session is None:
            with self.database.writing() as session:
                yield session
            return
        try:
            with self._session.transaction():
                yield self._session
        except psycopg.Error as error:
            raise IndexUnwritable(str(explained(error, self.where))) from error

    def to_update(self) -> Generation | None:
        """The published one, to make the next from; None where there is none."""
        try:
            return self.open()
        except IndexMissing:
            return None

    def write(self, previous: Generation | None, changes: Changes, embedding: Embedding) -> Generation:
        """Write the next one, from `previous` where that is given, and open it; it is complete, and not published.

        What a writer that was killed left is undone first.  Raises IndexUnwritable.
        """
        with self._transaction() as session:
            clear_unpublished(session)
            name = next_name(self.names(), previous.name if previous else None, changes)
            write_generation(session, previous, changes, embedding, name)
        return self._open(name)

    def point_to(self, name: str) -> None:
        """Publish a complete generation, at once for all who read; IndexUnwritable."""
        with self._transaction() as session:
            for statement in _POINT:
                session.execute(statement, (name,))

    def discard(self, name: str) -> None:
        """Remove one that was written last and is not to be published."""
        with self._transaction() as session:
            for (serial,) in session.execute("SELECT serial FROM generations WHERE name = %s", (name,)).fetchall():
                discard_latest(session, serial)

    def forget(self, keep: int) -> None:
        """Remove all but the newest `keep` generations, the published one and those that are open somewhere."""
        with self._transaction() as session:
            forget_generations(session, keep)

    def merge(self) -> None:
        """Do nothing: the database puts nothing off, or does so by itself."""

    def suggest(self, name: str, suggested: Suggested) -> None:
        """Keep what can be asked of the generation called `name`, if that is still kept; IndexUnwritable."""
        with self._transaction() as session:
            record = json.dumps(suggested.to_json(), ensure_ascii=False)
            session.execute("UPDATE generations SET suggested = %s WHERE name = %s", (record, name))
