"""Questions that a passage nearly answers: what makes them wrong is made, so that it is known."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"[a-z0-9]+")
_NAME = re.compile(r"(?<!^)(?<![.?!] )\b(?:[A-Z][\w'’-]+)(?: (?:of |the )?[A-Z][\w'’-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_OPPOSITES = (
    "first last|oldest youngest|most least|largest smallest|highest lowest|best worst|more less|before after|"
    "increase decrease|increased decreased|north south|east west|northern southern|eastern western|early late|"
    "high low|large small|begin end|began ended|start stop|started stopped|majority minority|always never|"
    "maximum minimum|above below|inside outside|win lose|won lost|gain lose|gained lost|join leave|joined left|"
    "allow forbid|allowed forbidden|accept reject|accepted rejected|support oppose|supported opposed|male female|"
    "men women|common rare|easy difficult|strong weak|rich poor|old new|public private|internal external|"
    "positive negative|import export|birth death|born died|cause prevent|causes prevents|caused prevented|"
    "higher lower|longer shorter|greater smaller|earlier later|upper lower|major minor|success failure|"
    "built destroyed|opened closed|added removed|include exclude|included excluded|buy sell|bought sold"
)
OPPOSITE = {a: b for pair in _OPPOSITES.split("|") for a, b in (pair.split(), pair.split()[::-1])}
_AUXILIARY = re.compile(r"\b(did|does|do|is|are|was|were|can|could|has|have|had|will|would|should)\b")


def swapped(question: str, others: Sequence[str], rng: random.Random) -> str | None:
    """The question with one name or figure put in the place of another, taken from `others`; None where it has none."""
    kinds = [p for p in (_NAME, _NUMBER) if p.search(question)]
    rng.shuffle(kinds)
    for pattern in kinds:
        found = rng.choice(list(pattern.finditer(question)))
        lower = question.lower()
        pool = [m[0] for text in others for m in pattern.finditer(text) if m[0].lower() not in lower]
        pool = [other for other in pool if found[0].lower() not in other.lower()]
        if pool:
            return question[: found.start()] + rng.choice(pool) + question[found.end() :]
    return None


def turned(question: str, rng: random.Random) -> str | None:
    """The question with one word made its opposite, or a "not" put in; None where neither can be done."""
    words = [m for m in re.finditer(r"[A-Za-z]+", question) if m[0].lower() in OPPOSITE]
    if words:
        found = rng.choice(words)
        return question[: found.start()] + OPPOSITE[found[0].lower()] + question[found.end() :]
    auxiliary = _AUXILIARY.search(question)
    if auxiliary and rng.random() < 0.3:
        return f"{question[: auxiliary.end()]} not{question[auxiliary.end() :]}"
    return None


def nearest(question: str, texts: Sequence[str], most: int) -> list[int]:
    """The numbers of the texts that hold most of the question's rarer words, best first."""
    bags = [set(_WORD.findall(text.lower())) for text in texts]
    counts = Counter(word for bag in bags for word in bag)
    asked = set(_WORD.findall(question.lower()))
    scores = [sum(1 / counts[word] ** 0.5 for word in asked & bag) for bag in bags]
    return sorted(range(len(texts)), key=lambda n: -scores[n])[:most]
