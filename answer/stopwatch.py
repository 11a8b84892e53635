"""How long each stage of an answer takes, told as it begins."""

from __future__ import annotations

import time
from collections.abc import Callable

from answer.record import Stage


class Stopwatch:
    """Milliseconds by stage, from when it is made."""

    def __init__(self, begins: Callable[[Stage], None]) -> None:
        """Tell `begins` of a stage when it first begins."""
        self._begins = begins
        self._started = self._changed = time.perf_counter()
        self._stage: Stage | None = None
        self._ms: dict[str, float] = {}

    def begin(self, stage: Stage) -> None:
        """Begin a stage, or go on with it; the one before it ends."""
        self._end()
        self._stage = stage
        if stage not in self._ms:
            self._ms[stage] = 0.0
            self._begins(stage)

    def stop(self) -> dict[str, float]:
        """The stages, in the order in which they began, and the `total`."""
        self._end()
        total = 1000 * (self._changed - self._started)
        return {stage: round(ms, 2) for stage, ms in (self._ms | {"total": total}).items()}

    def _end(self) -> None:
        now = time.perf_counter()
        if self._stage:
            self._ms[self._stage] += 1000 * (now - self._changed)
        self._changed = now
