"""The stages of an answer, told while it is being made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from answer import Stage

EVENTS = "text/event-stream"
# A proxy that gathers a response before it hands it on would tell all of it at its end.
HEADERS = {"X-Accel-Buffering": "no"}


class Stream:
    """The stages of one answer, from the thread that makes it to the loop that sends them."""

    def __init__(self) -> None:
        """Belong to the running loop."""
        self._loop = asyncio.get_running_loop()
        self._stages: asyncio.Queue[Stage | None] = asyncio.Queue()

    def begins(self, stage: Stage) -> None:
        """Tell of a stage, from any thread."""
        self._loop.call_soon_threadsafe(self._stages.put_nowait, stage)

    async def stages(self, making: asyncio.Future[Any]) -> AsyncIterator[Stage]:
        """The stages until `making` is done.

        Waits until the first stage has begun.  What fails before is raised, with a status of its own; what fails later
        has to be told within the response, because the status has been sent.
        """
        making.add_done_callback(lambda _: self._stages.put_nowait(None))
        first = await self._stages.get()
        if first is None:
            await asyncio.shield(making)
        return self._from(first)

    async def _from(self, stage: Stage | None) -> AsyncIterator[Stage]:
        while stage is not None:
            yield stage
            stage = await self._stages.get()
