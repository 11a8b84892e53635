"""Several servers beside one: `python -m bench.replicas [SECONDS [INDEX]]` (15 if not given; of the bundled corpus).

Answers a second over loopback, each server being `ibid serve` with one thread that answers.  Four clients for each ask
again as soon as they are answered, never the same twice, and always the server that has the fewest questions, as a load
balancer does.  One and all are asked in turn, three times, so that what else the machine does weighs on both.
- `measured`: one server on a core of its own, then two on two; the clients share these cores, and what they take is
  told.
- `simulated`: four servers on one core, let run in turn for 25 ms while the others are stopped (SIGSTOP), so that each
  has a quarter of that core, as four have four cores of a machine four times as slow; and one of them asked alone,
  which has its quarter and no more.  The clients have the other core.  What four cores share, as the caches and the way
  to the memory, is not in it.
`answers_a_core_second` are for each second of processor time that the servers had, which other work does not take from
them.  What is told of one beside all is the median of the three.  Writes bench/results/replicas.json.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.machine import machine
from bench.serve import Line, Server, served
from eval import GOLD, read_gold
from ibid.places import Places

CLIENTS = 4
ROUNDS = 3
SLICE_SECONDS = 0.025
SIMULATED = 4
GOAL = 3.5


def main() -> None:
    """Measure, and write the result."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 15.0
    places = Places.of(index=Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    questions = [q.question for q in read_gold(["dev"], GOLD) if not q.conversation and not q.corpus]
    told: dict[str, Any] = machine(["onnxruntime", "uvicorn"]) | {"load_before": os.getloadavg()[0], "seconds": seconds}
    cores = sorted(os.sched_getaffinity(0))
    asking = Asking(questions)
    with replicas(places, cores[:2]) as servers:
        told["measured"] = compare(servers, asking, seconds)
    with replicas(places, [cores[0]] * SIMULATED) as servers, pinned(cores[-1]), in_turn(servers):
        told["simulated"] = compare(servers, asking, seconds)
    told |= {"load_after": os.getloadavg()[0], "goal": GOAL}
    target = Path(__file__).parent / "results" / "replicas.json"
    target.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


@contextmanager
def pinned(core: int) -> Iterator[None]:
    """This thread, and what it starts, on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def replicas(places: Places, cores: Sequence[int]) -> Iterator[list[Server]]:
    """A server on each of `cores`."""
    options = ("--workers", "1", "--rate", "0", "--patience", "60")
    with ExitStack() as stack:
        servers = []
        for core in cores:
            with pinned(core):
                servers.append(stack.enter_context(served(places, *options)))
        yield servers


@contextmanager
def in_turn(servers: Sequence[Server]) -> Iterator[None]:
    """Let one run at a time, each for as long."""
    stop = threading.Event()

    def rule() -> None:
        for server in itertools.cycle(servers):
            server.send_signal(signal.SIGCONT)
            ended = stop.wait(SLICE_SECONDS)
            if ended:
                return
            server.send_signal(signal.SIGSTOP)

    for server in servers:
        server.send_signal(signal.SIGSTOP)
    ruling = threading.Thread(target=rule)
    ruling.start()
    try:
        yield
    finally:
        stop.set()
        ruling.join()
        for server in servers:
            server.send_signal(signal.SIGCONT)


@dataclass(frozen=True, slots=True)
class Round:
    """What some servers answered: how many in how many seconds, and the processor time of servers and clients."""

    servers: int
    answers: int
    seconds: float
    server_cpu: float
    client_cpu: float

    @property
    def a_second(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds

    @property
    def a_core_second(self) -> float:
        """Answers for each second of the servers' processor time."""
        return self.answers / self.server_cpu


class Asking:
    """Clients that never ask the same twice."""

    def __init__(self, questions: Sequence[str]) -> None:
        """Ask these, each with a number behind it."""
        self._asked = (f"{question} {turn}" for turn in itertools.count() for question in questions)
        self._lock = threading.Lock()

    def round(self, servers: Sequence[Server], seconds: float) -> Round:
        """Ask `servers` for so long."""
        answers, busy = 0, [0] * len(servers)
        started = time.monotonic()

        def ask() -> None:
            nonlocal answers
            with ExitStack() as stack:
                lines = [stack.enter_context(Line(server.url)) for server in servers]
                while time.monotonic() < started + seconds:
                    with self._lock:
                        question = next(self._asked)
                        chosen = busy.index(min(busy))
                        busy[chosen] += 1
                    lines[chosen].post("/v1/answers", json.dumps({"question": question}).encode())
                    with self._lock:
                        busy[chosen] -= 1
                        answers += 1

        cpu, own = sum(server.cpu_seconds for server in servers), time.process_time()
        with ThreadPoolExecutor(CLIENTS * len(servers)) as threads:
            clients = [threads.submit(ask) for _ in range(CLIENTS * len(servers))]
        for client in clients:
            client.result()
        # Until the last of them is answered.
        took = time.monotonic() - started
        cpu = sum(server.cpu_seconds for server in servers) - cpu
        return Round(len(servers), answers, took, cpu, time.process_time() - own)


def compare(servers: Sequence[Server], asking: Asking, seconds: float) -> dict[str, Any]:
    """One of `servers` beside all of them."""
    asking.round(servers, seconds / 3)
    pairs = [(asking.round(servers[:1], seconds), asking.round(servers, seconds)) for _ in range(ROUNDS)]
    ones, alls = zip(*pairs, strict=True)
    return {
        "one": _told(ones),
        "all": _told(alls),
        "times": round(statistics.median(every.a_second / one.a_second for one, every in pairs), 2),
        "times_by_core_second": round(
            statistics.median(every.a_core_second * every.servers / one.a_core_second for one, every in pairs), 2
        ),
    }


def _told(rounds: Sequence[Round]) -> dict[str, Any]:
    return {
        "servers": rounds[0].servers,
        "answers_a_second": [round(each.a_second, 1) for each in rounds],
        "answers_a_core_second": [round(each.a_core_second, 1) for each in rounds],
        "share_of_a_core_each": [round(each.server_cpu / each.seconds / each.servers, 2) for each in rounds],
        "client_cpu_ms_an_answer": [round(1000 * each.client_cpu / each.answers, 2) for each in rounds],
    }


if __name__ == "__main__":
    main()
