"""A question becomes ranked passages: dense and lexical search, fused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ingest import Encoder, Generation, Passage, query_terms

DEPTH = 100
DENSE_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found: `score` is fused, in [0, 1], `dense` a cosine, `lexical` a BM25 score (0 where none)."""

    passage: Passage
    rank: int
    score: float
    dense: float
    lexical: float


class Retriever:
    """Search over one open generation with the encoder that it was made with."""

    def __init__(self, generation: Generation, encoder: Encoder, dense_weight: float = DENSE_WEIGHT) -> None:
        """Raises EncoderMismatch (ingest) where the two do not belong together."""
        generation.check_encoder(encoder)
        self.generation = generation
        self.encoder = encoder
        self._dense_weight = dense_weight

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """The best `k` passages for `query`, best first; ties in the order of the documents."""
        (vector,) = self.encoder.encode([query])
        depth = max(DEPTH, k)
        dense = dict(self.generation.vectors.search(vector, depth))
        lexical = dict(self.generation.lexical.search(query_terms(query), depth))
        fused = fuse(dense, lexical, self._dense_weight)
        best = sorted(fused, key=lambda row: (-fused[row], row))[:k]
        passages = self.generation.passages(best)
        missing = [row for row in best if row not in dense]
        dense |= dict(zip(missing, (self.generation.vectors.of(missing) @ vector).tolist(), strict=True))
        return [
            Hit(passage, rank, fused[row], dense[row], lexical.get(row, 0.0))
            for rank, (row, passage) in enumerate(zip(best, passages, strict=True), 1)
        ]


def fuse(dense: Mapping[int, float], lexical: Mapping[int, float], dense_weight: float) -> dict[int, float]:
    """Convex combination of the two scores, each brought to [0, 1] by its own least and greatest value.

    score = w · minmax(dense) + (1 − w) · minmax(lexical), 0 for a side that did not find the row (Bruch, Gai and
    Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval").
    """
    sides = [(_unit(dense), dense_weight), (_unit(lexical), 1.0 - dense_weight)]
    return {row: sum(weight * scores.get(row, 0.0) for scores, weight in sides) for row in {**dense, **lexical}}


def _unit(scores: Mapping[int, float]) -> dict[int, float]:
    if not scores:
        return {}
    least, greatest = min(scores.values()), max(scores.values())
    span = greatest - least
    return {row: (score - least) / span if span else 1.0 for row, score in scores.items()}
