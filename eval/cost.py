"""What answers cost: time by stage, the tokens of a language model, and what it takes to start."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from answer import Answer
from eval.errors import RunError

PERCENTILES = (50, 95, 99)
# A process is never told to have had less memory than the one that started it, so that has to be a small one.
_MEASURE = """
import resource, subprocess, sys, time
started = time.perf_counter()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


@dataclass(frozen=True, slots=True)
class Start:
    """A process that starts, answers one question and ends: wall time in seconds, and its greatest memory in MiB."""

    seconds: float
    memory_mib: float


def stages(timings: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """For each stage of answering, its 50th, 95th and 99th percentile over the questions, in milliseconds.

    Percentiles are interpolated linearly between order statistics (Hyndman and Fan 1996, definition 7).
    """
    names = list(dict.fromkeys(name for row in timings.values() for name in row))
    return {
        name: {
            f"p{percent}": round(
                float(np.percentile([row[name] for row in timings.values() if name in row], percent)), 2
            )
            for percent in PERCENTILES
        }
        for name in names
    }


def tokens(answers: Iterable[Answer]) -> dict[str, dict[str, float]]:
    """The tokens a question that a language model read (prompt) and wrote (completion): mean and 95th percentile.

    They are over the answers that tell of them; empty where none does.
    """
    told = [answer.tokens for answer in answers if answer.tokens]
    by_kind = {"prompt": [t.prompt for t in told], "completion": [t.completion for t in told]}
    return {
        kind: {"mean": round(float(np.mean(counts)), 1), "p95": round(float(np.percentile(counts, 95)), 1)}
        for kind, counts in by_kind.items()
        if counts
    }


def cold_start(arguments: Sequence[str]) -> Start:
    """Run `python -m ibid ARGUMENTS` in a process of its own.  Raises RunError where that fails."""
    command = [sys.executable, "-m", "ibid", *arguments]
    ran = subprocess.run([sys.executable, "-c", _MEASURE, *command], capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RunError(f"ibid {' '.join(arguments)} failed: {ran.stderr.strip()}")
    seconds, peak = map(float, ran.stdout.split())
    # On Linux in KiB, on macOS in bytes.
    return Start(round(seconds, 2), round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1))
