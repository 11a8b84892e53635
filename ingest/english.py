"""The words of English: the classes of `english.toml`, and the terms by which they are searched."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import tantivy

_CLASSES = Path(__file__).with_suffix(".toml")
_Class: TypeAlias = "str | list[str] | dict[str, _Class]"
_SHORT = 40  # characters of a text whose terms are remembered


def words(*names: str) -> tuple[str, ...]:
    """The words of classes, each once, in their order there.

    A name is that of a class or of a table of several, as in "function" or "function.pronouns"; KeyError for another.
    """
    return tuple(dict.fromkeys(word.rstrip(".") for row in _rows(names) for word in row))


def forms(*names: str) -> dict[str, str]:
    """Every word of classes of rows, by the first word of its row; see `words`."""
    return {word.rstrip("."): row[0].rstrip(".") for row in _rows(names) for word in row}


def basic(*names: str) -> tuple[str, ...]:
    """The first words of rows, in their order; see `words`."""
    return tuple(dict.fromkeys(forms(*names).values()))


def stopped(*names: str) -> tuple[str, ...]:
    """Those words of classes that are written with a full stop, without it; see `words`."""
    return tuple(word[:-1] for row in _rows(names) for word in row if word.endswith("."))


def any_of(*names: str) -> str:
    """A regular expression of the words of classes; see `words`."""
    return "|".join(map(re.escape, words(*names)))


def opposites() -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Pairs of words that say the opposite of each other."""
    for one, other in _classes()["opposites"].items():
        yield tuple(one.split()), tuple(other.split())


def _rows(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The rows of classes; of a class that has none, each word."""
    for name in names:
        found: Any = _classes()
        for part in name.split("."):
            found = found[part]
        yield from _rows_within(found)


def _rows_within(found: _Class) -> Iterator[tuple[str, ...]]:
    if isinstance(found, dict):
        for inside in found.values():
            yield from _rows_within(inside)
    elif isinstance(found, list):
        yield from (tuple(row.split()) for row in found)
    else:
        yield from ((word,) for word in found.split())


@cache
def _classes() -> dict[str, Any]:
    return tomllib.loads(_CLASSES.read_text(encoding="utf-8"))


def spelled(*names: str) -> tuple[str, ...]:
    """The words of classes of numbers, without their figures; see `words`."""
    return tuple(word for word in words(*names) if word.isalpha())


def number(text: str) -> int:
    """The number that is written in words, as NUMBER finds it: "two hundred and five" is 205."""
    whole = part = 0
    for word in re.findall(r"[a-z]+", text.lower()):
        value = _numbers().get(word, 0)  # "and" is none
        if word in words("numbers.exact.large"):
            whole, part = whole + value * max(part, 1), 0
        elif word in words("numbers.exact.times"):
            part = value * max(part, 1)
        else:
            part += value
    return whole + part


@cache
def _numbers() -> dict[str, int]:
    return {word: int(figure) for word, figure in forms("numbers.exact").items()}


# They say how a thing is asked, not what about.
FUNCTION_WORDS = frozenset(words("function"))
_ZERO, _ONES, _TEENS, _TENS, _DOZEN, _LARGE = (
    f"(?:{'|'.join(spelled(f'numbers.exact.{kind}'))})"
    for kind in ("cardinals.zero", "cardinals.ones", "cardinals.teens", "tens", "times.dozen", "large")
)
_NO_FIGURE = r"(?<!\d[ -])"  # in "2 million" it stands for more than a million
# "Twenty one-day courses" are not 21.
_BELOW_HUNDRED = rf"(?:{_TENS}(?:-{_ONES}\b| {_ONES}\b(?!-))?|{_ONES}|{_TEENS})"
_HUNDREDS = rf"(?:(?:{_ONES}|{_TEENS})[ -]|{_NO_FIGURE})hundred(?: (?:and )?{_BELOW_HUNDRED}\b(?!-))?"
_BELOW_THOUSAND = rf"(?:{_HUNDREDS}|{_BELOW_HUNDRED})"
_FROM_THOUSAND = rf"(?:{_BELOW_THOUSAND} |{_NO_FIGURE}){_LARGE}(?: (?:and )?{_BELOW_THOUSAND}\b(?!-)(?: {_LARGE})?)*"
# A number in words, of one word or of several.
NUMBER = rf"\b(?:{_FROM_THOUSAND}|(?:{_BELOW_HUNDRED} |{_NO_FIGURE}){_DOZEN}|{_BELOW_THOUSAND}|{_ZERO})\b"
DENIAL = re.compile(rf"\b(?:{any_of('function.negations', 'negations.plain')})\b|n['’]t\b", re.IGNORECASE)


@cache
def analyzer() -> tantivy.TextAnalyzer:
    """What makes terms of a text: lower case, without accents, stemmed (Snowball English)."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
    builder = builder.filter(tantivy.Filter.ascii_fold()).filter(tantivy.Filter.stemmer("english"))
    return builder.build()


def analyze(text: str) -> list[str]:
    """The terms of a text as the lexical index has them: see `analyzer`."""
    return list(_word_terms(text) if len(text) <= _SHORT else analyzer().analyze(text))


@lru_cache(maxsize=10_000)
def _word_terms(text: str) -> tuple[str, ...]:
    """The terms of a word or two, which come again and again."""
    return tuple(analyzer().analyze(text))


def query_terms(text: str) -> list[str]:
    """The terms to search for: `analyze` without function words, each once, in order."""
    parts = (part.strip("'’-") for part in re.split(r"[^\w'’-]+", text))
    words = [word for word in parts if word.lower().replace("’", "'") not in FUNCTION_WORDS]
    return list(dict.fromkeys(term for term in analyze(" ".join(words)) if len(term) > 1 or term.isdigit()))
