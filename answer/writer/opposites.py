"""Words that are each other's opposites, by which a sentence can say the reverse of its source with one word."""

from __future__ import annotations

from collections.abc import Iterable

from ingest import analyze
from ingest.english import opposites


def _terms(words: Iterable[str]) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(analyze(word)) for word in words)


_OPPOSED = [(_terms(one), _terms(other)) for one, other in opposites()]
_SIDES = [*_OPPOSED, *((other, one) for one, other in _OPPOSED)]


def reversed_by(sentence: frozenset[str], source: frozenset[str]) -> bool:
    """Whether a sentence, in terms, has a word of which its source, in terms, has only the opposite."""
    return any(_has(sentence, mine) and not _has(source, mine) and _has(source, other) for mine, other in _SIDES)


def alike(word: frozenset[str], source: frozenset[str]) -> bool:
    """Whether a word, in terms, stands for one of the source, in terms, of which it is not the opposite."""
    return any(_has(word, mine) and _has(source, mine) for mine, _ in _SIDES)


def _has(terms: frozenset[str], words: frozenset[frozenset[str]]) -> bool:
    return any(word <= terms for word in words)
