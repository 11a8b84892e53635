"""What the process does that reads for another within limits: see `ingest.work.loader`.

It reads requests, a line of JSON each, on its standard input, and answers each on its standard output: a line that says
how it went, of how many bytes the answer is and how much memory was taken at most so far, and the answer.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from time import process_time
from typing import Any

from ingest.work.reading import read_source, read_to_json, source_from_json


def serve() -> None:
    """Answer requests until nobody is there to ask."""
    # What a library prints is no answer.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):  # where the machine has no memory left, this process is to go first
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    requests: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(requests,), name="ibid-requests", daemon=True).start()
    answers.write(b"ready\n")
    answers.flush()
    # What libraries keep for their threads is theirs, and not what a file takes.
    own = _told("VmData")
    while True:
        kind, answer = _answer(json.loads(requests.get()), own)
        answers.write(b"%s %d %d\n" % (kind, len(answer), _told("VmHWM")))
        answers.write(answer)
        answers.flush()


def _listen(requests: SimpleQueue[bytes]) -> None:
    """Take in requests; when the one that asks is gone, end, whatever is being done here, and all that it started."""
    for line in sys.stdin.buffer:
        requests.put(line)
    os.killpg(0, signal.SIGKILL)


def _answer(request: dict[str, Any], own: int) -> tuple[bytes, bytes]:
    """What reading gives within its limits, to which the `own` bytes of the process come."""
    _limit(resource.RLIMIT_CPU, int(process_time()) + 1 + request["seconds"])
    _limit(resource.RLIMIT_DATA, own + request["memory"])
    try:
        read = read_source(source_from_json(request["source"]), request["passage_size"])
        answer = b"read", read_to_json(read).encode("utf-8", "surrogatepass")
    except MemoryError:
        answer = b"memory", b""
    _limit(resource.RLIMIT_CPU, None)
    _limit(resource.RLIMIT_DATA, None)
    return answer


def _limit(what: int, most: int | None) -> None:
    """Set a limit of this process, or with None take it away, as far as whoever started it allows."""
    _, allowed = resource.getrlimit(what)
    bounds = [bound for bound in (most, allowed) if bound is not None and bound != resource.RLIM_INFINITY]
    resource.setrlimit(what, (min(bounds, default=resource.RLIM_INFINITY), allowed))


def _told(what: str) -> int:
    """Bytes of memory of this process, as Linux tells them; 0 where the system does not tell.

    What getrusage tells is that of the process too that started this one.
    """
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith(f"{what}:"):
                return int(line.split()[1]) * 1024
    return 0
