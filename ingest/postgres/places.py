"""Places of documents among each other, which stay what they are when others come between."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction


def places(order: Sequence[int], before: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """The places of those documents in `order`, by their numbers, that have none `before`, or one that is not theirs.

    As few as can be are moved.
    """
    stay = _ascending([number for number in order if number in before], before)
    new: dict[int, Decimal] = {}
    last: Decimal | None = None
    waiting: list[int] = []
    for number in order:
        if number in stay:
            new |= zip(waiting, _between(last, before[number], len(waiting)), strict=True)
            last, waiting = before[number], []
        else:
            waiting.append(number)
    return new | dict(zip(waiting, _between(last, None, len(waiting)), strict=True))


def _ascending(numbers: Sequence[int], before: Mapping[int, Decimal]) -> frozenset[int]:
    """A longest part of `numbers` whose places ascend (Fredman 1975, "Longest increasing subsequences")."""
    lasts: list[Decimal] = []
    ends: list[int] = []
    earlier: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(lasts, before[number])
        earlier[number] = ends[at - 1] if at else None
        lasts[at : at + 1], ends[at : at + 1] = [before[number]], [number]
    found: list[int] = []
    number_or_none = ends[-1] if ends else None
    while number_or_none is not None:
        found.append(number_or_none)
        number_or_none = earlier[number_or_none]
    return frozenset(found)


def _between(low: Decimal | None, high: Decimal | None, count: int) -> Iterator[Decimal]:
    """So many places, ascending, between two, of which either may be left open."""
    if not count:
        return
    if high is None:
        start = math.floor(low) if low is not None else -1
        yield from (Decimal(start + number) for number in range(1, count + 1))
        return
    if low is None:
        low = Decimal(math.floor(high) - count - 1)
    digits = 0
    while (last := math.ceil(Fraction(high) * 10**digits)) - (first := math.floor(Fraction(low) * 10**digits)) <= count:
        digits += 1
    for number in range(1, count + 1):
        # Out of a text a Decimal is exact, however many digits it has.
        yield Decimal(f"{first + number * (last - first) // (count + 1)}e-{digits}")
