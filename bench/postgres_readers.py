"""Readers of a database while generations are published: `python bench/postgres_readers.py [TIMES]` (50 if not given).

Two other processes, each with four threads, open what is published and read all of it, over and over, and a fifth
thread of each reads on what was published when it began.  Meanwhile TIMES generations are published, of which two are
kept, and after every third the one before is gone back to.  Every reader must find one version of every document, and
the fifth ones always the same.  Writes bench/results/postgres-readers.json.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.readers import read_version, version_of, write_version
from bench.update import HashEncoder
from ingest import IngestError, rollback, update
from ingest.postgres.catalog import PostgresCatalog
from tests.postgres import serving

PROCESSES, THREADS, KEPT = 2, 4, 2


def read(url: str) -> None:
    """Read until there is nothing more on standard input, and tell what became of it."""
    catalog, counts, over = PostgresCatalog.connect(url, Path()), Counter[str](), threading.Event()
    held = catalog.open()
    version = version_of(held)

    def read_published() -> None:
        while not over.is_set():
            counts[read_version(catalog)] += 1

    def read_held() -> None:
        while not over.is_set():
            try:
                counts["held_reads" if version_of(held) == version else "held_changed"] += 1
            except IngestError:
                counts["held_errors"] += 1

    threads = [threading.Thread(target=work) for work in (*[read_published] * THREADS, read_held)]
    for thread in threads:
        thread.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    over.set()
    for thread in threads:
        thread.join()
    catalog.close()
    sys.stdout.write(json.dumps(counts))


def publish(catalog: PostgresCatalog, corpus: Path, times: int) -> Counter[str]:
    """Publish and go back; what was done."""
    counts = Counter[str]()
    for number in range(1, times + 1):
        write_version(corpus, number)
        update(catalog, corpus, HashEncoder(), keep=KEPT)
        counts["published"] += 1
        if number % 3 == 0:
            rollback(catalog)
            counts["gone_back"] += 1
    return counts


def main() -> None:
    """Let processes read while this one publishes, and add up what they tell."""
    if sys.argv[1:2] == ["read"]:
        read(sys.argv[2])
        return
    counts = Counter(reads=0, errors=0, mixed=0, held_reads=0, held_errors=0, held_changed=0)
    with tempfile.TemporaryDirectory() as folder, serving({"fsync": "on"}) as server:
        corpus, url = Path(folder) / "corpus", server.create()
        corpus.mkdir()
        write_version(corpus, 0)
        catalog = PostgresCatalog.connect(url, Path(folder) / "local")
        update(catalog, corpus, HashEncoder())
        command = [sys.executable, __file__, "read", url]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": dict(os.environ)}
        readers = [subprocess.Popen(command, **pipes) for _ in range(PROCESSES)]
        for reader in readers:
            assert reader.stdout
            reader.stdout.readline()
        counts += publish(catalog, corpus, int(sys.argv[1]) if len(sys.argv) > 1 else 50)
        for reader in readers:
            counts.update(json.loads(reader.communicate()[0]))
        kept = catalog.names()
        catalog.close()
    names = ("reads", "errors", "mixed", "held_reads", "held_errors", "held_changed", "published", "gone_back")
    result = {"readers": PROCESSES * THREADS, "kept_at_last": len(kept)} | {name: counts[name] for name in names}
    target = Path(__file__).parent / "results" / "postgres-readers.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
