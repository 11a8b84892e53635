"""Reading in a process of its own, within limits: what one file does there, it does to itself alone.

The process is told what to read, a line of JSON a file, and answers with JSON too, so that nothing a file could make of
it reaches the one that asks but as text.  What it writes on its standard error is dropped, since a file may have a say
in that.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import wait
from types import TracebackType
from typing import IO

from ingest.errors import SourceError, WorkerLost, WorkerMissing
from ingest.source import LeftOut, Source
from ingest.work.limits import Limits
from ingest.work.load import size_of
from ingest.work.reading import Read, read_from_json, read_here, source_to_json

_COMMAND = "from ingest.work.loading import serve; serve()"
_BEGIN = 120  # seconds until it must have begun, on the busiest machine
# Some files wait rather than work: so many times the seconds that they may take of the processor, and a minute.
_PATIENCE, _LEAST_PATIENCE = 10, 60
# What ended it with so much of its memory taken would leave too little for the next file.
_WORN = 0.5

# One file is read by one thread, and libraries would keep memory for as many as there are processors; and what a large
# text took is given back to the system, and not kept for another.
_SPARING = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_MMAP_THRESHOLD_": "262144"}


class _OverLimit(Exception):
    """The process took more than it may; which of the two."""


class Loader:
    """Reads sources one after another; the process is started when there is something to read."""

    def __init__(
        self,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        tell: Callable[[str], None] | None = None,
    ) -> None:
        """Within `limits`; where no process can be had it reads in this one, without them, which it tells."""
        self.limits = limits
        self._tell = tell
        self._process: subprocess.Popen[bytes] | None = None
        self._is_here = False
        self._is_open = True

    def __enter__(self) -> Loader:
        self._is_open = True
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.end()

    def read(self, source: Source, passage_size: int) -> Read:
        """The document of a source, cut into passages, or why it cannot be read."""
        try:
            size = size_of(source)
        except (SourceError, OSError):
            size = 0  # why it cannot be read is told when it is tried
        if size > self.limits.size:
            why = f"is larger than the {_megabytes(self.limits.size)} MB that are read of one file"
            return LeftOut(source.file, f"{why}; split it, or raise --limit-size", source.id)
        try:
            return self._read_within(source, passage_size, size)
        except WorkerMissing as missing:
            if self._tell and not self._is_here:
                self._tell(f"{missing}; files are read without limits of time and memory")
            self._is_here = True
            return read_here(source, passage_size)

    def end(self) -> None:
        """End the process at once, and what it has started; what it is doing is lost, and it reads no more."""
        self._is_open = False
        self._renew()

    def _renew(self) -> None:
        """End the process, so that another is started for what comes next."""
        process, self._process = self._process, None
        if process:
            _end(process)

    def _read_within(self, source: Source, passage_size: int, size: int) -> Read:
        """What reading gives; what ends the process in another way than by its limits is tried once more."""
        seconds, memory = (of(source.suffix, size) for of in (self.limits.seconds_for, self.limits.memory_for))
        asked = {"source": source_to_json(source), "passage_size": passage_size, "seconds": seconds, "memory": memory}
        patience = None if source.ocr else _PATIENCE * seconds + _LEAST_PATIENCE
        for last in (False, True):
            try:
                return self._ask(json.dumps(asked).encode() + b"\n", memory, patience)
            except _OverLimit as much:
                what, option = {
                    "seconds": (f"{seconds:,} seconds of the processor", "--limit-seconds"),
                    "memory": (f"{_megabytes(memory)} MB of memory", "--limit-memory"),
                }[str(much)]
                why = f"takes more than the {what} that a file of its size may take; split it, or raise {option}"
                return LeftOut(source.file, why, source.id)
            except WorkerLost as lost:
                why = f"twice ended the process that read it ({lost}); split it, or save it anew"
                if last or not self._is_open:
                    return LeftOut(source.file, why, source.id)
        raise AssertionError

    def _ask(self, request: bytes, memory: int, patience: int | None) -> Read:
        if self._is_here:
            raise WorkerMissing
        process = self._process = self._process or _started()
        requests, answers = _pipes(process)
        try:
            requests.write(request)
            requests.flush()
            if not wait([answers.fileno()], patience):
                self._renew()
                raise _OverLimit("seconds")
            kind, length, peak = answers.readline().split()
            answer = answers.read(int(length))
            if len(answer) < int(length):
                raise EOFError
        except (OSError, EOFError, ValueError):  # the pipe is broken, or was left before the end of an answer
            # It has closed its pipes before it is gone, and only then is to be known how it went.
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LEAST_PATIENCE)
            self._renew()
            if process.returncode == -signal.SIGXCPU:
                raise _OverLimit("seconds") from None
            raise WorkerLost(_how(process.returncode)) from None
        if kind == b"memory" or int(peak) > _WORN * memory:
            self._renew()
        if kind == b"memory":
            raise _OverLimit("memory")
        line = answer.decode("utf-8", "surrogatepass")
        del answer  # which may be large
        return read_from_json(line)


def _started() -> subprocess.Popen[bytes]:
    """A process that has begun; WorkerMissing where there is none to be had."""
    # Its path is that of this process without the folder that one happens to be in, which may be of anybody's files.
    path = os.pathsep.join(place for place in sys.path if place)
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _COMMAND],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": path, **_SPARING},
            # Ctrl-C is for this process to deal with, and what it starts ends with it.
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise WorkerMissing(f"no process can be started to read files ({error})") from error
    _, answers = _pipes(process)
    if not (wait([answers.fileno()], _BEGIN) and answers.readline()):
        _end(process)
        raise WorkerMissing(f"the process that is to read files did not begin ({_how(process.returncode)})")
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in _pipes(process):
        with suppress(OSError):  # what was to be written has nobody to read it
            pipe.close()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin and process.stdout
    return process.stdin, process.stdout


def _how(code: int) -> str:
    """How a process came to its end."""
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"it ended with exit code {code}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f}"
