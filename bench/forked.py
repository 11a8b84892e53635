"""What is done in a process of its own, and how that ends; system calls can be let fail there."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from answer import AnswerError
from ingest import IngestError

PATIENCE = 60.0


def forked(work: Callable[[], Any], patience: float = PATIENCE) -> dict[str, Any]:
    """What `work` gives in a process of its own, or how that ended."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    process = os.fork()
    if not process:
        _told(work, reading, writing)
    os.close(writing)
    told = b""
    with os.fdopen(reading, "rb", buffering=0) as file:
        is_late = not select.select([file], [], [], patience)[0]
        if is_late:
            os.kill(process, signal.SIGKILL)
        while not is_late and (block := file.read(1 << 16)):
            told += block
    _, status = os.waitpid(process, 0)
    if told:
        return dict(json.loads(told))
    return {"hung": True} if is_late and patience == PATIENCE else {"signal": signal.Signals(os.WTERMSIG(status)).name}


def _told(work: Callable[[], Any], reading: int, writing: int) -> None:
    """Do the work, tell what it gives, and end this process."""
    try:
        told: dict[str, Any] = {"done": work()}
    except (IngestError, AnswerError) as error:
        told = {"refused": f"{type(error).__name__}: {error}"}
    except BaseException as error:
        told = {"failed": type(error).__name__, "where": "".join(traceback.format_exc())[-1500:]}
    arm(0)
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    with os.fdopen(writing, "wb") as file:
        file.write(json.dumps(told).encode())
    os._exit(0)


def compiled(folder: Path) -> str | None:
    """What lets calls fail, to be loaded before a program; None where there is no compiler."""
    library, source = folder / "faults.so", Path(__file__).parent / "faults.c"
    if not shutil.which("cc"):
        return None
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return str(library)


def arm(kind: int, at: int = 0, lasting: bool = False, folder: Path = Path()) -> None:
    """Let system calls fail from now on, where faults.c was loaded before this program."""
    if "IBID_FAULTS" in os.environ:
        ctypes.CDLL(None).fault_arm(kind, ctypes.c_long(at), lasting, str(folder).encode())


def count() -> int:
    """How many calls there were since."""
    return int(ctypes.CDLL(None).fault_count())
