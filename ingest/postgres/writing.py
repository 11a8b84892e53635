"""Writing a generation into a database, as what differs from the latest one.

Each of these functions is given a session in a transaction, so that all is there at once or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ingest.embed.encoder import Encoder
from ingest.index.engine import STATED
from ingest.index.entries import Entry, entries, words_without
from ingest.index.generation import Generation
from ingest.index.plan import Changes
from ingest.index.store import short_hash
from ingest.index.vectors import FLAT
from ingest.index.vocabulary import word_of
from ingest.index.writing import Next
from ingest.postgres.connection import Connection
from ingest.postgres.lexical import LONGEST, postings, saturation
from ingest.postgres.places import places

LIVING = 2**31 - 1
# How many passages are copied at one time.
_TOGETHER = 2_000
# From how many new passages on the statistics of the planner are renewed at once, and not some minutes later.
_MANY = 1_000
# Of vectors that pgvector makes a graph of.
_MOST_DIMENSIONS = 2_000

_COLUMNS = {
    "documents": ("int4", "text", "bytea", "bytea", "text", "int4", "int4", "text", "text[]", "text"),
    "passages": ("int4", "int4", "bytea", "int4", "int4", "text"),
    "vectors": ("int4", "vector"),
    "postings": ("int4", "int2", "int2", "int2", "int2", "text"),
    "pairs": ("int4", "int4", "text", "text", "int4", "bool", "bool"),
    "listed": ("int4", "text"),
    "spans": ("int4", "int4", "int4", "numeric"),
}
# What was born since the generation `base` dies, and what died since is born again.
_UNDO = (
    """
    INSERT INTO spans (number, born, place)
    SELECT number, %(new)s, place FROM spans WHERE born <= %(base)s AND died > %(base)s AND died < %(living)s
    """,
    "UPDATE spans SET died = %(new)s WHERE died = %(living)s AND born > %(base)s AND born < %(new)s",
    """
    INSERT INTO words (text, generation, term, is_name, passages)
    SELECT text, %(new)s, term, is_name, -sum(passages) FROM words WHERE generation > %(after)s
    GROUP BY text, term, is_name HAVING sum(passages) <> 0
    """,
)
_WORDS = """
    INSERT INTO words (text, generation, term, is_name, passages)
    SELECT text, %s, term, is_name, passages
    FROM unnest(%s::text[], %s::text[], %s::boolean[], %s::integer[]) AS w (text, term, is_name, passages)
    ON CONFLICT (text, generation, is_name) DO UPDATE SET passages = words.passages + excluded.passages
"""
# What the passages that were born and have died in a generation add to the statistics, and take away.
_DIFFERENCES = """
    WITH changed AS MATERIALIZED (
        SELECT number, sum(sign) AS sign FROM (
            SELECT number, 1 AS sign FROM spans WHERE born = %(new)s
            UNION ALL SELECT number, -1 FROM spans WHERE died = %(new)s
        ) AS both_ways GROUP BY number HAVING sum(sign) <> 0
    ),
"""
_FREQUENCIES = f"""
    {_DIFFERENCES} touched AS (
        SELECT p.term, c.sign, p.text_frequency, p.title_frequency
        FROM changed AS c JOIN passages ON passages.document = c.number JOIN postings AS p USING (row)
    )
    INSERT INTO frequencies (term, generation, texts, titles)
    SELECT term, %(stored)s, coalesce(sum(sign) FILTER (WHERE text_frequency > 0), 0),
        coalesce(sum(sign) FILTER (WHERE title_frequency > 0), 0)
    FROM touched GROUP BY term
"""
_TOTALS = f"""
    {_DIFFERENCES} totals AS (
        SELECT sum(c.sign) AS passages, sum(c.sign * p.text_length) AS text_terms,
            sum(c.sign * p.title_length) AS title_terms
        FROM changed AS c JOIN passages AS p ON p.document = c.number
    )
    SELECT coalesce((SELECT sum(sign) FROM changed), 0)::bigint, coalesce(passages, 0)::bigint,
        coalesce(text_terms, 0)::bigint, coalesce(title_terms, 0)::bigint
    FROM totals
"""
_STATES = """
    SELECT EXISTS (
        SELECT FROM documents AS d JOIN spans AS s ON s.number = d.number AND s.died = %s
        WHERE d.states @> ARRAY[%s]::text[]
    )
"""
_GONE = """
    SELECT coalesce(range_agg(int4range(d.first, d.first + d.passages)), '{}')
    FROM (SELECT DISTINCT number FROM spans WHERE died < %(living)s) AS dead JOIN documents AS d USING (number)
    WHERE d.passages > 0 AND NOT EXISTS (SELECT FROM spans AS s WHERE s.number = d.number AND s.died = %(living)s)
"""
_FINISH = """
    UPDATE generations SET manifest = %s, documents = %s, passages = %s, text_terms = %s, title_terms = %s,
        text_saturation = %s, title_saturation = %s, next_document = %s, next_row = %s, gone = %s
    WHERE serial = %s
"""
_LATEST = """
    SELECT serial, documents, passages, text_terms, title_terms, next_document, next_row
    FROM generations WHERE serial < %s ORDER BY serial DESC LIMIT 1
"""


def write_generation(
    connection: Connection, previous: Generation | None, changes: Changes, encoder: Encoder, name: str
) -> None:
    """Write the generation called `name`, from `previous` where there is that."""
    serial = _one(connection, "INSERT INTO generations (name) VALUES (%s) RETURNING serial", (name,))[0]
    latest = connection.execute(_LATEST, (serial,)).fetchone()
    old = previous if previous and not changes.plan.rebuilt else None
    base = _one(connection, "SELECT serial FROM generations WHERE name = %s", (old.name,))[0] if old else 0
    # What the first one adds is stored as that of none, to which all is added up when generations are forgotten.
    stored = serial if latest else 0
    if latest and latest[0] != base:
        asked = {"new": serial, "base": base, "after": base if old else -1, "living": LIVING}
        for statement in _UNDO:
            connection.execute(statement, asked)
    gone = _bury(connection, serial, changes.forget)
    following = Next(latest[5], latest[6]) if latest else Next(0, 0)
    planned = int(old.manifest["next"][0]) if old else 0
    order = [number if number < planned else number - planned + following.document for number in changes.order]
    _place(connection, serial, order, gone)
    counts = words_without(old, changes.forget)
    following = _load(connection, entries(previous, changes, encoder, counts), following)
    words = [word_of(text[:LONGEST], count, encoder.words) for text, count in counts.items() if count]
    columns = ([getattr(word, field) for word in words] for field in ("text", "term", "is_name", "passages"))
    connection.execute(_WORDS, (stored, *columns))
    connection.execute(_FREQUENCIES, {"new": serial, "stored": stored})
    differences = _one(connection, _TOTALS, {"new": serial})
    totals = [before + more for before, more in zip(latest[1:5] if latest else (0, 0, 0, 0), differences, strict=True)]
    _finish(connection, serial, changes, totals, following, encoder.dimension)
    has_graph = totals[1] >= FLAT and encoder.dimension <= _MOST_DIMENSIONS
    has_grown = has_graph and not (latest and latest[2] >= FLAT)
    if len(changes.spool.passages) >= _MANY or has_grown:
        connection.execute("SELECT settle(%s, %s)", (encoder.dimension, has_graph))


def _one(connection: Connection, sql: str, parameters: Sequence[object] | Mapping[str, object]) -> tuple[Any, ...]:
    """The one row that a statement gives."""
    row = connection.execute(sql, parameters).fetchone()
    assert row is not None
    return tuple(row)


def _bury(connection: Connection, serial: int, ids: Sequence[str]) -> set[int]:
    """Let documents die; their numbers."""
    query = "SELECT number FROM documents JOIN spans USING (number) WHERE id = ANY (%s) AND died = %s"
    numbers = [number for (number,) in connection.execute(query, (list(ids), LIVING))]
    _end(connection, serial, numbers)
    return set(numbers)


def _end(connection: Connection, serial: int, numbers: Collection[int]) -> None:
    """Let the spans of living documents end; one that began with this generation has never been."""
    connection.execute(
        "DELETE FROM spans WHERE number = ANY (%s) AND died = %s AND born = %s", (list(numbers), LIVING, serial)
    )
    connection.execute(
        "UPDATE spans SET died = %s WHERE number = ANY (%s) AND died = %s", (serial, list(numbers), LIVING)
    )


def _place(connection: Connection, serial: int, order: Sequence[int], gone: Collection[int]) -> None:
    """Give the new documents spans, and those that have moved others."""
    read = connection.execute("SELECT number, place FROM spans WHERE died = %s", (LIVING,))
    before: Mapping[int, Decimal] = dict(read.fetchall())
    new = places(order, before)
    _end(connection, serial, [number for number in new if number in before])
    _copy(connection, "spans", ((number, serial, LIVING, place) for number, place in new.items()))


def _load(connection: Connection, new: Iterable[Entry], following: Next) -> Next:
    """Copy new documents and all that belongs to them; the numbers that follow theirs."""
    tables: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _COLUMNS if table != "spans"}

    def flush() -> None:
        tables["postings"].sort(key=lambda posting: posting[-1])
        for table, rows in tables.items():
            _copy(connection, table, rows)
            rows.clear()

    for entry in new:
        _take(tables, entry, following)
        following = Next(following.document + 1, following.row + len(entry.passages))
        if len(tables["passages"]) >= _TOGETHER:
            flush()
    flush()
    return following


def _take(tables: Mapping[str, list[tuple[Any, ...]]], entry: Entry, to: Next) -> None:
    facts, record = entry.facts, json.loads(entry.record)
    states = [fact for fact in STATED if record.get(fact) is not None]
    said = (entry.revision, states, entry.record)
    known = (facts.id, facts.record, facts.source, facts.file, to.row, len(entry.passages))
    tables["documents"].append((to.document, *known, *said))
    for row, passage in enumerate(entry.passages, to.row):
        text_length, title_length, terms = postings(row, passage.title, passage.searched_text)
        hashed = short_hash(passage.text_hash)
        tables["passages"].append((row, to.document, hashed, text_length, title_length, passage.to_json()))
        tables["postings"] += terms
    tables["vectors"] += enumerate(entry.vectors, to.row)
    tables["pairs"] += (
        (to.document, place, pair.name[:LONGEST], pair.other[:LONGEST], pair.often, *pair.ordinary)
        for place, pair in enumerate(entry.pairs)
    )
    tables["listed"] += ((to.document, word[:LONGEST]) for word in entry.listed)


def _copy(connection: Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(_COLUMNS[table])
        for row in rows:
            copy.write_row(row)


def _finish(
    connection: Connection, serial: int, changes: Changes, totals: Sequence[int], following: Next, dimension: int
) -> None:
    """Write the manifest, and what is known of the generation as a whole."""
    documents, passages, text_terms, title_terms = totals
    manifest = changes.head | {
        "documents": documents,
        "states": [fact for fact in STATED if _one(connection, _STATES, (LIVING, fact))[0]],
        "passages": passages,
        "dimension": dimension,
        "next": (following.document, following.row),
    }
    gone = _one(connection, _GONE, {"living": LIVING})[0]
    parameters = (
        *(json.dumps(manifest, ensure_ascii=False), documents, passages, text_terms, title_terms),
        *(saturation(text_terms, passages), saturation(title_terms, passages)),
        *(following.document, following.row, gone, serial),
    )
    connection.execute(_FINISH, parameters)
