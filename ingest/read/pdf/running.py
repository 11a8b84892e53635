"""Running heads and feet, and page numbers: the lines at the edges of pages that are none of their matter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, takewhile
from statistics import median

from ingest.read.pdf.furniture import said
from ingest.read.pdf.lines import Row

_PAGE_NUMBER = re.compile(
    r"^(?:page |seite )?\W*(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of|von)\s*\d{1,4})?\W*$", re.IGNORECASE
)
_TOLD_NUMBER = re.compile(
    r"^(?:(?:page|seite) \d{1,4}.{0,10}|\d{1,4} ?(?:/|of|von) ?\d{1,4}|[-–—] ?\d{1,4} ?[-–—])$", re.IGNORECASE
)
_SENTENCE = re.compile(r"(?:\S+\s+){4,}\S*[.!?:;]$")
_EDGE = 4  # the most lines of a running head or foot
_APART = 2.0  # how far it is from the matter, in parts of the size
_LARGER = 1.15  # in parts of the usual size: a title
_LONG = 70  # characters of a line that is part of a paragraph


def without_running_lines(pages: Sequence[Sequence[Row]]) -> tuple[list[list[Row]], list[list[str]]]:
    """The pages without page numbers and the lines that they begin or end with again and again, and those lines."""
    running = _Running(pages)
    kept: list[list[Row]] = []
    dropped: list[list[str]] = []
    for place in range(len(pages)):
        page, gone = pages[place], running.on(place)
        kept.append([row for n, row in enumerate(page) if n not in gone])
        dropped.append([said(page[n]) for n in sorted(gone)])
    return kept, dropped


class _Running:
    """How often the lines at the edges of pages come again, and by how much the numbers there exceed their places."""

    def __init__(self, pages: Sequence[Sequence[Row]]) -> None:
        self._pages = pages
        self._edges = [_edges(page) for page in pages]
        self._read = sum(1 for page in pages if page)
        at_edges = [[page[n] for edge in edges for n in edge] for page, edges in zip(pages, self._edges, strict=True)]
        self._exact = Counter(text for rows in at_edges for text in {said(row) for row in rows})
        self._alike = Counter(text for rows in at_edges for text in {_likeness(row) for row in rows})
        offsets = Counter(
            offset
            for place, rows in enumerate(at_edges)
            for offset in {n - place for row in rows for n in _numbers(row)}
        )
        offset, times = offsets.most_common(1)[0] if offsets else (0, 0)
        self._offset = offset if times > 2 and 2 * times > self._read else None
        sizes = [row[0].size for page in pages for row in page]
        self._large = _LARGER * median(sizes) if sizes else 0.0

    def on(self, place: int) -> set[int]:
        """The numbers of the rows of a page that are none of its matter; one row at least is matter."""
        found = [n for edge in self._edges[place] for n in takewhile(lambda n: self._is_running(place, n), edge)]
        return set(found[: len(self._pages[place]) - 1])

    def _is_running(self, place: int, number: int) -> bool:
        page = self._pages[place]
        row, text = page[number], said(page[number])
        if self._read < 2:
            is_first = text == "1" and number == len(page) - 1 > 0 and _is_apart(page[number - 1], row)
            return is_first or bool(_TOLD_NUMBER.match(text))
        if _PAGE_NUMBER.match(text) or self._is_often(self._exact[text]):
            return True
        # A title that counts, such as "Rule 3", is none of the furniture, nor is a sentence.
        if row[0].size > self._large or _SENTENCE.match(text):
            return False
        counts = self._offset is not None and place + self._offset in _numbers(row)
        return counts or self._is_often(self._alike[_likeness(row)])

    def _is_often(self, times: int) -> bool:
        """Whether a line stands on most pages, or on every third of many, as where left and right take turns."""
        return 2 * times > self._read or (times > 2 and 3 * times >= self._read)


def _edges(page: Sequence[Row]) -> tuple[list[int], list[int]]:
    """The numbers of the rows that may be the head or the foot of a page, from its edge inwards."""
    apart = [n for n, (a, b) in enumerate(pairwise(page)) if _is_apart(a, b)]
    head = next((range(n + 1) for n in apart if n < _EDGE), None)
    foot = next((range(len(page) - 1, n, -1) for n in reversed(apart) if n >= len(page) - 1 - _EDGE), None)
    # A line that is not set apart is a line of a paragraph if it is long.
    heads = list(head) if head else [n for n in range(len(page))[:1] if len(said(page[n])) <= _LONG]
    feet = list(foot) if foot else [n for n in range(len(page))[:-3:-1] if len(said(page[n])) <= _LONG]
    return heads, feet


def _numbers(row: Row) -> list[int]:
    """The numbers that a row begins or ends with."""
    ends = (row[0].text, row[-1].text)
    return [int(text) for text in ends if text.isascii() and text.isdecimal() and len(text) < 5]


def _is_apart(row: Row, below: Row) -> bool:
    return below[0].base - row[0].base > _APART * max(row[0].size, below[0].size)


def _likeness(row: Row) -> str:
    return re.sub(r"\d+", "#", said(row))
