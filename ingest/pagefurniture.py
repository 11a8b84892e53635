"""What stands on pages and is none of their matter: running heads and feet, page and line numbers, watermarks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ingest.layout import Piece
from ingest.pagelines import Row
from ingest.pagewords import Word

_PAGE_NUMBER = re.compile(
    r"^(?:page |seite )?\W*(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of|von)\s*\d{1,4})?\W*$", re.IGNORECASE
)
_TOLD_NUMBER = re.compile(
    r"^(?:(?:page|seite) \d{1,4}.{0,10}|\d{1,4} ?(?:/|of|von) ?\d{1,4}|[-–—] ?\d{1,4} ?[-–—])$", re.I
)
_EDGE = 4  # the most lines of a running head or foot
_APART = 2.0  # how far it is from the matter, in parts of the size
_LARGER = 1.15
_LONG = 70
_FEWEST_NUMBERS, _MANY_NUMBERS = 3, 10
_LARGE = 2.2
_MOST_LARGE = 40
_CONTENTS = re.compile(
    r"^(?:table of )?contents$|^inhalt(?:sverzeichnis)?$|^sommaire$|^table des matières$|^índice$|^contenido$", re.I
)
_ENDS_WITH_PAGE = re.compile(r"(?:^|[\s.…])(?:\d{1,4}|[ivxl]{1,6})$")


def said(row: Sequence[Word]) -> str:
    """What a row says."""
    return " ".join(word.text for word in row)


def without_watermark(words: Sequence[Word]) -> tuple[list[Word], list[str]]:
    """The words without those that are large and lie under others, and what was left out."""
    if len(words) < 20:
        return list(words), []
    body = median(word.size for word in words)
    large = [word for word in words if word.size > _LARGE * body][:_MOST_LARGE]
    under = {id(word) for word in large if sum(_overlap(word, other) for other in words) > 3}
    return [w for w in words if id(w) not in under], [w.text for w in words if id(w) in under]


def _overlap(one: Word, other: Word) -> bool:
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


def _line_numbers(rows: Sequence[Row], side: int) -> list[Word]:
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


def without_running_lines(pages: Sequence[Sequence[Row]]) -> tuple[list[list[Row]], list[list[str]]]:
    """The pages without page numbers and the lines that they begin or end with again and again, and those lines."""
    seen = Counter(
        likeness
        for page in pages
        for likeness in {_likeness(page[n]) for edge in _edges(page) for n in edge}
        if likeness
    )
    read = sum(1 for page in pages if page)
    offset = _offset(pages)
    exact = Counter(text for page in pages for text in {said(page[n]) for edge in _edges(page) for n in edge})
    sizes = [row[0].size for page in pages for row in page]
    large = _LARGER * median(sizes) if sizes else 0.0
    kept: list[list[Row]] = []
    dropped: list[list[str]] = []
    for place, page in enumerate(pages):
        gone: list[int] = []
        for edge in _edges(page):
            for n in edge:
                # A title that counts, such as "Rule 3", is none of the furniture.
                times = exact[said(page[n])] if page[n][0].size > large else seen[_likeness(page[n])]
                repeated = read > 1 and (2 * times > read or (times > 2 and 3 * times >= read))
                repeated = repeated or (offset is not None and place + offset in _numbers(page[n]))
                number = (
                    _PAGE_NUMBER.match(said(page[n]))
                    if read > 1
                    else _TOLD_NUMBER.match(said(page[n]))
                    or (n == edge[0] == len(page) - 1 and said(page[n]) == "1" and _is_apart(page[n - 1], page[n]))
                )
                if (repeated or number) and len(gone) + 1 < len(page):
                    gone.append(n)
                else:
                    break
        kept.append([row for n, row in enumerate(page) if n not in gone])
        dropped.append([said(page[n]) for n in sorted(gone)])
    return kept, dropped


def _edges(page: Sequence[Row]) -> tuple[list[int], list[int]]:
    """The numbers of the rows that may be the head or the foot of a page, from its edge inwards."""
    apart = [n for n, (a, b) in enumerate(pairwise(page)) if _is_apart(a, b)]
    head = next((range(n + 1) for n in apart if n < _EDGE), None)
    foot = next((range(len(page) - 1, n, -1) for n in reversed(apart) if n >= len(page) - 1 - _EDGE), None)
    # A line that is not set apart is a line of a paragraph if it is long.
    heads = list(head) if head else [n for n in range(len(page))[:1] if len(said(page[n])) <= _LONG]
    feet = list(foot) if foot else [n for n in range(len(page))[:-3:-1] if len(said(page[n])) <= _LONG]
    return heads, feet


def _offset(pages: Sequence[Sequence[Row]]) -> int | None:
    """By how much the numbers at the edges of pages exceed their places, if these are counted at all."""
    offsets = Counter(
        offset
        for place, page in enumerate(pages)
        for offset in {number - place for edge in _edges(page) for n in edge[:1] for number in _numbers(page[n])}
    )
    offset, times = offsets.most_common(1)[0] if offsets else (0, 0)
    return offset if times > 2 and 2 * times > sum(1 for page in pages if page) else None


def _numbers(row: Row) -> list[int]:
    """The numbers that a row begins or ends with."""
    return [
        int(word.text)
        for word in (row[0], row[-1])
        if word.text.isascii() and word.text.isdecimal() and len(word.text) < 5
    ]


def _is_apart(row: Row, below: Row) -> bool:
    return below[0].base - row[0].base > _APART * max(row[0].size, below[0].size)


def _likeness(row: Row) -> str:
    return re.sub(r"\d+", "#", said(row))


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
