"""Hostile files, an index each beside two honest ones: `python -m bench.hostile [NAME|KIND ...]`.

Each is written by code (bench/bombs.py) into a folder of its own, which is indexed in a process of its own as `ibid
index` does, but for the encoder, which counts words.  Told is whether the two others are indexed, whether anything that
lies outside or is hidden got in, and how many seconds of the processor and MiB it took at most: those of the process
that reads, and what the one that indexes took more than before.  Writes bench/results/hostile.json; where some are
named, the others stay there as they were measured.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import Any

from bench.bombs import ALL, ORDER, SECRET
from bench.machine import machine
from bench.update import HashEncoder
from ingest import FileCatalog, IngestError, Loader, update

MOST_SECONDS, MOST_MIB = 20, 500
_PATIENCE = 1_200  # seconds on the wall, on a machine that others use
_UNWANTED = (SECRET, ORDER, "root:x:0:0")
_TARGET = Path(__file__).parent / "results" / "hostile.json"
_HONEST = "# Honest {0}\n\nBetamab of kind {0} is given once a week.\n"


def measure(write: Callable[[Path], None], folder: Path) -> dict[str, Any]:
    """Index what `write` writes into `folder`, beside two honest files; what came of it."""
    corpus, index = folder / "corpus", folder / "index"
    corpus.mkdir(parents=True)
    for number in (1, 2):
        (corpus / f"honest{number}.md").write_text(_HONEST.format(number))
    write(corpus)
    began, before = _processor(), _status(os.getpid(), "VmRSS")
    _forget_peak()
    stop, found = Event(), [0.0]
    watching = Thread(target=_watch, args=(stop, found))
    watching.start()
    why = ""
    try:
        left_out = update(FileCatalog(index), corpus, HashEncoder(), loader=Loader()).built.plan.left_out
        why = "; ".join(left.why for left in left_out[:3])
    except IngestError as error:
        why = f"{type(error).__name__}: {error}"
    finally:
        stop.set()
        watching.join()
    texts: list[str] = []
    if (index / "CURRENT").exists():
        generation = FileCatalog(index).open()
        texts = [document.text for document in generation.documents(generation.document_ids()).values()]
    return {
        "rest": sum("Betamab of kind" in text for text in texts) == 2,
        "let_in": any(unwanted in text for text in texts for unwanted in _UNWANTED),
        "seconds": round(_processor() - began, 1),
        "mib": round(found[0] + max(0.0, _status(os.getpid(), "VmHWM") - before)),
        "documents": len(texts),
        "why": why,
    }


def apart(write: Callable[[Path], None], patience: float = _PATIENCE) -> dict[str, Any]:
    """The same in a process of its own, which is killed after so many seconds."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        child = os.fork()
        if not child:
            try:
                told.write_text(json.dumps(measure(write, Path(folder))))
            finally:
                os._exit(0)
        until = time.monotonic() + patience
        while not os.waitpid(child, os.WNOHANG)[0]:
            if time.monotonic() > until:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                break
            time.sleep(0.02)
        if told.exists():
            result: dict[str, Any] = json.loads(told.read_text().replace(folder, ""))
            return result
        return {"rest": False, "let_in": False, "seconds": patience, "mib": 0, "documents": 0, "why": "it never ended"}


def ends_well(told: dict[str, Any]) -> bool:
    """Whether the rest was indexed, nothing let in, and no more taken than is allowed."""
    within = told["seconds"] <= MOST_SECONDS and told["mib"] <= MOST_MIB
    return bool(told["rest"] and not told["let_in"] and within)


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _status(process: int, what: str) -> float:
    """MiB of memory of a process, now (VmRSS) or at most (VmHWM)."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(what)), 0.0)


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _watch(stop: Event, found: list[float]) -> None:
    """Keep in `found` what the processes that this one has started have taken at most together."""
    tasks = Path("/proc/self/task")
    while not stop.wait(0.02):
        numbers: set[str] = set()
        for task in tasks.iterdir():
            try:
                numbers |= set((task / "children").read_text().split())
            except OSError:
                continue
        found[0] = max(found[0], sum(_status(int(number), "VmHWM") for number in numbers))


def main(names: Sequence[str]) -> None:
    """Measure those of some names or kinds, or all; print, and write the result, with what was measured before."""
    told: dict[str, dict[str, Any]] = {}
    if names and _TARGET.exists():
        told = json.loads(_TARGET.read_text(encoding="utf-8"))["told"]
    for name, write in ALL.items():
        if not names or name in names or name.partition("/")[0] in names:
            told[name] = one = apart(write)
            one["ends_well"] = ends_well(one)
            print(f"{'' if one['ends_well'] else 'NOT '}{name}: {json.dumps(one)}"[:300], flush=True)  # noqa: T201
            _TARGET.write_text(json.dumps(_result(told), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(_result(told) | {"told": len(told)}, indent=1))  # noqa: T201


def _result(told: dict[str, dict[str, Any]]) -> dict[str, Any]:
    slowest, largest = (max(told, key=lambda name: told[name][what]) for what in ("seconds", "mib"))
    return {
        **machine(("lxml", "pdfminer.six")),
        "load_average": round(os.getloadavg()[0], 1),
        "files": len(told),
        **{what: sum(one[what] for one in told.values()) for what in ("ends_well", "rest", "let_in")},
        "seconds_most": [slowest, told[slowest]["seconds"]],
        "mib_most": [largest, told[largest]["mib"]],
        "told": dict(sorted(told.items())),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
