"""Sentence boundaries, as ranges.

Rules of our own, since the segmenters that were tried (syntok, pySBD) join what begins in lower case ("… in CI/CD. npm
6 is …"), cut behind abbreviations, or take a reference mark behind the stop for the next sentence ("no benefit.2,3
However"): bench/sentences.py measures them side by side.
"""

from __future__ import annotations

import re

from ingest.read.abbreviations import (
    CLOSING,
    DAYS,
    GLUED,
    LABELS,
    MONTHS,
    NAMED,
    NUMBERED,
    OPENING,
    STARTERS,
    UNITS,
    WHOLE,
)

_STOP = re.compile(r"(?P<stop>[.!?…‼⁇⁈⁉]+)(?P<closers>[\"'”’»›)\]*_`]*)|[。！？｡]+[」』”’）]*")
_NUMBERS = r"\d{1,3}(?:[,–-] ?\d{1,3})*"
_RAISED = r"[¹²³⁰⁴-⁹]+(?:[,–-] ?[¹²³⁰⁴-⁹]+)*"
_MARK = re.compile(rf"(?: ?\[{_NUMBERS}\]|{_NUMBERS}|{_RAISED})(?=\s+[A-Z])")
_MARKED = re.compile(r"[a-z)%]")
_BRACKETED = re.compile(rf"(?:\[{_NUMBERS}\]\s*)+")
_SPACE = re.compile(r"\s*")
_NEXT = re.compile(r"[\"'“”‘’„‚«»‹›(\[{¿¡`*_]*((?:\w+\.)*\w+)?")
_ENUMERATOR = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivx]+|[IVX]+)")
_LABEL = re.compile(r"[^\W\d]*\d\w*|[A-Za-z]|[IVX]+")
_INITIALS = re.compile(r"(?:\w\.)+\w|Ph\.D|\w[\w.]*\.[A-Z]")
_DAY_OF_MONTH = re.compile(r"[0-3]?\d")
_BULLETS = "•‣▪◦■●→"
_SIGNS = "§$€£#+~<≈±"  # a sentence may begin with them as with a number
_WINDOW = 60  # how far back and ahead of a stop is looked


def split_sentences(text: str) -> list[tuple[int, int]]:
    """The `[start, end)` ranges of the sentences of one block, without the white space between them.

    Together the ranges cover every character of `text` that is not white space.
    """
    starts = [0]
    for found in _STOP.finditer(text):
        start = _start_after(text, found, starts[-1])
        if start is not None:
            starts.append(start)
    ranges: list[tuple[int, int]] = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = text[start:end]
        if piece.strip():
            ranges.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
    return ranges


def _start_after(text: str, found: re.Match[str], opened: int) -> int | None:
    """Where the sentence after a stop starts; None where the sentence that began at `opened` goes on."""
    end = found.end()
    if not found["stop"]:
        return end
    before = text[max(opened, found.start() - _WINDOW) : found.start()]
    mark = _MARK.match(text, end) if _MARKED.match(text, found.start() - 1) else None
    space = _SPACE.match(text, mark.end() if mark else end)
    start = space.end() if space else end
    ahead = text[start : start + _WINDOW]
    if not ahead:
        return None
    if mark:
        return start
    if start == end:
        return start if _is_glued(before, found[0], ahead) else None
    if found["stop"] == ".":
        ends = _full_stop_ends(before, found["closers"], ahead)
    else:
        ends = before[-1:] not in ("(", "[") and _other_stop_ends(found["stop"], found["closers"], ahead)
    return _behind_marks(text, start) if ends else None


def _behind_marks(text: str, start: int) -> int | None:
    """Where a sentence starts before which marks in brackets stand, which are of the sentence that ends there."""
    marks = _BRACKETED.match(text, start)
    if marks and marks.end() == len(text):
        return None
    return marks.end() if marks and marks[0][-1].isspace() else start


def _other_stop_ends(stop: str, closers: str, ahead: str) -> bool:
    """Whether dots or a mark end a sentence: "Wait … for it" and ""Why not?" she said" go on."""
    kind = _kind(ahead)
    if kind == "small":
        return stop[-1] == "?" and not closers and _begins(_word(ahead))
    return kind in ("capital", "bullet") or (kind == "number" and stop[0] in "!?‼⁇⁈⁉")


def _is_glued(before: str, stop: str, ahead: str) -> bool:
    """Whether a sentence ends where the space behind its stop is missing: "of growth.The drug", not "list.Append"."""
    last, word = before.split()[-1:], _word(ahead)
    return (
        len(stop) == 1
        and bool(last)
        and last[0].isalpha()
        and last[0][-3:].islower()
        and len(last[0]) > 2
        and (word.istitle() and word.casefold() in GLUED and ahead[len(word) : len(word) + 1] == " ")
    )


def _kind(ahead: str) -> str:
    """What begins there, behind quotes and brackets: a `capital`, a `small` letter, a `number`, a `bullet`, `other`."""
    found = _NEXT.match(ahead)
    at = found.start(1) if found and found[1] else len(found[0]) if found else 0
    first = ahead[at : at + 1]
    if first.islower():
        return "small"
    if first.isalpha():
        return "capital"
    if first.isdigit() or (first and first in _SIGNS):
        return "number"
    return "bullet" if first and first in _BULLETS else "other"


def _word(ahead: str) -> str:
    found = _NEXT.match(ahead)
    return (found[1] or "") if found else ""


def _begins(word: str) -> bool:
    return word.casefold() in STARTERS


def _full_stop_ends(before: str, closers: str, ahead: str) -> bool:
    """Whether a single full stop ends a sentence, by the words before it and what comes after."""
    kind = _kind(ahead)
    words = before.split()
    if kind in ("bullet", "other") or not words:
        return kind == "bullet"
    if _ENUMERATOR.fullmatch(before.strip()):
        return False
    if closers:
        return kind != "small" and _word_ends(words, kind, ahead)
    return _word_ends(words, kind, ahead)


def _word_ends(words: list[str], kind: str, ahead: str) -> bool:
    word = words[-1].lstrip("\"'“‘„«([{")
    above = words[-2].casefold().strip("().,:;") if len(words) > 1 else ""
    small, following = word.casefold(), _word(ahead)
    if _DAY_OF_MONTH.fullmatch(word) and following.casefold() in MONTHS and following.casefold() not in STARTERS:
        return False
    if len(word) == 1 and word.isupper():
        return _letter_ends(word, above, kind, following)
    if small in UNITS and above[-1:].isdigit():
        return kind == "capital"
    if small in OPENING:
        return small == "al" and _begins(following)
    if small in NUMBERED:
        return kind == "capital" and not _LABEL.fullmatch(following)
    if small in NAMED:
        return kind == "capital" and _begins(following)
    if small in CLOSING:
        return kind == "capital" and following.casefold() not in MONTHS | DAYS and not following.isupper()
    if len(word) == 1 and word.isalpha():
        return _letter_ends(word, above, kind, following)
    if _INITIALS.fullmatch(word):
        return kind == "capital" and _begins(following)
    return not _is_shortened(word) or kind == "capital"


def _letter_ends(word: str, above: str, kind: str, following: str) -> bool:
    """Whether a letter is the last of its sentence ("Plan B.", "5 A.") and no initial of a name ("J. Roe")."""
    if above[-1:].isdigit():
        return True
    return kind == "capital" and (above in LABELS or word.islower() or _begins(following))


def _is_shortened(word: str) -> bool:
    """Whether a word looks like an abbreviation that no list has: short, in small letters, without a vowel."""
    return (
        len(word) <= 4
        and word.isalpha()
        and word[1:].islower()
        and word.casefold() not in WHOLE
        and not set(word.casefold()) & set("aeiouyäöüáéíóúàèùâêîôûåæøœ")
    )
