"""Conversations that a server keeps for its clients, in memory and for a while."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from threading import Lock

from ibid.api import Chat

TIME_TO_LIVE = 3600.0
MOST = 1000


class UnknownConversation(LookupError):
    """There is no conversation of that id, or it has ended."""


class Conversations:
    """At most `most` conversations, each forgotten `time_to_live` seconds after its last question.

    Where there are too many, the one that was silent longest goes.  An id cannot be guessed: who has it may go on with
    the conversation.
    """

    def __init__(
        self,
        time_to_live: float = TIME_TO_LIVE,
        most: int = MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` tells seconds."""
        self._time_to_live = time_to_live
        self._most = most
        self._clock = clock
        self._kept: dict[str, tuple[float, Chat]] = {}
        self._turn = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, name: str) -> Chat:
        """The conversation of that id; UnknownConversation where there is none."""
        with self._turn:
            self._forget()
            if name not in self._kept:
                raise UnknownConversation(
                    "there is no such conversation, or it has ended; leave its id away to begin a new one"
                )
            return self._kept[name][1]

    def keep(self, chat: Chat, name: str | None = None) -> str:
        """Keep a conversation that has just been spoken in; gives its id, a new one unless it has one."""
        with self._turn:
            name = name or secrets.token_urlsafe(16)
            # Taken out and put back, so that the one that was silent longest stands first.
            self._kept.pop(name, None)
            self._kept[name] = (self._clock(), chat)
            self._forget()
            return name

    def _forget(self) -> None:
        oldest = self._clock() - self._time_to_live
        while self._kept:
            name, (spoken, _) = next(iter(self._kept.items()))
            if spoken >= oldest and len(self._kept) <= self._most:
                return
            del self._kept[name]
