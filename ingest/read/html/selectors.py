"""Selectors of CSS, as far as they are told: names, classes, ids and attributes, and how elements stand to each other.

Of what else is asked of an element (`:hover`, `:nth-child(2n)`) nothing is known, and such a selector names none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lxml.etree import _Element

_LONGEST = 400  # characters of a selector that is looked at
_PART = re.compile(r"\s*([>+~ ])\s*|\s+")
_NAME = re.compile(r"\*|[a-z][\w-]*", re.IGNORECASE)
_ASKED = re.compile(
    r"([.#])([\w-]+)|\[([\w-]+)(?:([~|^$*]?)=[\"']?([^\"'\]]*)[\"']?)?\]|:not\(([.#]?[\w-]+)\)|"
    r":(first-child|last-child|first-of-type|last-of-type|root|only-child)|:nth-child\((\d{1,4})\)"
)


class Compound(NamedTuple):
    """What one element is asked: its name, its classes and ids with the sign before them, and more."""

    tag: str
    names: frozenset[str]
    more: tuple[re.Match[str], ...] = ()

    def holds(self, element: _Element) -> bool:
        """Whether an element is all that is asked of it."""
        if self.tag and element.tag != self.tag:
            return False
        return (not self.names or self.names <= names_of(element)) and all(_is(element, asked) for asked in self.more)


class Selector(NamedTuple):
    """Compounds, the last of which is the element that is named, and the signs that stand between them."""

    compounds: tuple[Compound, ...]
    combinators: tuple[str, ...]

    def names(self, element: _Element) -> bool:
        """Whether it names an element; of several that one may stand in, the nearest is looked at."""
        if not self.compounds[-1].holds(element):
            return False
        at: _Element | None = element
        for combinator, compound in zip(reversed(self.combinators), reversed(self.compounds[:-1]), strict=True):
            assert at is not None
            if combinator in ">+":
                at = at.getparent() if combinator == ">" else at.getprevious()
                if at is None or not compound.holds(at):
                    return False
            else:
                others = at.iterancestors() if combinator == " " else at.itersiblings(preceding=True)
                at = next((other for other in others if compound.holds(other)), None)
                if at is None:
                    return False
        return True


def names_of(element: _Element) -> set[str]:
    """The classes and the id of an element, each with its sign before it."""
    own = element.get("id")
    return {f".{name}" for name in (element.get("class") or "").split()} | ({f"#{own}"} if own else set())


def selector(text: str) -> Selector | None:
    """A selector, without commas; None where something is asked that is not known."""
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    compounds: list[Compound] = []
    combinators: list[str] = []
    at = 0
    while at < len(text):
        if compounds:
            found = _PART.match(text, at)
            if not found:
                return None
            combinators.append(found[1] or " ")
            at = found.end()
        name = _NAME.match(text, at)
        start, at = at, name.end() if name else at
        asked: list[re.Match[str]] = []
        while each := _ASKED.match(text, at):
            asked.append(each)
            at = each.end()
        if at == start:
            return None
        tag = name[0].lower() if name and name[0] != "*" else ""
        names = frozenset(each[1] + each[2] for each in asked if each[1])
        compounds.append(Compound(tag, names, tuple(each for each in asked if not each[1])))
    return Selector(tuple(compounds), tuple(combinators))


def _is(element: _Element, asked: re.Match[str]) -> bool:
    if asked[3]:
        return _has(element.get(asked[3].lower()), asked[4] or "", asked[5])
    if refused := asked[6]:
        return not (refused in names_of(element) or element.tag == refused.lower())
    if asked[8]:
        return 1 + sum(1 for _ in element.itersiblings(preceding=True)) == int(asked[8])
    kind = asked[7]
    same = element.tag if kind.endswith("type") else None
    is_first = not any(True for _ in element.itersiblings(same, preceding=True))
    is_last = not any(True for _ in element.itersiblings(same))
    if kind == "root":
        return element.getparent() is None
    return {"first": is_first, "last": is_last, "only": is_first and is_last}[kind.partition("-")[0]]


def _has(value: str | None, how: str, wanted: str | None) -> bool:
    if value is None or wanted is None:
        return value is not None and wanted is None
    match how:
        case "^":
            return value.startswith(wanted)
        case "$":
            return value.endswith(wanted)
        case "*":
            return wanted in value
        case "~":
            return wanted in value.split()
        case "|":
            return value == wanted or value.startswith(f"{wanted}-")
    return value == wanted
