"""Spell correction of a question, and which of its words are out of vocabulary: names from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from ingest import FUNCTION_WORDS, WORD, Encoder, Lexicon, analyze
from retriever.synonyms import Synonyms

_SHORTEST_CORRECTED = 5
_LONG = 8
_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Correction:
    """A question with its spelling corrected: `changes` are (as written, as read) pairs."""

    text: str
    changes: tuple[tuple[str, str], ...]


class Spelling:
    """Tells words that are known from slips and from names of elsewhere."""

    def __init__(self, lexicon: Lexicon, synonyms: Synonyms, encoder: Encoder) -> None:
        """Known is what a corpus says, its synonyms, and what the encoder's vocabulary holds whole."""
        self._lexicon = lexicon
        self._synonyms = synonyms
        self._encoder = encoder
        self._near = _looking(lambda: lexicon.texts)
        self._near_ordinary = _looking(lambda: encoder.words)

    @cached_property
    def _all(self) -> str:
        return "\n".join(self._lexicon.texts)

    def correct(self, question: str) -> Correction:
        """Correct the words that neither the corpus nor the encoder knows.

        Such a word becomes the one word of the corpus that it resembles.  One slip (Damerau-Levenshtein) is forgiven,
        two in a long word that begins alike; where two words of different meaning are equally near, none is taken.
        """
        changes: list[tuple[str, str]] = []

        def replace(found: re.Match[str]) -> str:
            word = found[0].lower()
            if not word.isalpha() or self._is_known(word):
                return found[0]
            near = self._near(word)
            better = near[0] if len({tuple(analyze(other)) for other in near}) == 1 else None
            if better is None:
                return found[0]
            changes.append((found[0], better))
            return better

        return Correction(WORD.sub(replace, question), tuple(changes))

    def listed(self, question: str) -> dict[str, str]:
        """The names in a question that stand in bibliographies alone, each with the id of a document that lists it."""
        listed: dict[str, str] = {}
        for found in WORD.finditer(question):
            word = found[0]
            document = self._lexicon.lists(word.lower())
            is_capitalised = found.start() > 0 and word[0].isupper() and not question.isupper()
            if document and (is_capitalised or not self._is_known(word.lower())):
                listed[word] = document
        return listed

    def out_of_vocabulary(self, question: str) -> list[str]:
        """The words of the question that neither the corpus nor the encoder's vocabulary has, as they are written."""
        words = {found[0].lower(): found[0] for found in WORD.finditer(question)}
        return [word for word in words.values() if self.is_out_of_vocabulary(word)]

    def is_out_of_vocabulary(self, word: str) -> bool:
        """Whether a word is a name from elsewhere: unknown, and no misspelling or part of a word that is known.

        A short word in lower case is taken for slang or a slip, in capitals for an abbreviation.
        """
        lower = word.lower()
        if self._is_known(lower) or (len(word) < _SHORTEST_CORRECTED and not word.isupper()):
            return False
        if len(lower) >= _SHORTEST_CORRECTED and lower in self._all:
            return False
        return not self._near(lower) and not self._near_ordinary(lower)

    def _is_known(self, word: str) -> bool:
        """Whether the corpus or the encoder's vocabulary has a word, or all the parts of one with hyphens."""
        if self._synonyms.has(word):
            return True
        if self._lexicon.word(word) or word in FUNCTION_WORDS or all(map(self._lexicon.count, analyze(word))):
            return True
        parts = [part for part in re.split(r"[-'’]", word) if len(part) > 1]
        ordinary = self._encoder.words
        return all(p in ordinary or self._lexicon.word(p) or p.removesuffix("s") in ordinary for p in parts)


def _looking(words: Callable[[], Iterable[str]]) -> Callable[[str], list[str]]:
    """What tells the words nearest to one, and remembers: to look through all takes long, and a question's recur.

    It refers to nothing but `words`: what holds it is let go, with the files that it has open, as soon as nobody needs
    it, and not only when garbage is collected.
    """
    by_length = cache(lambda: _grouped(words()))
    return lru_cache(_REMEMBERED)(lambda word: _nearest(word, by_length()))


def _grouped(words: Iterable[str]) -> Mapping[int, list[str]]:
    """Words by their lengths."""
    groups: dict[int, list[str]] = {}
    for word in words:
        groups.setdefault(len(word), []).append(word)
    return groups


def _nearest(word: str, vocabulary: Mapping[int, list[str]]) -> list[str]:
    """The words of a vocabulary, by length, nearest to a misspelt one, in order; none where none is near."""
    if len(word) < _SHORTEST_CORRECTED:
        return []
    slips = 2 if len(word) >= _LONG else 1
    alike = [other for n in range(len(word) - slips, len(word) + slips + 1) for other in vocabulary.get(n, ())]
    found = process.extract(word, alike, scorer=DamerauLevenshtein.distance, score_cutoff=slips, limit=None)
    near = [
        (int(d), other)
        for other, d, _ in found
        if len(other) >= _SHORTEST_CORRECTED and (d == 1 or other[0] == word[0])
    ]
    return sorted(other for distance, other in near if distance == min(near)[0])
