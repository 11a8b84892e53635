"""Which items of one list are which of another: kept, moved, or changed and still alike."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

Item = tuple[str, str]  # its kind and its text
Pair = tuple[int, int]
Run = tuple[int, int, int]  # where it begins in the old and in the new, and how long it is

# Of two different sentences on one subject 1 pair in 100 is alike by 55 in 100, and hardly one in 1,000 by 65: the
# first will do between the same neighbours.
ALIKE_NEAR, ALIKE_ANYWHERE = 55.0, 65.0
_ROWS_AT_ONCE = 256


def match(old: list[Item], new: list[Item]) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """The (old, new) indices of the items that are kept, moved and changed.

    Those kept are a longest common subsequence, in its order.  Deterministic, and the same both ways.
    """
    # Ties are decided in one direction only, so that there and back are mirror images.
    if old > new:
        kept, moved, changed = match(new, old)
        return _mirrored(kept), _mirrored(moved), _mirrored(changed)
    kept = [(i + k, j + k) for i, j, length in common(old, new) for k in range(length)]
    left, right = _without(range(len(old)), kept, 0), _without(range(len(new)), kept, 1)
    moved = _equal(old, new, left, right)
    left, right = _without(left, moved, 0), _without(right, moved, 1)
    near = _alike_near(old, new, left, right, kept)
    left, right = _without(left, near, 0), _without(right, near, 1)
    return kept, moved, near + _alike(old, new, left, right, ALIKE_ANYWHERE)


def _mirrored(pairs: Sequence[Pair]) -> list[Pair]:
    return [(j, i) for i, j in pairs]


def _without(indices: Sequence[int], pairs: Sequence[Pair], side: int) -> list[int]:
    taken = {pair[side] for pair in pairs}
    return [index for index in indices if index not in taken]


def common(old: Sequence[Item] | Sequence[str], new: Sequence[Item] | Sequence[str]) -> list[Run]:
    """A longest common subsequence of two lists, as runs."""
    numbers: dict[Item | str, int] = {}
    rows = [[numbers.setdefault(item, len(numbers)) for item in items] for items in (old, new)]
    equal = [block for block in LCSseq.opcodes(*rows) if block.tag == "equal"]
    return [(block.src_start, block.dest_start, block.src_end - block.src_start) for block in equal]


def _equal(old: Sequence[Item], new: Sequence[Item], left: Sequence[int], right: Sequence[int]) -> list[Pair]:
    """Equal items, the first with the first where there are several."""
    places: dict[Item, deque[int]] = defaultdict(deque)
    for i in left:
        places[old[i]].append(i)
    return [(places[new[j]].popleft(), j) for j in right if places[new[j]]]


def _alike_near(
    old: Sequence[Item], new: Sequence[Item], left: Sequence[int], right: Sequence[int], kept: Sequence[Pair]
) -> list[Pair]:
    """Items that are alike and stand between the same two that were kept."""
    gaps: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, indices in enumerate((left, right)):
        anchors = [pair[side] for pair in kept]
        for index in indices:
            gaps[bisect_right(anchors, index)][side].append(index)
    return [pair for sides in gaps.values() for pair in _alike(old, new, *sides, ALIKE_NEAR)]


def _alike(
    old: Sequence[Item], new: Sequence[Item], left: Sequence[int], right: Sequence[int], least: float
) -> list[Pair]:
    """Pairs of one kind that are alike by `least` in 100: the best first, and of equally good ones the nearest."""
    found = [
        (-score, abs(i - j), i, j)
        for kind in sorted({old[i][0] for i in left})
        for score, i, j in _scores(_of(kind, old, left), _of(kind, new, right), least)
    ]
    left_over, right_over = set(left), set(right)
    pairs: list[Pair] = []
    for _, _, i, j in sorted(found):
        if i in left_over and j in right_over:
            pairs.append((i, j))
            left_over.remove(i)
            right_over.remove(j)
    return pairs


def _of(kind: str, contents: Sequence[Item], indices: Sequence[int]) -> dict[int, str]:
    return {index: contents[index][1] for index in indices if contents[index][0] == kind}


def _scores(old: Mapping[int, str], new: Mapping[int, str], least: float) -> Iterator[tuple[float, int, int]]:
    """The likeness of every pair of texts that reaches `least`, with the two indices."""
    rows, columns = list(old), list(new)
    for first in range(0, len(rows) if columns else 0, _ROWS_AT_ONCE):
        some = rows[first : first + _ROWS_AT_ONCE]
        texts = [old[i] for i in some]
        scores = process.cdist(texts, list(new.values()), scorer=fuzz.ratio, score_cutoff=least, workers=-1)
        for row, column in np.argwhere(scores > 0):
            yield float(scores[row, column]), some[row], columns[column]
