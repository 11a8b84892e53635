"""What the styles of an OpenDocument file say of its text: hidden, struck out, raised, bold, and how it is numbered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.read.office import local, value

if TYPE_CHECKING:
    from lxml.etree import _Element

_DEEPEST = 30  # styles that a style is derived from
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_HIGHEST = 3_999


@dataclass(frozen=True, slots=True)
class Level:
    """What stands before the items of a list at one depth: a bullet, or a number in a form with what is about it."""

    form: str = ""  # "" is a bullet
    before: str = ""
    after: str = ""
    shown: int = 1  # how many of the numbers of the levels above stand with it, itself counted
    start: int = 1


@dataclass(slots=True)
class OpenDocumentStyles:
    """The styles of a file, by family and name."""

    _parents: dict[tuple[str, str], str] = field(default_factory=dict)
    _properties: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    _lists: dict[str, dict[int, Level]] = field(default_factory=dict)
    _named: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, roots: Iterable[_Element]) -> OpenDocumentStyles:
        """The styles that stand in the parts of a file."""
        styles = cls()
        for root in roots:
            for element in root.iter("{*}style", "{*}list-style"):
                if local(element) == "list-style":
                    styles._lists[value(element, "name")] = dict(map(_level, element))
                else:
                    styles._add(element)
        return styles

    def _add(self, element: _Element) -> None:
        key = value(element, "family"), value(element, "name")
        self._parents[key] = value(element, "parent-style-name")
        found = self._properties.setdefault(key, {})
        for name in ("default-outline-level", "list-style-name"):
            if value(element, name):
                found[name] = value(element, name)
        for properties in element:
            if local(properties).endswith("-properties"):
                found |= {str(key).rpartition("}")[2]: str(text) for key, text in properties.attrib.items()}

    def line(self, family: str, name: str) -> list[str]:
        """The name of a style, and of those that it is derived from."""
        names = [name]
        while (name := self._parents.get((family, name), "")) and len(names) < _DEEPEST:
            names.append(name)
        return names

    def said(self, family: str, name: str, about: str) -> str:
        """What a style, or the nearest that it is derived from, says of a property; empty where none does."""
        lines = (self._properties.get((family, one), {}) for one in self.line(family, name))
        return next((found[about] for found in lines if about in found), "")

    def is_hidden(self, family: str, name: str) -> bool:
        """Whether a text in this style is not shown."""
        return self.said(family, name, "display") == "none"

    def is_struck(self, family: str, name: str) -> bool:
        """Whether a text in this style is struck out."""
        looks = [self.said(family, name, f"text-line-through-{about}") for about in ("style", "type")]
        return any(look not in ("", "none") for look in looks) and "none" not in looks

    def is_bold(self, family: str, name: str) -> bool:
        """Whether a text in this style is bold."""
        weight = self.said(family, name, "font-weight")
        return weight == "bold" or (weight.isdigit() and int(weight) >= 600)

    def height(self, name: str) -> int:
        """1 where a run in this style is raised, -1 where it is lowered, 0 where it is neither."""
        place = self.said("text", name, "text-position").partition(" ")[0]
        if place in ("super", "sub"):
            return 1 if place == "super" else -1
        return 0 if place.strip("-0%") == "" else -1 if place.startswith("-") else 1

    def level(self, list_style: str, depth: int) -> Level:
        """What stands before the items of a list at a depth, from 1."""
        return self._lists.get(list_style, {}).get(depth, Level())


def _level(element: _Element) -> tuple[int, Level]:
    depth = _number(value(element, "level"), 0)
    if local(element) != "list-level-style-number" or not value(element, "num-format"):
        return depth, Level()
    return depth, Level(
        value(element, "num-format"),
        value(element, "num-prefix"),
        value(element, "num-suffix"),
        _number(value(element, "display-levels"), 1),
        _number(value(element, "start-value"), 1),
    )


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default


def numeral(number: int, form: str) -> str:
    """A number as 1, a, A, i or I count."""
    if form in ("i", "I") and 0 < number <= _HIGHEST:
        text = ""
        for size, numeral in _ROMAN:
            text += numeral * (number // size)
            number %= size
        return text.upper() if form == "I" else text
    if form in ("a", "A") and 0 < number <= _HIGHEST:
        text = ""
        while number:
            number, rest = divmod(number - 1, 26)
            text = chr(ord(form) + rest) + text
        return text
    return str(number)
