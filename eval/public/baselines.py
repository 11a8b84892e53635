"""Simple methods that show that a set is read as others read it: BM25 and cosines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ingest import analyze

_K1, _B = 1.5, 0.75
# Lucene's own list of English stop words, which the published figures leave out.
_STOPS = """
a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was
will with
"""
_STOP_WORDS = frozenset(_STOPS.split())
_TOKEN = re.compile(r"\b\w\w+\b")


class Bm25:
    """BM25 over a list of texts, all in memory.

    score = sum over query terms of idf * tf / (tf + k1 * (1 - b + b * length / mean length)), idf = ln(1 + (N - n +
    0.5) / (n + 0.5)), k1 1.5, b 0.75 (Robertson and Zaragoza 2009; the variant of Lucene in Kamphuis et al. 2020,
    "Which BM25 Do You Mean?").  Words of two characters and more, stemmed, without stop words.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        """Count the words of `texts`."""
        counts = [Counter(_words(text)) for text in texts]
        lengths = np.array([count.total() for count in counts], dtype=np.float64)
        norm = _K1 * (1 - _B + _B * lengths / max(lengths.mean(), 1e-9))
        postings: dict[str, list[tuple[int, int]]] = {}
        for number, count in enumerate(counts):
            for term, tf in count.items():
                postings.setdefault(term, []).append((number, tf))
        self._count = len(texts)
        self._weights: dict[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]] = {}
        for term, found in postings.items():
            where = np.array([number for number, _ in found])
            frequency = np.array([n for _, n in found], dtype=np.float64)
            idf = np.log(1 + (len(texts) - len(found) + 0.5) / (len(found) + 0.5))
            self._weights[term] = (where, idf * frequency / (frequency + norm[where]))

    def scores(self, query: str) -> npt.NDArray[np.float64]:
        """The score of each text, shape (texts,)."""
        scores = np.zeros(self._count)
        for term in _words(query):
            if term in self._weights:
                where, weights = self._weights[term]
                scores[where] += weights
        return scores


def _words(text: str) -> list[str]:
    return [term for word in _TOKEN.findall(text.lower()) if word not in _STOP_WORDS for term in analyze(word)]


def bm25_run(texts: Mapping[str, str], queries: Mapping[str, str], depth: int) -> dict[str, dict[str, float]]:
    """The best `depth` of `texts` by BM25 for each of `queries`, by their ids, best first."""
    names = list(texts)
    index = Bm25(list(texts.values()))
    run: dict[str, dict[str, float]] = {}
    for query, text in queries.items():
        scores = index.scores(text)
        best = np.argsort(-scores, kind="stable")[:depth]
        run[query] = {names[row]: float(scores[row]) for row in best if scores[row] > 0}
    return run
