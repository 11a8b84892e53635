"""A file read in a process of its own, which may fail, end or take too long without harm to who asked."""

from __future__ import annotations

import multiprocessing
import resource
import signal
import time
from dataclasses import dataclass
from importlib import import_module
from math import ceil
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from ingest import IngestError, Source, cut_passages, load
from ingest.read.kinds import SUFFIXES

Outcome = Literal["read", "refused", "failed", "crashed", "late"]
_FORK = multiprocessing.get_context("fork")
_PATIENCE = 10  # how many times as long a busy machine may take
_MOST = 6 << 30  # bytes of addresses; what asks for more fails, and does not take the machine with it


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file was read: `refused` with a reason that is told, `failed` with another error.

    `seconds` of the processor are those from its bytes to its passages, `mib` the peak of the memory of the process.
    """

    outcome: Outcome
    why: str = ""
    seconds: float = 0.0
    mib: float = 0.0
    passages: int = 0
    text: str = ""
    dropped: tuple[str, ...] = ()


def prepare() -> None:
    """Import what the readers take, so that no process has to do so by itself."""
    for name in ("charset_normalizer", "docutils.core", "ftfy", "langchain_text_splitters", "lxml.html", "olefile"):
        import_module(name)
    for name in ("pdfminer.high_level", "pptx", "trafilatura", "yaml"):
        import_module(name)


def kind_of(path: Path) -> str:
    """The suffix of a file that is read, without its dot; empty for others."""
    return path.suffix[1:].lower() if path.suffix.lower() in SUFFIXES else ""


def read_apart(path: Path, seconds: float) -> Reading:
    """Read `path` and cut it into passages in a child process, which is ended after `seconds` of the processor."""
    ours, theirs = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_read, args=(path, seconds, theirs))
    process.start()
    theirs.close()
    try:
        if ours.poll(_PATIENCE * seconds):
            told: Reading = ours.recv()
        else:
            process.kill()
            told = _late(seconds)
    except EOFError:
        process.join()
        is_late = process.exitcode == -signal.SIGXCPU
        told = _late(seconds) if is_late else Reading("crashed", f"ended with {process.exitcode}")
    process.join()
    return told


def _late(seconds: float) -> Reading:
    return Reading("late", f"not read after {seconds:g} s", seconds)


def _read(path: Path, seconds: float, told: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (ceil(seconds), ceil(seconds) + 1))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST, _MOST))
    began = time.process_time()
    text, dropped, passages = "", (), 0
    outcome: Outcome = "read"
    why = ""
    try:
        document = load(Source(path.stem, path, file=path.name))
        passages = sum(1 for _ in cut_passages(document))
        text, dropped = document.text, document.dropped
    except IngestError as error:
        outcome, why = "refused", str(error).removeprefix(f"{path}: ")
    except (Exception, RecursionError, MemoryError) as error:
        outcome, why = "failed", f"{type(error).__name__}: {_where(error)}"
    took = time.process_time() - began
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told.send(Reading(outcome, why, took, mib, passages, text, dropped))


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    code = trace.tb_frame.f_code if trace else None
    return f"{str(error)[:100]} ({Path(code.co_filename).name}:{trace.tb_lineno})" if trace and code else str(error)
