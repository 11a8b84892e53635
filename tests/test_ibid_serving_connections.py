"""Clients that open connections and do not ask, or do not read: each is let go, and the others are answered."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="there is no fastapi; install it with: pip install 'ibid[serve]'")

from leaflets import DRAWBACKS
from live import Live, live

from ibid.http import connections
from ibid.page import page_routes

pytestmark = pytest.mark.server

HEAD = b"POST /v1/answers HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Live]:
    with live(tmp_path, page=page_routes()) as running:
        yield running


@contextmanager
def connected(server: Live, sent: bytes = b"") -> Iterator[socket.socket]:
    url = server.client.base_url
    with socket.create_connection((url.host, url.port or 80), 10) as held:
        held.sendall(sent)
        yield held


def is_let_go(held: socket.socket) -> bool:
    """Whether the server closes a connection within some seconds."""
    held.settimeout(20)
    try:
        while held.recv(1000):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize("sent", [b"", b"P", HEAD, HEAD + b"X-Slow: "])
def test_who_does_not_ask_is_let_go(server: Live, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.2)
    with connected(server, sent) as held:
        assert is_let_go(held)


def test_a_head_that_drips_in_is_let_go_at_the_same_time(server: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.5)
    with connected(server, HEAD) as held, pytest.raises(ConnectionError):
        for _ in range(400):
            held.sendall(b"X: y\r\n")
            time.sleep(0.05)


def test_the_next_request_of_a_connection_may_not_drip_in_either(server: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    with connected(server, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") as held:
        assert held.recv(10_000).startswith(b"HTTP/1.1 200")
        monkeypatch.setattr(connections, "HEAD_SECONDS", 0.2)
        held.sendall(HEAD)
        assert is_let_go(held)


def test_whoever_asks_is_answered_beside_more_connections_than_there_is_room_for(
    server: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "most_connections", lambda: 8)
    with ExitStack() as stack:
        held = [stack.enter_context(connected(server, HEAD)) for _ in range(40)]
        assert server.ask(DRAWBACKS).status_code == 200
        assert all(map(is_let_go, held[:30]))
        assert server.ask(DRAWBACKS).status_code == 200


def test_who_does_not_read_is_let_go(server: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "READ_SECONDS", 0.2)
    request = b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with connected(server) as held, pytest.raises((ConnectionError, TimeoutError)):
        held.settimeout(2)
        for _ in range(5_000):
            held.sendall(request * 20)
    assert server.client.get("/healthz").status_code == 200


def test_the_body_of_what_was_refused_may_not_drip_in(server: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.5)
    with connected(server, HEAD + b"Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n") as held:
        assert held.recv(10_000).startswith(b"HTTP/1.1 413")
        held.sendall(b"x")
        assert is_let_go(held)


def test_a_little_that_is_not_read_is_let_go_too(server: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "READ_SECONDS", 0.2)
    lost = threading.Event()
    begin, end = connections.Connection.connection_made, connections.Connection.connection_lost

    def making(self: connections.Connection, transport: asyncio.Transport) -> None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        begin(self, transport)

    def losing(self: connections.Connection, error: Exception | None) -> None:
        end(self, error)
        lost.set()

    monkeypatch.setattr(connections.Connection, "connection_made", making)
    monkeypatch.setattr(connections.Connection, "connection_lost", losing)
    url = server.client.base_url
    with socket.socket() as held:
        # So little fits on its way that most of the response waits to be sent, and the server closes behind it.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        held.connect((url.host, url.port))
        held.sendall(b"GET /style.css HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert lost.wait(10)
