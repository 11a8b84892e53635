"""What a server of chat completions sends: the events of a stream, or one JSON object."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from answer.errors import ModelError
from answer.model.named import TOKENS, Reply
from answer.record import Usage

if TYPE_CHECKING:
    import httpx

_MOST = 1_000_000
# Of so many tokens, of which few have more than 16 letters; each sentence of a reply has to be proved.
_LONGEST = 32 * TOKENS
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)


def read_whole(response: httpx.Response, until: float, late: str) -> bytes:
    """The body of a response; ModelError where it is longer than a reply can be, or, with `late`, not done in time."""
    body = bytearray()
    for piece in response.iter_raw():
        body += piece
        if len(body) > _MOST:
            raise ModelError(f"it sent more than {_MOST:,} bytes")
        if time.monotonic() > until:
            raise ModelError(late)
    return bytes(body)


def told_by(body: bytes) -> Reply:
    """The reply in a body, without what the model thought aloud before it.

    Raises ModelError where the body is no such thing, and where the reply was cut or refused, is empty or too long.
    """
    try:
        events = list(_events(body.decode()))
        pieces = [piece for event in events for piece in _pieces(event)]
        usages = [usage for event in events if (usage := _usage(event))]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError("what its server sent cannot be read") from error
    if any(reason == "content_filter" for _, reason in pieces):
        raise ModelError("it refused")
    if not any(reason == "stop" for _, reason in pieces):
        raise ModelError("its reply was cut off")
    reply = _THOUGHTS.sub("", "".join(text for text, _ in pieces)).strip()
    if not reply:
        raise ModelError("its reply was empty")
    if len(reply) > _LONGEST:
        raise ModelError(f"its reply has more than {_LONGEST:,} letters")
    # Where each event tells it, it is of all so far.
    return Reply(reply, usages[-1] if usages else None)


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
        raise ModelError("its server broke off with an error")
    for choice in event.get("choices") or ():
        if choice.get("index", 0) == 0:
            said = choice.get("delta") or choice.get("message") or {}
            if said.get("refusal"):
                raise ModelError("it refused")
            yield str(said.get("content") or ""), choice.get("finish_reason")


def _usage(event: dict[str, Any]) -> Usage | None:
    """The tokens that an event tells of; None where it tells nothing of them, or nonsense."""
    told = event.get("usage") or {}
    prompt, completion = told.get("prompt_tokens"), told.get("completion_tokens")
    if type(prompt) is int and type(completion) is int and prompt >= 0 and completion >= 0:
        return Usage(prompt, completion)
    return None
