r"""Formulas in the notation of TeX, in plain characters: "10^{-3}" is 10⁻³, "\alpha" is α, "\frac{a}{b}" is a/b.

pylatexenc knows the characters; as it takes seconds for a text of a hundred kilobytes, it is given formulas one by one.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from ingest.read.figures import lowered, raised
from ingest.read.outline import one_line

_SCRIPT = re.compile(r"([\^_])\s*(?:\{\s*([0-9+\-−=()ni]+)\s*\}|([0-9ni](?![0-9])|[0-9]))")
_PRIMES = re.compile(r"\^\s*+(?:\{\s*+)?(\\circ|\\prime(?:\s*\\prime)*|\\dagger|\*|\\ast)\s*\}?")
_SPACING = re.compile(r"\\(?:left|right|big|Big|bigg|Bigg|bigl|bigr|displaystyle|limits|nolimits|nonumber|notag)\b")
_QUANTITY = re.compile(r"\\(?:SI|qty)\s*+(?:\[[^\[\]]*\]\s*+)?\{([^{}]*)\}\s*+(?:\[[^\[\]]*\]\s*+)?\{([^{}]*)\}")
_NUMBER = re.compile(r"\\(?:num|si|unit|ang)\s*+(?:\[[^\[\]]*\]\s*+)?\{([^{}]*)\}")
_ROW_END = re.compile(r"(?:(?<!\s)\s+)?\\\\\s*")
_SYMBOLS = {"\\circ": "°", "\\prime": "′", "\\dagger": "†", "*": "*", "\\ast": "*"}
_LONGEST = 2_000


@lru_cache(maxsize=4096)
def formula(source: str) -> str:
    """A formula on one line; one that is longer than formulas are is given as it is written."""
    if len(source) > _LONGEST:
        return one_line(source)
    text = _QUANTITY.sub(lambda found: f"{_number(found[1])} {_unit(found[2])}", source)
    text = _NUMBER.sub(lambda found: _unit(found[1]) if "\\" in found[1] else _number(found[1]), text)
    text = _PRIMES.sub(lambda found: "".join(_SYMBOLS[part] for part in re.findall(r"\\\w+|\*", found[1])), text)
    text = _SCRIPT.sub(_script, _SPACING.sub("", text)).replace("&", " ")
    text = _ROW_END.sub("; ", text)
    return characters(text).strip("; ")


@lru_cache(maxsize=4096)
def characters(source: str) -> str:
    """The plain characters for a piece of TeX, on one line."""
    from pylatexenc.latex2text import LatexNodes2Text
    from pylatexenc.latexwalker import LatexWalkerParseError

    known, printed = _vocabulary()
    try:
        plain = LatexNodes2Text(latex_context=printed, math_mode="text", keep_comments=False)
        return one_line(plain.latex_to_text(source, latex_context=known))
    except (LatexWalkerParseError, IndexError, TypeError, AttributeError, KeyError):  # of TeX that is out of form
        return one_line(source)


@cache
def _vocabulary() -> tuple[Any, Any]:
    """What macros take, and what they are in print; pylatexenc would make both anew for each formula."""
    from pylatexenc.latex2text import get_default_latex_context_db as printed
    from pylatexenc.latexwalker import get_default_latex_context_db as known

    return known(), printed()


def _script(found: re.Match[str]) -> str:
    text = found[2] or found[3]
    return raised(text) if found[1] == "^" else lowered(text) if lowered(text) != text else found[0]


def _number(text: str) -> str:
    mantissa, _, power = text.replace(" ", "").partition("e")
    return f"{mantissa} × 10{raised(power)}" if power else text


def _unit(text: str) -> str:
    """A unit as the package siunitx names it: a kilo gram is a kilogram."""
    return text.replace("\\per", " per ").replace("\\", "")
