"""Generations that are open in this process, which nobody forgets meanwhile."""

from __future__ import annotations

import weakref
from collections import Counter, deque
from contextlib import ExitStack
from threading import Lock

import psycopg
from psycopg import errors

from ingest.errors import IndexMissing
from ingest.index.generation import Generation
from ingest.postgres.connection import Connection, Database

# The first half of the keys of advisory locks, whose second is the serial number of a generation.
PINNED = 0x1B1D
_PIN = "SELECT pg_advisory_lock_shared(%s, %s)"
_UNPIN = "SELECT pg_advisory_unlock_shared(%s, %s)"


class Pins:
    """Shared locks of one session on the generations that are open; they go with the session, and so the process.

    On a standby, whose locks nobody else sees, they keep nothing; what is then forgotten under a reader is told by
    `Snapshot.rows`.
    """

    def __init__(self, database: Database) -> None:
        """Hold nothing yet, and no session."""
        self._database = database
        self._session: Connection | None = None
        self._closing = ExitStack()
        weakref.finalize(self, self._closing.close)
        self._open: Counter[int] = Counter()
        self._held: set[int] = set()
        self._left: deque[int] = deque()
        self._lock = Lock()

    def pin(self, generation: Generation, serial: int) -> None:
        """Keep a generation until it is no longer used; IndexMissing where it is just being forgotten.

        What was let go of since the last one was pinned is let go of now.
        """
        weakref.finalize(generation, self._left.append, serial).atexit = False
        with self._lock:
            # A finalizer may run in the middle of anything, and only notes what is to be done.
            self._open.subtract([self._left.popleft() for _ in range(len(self._left))])
            self._open[serial] += 1
            self._open = +self._open
            try:
                self._hold(self._session or self._connect())
            except errors.LockNotAvailable as error:
                raise IndexMissing(
                    f"the generation {generation.name} is being forgotten in {self._database.where}"
                ) from error
            except psycopg.OperationalError:
                # The session was lost and with it all locks.
                self._hold(self._connect())

    def close(self) -> None:
        """Let go of all."""
        with self._lock:
            self._session = None
            self._closing.close()

    def _connect(self) -> Connection:
        """A new session, which holds nothing yet."""
        self._closing.close()
        self._held = set()
        self._session = self._closing.enter_context(self._database.session(writes=False))
        return self._session

    def _hold(self, session: Connection) -> None:
        """Lock what is open and no more."""
        for serial in self._held.difference(self._open):
            session.execute(_UNPIN, (PINNED, serial))
            self._held.remove(serial)
        for serial in set(self._open).difference(self._held):
            session.execute(_PIN, (PINNED, serial))
            self._held.add(serial)
