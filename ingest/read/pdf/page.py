"""What a person sees of a page of a PDF, turned so that it is read upright."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from pdfminer.pdfpage import PDFPage

    from ingest.read.pdf.device import Box, Colour, Drawn, Fill

_UPRIGHT = 6  # degrees by which a scan may be askew
_ALIKE = 0.03
_MOSTLY = 4
# What is smaller, in points or as a part of the height of its page, nobody reads.
_LEAST_POINTS, _LEAST_PART = 2.5, 1 / 320
_MOST_FILLS = 3_000
_MOST_RULES = 4_000


class Glyph(NamedTuple):
    """A character on its line: from `x0` to `x1`, on the base line `base`, measured from the top of the page."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    is_bold: bool
    is_monospaced: bool


class RuledLine(NamedTuple):
    """A drawn line, or the side of a box; `bottom` is further from the top of the page than `top`."""

    left: float
    top: float
    right: float
    bottom: float


class Frame(NamedTuple):
    """The page seen so that what is written at an angle of `turn` degrees is upright."""

    turn: int
    left: float
    top: float

    @classmethod
    def of(cls, turn: int, box: Box) -> Frame:
        """Of the page whose corners are those of `box`."""
        corners = [cls(turn, 0, 0).place(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
        return cls(turn, min(u for u, _ in corners), min(v for _, v in corners))

    def place(self, x: float, y: float) -> tuple[float, float]:
        """The place of a point of the page: from the left and from the top."""
        cos, sin = _TURNS[self.turn]
        return x * cos + y * sin - self.left, x * sin - y * cos - self.top

    def point(self, u: float, v: float) -> tuple[float, float]:
        """The inverse of `place`."""
        cos, sin = _TURNS[self.turn]
        u, v = u + self.left, -(v + self.top)
        return u * cos - v * sin, u * sin + v * cos


_TURNS = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}


@dataclass(slots=True)
class PdfPage:
    """What is seen of a page.

    `asides` are what is written at another angle, in the frame in which it is upright; `dots` are small filled shapes,
    `shades` boxes that are filled, `told` is what was left out of the page, and why.
    """

    number: int
    frame: Frame
    width: float
    height: float
    glyphs: list[Glyph]
    asides: list[tuple[Frame, list[Glyph]]] = field(default_factory=list)
    rules: list[RuledLine] = field(default_factory=list)
    dots: list[RuledLine] = field(default_factory=list)
    shades: list[RuledLine] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    is_picture: bool = False

    def box(self, box: Sequence[float]) -> RuledLine:
        """A box of the page (left, bottom, right, top) where it is seen."""
        corners = [self.frame.place(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
        us, vs = [u for u, _ in corners], [v for _, v in corners]
        return RuledLine(min(us), min(vs), max(us), max(vs))


def read_page(page: PDFPage, number: int, manager: Any, off: frozenset[int]) -> PdfPage:  # noqa: ANN401 - pdfminer's own
    """What is seen of `page`, the `number`th of its document; `off` are the layers that are not shown.

    A page that cannot be read to its end is read up to there, and told.
    """
    from pdfminer.psexceptions import PSException

    from ingest.read.pdf.device import Drawing, TooMuch
    from ingest.read.pdf.operators import Operators

    drawing = Drawing(manager, off)
    told: list[str] = []
    try:
        Operators(manager, drawing).process_page(page)
    except TooMuch:
        told.append(f"page {number} draws more than is looked at: its end is left out")
    except (PSException, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
        told.append(f"page {number} is damaged: its end is left out")
    if drawing.shapes > _MOST_RULES and len(drawing.lines) > _MOST_RULES:
        told.append(f"page {number} is a drawing of {drawing.shapes} shapes: tables are told by their words alone")
        drawing.lines.clear()
    seen = _box_of(page)
    shown, hidden = _seen(drawing.characters, drawing.fills[:_MOST_FILLS], seen)
    by_turn: dict[int | None, list[Drawn]] = {}
    for drawn in shown:
        by_turn.setdefault(_turn(drawn), []).append(drawn)
    turn = _main_turn(by_turn)
    frame = Frame.of(turn, seen)
    sheet = PdfPage(number, frame, 0, 0, _glyphs(by_turn.get(turn, []), frame), told=told)
    sheet.width, sheet.height = sheet.box(seen)[2:]
    sheet.asides = [
        (other, _glyphs(characters, other))
        for t, characters in by_turn.items()
        if t is not None and t != turn and (other := Frame.of(t, seen))
    ]
    sheet.rules = [sheet.box(line) for line in drawing.lines]
    sheet.dots = [sheet.box(dot) for dot in drawing.dots]
    sheet.shades = [sheet.box(f.box) for f in drawing.fills if not f.is_image and f.colour and min(f.colour) < 0.97]
    sheet.is_picture = any(f.is_image for f in drawing.fills) or drawing.shapes > 100
    told += [said for said in (_said(by_turn.get(None, [])), _said([s for s in shown if s.is_furniture])) if said]
    out = _said(hidden)
    told += [f"hidden on page {number}: {out}"] if out else []
    return sheet


def as_shown(page: PDFPage, box: Sequence[float]) -> Box:
    """A box of the file where characters stand once the page is turned as it is shown: as pdfminer turns it."""
    x0, y0, x1, y1 = page.mediabox
    corners = [(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    match page.rotate:
        case 90:
            corners = [(y - y0, x1 - x) for x, y in corners]
        case 180:
            corners = [(x1 - x, y1 - y) for x, y in corners]
        case 270:
            corners = [(y1 - y, x - x0) for x, y in corners]
        case _:
            corners = [(x - x0, y - y0) for x, y in corners]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _box_of(page: PDFPage) -> Box:
    """The part of the page that is seen."""
    media, crop = as_shown(page, page.mediabox), as_shown(page, page.cropbox)
    left, bottom, right, top = (*map(max, media[:2], crop[:2]), *map(min, media[2:], crop[2:]))
    return (left, bottom, right, top) if left < right and bottom < top else media


def _seen(characters: Iterable[Drawn], fills: Sequence[Fill], page: Box) -> tuple[list[Drawn], list[Drawn]]:
    """The characters that are seen, and the hidden ones: invisible, tiny, covered, of the colour of their ground."""
    boxes = np.array([fill.box for fill in fills]).reshape(-1, 4)
    shown: list[Drawn] = []
    hidden: list[Drawn] = []
    least = min(_LEAST_POINTS, (page[3] - page[1]) * _LEAST_PART)
    for drawn in characters:
        (x0, y0), (x1, y1) = drawn.start, drawn.end
        # The middle of a character: half of it along its line, and a third of its size above that.
        along = math.dist(drawn.start, drawn.end) or 1.0
        x = (x0 + x1) / 2 - (y1 - y0) / along * drawn.size / 3
        y = (y0 + y1) / 2 + (x1 - x0) / along * drawn.size / 3
        if not math.isfinite(x + y + drawn.size):
            continue
        is_in_sight = page[0] <= x <= page[2] and page[1] <= y <= page[3] and drawn.size > least
        is_seen = drawn.is_shown and is_in_sight
        if is_seen and (fills or _is_known(drawn.colour)):
            under = (boxes[:, 0] <= x) & (boxes[:, 1] <= y) & (boxes[:, 2] >= x) & (boxes[:, 3] >= y)
            is_seen = _is_visible(drawn, fills, np.flatnonzero(under).tolist())
        (shown if is_seen else hidden).append(drawn)
    return shown, hidden


def _is_visible(drawn: Drawn, fills: Sequence[Fill], there: Sequence[int]) -> bool:
    """Whether a character is seen where the fills with the numbers `there` are."""
    if drawn.colour is not None and drawn.colour[0] < 0:
        return any(fills[number].is_image for number in there)
    if any(number >= drawn.order and not (fills[number].is_image or fills[number].is_sheer) for number in there):
        return False
    below = [fills[number] for number in there if number < drawn.order]
    if below and (below[-1].is_sheer or below[-1].is_image):
        return True
    ground = below[-1].colour if below else (1.0, 1.0, 1.0)
    if ground is None or drawn.colour is None:
        return True
    return any(abs(a - b) > _ALIKE for a, b in zip(ground, drawn.colour, strict=True))


def _is_known(colour: Colour | None) -> bool:
    """Whether a colour may be that of the bare page, or of nothing."""
    return colour is not None and (colour[0] < 0 or min(colour) > 1 - _ALIKE)


def _turn(drawn: Drawn) -> int | None:
    """The angle at which a character stands, in degrees; None where it is aslant."""
    dx, dy = drawn.end[0] - drawn.start[0], drawn.end[1] - drawn.start[1]
    angle = math.degrees(math.atan2(dy, dx)) % 360
    turn = round(angle / 90) * 90
    return turn % 360 if abs(angle - turn) <= _UPRIGHT else None


def _main_turn(by_turn: Mapping[int | None, Sequence[Drawn]]) -> int:
    """The angle at which a page is read: as it is shown, if not nearly all of it is written at another."""
    counts = Counter(
        {turn: sum(1 for s in characters if s.text.strip()) for turn, characters in by_turn.items() if turn is not None}
    )
    if not counts:
        return 0
    turn, count = counts.most_common(1)[0]
    return 0 if counts[0] * _MOSTLY >= count or turn is None else turn


def _glyphs(characters: Iterable[Drawn], frame: Frame) -> list[Glyph]:
    found = []
    for drawn in characters:
        if not drawn.is_furniture:
            x0, base = frame.place(*drawn.start)
            x1, _ = frame.place(*drawn.end)
            style = drawn.style
            found.append(Glyph(drawn.text, x0, x1, base, drawn.size, style.is_bold, style.is_monospaced))
    return found


def _said(characters: Sequence[Drawn]) -> str:
    """What characters say in the order in which they are drawn, to be told."""
    text = ""
    for before, drawn in zip([None, *characters], characters, strict=False):
        if before and math.dist(before.end, drawn.start) > before.size / 4:
            text += " "
        text += drawn.text
    return " ".join(text.split())[:200]
