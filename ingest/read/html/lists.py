"""The numbers before the items of a list, as they are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_NUMBER = re.compile(r"-?\d{1,6}")
_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*(?:[\w-]+\s+)*?(lower|upper)-(alpha|latin|roman)", re.IGNORECASE)
_ROMAN = {1000: "m", 900: "cm", 500: "d", 400: "cd", 100: "c", 90: "xc", 50: "l", 40: "xl"}
_ROMAN |= {10: "x", 9: "ix", 5: "v", 4: "iv", 1: "i"}


@dataclass(slots=True)
class ListNumbering:
    """How the items of a list are marked: with bullets where `kind` is empty, else from `number` on."""

    kind: str
    number: int = 1
    step: int = 1

    @classmethod
    def of(cls, element: _Element) -> ListNumbering:
        """The numbering of a list."""
        if element.tag != "ol":
            return cls("")
        kind = element.get("type") or "1"
        if styled := _STYLE.search(element.get("style") or ""):
            kind = "i" if styled[2].lower() == "roman" else "a"
            kind = kind.upper() if styled[1].lower() == "upper" else kind
        is_reversed = element.get("reversed") is not None
        first = len(element.findall("li")) if is_reversed else 1
        return cls(kind, _number(element.get("start"), first), -1 if is_reversed else 1)

    def mark(self, item: _Element) -> str:
        """What stands before the next item."""
        if not self.kind:
            return "• "
        number = _number(item.get("value"), self.number)
        self.number = number + self.step
        shown = str(number)
        if self.kind in "aA" and number > 0:
            shown = _letters(number)
        elif self.kind in "iI" and 0 < number < 4000:
            shown = _roman(number)
        return f"{shown.upper() if self.kind in 'AI' else shown}. "


def _number(value: str | None, otherwise: int) -> int:
    return int(value) if value and _NUMBER.fullmatch(value) and value.isascii() else otherwise


def _letters(number: int) -> str:
    shown = ""
    while number:
        number, letter = divmod(number - 1, 26)
        shown = chr(ord("a") + letter) + shown
    return shown


def _roman(number: int) -> str:
    shown = ""
    for value, numeral in _ROMAN.items():
        shown += numeral * (number // value)
        number %= value
    return shown
