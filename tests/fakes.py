"""What several tests of the index share: an encoder with an obvious geometry, and pages to index."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from ingest import Vectors


class BagEncoder:
    """Counts of hashed words, at unit length; remembers what it was given."""

    words = frozenset({"is", "a", "drug"})
    dimension = 16

    def __init__(self, name: str = "bag") -> None:
        self.name = name
        self.fingerprint = f"{name}@1"
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of shape (len(texts), 16)."""
        self.seen += texts
        vectors = np.full((len(texts), self.dimension), 0.01, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row, zlib.crc32(word.encode()) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def page(number: int) -> str:
    """A page of two passages, the second of which gives a dose."""
    return f"# Page {number}\n\nThis one is of topic{number}.\n\n## Dose\n\nThe dose is 5 mg.\n"
