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
    """A server of chat completions that replies as it is told, and keeps what it was asked.

    `points` replies to who wants sentences pointed at, and `reply` to who wants something written.
    """

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/v1"
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.lines: list[str] = []
        self.connections: set[tuple[str, int]] = set()
        self.reply: Reply = says("")
        self.points: Reply = says('{"sentences": []}')

    @property
    def data(self) -> dict[str, Any]:
        """What the last question was asked with."""
        data: dict[str, Any] = json.loads(self.asked[-1]["messages"][1]["content"])
        return data

    def number_of(self, text: str) -> str:
        """The number under which the last question had a passage with this text."""
        return next(number for number, passage in self.data["passages"].items() if text in passage["text"])

    def sentences(self) -> dict[int, str]:
        """The sentences that the last question had, by number."""
        groups = self.data["passages"].values()
        return {int(number): text for group in groups for number, text in group["sentences"].items()}

    def point_at(self, *texts: str, **more: object) -> None:
        """Point at the first sentence that holds each of `texts`, and say `more` beside."""

        def reply(request: BaseHTTPRequestHandler) -> None:
            shown = self.sentences()
            numbers = [next(number for number, sentence in shown.items() if text in sentence) for text in texts]
            says(json.dumps({"sentences": numbers, **more}))(request)

        self.points = reply


def sent(*events: str, status: int = 200, kind: str = "text/event-stream", **headers: str) -> Reply:
    def reply(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(sum(len(event.encode()) for event in events)))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        for event in events:
            request.wfile.write(event.encode())
            request.wfile.flush()
        request.close_connection = False

    return reply


def event(text: str, reason: str | None = None) -> str:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": reason}
    return f"data: {json.dumps({'choices': [choice]})}\n\n"


def usage(prompt: int, completion: int) -> str:
    return (
        f"data: {json.dumps({'choices': [], 'usage': {'prompt_tokens': prompt, 'completion_tokens': completion}})}\n\n"
    )


def says(*pieces: str) -> Reply:
    return sent(*map(event, pieces), event("", "stop"), usage(700, 20), "data: [DONE]\n\n")


def whole(text: str) -> Reply:
    """A reply that is not streamed."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    tokens = {"prompt_tokens": 700, "completion_tokens": 20, "total_tokens": 720}
    return sent(json.dumps({"choices": [choice], "usage": tokens}), kind="application/json")


def then(*replies: Reply) -> Reply:
    """One after another; the last stays."""
    left = list(replies)

    def reply(request: BaseHTTPRequestHandler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(request)

    return reply


@contextmanager
def serving() -> Iterator[Scripted]:
    """The server, while it is needed."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def do_POST(self) -> None:
            self.close_connection = True
            scripted.lines.append(self.requestline)
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            scripted.asked.append(asked)
            scripted.keys.append(self.headers["Authorization"])
            scripted.connections.add(self.client_address)
            assert self.path == "/v1/chat/completions"
            is_writing = "square brackets" in asked["messages"][0]["content"]
            (scripted.reply if is_writing else scripted.points)(self)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    listening = Quiet(("127.0.0.1", 0), Handler)
    scripted = Scripted(listening.server_address[1])
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield scripted
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()
