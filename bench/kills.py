"""Kill a build at random moments and see what is left: `python bench/kills.py [TIMES]` (100 if not given).

Each time another process, which rebuilds an index in a loop, is sent SIGKILL; then the published generation is opened
and read, the corpus is indexed again, and the index is examined.  Writes bench/results/kills.json.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ingest import FileCatalog, Generation, IngestError, examine, update

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.update import HashEncoder

_LOOP = """
import sys
from pathlib import Path
from ingest import FileCatalog, update
from bench.update import HashEncoder
index, corpus = map(Path, sys.argv[1:])
print("ready", flush=True)
for number in range(10**6):
    for document in range(3):
        whole = corpus.with_name("whole")
        whole.write_text(f"# T{document}\\n\\nVersion {number} of it.\\n\\n" + "Words. " * 200)
        whole.replace(corpus / f"d{document}.md")
    update(FileCatalog(index), corpus, HashEncoder())
"""


def main() -> None:
    """Kill, look, mend; count what went wrong."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    chance = random.Random(7)
    counts = {"kills": times, "old_generation_failed": 0, "next_index_failed": 0, "litter_left": 0, "mid_build": 0}
    with tempfile.TemporaryDirectory() as folder:
        index, corpus = Path(folder) / "index", Path(folder) / "corpus"
        corpus.mkdir()
        (corpus / "d0.md").write_text("# T0\n\nVersion start of it.\n")
        update(FileCatalog(index), corpus, HashEncoder())
        for number in range(times):
            with subprocess.Popen(
                [sys.executable, "-c", _LOOP, str(index), str(corpus)],
                stdout=subprocess.PIPE,
                cwd=Path(__file__).parent.parent,
                env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)},
            ) as builder:
                assert builder.stdout
                builder.stdout.readline()
                time.sleep(chance.uniform(0.0, 0.3))
                builder.send_signal(signal.SIGKILL)
                builder.wait()
            counts["mid_build"] += bool(list((index / "generations").glob(".building-*")))
            try:
                generation = Generation.open(index)
                assert generation.passages(generation.rows())
            except (IngestError, AssertionError):
                counts["old_generation_failed"] += 1
            try:
                (corpus / "d0.md").write_text(f"# T0\n\nMended {number}.\n")
                update(FileCatalog(index), corpus, HashEncoder())
            except IngestError:
                counts["next_index_failed"] += 1
            counts["litter_left"] += bool(examine(index))
    target = Path(__file__).parent / "results" / "kills.json"
    target.write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
