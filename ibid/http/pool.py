"""The threads that answer, and the generation that they answer from.

Answering keeps a processor busy and is not made to be entered twice at once, so each thread has an encoder and an
answerer of its own and takes one question at a time.  They share the open generation, which only reads.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from answer import Answerer, AnswerError, Memory, Model, Reader, Resolver
from ibid.http.problems import RequestProblem
from ingest import (
    Catalog,
    Encoder,
    EncoderMismatch,
    EngineError,
    ExportedEncoder,
    Generation,
    IndexMissing,
    IngestError,
)

KEPT_OPEN = 2
_RETRY = 30.0
# The weight of the newest in the running mean of how long answers take.
_NEWEST = 0.1
_log = logging.getLogger("ibid.http")

Result = TypeVar("Result")


class Shelf:
    """The generations that are open: the published one, and the last that were asked for by name."""

    def __init__(self, catalog: Catalog, generation: Generation) -> None:
        """Serve `generation`, the published one of `catalog`."""
        self._catalog = catalog
        self._served = generation
        self._named: OrderedDict[str, Generation] = OrderedDict()
        self._lock = threading.Lock()
        self._failed: tuple[str, float] | None = None
        self.fault: str | None = None
        # Why nothing can be answered: the database that holds all generations cannot be read.
        self.away: str | None = None
        # Why what is published may be newer, where the index is pulled from elsewhere.
        self.lag: str | None = None

    @property
    def served(self) -> Generation:
        """The generation that was answered from last."""
        return self._served

    def current(self) -> Generation:
        """The generation that is published now.  Where it cannot be used, the one before, and `fault` says why.

        Raises EngineError where a database holds both and cannot be read: who asked has waited for it then, and would
        wait as long again to read anything of the one before.
        """
        try:
            name = self._catalog.published()
            self.away = None
            with self._lock:
                if name != self._served.name and not self._has_failed(name):
                    self._failed = (name, time.monotonic())
                    opened = self._catalog.open(name).prove()
                    _check(opened, self._served)
                    self._served, self._failed = opened, None
                    _log.info("serving generation %s", name)
                if name == self._served.name:
                    self.fault = None
        except EngineError as error:
            if self.away is None:
                _log.error("nothing can be answered: %s", error)
            self.away = str(error)
            raise
        except IngestError as error:
            if self.fault != str(error):
                _log.error("still serving generation %s: %s", self._served.name, error)
            self.fault = str(error)
        return self._served

    def _has_failed(self, name: str) -> bool:
        return self._failed is not None and self._failed[0] == name and time.monotonic() < self._failed[1] + _RETRY

    def named(self, name: str | None) -> Generation:
        """The kept generation called `name`; the published one for None.

        Raises RequestProblem: 404 if there is none, 409 if it cannot be used.
        """
        if name is None or name == self._served.name:
            return self.current() if name is None else self._served
        # A beginning of a name could come to mean another generation.
        if name not in self._catalog.names():
            raise RequestProblem(
                404, "no_generation", "no such generation is kept", "see /v1/generations for those that are"
            )
        with self._lock:
            if name not in self._named:
                try:
                    opened = self._catalog.open(name).prove()
                    _check(opened, self._served)
                except IndexMissing as error:
                    raise RequestProblem.of(404, "no_generation", error) from error
                except IngestError as error:
                    raise RequestProblem.of(409, "unusable_generation", error) from error
                self._named[name] = opened
            self._named.move_to_end(name)
            while len(self._named) > KEPT_OPEN:
                self._named.popitem(last=False)
            return self._named[name]


def _check(opened: Generation, served: Generation) -> None:
    made_with, have = opened.encoder_fingerprint, served.encoder_fingerprint
    if made_with != have:
        raise EncoderMismatch(f"generation {opened.name} was made with {made_with}, not {have}; start ibid serve again")


class AnswerWorker:
    """The encoder of one thread, and its answerers by generation."""

    def __init__(
        self,
        encoder: Encoder,
        reader: Reader | None = None,
        resolver: Resolver | None = None,
        model: Model | None = None,
        writes: bool = False,
        memory: Memory | None = None,
    ) -> None:
        """Answer with `encoder`, which no other worker has unless it can be shared, and with the others, which can."""
        self._encoder = encoder
        self._memory = memory
        self._reader = reader
        self._resolver = resolver
        self._model, self._writes = model, writes
        self._answerers: OrderedDict[str, Answerer] = OrderedDict()

    def check(self) -> None:
        """Raise IngestError or AnswerError where a file of what embeds and reads was altered since it was loaded."""
        if isinstance(self._encoder, ExportedEncoder):
            self._encoder.load()
        if self._reader:
            self._reader.load()

    def answerer(self, generation: Generation) -> Answerer:
        """What answers from `generation`."""
        if generation.name not in self._answerers:
            self._answerers[generation.name] = Answerer(
                generation,
                self._encoder,
                self._reader,
                self._resolver,
                model=self._model,
                writes=self._writes,
                memory=self._memory,
            )
        self._answerers.move_to_end(generation.name)
        while len(self._answerers) > KEPT_OPEN:
            self._answerers.popitem(last=False)
        return self._answerers[generation.name]


class AnswerPool:
    """Workers that take what is to be answered, in order; what would have to wait for too long is turned away."""

    def __init__(self, workers: list[AnswerWorker], shelf: Shelf, queue: int, patience: float) -> None:
        """Let at most `queue` wait, for at most `patience` seconds."""
        self.shelf = shelf
        self.waiting = 0
        self.working = 0
        self._queue = queue
        self._patience = patience
        self._size = len(workers)
        self._first = workers[0]
        self._damage: str | None = None
        self._taken = 0.0
        self._free: asyncio.Queue[AnswerWorker] = asyncio.Queue()
        for worker in workers:
            self._free.put_nowait(worker)
        self._threads = ThreadPoolExecutor(len(workers), "ibid-answer")

    async def run(self, work: Callable[[AnswerWorker], Result], lock: asyncio.Lock | None = None) -> Result:
        """What `work` makes; see `begin`."""
        return await asyncio.shield(await self.begin(work, lock))

    async def begin(
        self, work: Callable[[AnswerWorker], Result], lock: asyncio.Lock | None = None
    ) -> asyncio.Future[Result]:
        """Begin `work` with a worker that is free, on a thread of its own, `lock` being held until it is done.

        It is done to its end: shield the future from a caller that stops waiting for it.  Raises RequestProblem 503 if
        too many wait already, or if it would have to wait, or has waited, for too long.
        """
        if refused := self.refusal():
            raise refused
        self.waiting += 1
        try:
            async with asyncio.timeout(self._patience):
                if lock:
                    await lock.acquire()
                try:
                    worker = await self._free.get()
                except BaseException:
                    if lock:
                        lock.release()
                    raise
        except TimeoutError:
            raise RequestProblem.busy(
                f"no answer was begun in {self._patience:g} s", max(1, round(self._patience))
            ) from None
        finally:
            self.waiting -= 1
        self.working += 1
        began = time.monotonic()
        future = asyncio.get_running_loop().run_in_executor(self._threads, work, worker)

        def done(_: asyncio.Future[Result]) -> None:
            # Not when the client has gone, but when the thread is done.
            self.working -= 1
            self._taken += _NEWEST * (time.monotonic() - began - self._taken)
            self._free.put_nowait(worker)
            if lock:
                lock.release()
            if not future.cancelled():
                future.exception()  # the client may have gone: then nobody else takes note of it

        future.add_done_callback(done)
        return future

    def damage(self) -> str | None:
        """Why nothing new can be answered: a file that is open was altered, and what was made anew is not there yet."""
        try:
            try:
                self.shelf.served.check_files()
            except IngestError:
                # What was made anew since has another name.
                self.shelf.current().check_files()
            self._first.check()
        except (IngestError, AnswerError) as error:
            if self._damage != str(error):
                _log.error("%s", error)
            self._damage = str(error)
            # What it is names folders of this machine, and stands in the log.
            return "a file of what is served was altered; make it again with: ibid index; the log tells which"
        self._damage = None
        return None

    def refusal(self) -> RequestProblem | None:
        """Why a question would be turned away if it came now; None where it would be taken in."""
        expected = self.waiting * self._taken / self._size
        if self.waiting < self._queue and expected <= self._patience:
            return None
        return RequestProblem.busy(f"{self.waiting} questions are waiting already", max(1, math.ceil(expected)))

    def close(self) -> None:
        """Wait for what is being answered."""
        self._threads.shutdown()
