"""What an edit may do to the claim of a sentence: another figure, unit, negation or hedge.

The words are those of general English.  Inflections and spellings of one word count as one, so that "doesn't" for
"does not", "two" for "2" or "percent" for "%" is no other claim.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Matter = Literal["figure", "unit", "negation", "hedge"]

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|\S")
_MAY_OF_A_DATE = re.compile(r"(?<=\d )May\b|\bMay(?= \d)")
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")


def _forms(rows: str) -> dict[str, str]:
    """Every word of a row, by the first word of that row."""
    return {word: words[0] for words in map(str.split, rows.strip().splitlines()) for word in words}


_FIGURES = _forms("""
    1 one once
    2 two twice
    3 three thrice
    4 four
    5 five
    6 six
    7 seven
    8 eight
    9 nine
    10 ten
    11 eleven
    12 twelve dozen dozens
    20 twenty
    30 thirty
    40 forty
    50 fifty
    60 sixty
    70 seventy
    80 eighty
    90 ninety
    100 hundred hundreds
    1000 thousand thousands
    1000000 million millions
    1000000000 billion billions
    ½ half halves
    <
    >
    ≤
    ≥
    ±
""")
_UNITS = _forms("""
    % percent percentage
    second seconds sec secs
    minute minutes min mins
    hour hours hr hrs hourly
    day days daily
    week weeks weekly wk wks
    month months monthly
    year years yearly annual annually yr yrs
    decade decades
    century centuries
    ng nanogram nanograms
    µg mcg ug microgram micrograms
    mg milligram milligrams
    gram grams
    kg kilogram kilograms kilo kilos
    tonne tonnes ton tons
    lb lbs pound pounds
    ounce ounces oz
    µl microlitre microlitres microliter microliters
    ml millilitre millilitres milliliter milliliters
    dl decilitre decilitres deciliter deciliters
    litre litres liter liters
    gallon gallons
    nm nanometre nanometres nanometer nanometers
    µm micrometre micrometres micrometer micrometers
    mm millimetre millimetres millimeter millimeters
    cm centimetre centimetres centimeter centimeters
    metre metres meter meters
    km kilometre kilometres kilometer kilometers
    inch inches
    foot feet ft
    mile miles
    ° degree degrees
    celsius
    fahrenheit
    kcal kilocalorie kilocalories
    kj kilojoule kilojoules
    mmol millimole millimoles
    mol mole moles
    bq becquerel becquerels
    mbq megabecquerel megabecquerels
    gbq gigabecquerel gigabecquerels
    mci millicurie millicuries
    gy gray grays
    pa pascal pascals
    kpa kilopascal kilopascals
    mmhg
    hz hertz
    khz kilohertz
    mhz megahertz
    ghz gigahertz
    kb kilobyte kilobytes
    mb megabyte megabytes
    gb gigabyte gigabytes
    kw kilowatt kilowatts
    kwh
    volt volts
    $ dollar dollars
    € euro euros
    £
""")
# So short, or so often another word, that they are units only behind a figure.
_UNITS_BEHIND_FIGURES = {"g", "m", "l", "s", "h", "d", "c", "f", "v", "w", "j", "k"}
_OTHER_WORDS_ALONE = {"second", "min", "foot", "pound", "mole", "gray"}
_NEGATIONS = _forms("""
    not
    no
    never
    none
    nor
    neither
    nobody
    nothing
    nowhere
    without
    non
    unable
    lack lacks lacked lacking
""")
_HEDGES = _forms("""
    may
    might
    can
    could
    would
    should
    some
    most
    many
    few
    several
    rare rarely
    uncommon uncommonly
    common commonly
    seldom
    hardly
    occasional occasionally
    sometimes
    often
    frequent frequently
    usual usually
    general generally
    typical typically
    normally
    mostly
    mainly
    largely
    partly
    almost
    nearly
    approximately approx
    roughly
    perhaps
    maybe
    possible possibly
    probable probably
    potential potentially
    likely
    unlikely
    presumably
    apparently
    seem seems seemed seeming seemingly
    appear appears appeared appearing
    suggest suggests suggested suggesting
    tend tends tended
    believe believed believes
    thought
    estimate estimated estimates
    uncertain uncertainty
    unclear
    unknown
    unproven
""")
_HEDGES_BEFORE_FIGURES = {"about", "around"}
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
    tokens: list[str] = []
    for token in _TOKEN.findall(plain):
        if token in _SHORTENED or token.endswith("n't"):
            tokens += _SHORTENED.get(token, token[:-3]), "not"
        else:
            tokens.append(token)
    return tokens


def _claim(before: str, token: str, behind: str) -> tuple[Matter | None, str]:
    if _is_figure(token):
        return "figure", _FIGURES.get(token, _THOUSANDS.sub("", token))
    if token in _UNITS_BEHIND_FIGURES or token in _OTHER_WORDS_ALONE:
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
