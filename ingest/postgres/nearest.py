"""The vectors of a generation, read from a database."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ingest.embed.encoder import Vectors
from ingest.postgres.snapshot import Snapshot

_SEARCH = """
    SELECT asked.place, near.passage, near.cosine
    FROM unnest(%s::vector[]) WITH ORDINALITY AS asked (vector, place),
        LATERAL nearest(at.serial, asked.vector, %s) AS near
"""
# The raw bytes begin with the dimension and two that are not used.
_OF = """
    SELECT row, vector_send(vector) FROM vectors WHERE row = ANY (%s) AND row < at.next_row AND NOT row <@ at.gone
"""
_HEAD = 4


class PostgresNearest:
    """The vectors of one generation, by row: a Nearest."""

    def __init__(self, snapshot: Snapshot, count: int, dimension: int) -> None:
        """Of a generation with so many passages."""
        self._snapshot = snapshot
        self._count = count
        self._dimension = dimension

    def __len__(self) -> int:
        """How many vectors there are."""
        return self._count

    def of(self, rows: Sequence[int] | npt.NDArray[np.int64]) -> Vectors:
        """The vectors of the given rows, in that order, (len(rows), dimension); KeyError if one is not there."""
        wanted = [int(row) for row in rows]
        read = dict(self._snapshot.rows(_OF, wanted)) if wanted else {}
        joined = b"".join(read[row][_HEAD:] for row in wanted)
        return np.frombuffer(joined, dtype=">f4").astype(np.float32).reshape(len(wanted), self._dimension)

    def search(self, vectors: Vectors, limit: int) -> list[list[tuple[int, float]]]:
        """For each of `vectors`, (n, dimension), the `limit` nearest as (row, cosine), best first, ties by row."""
        found: list[list[tuple[int, float]]] = [[] for _ in vectors]
        for place, row, cosine in self._snapshot.rows(_SEARCH, list(np.asarray(vectors, dtype=np.float32)), limit):
            found[place - 1].append((row, cosine))
        return [sorted(hits, key=lambda hit: (-hit[1], hit[0])) for hits in found]
