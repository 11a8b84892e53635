"""An answer as server-sent events (WHATWG HTML, 9.2), told while it is being made."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from answer import Stage
from ibid.http.problems import Problem

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

    async def events(
        self,
        making: asyncio.Future[dict[str, Any]],
        finish: Callable[[dict[str, Any]], Mapping[str, Any]],
        request_id: str,
    ) -> AsyncIterator[str]:
        """The events of the record that `making` gives, of which `finish` makes what is sent.

        Waits until the first stage has begun.  What fails before is raised, with a status of its own; what fails later
        is an event, because the status has been sent.
        """
        making.add_done_callback(lambda _: self._stages.put_nowait(None))
        first = await self._stages.get()
        if first is None:
            await asyncio.shield(making)
        return self._told(first, making, finish, request_id)

    async def _told(
        self,
        stage: Stage | None,
        making: asyncio.Future[dict[str, Any]],
        finish: Callable[[dict[str, Any]], Mapping[str, Any]],
        request_id: str,
    ) -> AsyncIterator[str]:
        while stage is not None:
            yield _event("stage", {"stage": stage})
            stage = await self._stages.get()
        try:
            record = finish(making.result())
        except Exception as error:
            yield _event("problem", Problem.behind(error, request_id).to_json(request_id))
            return
        for statement in record["statements"]:
            cited = [c for c in record["citations"] if c["number"] in statement["citations"]]
            yield _event("statement", {**statement, "cited": cited})
        yield _event("record", record)


def _event(kind: str, value: Mapping[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"
