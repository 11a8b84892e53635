"""Conversations that are kept in memory for a while, under ids that cannot be guessed."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from answer import Conversation
from ibid.http.problems import Problem

TIME_TO_LIVE = 3600.0
MOST = 10_000
MOST_TURNS = 100


@dataclass(slots=True)
class Talk:
    """One conversation; `lock` is held while it is answered, so that its questions are taken in turn."""

    id: str
    used: float
    conversation: Conversation = field(default_factory=Conversation)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Conversations:
    """The conversations of the last `time_to_live` seconds, at most `most`: the longest unused is forgotten first."""

    def __init__(
        self,
        time_to_live: float = TIME_TO_LIVE,
        most: int = MOST,
        most_turns: int = MOST_TURNS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep none yet.  No conversation has more than `most_turns` questions; `clock` gives seconds."""
        self._clock = clock
        self._time_to_live = time_to_live
        self._most = most
        self._most_turns = most_turns
        self._talks: OrderedDict[str, Talk] = OrderedDict()

    def __len__(self) -> int:
        """How many are kept."""
        self._forget()
        return len(self._talks)

    def take(self, id_: str | None) -> Talk:
        """The conversation called `id_`, or for None a new one, which is kept only once it is `keep`t.

        Raises Problem: 404 where it was forgotten or never was, 409 where it has come to its end.
        """
        self._forget()
        if id_ is None:
            return Talk(secrets.token_urlsafe(24), self._clock())
        talk = self._talks.get(id_)
        if talk is None:
            raise Problem(
                404,
                "no_conversation",
                "there is no such conversation, or it was forgotten",
                "leave conversation out to begin a new one",
            )
        if len(talk.conversation.asked) >= self._most_turns:
            raise Problem(
                409,
                "long_conversation",
                f"this conversation has its {self._most_turns} questions",
                "leave conversation out to begin a new one",
            )
        self.keep(talk)
        return talk

    def keep(self, talk: Talk) -> None:
        """Keep a conversation from now on for its time to live."""
        talk.used = self._clock()
        self._talks[talk.id] = talk
        self._talks.move_to_end(talk.id)
        while len(self._talks) > self._most:
            self._talks.popitem(last=False)

    def _forget(self) -> None:
        eldest = self._clock() - self._time_to_live
        while self._talks and next(iter(self._talks.values())).used < eldest:
            self._talks.popitem(last=False)
