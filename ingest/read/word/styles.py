"""The styles of a Word document: what a run looks like, and which paragraphs are headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ingest.read.word.package import child, name, number, qualified, switched, value

if TYPE_CHECKING:
    from lxml.etree import _Element

Look = dict[str, Any]
# A style and the style of characters switch these on and off against each other.
_TOGGLES = ("b", "strike", "vanish")
_NEARLY_WHITE = 239  # of 255
_HIGHLIGHTS = {"black": "000000", "white": "FFFFFF", "yellow": "FFFF00", "red": "FF0000", "blue": "0000FF"}

# The languages of Word name the styles of headings and titles by their own words.
_ONLY_HEADINGS = "heading|head|headline|überschrift|kop|overskrift|nagłówek|nadpis|rubrica"
_TITLES_TOO = "titre|título|titulo|titolo|rubrik|otsikko|заголовок|标题|標題|제목|başlık|címsor|cím|titlu|見出し"
_HEADING = re.compile(
    rf"(?:^|.*[\W\d_])(sub[ -]?)?(?:(?P<bare>{_ONLY_HEADINGS})|{_TITLES_TOO}) ?(?P<level>[1-9])?(?:\W.*)?"
)
_OWN_TITLE = re.compile(r"(?:section|chapter|clause|article|part|topic|subsection|paragraph) ?title ?(?P<level>[1-9])?")
_TITLE = re.compile(
    r"(?:(?:document|doc|report|main|cover|book|paper|policy) ?)?title|titel|titre|título|titulo|titolo|tytuł|název|"
    r"название|заголовок|tittel|otsikko|rubrik|标题|標題|표제|제목|表題|konu başlığı|cím|titlu"
)
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_HEADING = re.compile(
    r"toc|tab(?:le|el|elle|ell)|caption|index|list|figure|abbildung|contents|inhalt|note|letter|running|page|message|"
    r"sub ?title"
)


class WordStyles:
    """The styles of a document; those that stand in a circle or are missing say nothing."""

    def __init__(self, root: _Element | None) -> None:
        """Take the root of the part that holds the styles, where there is one."""
        self._styles: dict[str, _Element] = {}
        self._default: dict[str, str] = {}
        for style in [] if root is None else root.iterchildren(qualified("w:style")):
            style_id, kind = style.get(qualified("w:styleId"), ""), style.get(qualified("w:type"), "paragraph")
            self._styles.setdefault(style_id, style)
            if style.get(qualified("w:default")) in ("1", "true", "on"):
                self._default[kind] = style_id
        self._all = look(child(root, "w:docDefaults", "w:rPrDefault", "w:rPr"))
        self._looks: dict[tuple[str, str], Look] = {}
        self._chains: dict[str, tuple[_Element, ...]] = {}

    def chain(self, style_id: str | None, kind: str = "paragraph") -> tuple[_Element, ...]:
        """A style, the one that it is based on, and so on; those of the default style where none is named."""
        own = style_id if style_id in self._styles else self._default.get(kind, "")
        assert own is not None
        if own not in self._chains:
            found: dict[str, _Element] = {}
            step: str | None = own
            while step in self._styles and step not in found:
                found[step] = self._styles[step]
                step = value(found[step], "w:basedOn")
            self._chains[own] = tuple(found.values())
        return self._chains[own]

    def of(self, paragraph: _Element) -> tuple[_Element, ...]:
        """The chain of the style of a paragraph."""
        return self.chain(value(paragraph, "w:pPr", "w:pStyle"))

    def names(self, paragraph: _Element) -> tuple[str, ...]:
        """The names of the styles of a paragraph, from its own to the last, in lower case: "policy head"."""
        return tuple(_WORDS.sub(" ", value(style, "w:name") or "").lower() for style in self.of(paragraph))

    def look(self, run: _Element | None, paragraph: _Element) -> Look:
        """What the properties of a run, and its styles, make of it; see `look`."""
        ids = value(paragraph, "w:pPr", "w:pStyle") or "", value(run, "w:rStyle") or ""
        if ids not in self._looks:
            of_paragraph = _merged(self.chain(ids[0]))
            of_run = _merged(self.chain(ids[1], "character"))
            both = {t: of_paragraph.get(t, False) != of_run.get(t, False) or self._all.get(t, False) for t in _TOGGLES}
            self._looks[ids] = self._all | of_paragraph | of_run | both
        return self._looks[ids] | look(run) if run is not None else self._looks[ids]

    def level(self, paragraph: _Element) -> int | None:
        """The depth of a heading, 0 for a title, None for what is no heading."""
        named = [_named_level(style) for style in self.names(paragraph)]
        told = [number(value(style, "w:pPr", "w:outlineLvl")) for style in self.of(paragraph)]
        level = number(value(paragraph, "w:pPr", "w:outlineLvl"))
        for by_name, by_outline in zip(named, told, strict=True) if level is None else ():
            if by_name == 0 or by_outline is not None:
                level = -1 if by_name == 0 else by_outline
                break
        if level is not None:
            return level + 1 if -1 <= level < 9 else None
        return next((found for found in named if found is not None), None)

    def setting(self, paragraph: _Element, *path: str, of: str = "w:val") -> str | None:
        """A property of a paragraph, its own or that of its styles."""
        told = (value(holder, "w:pPr", *path, of=of) for holder in (paragraph, *self.of(paragraph)))
        return next((found for found in told if found is not None), None)


def look(properties: _Element | None) -> Look:
    """What the properties of a run say of it, by name; nothing is said of what they leave as it is.

    `b`, `strike`, `dstrike`, `vanish`, `u` (underlined), `white`, `filled` (has a ground of its own) and `clear` (is
    drawn without colour) are on or off, `ink` and `ground` are colours as they are written, `width` is in percent,
    `shift` is 1 for raised and -1 for lowered, `size` and `position` are in half points, `font` is a name.
    """
    return dict(_told(properties)) if properties is not None else {}


def _told(properties: _Element) -> Iterator[tuple[str, Any]]:
    for element in properties:
        kind, said = name(element).removeprefix("w:"), element.get(qualified("w:val"))
        match kind:
            case "b" | "strike" | "dstrike" | "vanish" | "u":
                yield kind, switched(properties, f"w:{kind}")
            case "vertAlign":
                yield "shift", {"superscript": 1, "subscript": -1}.get(said or "", 0)
            case "sz" | "position" if (size := number(said)) is not None:
                yield "size" if kind == "sz" else kind, size
            case "rFonts" if font := element.get(qualified("w:ascii")) or element.get(qualified("w:hAnsi")):
                yield "font", font
            case "color" | "highlight" | "shd":
                yield from _told_colour(element, said or "")
            case "w" if (width := number(said)) is not None:
                yield "width", width
            case "w14:textFill":
                yield "clear", child(element, "w14:noFill") is not None


def _told_colour(element: _Element, said: str) -> Iterator[tuple[str, Any]]:
    match name(element):
        case "w:color":
            theme = element.get(qualified("w:themeColor"))
            yield "white", theme in ("background1", "light1") or _is_white(said)
            yield "ink", said.upper()
        case "w:highlight":
            yield "filled", said not in ("none", "white")
            yield "ground", _HIGHLIGHTS.get(said, "")
        case _:
            yield "filled", is_filled(element)
            yield "ground", (element.get(qualified("w:fill")) or "").upper()


def _is_white(colour: str) -> bool:
    """Whether a colour is not told from white."""
    return re.fullmatch("[0-9A-Fa-f]{6}", colour) is not None and all(
        int(colour[at : at + 2], 16) > _NEARLY_WHITE for at in (0, 2, 4)
    )


def is_filled(shading: _Element | None) -> bool:
    """Whether a shading is there and is not white."""
    if shading is None:
        return False
    fill = (shading.get(qualified("w:fill")) or "auto").upper()
    pattern = shading.get(qualified("w:val")) or "clear"
    return fill not in ("AUTO", "FFFFFF") or pattern not in ("clear", "nil")


def _merged(chain: tuple[_Element, ...]) -> Look:
    found: Look = {}
    for style in reversed(chain):
        found |= look(child(style, "w:rPr"))
        if is_filled(child(style, "w:pPr", "w:shd")):
            found["filled"] = True
    return found


def _named_level(style: str) -> int | None:
    """The depth of the headings that a style is for by its name: "heading 2", "Überschrift 1", "Section Heading"."""
    if _TITLE.fullmatch(style):
        return 0
    found = _OWN_TITLE.fullmatch(style) or (None if _NO_HEADING.search(style) else _HEADING.fullmatch(style))
    if not found:
        return None
    if found["level"]:
        return int(found["level"])
    return 2 if style.startswith("sub") or "sub" in style.split() else 1
