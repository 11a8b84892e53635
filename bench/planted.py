"""Sentences for a scripted generator: right ones, lightly reworded by rule, and wrong ones with one fault each."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from answer.units import leans
from ingest import WORD
from retriever import Terms

_ROUNDS = 6
Rule = Callable[[str, random.Random, Terms], str | None]
_FIGURE = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?(?![\w.]*[A-Za-z])")
_UNITS = {
    "weeks": "days",
    "week": "month",
    "days": "weeks",
    "day": "week",
    "years": "months",
    "months": "years",
    "minutes": "hours",
    "hours": "minutes",
    "%": " mg",
    "times": "weeks",
    "metres": "feet",
    "points": "games",
}
_WORDINGS = {
    "usually": "often",
    "most often": "usually",
    "such as": "like",
    "patients": "people",
    "can help": "may help",
    "may": "might",
    "main": "most common",
    "each": "every",
    "is called": "is known as",
    "also ": "",
    "a day": "daily",
    "include": "are",
    "rarely": "in rare cases",
}
_COUNTED = {"2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "8": "eight", "9": "nine", "10": "ten"}
_NOT = re.compile(r"\b(?:not|no|never|without|cannot|nor)\b|n['’]t\b", re.IGNORECASE)
_CAUTION = re.compile(
    r"\b(?:could potentially|may|might|can|could|potentially|possibly|rarely|seem to|seems to)\s", re.IGNORECASE
)
_OPPOSITE = {
    "increase": "decrease",
    "increases": "decreases",
    "higher": "lower",
    "more": "less",
    "slow": "speed up",
    "slowly": "quickly",
    "first": "last",
    "before": "after",
    "after": "before",
    "avoided": "preferred",
    "worse": "better",
    "serious": "harmless",
    "rare": "common",
    "common": "rare",
    "promoted": "blocked",
    "long-acting": "short-acting",
    "under": "above",
    "grow": "shrink",
    "helpful": "harmful",
}


def _replaced(text: str, changes: dict[str, str]) -> str | None:
    for old, new in changes.items():
        found = re.search(rf"(?<!\w){re.escape(old)}(?!\w)", text)
        if found:
            return text[: found.start()] + new + text[found.end() :]
    return None


def verbatim(text: str, chance: random.Random, terms: Terms) -> str | None:
    """The words of the source."""
    return text


def framed(text: str, chance: random.Random, terms: Terms) -> str | None:
    """Told as what the source says."""
    first = text.split()[0]
    return f"According to the source, {text if terms.names.has(first.lower()) else text[0].lower() + text[1:]}"


def reworded(text: str, chance: random.Random, terms: Terms) -> str | None:
    """One expression replaced by one that means the same."""
    return _replaced(text, _WORDINGS)


def counted(text: str, chance: random.Random, terms: Terms) -> str | None:
    """A figure written out."""
    return _replaced(text, {f" {figure} ": f" {word} " for figure, word in _COUNTED.items()}) or next(
        (
            re.sub(rf"(?<=\bevery ){figure}(?= )", word, text)
            for figure, word in _COUNTED.items()
            if f"every {figure} " in text
        ),
        None,
    )


def turned_round(text: str, chance: random.Random, terms: Terms) -> str | None:
    """What stands before the comma put to the end: "With rest, it heals." becomes "It heals with rest."."""
    found = re.fullmatch(r"((?:With|For|In|By|During|According to) [^,]{3,60}), ([^.;:]+)\.", text)
    if not found or "," in found[2][-30:]:
        return None
    return f"{found[2][0].upper()}{found[2][1:]} {found[1][0].lower()}{found[1][1:]}."


def shortened(text: str, chance: random.Random, terms: Terms) -> str | None:
    """An item left out of a list."""
    found = re.search(r", ([\w -]{3,30})(?=, [^,.]*(?:, )?and )", text)
    return text[: found.start()] + text[found.end() :] if found and not _NOT.search(found[1]) else None


def renamed(text: str, chance: random.Random, terms: Terms) -> str | None:
    """A thing called by its other name."""
    for word in terms.names.find(text):
        for other in terms.names.aliases([word]):
            if " " not in other and other not in text.lower():
                return re.sub(rf"\b{re.escape(word)}\b", other.capitalize(), text, count=1, flags=re.IGNORECASE)
    return None


RIGHT: tuple[Rule, ...] = (verbatim, framed, reworded, counted, turned_round, shortened, renamed)


def altered_figure(text: str, chance: random.Random, terms: Terms) -> str | None:
    """One figure is another."""
    found = list(_FIGURE.finditer(text))
    if not found:
        return None
    figure = chance.choice(found)
    value = float(figure[0])
    others = [v for v in (value + 1, value * 2, value * 10, max(1, value - 1)) if v != value]
    return text[: figure.start()] + f"{chance.choice(others):g}" + text[figure.end() :]


def altered_unit(text: str, chance: random.Random, terms: Terms) -> str | None:
    """A figure of another unit."""
    found = re.search(rf"(\d+ ?(?:to \d+ )?|\b(?:a|every|once a) )({'|'.join(_UNITS)})(?!\w)", text)
    return text[: found.start(2)] + _UNITS[found[2]] + text[found.end(2) :] if found else None


def dropped_negation(text: str, chance: random.Random, terms: Terms) -> str | None:
    """A denial is left out."""
    found = list(_NOT.finditer(text))
    if not found:
        return None
    negation = chance.choice(found)
    instead = {"without": "with", "no": "", "cannot": "can", "nor": "and"}.get(negation[0].lower(), "")
    left = " ".join(f"{text[: negation.start()]}{instead}{text[negation.end() :]}".split())
    return left[0].upper() + left[1:]


def added_negation(text: str, chance: random.Random, terms: Terms) -> str | None:
    """A denial is put in."""
    found = re.search(r"\b(?:is|are|can|may|should|must|was|were|has to be)\b", text)
    return f"{text[: found.end()]} not{text[found.end() :]}" if found and not _NOT.search(text) else None


def dropped_caution(text: str, chance: random.Random, terms: Terms) -> str | None:
    """What may be is."""
    found = _CAUTION.search(text)
    return text[: found.start()] + text[found.end() :] if found else None


def swapped_name(text: str, chance: random.Random, terms: Terms) -> str | None:
    """Another name of the corpus in the place of one."""
    names = [name for name in terms.names.find(text) if len(name) > 4]
    held = {*terms.names.find(text), *terms.names.aliases(terms.names.find(text))}
    others = [w for w in terms.names if len(w) > 4 and terms.names.aliases([w])]
    others = [w for w in others if not any(w[:5] in h or h[:5] in w for h in held)]
    if not names or not others:
        return None
    old, new = chance.choice(names), chance.choice(others)
    return re.sub(rf"\b{re.escape(old)}\b", new.capitalize(), text, flags=re.IGNORECASE)


def opposite(text: str, chance: random.Random, terms: Terms) -> str | None:
    """A word is its opposite."""
    return _replaced(text, _OPPOSITE)


def swapped_item(text: str, chance: random.Random, terms: Terms) -> str | None:
    """Another thing of the corpus in the place of one of a list."""
    found = re.search(r"(?<=, )[\w -]{4,25}(?=,)", text)
    items = ["kidney failure", "hair loss", "a broken leg", "fever", "heart attack", "weight gain", "memory loss"]
    return text[: found.start()] + chance.choice(items) + text[found.end() :] if found else None


def added_claim(text: str, chance: random.Random, terms: Terms) -> str | None:
    """Something said besides."""
    more = (
        ", and it is completely safe",
        ", and it cures most cases",
        ", as experts in Boston found",
        ", so the daily dose should be doubled",
    )
    return f"{text[:-1]}{chance.choice(more)}." if text.endswith(".") else None


WRONG: tuple[Rule, ...] = (
    altered_figure,
    altered_unit,
    dropped_negation,
    added_negation,
    dropped_caution,
    swapped_name,
    opposite,
    swapped_item,
    added_claim,
)


def planted(
    rules: tuple[Rule, ...], texts: list[str], chance: random.Random, terms: Terms
) -> Iterator[tuple[str, str, str]]:
    """(rule, source, sentence) for every rule and text that it applies to, each once.

    A sentence that opens with a pronoun is no right one: alone it does not say of what it speaks.
    """
    told = set()
    for rule, text in ((rule, text) for rule in rules for _ in range(_ROUNDS) for text in texts):
        sentence = rule(text, chance, terms)
        if (rule, sentence) in told or (rule in RIGHT and leans(text)):
            continue
        told.add((rule, sentence))
        if sentence and (sentence != text or rule is verbatim) and len(WORD.findall(sentence)) > 3:
            yield rule.__name__, text, sentence


__all__ = ["RIGHT", "WRONG", "planted"]
