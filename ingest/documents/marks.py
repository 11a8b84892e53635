"""The numbers in a text that point to its list of references: "in these cases 1.", "no benefit.2,3 However", "[4]".

A real number must never be taken for a mark, so a mark stands at the end of a clause, is small, and follows a word that
takes no number; and a page has marks only where its numbers begin as those of a list of references do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.english import FUNCTION_WORDS, words

_LIST = r"\d{1,3}(?: ?[,;–-] ?\d{1,3})*"
_CLAUSE_END = r"(?=[.;:!?](?:\s|$)|,\s(?!\d)|\s*$)"
_BRACKETED = rf"\[{_LIST}\]"
# The word before is looked at in `_takes_number`.
_BARE = rf"(?<=[A-Za-z)”\"'’] ){_LIST}{_CLAUSE_END}"
_GLUED = rf"(?<=[a-z)%”\"][.,;]){_LIST}(?=\s+[A-Z(]|\s*$)|(?<=[a-z)],){_LIST}(?=\s[a-z])"
_DIGIT_RUNS = "[¹²³⁰⁴-⁹]+(?:[,–-] ?[¹²³⁰⁴-⁹]+)*"
_RAISED = rf"(?<=[^\W\d_]|[)”\"'’.,;:!?]){_DIGIT_RUNS}"
_FIRST = r"(?=[\[\d¹²³⁰⁴-⁹])"  # of any mark: most signs of a text are told from it by this alone
_CANDIDATE = re.compile(
    rf"{_FIRST}(?:(?P<bracketed>{_BRACKETED})|(?P<bare>{_BARE})|(?P<glued>{_GLUED})|(?P<raised>{_RAISED}))"
)
_MARK = re.compile(rf"{_BRACKETED}|{_LIST}|{_DIGIT_RUNS}")
_WORD_BEFORE = re.compile(r"(?<![^\s(])([^\s(]+)[.,; ]$")
_UNIT = re.compile(r"(?<![\w-])(?:\w|[cdkm]m|ft|in|mi|yd)$")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_LONGEST_RANGE = 20

# Words whose number is their own: "type 2", "August 8", "at least 3".
_NUMBERED = frozenset(words("labels.either", "labels.number", "labels.amount", "calendar.months"))


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark at `document.text[start:end]`, and the numbers of the entries that it points to."""

    start: int
    end: int
    numbers: tuple[int, ...]


def find_marks(text: str, ranges: Iterable[tuple[int, int]], entries: Sequence[int]) -> tuple[Mark, ...]:
    """The marks in `ranges` of `text`, in order; `entries` are the numbers of its list of references.

    The numbers of marks ascend as they first appear, or are those of entries.  Bare numbers count only on a page with
    a list of references, where they begin at 1 and come more than once.
    """
    found = [(f, start) for start, end in ranges for f in _CANDIDATE.finditer(text, start, end)]
    candidates = [
        (f.lastgroup, Mark(f.start(), f.end(), _numbers(f[0]))) for f, start in found if _fits(text, f, start)
    ]
    marks: list[Mark] = []
    for kinds in (("bracketed",), ("bare", "glued", "raised")):
        ascending = _ascending([mark for kind, mark in candidates if kind in kinds], entries)
        begins = bool(ascending) and ascending[0].numbers[0] == 1
        distinct = {number for mark in ascending for number in mark.numbers}
        repeated = len(distinct) > 1 or len(ascending) > 1 or len(entries) == 1
        if kinds == ("bracketed",):
            marks += ascending if entries or (begins and len(distinct) > 1) else ()
        elif entries and begins and repeated:
            marks += ascending
    return tuple(sorted(marks, key=lambda mark: mark.start))


def is_mark(text: str) -> bool:
    """Whether a text has the form of a mark, and so is nothing that can be said."""
    return bool(_MARK.fullmatch(text))


def without(text: str, marks: Iterable[tuple[int, int]]) -> str:
    """`text` without the ranges `marks` (in their order) and the space before each."""
    parts: list[str] = []
    position = 0
    for start, end in marks:
        parts.append(text[position:start].rstrip(" "))
        position = end
    parts.append(text[position:])
    return "".join(parts).strip()


def _fits(text: str, found: re.Match[str], start: int) -> bool:
    if found.start() == start or not _numbers(found[0]):
        return False
    before = text[start : found.start()]
    if found.lastgroup == "raised":
        return not _UNIT.search(before)
    if found.lastgroup == "bracketed":
        return True
    word = _WORD_BEFORE.search(before)
    return word is not None and not _takes_number(word[1], ends_clause=found.lastgroup == "glued")


def _takes_number(word: str, ends_clause: bool) -> bool:
    """Whether a number behind `word` would be read as its own: "type 2", "at least 3", "HER 2"."""
    bare = word.strip(".,;:()[]”\"'’").casefold()
    initials = word.isalpha() and word.isupper()
    return not bare or bare in _NUMBERED or initials or (bare in FUNCTION_WORDS and not ends_clause)


def _numbers(mark: str) -> tuple[int, ...]:
    """The numbers of a mark, its ranges written out; none where one is zero or a range is none that ascends."""
    numbers: list[int] = []
    for part in re.split(r" ?[,;] ?", mark.strip("[]").translate(_DIGITS)):
        ends = [int(end) for end in re.split("[–-]", part)]
        low, high = ends[0], ends[-1]
        if len(ends) > 2 or not 0 < low <= high < low + _LONGEST_RANGE:
            return ()
        numbers += range(low, high + 1)
    return tuple(numbers)


def _ascending(candidates: Sequence[Mark], entries: Sequence[int]) -> list[Mark]:
    """Those marks whose every number is that of an entry, or at most one above what came before it."""
    marks: list[Mark] = []
    highest = max(entries, default=0)
    for mark in candidates:
        reached = highest
        for number in sorted(mark.numbers):
            reached = number if number == reached + 1 else reached
        if max(mark.numbers) <= reached:
            highest = reached
            marks.append(mark)
    return marks
