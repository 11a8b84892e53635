"""An answer told while it is made, in a thread of its own, to someone who may stop waiting for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event

from answer import Answer, Stage, Statement

Told = Stage | Statement | Answer


class Abandoned(Exception):
    """Nobody waits for the answer any more."""


class Waiting:
    """Someone who waits for an answer and is told of each stage; once `left` is set, no other stage is begun."""

    def __init__(self, tell: Callable[[Stage], None] = lambda _: None) -> None:
        """`tell` is called from the thread that makes the answer."""
        self.left = Event()
        self._tell = tell

    def begins(self, stage: Stage) -> None:
        """Tell of a stage.  Raises Abandoned."""
        self.check()
        self._tell(stage)

    def check(self) -> None:
        """Raise Abandoned where nobody waits any more."""
        if self.left.is_set():
            raise Abandoned


def told(make: Callable[[Waiting], Answer]) -> Generator[Told, None, None]:
    """Each stage of the answer as it begins, then its statements, then the answer itself."""
    stages: SimpleQueue[Stage | None] = SimpleQueue()
    waiting = Waiting(stages.put)
    thread = ThreadPoolExecutor(1, "ibid")
    making = thread.submit(make, waiting)
    making.add_done_callback(lambda _: stages.put(None))
    thread.shutdown(wait=False)
    try:
        while (stage := stages.get()) is not None:
            yield stage
        answer = making.result()
    finally:
        waiting.left.set()
    yield from answer.statements
    yield answer


async def awaited(make: Callable[[Waiting], Answer]) -> Answer:
    """The answer, while the loop goes on with other things."""
    waiting = Waiting()
    try:
        return await asyncio.to_thread(make, waiting)
    finally:
        waiting.left.set()


async def told_meanwhile(make: Callable[[Waiting], Answer]) -> AsyncGenerator[Told, None]:
    """What `told` gives, while the loop goes on with other things."""
    loop = asyncio.get_running_loop()
    stages: asyncio.Queue[Stage | None] = asyncio.Queue()

    def tell(stage: Stage) -> None:
        loop.call_soon_threadsafe(stages.put_nowait, stage)

    waiting = Waiting(tell)
    making = asyncio.ensure_future(asyncio.to_thread(make, waiting))
    making.add_done_callback(lambda _: stages.put_nowait(None))
    try:
        while (stage := await stages.get()) is not None:
            yield stage
        answer = await making
    finally:
        waiting.left.set()
        making.cancel()
    for statement in answer.statements:
        yield statement
    yield answer
