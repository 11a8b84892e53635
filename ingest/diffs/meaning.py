"""What an edit may do to the claim of a sentence: another figure, unit, negation or hedge.

The words are those of general English.  Inflections and spellings of one word count as one, so that "doesn't" for
"does not", "two" for "2" or "percent" for "%" is no other claim.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ingest.english import NUMBER, forms, number, words

Matter = Literal["figure", "unit", "negation", "hedge"]

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|\S")
_MAY_OF_A_DATE = re.compile(r"(?<=\d )May\b|\bMay(?= \d)")
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")


_SIGNS = {sign: sign for sign in "<>≤≥±"}
_FIGURES = forms("numbers.exact", "numbers.other", "numbers.times") | _SIGNS
_UNITS = forms("units")
_UNITS_BEHIND_FIGURES = frozenset(words("units_behind_figures"))
_NEGATIONS = forms("function.negations", "negations")
_HEDGES = forms("stance.hedges")
_HEDGES_BEFORE_FIGURES = frozenset(words("stance.before_figures"))
_SHORTENED = {"can't": "can", "cannot": "can", "won't": "will", "shan't": "shall"}


@dataclass(frozen=True, slots=True)
class Mark:
    """Words that one sentence holds and the other does not, or not as often, in the order they are met."""

    matter: Matter
    old: tuple[str, ...]
    new: tuple[str, ...]


def marks(old: str, new: str) -> tuple[Mark, ...]:
    """A mark for each matter in which two sentences differ, whatever the order of their words."""
    before, after = _claims(old), _claims(new)
    return tuple(
        Mark(matter, _beyond(before[matter], after[matter]), _beyond(after[matter], before[matter]))
        for matter in before
        if Counter(before[matter]) != Counter(after[matter])
    )


def _beyond(words: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    return tuple((Counter(words) - Counter(others)).elements())


def _claims(sentence: str) -> dict[Matter, list[str]]:
    """The figures, units, negations and hedges of a sentence, each in its basic form."""
    found: dict[Matter, list[str]] = {"figure": [], "unit": [], "negation": [], "hedge": []}
    tokens = _tokens(sentence)
    for before, token, behind in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
        matter, word = _claim(before, token, behind)
        if matter:
            found[matter].append(word)
    return found


def _tokens(sentence: str) -> list[str]:
    """Lower-case words, numbers and signs; a shortened "not" stands for itself."""
    # Casefolding makes a Greek letter of the micro sign.
    plain = _MAY_OF_A_DATE.sub("", sentence).replace("’", "'").casefold().replace("\u03bc", "\u00b5")
    plain = _number_words().sub(lambda found: str(number(found[0])), plain)
    tokens: list[str] = []
    for token in _TOKEN.findall(plain):
        if token in _SHORTENED or token.endswith("n't"):
            tokens += _SHORTENED.get(token, token[:-3]), "not"
        else:
            tokens.append(token)
    return tokens


@cache
def _number_words() -> re.Pattern[str]:
    """Made where sentences are compared, as it takes some milliseconds that asking need not wait for."""
    return re.compile(NUMBER)


def _claim(before: str, token: str, behind: str) -> tuple[Matter | None, str]:
    if _is_figure(token):
        return "figure", _FIGURES.get(token, _THOUSANDS.sub("", token))
    if token in _UNITS_BEHIND_FIGURES:
        return ("unit", _UNITS.get(token, token)) if _is_figure(before) or before == "°" else (None, token)
    if token in _UNITS:
        return "unit", _UNITS[token]
    if token in _NEGATIONS:
        return "negation", _NEGATIONS[token]
    if token in _HEDGES or (token in _HEDGES_BEFORE_FIGURES and _is_figure(behind)):
        return "hedge", _HEDGES.get(token, token)
    return None, token


def _is_figure(token: str) -> bool:
    return token in _FIGURES or token[:1].isnumeric()
