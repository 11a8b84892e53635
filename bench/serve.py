"""Answers over HTTP: `python bench/serve.py [SECONDS [INDEX]]` (60 if not given; the bundled corpus's own index).

Starts `ibid serve` as a process of its own and measures:
- `alone`: one client, warm: POST /v1/answers and the in-process answer to the same question in turn, so that whatever
  else the machine does weighs on both alike; and the processor time of each, which other work does not lengthen; the
  client is a bare socket, since what a library takes to send and read is not the server's doing;
  a question that was asked before has a number behind it, without which it would be answered by what was said;
- `crowd`: 32 clients at once for SECONDS, each asking again as soon as it is answered, never the same twice;
- `again`: the same for a sixth of that with questions that all were asked before, whose answers are kept;
- `excess`: the same for a sixth of that against a server that lets 4 wait and one client ask 600 times a minute.
Writes bench/results/serve.json.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent))
import httpx

from eval import GOLD, read_gold
from ibid.opening import open_answerer
from ibid.places import Places

CLIENTS = 32
ROUNDS = 3


def main() -> None:
    """Measure one after the other."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    index = sys.argv[2:3]
    places = Places.of(index=Path(index[0]) if index else None)
    questions = [q.question for q in read_gold(["dev"], GOLD) if not q.conversation and not q.corpus]
    told: dict[str, Any] = {"machine": {"cores": os.cpu_count(), "load_before": list(os.getloadavg())}}
    with served(places, "--rate", "0", "--queue", "64") as server:
        told["alone"] = alone(server, places, questions)
        told["crowd"] = crowd(server, questions, seconds)
        with Line(server.url) as line:
            for question in questions:
                line.post("/v1/answers", json.dumps({"question": question}).encode())
        told["again"] = crowd(server, questions, seconds / 6, numbered=False)
    with served(places, "--rate", "600", "--burst", "300", "--queue", "4", "--patience", "0.5") as server:
        told["excess"] = crowd(server, questions, seconds / 6)
    told["machine"]["load_after"] = list(os.getloadavg())
    target = Path(__file__).parent / "results" / "serve.json"
    target.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


class Server:
    """A process that serves."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        """Ask it at `url`."""
        self.url = url
        self.process = process.pid
        self._process = process

    def send_signal(self, number: int) -> None:
        """Send a signal to the process."""
        self._process.send_signal(number)

    @property
    def cpu_seconds(self) -> float:
        """The processor time that it has had."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def megabytes(self) -> float:
        """Its resident memory."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return round(int(found[1]) / 1024, 1) if found else 0.0


class Line:
    """One connection to a server, with nothing about it that HTTP does not need."""

    def __init__(self, url: str) -> None:
        """Connect to `url`."""
        address = urlsplit(url)
        self._host = address.netloc.encode()
        self._socket = socket.create_connection((address.hostname or "", address.port or 80), 30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def post(self, path: str, body: bytes) -> bytes:
        """The body of the response to JSON."""
        head = b"POST %b HTTP/1.1\r\nHost: %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        self._socket.sendall(head % (path.encode(), self._host, len(body)) + body)
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._receive()
        told, _, content = got.partition(b"\r\n\r\n")
        assert told.startswith(b"HTTP/1.1 200 "), told
        found = re.search(rb"(?i)\ncontent-length: (\d+)", told)
        assert found, told
        while len(content) < int(found[1]):
            content += self._receive()
        return content

    def _receive(self) -> bytes:
        piece = self._socket.recv(65536)
        assert piece, "the server has hung up"
        return piece


@contextmanager
def served(places: Places, *options: str) -> Iterator[Server]:
    """A server over the index, warm."""
    command = [sys.executable, "-m", "ibid", "serve", "--port", "0", "--drain", "0", "--index", str(places.index)]
    command += options
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent)
    assert process.stderr
    found = None
    while not found:
        line = process.stderr.readline()
        if not line:
            raise SystemExit("ibid serve ended before it served")
        found = re.search(r"Answering at (\S+);", line)
    # What it logs has to be read, or it would stop when the pipe is full.
    threading.Thread(target=process.stderr.read, daemon=True).start()
    try:
        yield Server(process, found[1])
    finally:
        process.terminate()
        process.wait(timeout=60)


def alone(server: Server, places: Places, questions: list[str]) -> dict[str, Any]:
    """Milliseconds of an answer over HTTP and in this process, question by question in turn."""
    answerer = open_answerer(places)
    over, inside, server_side = [], [], []
    cpu_inside = cpu_began = 0.0
    with Line(server.url) as line:
        for turn in range(ROUNDS + 1):
            warming = turn == 0
            if cpu_began == 0.0 and not warming:
                cpu_began = server.cpu_seconds
            for question in (f"{question} {turn}" for question in questions):
                started = time.perf_counter()
                told = line.post("/v1/answers", json.dumps({"question": question}).encode())
                answered, cpu_answered = time.perf_counter(), time.process_time()
                answerer.ask(question)
                finished, cpu_finished = time.perf_counter(), time.process_time()
                if not warming:
                    over.append(1000 * (answered - started))
                    inside.append(1000 * (finished - answered))
                    cpu_inside += cpu_finished - cpu_answered
                    server_side.append(json.loads(told)["timings_ms"]["total"])
    cpu_over = server.cpu_seconds - cpu_began
    medians = [statistics.median(times) for times in (over, inside, server_side)]
    return {
        "answers": len(over),
        "http_p50_ms": round(medians[0], 2),
        "in_process_p50_ms": round(medians[1], 2),
        "answerer_within_server_p50_ms": round(medians[2], 2),
        "ratio": round(medians[0] / medians[1], 3),
        "http_cpu_ms": round(1000 * cpu_over / len(over), 2),
        "in_process_cpu_ms": round(1000 * cpu_inside / len(over), 2),
        "cpu_ratio": round(cpu_over / cpu_inside, 3),
        "added_p50_ms": round(statistics.median(o - s for o, s in zip(over, server_side, strict=True)), 2),
    }


def crowd(server: Server, questions: list[str], seconds: float, numbered: bool = True) -> dict[str, Any]:
    """Many clients at once; one that is turned away comes back when it is told to.

    Where they are `numbered`, no question is asked twice.
    """
    numbers = itertools.count(ROUNDS + 1)
    statuses: Counter[str] = Counter()
    latencies: dict[str, list[float]] = {}
    without_hint = 0
    lock = threading.Lock()
    stop = time.monotonic() + seconds

    def ask(number: int) -> None:
        nonlocal without_hint
        with httpx.Client(base_url=server.url, timeout=60) as client:
            turn = number * 7
            while time.monotonic() < stop:
                turn += 1
                question = questions[turn % len(questions)]
                if numbered:
                    question = f"{question} {next(numbers)}"
                started = time.perf_counter()
                try:
                    response = client.post("/v1/answers", json={"question": question})
                    status = str(response.status_code)
                except httpx.HTTPError as error:
                    status = type(error).__name__
                took = time.perf_counter() - started
                wait = 0.0
                with lock:
                    statuses[status] += 1
                    latencies.setdefault(status, []).append(took)
                    if status in ("429", "503"):
                        without_hint += "retry-after" not in response.headers
                        wait = float(response.headers.get("retry-after", 0))
                time.sleep(min(wait, 1.0))

    clients = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
    memory = [server.megabytes]
    for client in clients:
        client.start()
    for _ in range(6):
        time.sleep(seconds / 6)
        memory.append(server.megabytes)
    for client in clients:
        client.join()
    return {
        "clients": CLIENTS,
        "seconds": seconds,
        "statuses": dict(statuses),
        "errors": sum(count for status, count in statuses.items() if status not in ("200", "429", "503")),
        "refused_without_retry_after": without_hint,
        "answers_a_second": round(statuses["200"] / seconds, 1),
        "seconds_by_status": {status: _spread(took) for status, took in latencies.items()},
        "memory_mb": memory,
    }


def _spread(took: list[float]) -> dict[str, float]:
    ordered = sorted(took)
    at = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    spread = {name: round(ordered[min(len(ordered) - 1, int(len(ordered) * part))], 4) for name, part in at.items()}
    return spread | {"max": round(ordered[-1], 4)}


if __name__ == "__main__":
    main()
