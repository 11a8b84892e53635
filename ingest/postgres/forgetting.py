"""Taking generations out of a database, and what is of no other.

Each of these functions is given a session in a transaction: who reads sees a generation and all that is its own, or
neither.
"""

from __future__ import annotations

from ingest.postgres.connection import Connection
from ingest.postgres.pins import PINNED
from ingest.postgres.writing import LIVING

# Whoever reads a generation holds its lock together with the others: what is locked so is kept.  No lock of one that
# is to stay is tried, since whoever opens it would wait.
_FORGET = """
    WITH old AS MATERIALIZED (
        SELECT serial FROM generations
        WHERE serial NOT IN (SELECT serial FROM generations ORDER BY serial DESC LIMIT %s)
            AND serial NOT IN (SELECT serial FROM published)
    )
    DELETE FROM generations WHERE serial IN (SELECT serial FROM old WHERE pg_try_advisory_xact_lock(%s, serial))
"""
_BURIED = """
    DELETE FROM spans WHERE died < %s AND NOT EXISTS (
        SELECT FROM generations AS g WHERE g.serial >= spans.born AND g.serial < spans.died
    ) RETURNING number
"""
_UNBORN = "DELETE FROM spans WHERE born = %s RETURNING number"
# In this order, since a passage is known by its document, and what is stored of it by its row.
_PURGE = (
    """
    DELETE FROM {} WHERE row IN (
        SELECT p.row FROM passages AS p WHERE p.document = ANY (%(numbers)s)
            AND NOT EXISTS (SELECT FROM spans WHERE spans.number = p.document)
    )
    """,
    """
    DELETE FROM {} WHERE document = ANY (%(numbers)s)
        AND NOT EXISTS (SELECT FROM spans WHERE spans.number = document)
    """,
    """
    DELETE FROM {} WHERE number = ANY (%(numbers)s)
        AND NOT EXISTS (SELECT FROM spans WHERE spans.number = documents.number)
    """,
)
_TABLES = (("postings", "vectors"), ("passages", "pairs", "listed"), ("documents",))
# Differences up to the oldest generation become one with those that all others are added to.
_ADD_UP = (
    """
    WITH old AS (
        DELETE FROM frequencies WHERE generation > 0 AND generation <= (SELECT min(serial) FROM generations) RETURNING *
    )
    INSERT INTO frequencies (term, generation, texts, titles)
    SELECT term, 0, sum(texts), sum(titles) FROM old GROUP BY term
    ON CONFLICT (term, generation) DO UPDATE SET
        texts = frequencies.texts + excluded.texts, titles = frequencies.titles + excluded.titles
    """,
    """
    WITH old AS (
        DELETE FROM words WHERE generation > 0 AND generation <= (SELECT min(serial) FROM generations) RETURNING *
    )
    INSERT INTO words (text, generation, term, is_name, passages)
    SELECT text, 0, term, is_name, sum(passages) FROM old GROUP BY text, term, is_name
    ON CONFLICT (text, generation, is_name) DO UPDATE SET passages = words.passages + excluded.passages
    """,
)


def forget_generations(connection: Connection, keep: int) -> None:
    """Remove all generations but the newest `keep`, the published one and those that somebody reads."""
    connection.execute(_FORGET, (keep, PINNED))
    _purge(connection, [number for (number,) in connection.execute(_BURIED, (LIVING,))])
    for statement in _ADD_UP:
        connection.execute(statement)


def discard_latest(connection: Connection, serial: int) -> None:
    """Undo the writing of the latest generation."""
    connection.execute("DELETE FROM generations WHERE serial = %s", (serial,))
    numbers = [number for (number,) in connection.execute(_UNBORN, (serial,))]
    connection.execute("UPDATE spans SET died = %s WHERE died = %s", (LIVING, serial))
    _purge(connection, numbers)
    is_first = connection.execute("SELECT FROM generations").fetchone() is None
    for table in ("frequencies", "words"):
        connection.execute(f"DELETE FROM {table} WHERE generation = %s", (0 if is_first else serial,))


def clear_unpublished(connection: Connection) -> None:
    """Undo what was written last and never published: whoever wrote it was killed."""
    query = """
        SELECT serial FROM generations
        WHERE serial > (SELECT coalesce(max(serial), 0) FROM generations WHERE published IS NOT NULL)
        ORDER BY serial DESC
    """
    for (serial,) in connection.execute(query).fetchall():
        discard_latest(connection, serial)


def _purge(connection: Connection, numbers: list[int]) -> None:
    """Remove those of these documents that live in no generation, with all that is stored of them."""
    if numbers:
        for statement, tables in zip(_PURGE, _TABLES, strict=True):
            for table in tables:
                connection.execute(statement.format(table), {"numbers": numbers})
