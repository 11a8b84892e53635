"""What so many passages, and so many answers a second, take: a model of what the other benches measured.

Nothing is measured here.  docs/scale.md tells each formula, and `python tools/sizing_tables.py` writes its tables.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"

PASSAGES = [10**power for power in range(5, 10)]
ANSWERS = [10**power for power in range(5)]
# Taken, not measured: docs/scale.md says so of each.
BUSY = 0.6  # of its cores a replica uses at most: averageUtilization of deploy/kubernetes/base/balance.yaml
CORES = 2  # of a replica: as bench/serve.py measures one
MEMORY = 16e9  # bytes that a replica may have: 8 GB a core
MACHINE = 64e9  # bytes that one machine may have that answers alone
NETWORK = 125e6  # bytes a second that a replica pulls: 1 Gbit/s
STORE = 1250e6  # bytes a second that a store gives to all: 10 Gbit/s
EMBEDDING = 64  # cores that embed a first build
DIMENSION = 384  # of a vector, by the encoder that comes with ibid
SHARDED = 5e7  # passages above which a database is sharded

FILES, REPLICAS, DATABASE, SHARDS = "files", "S3", "PostgreSQL", "shards"


def read(name: str) -> Any:  # noqa: ANN401 - JSON
    """A result of another bench; None where there is none."""
    path = RESULTS / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


@dataclass(frozen=True)
class Sizing:
    """What was measured, and what follows for other sizes; bytes, seconds and cores.

    What is empty was not measured yet.
    """

    scale: list[dict[str, Any]]
    serve: dict[str, Any]
    index: dict[str, Any]
    postgres: list[dict[str, Any]] = field(default_factory=list)
    replicated: dict[str, Any] = field(default_factory=dict)
    workers: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def measured(cls) -> Sizing:
        """Of bench/results."""
        optional = (read("postgres.json") or [], read("replicas.json") or {}, read("workers.json") or {})
        return cls(read("scale.json"), read("serve.json"), read("index.json"), *optional)

    @property
    def largest(self) -> dict[str, Any]:
        """The largest index that was measured."""
        return self.scale[-1]

    def row(self, passages: int) -> dict[str, Any] | None:
        """What was measured of an index of that size."""
        return next((row for row in self.scale if row["passages"] == passages), None)

    @property
    def bytes_a_passage(self) -> float:
        """Of the largest index."""
        return float(self.largest["index_bytes"] / self.largest["passages"])

    def index_bytes(self, passages: int) -> float:
        """On disk."""
        row = self.row(passages)
        return float(row["index_bytes"]) if row else self.bytes_a_passage * passages

    def search(self, passages: int) -> float:
        """Seconds, the median: as measured, or going on as it grew between the two largest sizes."""
        row = self.row(passages)
        if row:
            return float(row["fused"]["p50_ms"]) / 1e3
        before, last = self.scale[-2:]
        growth = math.log(last["fused"]["p50_ms"] / before["fused"]["p50_ms"]) / math.log(
            last["passages"] / before["passages"]
        )
        return float(last["fused"]["p50_ms"] / 1e3 * (passages / last["passages"]) ** growth)

    @cached_property
    def served(self) -> float:
        """Answers a second and core that were never asked for before, of a small index."""
        return float(self.serve["crowd"]["answers_a_second"] / self.serve["machine"]["cores"])

    def answers(self, passages: int) -> float:
        """Answers a second and core: each takes longer by as much as searching does."""
        return 1 / (1 / self.served + self.search(passages) - self.search(self.scale[0]["passages"]))

    def process(self, passages: int) -> float:
        """Bytes of memory of a serving process: of the server, and what more it holds of a larger index."""
        before, last = self.scale[-2:]
        held = [row["memory_after"]["VmRSS"] * 2**20 for row in (before, last)]
        slope = (held[1] - held[0]) / (last["passages"] - before["passages"])
        return float(self.serve["crowd"]["memory_mb"][-1] * 1e6 + slope * passages)

    def memory(self, passages: int) -> float:
        """Of a replica whose index is in the page cache."""
        return self.process(passages) + self.index_bytes(passages)

    @property
    def embedded(self) -> float:
        """Passages a second and core."""
        return float(self.index["passages_a_second"]["ours"] / self.index["threads"])

    @property
    def written(self) -> float:
        """Passages a second that one process writes, embedding aside."""
        return float(self.largest["passages"] / self.largest["build_seconds"])

    def writing(self, passages: int) -> float:
        """Seconds of one process to write an index, embedding aside."""
        row = self.row(passages)
        return float(row["build_seconds"]) if row else passages / self.written

    def database_bytes(self, passages: int) -> float:
        """Of an index in PostgreSQL, by the largest one measured."""
        last = self.postgres[-1]
        return float(last["database"]["index_bytes"] / last["passages"] * passages)

    def database_cores(self, answers: int) -> float:
        """Of databases that so many answers a second are searched for in, at BUSY; a search takes what it took.

        That time holds what the client does as well, and so is more than the database needs.
        """
        return float(answers * self.postgres[-1]["database"]["fused"]["p50_ms"] / 1e3 / BUSY)

    def replicas(self, passages: int, answers: int) -> int:
        """How many of CORES cores each give so many answers a second."""
        return math.ceil(answers / (self.answers(passages) * CORES * BUSY))

    def pulled(self, passages: int, replicas: int) -> float:
        """Seconds until so many replicas have pulled a whole index at once."""
        return self.index_bytes(passages) * max(1 / NETWORK, replicas / STORE)

    def way(self, passages: int, answers: int) -> str:
        """The least that does."""
        if passages > SHARDED:
            return SHARDS
        if self.replicas(passages, answers) == 1 and self.memory(passages) <= MACHINE:
            return FILES
        return REPLICAS if self.memory(passages) <= MEMORY else DATABASE
