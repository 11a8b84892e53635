"""The vocabulary of an open generation, looked up word by word, so that a large one need not be in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import cached_property, lru_cache, partial

from ingest.vocabulary import Word

INDEXES = """
CREATE INDEX words_by_term ON words (term);
CREATE INDEX aliases_by_name ON aliases (name);
CREATE INDEX aliases_by_other ON aliases (other);
CREATE INDEX listed_by_word ON listed (word);
"""
_REMEMBERED = 50_000


class Lexicon:
    """What a store knows of words, all in lower case; what was asked for last is remembered.

    `word(text)` is a word of the passages or None, `count(term)` in how many passages the commonest word with this term
    stands, `others(name)` are its other names in the order of the documents, and `lists(text)` is the id of a document
    whose bibliography names a word that no passage holds, or None.
    """

    def __init__(self, store: sqlite3.Connection) -> None:
        """Of a store as a generation has it."""
        self.word: Callable[[str], Word | None] = lru_cache(_REMEMBERED)(partial(_word, store))
        self.count: Callable[[str], int] = lru_cache(_REMEMBERED)(partial(_count, store))
        self.others: Callable[[str], tuple[str, ...]] = lru_cache(_REMEMBERED)(partial(_others, store))
        self.lists: Callable[[str], str | None] = lru_cache(_REMEMBERED)(partial(_lists, store))
        self._store = store

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """All words, in order: to look for what resembles a word that nobody knows."""
        return tuple(text for (text,) in self._store.execute("SELECT text FROM words ORDER BY text"))


def _word(store: sqlite3.Connection, text: str) -> Word | None:
    row = store.execute("SELECT text, term, passages, is_name FROM words WHERE text = ?", (text,)).fetchone()
    return None if row is None else Word(row[0], row[1], row[2], bool(row[3]))


def _count(store: sqlite3.Connection, term: str) -> int:
    return int(store.execute("SELECT ifnull(max(passages), 0) FROM words WHERE term = ?", (term,)).fetchone()[0])


def _others(store: sqlite3.Connection, name: str) -> tuple[str, ...]:
    query = "SELECT name, other FROM aliases WHERE name = ? OR other = ? ORDER BY document, rowid"
    pairs = store.execute(query, (name, name))
    return tuple(dict.fromkeys(other for pair in pairs for other, one in (pair[::-1], pair) if one == name))


def _lists(store: sqlite3.Connection, text: str) -> str | None:
    query = "SELECT min(document) FROM listed WHERE word = ?1 AND NOT EXISTS (SELECT 1 FROM words WHERE text = ?1)"
    document = store.execute(query, (text,)).fetchone()[0]
    return None if document is None else str(document)
