"""What a text denies, and what it says only with caution."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest import FUNCTION_WORDS, WORD, analyze

_NEGATION = "no not never none without cannot neither nor nobody nothing hardly scarcely lack lacks absence unable"
_CAUTION = (
    "may might can could possibly potentially potential perhaps seem seems appear appears suggest suggests likely "
    "possible probably uncertain unclear sometimes"
)
_SELDOM = "rare rarely seldom occasionally occasional uncommon uncommonly"
_OFTEN = "often usually usual frequently frequent commonly common mostly mainly main typically typical generally"
_PART = "some certain several few"
_ALL = "always all every each entirely completely only must definitely certainly guaranteed proven never"
# A part of the source's words of a class can be left out of what is told of it, or not.
_KINDS = {"negation": _NEGATION, "caution": _CAUTION, "seldom": _SELDOM, "often": _OFTEN, "part": _PART, "all": _ALL}
_CLASS = {word: kind for kind, words in _KINDS.items() for word in words.split()} | {"never": "negation"}
_NOT = re.compile(r"n['’]t$", re.IGNORECASE)
_END = re.compile(r"[.;:!?\n()]|,|\b(?:but|although|though|whereas|while|because|which|if|when)\b", re.IGNORECASE)
_REACH = 6
_HEAD = 2
# "Not only", "no more than" and "can not only" deny nothing of what is behind them.
_NO_DENIAL = re.compile(
    r"\b(?:not only|not just|no (?:more|less|fewer|later|earlier) than|can ?not only)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that denies or cautions, of one of a few kinds, and the stems of the words it governs, nearest first."""

    kind: str
    governs: tuple[str, ...]
    before: tuple[str, ...]

    @property
    def head(self) -> frozenset[str]:
        """What it governs first of all."""
        return frozenset(self.governs[:_HEAD])


def cues(text: str) -> Iterator[Cue]:
    """The cues of `text`, in order."""
    plain = _NO_DENIAL.sub(lambda found: " " * len(found[0]), text)
    words = list(WORD.finditer(plain))
    for place, word in enumerate(words):
        kind = _kind(word[0])
        if kind:
            end = _END.search(plain, word.end())
            limit = end.start() if end else len(plain)
            behind = [w[0] for w in words[place + 1 :] if w.start() < limit]
            ahead = [w[0] for w in words[max(0, place - _REACH) : place]]
            yield Cue(kind, tuple(content(behind)[:_REACH]), tuple(content(ahead)[::-1]))


def _kind(word: str) -> str | None:
    return "negation" if _NOT.search(word) else _CLASS.get(word.lower())


def content(words: list[str]) -> list[str]:
    """The stems of words that say what a text is of: neither function words nor cues."""
    telling = (w for w in words if w.lower().replace("’", "'") not in FUNCTION_WORDS and not _kind(w))
    return [stem for word in telling for stem in analyze(word)]


def turned(sentence: str, source: str) -> str | None:
    """The kind of cue by which a sentence says otherwise than its source; None where it has them as the source has.

    A denial or a caution of the source may not be lost over the words it governs, and no denial may be added.  A
    sentence may be more cautious than its source, but may not say how often, of how many, or of all, unless it does.
    """
    said, held = list(cues(sentence)), list(cues(source))
    told = frozenset(content([found[0] for found in WORD.finditer(sentence)]))
    for cue in held:
        if cue.kind in ("negation", "caution", "seldom", "part") and _governed(cue, told) and not _kept(cue, said):
            return cue.kind
    kinds = {cue.kind for cue in held}
    for cue in said:
        if cue.kind == "negation" and not any(_shared(cue, other) for other in held if other.kind == "negation"):
            return "negation"
        if cue.kind in ("seldom", "often", "all") and cue.kind not in kinds:
            return cue.kind
    return None


def _governed(cue: Cue, told: frozenset[str]) -> bool:
    """Whether a sentence with the stems `told` speaks of what a cue of its source governs."""
    if cue.head:
        return cue.head <= told
    return bool(cue.before) and frozenset(cue.before[:_HEAD]) <= told


def _kept(cue: Cue, said: list[Cue]) -> bool:
    alike = {"caution", "seldom"} if cue.kind in ("caution", "seldom") else {cue.kind}
    if cue.kind == "caution":
        alike |= {"part"}
    return any(other.kind in alike and _shared(cue, other) for other in said)


def _shared(one: Cue, other: Cue) -> bool:
    """Whether two cues govern something in common, or one governs nothing and stands behind what the other governs."""
    mine, theirs = frozenset(one.governs), frozenset(other.governs)
    if mine and theirs:
        return bool(mine & theirs)
    return bool((mine | frozenset(one.before)) & (theirs | frozenset(other.before)))
