"""Text of a page that is there and is not seen: too small, sheer, of the colour of its ground, cut off or out of sight.

No page that means well has its words so: it is how orders to machines are hidden in one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lxml.etree import _Element

Colour = tuple[float, float, float]
Style = Mapping[str, str]

_NUMBER = re.compile(r"([+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))(px|pt|em|rem|ex|ch|vw|vh|%)?(?![\w.])")
_HEX = re.compile(r"#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})(?![0-9a-f])")
_OF_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]{1,60})\)")
_MOVED = re.compile(r"(?:translate(?:x|y|3d)?|scale(?:x|y|3d)?)\(([^()]{1,60})\)")
_NAMES = {
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "red": (255, 0, 0),
    "lime": (0, 255, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "aqua": (0, 255, 255),
    "fuchsia": (255, 0, 255),
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240),
    "whitesmoke": (245, 245, 245),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "navy": (0, 0, 128),
    "green": (0, 128, 0),
    "maroon": (128, 0, 0),
    "purple": (128, 0, 128),
    "teal": (0, 128, 128),
    "olive": (128, 128, 0),
}
_WHITE: Colour = (255, 255, 255)
# Of 255: what differs by less is not told apart.
_ALIKE = 16
_LEAST_PIXELS, _LEAST_ALPHA = 1.5, 0.05
_PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "rem": 16.0}
# How far out, in each unit, nothing is on any screen.
_OUT = {"px": 999, "": 999, "pt": 750, "em": 60, "rem": 60, "ex": 120, "ch": 120, "vw": 100, "vh": 100, "%": 100}
_FAR = 5_000  # pixels; a slide that is not its turn yet is nearer


class Sight(NamedTuple):
    """How the text of an element is seen: its size in pixels, its colour and its ground, None where not known."""

    pixels: float = 16.0
    colour: Colour | str | None = None
    ground: Colour | str | None = _WHITE

    def within(self, element: _Element, style: Style) -> Sight:
        """How the text of an element in this one is seen."""
        size = style.get("font-size") or _size_of_font(style.get("font", ""))
        said = style.get("-webkit-text-fill-color") or style.get("color") or element.get("color")
        ground = style.get("background-color") or style.get("background") or element.get("bgcolor")
        colour = _colour(said) if said and said not in ("inherit", "currentcolor") else self.colour
        return Sight(self._sized(size), colour, self._grounded(ground, style.get("background", "")))

    @property
    def is_unseen(self) -> bool:
        """Whether text is there that nobody sees."""
        if self.pixels < _LEAST_PIXELS or self.colour == "transparent":
            return True
        if isinstance(self.colour, tuple) and isinstance(self.ground, tuple):
            return all(abs(one - other) < _ALIKE for one, other in zip(self.colour, self.ground, strict=True))
        return self.colour is not None and self.colour == self.ground

    def _sized(self, size: str | None) -> float:
        found = _NUMBER.match(size.strip()) if size else None
        if not found:
            return self.pixels if not size or size.startswith("inherit") else 16.0
        unit = found[2] or ""
        times = self.pixels if unit == "em" else self.pixels / 100 if unit == "%" else _PIXELS.get(unit, 8.0)
        return float(found[1]) * times

    def _grounded(self, said: str | None, whole: str) -> Colour | str | None:
        if not said or said in ("inherit", "none"):
            return self.ground
        if "url(" in whole or "gradient" in whole:
            return None
        ground = _colour(said)
        return self.ground if ground == "transparent" else ground


def is_cut_off(style: Style) -> bool:
    """Whether nothing of an element is seen, whatever is in it: sheer, out of sight, or cut to nothing."""
    return (
        _is_sheer(style)
        or any(_is_out(style.get(name, "")) for name in ("left", "top", "right", "bottom", "margin-left", "margin-top"))
        or _is_out(style.get("text-indent", ""))
        or _is_moved_out(style.get("transform", ""))
        or _is_clipped(style)
        or (style.get("overflow", "visible").startswith(("hidden", "clip")) and _is_flat(style))
        or style.get("content-visibility") == "hidden"
        or style.get("zoom") in ("0", "0%")
    )


def _is_sheer(style: Style) -> bool:
    filtered = re.search(r"opacity\(([^()]{1,20})\)", style.get("filter", ""))
    return any(_share(said) < _LEAST_ALPHA for said in (style.get("opacity", ""), filtered[1] if filtered else ""))


def _share(said: str) -> float:
    found = _NUMBER.match(said.strip())
    return 1.0 if not found else float(found[1]) / (100 if found[2] == "%" else 1)


def _is_out(said: str) -> bool:
    found = _NUMBER.match(said.strip())
    return bool(found) and float(found[1]) <= -_OUT[found[2] or ""]  # type: ignore[index]


def _is_moved_out(said: str) -> bool:
    for found in _MOVED.finditer(said):
        numbers = [float(each[1]) for each in _NUMBER.finditer(found[1])]
        if found[0].startswith("scale") and 0 in numbers[:2]:
            return True
        if found[0].startswith("translate") and numbers and min(numbers) <= -_FAR:
            return True
    return False


def _is_clipped(style: Style) -> bool:
    clip, path = style.get("clip", "").replace(" ", ""), style.get("clip-path", "").replace(" ", "")
    if clip.startswith(("rect(0", "rect(1px,1px")) or path.startswith(("circle(0", "ellipse(0")):
        return True
    if path.startswith("inset("):
        found = _NUMBER.match(path.removeprefix("inset("))
        return bool(found) and found[2] == "%" and float(found[1]) >= 50  # type: ignore[index]
    return path.startswith("polygon(") and not re.search(r"[1-9]", path)


def _is_flat(style: Style) -> bool:
    for name in ("height", "width", "max-height", "max-width"):
        found = _NUMBER.match(style.get(name, "").strip())
        if found and found[2] != "%" and float(found[1]) * _PIXELS.get(found[2] or "", 8.0) < _LEAST_PIXELS:
            return True
    return False


def _size_of_font(font: str) -> str | None:
    """The size in a `font` that says all at once, where it is the first number of it."""
    found = _NUMBER.search(font)
    return found[0] if found and (found[2] or float(found[1]) == 0) else None


def _colour(said: str) -> Colour | str:
    """A colour as red, green and blue of 255 each, `transparent`, or, where it is not known, as it is said."""
    said = said.strip()
    word = said.split(" ", 1)[0]
    if word in _NAMES or word == "transparent":
        return _NAMES.get(word, word)
    if found := _HEX.match(said):
        digits = found[0][1:] if len(found[0]) > 5 else "".join(2 * digit for digit in found[0][1:])
        red, green, blue, *alpha = (int(digits[at : at + 2], 16) for at in range(0, len(digits), 2))
        return "transparent" if alpha and alpha[0] < 255 * _LEAST_ALPHA else (red, green, blue)
    if found := _OF_FUNCTION.match(said):
        parts = [(float(each[1]), each[2]) for each in _NUMBER.finditer(found[2])]
        if len(parts) > 3 and parts[3][0] / (100 if parts[3][1] == "%" else 1) < _LEAST_ALPHA:
            return "transparent"
        if found[1] == "rgb" and len(parts) >= 3:
            first, second, third = (value * 2.55 if unit == "%" else value for value, unit in parts[:3])
            return first, second, third
    return said
