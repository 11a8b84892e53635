"""What stands on pages and is none of their matter: line numbers, watermarks, and the table of contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ingest.read.layout import Piece
from ingest.read.pdf.lines import Row
from ingest.read.pdf.words import PdfWord

_FEWEST_NUMBERS, _MANY_NUMBERS = 3, 10
_LARGE = 2.2
_MOST_LARGE = 40
_CONTENTS = re.compile(
    r"^(?:table of )?contents$|^inhalt(?:sverzeichnis)?$|^sommaire$|^table des matières$|^índice$|^contenido$", re.I
)
_ENDS_WITH_PAGE = re.compile(r"(?:^|[\s.…])(?:\d{1,4}|[ivxl]{1,6})$")


def said(row: Sequence[PdfWord]) -> str:
    """What a row says."""
    return " ".join(word.text for word in row)


def without_watermark(words: Sequence[PdfWord]) -> tuple[list[PdfWord], list[str]]:
    """The words without those that are large and lie under others, and what was left out."""
    if len(words) < 20:
        return list(words), []
    body = median(word.size for word in words)
    large = [word for word in words if word.size > _LARGE * body][:_MOST_LARGE]
    under = {id(word) for word in large if sum(_overlap(word, other) for other in words) > 3}
    return [w for w in words if id(w) not in under], [w.text for w in words if id(w) in under]


def _overlap(one: PdfWord, other: PdfWord) -> bool:
    return (
        other.size < one.size / 2
        and other.x0 < one.x1
        and one.x0 < other.x1
        and one.top < other.base - other.size / 4 < one.base
    )


def without_line_numbers(rows: Sequence[Row]) -> tuple[list[Row], list[str]]:
    """The rows without numbers that count them in the margin, and those numbers."""
    for side in (0, -1):
        numbers = _line_numbers(rows, side)
        if numbers:
            gone = set(map(id, numbers))
            kept = [[word for word in row if id(word) not in gone] for row in rows]
            return [row for row in kept if row], [word.text for word in numbers]
    return list(rows), []


def _line_numbers(rows: Sequence[Row], side: int) -> list[PdfWord]:
    numbered = [row for row in rows if row[side].text.isdecimal() and len(row[side].text) <= 4]
    steps = [int(b[side].text) - int(a[side].text) for a, b in pairwise(numbered)]
    numbered = numbered[: next((n + 1 for n, step in enumerate(steps) if step != steps[0]), len(numbered))]
    found = {id(row[side]): row[side] for row in numbered}
    others = [word for row in rows for word in row if id(word) not in found]
    if len(found) < _FEWEST_NUMBERS or steps[0] < 1 or not others:
        return []
    left, right = min(w.x0 for w in found.values()), max(w.x1 for w in found.values())
    beside = [w for w in others if numbered[0][0].top < w.base < numbered[-1][0].bottom]
    if any(w.x0 < right if side == 0 else w.x1 > left for w in beside):
        return []
    alone = sum(len(row) == 1 for row in numbered)
    width = max(w.x1 for w in others) - min(w.x0 for w in others)
    running = 0
    for before, row in pairwise(rows):
        above, here = ([w for w in part if id(w) not in found] for part in (before, row))
        if id(row[side]) in found and above and here:
            goes_on = above[-1].text[-1] not in ".:;!?" and here[0].text[0].islower()
            running += goes_on and above[-1].x1 - above[0].x0 > 0.7 * width
    many = alone and len(found) >= _MANY_NUMBERS
    return list(found.values()) if many or 2 * running >= len(found) - 2 else []


def without_contents(pieces: Sequence[Piece]) -> tuple[list[Piece], list[str]]:
    """The pieces without the lines of a table of contents, and those lines."""
    kept: list[Piece] = []
    dropped: list[str] = []
    is_inside = False
    for piece in pieces:
        opens = piece.kind == "heading" and bool(_CONTENTS.match(piece.text))
        is_inside = opens or (is_inside and (piece.kind == "heads" or bool(_ENDS_WITH_PAGE.search(piece.text))))
        if is_inside and not opens:
            dropped.append(piece.text)
        else:
            kept.append(piece)
    return kept, dropped
