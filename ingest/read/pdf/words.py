"""The characters of a page become words: each once, with what is raised or lowered joined to its word."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from ingest.read.pdf.symbols import lowered, raised

if TYPE_CHECKING:
    from ingest.read.pdf.page import Glyph, RuledLine
    from ingest.read.pdf.tables import PdfTable

# In parts of the size of the type.
_SPACE = 0.2  # the least that parts two words where no space stands
_LEVEL = 0.12  # how far apart the base lines of one line may be
_TWICE = 0.7  # (of the width of a character) as near stands a character that is drawn twice, for bold or with a shadow
_SMALLEST, _SMALL = 0.4, 0.86  # the size of what is raised or lowered
_AT = 0.3  # how far it is from its word
_ASTRAY = 2.0  # how far a line that strikes words out reaches beyond them
_LARGER = 1.8  # the size of a letter that opens a paragraph
_MOST_INITIALS = 30  # of one page


class PdfWord(NamedTuple):
    """A word, or a table or a field in its place; `base` is the place of its base line, from the top of the page."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    is_bold: bool = False
    is_monospaced: bool = False
    is_struck: bool = False
    table: PdfTable | None = None

    @property
    def top(self) -> float:
        """The place of its upper edge."""
        return self.base - 0.8 * self.size

    @property
    def bottom(self) -> float:
        """The place of its lower edge."""
        return self.base + 0.2 * self.size


def read_words(glyphs: Iterable[Glyph], rules: Sequence[RuledLine] = ()) -> list[PdfWord]:
    """The words of a page, in no order; those that one of `rules` goes through are struck."""
    strikes = sorted((r for r in rules if r.bottom - r.top <= 2.5 and r.right - r.left > 1), key=lambda rule: rule.top)
    heights = [rule.top for rule in strikes]
    words: list[PdfWord] = []
    for line in _levels(_once(glyphs)):
        size = max(glyph.size for glyph in line)
        first = bisect_left(heights, line[0].base - 0.55 * size)
        last = bisect_right(heights, line[0].base - 0.14 * size)
        words += _words(line, _struck(line, strikes[first:last]))
    return _with_initials(_joined(words))


def _once(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """Every character once; one that was drawn twice is bold."""
    kept: list[Glyph] = []
    near: dict[tuple[str, int, int], list[int]] = {}
    for glyph in glyphs:
        if not glyph.text.strip():
            kept.append(glyph)
            continue
        column, row = int(glyph.x0 / 4), int(glyph.base / 4)
        there = (n for i in (-1, 0, 1) for j in (-1, 0, 1) for n in near.get((glyph.text, column + i, row + j), ()))
        twin = next((n for n in there if _is_twin(kept[n], glyph)), None)
        if twin is None:
            near.setdefault((glyph.text, column, row), []).append(len(kept))
            kept.append(glyph)
        else:
            kept[twin] = kept[twin]._replace(is_bold=True)
    return kept


def _is_twin(one: Glyph, other: Glyph) -> bool:
    reach = min(_TWICE * abs(one.x1 - one.x0), 0.3 * one.size)
    is_there = abs(one.x0 - other.x0) <= reach and abs(one.base - other.base) <= 0.25 * one.size
    return is_there and abs(one.size - other.size) <= 0.05 * one.size


def _levels(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    """The characters on one base line, from left to right."""
    line: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.base):
        if line and glyph.base - line[0].base > _LEVEL * min(line[-1].size, glyph.size):
            yield sorted(line, key=lambda glyph: glyph.x0)
            line = []
        line.append(glyph)
    if line:
        yield sorted(line, key=lambda glyph: glyph.x0)


def _struck(line: Sequence[Glyph], rules: Sequence[RuledLine]) -> set[int]:
    """The numbers of the characters that a rule goes through, which begins and ends with characters of this line."""
    found: set[int] = set()
    for rule in rules:
        slack = _ASTRAY * line[0].size
        if line[0].x0 - slack <= rule.left and rule.right <= line[-1].x1 + slack:
            found |= {n for n, g in enumerate(line) if rule.left <= (g.x0 + g.x1) / 2 <= rule.right}
    return found


def _words(line: Sequence[Glyph], struck: set[int]) -> Iterator[PdfWord]:
    space = _space(line)
    word: list[Glyph] = []
    was_struck = False
    for number, glyph in enumerate(line):
        is_struck = number in struck
        apart = bool(word) and glyph.x0 - word[-1].x1 > space * max(glyph.size, word[-1].size)
        apart = apart or (bool(word) and not 1 / _LARGER < glyph.size / word[-1].size < _LARGER)
        if word and (apart or is_struck != was_struck or not glyph.text.strip()):
            yield _word(word, was_struck)
            word = []
        if glyph.text.strip():
            word.append(glyph)
            was_struck = is_struck
    if word:
        yield _word(word, was_struck)


def _space(line: Sequence[Glyph]) -> float:
    """The least space between two words of a line; wider where its letters are set apart."""
    gaps = [
        (b.x0 - a.x1) / a.size
        for a, b in pairwise(line)
        if a.text.isalpha() and b.text.isalpha() and b.x0 - a.x1 < a.size
    ]
    usual = median(gaps) if len(gaps) > 7 else 0.0
    return _SPACE if usual < 0.08 else usual + _SPACE


def _word(glyphs: Sequence[Glyph], is_struck: bool) -> PdfWord:
    text = "".join(glyph.text for glyph in glyphs)
    if is_from_right(text):
        text = unicodedata.normalize("NFKC", "".join(glyph.text for glyph in reversed(glyphs)))
    return PdfWord(
        text,
        glyphs[0].x0,
        max(glyph.x1 for glyph in glyphs),
        median(glyph.base for glyph in glyphs),
        round(median(glyph.size for glyph in glyphs), 1),
        all(glyph.is_bold for glyph in glyphs),
        all(glyph.is_monospaced for glyph in glyphs),
        is_struck,
    )


def is_from_right(text: str) -> bool:
    """Whether a text is of a script that runs from right to left."""
    ways = [unicodedata.bidirectional(character) for character in text]
    return sum(way in ("R", "AL") for way in ways) > sum(way == "L" for way in ways)


def _joined(words: Sequence[PdfWord]) -> list[PdfWord]:
    """The words, with what is raised or lowered joined to the word that it stands at."""
    found = list(words)
    moved: dict[int, int] = {}
    near = _Near(words)
    for number in sorted(range(len(words)), key=lambda n: words[n].x0):
        small = words[number]
        hosts = [n for n in near.ending(small.x0, small.base) if abs(small.x0 - words[n].x1) <= _AT * words[n].size]
        tails = [n for n in near.starting(small.x1, small.base) if abs(small.x1 - words[n].x0) <= _AT * words[n].size]
        host = next((n for n in hosts if _shift(small, words[n])), None)
        tail = next((n for n in tails if _shift(small, words[n])), None)
        if host is not None and tail is not None and tail not in moved:
            # A figure that a space parts from the word before it belongs to the word behind it.
            gaps = small.x0 - words[host].x1, words[tail].x0 - small.x1
            host = None if gaps[0] > 0.12 * small.size > gaps[1] else host
        if host is not None:
            at = moved.get(host, host)
            text = _set(small.text, _shift(small, words[host]))
            parted = text == small.text and len(text) == 1 and text.isalpha() and found[at].text[-1:].isalpha()
            found[at] = found[at]._replace(text=found[at].text + " " * parted + text, x1=max(found[at].x1, small.x1))
            moved[number] = at
            if tail is not None and tail not in moved and words[tail].x0 - small.x1 < _SPACE * words[tail].size:
                found[at] = found[at]._replace(text=found[at].text + words[tail].text, x1=words[tail].x1)
                moved[tail] = at
        elif tail is not None and tail not in moved:
            word = words[tail]
            text = _set(small.text, _shift(small, word)) + " " * (word.x0 - small.x1 > 0.12 * word.size) + word.text
            found[tail] = word._replace(text=text, x0=small.x0)
            moved[number] = tail
    return [word for number, word in enumerate(found) if number not in moved]


class _Near:
    """Words by where they begin and end."""

    _CELL = 16.0

    def __init__(self, words: Sequence[PdfWord]) -> None:
        self._starts: dict[tuple[int, int], list[int]] = {}
        self._ends: dict[tuple[int, int], list[int]] = {}
        for number, word in enumerate(words):
            self._starts.setdefault(self._cell(word.x0, word.base), []).append(number)
            self._ends.setdefault(self._cell(word.x1, word.base), []).append(number)

    def starting(self, x: float, base: float) -> Iterator[int]:
        """The numbers of the words that begin near a place."""
        return self._around(self._starts, x, base)

    def ending(self, x: float, base: float) -> Iterator[int]:
        """The numbers of the words that end near a place."""
        return self._around(self._ends, x, base)

    def _around(self, cells: dict[tuple[int, int], list[int]], x: float, base: float) -> Iterator[int]:
        column, row = self._cell(x, base)
        for cell in ((column + i, row + j) for i in (0, -1, 1) for j in (0, -1, 1)):
            yield from cells.get(cell, ())[:64]

    def _cell(self, x: float, base: float) -> tuple[int, int]:
        return int(x // self._CELL), int(base // self._CELL)


def _shift(small: PdfWord, host: PdfWord) -> int:
    """1 where `small` is raised against `host`, -1 where it is lowered, 0 where it does not belong to it."""
    is_small = _SMALLEST * host.size < small.size < _SMALL * host.size and len(small.text) <= 12
    if not is_small or small.is_struck != host.is_struck:
        return 0
    up = (host.base - small.base) / host.size
    return 1 if 0.15 < up < 0.75 else -1 if -0.4 < up < -0.06 else 0


def _set(text: str, shift: int) -> str:
    return raised(text) if shift > 0 else lowered(text)


def _with_initials(words: Sequence[PdfWord]) -> list[PdfWord]:
    """The words, with a large letter that opens a paragraph over several lines joined to the word behind it."""
    found = list(words)
    body = median(word.size for word in words) if words else 0.0
    large = [n for n, w in enumerate(words) if w.size >= _LARGER * body and len(w.text) == 1 and w.text.isalpha()]
    gone: set[int] = set()
    for number in large[:_MOST_INITIALS]:
        cap = words[number]
        beside = [
            n
            for n, word in enumerate(words)
            if word.size < 0.6 * cap.size and cap.top - word.size / 2 <= word.base <= cap.base - word.size / 2
            if -0.1 * cap.size <= word.x0 - cap.x1 <= 0.6 * cap.size
        ]
        if beside:
            first = min(beside, key=lambda n: words[n].base)
            near = words[first].x0 - cap.x1 < 0.35 * words[first].size or words[first].text[0].islower()
            found[first] = words[first]._replace(text=cap.text + ("" if near else " ") + words[first].text)
            gone.add(number)
    return [word for number, word in enumerate(found) if number not in gone]
