"""How often a client may ask: a bucket of tokens each, which fills again at a steady rate."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_CLIENTS = 10_000


class Rate:
    """Token buckets by client; the ones longest unused are forgotten, which fills them."""

    def __init__(self, a_minute: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Let each client ask `burst` times at once, and `a_minute` times a minute in the long run."""
        self._a_second = a_minute / 60
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> int:
        """Take a token of `client`: 0, or where there is none the whole seconds until there is one."""
        now = self._clock()
        tokens, then = self._buckets.get(client, (float(self._burst), now))
        tokens = min(self._burst, tokens + (now - then) * self._a_second)
        is_free = tokens >= 1
        self._buckets[client] = (tokens - 1 if is_free else tokens, now)
        self._buckets.move_to_end(client)
        while len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return 0 if is_free else max(1, math.ceil((1 - tokens) / self._a_second))
