"""What a page of a PDF draws, in that order: characters, fills, rules and images, those that are hidden as well.

pdfminer runs the operators of a page; what it passes over, but a person sees, is kept here: how text is rendered, what
is clipped, sheer or in a layer that is off, and for which characters the file states the words (ActualText).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFFont, PDFType3Font, PDFUnicodeNotDefined
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import apply_matrix_pt, decode_text

from ingest.read.pdf.symbols import BOLD, MONOSPACED, UNREADABLE, symbol

# What is looked at of one page; more than that no page that is read needs.
_MOST_CHARACTERS, _MOST_SHAPES, _MOST_FORMS = 200_000, 20_000, 2_000
_DOT = 8.0
# Characters that are squeezed to less of their width are no more than a stroke.
_NARROWEST = 0.1

Box = tuple[float, float, float, float]
Colour = tuple[float, float, float]


class TooMuch(Exception):
    """A page draws more than is looked at."""


class FontStyle(NamedTuple):
    """What the name of a font says of its characters."""

    is_bold: bool
    is_monospaced: bool
    name: str


class Drawn(NamedTuple):
    """A character: where it begins and where the next would, its size, and the number of fills before it.

    Places are in points from the left and the bottom of the page.  `is_shown` is whether it is drawn at all: an
    invisible one is shown only where it lies on an image, as the text of a scan does.
    """

    text: str
    start: tuple[float, float]
    end: tuple[float, float]
    size: float
    style: FontStyle
    colour: Colour | None
    order: int
    is_shown: bool
    is_furniture: bool


class Fill(NamedTuple):
    """A filled box; a sheer one may let through what is under it."""

    box: Box
    colour: Colour | None
    is_image: bool = False
    is_sheer: bool = False


class Drawing(PDFTextDevice):
    """All that a page draws."""

    def __init__(self, manager: Any, off: frozenset[int]) -> None:
        """For one page; `off` are the numbers of the layers that are not shown."""
        super().__init__(manager)
        self.characters: list[Drawn] = []
        self.fills: list[Fill] = []
        self.lines: list[Box] = []
        self.dots: list[Box] = []
        self.shapes = self.forms = 0
        self.off = off
        self.alpha = 1.0
        self.clip: Box | None = None
        self._render = 0
        self._tags: list[tuple[int, str | None, bool, bool]] = []
        self._matrices: list[Any] = []
        self._styles: dict[int, FontStyle] = {}

    def begin_figure(self, name: str, bbox: Any, matrix: Any) -> None:
        self._matrices.append(self.ctm)
        self.forms += 1
        if self.forms > _MOST_FORMS:
            raise TooMuch

    def end_figure(self, name: str) -> None:
        self.ctm = self._matrices.pop()

    def begin_tag(self, tag: PSLiteral, props: Any = None) -> None:
        hidden = furniture = False
        actual = None
        if isinstance(props, PDFObjRef):
            hidden = self.is_off(props)
        found = resolve1(props)
        if isinstance(found, dict):
            text = resolve1(found.get("ActualText"))
            actual = decode_text(text) if isinstance(text, bytes) else None
            furniture = tag.name == "Artifact" and name_of(found.get("Type")) == "Pagination" and "Subtype" in found
        before = self._tags[-1] if self._tags else (0, None, False, False)
        self._tags.append((len(self.characters), actual, hidden or before[2], furniture or before[3]))

    def end_tag(self) -> None:
        if not self._tags:
            return
        first, actual, *_ = self._tags.pop()
        characters = self.characters[first:]
        if actual is None or not characters or len({round(s.start[1]) for s in characters}) > 1:
            return
        if "".join(s.text for s in characters).strip() != actual.strip():
            self.characters[first:] = [characters[0]._replace(text=actual, end=characters[-1].end)]

    def is_off(self, layer: PDFObjRef) -> bool:
        """Whether what belongs to `layer` is not shown."""
        if layer.objid in self.off:
            return True
        found = resolve1(layer)
        members = resolve1(found.get("OCGs")) if isinstance(found, dict) else None
        members = members if isinstance(members, list) else []
        return bool(members) and all(isinstance(m, PDFObjRef) and m.objid in self.off for m in members)

    def render_image(self, name: str, stream: PDFStream) -> None:
        self.fills.append(Fill(self._box([(0, 0), (0, 1), (1, 0), (1, 1)]), None, is_image=True))

    def shade(self) -> None:
        """Take a shading, which fills all that is not clipped."""
        self.fills.append(Fill(self.clip or (-1e6, -1e6, 1e6, 1e6), None, is_sheer=self.alpha < 1))

    def paint_path(self, graphicstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]) -> None:
        starts = [i for i, step in enumerate(path) if step[0] == "m"]
        for first, last in zip(starts, [*starts[1:], len(path)], strict=True):
            self.shapes += 1
            if self.shapes <= _MOST_SHAPES:
                self._shape(path[first:last], stroke, _colour(graphicstate) if fill else None, fill)

    def _shape(self, path: Sequence[Any], stroke: bool, colour: Colour | None, fill: bool) -> None:
        steps = [step for step in path if step[0] != "h"]
        pairs = [pair for step in steps for pair in zip(step[1::2], step[2::2], strict=False)]
        try:
            points: list[Any] = [apply_matrix_pt(self.ctm, step[-2:]) for step in steps]  # type: ignore[arg-type]
            bent: list[Any] = [apply_matrix_pt(self.ctm, pair) for pair in pairs]  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return
        left, bottom, right, top = box = around(bent)
        width, height = right - left, top - bottom
        curved = any(step[0] != "l" for step in steps[1:])
        if max(width, height) <= _DOT and min(width, height) > 0.4 * max(width, height) > 0.4:
            self.dots.append(box)
        elif fill and not curved and min(width, height) <= 2 < max(width, height):
            self.lines.append(box)
        elif fill and not curved and _is_white(colour):
            self.fills.append(Fill(self._clipped(box), colour, is_sheer=self.alpha < 1))
        elif fill:
            self.fills.append(Fill(self._clipped(box), colour, is_sheer=self.alpha < 1 or curved))
            self.lines += [] if curved or len(points) > 5 else _edges(points)
        if stroke and not curved and len(points) <= 64:
            closed = [*points, points[0]] if path[-1][0] == "h" else points
            self.lines += _edges(closed)

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        self._render = textstate.render
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(
        self,
        matrix: Any,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,
        graphicstate: Any,
    ) -> float:
        if len(self.characters) >= _MOST_CHARACTERS:
            raise TooMuch
        style = self._styles.get(id(font)) or self._style(font)
        try:
            text = symbol(font.to_unichr(cid), style.name)
        except PDFUnicodeNotDefined:
            text = UNREADABLE
        advance = font.char_width(cid) * fontsize * scaling
        height = abs(font.get_height()) or 1.0 if isinstance(font, PDFType3Font) else 1.0
        a, b, c, d, x, y = matrix
        start = (x + rise * c, y + rise * d)
        end = (start[0] + advance * a, start[1] + advance * b)
        if not font.is_vertical():
            hidden, furniture = self._tags[-1][2:] if self._tags else (False, False)
            drawn = not hidden and self.alpha > 0.05 and scaling > _NARROWEST and self._is_in_clip(start, end)
            self.characters.append(
                Drawn(
                    text,
                    start,
                    end,
                    abs(fontsize) * height * (c * c + d * d) ** 0.5,
                    style._replace(is_bold=True) if self._render == 2 else style,
                    (-1.0, -1.0, -1.0) if self._render in (3, 7) else _colour(graphicstate),
                    len(self.fills),
                    drawn,
                    furniture,
                )
            )
            return advance
        self.characters.append(Drawn(text, start, end, abs(fontsize), style, None, len(self.fills), True, False))
        return advance

    def _is_in_clip(self, start: tuple[float, float], end: tuple[float, float]) -> bool:
        if self.clip is None:
            return True
        x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        left, bottom, right, top = self.clip
        return left - 3 <= x <= right + 3 and bottom - 3 <= y <= top + 3

    def _style(self, font: PDFFont) -> FontStyle:
        name = str(getattr(font, "fontname", "") or getattr(font, "basefont", ""))
        self._styles[id(font)] = style = FontStyle(bool(BOLD.search(name)), bool(MONOSPACED.search(name)), name)
        return style

    def _box(self, points: Sequence[tuple[float, float]]) -> Box:
        return self._clipped(around([apply_matrix_pt(self.ctm, point) for point in points]))  # type: ignore[arg-type]

    def _clipped(self, box: Box) -> Box:
        return box if self.clip is None else common(box, self.clip)


def name_of(value: object) -> str:
    """The text of a name, or of a reference to one; nothing for whatever else."""
    name = getattr(resolve1(value), "name", "")
    return name if isinstance(name, str) else ""


def around(points: Sequence[tuple[float, float]]) -> Box:
    """The box around points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def common(box: Box, other: Box) -> Box:
    """What two boxes share, which may be nothing."""
    left, bottom = max(box[0], other[0]), max(box[1], other[1])
    return left, bottom, max(left, min(box[2], other[2])), max(bottom, min(box[3], other[3]))


def _edges(points: Sequence[tuple[float, float]]) -> list[Box]:
    """The sides of a path that run along the page or down it."""
    sides = [around(pair) for pair in pairwise(points)]
    return [s for s in sides if min(s[2] - s[0], s[3] - s[1]) <= 1 < max(s[2] - s[0], s[3] - s[1])]


def _is_white(colour: Colour | None) -> bool:
    return colour is not None and min(colour) > 0.97


def _colour(state: Any) -> Colour | None:
    """The colour that fills, as red, green and blue; None where it is not known."""
    value = state.ncolor
    if state.ncs.name not in ("DeviceGray", "DeviceRGB", "DeviceCMYK", "CalGray", "CalRGB", "ICCBased"):
        return None
    if isinstance(value, (int, float)):
        return (float(value),) * 3
    if not isinstance(value, tuple) or not all(isinstance(part, (int, float)) for part in value):
        return None
    if len(value) == 3:
        return float(value[0]), float(value[1]), float(value[2])
    if len(value) == 4:
        cyan, magenta, yellow, black = (float(part) for part in value)
        return (1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black)
    return None
