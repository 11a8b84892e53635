"""A server that speaks the protocol of OpenAI's chat completions, and says what a test has written for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[[BaseHTTPRequestHandler], None]


class Scripted:
    """A server of chat completions that replies as it is told, and keeps what it was asked."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/v1"
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.reply: Reply = says("")

    def number_of(self, text: str) -> str:
        """The number under which the last question had a passage with this text."""
        passages = json.loads(self.asked[-1]["messages"][1]["content"])["passages"]
        return next(number for number, passage in passages.items() if text in passage["text"])


def sent(*events: str, status: int = 200, kind: str = "text/event-stream") -> Reply:
    def reply(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.end_headers()
        for event in events:
            request.wfile.write(event.encode())
            request.wfile.flush()

    return reply


def event(text: str, reason: str | None = None) -> str:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": reason}
    return f"data: {json.dumps({'choices': [choice]})}\n\n"


def says(*pieces: str) -> Reply:
    return sent(*map(event, pieces), event("", "stop"), "data: [DONE]\n\n")


@contextmanager
def serving() -> Iterator[Scripted]:
    """The server, while it is needed."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            scripted.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            scripted.keys.append(self.headers["Authorization"])
            assert self.path == "/v1/chat/completions"
            scripted.reply(self)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    listening = Quiet(("127.0.0.1", 0), Handler)
    scripted = Scripted(listening.server_address[1])
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield scripted
    listening.shutdown()
    thread.join()
    listening.server_close()
