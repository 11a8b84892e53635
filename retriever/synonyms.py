"""Words that stand for each other, as the corpus gives them: what laymen say, and what the sources say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from ingest import WORD, analyze


@dataclass(frozen=True, slots=True)
class Synonym:
    """A word or phrase of a question, `text[start:end]`, and what the corpus may say for it."""

    start: int
    end: int
    others: tuple[str, ...]


class Synonyms:
    """Finds the synonyms of a corpus in questions, whatever the form of their words."""

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        """Each of `rows` are words or phrases that may be used for each other."""
        self._others: dict[tuple[str, ...], dict[str, None]] = {}
        for row in rows:
            for phrase in row:
                known = self._others.setdefault(_key(phrase), {})
                known |= {other: None for other in row if _key(other) != _key(phrase)}
        self._stems = frozenset(stem for key in self._others for stem in key)
        self._longest = max(map(len, self._others), default=0)

    def find(self, text: str) -> list[Synonym]:
        """Those in `text`, in order, the longest first where they overlap."""
        words = list(WORD.finditer(text))
        keys = [_key(word[0]) for word in words] if self._others else []
        found: list[Synonym] = []
        at = 0
        while at < len(keys):
            for size in range(min(self._longest, len(keys) - at), 0, -1):
                others = self._others.get(tuple(chain(*keys[at : at + size])))
                if others:
                    found.append(Synonym(words[at].start(), words[at + size - 1].end(), tuple(others)))
                    at += size - 1
                    break
            at += 1
        return found

    def has(self, word: str) -> bool:
        """Whether a word is one of those, or stands in a phrase of theirs."""
        return self._stems.issuperset(_key(word))

    def of(self, phrase: str) -> tuple[str, ...]:
        """What may be said for `phrase` as a whole."""
        return tuple(self._others.get(_key(phrase), ()))


@lru_cache(maxsize=10_000)
def _key(phrase: str) -> tuple[str, ...]:
    """A phrase by the stems of its words, so that "shot" is found in "shots"."""
    return tuple(term for found in WORD.finditer(phrase) for term in analyze(found[0]) or [found[0].lower()])
