"""The vocabulary of an open generation, looked up word by word, so that a large one need not be in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ingest.english import analyze
from ingest.index.engine import Known, Store
from ingest.index.vocabulary import Pair, Word, aliases_of

_REMEMBERED = 50_000
_PARTS = re.compile(r"[-'’]")


@dataclass(frozen=True, slots=True)
class _Learnt:
    """What was looked up: of words and terms, also where there is nothing; `whole` are words with all their forms."""

    words: dict[str, Word | None] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    pairs: dict[str, tuple[Pair, ...]] = field(default_factory=dict)
    others: dict[str, tuple[str, ...]] = field(default_factory=dict)
    listed: dict[str, str | None] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)

    def add(self, texts: Iterable[str], terms: Iterable[str], known: Known) -> None:
        """Take in what is `known` of words and terms."""
        by_text = {word.text: word for word in known.words}
        most: dict[str, int] = {}
        for word in known.words:
            most[word.term] = max(word.passages, most.get(word.term, 0))
        self.counts.update((term, most.get(term, 0)) for term in terms)
        for text in texts:
            self.pairs[text] = _about(text, known.pairs)
            self.listed[text] = None if text in by_text else known.listed.get(text)
            # The last, so that who finds it finds the rest.
            self.words[text] = by_text.get(text)


class Lexicon:
    """What a store knows of words, all in lower case; some thousands are remembered, and then it begins anew.

    Who will ask for many words has them learnt before, in one round trip.
    """

    def __init__(self, store: Store) -> None:
        """Of a store as a generation has it."""
        self._store = store
        self._learnt = _Learnt()

    def learn(self, words: Iterable[str]) -> None:
        """Look up words and phrases that will be asked for, with their singulars, plurals, parts and terms.

        And what stands with them in parentheses, which is looked up then.
        """
        new = [word for word in words if word not in self._learnt.whole]
        self._learn(new)
        self._learn([other for word in new for other in self.partners(word.lower())])

    def _learn(self, words: Sequence[str]) -> None:
        texts = [form for word in words for form in _forms(word)]
        self._of(texts, [term for text in texts for term in analyze(text)]).whole.update(words)

    def word(self, text: str) -> Word | None:
        """A word of the passages, or None."""
        return self._of([text]).words[text]

    def is_name(self, text: str) -> bool:
        """Whether a word of the passages, or its singular or plural, is a name."""
        words = self._of(forms := (text, text + "s", text.removesuffix("s"))).words
        return any(known.is_name for form in forms if (known := words[form]))

    def count(self, term: str) -> int:
        """In how many passages the commonest word with this term stands."""
        return self._of((), [term]).counts[term]

    def partners(self, text: str) -> list[str]:
        """What stands with a name in parentheses, other name or not."""
        return list(dict.fromkeys(other for _, other in _both(text, self._of([text]).pairs[text])))

    def others(self, name: str) -> tuple[str, ...]:
        """The other names of a name, in the order of the documents."""
        learnt = self._of([name])
        if name not in learnt.others:
            pairs = learnt.pairs[name]
            both = [name, *self.partners(name)]
            words = self._of(both).words
            counts = {word: known.passages for word in both if (known := words[word])}
            found = [pair for pair in aliases_of(pairs, counts) if name in (pair.name, pair.other)]
            learnt.others[name] = tuple(dict.fromkeys(other for _, other in _both(name, found)))
        return learnt.others[name]

    def lists(self, text: str) -> str | None:
        """The id of a document whose bibliography names a word that no passage holds, or None."""
        return self._of([text]).listed[text]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """All words, in order: to look for what resembles a word that nobody knows."""
        return self._store.texts()

    def _of(self, texts: Iterable[str], terms: Iterable[str] = ()) -> _Learnt:
        """What holds all that is known of `texts` and `terms`, whoever else asks meanwhile."""
        learnt = self._learnt
        if len(learnt.words) + len(learnt.counts) > _REMEMBERED:
            learnt = self._learnt = _Learnt()
        new = dict.fromkeys(text for text in texts if text not in learnt.words)
        counted = dict.fromkeys(term for term in terms if term not in learnt.counts)
        if new or counted:
            learnt.add(new, counted, self._store.known(new, counted))
        return learnt


def _forms(word: str) -> Iterator[str]:
    """The forms under which a word may be looked up."""
    for form in {word.lower(), word.lower().replace("’", "'")}:
        yield from (form, form + "s", form.removesuffix("s"))
    yield from filter(None, _PARTS.split(word.lower()))


def _about(name: str, pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    """Those of `pairs` with a name or with one of its partners."""
    held = [pair for pair in pairs if name in (pair.name, pair.other)]
    near = {one for pair in held for one in (pair.name, pair.other)}
    return tuple(pair for pair in pairs if pair.name in near or pair.other in near) if near else ()


def _both(name: str, pairs: Iterable[Pair]) -> Iterator[tuple[str, str]]:
    """`name` and the other of each of the pairs that hold it; of a pair of it with itself, both."""
    for pair in pairs:
        for one, other in ((pair.name, pair.other), (pair.other, pair.name)):
            if one == name:
                yield one, other
