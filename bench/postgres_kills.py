"""Kill who publishes, and the server, at points of a build: `python bench/postgres_kills.py [TIMES]` (10 if not given).

TIMES points that lie evenly over the length of a build are gone through twice: another process, which builds a
generation of 20 documents in a database, is sent SIGKILL, or the server is, which is then started again.  A generation
that was open before must read on as it was, what is published must be of one version, and the next build must publish
its own and leave nothing of the broken one.  Writes bench/results/postgres-kills.json.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Literal

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.readers import version_of, write_version
from bench.update import HashEncoder
from ingest import Generation, IngestError, update
from ingest.postgres.catalog import PostgresCatalog
from tests.postgres import Server, serving

_BUILD = """
import sys
from pathlib import Path
from ingest import update
from ingest.postgres.catalog import PostgresCatalog
from bench.update import HashEncoder
url, corpus, local = sys.argv[1:]
catalog = PostgresCatalog.connect(url, Path(local))
print("ready", flush=True)
update(catalog, Path(corpus), HashEncoder())
"""
# What would have no document, or be of a generation that was never published.
_LITTER = """
    SELECT (SELECT count(*) FROM ibid.generations WHERE published IS NULL)
        + (SELECT count(*) FROM ibid.documents WHERE number NOT IN (SELECT number FROM ibid.spans))
        + (SELECT count(*) FROM ibid.passages WHERE document NOT IN (SELECT number FROM ibid.documents))
        + (SELECT count(*) FROM ibid.postings WHERE row NOT IN (SELECT row FROM ibid.passages))
        + (SELECT count(*) FROM ibid.vectors WHERE row NOT IN (SELECT row FROM ibid.passages))
"""
Victim = Literal["publisher", "server"]


def build(url: str, corpus: Path) -> subprocess.Popen[bytes]:
    """Begin a build in another process, which is connected already."""
    root = Path(__file__).parent.parent
    command = [sys.executable, "-c", _BUILD, url, str(corpus), str(corpus.with_name("local"))]
    variables = os.environ | {"PYTHONPATH": str(root)}
    builder = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root, env=variables)
    assert builder.stdout
    builder.stdout.readline()
    return builder


def strike(server: Server, url: str, corpus: Path, victim: Victim, after: float) -> bool:
    """Kill one of them so many seconds after a build began; whether it was then still going on."""
    with build(url, corpus) as builder:
        time.sleep(after)
        going_on = builder.poll() is None
        if victim == "server":
            server.kill()
            server.start()
        else:
            builder.kill()
        builder.wait()
    return going_on


def look(generation: Generation, before: str | None, catalog: PostgresCatalog) -> dict[str, int]:
    """What of the old generation, and of what is published, cannot be read as it was."""
    told = {"old_generation_failed": 0, "published_failed": 0}
    for name, of in (("old_generation_failed", lambda: generation), ("published_failed", catalog.open)):
        try:
            version = version_of(of())
            told[name] += version is None or (name.startswith("old") and version != before)
        except IngestError:
            told[name] += 1
    return told


def main() -> None:
    """Strike at every point, look, and build again."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    counts: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory() as folder, serving({"fsync": "on"}) as server:
        corpus, url, number = Path(folder) / "corpus", server.create(), 0
        corpus.mkdir()
        catalog = PostgresCatalog.connect(url, Path(folder) / "local")
        write_version(corpus, number)
        update(catalog, corpus, HashEncoder())
        write_version(corpus, -1)
        with build(url, corpus) as builder:
            started = time.perf_counter()
            builder.wait()
        length = time.perf_counter() - started
        for victim in ("publisher", "server"):
            told = {"kills": times, "mid_build": 0, "old_generation_failed": 0, "published_failed": 0}
            told |= {"next_build_failed": 0, "litter_left": 0}
            for point in range(times):
                generation = catalog.open()
                before, number = version_of(generation), number + 2
                write_version(corpus, number - 1)
                told["mid_build"] += strike(server, url, corpus, victim, length * (point + 0.5) / times)
                for name, failed in look(generation, before, catalog).items():
                    told[name] += failed
                write_version(corpus, number)
                update(catalog, corpus, HashEncoder())
                told["next_build_failed"] += version_of(catalog.open()) != f"{number}."
                told["litter_left"] += server.execute(_LITTER, url.rpartition("/")[2])[0][0] != 0
            counts[victim] = told
        catalog.close()
    target = Path(__file__).parent / "results" / "postgres-kills.json"
    target.write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
