"""Two leaflets on feeding plants, an answerer of them and a server over them, of which anything may be asked.

Encoder and leaflets are those of the tests; which sentences answer is decided by plain weights.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from functools import cache
from typing import Any
from urllib.parse import unquote

from fakes import plain_weights
from leaflets import MARROWS, TOMATOES, document, made
from live import Live, live

from answer import Answerer, Conversation
from answer.resolver import Turn, candidates, segments
from bench.fuzzing.documents import folder
from ibid.http.talks import SignedTalks
from ingest import FileCatalog, Notice

DRAWBACKS = "What are the drawbacks of verdolin?"
QUESTIONS = (
    DRAWBACKS,
    "How many times a week is quillex poured round the roots, and what are its drawbacks?",
    "Where should one keep feed away from children?",
    "When should I wear gloves?",
    "Who won the football match?",
    "Is Growfast safe? And what of Bloomwell; how often is it poured?",
    "Harrow K. fernozil verdolyn?",
    "¿Cuándo se riega el calabacín con verdolin?",
)
# The status, the headers and the body of a response.
Sent = tuple[int, dict[bytes, bytes], bytes]
_open = ExitStack()


class ByFirst:
    """Stands in for a resolver: a question is of the first telling words of the turns before it."""

    def resolve(self, question: str, turns: Sequence[Turn]) -> str:
        """The question, after those words."""
        told = [word.word for word in candidates(segments(turns))[:2]] if turns else []
        return f"{' '.join(told)}: {question}" if told else question


@cache
def answerer() -> Answerer:
    """One that answers from both leaflets."""
    _open.enter_context(plain_weights())
    tomatoes = document(TOMATOES, "tomatoes", url="https://example.org/t", review_status="reviewed")
    marrows = document(MARROWS, "marrows", review_status="pending")
    answering = made(folder() / "garden", tomatoes, marrows, notices=[Notice("information", "Ask a gardener too.")])
    answering.resolver = ByFirst()  # type: ignore[assignment]
    return answering


@cache
def catalog() -> FileCatalog:
    """Where the generation of `answerer` is kept."""
    answerer()
    return FileCatalog(folder() / "garden")


@cache
def server() -> Live:
    """A server over the same leaflets, which also talks as OpenAI's does, and keeps what is said of answers."""
    place = folder() / "served"
    talks = SignedTalks(["the key of the shed"])
    serving = live(place, conversations=talks, feedback=place / "said", openai_route=True, queue=64)
    told = _open.enter_context(serving)
    told.encoder.go.set()
    return told


@cache
def _loop() -> asyncio.Runner:
    return _open.enter_context(asyncio.Runner())


def send(method: str, path: bytes, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes) -> Sent:
    """What the server answers to a request that came whole."""
    return _loop().run(_send(method, path, query, headers, body))


async def _send(method: str, path: bytes, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes) -> Sent:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path.decode("ascii")),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8017),
    }
    messages: list[dict[str, Any]] = []
    given = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        # The client stays until it has its answer.
        return given.pop() if given else await asyncio.Event().wait()  # type: ignore[return-value]

    async def take(message: dict[str, Any]) -> None:
        messages.append(message)

    app: Callable[..., Awaitable[None]] = server().app
    await app(scope, receive, take)
    start, *rest = messages
    assert start["type"] == "http.response.start", start
    return start["status"], dict(start["headers"]), b"".join(message.get("body", b"") for message in rest)


def records() -> list[bytes]:
    """Answer records, as `ibid ask --json` writes them."""
    talk = Conversation()
    told = [answerer().ask(question, talk) for question in QUESTIONS]
    return [json.dumps(answer.to_json()).encode() for answer in told]


def close() -> None:
    """End the server, without which the process does not end."""
    _open.close()
    for made_once in (answerer, catalog, server, _loop):
        made_once.cache_clear()
