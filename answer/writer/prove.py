"""Whether a sentence that a model wrote stands in the evidence that it cites."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.evidence import Evidence
from answer.figures import counts, figures, implied
from answer.orders import gives_orders
from answer.writer.opposites import alike, reversed_by
from answer.writer.polarity import content, turned
from answer.writer.roles import swapped
from ingest import WORD, Encoder, RememberingEncoder, analyze
from retriever import Terms

LONGEST = 600
_LEAST = 2
_BACKED = 0.75
_FOREIGN = 0.36
_MEANT = 0.6
# Below the first cosine two words have nothing to do with each other, at the second they mean the same.
_UNLIKE, _ALIKE = 0.45, 0.80
_ADDRESS = re.compile(r"https?:|www\.|\w@\w|\]\(|<\w", re.IGNORECASE)


class Prover:
    """Checks sentences against evidence, by the words of one corpus."""

    def __init__(self, terms: Terms, encoder: Encoder) -> None:
        """Know names and other names by `terms`, and meanings by `encoder`."""
        self._terms = terms
        self._encoder = RememberingEncoder(encoder)

    def learn(self, sentences: Sequence[str], backing: Sequence[Evidence]) -> None:
        """Look up at once what will be asked of the words of some sentences and of all that they may stand in."""
        self._terms.learn((*sentences, *(evidence.led_text for evidence in backing)))

    def fault(self, sentence: str, backing: Sequence[Evidence]) -> str | None:
        """What of a sentence does not stand in its backing, in a word; None where all of it does.

        `form`: it is no sentence to check; `order`: it speaks to a machine; `figure`, with its unit; `name`; `words`:
        too much of it is not there; `opposite`; `roles`: two things have changed places; and the kinds of
        `answer.writer.polarity.turned`.
        """
        if not backing or len(sentence) > LONGEST or _ADDRESS.search(sentence):
            return "form"
        if gives_orders(sentence):
            return "order"
        text = "\n".join(evidence.led_text for evidence in backing)
        self._terms.learn((sentence, text))
        sentence = self._renamed(sentence, text)
        stems = frozenset(analyze(text)).union(*(evidence.terms for evidence in backing))
        if not figures(sentence) <= figures(text) | implied(text):
            return "figure"
        if not self._names_hold(sentence, text, stems):
            return "name"
        if reversed_by(frozenset(analyze(sentence)), frozenset(analyze(text))):
            return "opposite"
        if swapped(sentence, text):
            return "roles"
        return self._words(sentence, text, stems) or turned(sentence, text)

    def proof(self, sentence: str, cited: Sequence[Evidence]) -> tuple[Evidence, ...]:
        """Those of the evidence cited that a sentence stands in; empty where it does not stand in all of it together.

        Whatever proves it alone is enough; only where nothing does is it proved by several.
        """
        alone = tuple(evidence for evidence in cited if not self.fault(sentence, [evidence]))
        if alone or len(cited) < 2 or self.fault(sentence, cited):
            return alone
        kept = list(cited)
        for evidence in reversed(cited):
            others = [other for other in kept if other is not evidence]
            if others and not self.fault(sentence, others):
                kept = others
        return tuple(kept)

    def _renamed(self, sentence: str, text: str) -> str:
        """A sentence with things called as a text calls them, where it calls them by another name."""
        held = text.casefold()
        for name in self._names(sentence):
            other = next((other for other in self._terms.names.aliases([name.lower()]) if other in held), None)
            if other and name.casefold() not in held:
                sentence = re.sub(rf"\b{re.escape(name)}\b", other, sentence)
        return sentence

    def _names_hold(self, sentence: str, text: str, stems: frozenset[str]) -> bool:
        """Whether all names of a sentence stand in a text, or above it where the text names nothing first."""
        names, own, said = self._names(sentence), frozenset(analyze(text)), frozenset(analyze(sentence))
        if not all(self._holds(name, stems) for name in names):
            return False
        first = next(iter(self._names(text)), None)
        return first is None or self._holds(first, said) or all(self._holds(name, own) for name in names)

    def _names(self, sentence: str) -> list[str]:
        """The names in a sentence: of the corpus, of nowhere, or written as names are."""
        names = []
        for found in WORD.finditer(sentence):
            word = found[0]
            if not _tells(word):
                continue
            inside = found.start() > 0 and word[0].isupper()
            odd = word[1:] != word[1:].lower() or any(character.isdigit() for character in word)
            if (
                inside
                or odd
                or self._terms.names.has(word.lower())
                or (word[0].isupper() and self._terms.spelling.is_out_of_vocabulary(word))
            ):
                names.append(word)
        return names

    def _holds(self, name: str, stems: frozenset[str]) -> bool:
        words = (name, *self._terms.names.aliases([name.lower()]))
        forms = (form for word in words for form in (word, re.sub(r"(?:['’]s|s['’])$", "", word)))
        return any(stems.issuperset(analyze(form)) for form in forms)

    def _words(self, sentence: str, text: str, stems: frozenset[str]) -> str | None:
        words = {tuple(analyze(found[0])): found[0].lower() for found in WORD.finditer(sentence)}
        telling = [(word, own) for own, word in words.items() if _tells(word)]
        if len(telling) < _LEAST:
            return "form"
        # A word is compared in meaning with words, which stems are not.
        there = stems | {found[0].lower() for found in WORD.finditer(text)}
        held = [self._backed(word, own, there) for word, own in telling]
        if min(held) < _FOREIGN or sum(held) < _BACKED * len(held):
            return "words"
        return None

    def _backed(self, word: str, own: tuple[str, ...], there: frozenset[str]) -> float:
        """How well a word stands in a text, in [0, 1]; one that only means the same as one there never wholly."""
        names = [tuple(analyze(other)) for other in self._terms.names.aliases([word])]
        if alike(frozenset(own), there) or any(map(there.issuperset, (own, *names))):
            return 1.0
        # By the nearest meaning: the greatest cosine between the word and another, both embedded alone.
        vectors = self._encoder.encode([word, *sorted(there)])
        nearest = float((vectors[1:] @ vectors[0]).max(initial=0.0))
        return min(1.0, max(0.0, (nearest - _UNLIKE) / (_ALIKE - _UNLIKE))) * _MEANT


def _tells(word: str) -> bool:
    """Whether a word says what a text is of, and is to be looked for in a source."""
    return bool(content([word])) and not counts(word)
