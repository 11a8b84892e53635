"""The best answer among all stretches of tokens."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

LONGEST = 30
Logits = npt.NDArray[np.float32]


def best_span(starts: Logits, ends: Logits, longest: int = LONGEST) -> tuple[int, int, float]:
    """First and last token, and the sum of logits, of the best span of at most `longest` tokens.

    `starts` and `ends`: logits of shape (tokens,), at least one token.
    """
    best = (0, 0, -np.inf)
    for length in range(min(longest, len(starts))):
        sums = starts[: len(starts) - length] + ends[length:]
        at = int(sums.argmax())
        if sums[at] > best[2]:
            best = (at, at + length, float(sums[at]))
    return best
