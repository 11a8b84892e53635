"""The figures of a text, each with its unit, and how often something is said to happen."""

from __future__ import annotations

import re

from ingest import FUNCTION_WORDS, WORD, analyze
from ingest.english import NUMBER, basic, forms, number, spelled

Figure = tuple[str, str]
_TIMES = {word: figure for word, figure in forms("numbers.times").items() if word != figure}
_SPANS = {word: span for word, span in forms("units.rate").items() if word != span}
_SPAN = "|".join(basic("units.time"))
_RATE = re.compile(rf"\b(?:an?|per|each|every)[ -]({_SPAN})s?\b|\b({'|'.join(_SPANS)})\b", re.IGNORECASE)
_FIGURE = re.compile(
    rf"(?<![\w.])(?P<value>\d+(?:[.,]\d+)*|{NUMBER}|\b(?:{'|'.join(_TIMES)})\b)"
    rf"(?P<unit>\s?(?:%|‰|°\s?[CF]?|[€$£µ]\w*))?",
    re.IGNORECASE,
)
# Elsewhere "once" says when, not how often.
_ONCE = re.compile(rf"\bonce\b(?!\s+(?:an?|per|each|every|in|{'|'.join(_SPANS)})\b)", re.IGNORECASE)
_EVERY = re.compile(rf"\bevery (?:\w+ )?(?:{_SPAN})s?\b", re.IGNORECASE)
_COUNTED = re.compile(rf"\b(?:times?|{'|'.join(_TIMES)})\b", re.IGNORECASE)
_HALF = re.compile(r"\bhalf\b(?!-)", re.IGNORECASE)
_RANGE = re.compile(r"\s?(?:-|–|—|to)\s?", re.IGNORECASE)
_JOINED = re.compile(r"\s?(?:-|–|—|to|and|or|through)\s?", re.IGNORECASE)
_BEHIND = re.compile(r"[\s-]?\(?([^\W\d_]+(?:/[^\W\d_]+)*)")


def figures(text: str) -> frozenset[Figure]:
    """The figures of `text`, each with the stem of the word behind it, or its sign.

    "2 to 4 times" has two of "time", and their range.  Numbers in words count, but for a bare "one"; those within a
    name ("B-2") do not.  A span of time that something happens in ("daily", "a day", "every 4 weeks") is one too.
    """
    plain = WORD.sub(lambda found: "_" * len(found[0]) if re.search(r"\d", found[0]) else found[0], text)
    plain = _ONCE.sub("____", plain)
    found: list[tuple[str, str]] = []
    matches = list(_FIGURE.finditer(plain))
    for place, match in enumerate(matches):
        value = match["value"].lower()
        unit = _unit(plain, matches, place)
        if value == "one" and unit not in _SPAN.split("|") and unit not in ("time", "%"):
            continue
        found.append((_value(value), unit))
        behind = matches[place + 1] if place + 1 < len(matches) else None
        if behind and _RANGE.fullmatch(plain, match.end(), behind.start()):
            found.append((f"{_value(value)}–{_value(behind['value'].lower())}", unit))
    spans = ((match[1] or _SPANS[match[2].lower()]).lower() for match in _RATE.finditer(plain))
    if _HALF.search(plain):
        found.append(("50", "%"))
    return frozenset(found) | {("1", f"each {span}") for span in spans}


def implied(text: str) -> frozenset[Figure]:
    """The figures that `text` need not say: what happens every 4 weeks, or daily, happens once in them."""
    is_rate = bool(_RATE.search(text) or _EVERY.search(text))
    return frozenset({("1", "time")}) if is_rate and not _COUNTED.search(text) else frozenset()


def counts(word: str) -> bool:
    """Whether a word is a number, or says how often, and so is compared as a figure."""
    known = {*spelled("numbers.exact"), *_TIMES, *_SPANS, "time", "times", "per", "percent", "half"}
    return known.issuperset(word.lower().split("-"))


def _unit(text: str, matches: list[re.Match[str]], place: int) -> str:
    """The unit of a figure; of the first of "2 to 4 times", that of the second."""
    match = matches[place]
    if match["value"].lower() in _TIMES:
        return "time"
    if match["unit"]:
        return re.sub(r"\s", "", match["unit"]).lower()
    following = matches[place + 1] if place + 1 < len(matches) else None
    if following and _JOINED.fullmatch(text, match.end(), following.start()):
        return _unit(text, matches, place + 1)
    behind = _BEHIND.match(text, match.end())
    word = behind[1].lower() if behind else ""
    if word in ("percent", "per"):
        return "%"
    stems = analyze(word)
    return stems[0] if stems and word not in FUNCTION_WORDS else ""


def _value(value: str) -> str:
    """A number as it is compared: "1,000" is "1000", "2.50" is "2.5"; a decimal comma stays one."""
    if value[0].isalpha():
        return _TIMES.get(value) or str(number(value))
    whole = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", value)
    before, point, decimals = whole.rpartition(".")
    return f"{before}{point}{decimals.rstrip('0')}".rstrip(".") if point and decimals.isdecimal() else whole.rstrip(".")
