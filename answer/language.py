"""The language of a question: counted n-grams of bytes, and a notice where it is surely not English.

The counts are those of py3langid, cut to what tells these languages apart; see LANGUAGE.md.
"""

from __future__ import annotations

import io
import json
import math
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from answer.record import Remark
from answer.shipped import shipped

TABLE = Path(__file__).parent / "language.npz"
NOTICES = Path(__file__).parent / "languages.json"
STEP = 0.1  # of the log odds in the table
# A question that is English with less than this probability is not; of 15,165 English ones none has so little.
_ENGLISH = 0.0005
# From this probability on a language is named in that language.
_SURE = 0.6


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest language of a text (ISO 639-1), its probability, and that of English."""

    language: str
    chance: float
    english: float


@dataclass(frozen=True, slots=True)
class _Table:
    """Log odds against English: `odds[rows[gram]]`, shape (languages - 1,), in steps; `prior`, shape (languages,)."""

    languages: tuple[str, ...]
    rows: Mapping[bytes, int]
    longest: int
    odds: npt.NDArray[np.int8]
    prior: npt.NDArray[np.float32]


@cache
def _table() -> _Table:
    with np.load(io.BytesIO(shipped(TABLE))) as held:
        text, ends = held["grams"].tobytes(), list(accumulate(held["lengths"].tolist(), initial=0))
        rows = {text[start:end]: row for row, (start, end) in enumerate(pairwise(ends))}
        longest = int(held["lengths"].max())
        return _Table(tuple(held["languages"].tolist()), rows, longest, held["odds"], held["prior"])


def guess(text: str) -> Guess:
    """The language that `text` is in; English where there is nothing to tell it by."""
    table = _table()
    content = unicodedata.normalize("NFC", text.lower() if text.isupper() else text).encode(errors="replace")
    counts = Counter(row for end in range(1, len(content) + 1) if (row := _ending(content, end, table)) is not None)
    if not counts:
        return Guess("en", 1.0, 1.0)
    weights = np.log1p(np.array(list(counts.values()), dtype=np.float32))
    scores = table.prior.copy()
    scores[1:] += STEP * (weights @ table.odds[list(counts)])
    # Divided by the root of the length, as n-grams that overlap are no evidence of their own.
    chances = np.exp((scores - scores.max()) / math.sqrt(len(content)))
    chances /= chances.sum()
    best = int(chances.argmax())
    return Guess(table.languages[best], float(chances[best]), float(chances[0]))


def _ending(content: bytes, end: int, table: _Table) -> int | None:
    """The row of the longest n-gram that ends at `end`."""
    starts = range(max(0, end - table.longest), end)
    return next((row for start in starts if (row := table.rows.get(content[start:end])) is not None), None)


def language_notice(question: str, quotes: Sequence[str]) -> list[Remark]:
    """That a question is in a language which is not understood, in that language where that is sure.

    Nothing is said of a question in English, nor of one in the language of what is quoted of the documents.
    """
    asked = guess(question)
    if asked.english >= _ENGLISH or asked.language == guess(" ".join(quotes)).language:
        return []
    notices = json.loads(shipped(NOTICES))
    return [Remark("language", notices[asked.language if asked.chance >= _SURE else "en"])]
