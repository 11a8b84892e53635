"""Generations that are open in this process, which nobody forgets meanwhile."""

from __future__ import annotations

import weakref
from collections import Counter, deque
from contextlib import ExitStack
from threading import Lock

import psycopg

from ingest.generation import Generation
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
        self._open: Counter[int] = Counter()
        self._left: deque[int] = deque()
        self._lock = Lock()

    def pin(self, generation: Generation, serial: int) -> None:
        """Keep a generation until it is no longer used; what was let go of since the last one was pinned is so now."""
        weakref.finalize(generation, self._left.append, serial).atexit = False
        with self._lock:
            # A finalizer may run in the middle of anything, and only notes what is to be done.
            let_go = [self._left.popleft() for _ in range(len(self._left))]
            self._open.subtract(let_go)
            gone = [number for number in {*let_go} if not self._open[number] and number != serial]
            for number in gone:
                del self._open[number]
            self._open[serial] += 1
            try:
                session = self._session or self._connect()
                for number in gone:
                    session.execute(_UNPIN, (PINNED, number))
                if self._open[serial] == 1:
                    session.execute(_PIN, (PINNED, serial))
            except psycopg.OperationalError:
                # The session was lost and with it all locks.
                self._connect()

    def close(self) -> None:
        """Let go of all."""
        with self._lock:
            self._session = None
            self._closing.close()

    def _connect(self) -> Connection:
        """A new session that holds all that is open."""
        self._closing.close()
        session = self._closing.enter_context(self._database.session(writes=False))
        for number in self._open:
            session.execute(_PIN, (PINNED, number))
        self._session = session
        return session
