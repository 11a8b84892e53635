"""The documents, passages and words of a generation, read from a database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ingest.documents.document import Document
from ingest.documents.passages import Passage
from ingest.index.engine import Facts, Found, Known
from ingest.index.store import read_record, short_hash
from ingest.index.vocabulary import Pair, Vocabulary, Word, aliases_of
from ingest.postgres.lexical import LONGEST
from ingest.postgres.snapshot import Snapshot

_LIVES = "s.born <= at.serial AND s.died > at.serial"
# Joined to what has the number of a document, it leaves what lives; what is one is looked up by its index.
_LIVING = f"JOIN LATERAL (SELECT s.place FROM spans AS s WHERE s.number = {{}} AND {_LIVES} LIMIT 1) AS s ON true"
_DOCUMENTS = f"documents AS d {_LIVING.format('d.number')}"
_OF_DOCUMENT = f"JOIN documents AS d ON d.number = {{0}} {_LIVING.format('{0}')}"
_IN_ORDER = f"FROM documents AS d JOIN spans AS s ON s.number = d.number AND {_LIVES} ORDER BY s.place"
_FOUND = f"""
    WITH hit AS MATERIALIZED (
        SELECT p.row, p.document, p.record FROM passages AS p
        WHERE p.row = ANY (%s) AND p.row < at.next_row AND NOT p.row <@ at.gone
    )
    SELECT true AS is_passage, row AS first, NULL::integer AS passages, record AS said, NULL::numeric AS place, ARRAY(
        SELECT asked.term FROM unnest(%s::text[]) AS asked (term)
        WHERE (SELECT true FROM postings AS p WHERE p.term = asked.term AND p.row = hit.row LIMIT 1)
    ) AS held
    FROM hit
    UNION ALL
    SELECT false, d.first, d.passages, d.id, s.place, NULL
    FROM (SELECT DISTINCT document FROM hit) AS h JOIN documents AS d ON d.number = h.document
        {_LIVING.format("h.document")}
"""
_WORDS = """
    SELECT 'word' AS kind, jsonb_build_array(text, term, sum(passages), is_name) AS said FROM words
    WHERE generation <= at.serial {}
    GROUP BY text, term, is_name HAVING sum(passages) > 0
"""
_PAIR = "d.id, p.place, p.name, p.other, p.often, p.ordinary_name, p.ordinary_other"
_PAIRS = f"SELECT 'pair', jsonb_build_array({_PAIR})"
_LISTED = f"SELECT 'listed', jsonb_build_array(l.word, min(d.id)) FROM listed AS l {_OF_DOCUMENT.format('l.document')}"
_KNOWN = f"""
    WITH asked AS (SELECT %s::text[] AS texts, %s::text[] AS terms),
    near AS (
        SELECT p.name, p.other FROM pairs AS p {_LIVING.format("p.document")}
        WHERE p.name = ANY ((SELECT texts FROM asked)::text[])
        UNION SELECT p.name, p.other FROM pairs AS p {_LIVING.format("p.document")}
        WHERE p.other = ANY ((SELECT texts FROM asked)::text[])
    ),
    partner AS (SELECT name FROM near UNION SELECT other FROM near)
    ({_WORDS.format("AND text = ANY ((SELECT texts FROM asked)::text[])")})
    UNION ({_WORDS.format("AND term = ANY ((SELECT terms FROM asked)::text[])")})
    UNION {_PAIRS} FROM partner JOIN pairs AS p ON p.name = partner.name {_OF_DOCUMENT.format("p.document")}
    UNION {_PAIRS} FROM partner JOIN pairs AS p ON p.other = partner.name {_OF_DOCUMENT.format("p.document")}
    UNION {_LISTED} WHERE l.word = ANY ((SELECT texts FROM asked)::text[]) GROUP BY l.word
"""
_ALL_KNOWN = f"""
    ({_WORDS.format("")})
    UNION ALL {_PAIRS} FROM pairs AS p {_OF_DOCUMENT.format("p.document")}
    UNION ALL {_LISTED} GROUP BY l.word
"""


class PostgresStore:
    """What a database holds of the documents of one generation: a Store."""

    def __init__(self, snapshot: Snapshot, count: int) -> None:
        """Of a generation with so many documents."""
        self._snapshot = snapshot
        self._count = count
        self._facts: list[Facts] | None = None

    def __len__(self) -> int:
        """How many documents there are."""
        return self._count

    def ids(self) -> list[str]:
        """Of all documents, in their order."""
        return [name for (name,) in self._snapshot.rows(f"SELECT d.id {_IN_ORDER}")]

    def rows(self) -> list[int]:
        """Of all passages, ascending."""
        query = "SELECT row FROM passages WHERE row < at.next_row AND NOT row <@ at.gone ORDER BY row"
        return [row for (row,) in self._snapshot.rows(query)]

    def facts(self) -> list[Facts]:
        """Of all documents, in their order; they are remembered."""
        if self._facts is None:
            query = f"SELECT d.number, d.id, d.record, d.source, d.file {_IN_ORDER}"
            self._facts = [Facts(*row) for row in self._snapshot.rows(query)]
        return self._facts

    def revisions(self) -> dict[str, str]:
        """Of all documents, by their ids, in their order."""
        return dict(self._snapshot.rows(f"SELECT d.id, d.revision {_IN_ORDER}"))

    def documents(self, ids: Collection[str]) -> dict[str, Document]:
        """Those that there are, by their ids; IndexDamaged where what is stored is not what was."""
        query = f"SELECT d.id, d.body, d.record FROM {_DOCUMENTS} WHERE d.id = ANY (%s)"
        return {name: read_record(name, body, proof) for name, body, proof in self._snapshot.rows(query, list(ids))}

    def rows_of(self, ids: Collection[str]) -> dict[str, range]:
        """The rows of the passages of each document that there is, in the order of the documents."""
        query = f"SELECT d.id, d.first, d.passages FROM {_DOCUMENTS} WHERE d.id = ANY (%s) ORDER BY s.place"
        return {name: range(first, first + count) for name, first, count in self._snapshot.rows(query, list(ids))}

    def found(self, rows: Collection[int], terms: Collection[str] = ()) -> Found:
        """See `Store`."""
        read = self._snapshot.rows(_FOUND, list(rows), [term[:LONGEST] for term in terms])
        passages = {first: Passage.from_json(said) for is_passage, first, _, said, _, _ in read if is_passage}
        ordered = sorted(
            (place, name, first, count) for is_passage, first, count, name, place, _ in read if not is_passage
        )
        held = {first: frozenset(short) for is_passage, first, *_, short in read if is_passage}
        return Found(
            {row: passages[row] for row in rows},
            {name: range(first, first + count) for _, name, first, count in ordered},
            {row: frozenset(term for term in terms if term[:LONGEST] in held[row]) for row in rows},
        )

    def rows_with(self, text_hashes: Collection[str]) -> dict[str, int]:
        """Of each text that was embedded, by its hash, a row that has its vector."""
        of = {short_hash(text_hash): text_hash for text_hash in text_hashes}
        query = (
            f"SELECT p.text_hash, p.row FROM passages AS p {_LIVING.format('p.document')} WHERE p.text_hash = ANY (%s)"
        )
        return {of[bytes(short)]: row for short, row in self._snapshot.rows(query, list(of))}

    def known(self, texts: Collection[str], terms: Collection[str]) -> Known:
        """See `Store`."""
        words, pairs, listed = _parted(self._snapshot.rows(_KNOWN, list(texts), list(terms)))
        return Known(words, pairs, listed)

    def texts(self) -> tuple[str, ...]:
        """All words, in order."""
        query = """
            SELECT text FROM words WHERE generation <= at.serial
            GROUP BY text, term, is_name HAVING sum(passages) > 0 ORDER BY text
        """
        return tuple(text for (text,) in self._snapshot.rows(query))

    def vocabulary(self) -> Vocabulary:
        """All that is known of words, at once."""
        words, pairs, listed = _parted(self._snapshot.rows(_ALL_KNOWN))
        held = {word.text: word.passages for word in words}
        aliases = ((pair.name, pair.other, pair.document) for pair in aliases_of(pairs, held))
        only = sorted((word, document) for word, document in listed.items() if word not in held)
        return Vocabulary(tuple(words), tuple(aliases), tuple(only))


def _parted(rows: Iterable[tuple[Any, ...]]) -> tuple[list[Word], list[Pair], Mapping[str, str]]:
    """Words in order, pairs in the order of the ids of their documents and of their places in them, what is listed."""
    kinds: dict[str, list[Any]] = {"word": [], "pair": [], "listed": []}
    for kind, said in rows:
        kinds[kind].append(said)
    pairs = [
        Pair(name, other, document, often, (ordinary_name, ordinary_other))
        for document, _, name, other, often, ordinary_name, ordinary_other in sorted(kinds["pair"])
    ]
    return sorted((Word(*word) for word in kinds["word"]), key=lambda word: word.text), pairs, dict(kinds["listed"])
