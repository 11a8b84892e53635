"""The same question, put a little differently: an answer should not change."""

from __future__ import annotations

import random
import re

_WORD = re.compile(r"[A-Za-z]{5,}")


def typo(question: str, seed: str) -> str:
    """`question` with two neighbouring letters inside one of its longer words swapped; which, `seed` decides."""
    chance = random.Random(seed)
    places = [
        at
        for word in _WORD.finditer(question)
        for at in range(word.start() + 1, word.end() - 2)
        if question[at] != question[at + 1]
    ]
    if not places:
        return question
    at = chance.choice(places)
    return question[:at] + question[at + 1] + question[at] + question[at + 2 :]


def recased(question: str) -> str:
    """`question` in small letters; one that is written so already in capitals."""
    return question.lower() if question != question.lower() else question.upper()


def reordered(question: str) -> str:
    """`question` with its second half first, as one types search words: "side effects of X what are the"."""
    words = question.rstrip("?!. ").split()
    half = (len(words) + 1) // 2
    return " ".join(words[half:] + words[:half])
