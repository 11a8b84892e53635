"""A question becomes ranked passages: dense and lexical search find them, and what is known of each ranks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from heapq import nsmallest
from itertools import chain
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from ingest import Encoder, Found, Generation, Passage, query_terms
from retriever.terms import Asked, Terms

DEPTH = 100
# The best of those that `python -m eval.fusion` tries, on the training parts that it names.
COSINE, TOPIC, COVERAGE = 0.6, 0.4, 0.6
_LONGEST_DOCUMENT = 64
_REMEMBERED = 5000
Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, and what is known of it.

    `dense` is the cosine of its vector to the question's, `topic` the mean of those of its document's vectors, and
    `coverage` how much of the telling words of the question, by idf, it holds with its headings; `score` is their sum,
    weighed.  `lexical` is its BM25 score, 0 where it is not among the best.
    """

    passage: Passage
    rank: int
    score: float
    dense: float
    topic: float
    coverage: float
    lexical: float


class Retriever:
    """Search over one open generation with the encoder that it was made with."""

    def __init__(self, generation: Generation, encoder: Encoder, terms: Terms) -> None:
        """Raises EncoderMismatch (ingest) where generation and encoder do not belong together."""
        generation.check_encoder(encoder)
        self.generation = generation
        self.encoder = encoder
        self._terms = terms
        self._topics: dict[str, Vector] = {}

    def search(self, question: str, k: int = 10) -> list[Hit]:
        """The best `k` passages for `question`, best first; ties in the order of the documents.

        Each is searched by its other names too, and words are looked for in the passages by their other names and
        synonyms.
        """
        (hits,) = self.search_all([question], k)
        return hits

    def search_all(self, questions: Sequence[str], k: int = 10) -> list[list[Hit]]:
        """What `search` finds for each of `questions`, in as few round trips as for one."""
        self._terms.learn(questions)
        queries = [self._terms.names.expand(question) for question in questions]
        vectors = [self.encoder.encode([query])[0] for query in queries]
        depth = max(DEPTH, k)
        dense = [dict(found) for found in self.generation.vectors.search(np.array(vectors), depth)]
        lexical = [dict(found) for found in self.generation.lexical.search(list(map(query_terms, queries)), depth)]
        rows = [sorted({*near, *said}) for near, said in zip(dense, lexical, strict=True)]
        asked = [self._terms.asked(question) for question in questions]
        terms = {term for some in asked for word in some for words in (word.terms, *word.others) for term in words}
        found = self.generation.found(sorted({row for some in rows for row in some}), sorted(terms))
        missing = [[row for row in some if row not in near] for some, near in zip(rows, dense, strict=True)]
        topics = self._measure(vectors, dense, missing, found.rows_of)
        return [
            self._rank(some, vector, near, said, found, topics, k)
            for some, vector, near, said in zip(asked, vectors, dense, lexical, strict=True)
        ]

    def _measure(
        self,
        vectors: Sequence[Vector],
        dense: Sequence[dict[int, float]],
        missing: Sequence[Sequence[int]],
        documents: Mapping[str, range],
    ) -> Mapping[str, Vector]:
        """Give `dense` the cosines of what was `missing` in it; and the mean vectors of `documents`, by their ids."""
        if len(self._topics) > _REMEMBERED:
            self._topics = {}
        kept = self._topics
        topics = {name: kept[name] for name in documents if name in kept}
        new = {name: _spread(rows) for name, rows in documents.items() if name not in topics}
        asked = [*missing, *new.values()]
        ends = np.cumsum([len(rows) for rows in asked])[:-1]
        read = iter(np.split(self.generation.vectors.of([*chain(*asked)]), ends))
        for vector, near, rows in zip(vectors, dense, missing, strict=True):
            near |= zip(rows, (next(read) @ vector).tolist(), strict=True)
        topics |= {name: part.mean(axis=0) for name, part in zip(new, read, strict=True)}
        kept.update(topics)
        return topics

    def _rank(
        self,
        asked: Sequence[Asked],
        vector: Vector,
        dense: Mapping[int, float],
        lexical: Mapping[int, float],
        read: Found,
        topics: Mapping[str, Vector],
        k: int,
    ) -> list[Hit]:
        """The best `k` of all that was found for a question, best first."""
        topic_of = dict(zip(topics, (np.array([*topics.values()]) @ vector).tolist(), strict=True)) if topics else {}
        # Most passages hold the same of what is asked.
        coverage_of = cache(partial(self._terms.coverage, asked))
        places = {name: place for place, name in enumerate(read.rows_of)}
        found = []
        for row in sorted(dense):
            passage = read.passages[row]
            topic = topic_of[passage.document_id]
            coverage = coverage_of(read.held[row])
            score = COSINE * dense[row] + TOPIC * topic + COVERAGE * coverage
            found.append((-score, places[passage.document_id], row, passage, topic, coverage))
        best = nsmallest(k, found, key=itemgetter(0, 1, 2))
        return [
            Hit(passage, rank, -score, dense[row], topic, coverage, lexical.get(row, 0.0))
            for rank, (score, _, row, passage, topic, coverage) in enumerate(best, 1)
        ]


def _spread(rows: range) -> range:
    """The rows of a document, or as many of a long one, spread evenly over it."""
    return rows[:: 1 + len(rows) // _LONGEST_DOCUMENT]
