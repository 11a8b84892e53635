"""Sessions of a database: a pool for questions, and single ones for whoever writes."""

from __future__ import annotations

import logging
import random
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias, TypeVar

import psycopg
from pgvector.psycopg import register_vector
from psycopg_pool import ConnectionPool, PoolTimeout

from ingest.errors import EngineError, IndexUnwritable
from ingest.postgres.address import Address
from ingest.postgres.faults import explained, passes

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]
Result = TypeVar("Result")

OLDEST_SERVER = 15
# The first that goes on searching where a filter takes nearest vectors away.
OLDEST_PGVECTOR = (0, 8)
# What the database has of it, and what the server could give; each is null where that is nothing.
_PGVECTOR = """
    SELECT (SELECT extversion FROM pg_extension WHERE extname = 'vector'),
        (SELECT default_version FROM pg_available_extensions WHERE name = 'vector')
"""

SESSIONS = 8
# Of a session of the pool: its host may have moved meanwhile.
LIFETIME = 1800.0
# How long a question may wait for a server that restarts, or a standby that takes its place.
PATIENCE = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
# What it warns of is waited for here, and told where that is in vain.
logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
_SCHEMA = {"search_path": "ibid,public"}
# Compiling a query takes longer than these queries do.
_READING = _SCHEMA | {
    "jit": "off",
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}
# What holds locks does nothing else for as long as it is there.
_HOLDING = _READING | {"idle_session_timeout": "0"}
# A build copies and indexes much in one statement, and embeds between two; its session holds a lock meanwhile.
_WRITING = _SCHEMA | {
    "jit": "off",
    "statement_timeout": "1h",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "15min",
    "idle_session_timeout": "0",
}


class Database:
    """A database that was examined: a new enough server, with a new enough pgvector.

    What is transient, such as a connection lost or a server that restarts, is waited for: see `PATIENCE`.
    """

    def __init__(self, address: Address) -> None:
        """Connect to nothing yet: see `open`."""
        self._address = address
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            address.with_options(_READING),
            kwargs={"autocommit": True},
            min_size=0,
            max_size=SESSIONS,
            max_lifetime=LIFETIME,
            # It pauses twice as long after each failure until then, and whoever waits asks for a new beginning.
            reconnect_timeout=2.0,
            num_workers=2,
            configure=register_vector,
            name="ibid",
            open=True,
        )
        self._closing = weakref.finalize(self, self._pool.close)

    @classmethod
    def open(cls, url: str) -> Database:
        """The database that `url` names: EngineError if it cannot be reached in time, or used."""
        address = Address.parse(url)
        with _connect(address, address.with_options(_READING)) as connection:
            _examine(connection, address.where)
        return cls(address)

    @property
    def where(self) -> str:
        """Its url, as messages have it."""
        return self._address.where

    def close(self) -> None:
        """End all sessions of the pool."""
        self._closing()

    def read(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that a query gives, in one round trip; it is prepared, and asked again after what is transient.

        A session that was lost is found by its query, which costs no round trip to look first.  Raises IndexMissing
        where there are no tables, or EngineError.
        """

        def ask(left: float) -> list[tuple[Any, ...]]:
            try:
                with self._pool.connection(timeout=min(left, 2.0)) as connection:
                    return connection.execute(sql, parameters, prepare=True, binary=True).fetchall()
            except PoolTimeout:
                raise
            except psycopg.OperationalError as error:
                if error.sqlstate is None or not error.sqlstate.startswith("40"):
                    # The others were connected to the same server.
                    self._pool.drain()
                raise

        try:
            return _patiently(ask)
        except PoolTimeout:
            raise self._unconnected() from None
        except psycopg.Error as error:
            raise explained(error, self.where) from error

    def _unconnected(self) -> EngineError:
        """Why the pool gave no session, which it does not say itself."""
        try:
            psycopg.connect(self._address.with_options(_READING)).close()
        except psycopg.Error as error:
            return EngineError(str(explained(error, self.where)))
        return EngineError(f"{self.where}: all {SESSIONS} sessions are busy for {PATIENCE:g} s; ask less at one time")

    @contextmanager
    def session(self, writes: bool = True) -> Iterator[Connection]:
        """A session of its own, each of whose statements is a transaction, on a server that takes writes.

        Without `writes` it may be on another one, where none that takes writes answers at once.  What it locks is let
        go of when it ends, however that happens.  Raises EngineError, IndexMissing or IndexBusy.
        """
        with self._connected_to_write() if writes else self._connected_to_hold() as connection:
            register_vector(connection)
            try:
                yield connection
            except psycopg.Error as error:
                raise explained(error, self.where) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction in such a session, done when the block ends: IndexUnwritable if it is not, or IndexBusy."""
        try:
            with self.session() as connection, connection.transaction():
                yield connection
        except EngineError as error:
            raise IndexUnwritable(str(error)) from error

    def _connected_to_write(self) -> Connection:
        return _connect(self._address, self._address.with_options(_WRITING, target_session_attrs="read-write"))

    def _connected_to_hold(self) -> Connection:
        with suppress(psycopg.Error):
            return psycopg.connect(
                self._address.with_options(_HOLDING, target_session_attrs="primary"), autocommit=True
            )
        return _connect(self._address, self._address.with_options(_HOLDING))


def _connect(address: Address, conninfo: str) -> Connection:
    try:
        return _patiently(lambda left: psycopg.connect(conninfo, autocommit=True))
    except psycopg.Error as error:
        raise explained(error, address.where) from error


def _patiently(work: Callable[[float], Result]) -> Result:
    """Do what is given the seconds that are left, again after pauses that grow, while what fails is transient."""
    deadline = time.monotonic() + PATIENCE
    longest = _FIRST_PAUSE
    while True:
        try:
            return work(deadline - time.monotonic())
        except psycopg.Error as error:
            pause = random.uniform(0, longest)
            if not passes(error) or time.monotonic() + pause >= deadline:
                raise
        time.sleep(pause)
        longest = min(2 * longest, _LONGEST_PAUSE)


def _examine(connection: Connection, where: str) -> None:
    server = connection.info.server_version
    if server < 10000 * OLDEST_SERVER:
        raise EngineError(f"{where} is PostgreSQL {server // 10000}; {OLDEST_SERVER} or newer is needed")
    found = connection.execute(_PGVECTOR).fetchone()
    made, offered = found or (None, None)
    if made is not None and _version(made) >= OLDEST_PGVECTOR:
        return
    wanted = ".".join(map(str, OLDEST_PGVECTOR))
    lacks = "has no pgvector" if made is None else f"has pgvector {made}; {wanted} or newer is needed"
    statement = "CREATE EXTENSION vector" if made is None else "ALTER EXTENSION vector UPDATE"
    if offered is not None and _version(offered) >= OLDEST_PGVECTOR:
        raise EngineError(f"{where} {lacks}; who may do so adds it with: {statement}")
    # What the server was not given as a package no statement makes.
    has = f"only the package of pgvector {offered}" if offered else "no package of it"
    raise EngineError(
        f"{where} {lacks}, and its server has {has}; install pgvector {wanted} or newer there, then run: {statement}"
    )


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2])
