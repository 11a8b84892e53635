"""The documents, passages and words of a generation, read from the stores of its segments.

facts               what is known of a document without reading it
records             the documents, as JSON
passages            as JSON, by row
words               differences of how many passages hold a word: see `ingest.index.segment`
pairs               names in parentheses behind others, by document
listed              words of bibliographies, by document
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.documents.document import Document
from ingest.documents.passages import Passage
from ingest.english import analyze
from ingest.errors import IndexDamaged
from ingest.index.engine import STATED, Facts, Found, Known, Stated
from ingest.index.runs import Runs
from ingest.index.segment import Segment
from ingest.index.vocabulary import Pair, Vocabulary, Word, aliases_of
from ingest.proof import text_checksum

TABLES = """
CREATE TABLE facts (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, record BLOB NOT NULL, source BLOB, file TEXT NOT NULL,
    first INTEGER NOT NULL, passages INTEGER NOT NULL
);
CREATE TABLE records (number INTEGER PRIMARY KEY, revision TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE passages (row INTEGER PRIMARY KEY, text_hash BLOB NOT NULL, record TEXT NOT NULL);
CREATE TABLE words (
    text TEXT PRIMARY KEY, term TEXT NOT NULL, passages INTEGER NOT NULL, is_name INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE pairs (
    document INTEGER NOT NULL, name TEXT NOT NULL, other TEXT NOT NULL, often INTEGER NOT NULL,
    ordinary_name INTEGER NOT NULL, ordinary_other INTEGER NOT NULL
);
CREATE TABLE listed (document INTEGER NOT NULL, word TEXT NOT NULL);
"""
# In SQL, that a document states something.
_STATES = {fact: f"json_extract(record, '$.{fact}') IS NOT NULL" for fact in STATED}
_STATING = "\n".join(f"CREATE INDEX stating_{fact} ON records (number) WHERE {_STATES[fact]};" for fact in STATED)
# Made when all is written, which is faster.
INDEXES = f"""
CREATE INDEX facts_by_id ON facts (id);
CREATE INDEX passages_by_text ON passages (text_hash);
CREATE INDEX words_by_term ON words (term);
CREATE INDEX pairs_by_name ON pairs (name);
CREATE INDEX pairs_by_other ON pairs (other);
CREATE INDEX pairs_by_document ON pairs (document);
CREATE INDEX listed_by_word ON listed (word);
CREATE INDEX listed_by_document ON listed (document);
{_STATING}
"""
_HASH = 16
_PAIRS = (
    "SELECT pairs.rowid, name, other, facts.id, often, ordinary_name, ordinary_other, document"
    " FROM pairs JOIN facts ON facts.number = document WHERE"
)
_LISTED = "SELECT word, facts.id, document FROM listed JOIN facts ON facts.number = document"


@dataclass(frozen=True, slots=True)
class Size:
    """How many passages of a segment are there, and how many are gone."""

    living: int
    gone: int


@dataclass(frozen=True, slots=True)
class Layer:
    """A segment as a generation has it: the rows that are gone of it."""

    segment: Segment
    gone: Runs

    @property
    def size(self) -> Size:
        """How many passages are there, and how many are gone."""
        return Size(self.living, len(self.gone))

    @property
    def living(self) -> int:
        """How many passages are not gone."""
        return len(self.segment.rows) - len(self.gone)

    def rows(self) -> Iterator[int]:
        """Those of the passages that are not gone, ascending."""
        start = self.segment.rows.start
        for first, count in self.gone.runs:
            yield from range(start, first)
            start = first + count
        yield from range(start, self.segment.rows.stop)


class FileStore:
    """What some segments hold of the documents whose numbers are in `order`."""

    def __init__(self, layers: Sequence[Layer], order: Runs) -> None:
        """The segments are to hold all of these."""
        self.layers = tuple(layers)
        self._segments = tuple(layer.segment for layer in layers)
        self.order = order
        self._facts: list[Facts] | None = None

    def __len__(self) -> int:
        """How many documents there are."""
        return len(self.order)

    def ids(self) -> list[str]:
        """Of all documents, in their order."""
        return [name for (name,) in self._ordered("SELECT number, id FROM facts")]

    def rows(self) -> list[int]:
        """Of all passages, ascending."""
        return sorted(row for layer in self.layers for row in layer.rows())

    def facts(self) -> list[Facts]:
        """Of all documents, in their order; they are remembered."""
        if self._facts is None:
            query = "SELECT number, number, id, record, source, file FROM facts"
            self._facts = [Facts(*row) for row in self._ordered(query)]
        return self._facts

    def revisions(self) -> dict[str, str]:
        """Of all documents, by their ids, in their order."""
        return dict(self._ordered("SELECT number, id, revision FROM facts JOIN records USING (number)"))

    def states(self) -> tuple[Stated, ...]:
        """What any of the documents states."""
        return tuple(fact for fact in STATED if any(map(self.order.__contains__, self._stating(fact))))

    def _stating(self, fact: Stated) -> Iterator[int]:
        """The numbers of the documents that state this, those that are gone among them."""
        query = f"SELECT number FROM records WHERE {_STATES[fact]}"
        return (number for segment in self._segments for (number,) in segment.all(query))

    def _ordered(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of an SQL query that begin with the number of a document, in their order, without it."""
        found = {row[0]: row[1:] for segment in self._segments for row in segment.all(query)}
        return (found[number] for number in self.order)

    def documents(self, ids: Collection[str]) -> dict[str, Document]:
        """Those that there are, by their ids."""
        query = (
            "SELECT number, id, facts.record, records.record FROM facts JOIN records USING (number) WHERE id IN ({})"
        )
        rows = (row for segment in self._segments for row in segment.each(query, list(ids)))
        return {name: read_record(name, text, proof) for number, name, proof, text in rows if number in self.order}

    def found(self, rows: Collection[int], terms: Collection[str] = ()) -> Found:
        """See `Store`."""
        passages: dict[int, Passage] = {}
        for segment in self._segments:
            held = [row for row in rows if row in segment.rows]
            for row, record in segment.each("SELECT row, record FROM passages WHERE row IN ({})", held):
                passages[row] = Passage.from_json(record)
        documents = {passage.document_id for passage in passages.values()}
        found, asked = {row: passages[row] for row in rows}, frozenset(terms)
        # Terms are looked for in what was read, which is faster than in the lexical index.
        said = {row: asked.intersection(analyze(one.embedded_text)) if asked else asked for row, one in found.items()}
        return Found(found, self.rows_of(documents), said)

    def rows_of(self, ids: Collection[str]) -> dict[str, range]:
        """The rows of the passages of each document that there is, in their order."""
        query = "SELECT number, id, first, passages FROM facts WHERE id IN ({})"
        rows = (row for segment in self._segments for row in segment.each(query, list(ids)))
        living = sorted((place, *row) for row in rows if (place := self.order.place(row[0])) is not None)
        return {name: range(first, first + count) for _, _, name, first, count in living}

    def rows_with(self, text_hashes: Collection[str]) -> dict[str, int]:
        """Of each text that was embedded, by its hash, a row that has its vector."""
        of = {short_hash(text_hash): text_hash for text_hash in text_hashes}
        query = "SELECT text_hash, row FROM passages WHERE text_hash IN ({})"
        found = ((layer, hit) for layer in self.layers for hit in layer.segment.each(query, [*of]))
        return {of[short]: row for layer, (short, row) in found if row not in layer.gone}

    def known(self, texts: Collection[str], terms: Collection[str]) -> Known:
        """See `Store`."""
        query = "SELECT text, term, passages, is_name FROM words WHERE {} IN ({{}})"
        asked = (("text", list(texts)), ("term", list(terms)))
        rows = (
            {row for column, values in asked for row in segment.each(query.format(column), values)}
            for segment in self._segments
        )
        return Known(add_up(rows), self._pairs(texts), self._listed(texts))

    def texts(self) -> tuple[str, ...]:
        """All words, in order."""
        return tuple(word.text for word in self._words())

    def vocabulary(self) -> Vocabulary:
        """All that is known of words, at once."""
        words = self._words()
        held = {word.text: word.passages for word in words}
        pairs = (found for segment in self._segments for found in self._living(segment.all(f"{_PAIRS} true")))
        ordered = [pair for *_, pair in sorted(pairs, key=lambda found: found[:2])]
        aliases = ((pair.name, pair.other, pair.document) for pair in aliases_of(ordered, held))
        listed = self._first(segment.all(_LISTED) for segment in self._segments)
        only = sorted((word, document) for word, document in listed.items() if word not in held)
        return Vocabulary(tuple(words), tuple(aliases), tuple(only))

    def _words(self) -> list[Word]:
        """Those that passages hold, in order."""
        query = "SELECT text, term, passages, is_name FROM words"
        return sorted(add_up(segment.all(query) for segment in self._segments), key=lambda word: word.text)

    def _pairs(self, names: Collection[str]) -> list[Pair]:
        """Those with one of the `names`, and those with a partner of one."""
        near = self._pairs_with(names)
        partners = {name for *_, pair in near for name in (pair.name, pair.other)}.difference(names)
        return [pair for *_, pair in sorted({*near, *self._pairs_with(partners)}, key=lambda found: found[:2])]

    def _pairs_with(self, names: Collection[str]) -> list[tuple[str, int, Pair]]:
        """Those with one of the `names`, each with the id of its document and its place there."""
        wanted = list(names)
        return [
            found
            for column in ("name", "other")
            for segment in self._segments
            for found in self._living(segment.each(f"{_PAIRS} {column} IN ({{}})", wanted))
        ]

    def _living(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str, int, Pair]]:
        for place, name, other, document, often, plain_name, plain_other, number in rows:
            if number in self.order:
                yield document, place, Pair(name, other, document, often, (bool(plain_name), bool(plain_other)))

    def _listed(self, words: Collection[str]) -> dict[str, str]:
        return self._first(segment.each(f"{_LISTED} WHERE word IN ({{}})", list(words)) for segment in self._segments)

    def _first(self, rows: Iterable[Iterable[tuple[Any, ...]]]) -> dict[str, str]:
        living = sorted((word, document) for some in rows for word, document, number in some if number in self.order)
        return dict(reversed(living))


def add_up(rows: Iterable[Iterable[tuple[Any, ...]]], least: int | None = 1) -> list[Word]:
    """The sums of the differences of some segments, rows of text, term, passages and whether a name.

    Words that are in fewer than `least` passages are left out.
    """
    found: dict[str, tuple[str, int, bool]] = {}
    for some in rows:
        for text, term, passages, is_name in some:
            before = found[text][1] if text in found else 0
            found[text] = term, before + passages, bool(is_name)
    return [Word(text, *rest) for text, rest in found.items() if least is None or rest[1] >= least]


def record_of(document: Document) -> str:
    """All that is stored of a document, as JSON."""
    return json.dumps(document.to_json(), ensure_ascii=False)


def record_hash(record: str) -> bytes:
    """What tells whether anything of a document has changed: a heading may be deeper while the revision is the same."""
    return short_hash(text_checksum(record))


def read_record(name: str, record: str, proof: bytes) -> Document:
    """The document that `record_of` gave a record of; IndexDamaged where it has not the hash that it had then."""
    if record_hash(record) != proof:
        raise IndexDamaged(f"what is stored of {name!r} is damaged; make the index again with: ibid index")
    return Document.from_json(json.loads(record))


def short_hash(text_hash: str) -> bytes:
    """The first half of a SHA-256 in hex, which is enough to tell texts apart."""
    return bytes.fromhex(text_hash)[:_HASH]
