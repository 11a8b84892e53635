"""Clients that hold connections, and honest ones beside them; and streams that are cut off at any point."""

from __future__ import annotations

import json
import random
import socket
import statistics
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

HEAD = b"POST /v1/answers HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
_BODY = HEAD + b"Content-Length: 5000\r\n\r\n"
_READ = 20 * b"GET /style.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
# What each sends at once, and then again and again: a slow head, a slow body, one that is refused, and half-open ones;
# and one that asks and does not read.
KINDS = ((HEAD + b"X-Slow: ", b"x"), (_BODY, b"x"), (HEAD + b"Content-Length: 9000000\r\n\r\n", b"x"), (b"", b""))
DEAF = (_READ, b"")


class Slow:
    """Connections that are held for as long as the server lets them be, each opened again where it does not."""

    def __init__(self, url: str, count: int, pause: float = 0.5) -> None:
        """Hold `count`, of all kinds, and send a little on each every `pause` seconds."""
        address = urlsplit(url)
        self._where = (address.hostname or "", address.port or 80)
        self._kinds = [(*KINDS, DEAF)[number % (len(KINDS) + 1)] for number in range(count)]
        self._pause = pause
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._hold)
        self.opened = 0

    def __enter__(self) -> Slow:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()

    def _open(self, kind: tuple[bytes, bytes]) -> socket.socket:
        held = socket.socket()
        held.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        held.settimeout(5)
        held.connect(self._where)
        held.sendall(kind[0])
        held.setblocking(False)
        self.opened += 1
        return held

    def _hold(self) -> None:
        with ExitStack() as stack:
            held = {}
            while not self._ends.is_set():
                for number, kind in enumerate(self._kinds):
                    try:
                        if number not in held:
                            held[number] = stack.enter_context(self._open(kind))
                        held[number].send(kind[1])
                        if kind is not DEAF and held[number].recv(1 << 16) == b"":
                            raise ConnectionError
                    except BlockingIOError:
                        continue
                    except OSError:
                        if number in held:
                            held.pop(number).close()
                self._ends.wait(self._pause)


def ask_beside(
    url: str, questions: Sequence[str], clients: int, slow: int, seconds: float, rounds: int
) -> dict[str, Any]:
    """p95 of honest clients alone and beside slow ones, in turn, `rounds` times of `seconds` each.

    The questions are asked once before: then what is measured is the server, and not how fast it finds answers.
    """
    with httpx.Client(base_url=url, timeout=300) as client:
        for question in questions:
            client.post("/v1/answers", json={"question": question}).raise_for_status()
    alone: list[float] = []
    beside: list[float] = []
    opened = 0
    for _ in range(rounds):
        alone += _ask(url, questions, clients, seconds)
        with Slow(url, slow) as held:
            time.sleep(1)
            beside += _ask(url, questions, clients, seconds)
            opened += held.opened
    p95 = [statistics.quantiles(took, n=20)[18] for took in (alone, beside)]
    return {
        "honest_clients": clients,
        "slow_clients": slow,
        "slow_connections_opened": opened,
        "answers": [len(alone), len(beside)],
        "p95_s": [round(one, 3) for one in p95],
        "ratio": round(p95[1] / p95[0], 2),
    }


def _ask(url: str, questions: Sequence[str], clients: int, seconds: float) -> list[float]:
    stop = time.monotonic() + seconds
    took: list[float] = []

    def ask(number: int) -> None:
        rest = random.Random(number)
        with httpx.Client(base_url=url, timeout=300) as client:
            while time.monotonic() < stop:
                asked = {"question": rest.choice(questions)}
                started = time.monotonic()
                if client.post("/v1/answers", json=asked).status_code == 200:
                    took.append(time.monotonic() - started)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def cut_streams(url: str, questions: Sequence[str], times: int, seed: int = 7) -> None:
    """Ask for a stream so often, and hang up after a random number of bytes; one in ten was never asked before."""
    chance = random.Random(seed)
    address = urlsplit(url)
    for number in range(times):
        question = chance.choice(questions)
        asked = json.dumps({"question": question if number % 10 else f"{question} {number}"}).encode()
        with socket.create_connection((address.hostname or "", address.port or 80), 30) as held:
            head = HEAD + b"Accept: text/event-stream\r\nConnection: close\r\n"
            held.sendall(head + b"Content-Length: %d\r\n\r\n" % len(asked) + asked)
            left = int(2 ** chance.uniform(0, 14))
            while left > 0 and (piece := held.recv(left)):
                left -= len(piece)
            if number % 2:
                # By RST, and not in peace.
                held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def held_by(process: int) -> dict[str, int]:
    """The threads, the descriptors and the resident memory, in MB, of a process."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    fields = dict(line.split(":", 1) for line in status.splitlines())
    return {
        "threads": int(fields["Threads"]),
        "descriptors": len(list(Path(f"/proc/{process}/fd").iterdir())),
        "memory_mb": int(fields["VmRSS"].split()[0]) // 1024,
    }
