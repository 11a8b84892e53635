"""Conversations that a server keeps for its clients, in memory and for a while."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

TIME_TO_LIVE = 3600.0
MOST = 10_000
MOST_TURNS = 100

Talk = TypeVar("Talk")


class UnknownConversation(LookupError):
    """There is no conversation of that id for who asks, or it was forgotten."""

    def __init__(self) -> None:
        """Say what mends it."""
        super().__init__("there is no such conversation, or it was forgotten; leave its id away to begin a new one")


class LongConversation(Exception):
    """A conversation has as many questions as one may have."""


@dataclass(slots=True)
class _KeptConversation(Generic[Talk]):
    talk: Talk
    holder: str
    used: float
    turns: int = 0


class Conversations(Generic[Talk]):
    """At most `most` conversations, each forgotten `time_to_live` seconds after it was last used.

    Where there are too many, the one that was longest unused goes.  None has more than `most_turns` questions.  An id
    cannot be guessed: who has it may go on with the conversation, if it is the holder that began it.  May be used from
    several threads.
    """

    def __init__(
        self,
        time_to_live: float = TIME_TO_LIVE,
        most: int = MOST,
        most_turns: int = MOST_TURNS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep none yet; `clock` tells seconds."""
        self._time_to_live = time_to_live
        self._most = most
        self._most_turns = most_turns
        self._clock = clock
        self._kept: OrderedDict[str, _KeptConversation[Talk]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        with self._lock:
            self._forget()
            return len(self._kept)

    def get(self, name: str, holder: str = "") -> Talk:
        """The conversation of that id, which is used herewith.

        Raises UnknownConversation where `holder` has none of it, LongConversation where it has come to its end.
        """
        with self._lock:
            self._forget()
            kept = self._kept.get(name)
            if kept is None or kept.holder != holder:
                raise UnknownConversation
            if kept.turns >= self._most_turns:
                raise LongConversation(
                    f"this conversation has its {self._most_turns} questions; leave its id away to begin a new one"
                )
            self._use(name, kept)
            return kept.talk

    def keep(self, talk: Talk, name: str | None = None, holder: str = "") -> str:
        """Keep a conversation in which a question has just been answered; gives its id, a new one unless it has one."""
        with self._lock:
            name = name or secrets.token_urlsafe(24)
            kept = self._kept.get(name) or _KeptConversation(talk, holder, 0.0)
            kept.turns += 1
            self._use(name, kept)
            self._forget()
            return name

    def _use(self, name: str, kept: _KeptConversation[Talk]) -> None:
        kept.used = self._clock()
        self._kept[name] = kept
        self._kept.move_to_end(name)

    def _forget(self) -> None:
        eldest = self._clock() - self._time_to_live
        while self._kept and (len(self._kept) > self._most or next(iter(self._kept.values())).used < eldest):
            self._kept.popitem(last=False)
