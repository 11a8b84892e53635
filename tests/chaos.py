"""A proxy between a replica and its store that fails, is slow and lies."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

_ASKED = ("host", "authorization", "range", "if-none-match", "x-amz-date", "x-amz-content-sha256")
_TOLD = ("content-type", "content-range", "last-modified", "etag", "accept-ranges")
Misdeed = Callable[[BaseHTTPRequestHandler, httpx.Response], None]


def honest(request: BaseHTTPRequestHandler, answer: httpx.Response, body: bytes | None = None) -> None:
    """Hand on what the store has said, or another body."""
    content = answer.content if body is None else body
    _head(request, answer, len(answer.content))
    request.wfile.write(content)


def wrong(request: BaseHTTPRequestHandler, answer: httpx.Response) -> None:
    """Another byte in the middle of every file."""
    content = bytearray(answer.content)
    if content and answer.is_success:
        content[len(content) // 2] ^= 1
    honest(request, answer, bytes(content))


def truncated(request: BaseHTTPRequestHandler, answer: httpx.Response) -> None:
    """The line breaks in the middle of every answer."""
    honest(request, answer, answer.content[: len(answer.content) // 2])
    request.close_connection = True


def endless(request: BaseHTTPRequestHandler, answer: httpx.Response) -> None:
    """A body that does not end."""
    _head(request, answer, None)
    for _ in range(4096):
        request.wfile.write(b"10000\r\n" + bytes(65536) + b"\r\n")


def slow(request: BaseHTTPRequestHandler, answer: httpx.Response) -> None:
    """A byte now and then."""
    _head(request, answer, len(answer.content))
    for byte in answer.content:
        request.wfile.write(bytes([byte]))
        time.sleep(0.3)


def silent(request: BaseHTTPRequestHandler, answer: httpx.Response) -> None:
    """A connection on which nothing comes."""
    time.sleep(3)
    request.close_connection = True


def broken(request: BaseHTTPRequestHandler, answer: httpx.Response) -> None:
    """A fault of the store's own."""
    request.send_error(500)


def refused(request: BaseHTTPRequestHandler, answer: httpx.Response) -> None:
    """No longer allowed."""
    request.send_error(403)


def emptied(request: BaseHTTPRequestHandler, answer: httpx.Response) -> None:
    """Nothing is there."""
    request.send_error(404)


def mistagged(request: BaseHTTPRequestHandler, answer: httpx.Response) -> None:
    """Another tag each time, and the right bytes."""
    answer.headers["etag"] = f'"{time.monotonic_ns():x}"'
    honest(request, answer)


MISDEEDS = (wrong, truncated, endless, slow, silent, broken, refused, emptied, mistagged)


def _head(request: BaseHTTPRequestHandler, answer: httpx.Response, length: int | None) -> None:
    request.send_response(answer.status_code)
    for name in _TOLD:
        if name in answer.headers:
            request.send_header(name, answer.headers[name])
    if length is None:
        request.send_header("Transfer-Encoding", "chunked")
    elif answer.status_code != 304:
        request.send_header("Content-Length", str(length))
    request.end_headers()


@dataclass(slots=True)
class Chaos:
    """A proxy that runs: its port, and what it does to every answer."""

    port: int
    misdeed: Misdeed = honest


@contextmanager
def chaos(store: int) -> Iterator[Chaos]:
    """A proxy of the store that listens to the port `store`, honest at first."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = {name: self.headers[name] for name in _ASKED if name in self.headers}
            answer = client.get(self.path, headers=asked)
            with suppress(OSError):
                proxy.misdeed(self, answer)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Who is lied to hangs up."""

    server = Server(("127.0.0.1", 0), Handler)
    proxy = Chaos(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{store}", timeout=30) as client:
            yield proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
