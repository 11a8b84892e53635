"""A language model behind the chat completions of an OpenAI-compatible server."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from answer.errors import ModelError
from answer.model.client import JsonClient
from answer.model.named import SECONDS, TOKENS, Message, Reply, Schema
from answer.model.stream import told_by

OPENAI = "https://api.openai.com/v1"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_OK, _REJECTED = 200, (400, 422)
# What some servers do not know, or know by another name, in the order in which they are asked without it.
_OPTIONAL = ("response_format", "seed", "stream_options", "temperature", "max_tokens")


class ServedModel:
    """A model on a server; it may be used from several threads."""

    def __init__(self, model: str, base_url: str, key: str | None = None, seconds: float = SECONDS) -> None:
        """Ask `model` at `base_url`, for at most `seconds` a reply, whatever has to be asked again for it.

        Raises ModelError where the address is none, or the key would travel in the clear.
        """
        self.name = f"openai:{model}"
        try:
            address = urlsplit(base_url)
            host, port = address.hostname, address.port
        except ValueError:
            host, port = None, None
        if not host or port == 0 or address.scheme not in ("http", "https") or address.query or address.fragment:
            raise ModelError(f"{base_url!r} is no address of a server; give one like http://localhost:11434/v1")
        if base_url == OPENAI and not key:
            raise ModelError("there is no key for api.openai.com; set OPENAI_API_KEY, or give --base-url")
        if key and not (key.isascii() and key.isprintable()):
            raise ModelError("the key for the server is not one line of plain characters; set IBID_API_KEY again")
        is_near = host in _LOOPBACK
        if key and address.scheme == "http" and not is_near:
            raise ModelError(f"the key would go to {host} in the clear; give an https address, or unset the key")
        self._model, self._seconds = model, seconds
        # What is on this machine is never asked by way of a proxy.
        self._client = JsonClient(f"{base_url.rstrip('/')}/chat/completions", key, by_proxy=not is_near)
        self._rejected: frozenset[str] = frozenset()

    def complete(self, messages: Sequence[Message], schema: Schema | None = None) -> Reply:
        """The whole reply; it is held to `schema` where the server can do that."""
        until = time.monotonic() + self._seconds
        rejected = self._rejected
        while True:
            asked = self._asked(messages, schema, rejected)
            status, said = self._client.post(asked, until, self._seconds)
            left = [name for name in _OPTIONAL if name in asked]
            if status not in _REJECTED or not left:
                break
            rejected |= set([name for name in left if name.encode() in said] or left[:1])
        if status != _OK:
            raise ModelError(f"its server said {status}")
        # What was left out has helped, and is left out from now on.
        self._rejected = rejected
        return told_by(said)

    def _asked(self, messages: Sequence[Message], schema: Schema | None, rejected: frozenset[str]) -> dict[str, Any]:
        """The body of a request, without what is `rejected`."""
        asked: dict[str, Any] = {
            "model": self._model,
            "messages": list(messages),
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": 0,
            "seed": 0,
            "max_tokens": TOKENS,
        }
        if schema:
            form = {"name": "reply", "strict": True, "schema": schema}
            asked["response_format"] = {"type": "json_schema", "json_schema": form}
        return {name: value for name, value in asked.items() if name not in rejected}
