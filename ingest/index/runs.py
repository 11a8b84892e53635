"""Whole numbers in an order, kept as runs of numbers that follow each other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate

import numpy as np
import numpy.typing as npt

# The first number of a run, and how many there are.
Run = tuple[int, int]


class Runs:
    """Numbers in the order given, each once: there may be millions, as long as most of them follow the one before."""

    def __init__(self, runs: Iterable[Run] = ()) -> None:
        """All numbers of the `runs`, which do not overlap, one run after the other."""
        joined: list[Run] = []
        for first, count in runs:
            if joined and first == sum(joined[-1]):
                joined[-1] = joined[-1][0], joined[-1][1] + count
            elif count:
                joined.append((first, count))
        self.runs = tuple(joined)
        places = accumulate((count for _, count in joined), initial=0)
        self._sorted = sorted((first, count, place) for (first, count), place in zip(joined, places, strict=False))
        self._firsts = [first for first, _, _ in self._sorted]
        self._count = sum(count for _, count in joined)

    @classmethod
    def of(cls, numbers: Iterable[int]) -> Runs:
        """The `numbers`, in their order."""
        return cls((number, 1) for number in numbers)

    def __iter__(self) -> Iterator[int]:
        return (number for first, count in self.runs for number in range(first, first + count))

    def __len__(self) -> int:
        return self._count

    def __contains__(self, number: int) -> bool:
        return self.place(number) is not None

    def place(self, number: int) -> int | None:
        """How many numbers come before `number`; None where it is not there."""
        at = bisect_right(self._firsts, number) - 1
        if at < 0:
            return None
        first, count, place = self._sorted[at]
        return place + number - first if number < first + count else None

    def within(self, numbers: range) -> Runs:
        """Those among `numbers`, in their order."""
        cut = ((max(first, numbers.start), min(first + count, numbers.stop)) for first, count in self.runs)
        return Runs((start, stop - start) for start, stop in cut if start < stop)

    def hold(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which of `numbers`, shape (n,), are there."""
        if not self.runs:
            return np.zeros(len(numbers), dtype=np.bool_)
        ends = np.array([first + count for first, count, _ in self._sorted])
        at = np.searchsorted(np.array(self._firsts), numbers, side="right") - 1
        return (at >= 0) & (numbers < ends[np.maximum(at, 0)])
