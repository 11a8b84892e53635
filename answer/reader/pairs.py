"""Questions and passages side by side, in tokens, as the network of the reader takes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

LONGEST_QUESTION = 48
QUESTION, PASSAGE = 1, 2
Ids = tuple[int, ...]
Whole = npt.NDArray[np.int64]


def lay_out(pairs: Sequence[tuple[Ids, Ids]]) -> tuple[Whole, Whole, int]:
    """The tokens of pairs of question and passage, and which side each is of: QUESTION, PASSAGE, or 0 for padding.

    Both of shape (pairs, longest).  The passages begin where the longest question ends, which is the third.
    """
    shift = max(len(question) for question, _ in pairs)
    longest = shift + max(len(passage) for _, passage in pairs)
    ids = np.zeros((len(pairs), longest), dtype=np.int64)
    side = np.zeros((len(pairs), longest), dtype=np.int64)
    for row, (question, passage) in enumerate(pairs):
        for start, tokens, which in ((0, question, QUESTION), (shift, passage, PASSAGE)):
            ids[row, start : start + len(tokens)] = tokens
            side[row, start : start + len(tokens)] = which
    return ids, side, shift
