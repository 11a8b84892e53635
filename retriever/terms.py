"""The telling words of a question, how telling each is, and which of them a text holds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest import FUNCTION_WORDS, WORD, Encoder, Generation, analyze
from retriever.names import Names
from retriever.spelling import Spelling
from retriever.synonyms import Synonyms


@dataclass(frozen=True, slots=True)
class Asked:
    """A word of a question that says what it is about, with its terms in the lexical index and their greatest idf.

    `others` are the terms of what the corpus says for it: its other names and its synonyms.
    """

    word: str
    terms: tuple[str, ...]
    weight: float
    is_name: bool
    others: tuple[tuple[str, ...], ...]


class Terms:
    """The vocabulary of one generation, made ready for questions: its `spelling` and its `names`."""

    def __init__(self, generation: Generation, encoder: Encoder) -> None:
        """For questions about `generation`, with the encoder that it was made with."""
        self._lexicon = generation.lexicon
        self._passages = generation.passage_count()
        self._synonyms = Synonyms(generation.synonyms)
        self.spelling = Spelling(self._lexicon, self._synonyms, encoder)
        self.names = Names(self._lexicon)

    def idf(self, term: str) -> float:
        """How telling a term is: ln(1 + (N - n + 0.5) / (n + 0.5)), as in BM25; most for one the corpus has not."""
        n = self._lexicon.count(term)
        return math.log(1 + (self._passages - n + 0.5) / (n + 0.5))

    def learn(self, questions: Iterable[str]) -> None:
        """Look up at once what will be asked of the words of `questions`, and of what may be said for them."""
        words: list[str] = []
        for question in questions:
            words += (found[0] for found in WORD.finditer(question))
            for synonym in self._synonyms.find(question):
                words += (question[synonym.start : synonym.end], *synonym.others)
        self._lexicon.learn(words)

    def asked(self, question: str) -> list[Asked]:
        """The words of a question that are not function words, each once: first the phrases that have synonyms."""
        found: dict[tuple[str, ...], Asked] = {}
        phrases = [
            (s.start, s.end) for s in self._synonyms.find(question) if WORD.fullmatch(question, s.start, s.end) is None
        ]
        for start, end in phrases:
            asked = self._asked(question[start:end].lower())
            found[asked.terms] = asked
        for match in WORD.finditer(question):
            word = match[0].lower().replace("’", "'")
            if word not in FUNCTION_WORDS and analyze(word) and not any(s <= match.start() < e for s, e in phrases):
                asked = self._asked(word)
                found.setdefault(asked.terms, asked)
        return list(found.values())

    def _asked(self, words: str) -> Asked:
        others = (*self.names.aliases([words]), *self._synonyms.of(words))
        weight = max(self.idf(term) for term in analyze(words))
        if " " in words:
            weight = max(weight, *(self.idf(term) for other in others for term in analyze(other)))
        alike = tuple(terms for terms in (tuple(analyze(other)) for other in others) if terms)
        return Asked(words, tuple(analyze(words)), weight, self.names.has(words), alike)

    def holds(self, asked: Asked, terms: frozenset[str]) -> bool:
        """Whether a text with these `terms` holds a word, another name of it, or a synonym."""
        return any(terms.issuperset(words) for words in (asked.terms, *asked.others))

    def held(self, asked: Sequence[Asked], terms: frozenset[str]) -> frozenset[str]:
        """The words of what is asked that a text with these `terms` holds."""
        return frozenset(word.word for word in asked if self.holds(word, terms))

    def coverage(self, asked: Sequence[Asked], terms: frozenset[str]) -> float:
        """The part of what is asked, weighed by idf, that a text with these `terms` holds, in [0, 1]."""
        total = sum(word.weight for word in asked)
        return sum(word.weight for word in asked if self.holds(word, terms)) / total if total else 0.0

    def said(self, asked: Sequence[Asked], text: str) -> list[str]:
        """The words of a text, in lower case and each once, by which it holds what is asked, by another name too."""
        terms = frozenset(analyze(text))
        alike = (words for word in asked for words in (word.terms, *word.others))
        held = {term for words in alike if terms.issuperset(words) for term in words}
        found = dict.fromkeys(match[0].lower() for match in WORD.finditer(text))
        return [word for word in found if analyze(word) and held.issuperset(analyze(word))]
