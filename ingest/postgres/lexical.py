"""The terms of a generation in a database: postings, and BM25 as tantivy counts it.

What tantivy stores of a length is a byte: the scores here are those of the files to single precision.  They count the
passages that live, where those of files that were updated count some that are gone too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ingest.english import analyze
from ingest.index.lexical import FIELDS
from ingest.postgres.snapshot import Snapshot

_SEARCH = """
    SELECT asked.place, best.passage, best.score
    FROM unnest(%s::text[]) WITH ORDINALITY AS asked (terms, place),
        LATERAL lexical(at.serial, string_to_array(asked.terms, ' '), %s, %s, %s) AS best
"""
# In how many places terms may stand that are all searched at once: a few milliseconds of the server at 100,000
# passages (bench/postgres.py); of more, the commonest are looked up last.
_FEW = 5_000
# Of tantivy's BM25.
_K1, _B = 1.2, 0.75
_MOST_FREQUENT = 2**15 - 1
# The longest word that is told from others which begin alike: PostgreSQL's indexes take no longer ones.
LONGEST = 500


def _length(code: int) -> int:
    """The length that a byte stands for: exact below 40, then with four bits (Lucene's SmallFloat)."""
    bits, shift = (code - 24) & 7, ((code - 24) >> 3) - 1
    return code if code < 24 else 24 + (bits if shift < 0 else (bits | 8) << shift)


LENGTHS = tuple(map(_length, range(256)))
# Row, how often the term stands in the text, the code of its length, the same of the title, and the term.
Posting = tuple[int, int, int, int, int, str]


def saturation(terms: int, passages: int) -> list[float]:
    """What a frequency is weighed against, by the code of the length of a field that has so many `terms` in all."""
    average = max(terms / max(passages, 1), 1e-9)
    return [_K1 * (1 - _B + _B * length / average) for length in LENGTHS]


def postings(row: int, title: str, text: str) -> tuple[int, int, list[Posting]]:
    """The lengths of the text and the title of a passage, in terms, and what is stored of each of their terms."""
    said, titled = list(_terms(text)), _title(title)
    codes = [bisect_right(LENGTHS, len(terms)) - 1 for terms in (said, titled)]
    in_text, in_title = Counter(said), Counter(titled)
    return (
        len(said),
        len(titled),
        [
            (row, min(in_text[term], _MOST_FREQUENT), codes[0], min(in_title[term], _MOST_FREQUENT), codes[1], term)
            for term in in_text | in_title
        ],
    )


def _terms(text: str) -> Iterator[str]:
    return (term[:LONGEST] for term in analyze(text))


@lru_cache(maxsize=1)
def _title(title: str) -> tuple[str, ...]:
    """The terms of a title, which all passages of a document have."""
    return tuple(_terms(title))


class PostgresLexical:
    """The terms of one generation: a Lexical."""

    def __init__(self, snapshot: Snapshot, count: int) -> None:
        """Of a generation with so many passages."""
        self._snapshot = snapshot
        self._count = count

    def __len__(self) -> int:
        """How many passages it holds."""
        return self._count

    def search(self, questions: Sequence[Sequence[str]], limit: int, few: int = _FEW) -> list[list[tuple[int, float]]]:
        """For each bag of terms (from `analyze`) the best rows as (row, BM25 score), best first, ties by row.

        See `ingest.index.lexical.LexicalIndex.search`.
        """
        found: list[list[tuple[int, float]]] = [[] for _ in questions]
        bags = [" ".join(term[:LONGEST] for term in terms) for terms in questions]
        for place, row, score in self._snapshot.rows(_SEARCH, bags, limit, FIELDS["title"], few):
            found[place - 1].append((row, score))
        return [sorted(hits, key=lambda hit: (-hit[1], hit[0])) for hits in found]
