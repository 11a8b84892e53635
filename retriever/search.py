"""A question becomes ranked passages: dense and lexical search find them, and what is known of each ranks them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ingest import Encoder, Generation, Passage, analyze, query_terms
from retriever.terms import Terms

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
        self._topic = lru_cache(_REMEMBERED)(self._mean_vector)

    def search(self, question: str, k: int = 10) -> list[Hit]:
        """The best `k` passages for `question`, best first; ties in the order of the documents.

        Each is searched by its other names too, and words are looked for in the passages by their other names and
        synonyms.
        """
        query = self._terms.names.expand(question)
        (vector,) = self.encoder.encode([query])
        depth = max(DEPTH, k)
        dense = dict(self.generation.vectors.search(vector, depth))
        lexical = dict(self.generation.lexical.search(query_terms(query), depth))
        rows = sorted({*dense, *lexical})
        missing = [row for row in rows if row not in dense]
        dense |= dict(zip(missing, (self.generation.vectors.of(missing) @ vector).tolist(), strict=True))
        asked = self._terms.asked(question)
        found = []
        for row, passage in zip(rows, self.generation.passages(rows), strict=True):
            topic = float(self._topic(passage.document_id) @ vector)
            coverage = self._terms.coverage(asked, frozenset(analyze(passage.embedded_text)))
            score = COSINE * dense[row] + TOPIC * topic + COVERAGE * coverage
            found.append((score, row, passage, topic, coverage))
        best = sorted(found, key=lambda hit: (-hit[0], hit[1]))[:k]
        return [
            Hit(passage, rank, score, dense[row], topic, coverage, lexical.get(row, 0.0))
            for rank, (score, row, passage, topic, coverage) in enumerate(best, 1)
        ]

    def _mean_vector(self, document_id: str) -> Vector:
        """The mean of the vectors of a document's passages, or of as many of a long one, spread evenly over it."""
        rows = self.generation.rows_of(document_id)
        vectors = self.generation.vectors.of(rows[:: 1 + len(rows) // _LONGEST_DOCUMENT])
        mean: Vector = vectors.mean(axis=0)
        return mean
