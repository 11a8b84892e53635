"""The lists of a Word document: how deep an item stands, and the bullet or number that Word shows before it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.english import spelled
from ingest.read.word.package import child, number, qualified, switched, value

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ingest.read.word.styles import WordStyles

_BULLET = "• "
_NAMED = re.compile(r"list (bullet|number)(?: (\d))?")
_DEPTHS = 9
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_CARDINALS = [word.capitalize() for word in spelled("numbers.exact.cardinals")]
_ORDINALS = [word.capitalize() for word in spelled("numbers.ordinals")]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a list a paragraph stands: `depth` from 1, what is shown before it, and how far it is set in.

    `mark` is empty where nothing is shown; `indent` is in twentieths of a point.
    """

    depth: int
    mark: str
    indent: int = 0

    @property
    def is_bullet(self) -> bool:
        """Whether it has a bullet rather than a number."""
        return self.mark == _BULLET


class Lists:
    """The definitions of a document's lists, and the numbers that they have reached."""

    def __init__(self, root: _Element | None, styles: WordStyles) -> None:
        """Take the root of the part that holds the numbering, where there is one."""
        self._styles = styles
        self._lists = _by_id(root, "w:num", "w:numId")
        self._definitions = _by_id(root, "w:abstractNum", "w:abstractNumId")
        self._reached: dict[str, list[int | None]] = {}
        self._begun: set[str] = set()

    def place(self, paragraph: _Element) -> Place | None:
        """The place of the next paragraph of the document, None where it is in no list."""
        list_id, depth = self._said(paragraph)
        named = next((found for found in map(_NAMED.match, self._styles.names(paragraph)) if found), None)
        if list_id == "0":
            return None
        level = self._level(list_id, depth) if list_id else None
        if list_id is None or level is None:
            return self._by_name(named) if named else None
        mark = self._mark(list_id, depth, level)
        deeper = int(named[2] or 1) - 1 if named and not depth else 0
        return Place(depth + deeper + 1, mark, _indent(level))

    def _said(self, paragraph: _Element) -> tuple[str | None, int]:
        """The list that a paragraph or its style names, and the depth in it from 0."""
        own = child(paragraph, "w:pPr", "w:numPr")
        list_id, depth = value(own, "w:numId"), number(value(own, "w:ilvl"))
        for style in self._styles.of(paragraph) if list_id is None else ():
            said = child(style, "w:pPr", "w:numPr")
            list_id = value(said, "w:numId")
            if list_id is not None:
                linked = self._linked_depth(list_id, style.get(qualified("w:styleId"), ""))
                depth = next((d for d in (depth, linked, number(value(said, "w:ilvl"))) if d is not None), None)
                break
        return list_id, min(max(depth or 0, 0), _DEPTHS - 1)

    def _linked_depth(self, list_id: str, style_id: str) -> int | None:
        """The depth that a definition keeps for a style."""
        definition = self._definition(list_id)
        for level in [] if definition is None else definition.iterchildren(qualified("w:lvl")):
            if value(level, "w:pStyle") == style_id:
                return number(level.get(qualified("w:ilvl")))
        return None

    def _definition_id(self, list_id: str) -> str:
        """The definition of a list; one that only names a style of lists stands for the one of that style."""
        own = value(self._lists.get(list_id), "w:abstractNumId") or ""
        style_id = value(self._definitions.get(own), "w:numStyleLink")
        style = self._styles.chain(style_id, "numbering") if style_id else ()
        linked = value(style[0], "w:pPr", "w:numPr", "w:numId") if style else None
        return value(self._lists.get(linked or ""), "w:abstractNumId") or own

    def _definition(self, list_id: str) -> _Element | None:
        return self._definitions.get(self._definition_id(list_id))

    def _override(self, list_id: str, depth: int) -> _Element | None:
        return _at_depth(self._lists.get(list_id), "w:lvlOverride", depth)

    def _level(self, list_id: str, depth: int) -> _Element | None:
        own = child(self._override(list_id, depth), "w:lvl")
        return own if own is not None else _at_depth(self._definition(list_id), "w:lvl", depth)

    def _mark(self, list_id: str, depth: int, level: _Element) -> str:
        """Count one on, and give what is shown before the paragraph."""
        reached = self._count(list_id, depth)
        shown = value(level, "w:lvlText") or ""
        if value(level, "w:numFmt") == "bullet":
            return _BULLET if shown.strip() or child(level, "w:lvlPicBulletId") is not None else ""
        is_plain = switched(level, "w:isLgl")

        def told(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            holder = level if at == depth else self._level(list_id, at)
            kind = "decimal" if is_plain else value(holder, "w:numFmt") or "decimal"
            now = reached[at] if at < depth + 1 else None
            return formatted(self._start(list_id, at) if now is None else now, kind)

        mark = " ".join(re.sub(r"%([1-9])", told, shown).split())
        return f"{mark} " if mark else ""

    def _count(self, list_id: str, depth: int) -> list[int | None]:
        reached = self._reached.setdefault(self._definition_id(list_id), [None] * _DEPTHS)
        if list_id not in self._begun:  # a list that states where it begins does not go on where another left off
            self._begun.add(list_id)
            for at in range(_DEPTHS):
                if value(self._override(list_id, at), "w:startOverride") is not None:
                    reached[at] = None
        now = reached[depth]
        reached[depth] = self._start(list_id, depth) if now is None else now + 1
        for at in range(depth):
            now = reached[at]
            reached[at] = self._start(list_id, at) if now is None else now
        for at in range(depth + 1, _DEPTHS):
            after = number(value(self._level(list_id, at), "w:lvlRestart"))
            if after is None or depth < after:
                reached[at] = None
        return reached

    def _start(self, list_id: str, depth: int) -> int:
        own = number(value(self._override(list_id, depth), "w:startOverride"))
        if own is None:
            own = number(value(self._level(list_id, depth), "w:start"))
        return 1 if own is None else own

    def _by_name(self, named: re.Match[str]) -> Place:
        """The place that the name of a style tells of, "list number 2", where no definition does."""
        reached, depth = self._reached.setdefault(named[1], [None] * _DEPTHS), int(named[2] or 1)
        reached[depth - 1 :] = [(reached[depth - 1] or 0) + 1] + [None] * (_DEPTHS - depth)
        return Place(depth, _BULLET if named[1] == "bullet" else f"{reached[depth - 1]}. ")


def formatted(count: int, kind: str) -> str:
    """A number as a list shows it in one of Word's kinds: "lowerRoman", "upperLetter", "decimalZero" and others."""
    if kind in ("none", "bullet"):
        return ""
    if kind in _KINDS and 0 < count < _LARGEST:
        return _KINDS[kind](count)
    return str(count)


def _letters(count: int) -> str:
    return chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)


def _ordinal(count: int) -> str:
    ending = "th" if 10 < count % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{ending}"


def _roman(count: int) -> str:
    found = ""
    for worth, numeral in _ROMAN:
        found += numeral * (count // worth)
        count %= worth
    return found


_LARGEST = 1000  # the first number that is shown in figures whatever its kind
_KINDS: dict[str, Callable[[int], str]] = {
    "lowerLetter": _letters,
    "upperLetter": lambda count: _letters(count).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
    "decimalZero": "{:02}".format,
    "ordinal": _ordinal,
    "cardinalText": lambda count: _CARDINALS[count] if count < len(_CARDINALS) else str(count),
    "ordinalText": lambda count: _ORDINALS[count] if count < len(_ORDINALS) else _ordinal(count),
    "chicago": lambda count: "*†‡§"[(count - 1) % 4] * ((count - 1) // 4 + 1),
}


def _by_id(root: _Element | None, kind: str, id_name: str) -> dict[str, _Element]:
    found = [] if root is None else root.iterchildren(qualified(kind))
    return {element.get(qualified(id_name), ""): element for element in found}


def _at_depth(holder: _Element | None, kind: str, depth: int) -> _Element | None:
    for element in [] if holder is None else holder.iterchildren(qualified(kind)):
        if element.get(qualified("w:ilvl")) == str(depth):
            return element
    return None


def _indent(level: _Element) -> int:
    sides = (value(level, "w:pPr", "w:ind", of=side) for side in ("w:left", "w:start"))
    return next((found for found in map(number, sides) if found is not None), 0)
