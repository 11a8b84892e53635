"""How a server comes to its end where others answer beside it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Timer


class Drain:
    """A while in which a server answers as before, and says that it will end, so that nobody is sent to it any more."""

    def __init__(self, seconds: float = 0.0) -> None:
        """Let it take `seconds`."""
        self.has_begun = False
        self._seconds = seconds

    def begin(self, end: Callable[[], None]) -> None:
        """Say so from now on, and call `end` when the time is over; at once where it has begun already."""
        seconds = 0.0 if self.has_begun else self._seconds
        self.has_begun = True
        timer = Timer(seconds, end)
        # Who ends it otherwise meanwhile does not wait for this.
        timer.daemon = True
        timer.start()
