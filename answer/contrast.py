"""Where texts are at odds: a question with what the sources say, and the sources with each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answer.compose import NEGATION
from answer.decide import asked_of
from answer.evidence import Evidence
from ingest import FUNCTION_WORDS, WORD, analyze
from retriever import Terms

_PRESUMES = re.compile(
    r"^(?:and |but |so )?(?:why|how come|how many \w+ .* (?:take|until)|(?:in )?which|how (?:do|does|did|is|are))\b",
    re.IGNORECASE,
)
_WHY = re.compile(r"^(?:and |but |so )?(?:why|how come)\b", re.IGNORECASE)
# Words of which, in one place, one is so and the other is not.
_OPPOSITES = (
    ("increase raise rise more higher grow gain stimulate", "decrease lower reduce fall less fewer shrink drop block"),
    ("mostly usually often common frequently always", "rarely seldom rare uncommon occasionally"),
    ("proven proved certain established known confirmed", "uncertain unknown unclear unproven"),
    ("human person people", "animal mouse mice rat cell"),
    ("finished final complete approved done", "pending unfinished submitted"),
    ("recommend advise prefer first", "avoid stop against"),
    ("single", "several 2 3 4 two three four"),
    ("painful severe bad", "harmless no none mild symptomless"),
    ("only nobody", "or also"),
    ("must have always", "may can sometimes"),
)
_GOOD = "help helpful effective benefit improve better ease relieve established safe slow"
# Their stems are those of words that praise nothing.
_PRAISE = re.compile(r"\b(?:first-line|first choice|useful)\b", re.IGNORECASE)
_BAD = "worse worsen aggravate less avoid harm danger risk problem interfere against warn unsafe fail"
_WORTH = "agree blessing contradict contrary curse differ disagree opposite recommend strengthen suit weaken"
# "Is it …?", "… or …": what may go either way.
_OPEN = re.compile(
    r"(?:^|[.,:;!?] )(?:is|are|was|were|do|does|did|can|could|should|would|will|may|might|has|have)\b|\bor\b",
    re.IGNORECASE,
)
_TWO_SIDES = re.compile(r"\bone (?:page|source|article|document)\b.*\b(?:other|another)\b", re.IGNORECASE)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)?(?: ?(?:%|to|-|–) ?\d*(?:[.,]\d+)?)?")
_ALIKE = 0.45
_NEAR = 0.6
_FOREMOST = 2


def _stems(words: str) -> frozenset[str]:
    return frozenset(term for word in words.split() for term in analyze(word))


_OPPOSED = [tuple(_stems(side) for side in pair) for pair in _OPPOSITES]
_GOOD_TERMS, _BAD_TERMS, _WORTH_TERMS = _stems(_GOOD), _stems(_BAD), _stems(_WORTH)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What a question takes for granted, in its own words, and what the sources have instead (None: nothing of it)."""

    asked: str
    said: str | None


def mismatch(question: str, chosen: Sequence[Evidence], terms: Terms) -> Mismatch | None:
    """What `question` takes for granted that what was `chosen` to answer it says otherwise; None where all is well.

    Only a question that presumes something ("Why …", "In which …") can be mistaken in it: one that asks whether it is
    so is simply answered.
    """
    if not chosen or not _PRESUMES.match(question):
        return None
    said = " ".join(e.text for e in chosen)
    held = frozenset(analyze(said))
    if not NEGATION.search(question):
        for word in terms.asked(question):
            denied = _denied(word.word, said)
            if denied:
                return Mismatch(word.word, denied)
    opposed = _opposed(question, " ".join(e.text for e in chosen[:_FOREMOST]))
    if opposed:
        return opposed
    if _WHY.match(question):
        names = set(terms.names.find(question))
        missing = [w for w in asked_of(question, terms) if w.word not in names and terms.match(w, held) < _ALIKE]
        if missing:
            return Mismatch(max(missing, key=lambda word: word.weight).word, None)
    return None


def _denied(word: str, said: str) -> str | None:
    """The words in which `said` denies a word: "cannot cure"; None where it does not."""
    stem = tuple(analyze(word))
    for sentence in re.split(r"(?<=[.!?])\s|\n", said):
        found = [
            m for m in WORD.finditer(sentence) if tuple(analyze(m[0])) == stem and m[0].lower() not in FUNCTION_WORDS
        ]
        for match in found:
            before = " ".join(sentence[: match.start()].split()[-2:])
            negation = NEGATION.search(before)
            if negation:
                return f"{before[negation.start() :]} {match[0]}"
    return None


def _opposed(question: str, said: str) -> Mismatch | None:
    """What a question has the wrong way round; None where what was `said` has both ways, or neither."""
    words = {term: found[0] for found in WORD.finditer(question) for term in analyze(found[0])}
    told = {term: found[0] for found in WORD.finditer(said) for term in analyze(found[0])}
    for pair in _OPPOSED:
        for side, other in (pair, pair[::-1]):
            asked = next((words[term] for term in words if term in side), None)
            instead = next((told[term] for term in told if term in other), None)
            if asked and instead and not told.keys() & side and not words.keys() & other:
                return Mismatch(asked, instead)
    return None


def conflicting(
    question: str, chosen: Sequence[Evidence], others: Sequence[Evidence], terms: Terms
) -> tuple[Evidence, Evidence] | None:
    """Two texts of different documents that disagree, the nearer to the question first; None where none do.

    They disagree where they differ in a figure and hardly in anything else; and where they are of two publishers and
    speak of what is asked about, one well and one ill: both among what was chosen, or either where it is asked whether
    something does good or harm.
    """
    for one in chosen[:_FOREMOST]:
        for other in others:
            if other.document.id != one.document.id and _is_near(other, chosen) and _differ(one, other):
                return one, other
    if not chosen:
        return None
    told = others if _asks_worth(question) else chosen
    subjects = _with_kinds(terms.names.find(question), terms)
    signed = [(e, valence(e.text)) for e in told if _is_near(e, chosen) and subjects & _named(e, terms)]
    pairs = (
        (one, other)
        for number, (one, sign) in enumerate(signed)
        for other, against in signed[number + 1 :]
        if sign * against < 0 and one.document.publisher != other.document.publisher
    )
    return max(pairs, key=lambda pair: pair[0].score + pair[1].score, default=None)


def _is_near(evidence: Evidence, chosen: Sequence[Evidence]) -> bool:
    return evidence.score >= _NEAR * chosen[0].score


def _asks_worth(question: str) -> bool:
    """Whether a question asks if something does good or harm, or if what is said of it agrees."""
    words = frozenset(analyze(question))
    leaves_open = _OPEN.search(question) and bool(words & (_GOOD_TERMS | _BAD_TERMS))
    return leaves_open or bool(words & _WORTH_TERMS) or bool(_TWO_SIDES.search(question))


def _differ(one: Evidence, other: Evidence) -> bool:
    """Whether two texts give different figures for what else is the same."""
    first, second = _content(one.text), _content(other.text)
    shared = len(first & second) / max(1, min(len(first), len(second)))
    figures = [frozenset(_FIGURE.findall(e.text)) for e in (one, other)]
    return all(figures) and not figures[0] & figures[1] and shared >= 1 - _ALIKE


def _named(evidence: Evidence, terms: Terms) -> frozenset[str]:
    section = evidence.document.section_at(evidence.start)
    return _with_kinds(terms.names.find(f"{section.heading} {evidence.text}"), terms)


def _with_kinds(names: Sequence[str], terms: Terms) -> frozenset[str]:
    """Names in the singular, and those of the kinds of what they stand for."""
    kinds = (found for name in names for kind in terms.subjects.kinds(name) for found in terms.names.find(kind))
    return frozenset(name.removesuffix("s") for name in (*names, *kinds))


def _content(text: str) -> frozenset[str]:
    words = (found[0] for found in WORD.finditer(text) if found[0].lower() not in FUNCTION_WORDS)
    return frozenset(term for word in words if not word[0].isdigit() for term in analyze(word))


def valence(text: str) -> int:
    """1 where a text speaks well of its matter, -1 where ill, 0 where neither; a word denied counts as its opposite."""
    total = len(_PRAISE.findall(text))
    words = text.split()
    for place, written in enumerate(words):
        for term in analyze(written):
            sign = (term in _GOOD_TERMS) - (term in _BAD_TERMS)
            if sign and NEGATION.search(" ".join(words[max(0, place - 3) : place])):
                sign = -sign
            total += sign
    return (total > 0) - (total < 0)
