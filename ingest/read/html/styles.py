"""The little of CSS that decides what of a page is text: what is shown, struck out, raised, laid out as a table."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ingest.read.html.selectors import Selector, names_of, selector
from ingest.read.html.unseen import is_cut_off

if TYPE_CHECKING:
    from lxml.etree import _Element

_BRACE = re.compile(r"([{}])")
_LAST = re.compile(r"[.#]([\w-]+)(?=[^\s>+~]*$)")
_TOLD_NAMES = """
display visibility text-decoration text-decoration-line vertical-align white-space color background
background-color left top right bottom text-indent clip clip-path opacity font font-size margin-left margin-top
transform filter overflow height width max-height max-width content-visibility zoom -webkit-text-fill-color
"""
_TOLD = frozenset(_TOLD_NAMES.split())
_HIDING = re.compile(
    r"hidden|is-hidden|d-none|hide|invisible|display-none|sr-only|visually-?hidden|screen-reader-text|a11y-hidden|"
    r"print-only|visible-print(?:-\w+)?"
)
_STRIKING = re.compile(r"(?:text-(?:decoration-)?)?(?:line-through|strike(?:-?through|-?out)?|struck(?:-?out)?)")
_MOST_RULES = 20_000
_LONGEST_PART = 400
_EVERYWHERE = re.compile(
    r"@(?:media\s+(?:only\s+)?(?:screen|all)(?:\s+and\s+all)?|layer\b.*|supports\b.*)\s*", re.DOTALL
)
# What holds on a screen of 1280 pixels, as most are; a page may show less on smaller ones.
_WIDE = re.compile(
    r"\(\s*min-width\s*:\s*(?:\d{1,3}|1[01]\d\d|12[0-7]\d)(?:\.\d{1,4})?px\s*\)|\(\s*min-width\s*:\s*[1-7]?\d(?:\.\d{1,4})?r?em\s*\)"
)
_ESCAPED = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})\s?|(.))", re.DOTALL)
_SHOWING = re.compile(r"(?:sm|md|lg|xl|2xl):(?:block|flex|grid|inline\S*|table\S*)|d-(?:sm|md|lg|xl|xxl)-(?!none)\w+")


class StyleRule(NamedTuple):
    """What a selector says of the elements that it names, and whether that goes before all else (`!important`)."""

    selector: Selector
    said: dict[str, str]
    firmly: dict[str, str]


class HtmlStyles:
    """What the style sheets and the attributes of a page say of its elements.

    Of the sheets only those rules are read that hold on a screen, and whose selectors are known; what needs more is
    seldom about what is text.
    `are_elsewhere` is whether the page has sheets of their own files too, which are not read.
    `reopened` are the classes and ids of what some rule shows, and so can be opened where it is hidden.
    """

    def __init__(self, page: _Element) -> None:
        """Read the sheets of a page."""
        # By what an element must be or have to be named; a rule of no name, class or id is by "".
        self._rules: dict[str, list[tuple[int, StyleRule]]] = {}
        self._count = 0
        self.reopened: set[str] = set()
        self.are_elsewhere = any("stylesheet" in (link.get("rel") or "").lower() for link in page.iter("link"))
        for sheet in page.iter("style"):
            for selectors, declarations in _declared(sheet.text or ""):
                said, firmly = _properties(declarations)
                if said or firmly:
                    self._take(selectors, said, firmly)

    def of(self, element: _Element) -> Mapping[str, str]:
        """The properties of an element that matter here, as far as they are known."""
        found: dict[str, str] = {}
        firmly: dict[str, str] = {}
        if self._rules:
            keys = ("", element.tag, *sorted(names_of(element)))
            rules = [numbered for key in keys for numbered in self._rules.get(key, ())]
            named = [numbered for numbered in rules if numbered[1].selector.names(element)]
            for _, rule in sorted(named, key=lambda numbered: (_weight(numbered[1].selector), numbered[0])):
                found.update(rule.said)
                firmly.update(rule.firmly)
        if style := element.get("style"):
            own, own_firmly = _properties(style)
            found.update(own)
            firmly.update(own_firmly)
        return found | firmly

    def _take(self, selectors: str, said: dict[str, str], firmly: dict[str, str]) -> None:
        all_said = said | firmly
        shows = _shows(all_said)
        for text in selectors.split(","):
            found = selector(text)
            if found and self._count < _MOST_RULES:
                last = found.compounds[-1]
                key = next(iter(sorted(last.names)), last.tag)
                self._count += 1
                self._rules.setdefault(key, []).append((self._count, StyleRule(found, said, firmly)))
            if shows and (not found or len(found.compounds) > 1 or len(found.compounds[0].names) > 1):
                self.reopened.update(_LAST.findall(text.strip()[-_LONGEST_PART:]))


def _shows(said: Mapping[str, str]) -> bool:
    """Whether a rule shows what another may hide."""
    opaque = said.get("opacity", "0")
    return (
        said.get("display", "none") != "none"
        or said.get("visibility") == "visible"
        or opaque.strip("0.%") != ""
        or said.get("max-height", "0").strip("0px. ") != ""
    )


def _weight(of: Selector) -> tuple[int, int, int]:
    """The specificity of a selector: ids, then classes and the like, then names."""
    names = [name for compound in of.compounds for name in compound.names]
    ids = sum(name.startswith("#") for name in names)
    more = sum(len(compound.more) for compound in of.compounds)
    return ids, len(names) - ids + more, sum(bool(compound.tag) for compound in of.compounds)


def is_hidden(element: _Element, style: Mapping[str, str]) -> bool:
    """Whether an element is not seen when the page opens."""
    names = (element.get("class") or "").split()
    return (
        element.get("hidden", "until-found") != "until-found"
        or element.get("aria-hidden") == "true"
        or (element.tag == "dialog" and element.get("open") is None)
        or element.get("popover") is not None
        or (element.tag == "svg" and "0" in (element.get("width"), element.get("height")))
        or style.get("display") == "none"
        or style.get("visibility") in ("hidden", "collapse")
        or is_cut_off(style)
        or (any(map(_HIDING.fullmatch, names)) and not any(map(_SHOWING.fullmatch, names)))
    )


def is_struck(element: _Element, style: Mapping[str, str]) -> bool:
    """Whether the words of an element are struck out."""
    line = style.get("text-decoration-line") or style.get("text-decoration", "")
    names = (element.get("class") or "").split()
    return element.tag in ("del", "s", "strike") or "line-through" in line or any(map(_STRIKING.fullmatch, names))


def _declared(sheet: str) -> Iterator[tuple[str, str]]:
    """The selectors and declarations of the rules of a sheet, but for those under conditions that are not met."""
    depth, conditions, selectors = 0, [], ""
    parts = _BRACE.split(without_comments(sheet))
    for said, brace in zip(parts[::2], parts[1::2], strict=False):
        if brace == "{":
            depth += 1
            selectors = said.rpartition(";")[2].strip()
            if selectors.startswith("@") and not _holds(selectors):
                conditions.append(depth)
        else:
            if selectors and not conditions and not selectors.startswith("@"):
                yield selectors, said
            if conditions and conditions[-1] == depth:
                conditions.pop()
            depth, selectors = max(0, depth - 1), ""


def _holds(condition: str) -> bool:
    """Whether what stands under `@media` or the like holds on a wide screen."""
    condition = _WIDE.sub("all", condition[:_LONGEST_PART])
    return bool(_EVERYWHERE.fullmatch(condition))


def _properties(declarations: str) -> tuple[dict[str, str], dict[str, str]]:
    """What declarations say that matters here, and what of it goes before all else."""
    plain = without_comments(declarations)
    plain = _ESCAPED.sub(_unescaped, plain) if "\\" in plain else plain
    said: tuple[dict[str, str], dict[str, str]] = {}, {}
    for line in plain.lower().split(";"):
        name, _, value = line.partition(":")
        if (name := name.strip()) in _TOLD:
            value, _, important = value.partition("!")
            said[important.strip() == "important"][name] = value.strip()
    return said


def _unescaped(found: re.Match[str]) -> str:
    code = int(found[1], 16) if found[1] else 0
    return found[2] or (chr(code) if 0 < code < sys.maxunicode and not 0xD800 <= code < 0xE000 else "")


def without_comments(sheet: str) -> str:
    """A style sheet without its comments; one that is not closed goes on to its end."""
    first, *rest = sheet.split("/*")
    return first + "".join(part.partition("*/")[2] for part in rest)
