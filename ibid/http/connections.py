"""Connections that cannot be held without asking or reading: by themselves, uvicorn's can be for ever."""

from __future__ import annotations

import asyncio
import resource

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

# How long a client may take for the head of a request, and for reading on where it has stopped.
HEAD_SECONDS = 10.0
READ_SECONDS = 30.0
_MOST = 2_000


class Connection(H11Protocol):
    """One connection of a client.

    Where there are more than the process has room for, those that wait for nothing go, the longest unused first.
    """

    _used = 0.0
    _waiting: asyncio.TimerHandle | None = None
    _stopped: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """It is open; the head of a request is awaited."""
        super().connection_made(transport)
        # What is not read is noticed at once, and not from some size on: what is closed would wait for ever to be sent.
        transport.set_write_buffer_limits(0)
        self._used = self.loop.time()
        self._waiting = self.loop.call_later(HEAD_SECONDS, self._end)
        if len(self.connections) > most_connections():
            others = (held for held in self.connections if isinstance(held, Connection) and held.is_idle)
            min(others, key=lambda held: held._used)._end()

    @property
    def is_idle(self) -> bool:
        """Whether no request of it is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def data_received(self, data: bytes) -> None:
        """Something of a request has come."""
        super().data_received(data)
        self._used = self.loop.time()
        theirs = self.conn.their_state
        # The body of what was refused already, which nobody reads, may not drip in either.
        is_refused = theirs is h11.SEND_BODY and self.is_idle
        if theirs is not h11.IDLE and not is_refused:
            self._waiting = _cancel(self._waiting)
        elif self._waiting is None and (is_refused or self.conn.trailing_data[0]):
            self._waiting = self.loop.call_later(HEAD_SECONDS, self._end)

    def pause_writing(self) -> None:
        """The client does not read what it is sent."""
        super().pause_writing()
        self._stopped = self._stopped or self.loop.call_later(READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        self._stopped = _cancel(self._stopped)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed."""
        self._waiting, self._stopped = _cancel(self._waiting), _cancel(self._stopped)
        super().connection_lost(exc)

    def _end(self) -> None:
        self.connections.discard(self)
        self.transport.abort()


def most_connections() -> int:
    """How many connections are held at once: half the files that the process may open are for the index."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if soft == resource.RLIM_INFINITY else min(_MOST, soft // 2)


def _cancel(timer: asyncio.TimerHandle | None) -> asyncio.TimerHandle | None:
    """No timer, what one waits for not being awaited any more."""
    if timer:
        timer.cancel()
    return None
