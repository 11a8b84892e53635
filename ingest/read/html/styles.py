"""The little of CSS that decides what of a page is text: what is shown, struck out, raised, laid out as a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]*)([{}])")
_SIMPLE = re.compile(r"([a-z][\w-]*)?(?:([.#])([\w-]+))?", re.IGNORECASE)
_LAST = re.compile(r"[.#]([\w-]+)(?=[^\s>+~]*$)")
_TOLD_NAMES = """
display visibility text-decoration text-decoration-line vertical-align white-space color background
background-color left text-indent clip
"""
_TOLD = frozenset(_TOLD_NAMES.split())
_FAR_OUT = re.compile(r"-\d{4,}(?:px|em|rem)?")
_HIDING = re.compile(
    r"hidden|is-hidden|d-none|hide|invisible|display-none|sr-only|visually-?hidden|screen-reader-text|a11y-hidden|"
    r"print-only|visible-print(?:-\w+)?"
)
_STRIKING = re.compile(r"(?:text-(?:decoration-)?)?(?:line-through|strike(?:-?through|-?out)?|struck(?:-?out)?)")
_MOST_WITHIN = 100
_EVERYWHERE = re.compile(r"@(?:media\s+(?:only\s+)?(?:screen|all)|layer\b.*|supports\b.*)\s*", re.DOTALL)
_SHOWING = re.compile(r"(?:sm|md|lg|xl|2xl):(?:block|flex|grid|inline\S*|table\S*)|d-(?:sm|md|lg|xl|xxl)-(?!none)\w+")

Key = tuple[str, str]  # the name of an element, and its class or id with the sign before it; empty where any will do


class Styles:
    """What the style sheets and the attributes of a page say of its elements.

    Of the sheets only rules for a name, a class or an id are read, and what those within others strike out; what needs
    more is seldom about what is text.
    `reopened` are the classes and ids of what some rule shows, and so can be opened where it is hidden.
    """

    def __init__(self, page: _Element) -> None:
        """Read the sheets of a page."""
        self._rules: dict[tuple[str, str], dict[str, str]] = {}
        self._within: list[tuple[list[Key], dict[str, str]]] = []
        self.reopened: set[str] = set()
        for sheet in page.iter("style"):
            for selectors, declared in _declared(sheet.text or ""):
                if declared:
                    self._take(selectors, declared)

    def of(self, element: _Element) -> Mapping[str, str]:
        """The properties of an element that matter here, as far as they are known."""
        found: dict[str, str] = {}
        if self._rules:
            keys = [f".{name}" for name in (element.get("class") or "").split()]
            keys += [f"#{element.get('id')}"] if element.get("id") else []
            for key in ("", *keys):
                for tag in ("", element.tag):
                    found.update(self._rules.get((tag, key), {}))
        for parts, declared in self._within:
            if _is_within(element, parts):
                found.update(declared)
        if style := element.get("style"):
            found.update(_properties(style))
        return found

    def _take(self, selectors: str, declared: dict[str, str]) -> None:
        shows = declared.get("display", "none") != "none" or declared.get("visibility") == "visible"
        for selector in selectors.split(","):
            selector = selector.strip()
            simple = _SIMPLE.fullmatch(selector)
            parts = [_key(part) for part in map(_SIMPLE.fullmatch, selector.split()) if part]
            struck = {name: value for name, value in declared.items() if "line-through" in value}
            if simple and selector:
                self._rules.setdefault(_key(simple), {}).update(declared)
            elif struck and len(parts) == len(selector.split()) and len(self._within) < _MOST_WITHIN:
                self._within.append((parts, struck))
            elif shows:
                self.reopened.update(_LAST.findall(selector))


def _key(found: re.Match[str]) -> Key:
    return (found[1] or "").lower(), (found[2] or "") + (found[3] or "")


def _is_within(element: _Element, parts: list[Key]) -> bool:
    """Whether the last of `parts` names an element, and the others what it stands in."""
    if not _is_named(element, parts[-1]):
        return False
    above = element.iterancestors()
    return all(any(_is_named(one, part) for one in above) for part in reversed(parts[:-1]))


def _is_named(element: _Element, key: Key) -> bool:
    tag, name = key
    if tag and element.tag != tag:
        return False
    if name.startswith("#"):
        return bool(element.get("id") == name[1:])
    return not name or name[1:] in (element.get("class") or "").split()


def is_hidden(element: _Element, style: Mapping[str, str]) -> bool:
    """Whether an element is not seen when the page opens."""
    names = (element.get("class") or "").split()
    return (
        element.get("hidden", "until-found") != "until-found"
        or element.get("aria-hidden") == "true"
        or (element.tag == "dialog" and element.get("open") is None)
        or element.get("popover") is not None
        or style.get("display") == "none"
        or style.get("visibility") in ("hidden", "collapse")
        or bool(_FAR_OUT.fullmatch(style.get("left", "")) or _FAR_OUT.fullmatch(style.get("text-indent", "")))
        or style.get("clip", "").replace(" ", "").startswith(("rect(0", "rect(1px,1px"))
        or _is_invisible(style)
        or (any(map(_HIDING.fullmatch, names)) and not any(map(_SHOWING.fullmatch, names)))
    )


def is_struck(element: _Element, style: Mapping[str, str]) -> bool:
    """Whether the words of an element are struck out."""
    line = style.get("text-decoration-line") or style.get("text-decoration", "")
    names = (element.get("class") or "").split()
    return element.tag in ("del", "s", "strike") or "line-through" in line or any(map(_STRIKING.fullmatch, names))


def _is_invisible(style: Mapping[str, str]) -> bool:
    colour = style.get("color")
    return bool(colour) and colour in (style.get("background"), style.get("background-color"))


def _declared(sheet: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The selectors and declarations of a sheet; what stands under conditions such as @media is left out."""
    depth, conditions, selectors = 0, [], ""
    for found in _RULE.finditer(_COMMENT.sub("", sheet)):
        if found[2] == "{":
            depth += 1
            selectors = found[1].rpartition(";")[2].strip()
            if selectors.startswith("@") and not _EVERYWHERE.fullmatch(selectors):
                conditions.append(depth)
        else:
            if selectors and not conditions and not selectors.startswith("@"):
                yield selectors, _properties(found[1])
            if conditions and conditions[-1] == depth:
                conditions.pop()
            depth, selectors = max(0, depth - 1), ""


def _properties(declarations: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in declarations.lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs if name.strip() in _TOLD}
