"""Who does what to whom, and what is compared with what: two things that a sentence can let change places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from answer.writer.polarity import content
from ingest import WORD, analyze
from ingest.english import any_of

_CLAUSE = re.compile(rf"[.;:!?\n]|,\s(?:{any_of('function.conjunctions.contrasting', 'relations.contrasting')})\b")
_BE = any_of("function.auxiliaries.be")
_PASSIVE = re.compile(
    rf"\b(?:{_BE})\s+(?:\w+\s+){{0,3}}?(?P<turns>[a-z]+(?:ed|en|wn|ught|ne))\s+by\b",
    re.IGNORECASE,
)
_BY = re.compile(r"\s+by\b", re.IGNORECASE)
_THAN = re.compile(r"\b(?P<turns>than)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _RolePair:
    """What stands on either side of the word on which a clause turns, in stems, in that word's own order."""

    turns: tuple[str, ...]
    one: frozenset[str]
    other: frozenset[str]


def swapped(sentence: str, source: str) -> bool:
    """Whether two things have changed places: around "than", or as who does a thing and to whom it is done.

    A thing has to have gone over on both sides, so that what is only put first or left out is none.
    """
    held = list(_pairs(source))
    return any(
        mine.turns == theirs.turns
        and mine.one & theirs.other - theirs.one - mine.other
        and mine.other & theirs.one - theirs.other - mine.one
        for mine in _pairs(sentence)
        for theirs in (*held, *_active(source, mine.turns))
    )


def _pairs(text: str) -> Iterator[_RolePair]:
    """The comparisons of a text, and what it says in the passive: who it is done by first."""
    for clause in _CLAUSE.split(text):
        for found in _PASSIVE.finditer(clause):
            yield _RolePair(
                tuple(analyze(found["turns"])), _stems(clause[found.end() :]), _stems(clause[: found.start()])
            )
        for found in _THAN.finditer(clause):
            yield _RolePair(("than",), _stems(clause[: found.start()]), _stems(clause[found.end() :]))


def _active(text: str, verb: tuple[str, ...]) -> Iterator[_RolePair]:
    """What a text says in the active voice with a verb that another has in the passive."""
    for clause in _CLAUSE.split(text):
        for word in WORD.finditer(clause):
            if tuple(analyze(word[0])) == verb and not _BY.match(clause, word.end()):
                yield _RolePair(verb, _stems(clause[: word.start()]), _stems(clause[word.end() :]))


def _stems(text: str) -> frozenset[str]:
    return frozenset(content([word[0] for word in WORD.finditer(text)]))
