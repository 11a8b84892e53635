"""Words that are each other's opposites, by which a sentence can say the reverse of its source with one word."""

from __future__ import annotations

from ingest import analyze

_PAIRS = (
    ("more", "less fewer"),
    ("most", "least"),
    ("before", "after"),
    ("earlier early", "later late"),
    ("above", "under below beneath"),
    ("inside within", "outside"),
    ("first", "last"),
    ("first-line", "last-line second-line"),
    ("increase raise rise rose rising higher gain promote stimulate", "decrease reduce lower fall fell drop lessen"),
    ("high", "low"),
    ("slow slowly slower", "fast quick quickly rapid rapidly faster speed"),
    ("grow growth", "shrink shrinkage"),
    ("short short-acting", "long long-acting"),
    ("block stop prevent inhibit", "promote stimulate activate start"),
    ("avoid", "prefer recommend use used advise"),
    ("better improve ease relieve lessen", "worse worsen aggravate"),
    ("help helpful useful beneficial", "harm harmful useless"),
    ("rare rarely uncommon", "common commonly frequent usual usually often main mainly mostly"),
    ("mild harmless", "severe serious"),
    ("safe safely", "unsafe dangerous"),
    ("effective", "ineffective"),
    ("minimum", "maximum"),
    ("allow permit", "forbid prohibit ban"),
    ("win", "lose"),
    ("open", "close shut"),
    ("positive", "negative"),
    ("benign", "malignant"),
    ("acute", "chronic"),
    ("strong", "weak"),
    ("large big", "small"),
    ("same", "different"),
    ("public", "private"),
    ("accept", "reject refuse"),
    ("begin start", "end finish stop"),
    ("morning", "evening"),
    ("hot warm", "cold cool"),
)


def _terms(words: str) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(analyze(word)) for word in words.split())


_OPPOSED = [(_terms(one), _terms(other)) for one, other in _PAIRS]
_SIDES = [*_OPPOSED, *((other, one) for one, other in _OPPOSED)]


def reversed_by(sentence: frozenset[str], source: frozenset[str]) -> bool:
    """Whether a sentence, in terms, has a word of which its source, in terms, has only the opposite."""
    return any(_has(sentence, mine) and not _has(source, mine) and _has(source, other) for mine, other in _SIDES)


def alike(word: frozenset[str], source: frozenset[str]) -> bool:
    """Whether a word, in terms, stands for one of the source, in terms, of which it is not the opposite."""
    return any(_has(word, mine) and _has(source, mine) for mine, _ in _SIDES)


def _has(terms: frozenset[str], words: frozenset[frozenset[str]]) -> bool:
    return any(word <= terms for word in words)
