"""What several tests of the index share: an encoder with an obvious geometry, and pages to index."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import numpy as np

from eval import Question
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


def asked(
    name: str, question: str, *vital: str, where: Sequence[Mapping[str, object]] = (), **fields: object
) -> Question:
    """A gold question with the patterns of its vital nuggets; its evidence is where the first of them stands."""
    record = {
        "id": name,
        "stratum": "single_fact",
        "question": question,
        "expected": "answered" if vital else "insufficient_evidence",
        "nuggets": [{"pattern": pattern, "importance": "vital"} for pattern in vital],
        "evidence": list(where),
    }
    return Question.from_json(record | fields, part="dev", where=f"dev.jsonl:{name}")


def at(document: str, section: str | None, pattern: str) -> dict[str, object]:
    """An evidence span as a gold file writes it."""
    return {"document": document, "section": section, "pattern": pattern}
