"""Conversations over HTTP: held by the server, or carried by the client in a signed token.

A token is `1.TURNS.SIGNATURE`: the turns that a follow-up is understood by and until when it holds, as JSON, compressed
and in the letters of base64, and HMAC-SHA-256 (RFC 2104) over the version, the one it is for and TURNS.  It is signed
and not encrypted: who has it can read what was asked and said, and can change nothing of it.  It may be given more than
once, and then a conversation goes on in more than one way.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from answer import Conversation
from ibid.conversations import TIME_TO_LIVE, UnknownConversation

# Of 64 KiB that a body may have, beside a question of 2,000 characters; four turns as they are come to some 2 KiB.
LONGEST_TOKEN = 16 * 1024
_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation; `lock` is held while a question of it is answered, so that they are taken in turn."""

    conversation: Conversation = field(default_factory=Conversation)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Talks(Protocol):
    """Where conversations are between two questions.  `holder` is who asks, "" where nobody is told from another."""

    def __len__(self) -> int:
        """How many are held here."""

    def get(self, name: str, holder: str = "") -> Talk:
        """The conversation of that id.  Raises UnknownConversation, LongConversation."""

    def keep(self, talk: Talk, name: str | None = None, holder: str = "") -> str:
        """Keep a conversation in which a question has just been answered, known by `name` so far; gives its id."""


class SignedTalks:
    """Conversations whose id is all that there is of them, so that every server that has the keys can go on with them.

    The first of the `keys` signs, and what any of them signed is believed.  An id holds for `time_to_live` seconds.
    """

    def __init__(
        self, keys: Sequence[str], time_to_live: float = TIME_TO_LIVE, clock: Callable[[], float] = time.time
    ) -> None:
        """Sign with `keys`; `clock` tells seconds, the same ones on every server."""
        self._keys = [key.encode() for key in keys]
        self._time_to_live = time_to_live
        self._clock = clock

    def __len__(self) -> int:
        """None is held here."""
        return 0

    def get(self, name: str, holder: str = "") -> Talk:
        """The conversation that a token carries.

        Raises UnknownConversation where it was changed, has had its time, or was given by a server without these keys
        or to another holder.
        """
        version, _, signed = name.partition(".")
        body, _, signature = signed.partition(".")
        if version != _VERSION or not name.isascii():
            raise UnknownConversation
        made = [_sign(key, holder, body) for key in self._keys]
        # Each is compared, so that how long it takes does not tell by which it was signed.
        if not any([hmac.compare_digest(one, signature) for one in made]):
            raise UnknownConversation
        carried = json.loads(zlib.decompress(base64.urlsafe_b64decode(body)))
        if carried["until"] < self._clock():
            raise UnknownConversation
        return Talk(Conversation.from_json(carried["turns"]))

    def keep(self, talk: Talk, name: str | None = None, holder: str = "") -> str:
        """A token for the conversation as it is now.

        Of what would make it longer than LONGEST_TOKEN, the oldest turns fall off.
        """
        turns = talk.conversation.to_json()
        until = self._clock() + self._time_to_live
        while len(token := self._token({"until": until, "turns": turns}, holder)) > LONGEST_TOKEN:
            turns = turns[1:]
        return token

    def _token(self, carried: dict[str, object], holder: str) -> str:
        packed = zlib.compress(json.dumps(carried).encode())
        body = base64.urlsafe_b64encode(packed).decode()
        return f"{_VERSION}.{body}.{_sign(self._keys[0], holder, body)}"


def _sign(key: bytes, holder: str, body: str) -> str:
    signed = "\n".join(("ibid conversation", _VERSION, holder, body))
    return hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()
