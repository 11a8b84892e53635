"""The processes of the systems, started and listened to by one that stays small.

What a process uses at most is never less than what the one has that starts it.
"""

from __future__ import annotations

import json
import os
import platform
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LIMIT = 60.0
# Threads that spin while they wait make a busy machine ten times slower.
PINNED = {"OMP_NUM_THREADS": "2", "OMP_WAIT_POLICY": "passive", "TOKENIZERS_PARALLELISM": "false"}
QUIET = {"HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False", "HAYSTACK_TELEMETRY_ENABLED": "False"}


class Stopped(Exception):
    """A process ended in an error, or said nothing for too long and was ended; the message says which."""


class Systems:
    """The systems, each with the Python that it runs in."""

    def __init__(self, made: Path, pythons: Mapping[str, Path], left_out: dict[str, str]) -> None:
        """`made` is what `prepare` makes; `left_out` is told what could not be measured, and why."""
        self.made = made
        self.pythons = pythons
        self._left_out = left_out
        self._has: dict[str, list[str]] = {}

    def build(self, name: str, data: Sequence[str]) -> None:
        """Have it write its index of each."""
        if all((self.made / one / name).exists() for one in data):
            self._has[name] = list(data)
            return
        self._has[name] = []
        try:
            with self._started(name, "build", data) as process:
                self._has[name].extend(told["data"] for told in _told(process))
        except Stopped as error:
            self._left_out[name] = f"to write {data[len(self._has[name])]}: {error}"

    def ask(self, name: str, skipping: str | None = None) -> dict[str, Any]:
        """What a process of it tells when it is asked; what it does not come to is not asked again."""
        found: dict[str, Any] = {}
        data = [one for one in self._has[name] if one != skipping]
        if not data:
            return found
        asked = ["corpus"]
        started = time.perf_counter()
        try:
            with self._started(name, "ask", data) as process:
                for told in _told(process):
                    if "memory_mib" in told:
                        found |= {"cold_seconds": time.perf_counter() - started, "cold_mib": told["memory_mib"]}
                    elif "passages_a_second" in told:
                        found |= told
                    elif "data" in told:
                        asked.append(told["data"])
                        _grow(found, told)
                    else:
                        found |= _spread(told["ms"]) | {"agreeing": self._agreeing(name, told["firsts"])}
                        found |= _pieces("pieces_ms", told)
        except Stopped as error:
            self._left_out[name] = f"to open and ask {data[len(asked)] if len(asked) < len(data) else data[0]}: {error}"
            self._has[name] = asked
        return found

    def versions(self, name: str, distributions: Sequence[str]) -> dict[str, str]:
        """Of those distributions that are there."""
        with self._started(name, "versions", distributions) as process:
            (told,) = _told(process)
        return told

    @contextmanager
    def served(self, name: str) -> Iterator[str]:
        """The address of a server of it."""
        with self._serving() if name == "ours" else self._start(name, "serve", ["corpus"]) as process:
            said = process.stderr or process.stdout or ()
            found = (re.search(r"http://[0-9.:]+", line) for line in said)
            url = next((match[0] for match in found if match), None)
            # What it logs has to be read, or it would stop when the pipe is full.
            reader = threading.Thread(target=lambda: [*said])
            reader.start()
            try:
                if url is None:
                    raise Stopped(f"{name} ended before it served")
                yield url
            finally:
                process.terminate()
                reader.join(LIMIT)
                process.kill()
                reader.join()

    def _agreeing(self, name: str, firsts: list[int]) -> float:
        """The part of the questions for which it found the same passage first as a product of matrices does."""
        file = self.made / "firsts.json"
        if name == "floor":
            file.write_text(json.dumps(firsts), encoding="utf-8")
        exact = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
        return sum(map(int.__eq__, firsts, exact)) / len(firsts)

    def _serving(self) -> subprocess.Popen[str]:
        # As bench.serve does, which loads what this process has to stay without.
        command = [sys.executable, "-m", "ibid", "serve", "--port", "0", "--rate", "0", "--patience", "60"]
        command += ["--index", str(self.made / "corpus" / "ours")]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=_environment())

    @contextmanager
    def _started(self, name: str, part: str, data: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
        with self._start(name, part, data) as process:
            try:
                yield process
            finally:
                process.kill()

    def _start(self, name: str, part: str, data: Sequence[str]) -> subprocess.Popen[str]:
        stage = str(Path(__file__).with_name("stage.py"))
        command = [str(self.pythons[name]), stage, name, part, str(self.made), *data]
        with (self.made / f"{name}.log").open("w") as log:
            return subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, text=True, env=_environment(name in ("ours", "floor"))
            )


def crowded(url: str, path: str, seconds: float, questions: Path, *how: str) -> dict[str, float]:
    """What a crowd of clients finds; `how`: see `bench.peers.crowd`."""
    command = [sys.executable, "-m", "bench.peers.crowd", url, path, str(seconds), str(questions), *how]
    found: dict[str, float] = json.loads(subprocess.check_output(command, cwd=ROOT, text=True))
    return found


def processor() -> str:
    """What the machine calls it."""
    told = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", told.read_text(encoding="utf-8")) if told.exists() else None
    return found[1] if found else platform.processor()


def _environment(ours: bool = True) -> dict[str, str]:
    # A small product of matrices in two threads waits for the second longer than it takes.
    own = {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"} if ours else {}
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | PINNED | QUIET | own


def _told(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    """Each line of it; Stopped where it fails, or says nothing for LIMIT seconds."""
    assert process.stdout
    while True:
        limit = threading.Timer(LIMIT, process.kill)
        limit.start()
        line = process.stdout.readline()
        limit.cancel()
        if not line:
            break
        yield json.loads(line)
    if process.wait() == -signal.SIGKILL:
        raise Stopped(f"longer than {LIMIT:.0f} s")
    if process.returncode:
        raise Stopped(f"ended with {process.returncode}")


def _spread(times: list[float]) -> dict[str, float]:
    return {"p50_ms": statistics.median(times), "p95_ms": statistics.quantiles(times, n=20)[-1]}


def _grow(found: dict[str, Any], told: dict[str, Any]) -> None:
    size = told["data"]
    found.setdefault("growth_ms", {})[size] = statistics.median(told["ms"])
    found.setdefault("open_seconds", {})[size] = told["open_seconds"]
    found |= {name: found.get(name, {}) | {size: of} for name, of in _pieces("growth_pieces_ms", told).items()}


def _pieces(name: str, told: dict[str, Any]) -> dict[str, dict[str, float]]:
    """The medians of the parts under that name; nothing where there are none."""
    return (
        {name: {part: statistics.median(times) for part, times in told["pieces"].items()}} if "pieces" in told else {}
    )
