"""The proxy of deploy/Caddyfile, run on loopback before two servers that say what it wants to know of a replica."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

CADDY = str(Path(sys.executable).parent / "caddy")
# Longer than two of its questions at /readyz are apart.
NOTICED = 10.0

pytestmark = pytest.mark.server


class Replica:
    """Answers with its own name; /held only when it is let go."""

    def __init__(self, name: str) -> None:
        self.ready, self.held, self.let_go = True, threading.Event(), threading.Event()
        replica = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/held":
                    replica.held.set()
                    replica.let_go.wait(30)
                self.send_response(503 if self.path == "/readyz" and not replica.ready else 200)
                self.send_header("Content-Length", str(len(name)))
                self.end_headers()
                self.wfile.write(name.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.let_go.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def replicas() -> Iterator[list[Replica]]:
    both = [Replica("one"), Replica("two")]
    yield both
    for replica in both:
        replica.stop()


@pytest.fixture
def port(root: Path, tmp_path: Path, replicas: list[Replica]) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    told = {
        "IBID_SITE": f"http://127.0.0.1:{port}",
        "IBID_REPLICAS": " ".join(replica.address for replica in replicas),
        "XDG_DATA_HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    adapted = subprocess.run(
        [CADDY, "adapt", "--config", str(root / "deploy" / "Caddyfile")],
        env=os.environ | told,
        capture_output=True,
        check=True,
    )
    config: dict[str, Any] = json.loads(adapted.stdout)
    # As it stands in deploy/ but for this: it would listen on every address.
    (server,) = config["apps"]["http"]["servers"].values()
    server["listen"] = [f"127.0.0.1:{port}"]
    written = tmp_path / "caddy.json"
    written.write_text(json.dumps(config))
    with (tmp_path / "log").open("w") as log:
        caddy = subprocess.Popen([CADDY, "run", "--config", str(written)], env=os.environ | told, stderr=log)
    try:
        _until(lambda: _listens(port))
        yield port
    finally:
        caddy.terminate()
        caddy.wait(10)


def test_a_request_goes_to_the_replica_that_answers_the_fewest(replicas: list[Replica], port: int) -> None:
    holding = threading.Thread(target=_ask, args=(port, "/held"))
    holding.start()
    _until(lambda: any(replica.held.is_set() for replica in replicas))
    other = "two" if replicas[0].held.is_set() else "one"
    assert [_ask(port) for _ in range(4)] == [(200, other)] * 4
    for replica in replicas:
        replica.let_go.set()
    holding.join(10)


def test_a_replica_that_drains_is_asked_no_more_and_no_question_is_lost(replicas: list[Replica], port: int) -> None:
    replicas[0].ready = False
    answers = []

    def is_left_out() -> bool:
        answers.extend(_ask(port) for _ in range(4))
        return answers[-4:] == [(200, "two")] * 4

    _until(is_left_out)
    replicas[0].stop()
    answers.extend(_ask(port) for _ in range(4))
    assert {status for status, _ in answers} == {200}


def test_a_replica_that_died_unannounced_costs_no_question(replicas: list[Replica], port: int) -> None:
    replicas[1].stop()
    assert [_ask(port) for _ in range(6)] == [(200, "one")] * 6


def _ask(port: int, path: str = "/") -> tuple[int, str]:
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=40)
    try:
        asking.request("GET", path)
        response = asking.getresponse()
        return response.status, response.read().decode()
    finally:
        asking.close()


def _listens(port: int) -> bool:
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) == 0


def _until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + NOTICED
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)
