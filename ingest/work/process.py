"""A worker in a process of this machine, which ends with the one that started it, and has its share of the memory."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import Any

from ingest.errors import WorkerLost
from ingest.work.workers import Work, Worker, Workers

# Not by fork, which copies a process whose threads may hold locks that nobody opens in the copy.
_CONTEXT = multiprocessing.get_context("spawn")
_LEAVING_SECONDS = 1.0
_NO_MEMORY = 12  # the exit code of a process that has no more of it, by the number of ENOMEM


def local_workers(work: Work, count: int) -> Workers:
    """`count` workers in processes of this machine, whose memory they share alike."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Workers(work.blocks, count, lambda: Process(work, memory // count))


class Process:
    """A worker in a process of its own."""

    def __init__(self, work: Work, memory: int | None = None) -> None:
        """Start it, with so many bytes of `memory`, and wait until it has begun; raises WorkerLost, WorkerMissing."""
        self._pipe, far = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_serve, args=(far, work, memory), name="ibid-worker", daemon=True)
        self._process.start()
        far.close()
        self.do("begin")

    def do(self, what: str, *arguments: object) -> Any:  # noqa: ANN401
        """Call a method of the worker; raises what that raises, and WorkerLost where the process came to its end."""
        try:
            self._pipe.send((what, arguments))
            is_done, given = self._pipe.recv()
        except (EOFError, OSError):
            self._process.join()
            raise WorkerLost(_end(self._process.exitcode or 0)) from None
        if is_done:
            return given
        raise given

    @property
    def id(self) -> int:
        """The number that the system has given it."""
        return self._process.pid or 0

    def end(self) -> None:
        """End the process at once; what it is doing is lost.

        It is let go of what the packages hold of the system, such as semaphores, unless that takes longer.
        """
        self._process.terminate()
        self._process.join(_LEAVING_SECONDS)
        self._process.kill()
        self._process.join()


def _end(code: int) -> str:
    """How a process came to its end."""
    if code == _NO_MEMORY:
        return "it takes more memory than there is"
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"it ended with exit code {code}"


def _serve(pipe: Connection, work: Work, memory: int | None) -> None:
    """What the process does: what it is told, until nobody is there to tell it."""
    signal.signal(signal.SIGTERM, _leave)
    Thread(target=_end_with_parent, name="ibid-parent", daemon=True).start()
    if memory:
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    worker = Worker(work)
    while True:
        try:
            what, arguments = pipe.recv()
        except EOFError:
            return
        try:
            answer = True, getattr(worker, what)(*arguments)
        except MemoryError:
            os._exit(_NO_MEMORY)
        except Exception as error:
            answer = False, error
        pipe.send(answer)


def _leave(*_: object) -> None:
    """End this process in order: killed, it would leave semaphores behind, which Python then complains of."""
    sys.exit()


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, whatever is being done here."""
    parent = multiprocessing.parent_process()
    assert parent
    wait([parent.sentinel])
    os._exit(1)
