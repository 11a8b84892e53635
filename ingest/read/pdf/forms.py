"""What lies on the text of a page: the fields of a form that is filled in, text boxes, what is struck, comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import decode_text

from ingest.read.outline import one_line
from ingest.read.pdf.page import PdfPage, RuledLine, as_shown
from ingest.read.pdf.words import PdfWord

_HIDDEN = 2 | 32  # flags of an annotation: hidden, and not to be viewed
_PASSWORD, _PUSHED, _RADIO = 1 << 13, 1 << 16, 1 << 15
BOXES = ("\N{BALLOT BOX}", "\N{BALLOT BOX WITH X}")
_DEEPEST = 32
_MOST = 5_000
_MADE_UP = re.compile(
    r"^(?:\W*|\w*(?:field|text|check ?box|undefined|fill|button|form|page|row|cell)s?[\W_\d]*.*|\w)$", re.I
)
_SILENT = ("Link", "Popup", "Widget", "Underline", "Squiggly", "StrikeOut", "FreeText", "PrinterMark", "TrapNet")


@dataclass(slots=True)
class Above:
    """`values` stand on the page in their places, with the name of their field; `strikes` strike out what is under."""

    values: list[tuple[str, RuledLine, str]] = field(default_factory=list)
    strikes: list[RuledLine] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def read_above(page: PDFPage, sheet: PdfPage) -> Above:
    """What stands above the text of a page; what is damaged or not shown is left out."""
    found = Above()
    for note in _list(page.annots)[:_MOST]:
        note = resolve1(note)
        box = _numbers(note.get("Rect")) if isinstance(note, dict) else []
        if len(box) != 4 or _int(note.get("F")) & _HIDDEN:
            continue
        place = sheet.box(as_shown(page, box))
        kind = _name(note.get("Subtype"))
        text = _text(note.get("Contents"))
        if kind == "Widget":
            found.values += [(value, place, name) for value, name in _value(note)]
        elif kind == "FreeText" and text:
            found.values.append((text, place, ""))
        elif kind == "StrikeOut":
            corners = _numbers(note.get("QuadPoints")) or [box[0], box[1], box[2], box[3]]
            found.strikes += [_strike(sheet.box(as_shown(page, quad))) for quad in _quads(corners)]
        elif kind not in _SILENT and text:
            found.told.append(f"comment on page {sheet.number}: {one_line(text)}")
    return found


def with_values(
    values: Sequence[tuple[str, RuledLine, str]], words: Sequence[PdfWord]
) -> tuple[list[PdfWord], list[str]]:
    """The words, with the values on the lines that they stand on, and what stands by itself, as paragraphs.

    What stands before the value of a field, be it with a colon or without, is its label.
    """
    found = list(words)
    alone: list[str] = []
    for text, box, name in values:
        said = " ".join(one_line(line) for line in re.split(r"[\r\n]+", text))
        reach = range(len(words))
        near = [n for n in reach if box.top + 2 <= words[n].base <= box.bottom + 4 and _is_beside(words[n], box)]
        if not near and (above := [n for n in reach if _is_above(words[n], box)]) and said not in BOXES:
            last = max(above, key=lambda n: (round(words[n].base), words[n].x1))
            found[last] = found[last]._replace(text=words[last].text.removesuffix(":") + ":")
            start = words[last].x1 + words[last].size / 3
            found.append(PdfWord(said, start, start + 1, words[last].base, words[last].size))
            continue
        if not near:
            alone.append(f"{name}: {said}" if name else said)
            continue
        middle = (box.top + box.bottom) / 2
        first = min(
            near, key=lambda n: (round(abs(words[n].base - words[n].size / 3 - middle) / 3), _apart(words[n], box))
        )
        base, size = words[first].base, words[first].size
        found.append(PdfWord(said, box.left, max(box.right, box.left + 1), base, size))
        before = [n for n in near if abs(words[n].base - base) < size / 3 and words[n].x1 <= box.left + 2]
        label = max(before, key=lambda n: words[n].x1, default=None)
        if label is not None and said not in BOXES and words[label].text[-1].isalnum():
            found[label] = found[label]._replace(text=words[label].text + ":")
    return found, alone


def _is_beside(word: PdfWord, box: RuledLine) -> bool:
    return not box.left - 1 < (word.x0 + word.x1) / 2 < box.right + 1


def _is_above(word: PdfWord, box: RuledLine) -> bool:
    """Whether a word stands right above a field, as its label does where it has none beside it."""
    return box.top - 1.2 * word.size <= word.base <= box.top + 2 and word.x1 > box.left - 4 and word.x0 < box.right


def _apart(word: PdfWord, box: RuledLine) -> float:
    return max(box.left - word.x1, word.x0 - box.right)


def _value(widget: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The value that a field shows, and its name where that is in words."""
    kind, flags = _name(_inherited(widget, "FT")), _int(_inherited(widget, "Ff"))
    value = resolve1(_inherited(widget, "V"))
    name = _text(_inherited(widget, "TU")) or _text(_inherited(widget, "T"))
    name = "" if _MADE_UP.match(name) else name
    if kind == "Tx" and not flags & _PASSWORD and _text(value).strip():
        yield _text(value), name
    elif kind == "Ch":
        chosen = [_text(one) for one in (value if isinstance(value, list) else [value])]
        options = {
            _text(pair[0]): _text(pair[1]) for one in _list(_inherited(widget, "Opt")) if len(pair := _list(one)) == 2
        }
        said = ", ".join(options.get(one, one) for one in chosen if one)
        if said:
            yield said, name
    elif kind == "Btn" and not flags & _PUSHED:
        state = _name(widget.get("AS")) or _name(value)
        is_on = state not in ("", "Off")
        yield BOXES[is_on], name


def _inherited(widget: dict[str, Any], key: str) -> object:
    """What a field or one of those that it is part of says."""
    node: Any = widget
    for _ in range(_DEEPEST):
        if not isinstance(node, dict):
            return None
        if key in node:
            return resolve1(node[key])
        node = resolve1(node.get("Parent"))
    return None


def _quads(corners: Sequence[float]) -> Iterator[list[float]]:
    if len(corners) == 4:
        yield list(corners)
    for first in range(0, len(corners) - 7, 8):
        xs, ys = corners[first : first + 8 : 2], corners[first + 1 : first + 8 : 2]
        yield [min(xs), min(ys), max(xs), max(ys)]


def _strike(box: RuledLine) -> RuledLine:
    """The line through the middle of a box of words."""
    middle = box.top + 0.55 * (box.bottom - box.top)
    return RuledLine(box.left, middle, box.right, middle)


def _list(value: object) -> list[Any]:
    found = resolve1(value)
    return found if isinstance(found, list) else []


def _numbers(value: object) -> list[float]:
    found = [resolve1(part) for part in _list(value)]
    return [float(part) for part in found if isinstance(part, (int, float))]


def _int(value: object) -> int:
    found = resolve1(value)
    return found if isinstance(found, int) else 0


def _name(value: object) -> str:
    found = resolve1(value)
    name = found.name if isinstance(found, PSLiteral) else ""
    return name if isinstance(name, str) else name.decode("latin-1")


def _text(value: object) -> str:
    found = resolve1(value)
    if isinstance(found, PSLiteral):
        return _name(found)
    return decode_text(found) if isinstance(found, bytes) else ""
