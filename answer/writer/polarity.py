"""What a text denies, and what it says only with caution."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from ingest import FUNCTION_WORDS, WORD, analyze
from ingest.english import any_of, words

_KINDS = {
    "caution": words("stance.hedges.cautious"),
    "seldom": words("stance.hedges.seldom"),
    "often": words("stance.hedges.often", "stance.main"),
    "part": words("stance.hedges.some", "stance.certain"),
    "all": words("stance.all"),
    "duty": words("stance.duty"),
    "praise": words("stance.praise"),
    "negation": words("function.negations", "negations.plain", "negations.lacking", "negations.barely"),
}
_CLASS = {word: kind for kind, members in _KINDS.items() for word in members}
_NOT = re.compile(r"n['’]t$", re.IGNORECASE)
_CONTRASTS = any_of("function.conjunctions.contrasting", "relations.contrasting")
_END = re.compile(rf"[.;:!?\n()]|,|\b(?:{_CONTRASTS}|because|which|if|when)\b", re.IGNORECASE)
_ASIDE = re.compile(r"\s*,")
_REACH = 6
_HEAD = 2
_LOST = ("negation", "caution", "seldom", "part")
_ADDED = ("seldom", "often", "all", "duty", "praise")
# "Not only", "no more than" and "can not only" deny nothing of what is behind them.
_NO_DENIAL = re.compile(
    r"\b(?:not only|not just|no (?:more|less|fewer|later|earlier) than|can ?not only)\b", re.IGNORECASE
)
# Words by which a thing is told rather than words of the thing; they are not looked for in a source.
_TELLING = (
    "according act addition additionally allow apply associate available become call carry case cause consist "
    "contain describe different done effect example experience find form found furthermore generally give giving "
    "happen have help however include individual involve know known lead less make mention moreover name need "
    "note occur order overall particular passage patient people person present produce provide receive refer "
    "relate report reported result seen serve show shown source specific state take therefore thus type use "
    "version want way well work"
)
_LIGHT = frozenset(chain.from_iterable(map(analyze, (*_TELLING.split(), *words("relations")))))
_NOT_AS = re.compile(r"\bnot (?:\w+ )?(?:as|so)\b", re.IGNORECASE)
_LESS_SO = re.compile(r"\bless (?!than\b)(?=\w)", re.IGNORECASE)
# What is certain, with nothing behind it, is not some.
_SURE = re.compile(r"\bcertain\b(?=\s*(?:$|[.,;:!?\n]))", re.IGNORECASE)
_LESS = re.compile(r"\bless (?:common(?:ly)?|often|frequent(?:ly)?|usual(?:ly)?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that denies or cautions, of one of a few kinds, and the stems of the words it governs, nearest first."""

    kind: str
    governs: tuple[str, ...]
    before: tuple[str, ...]

    @property
    def foremost(self) -> frozenset[str]:
        """What it governs first of all, or else follows."""
        return frozenset((self.governs or self.before)[:_HEAD])

    @property
    def near(self) -> frozenset[str]:
        """All that it may bear on: "in some" bears on the verb before it too."""
        return frozenset((*self.governs, *self.before) if self.kind == "part" else self.governs or self.before)


def cues(text: str) -> Iterator[Cue]:
    """The cues of `text`, in order."""
    plain = _LESS.sub("uncommonly", _NO_DENIAL.sub(" ", text))
    plain = _SURE.sub("definitely", plain)
    words = list(WORD.finditer(plain))
    for place, word in enumerate(words):
        kind = _kind(word[0])
        if kind:
            # "And, rarely, nausea": set off by commas it governs what comes behind them.
            aside = _ASIDE.match(plain, word.end()) if plain[: word.start()].rstrip().endswith(",") else None
            end = _END.search(plain, aside.end() if aside else word.end())
            limit = end.start() if end else len(plain)
            behind = [w[0] for w in words[place + 1 :] if w.start() < limit]
            ahead = [w[0] for w in words[max(0, place - _REACH) : place]]
            yield Cue(kind, tuple(content(behind)[:_REACH]), tuple(content(ahead)[::-1]))


def _kind(word: str) -> str | None:
    return "negation" if _NOT.search(word) else _CLASS.get(word.lower())


def content(words: list[str]) -> list[str]:
    """The stems of words that say what a text is of: neither function words, nor cues, nor the like."""
    telling = (
        w for w in words if w.lower().replace("’", "'") not in FUNCTION_WORDS and _kind(w) in (None, "praise", "duty")
    )
    return [stem for word in telling if not _LIGHT.issuperset(analyze(word)) for stem in analyze(word)]


def turned(sentence: str, source: str) -> str | None:
    """The kind of cue by which a sentence says otherwise than its source; None where it has them as the source has.

    A denial or a caution of the source may not be lost over the words it governs, and no denial may be added.  A
    sentence may be more cautious than its source, but may not say how often or of all, praise or oblige,
    unless it does.
    """
    # Less so is "not as" so.
    said = list(cues(_LESS_SO.sub("not ", sentence) if _NOT_AS.search(source) else sentence))
    held = list(cues(_LESS_SO.sub("not ", source) if _NOT_AS.search(sentence) else source))
    told = frozenset(content([found[0] for found in WORD.finditer(sentence)]))
    for cue in held:
        if cue.kind in _LOST and _governed(cue, told) and not _kept(cue, told, said, held):
            return cue.kind
    kinds = {cue.kind for cue in held}
    denied, denying = ([cue for cue in found if cue.kind == "negation"] for found in (held, said))
    if len(denying) > len(denied) or not all(any(_share(cue, other) for other in denied) for cue in denying):
        return "negation"
    return next((cue.kind for cue in said if cue.kind in _ADDED and cue.kind not in kinds), None)


def _governed(cue: Cue, told: frozenset[str]) -> bool:
    """Whether a sentence with the stems `told` speaks of what a cue of its source governs: the first words, or most."""
    if not cue.governs:
        return bool(cue.foremost) and cue.foremost <= told
    most = 2 * len(told.intersection(cue.governs)) >= len(cue.governs)
    return cue.foremost <= told or (cue.governs[0] in told and most)


def _kept(cue: Cue, told: frozenset[str], said: Sequence[Cue], held: Sequence[Cue]) -> bool:
    """Whether a sentence has a cue that does what one of its source does.

    A caution may become "in some" or "rarely", as long as that does not stand in the source besides.
    """
    kinds = {cue.kind}
    if cue.kind in ("caution", "seldom"):
        kinds |= {"caution", "seldom", "part"} - {other.kind for other in held}
    return any(other.kind in kinds and cue.foremost & told <= other.near for other in said)


def _share(one: Cue, other: Cue) -> bool:
    """Whether two cues govern something in common; of one that governs nothing, what stands before it counts."""
    mine, theirs = (frozenset(cue.governs or cue.before) for cue in (one, other))
    return bool(mine & theirs) or not (mine and theirs)
