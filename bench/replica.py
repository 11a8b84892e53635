"""A replica while generations are published and taken back, and killed: `python bench/replica.py [PUBLISHED [KILLS]]`.

Everything goes by way of a SeaweedFS on this machine.  Eight threads read all of the replica over and over while 50
generations (or PUBLISHED) are published, every third of which is taken back, and pulled; every reader must find one
version of every document.  Then ten times (or KILLS) a process that publishes is sent SIGKILL, and as often one that
pulls; the replica must go on answering from a whole generation, and the next publish and pull must come to their end.
Writes bench/results/replica.json.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.readers import READERS, read_version, write_version
from bench.update import HashEncoder
from ingest import FileCatalog, Generation, IngestError, Puller, open_objects, publish, published, rollback, update
from tools.seaweed import BUCKET, seaweed

ADDRESS = f"s3://{BUCKET}/replica"
RESULTS = Path(__file__).parent / "results" / "replica.json"
# What the other processes do: they tell when they begin, and when they have done it.
_PUBLISHES = """
import sys
from pathlib import Path
from ingest import open_objects, publish
store = open_objects(sys.argv[2])
print("begins", flush=True)
publish(Path(sys.argv[1]), store)
print("ends", flush=True)
"""
_PULLS = """
import sys
from pathlib import Path
from ingest import Puller, open_objects
puller = Puller(open_objects(sys.argv[2]), Path(sys.argv[1]))
print("begins", flush=True)
puller.pull()
print("ends", flush=True)
"""
# A publish and a pull of so few documents take about so many seconds.
_TAKES = 0.2


class Bench:
    """A corpus, its index, the store, and a replica."""

    def __init__(self, folder: Path) -> None:
        """All of it in `folder`."""
        self.corpus, self.index, self.replica = folder / "corpus", folder / "index", folder / "replica"
        self.corpus.mkdir()
        self.store = open_objects(ADDRESS)
        self.version = 0
        self.make()
        publish(self.index, self.store)
        self.puller = Puller(self.store, self.replica)
        self.puller.pull()

    def make(self) -> None:
        """Index another version of every document."""
        self.version += 1
        write_version(self.corpus, self.version)
        update(FileCatalog(self.index), self.corpus, HashEncoder())

    def under_readers(self, count: int) -> dict[str, Any]:
        """Publish, take back and pull while others read."""
        stop = threading.Event()

        def look() -> Counter[str]:
            outcomes: Counter[str] = Counter()
            while not stop.is_set():
                outcomes[read_version(FileCatalog(self.replica))] += 1
            return outcomes

        counts: Counter[str] = Counter(reads=0, errors=0, mixed=0, rollbacks=0, behind=0)
        with ThreadPoolExecutor(READERS) as threads:
            readers = [threads.submit(look) for _ in range(READERS)]
            try:
                for number in range(count):
                    self.make()
                    self._hand_on(counts)
                    if number % 3 == 2:
                        rollback(FileCatalog(self.index))
                        counts["rollbacks"] += 1
                        self._hand_on(counts)
            finally:
                stop.set()
            for reader in readers:
                counts.update(reader.result())
        return {"readers": READERS, "published": count, **counts}

    def _hand_on(self, counts: Counter[str]) -> None:
        publish(self.index, self.store, 3)
        self.puller.pull()
        self.puller.forget()
        counts["behind"] += published(self.replica) != published(self.index)

    def killed(self, times: int, program: str, folder: Path) -> dict[str, int]:
        """Kill what publishes the index or pulls into the replica, whichever is in `folder`, and go on."""
        chance = random.Random(7)
        counts = {"kills": 0, "before_the_end": 0, "old_generation_failed": 0, "next_failed": 0}
        for _ in range(times):
            self.make()
            if folder == self.replica:
                publish(self.index, self.store, 3)
            counts["kills"] += 1
            counts["before_the_end"] += _kill(program, folder, chance.uniform(0, _TAKES))
            try:
                generation = Generation.open(self.replica).prove()
                counts["old_generation_failed"] += (
                    read_version(FileCatalog(self.replica)) != "reads" or not generation.rows()
                )
            except IngestError:
                counts["old_generation_failed"] += 1
            try:
                publish(self.index, self.store, 3)
                Puller(self.store, self.replica).pull()
                counts["next_failed"] += published(self.replica) != published(self.index)
            except IngestError:
                counts["next_failed"] += 1
        return counts


def _kill(program: str, folder: Path, after: float) -> bool:
    """Run a program on a folder and kill it some seconds after it begins; whether it had not ended."""
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder), ADDRESS],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)},
    ) as process:
        assert process.stdout
        process.stdout.readline()
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        return b"ends" not in process.stdout.read()


def main() -> None:
    """Publish, take back, pull, read, kill; count what went wrong."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    with tempfile.TemporaryDirectory() as folder, seaweed(Path(folder) / "weeds") as store:
        os.environ |= store.environment
        bench = Bench(Path(folder))
        results = {
            "under_readers": bench.under_readers(count),
            "publisher_killed": bench.killed(kills, _PUBLISHES, bench.index),
            "replica_killed": bench.killed(kills, _PULLS, bench.replica),
        }
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
