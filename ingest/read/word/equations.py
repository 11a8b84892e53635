"""Equations of Word (OMML) as text on one line: "x² + y₁", "(a + b)/2", "√(x)"."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

from ingest.read.word.package import child, name, value
from ingest.read.word.symbols import lowered, raised

if TYPE_CHECKING:
    from lxml.etree import _Element

_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}


def linear(element: _Element | None) -> str:
    """An equation or a part of one, as it would be typed; nothing where there is none."""
    kind = "" if element is None else name(element)
    if element is None or kind.endswith("Pr") or kind in ("w:del", "w:moveFrom"):
        return ""
    if kind in ("m:t", "w:t"):
        return "".join(map(_plain, element.text or ""))
    if kind in _SHAPES:
        return _SHAPES[kind](element)
    return "".join(map(linear, element))


def _plain(character: str) -> str:
    """A letter of the mathematical alphabets, in which Word sets what is typed, as the letter that it is."""
    return unicodedata.normalize("NFKC", character) if 0x1D400 <= ord(character) <= 0x1D7FF else character


def _part(element: _Element, part: str, is_base: bool = False) -> str:
    found = linear(child(element, part)).strip()
    return _enclosed(found) if is_base and not found.replace(".", "").isalnum() else found


def _enclosed(text: str) -> str:
    """In brackets, unless it is in them."""
    inner = text[1:-1]
    return text if text[:1] == "(" and text[-1:] == ")" and not set("()") & set(inner) else f"({text})" if text else ""


def _above(element: _Element, part: str) -> str:
    return _beside(element, part, "^")


def _below(element: _Element, part: str) -> str:
    return _beside(element, part, "_")


def _beside(element: _Element, part: str, character: str) -> str:
    """An exponent or an index: "²", "^(n/2)", "ₙ", "_max"."""
    text = _part(element, part).replace(" ", "")
    shifted = raised(text) if character == "^" else lowered(text)
    return shifted if shifted != text or not text else f"{character}{text if text.isalnum() else _enclosed(text)}"


def _fraction(element: _Element) -> str:
    above, below = _part(element, "m:num"), _part(element, "m:den")
    if value(element, "m:fPr", "m:type", of="m:val") == "noBar":
        return f"({above} over {below})"
    return "/".join(
        part if part.replace(".", "").replace(",", "").isalnum() else _enclosed(part) for part in (above, below)
    )


def _delimited(element: _Element) -> str:
    opens, parts, closes = (value(element, "m:dPr", f"m:{part}", of="m:val") for part in ("begChr", "sepChr", "endChr"))
    inner = ("|" if parts is None else parts).join(linear(part) for part in element if name(part) == "m:e")
    return f"{'(' if opens is None else opens}{inner}{')' if closes is None else closes}"


def _scripts(element: _Element) -> str:
    return _part(element, "m:e", is_base=True) + _below(element, "m:sub") + _above(element, "m:sup")


def _scripts_before(element: _Element) -> str:
    return _below(element, "m:sub") + _above(element, "m:sup") + _part(element, "m:e")


def _limits(element: _Element) -> str:
    return _part(element, "m:e") + (_below if name(element) == "m:limLow" else _above)(element, "m:lim")


def _root(element: _Element) -> str:
    degree = _part(element, "m:deg")
    return (_ROOTS.get(degree) or f"{raised(degree)}√") + _enclosed(_part(element, "m:e"))


def _operator(element: _Element) -> str:
    character = value(element, "m:naryPr", "m:chr", of="m:val")
    limits = _below(element, "m:sub") + _above(element, "m:sup")
    return f"{'∫' if character is None else character}{limits} {_part(element, 'm:e')}"


def _function(element: _Element) -> str:
    return f"{_part(element, 'm:fName')} {_part(element, 'm:e')}"


def _accented(element: _Element) -> str:
    return _part(element, "m:e") + (value(element, "m:accPr", "m:chr", of="m:val") or "\u0302")


def _matrix(element: _Element) -> str:
    rows = (", ".join(map(linear, row)) for row in element if name(row) == "m:mr")
    return f"[{'; '.join(rows)}]"


def _lines(element: _Element) -> str:
    return "; ".join(filter(None, map(linear, element)))


_SHAPES: dict[str, Callable[[_Element], str]] = {
    "m:sSup": _scripts,
    "m:sSub": _scripts,
    "m:sSubSup": _scripts,
    "m:sPre": _scripts_before,
    "m:limLow": _limits,
    "m:limUpp": _limits,
    "m:f": _fraction,
    "m:rad": _root,
    "m:nary": _operator,
    "m:d": _delimited,
    "m:func": _function,
    "m:acc": _accented,
    "m:m": _matrix,
    "m:eqArr": _lines,
    "m:oMathPara": _lines,
}
