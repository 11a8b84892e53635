"""What a server of chat completions sends: the events of a stream, or one JSON object."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from answer.errors import GeneratorError

if TYPE_CHECKING:
    import httpx

_MOST = 1_000_000
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)


def read_whole(response: httpx.Response, seconds: float) -> bytes:
    """The body of a response; GeneratorError where it takes longer, or is longer than a reply can be."""
    body = bytearray()
    until = time.monotonic() + seconds
    for piece in response.iter_bytes():
        body += piece
        if len(body) > _MOST:
            raise GeneratorError(f"it sent more than {_MOST:,} bytes")
        if time.monotonic() > until:
            raise GeneratorError(f"it was not done within {seconds:g} s")
    return bytes(body)


def told_by(body: bytes) -> str:
    """The reply in a body, without what the model thought aloud before it.

    Raises GeneratorError where the body is no such thing, where the reply was cut or refused, or where it is empty.
    """
    try:
        pieces = [piece for event in _events(body.decode()) for piece in _pieces(event)]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise GeneratorError("what its server sent cannot be read") from error
    if any(reason == "content_filter" for _, reason in pieces):
        raise GeneratorError("it refused")
    if not any(reason == "stop" for _, reason in pieces):
        raise GeneratorError("its reply was cut off")
    reply = _THOUGHTS.sub("", "".join(text for text, _ in pieces)).strip()
    if not reply:
        raise GeneratorError("its reply was empty")
    return reply


def _events(body: str) -> Iterator[dict[str, Any]]:
    """The JSON objects of a body: one, or one a `data:` line up to `[DONE]`."""
    if body.lstrip().startswith("{"):
        yield json.loads(body)
        return
    for line in re.split(r"\r\n|\n|\r", body):
        field, _, value = line.partition(":")
        if field == "data" and value.strip() == "[DONE]":
            return
        if field == "data":
            yield json.loads(value)


def _pieces(event: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Each piece of text with the reason for which the reply ends there, None where it goes on."""
    if event.get("error"):
        raise GeneratorError("its server broke off with an error")
    for choice in event.get("choices") or ():
        if choice.get("index", 0) == 0:
            said = choice.get("delta") or choice.get("message") or {}
            if said.get("refusal"):
                raise GeneratorError("it refused")
            yield str(said.get("content") or ""), choice.get("finish_reason")
