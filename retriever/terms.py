"""What the words of a question mean in this corpus, and how telling each is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest import FUNCTION_WORDS, WORD, Encoder, Generation, analyze
from retriever.names import Names
from retriever.spelling import Spelling
from retriever.subjects import Subjects
from retriever.synonyms import Synonyms

_NAMING_WORDS = "abbreviation acronym brand called generic known marketed name named names sold trade trademark"
_NAMING = frozenset(_NAMING_WORDS.split())
# Below the first cosine two words have nothing to do with each other, at the second they mean the same.
_UNLIKE, _ALIKE = 0.45, 0.80
_OF_KIND = 0.8


@dataclass(frozen=True, slots=True)
class Asked:
    """A word of a question that says what it is about, with its terms in the lexical index and their greatest idf."""

    word: str
    terms: tuple[str, ...]
    weight: float


class Terms:
    """The vocabulary of one generation, made ready for questions: its `spelling`, `names` and `subjects`."""

    def __init__(self, generation: Generation, encoder: Encoder) -> None:
        """For questions about `generation`, with the encoder that it was made with."""
        self._encoder = encoder
        self._lexicon = generation.lexicon
        self._passages = generation.passage_count()
        self._synonyms = Synonyms(generation.synonyms)
        self.spelling = Spelling(self._lexicon, self._synonyms, encoder)
        self.names = Names(self._lexicon)
        self.subjects = Subjects(generation, self.names)

    def idf(self, term: str) -> float:
        """How telling a term is: ln(1 + (N - n + 0.5) / (n + 0.5)), as in BM25; most for one the corpus has not."""
        n = self._lexicon.count(term)
        return math.log(1 + (self._passages - n + 0.5) / (n + 0.5))

    def asked(self, question: str) -> list[Asked]:
        """The words of a question that are not function words, each once, in order."""
        found: dict[tuple[str, ...], Asked] = {}
        phrases = [
            (s.start, s.end) for s in self._synonyms.find(question) if WORD.fullmatch(question, s.start, s.end) is None
        ]
        for start, end in phrases:
            phrase = question[start:end].lower()
            terms = tuple(analyze(phrase))
            weight = max(self.idf(term) for other in (phrase, *self._synonyms.of(phrase)) for term in analyze(other))
            found[terms] = Asked(phrase, terms, weight)
        for match in WORD.finditer(question):
            if any(start <= match.start() < end for start, end in phrases):
                continue
            word = match[0].lower().replace("’", "'")
            terms = tuple(analyze(word))
            if word not in FUNCTION_WORDS and terms:
                found.setdefault(terms, Asked(word, terms, max(map(self.idf, terms))))
        asked = list(found.values())
        # "The generic name of X" is answered by its other name alone.
        named = any(self.names.aliases([a.word]) for a in asked)
        return [a for a in asked if not (named and a.word in _NAMING)]

    def match(self, asked: Asked, terms: frozenset[str]) -> float:
        """How well a text with these `terms` holds a word, in [0, 1]: 1 for itself or another name of it.

        Else by the nearest meaning: the greatest cosine between the word and a term, both embedded alone.
        """
        if terms.issuperset(asked.terms):
            return 1.0
        aliases = self.names.aliases([asked.word])
        if any(terms.issuperset(analyze(other)) for other in (*aliases, *self._synonyms.of(asked.word))):
            return 1.0
        kinds = (kind for name in (asked.word, *aliases) for kind in self.subjects.kinds(name))
        if any(terms.issuperset(analyze(kind)) for kind in kinds):
            return _OF_KIND
        if not terms:
            return 0.0
        vectors = self._encoder.encode([asked.word, *sorted(terms)])
        nearest = float((vectors[1:] @ vectors[0]).max())
        return min(1.0, max(0.0, (nearest - _UNLIKE) / (_ALIKE - _UNLIKE)))

    def nearest(self, name: str, others: Sequence[str]) -> str | None:
        """The one of `others` whose meaning is nearest to `name`, the first of equals; None where there is none."""
        if len(others) < 2:
            return next(iter(others), None)
        vectors = self._encoder.encode([name, *others])
        return others[int((vectors[1:] @ vectors[0]).argmax())]

    def relates(self, asked: Iterable[Asked], subject: str) -> float:
        """The part of the words asked that stand, to the letter, in the passages about `subject`, in [0, 1]."""
        words = list(asked)
        held = frozenset(term for text in self.subjects.about(subject) for term in analyze(text))
        return sum(held.issuperset(word.terms) for word in words) / len(words) if words else 0.0

    def coverage(self, asked: Iterable[Asked], terms: frozenset[str]) -> float:
        """The part of what is asked, weighed by idf, that a text with these `terms` holds, in [0, 1]."""
        words = list(asked)
        total = sum(word.weight for word in words)
        return sum(word.weight * self.match(word, terms) for word in words) / total if total else 0.0
