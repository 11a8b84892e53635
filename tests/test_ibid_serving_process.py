"""`ibid serve` as a process: how it begins, what it demands, and how it ends."""

from __future__ import annotations

import logging
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from conftest import Ibid
from processes import started

pytest.importorskip("fastapi", reason="there is no fastapi; install it with: pip install 'ibid[serve]'")

from live import SLOW

from ibid import serving
from ibid.listening import bind

pytestmark = pytest.mark.server

# The command's own way of running, over leaflets and an encoder that waits.
SLOW_SERVER = """
import sys, threading, time
from pathlib import Path
from live import live
from ibid import serving
from ibid.listening import bind

with live(Path(sys.argv[1])) as server:
    wait = server.encoder.go.wait
    server.encoder.go.wait = lambda _: time.sleep(1.5) or True
    serving.run(server.app, bind("127.0.0.1", 0))
"""


def test_sigterm_lets_an_answer_be_given_to_its_end(tmp_path: Path) -> None:
    with started("-c", SLOW_SERVER, str(tmp_path)) as (process, url), ThreadPoolExecutor(1) as client:
        asked = client.submit(httpx.post, f"{url}/v1/answers", json={"question": SLOW}, timeout=30)
        for _ in range(500):
            if "ibid_questions_working 1.0" in httpx.get(f"{url}/metrics").text:
                break
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1])), timeout=1).close()
            except OSError:
                break
            time.sleep(0.01)
        assert not asked.done(), "it was to be in flight when the server stopped listening"
        assert asked.result().status_code == 200
        assert asked.result().json()["question"] == SLOW
        assert process.wait(timeout=20) == 0


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_server_that_has_ended_leaves_no_log_behind(
    ibid: Ibid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_taken: bool
) -> None:
    class Pool:
        def close(self) -> None:
            assert logging.getLogger("ibid.http").handlers

    monkeypatch.setattr(serving, "open_pool", lambda *_: Pool())
    monkeypatch.setattr("ibid.http.app.make_app", lambda *_: None)
    monkeypatch.setattr(serving, "run", lambda *_: None)
    log = logging.getLogger("ibid.http")
    before = (list(log.handlers), log.level, log.propagate)
    with bind("127.0.0.1", 0) as bound:
        bound.listen()
        port = bound.getsockname()[1] if is_taken else 0
        assert ibid("serve", "--port", port, "--index", tmp_path).code == int(is_taken)
    assert (log.handlers, log.level, log.propagate) == before


def test_who_asks_as_soon_as_the_address_is_told_is_not_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Server:
        def run(self, sockets: list[socket.socket]) -> None:
            assert "Answering at" in capsys.readouterr().err
            socket.create_connection(sockets[0].getsockname(), timeout=1).close()

    monkeypatch.setattr(serving, "server_of", lambda *_: Server())
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with bind("127.0.0.1", 0) as bound:
        serving.run(lambda *_: None, bound)


def test_a_sigterm_that_comes_before_it_serves_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    class Server:
        should_exit = False

        def run(self, sockets: list[socket.socket]) -> None:
            assert sockets
            signal.raise_signal(signal.SIGTERM)

    server, before = Server(), signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(serving, "server_of", lambda *_: server)
    try:
        with bind("127.0.0.1", 0) as bound:
            serving.run(lambda *_: None, bound)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert server.should_exit


@pytest.mark.model
def test_the_command_answers_and_ends(index: Path) -> None:
    with started("-m", "ibid", "serve", "--port", "0", "--drain", "0.1", "--index", str(index)) as (process, url):
        assert httpx.get(f"{url}/readyz").json()["status"] == "ok"
        record = httpx.post(f"{url}/v1/answers", json={"question": "What is octreotide?"}, timeout=30).json()
        assert record["status"] == "answered" and record["citations"]
        assert httpx.get(f"{url}/healthz", headers={"Host": "evil.example"}).status_code == 421
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        assert process.stderr and "octreotide" not in process.stderr.read()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_off_this_machine_a_key_is_demanded(ibid: Ibid, host: str) -> None:
    ran = ibid("serve", "--host", host)
    assert ran.code == 2
    assert "--api-key-file" in ran.complaint and "--insecure" in ran.complaint


@pytest.mark.parametrize(("keys", "what"), [("", "no key"), ("# none\n\n", "no key"), ("short\n", "16 characters")])
def test_a_key_file_without_a_good_key_is_refused(ibid: Ibid, tmp_path: Path, keys: str, what: str) -> None:
    file = tmp_path / "keys"
    file.write_text(keys)
    ran = ibid("serve", "--host", "0.0.0.0", "--api-key-file", file)
    assert (ran.code, what in ran.complaint, "openssl rand" in ran.complaint) == (2, True, True)


@pytest.mark.parametrize(
    ("addresses", "what"),
    [("*", "'*' is none"), ("0.0.0.0/0", "whoever connects"), ("10.0.0.5,::/0", "whoever connects"), ("proxy", "none")],
)
def test_a_proxy_is_named_by_its_address_and_not_everyone_is_one(ibid: Ibid, addresses: str, what: str) -> None:
    ran = ibid("serve", "--trust-proxy", addresses)
    assert ran.code == 2 and what in ran.complaint


def test_a_key_file_that_is_not_there_is_told(ibid: Ibid, tmp_path: Path) -> None:
    ran = ibid("serve", "--api-key-file", tmp_path / "keys")
    assert (ran.code, str(tmp_path / "keys") in ran.complaint, "openssl rand" in ran.complaint) == (2, True, True)


def test_a_port_that_is_taken_is_told(ibid: Ibid, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = ibid("serve", "--port", taken.getsockname()[1], "--index", tmp_path)
    assert ran.code == 1 and "--port" in ran.complaint
