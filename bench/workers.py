"""Many processes that read and embed, beside one: `python bench/workers.py [DOCUMENTS [ROUNDS [ENCODER]]]`.

So many short documents (20,000 if not given) of made-up words are read, cut, embedded and published ROUNDS times (3 if
not given), in turn

    one          by one process
    workers      by two processes, of which one is killed when a third of the documents is read, and one at two thirds
    ray          the same by two actors of a Ray cluster of this machine, which has a network of its own meanwhile

ENCODER is `hash`, vectors by hashing words (if not given), or `default`, the default encoder.  Seconds are those from
when all processes have begun and each has embedded a text.  What is published each time is compared with what one
process published: the ids and passages in their order, and the vectors.  Writes into bench/results/workers.json, in the
place of the last measurement with that encoder.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.machine import machine
from bench.scale import Zipf
from bench.update import HashEncoder
from ingest import BulkEncoder, Encoder, FileCatalog, SentenceEncoder, Work, Workers, open_bulk, update
from ingest.work.process import local_workers
from ingest.work.rays import LOCAL, ray_workers

WAYS = ("one", "workers", "ray")
COUNT, KILLED_AT = 2, (1 / 3, 2 / 3)
ALONE = [
    *("unshare", "--map-root-user", "--net", "--pid", "--fork", "--mount-proc"),
    *("sh", "-c", 'ip link set lo up && "$@"', "sh"),
]


def write_documents(corpus: Path, count: int) -> None:
    """Documents of two passages each, of made-up words."""
    words = Zipf(1)
    corpus.mkdir()
    for number in range(count):
        said = [f"{words.draw(40, 150).capitalize()}." for _ in range(2)]
        (corpus / f"d{number:06d}.md").write_text(f"# {words.draw(3, 150)}\n\n{said[0]}\n\n## Also\n\n{said[1]}\n")


def open_encoder(name: str) -> Encoder:
    """That with which this process embeds."""
    return HashEncoder() if name == "hash" else BulkEncoder(SentenceEncoder.open(), precision())


def precision() -> Path:
    """Where it is remembered in what precision texts are embedded fastest."""
    return Path(tempfile.gettempdir()) / "ibid-bench-precision.json"


@contextmanager
def opened(way: str, work: Work) -> Iterator[Workers | None]:
    """What reads and embeds."""
    if way == "one":
        yield None
    elif way == "workers":
        with local_workers(work, COUNT) as workers:
            yield workers
    else:
        with ray_workers(LOCAL, work, COUNT) as workers:
            yield workers


def processes() -> list[int]:
    """The numbers of the processes that work for this one."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (path / "cmdline").read_bytes().decode(errors="replace")
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if arguments.startswith("ray::Worker") or (parent == os.getpid() and "spawn_main" in arguments):
            found.append(int(path.name))
    return sorted(found)


def kill(blocks: Path, expected: int, stop: Event, killed: list[int]) -> None:
    """Kill a process each time that so much is read."""
    for share in KILLED_AT:
        while len(list(blocks.glob("*.jsonl"))) < share * expected:
            if stop.wait(0.02):
                return
        victim = processes()[-1]
        os.kill(victim, signal.SIGKILL)
        killed.append(victim)


def measure(way: str, name: str, index: Path, corpus: Path) -> dict[str, Any]:
    """Build, and tell how long it took."""
    documents = sum(1 for _ in corpus.iterdir())
    encoder = open_encoder(name)
    opened_by = HashEncoder if name == "hash" else partial(open_bulk, encoder.name, precision(), 1)
    work = Work.of(index, opened_by, encoder.fingerprint, (corpus,))
    started = time.perf_counter()
    with opened(way, work) as workers:
        encoder.encode(["a"])
        if workers:
            work.blocks.mkdir(parents=True)
            for made in [workers.embed([str(number)]) for number in range(COUNT)]:
                made.result()
        begun, before = time.perf_counter(), processor()
        stop, killed = Event(), list[int]()
        killer = Thread(target=kill, args=(work.blocks, documents / 16, stop, killed))
        if workers:
            killer.start()
        built = update(FileCatalog(index), corpus, encoder, workers=workers).built
        seconds = time.perf_counter() - begun
        stop.set()
        if workers:
            killer.join()
    taken = processor() - before
    assert len(built.plan.added) == documents and not built.plan.left_out, built.plan.left_out
    assert len(killed) == (len(KILLED_AT) if workers else 0), f"{len(killed)} were killed"
    times = {"seconds": seconds, "processor": taken, "start": begun - started}
    return {**times, "passages": built.passages, "embedded": built.embedded}


def processor() -> float:
    """Seconds of the processor that this process has taken, and those that it started and that have ended."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def held(index: Path) -> tuple[str, np.ndarray[Any, np.dtype[np.float32]]]:
    """A hash of the ids and passages of a generation in their order, and its vectors."""
    generation = FileCatalog(index).open()
    rows = generation.rows()
    digest = hashlib.sha256(json.dumps([generation.store.ids(), list(rows)]).encode())
    for passage in generation.passages(rows):
        digest.update(passage.to_json().encode())
    return digest.hexdigest(), generation.vectors.of(rows)


def run(way: str, name: str, index: Path, corpus: Path) -> dict[str, Any]:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, way, name, str(index), str(corpus)]
    with tempfile.TemporaryDirectory(prefix="ray", dir="/tmp") as temporary:
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent), "RAY_TMPDIR": temporary}
        command = [*ALONE, *command] if way == "ray" else command
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return told


def main() -> None:
    """Measure, compare, and write the result."""
    if sys.argv[1:2] and sys.argv[1] in WAYS:
        way, name, index, corpus = sys.argv[1:]
        print(json.dumps(measure(way, name, Path(index), Path(corpus))))  # noqa: T201
        return
    documents, rounds = (int(given) for given in (*sys.argv[1:3], *("20000", "3")[len(sys.argv[1:3]) :]))
    name = sys.argv[3] if len(sys.argv) > 3 else "hash"
    load_average = os.getloadavg()[0]
    told: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    same = dict.fromkeys(WAYS[1:], True)
    furthest = dict.fromkeys(WAYS[1:], 0.0)
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        write_documents(corpus, documents)
        for number in range(rounds):
            for way in WAYS:
                told[way].append(run(way, name, Path(folder) / f"{way}{number}", corpus))
            digest, vectors = held(Path(folder) / f"one{number}")
            for way in WAYS[1:]:
                other, others = held(Path(folder) / f"{way}{number}")
                same[way] = same[way] and digest == other
                furthest[way] = max(furthest[way], float(np.abs(vectors - others).max()))
    result = {
        **machine(("numpy", "ray", "torch")),
        "load_average": round(load_average, 1),
        "documents": documents,
        "rounds": rounds,
        "passages": told["one"][0]["passages"],
        "killed": len(KILLED_AT),
        "seconds": {way: round(statistics.median(one["seconds"] for one in told[way]), 1) for way in WAYS},
        # Those of Ray's processes are not to be had.
        "processor_seconds": {
            way: round(statistics.median(one["processor"] for one in told[way]), 1) for way in WAYS[:2]
        },
        "start_seconds": {way: round(statistics.median(one["start"] for one in told[way]), 1) for way in WAYS},
        "by_one": {
            way: round(
                statistics.median(a["seconds"] / b["seconds"] for a, b in zip(told[way], told["one"], strict=True)), 3
            )
            for way in WAYS[1:]
        },
        "same_ids_and_passages": same,
        "furthest_of_vectors": furthest,
    }
    target = Path(__file__).parent / "results" / "workers.json"
    before = json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}
    target.write_text(json.dumps(before | {name: result}, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
