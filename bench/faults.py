"""Let publishing fail in every way and see what is left: `python bench/faults.py [TIMES]` (500 if not given).

Each time another process publishes a changed corpus and meets one fault: it is killed at a system call or at a moment,
the disk is full, read-only, fails, interrupts or does half of what it is asked for at one call or from one on, the
clock leaps, memory or descriptors run out, another process publishes too, or goes back while a third one reads.  Then
the published generation is read whole: it has to be the old one or the new one, in every record.  The corpus is indexed
again, and every record has to be that of an index that was never disturbed.  System calls fail by `faults.c`, which is
compiled with cc; disks are a tmpfs in a mount namespace.  Writes the part `publish` of bench/results/faults.json.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.disk import Disk
from bench.forked import PATIENCE, arm, compiled, count, forked
from bench.update import HashEncoder
from bench.whole import keep, load, records, write_corpus
from ingest import FileCatalog, Generation, examine, rollback, update

# The kinds of faults.c, whether every call after fails too, and how many of a hundred are of the kind.
CALLS = {
    "killed at a call": (5, False, 14),
    "EIO at a call": (1, False, 14),
    "EIO from a call on": (1, True, 6),
    "ENOSPC at a call": (2, False, 10),
    "ENOSPC from a call on": (2, True, 6),
    "EINTR at a call": (3, False, 6),
    "short at a call": (4, False, 5),
    "short from a call on": (4, True, 5),
    "clock leaps": (6, True, 4),
}
OTHERS = {
    "killed at a moment": 7,
    "full disk": 5,
    "read-only disk": 2,
    "out of memory": 4,
    "out of descriptors": 5,
    "two writers": 4,
    "rollback while read": 3,
}
_VERSIONS, _MOMENT = 6, 0.3


class Trials:
    """An index to which everything happens."""

    def __init__(self, folder: Path, disk: Disk | None, seed: int = 17) -> None:
        """In `folder`, on `disk` where one could be made."""
        self.index, self.corpus = folder / "index", folder / "corpus"
        self.disk = disk
        self._chance = random.Random(seed)
        self._version = 0
        load()
        self._turn()
        forked(self.publish)

    def publish(self) -> None:
        """Bring the index up to date."""
        update(FileCatalog(self.index), self.corpus, HashEncoder())

    def _turn(self) -> None:
        self._version = (self._version + 1) % _VERSIONS
        write_corpus(self.corpus, self._version)

    def kinds(self) -> list[str]:
        """Those that can be had here, each as often as it is to come among a hundred."""
        calls = (
            [kind for kind, (*_, often) in CALLS.items() for _ in range(often)] if "IBID_FAULTS" in os.environ else []
        )
        others = [kind for kind, often in OTHERS.items() for _ in range(often) if self.disk or "disk" not in kind]
        return [*calls, *others]

    @cache  # noqa: B019 - it lives as long as the program
    def undisturbed(self, version: int) -> str:
        """The records of an index of this version that nothing happened to."""

        def build() -> str:
            with tempfile.TemporaryDirectory() as folder:
                write_corpus(Path(folder) / "corpus", version)
                update(FileCatalog(Path(folder) / "index"), Path(folder) / "corpus", HashEncoder())
                return records(Generation.open(Path(folder) / "index"))

        return str(forked(build)["done"])

    @cache  # noqa: B019 - it lives as long as the program
    def _calls(self, kind: int) -> int:
        """How many calls of a kind a publish makes."""

        def publish() -> int:
            arm(kind, folder=self.index)
            self.publish()
            return count()

        self._turn()
        return int(forked(publish)["done"])

    def go_through(self, kind: str) -> dict[str, Any]:
        """Change the corpus, let one fault happen, and tell how it ended and what is left."""
        if kind in CALLS:
            self._calls(CALLS[kind][0])
        old = self.undisturbed(self._version)
        self._turn()
        new = self.undisturbed(self._version)
        ended = self._disturb(kind)
        found = forked(lambda: records(Generation.open(self.index)))
        if self.disk:
            self.disk.lift()
        after = forked(self._mend)
        left = after.get("done", {})
        return {
            "kind": kind,
            "ended": next(iter(ended)) if "signal" not in ended else ended["signal"],
            "how": ended,
            "lost": "done" not in found and found.get("failed") != "AssertionError",
            "mixed": found.get("failed") == "AssertionError" or found.get("done", old) not in (old, new),
            "new": found.get("done") == new,
            "next_failed": "done" not in after,
            "wrong": left.get("records", new) != new,
            "litter": bool(left.get("litter")),
            "left": {"found": found, "after": after},
        }

    def _mend(self) -> dict[str, Any]:
        self.publish()
        return {"records": records(Generation.open(self.index)), "litter": [str(f) for f in examine(self.index)]}

    def _disturb(self, kind: str) -> dict[str, Any]:
        if kind in CALLS:
            number, lasting, _ = CALLS[kind]
            place = self._chance.randint(1, max(1, self._calls(number)))
            return forked(partial(self._publish_at, number, place, lasting))
        if kind == "killed at a moment":
            return forked(self.publish, self._chance.uniform(0, _MOMENT))
        if kind == "two writers":
            return self._beside(self.publish, self._chance.choice([PATIENCE, self._chance.uniform(0, _MOMENT)]))
        if kind == "rollback while read":
            return self._beside(self._read, PATIENCE)
        if kind == "full disk" and self.disk:
            self.disk.limit(self._chance.randint(0, 75) * 4096)
        if kind == "read-only disk" and self.disk:
            self.disk.limit(None)
        limits = {"out of memory": resource.RLIMIT_AS, "out of descriptors": resource.RLIMIT_NOFILE}
        if kind in limits:
            more = self._chance.randint(0, 64_000_000) if kind == "out of memory" else self._chance.randint(0, 40)
            return forked(partial(self._publish_within, limits[kind], more))
        return forked(self.publish)

    def _publish_at(self, kind: int, place: int, lasting: bool) -> None:
        arm(kind, place, lasting, self.index)
        self.publish()

    def _publish_within(self, what: int, more: int) -> None:
        memory = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        files = max(int(path.name) for path in Path("/proc/self/fd").iterdir())
        most = (memory if what == resource.RLIMIT_AS else files) + more
        resource.setrlimit(what, (most, resource.getrlimit(what)[1]))
        self.publish()

    def _beside(self, other: Callable[[], Any], patience: float) -> dict[str, Any]:
        """Publish in one process while `other` is done in another."""
        process = os.fork()
        if not process:
            forked(other, patience)
            os._exit(0)
        ended = forked(self._publish_and_back if other == self._read else self.publish)
        os.waitpid(process, 0)
        return ended

    def _publish_and_back(self) -> None:
        self.publish()
        rollback(FileCatalog(self.index))
        self.publish()

    def _read(self) -> None:
        for _ in range(10):
            (self.index.parent / "read").write_text(records(Generation.open(self.index)))


def run(times: int, folder: Path, disk: Disk | None, seed: int = 17) -> dict[str, Any]:
    """Go through so many faults; how they ended, what was lost, and the worst in full."""
    trials = Trials(folder, disk, seed)
    kinds = trials.kinds()
    random.Random(seed).shuffle(kinds)
    ended: dict[str, Counter[str]] = {}
    counts: Counter[str] = Counter()
    worst: list[dict[str, Any]] = []
    unclear: list[dict[str, Any]] = []
    for number in range(times):
        told = trials.go_through(kinds[number % len(kinds)])
        ended.setdefault(told["kind"], Counter())[told["ended"]] += 1
        bad = [name for name in ("lost", "mixed", "next_failed", "wrong", "litter") if told[name]]
        counts.update(bad)
        counts["new"] += told["new"]
        worst += [told] if bad else []
        unclear += [told] if told["ended"] in ("failed", "hung") else []
    return {
        "faults": times,
        **{name: counts[name] for name in ("lost", "mixed", "next_failed", "wrong", "litter", "new")},
        "ended": {kind: dict(sorted(counted.items())) for kind, counted in sorted(ended.items())},
        "unclear": [f"{told['kind']}: {told['how'].get('failed', 'hung')}" for told in unclear],
        "_worst": worst + unclear,
    }


def main() -> None:
    """Compile what lets calls fail, begin again with it in a mount namespace of its own, and go through all."""
    with tempfile.TemporaryDirectory() as built:
        if "IBID_FAULTS" not in os.environ and (library := compiled(Path(built))):
            alone = ["unshare", "-m"] if subprocess.run(["unshare", "-m", "true"], check=False).returncode == 0 else []
            environment = os.environ | {"LD_PRELOAD": library, "IBID_FAULTS": "alone" if alone else "beside others"}
            sys.exit(subprocess.run([*alone, sys.executable, *sys.argv], env=environment, check=False).returncode)
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as folder:
        disk = Disk.mounted(Path(folder)) if os.environ.get("IBID_FAULTS") == "alone" else None
        try:
            told = run(times, Path(folder), disk)
        finally:
            if disk:
                disk.close()
    worst = told.pop("_worst")
    keep("publish", told)
    sys.stderr.write("\n".join(json.dumps(one, indent=1) for one in worst[:10]) + "\n" if worst else "")
    sys.stdout.write(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
