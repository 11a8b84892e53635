"""The words of elements that stand in a line, as they are read: breaks, raised figures, formulas, quotation marks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.read.outline import one_line

if TYPE_CHECKING:
    from lxml.etree import _Element

BREAK = "\x1d"  # cleaning leaves none in a text
_UNSEEN = str.maketrans("", "", f"{BREAK}\N{SOFT HYPHEN}")
_LOWERABLE = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_RAISABLE = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_RAISED = re.compile(r"[\d+\-−=()ni]+")
_LOWERED = re.compile(r"[\d+\-−=()]+")
_NUMBERS = re.compile(r"\d{1,3}(?:[,–-] ?\d{1,3})+")
_FRACTION = re.compile(r"[-−]?\d+[.,/]\d+")
_CELLS = ("td", "th")
_WRAPPED = 40  # characters of a line that may have been wrapped
_BLOCK_NAMES = """
address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer
form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol p pre search section summary table tbody
td tfoot th thead tr ul xmp
"""
BLOCKS = frozenset(_BLOCK_NAMES.split())
_OPENING = {"q": "“", "rt": "("}
_CLOSING = {"q": "”", "rt": ")"}


class HtmlLine:
    """The words of a line so far; the tags in it are opened and closed as they are met."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._parts: list[str] = []
        self._opened: list[int] = []
        self.kept = 0  # the elements around, if any, in which line breaks count

    def add(self, text: str | None) -> None:
        """Take text as it stands between two tags."""
        if text:
            text = text.translate(_UNSEEN)
            self._parts.append(text.replace("\n", BREAK) if self.kept else text)

    def open(self, tag: str) -> None:
        """Meet the opening tag of an element that is no block."""
        if tag in ("sup", "sub"):
            self._opened.append(len(self._parts))
        elif tag == "br":
            self._parts.append(BREAK)
        elif tag in _OPENING:
            self._parts.append(_OPENING[tag])

    def close(self, tag: str) -> None:
        """Meet the closing tag of an element that is no block."""
        if tag in ("sup", "sub") and self._opened:
            start = self._opened.pop()
            words = "".join(self._parts[start:])
            before = "".join(self._parts[max(0, start - 1) : start])
            self._parts[start:] = [raised(words, before) if tag == "sup" else lowered(words)]
        elif tag in _CLOSING:
            self._parts.append(_CLOSING[tag])

    def take(self) -> list[str]:
        """The lines that breaks make of the words so far, none of them empty; then begin anew.

        A line that only goes on with the one before, because the page was set in lines of one width, is joined to it.
        """
        found: list[str] = []
        for line in map(one_line, "".join(self._parts).split(BREAK)):
            if found and line and len(found[-1]) > _WRAPPED and line[0].islower() and found[-1][-1] not in ".!?:;":
                found[-1] += f" {line}"
            elif line:
                found.append(line)
        self._parts.clear()
        self._opened.clear()
        return found


def raised(words: str, before: str) -> str:
    """Raised words in raised signs, where every one of them has such a form; a list of notes keeps its commas."""
    bare = words.strip()
    if _RAISED.fullmatch(bare) and (len(bare) > 1 or bare not in "-−()="):
        return bare.translate(_RAISABLE)
    if _NUMBERS.fullmatch(bare):
        return "".join(character.translate(_RAISABLE) if character.isdigit() else character for character in bare)
    # "10" with a raised "1.5" must not read as 101.5.
    return f"^{bare}" if _FRACTION.fullmatch(bare) and before[-1:].isdigit() else words


def lowered(words: str) -> str:
    """Lowered words in lowered signs, where every one of them has such a form."""
    bare = words.strip()
    return bare.translate(_LOWERABLE) if _LOWERED.fullmatch(bare) else words


def lines_of(element: _Element) -> list[str]:
    """The words of an element, a line for each block in it and for each that a break makes."""
    from lxml import etree

    found: list[str] = []
    line = HtmlLine()
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        is_block = inner.tag in BLOCKS
        if is_block:
            found += line.take()
        if event == "end":
            if not is_block:
                line.close(inner.tag)
            line.add(inner.tail if inner is not element else None)
        elif inner.tag == "math":
            line.add(formula(inner))
            walk.skip_subtree()
        else:
            if not is_block:
                line.open(inner.tag)
            line.add(inner.text)
    return found + line.take()


def code_of(element: _Element) -> str:
    """The text of code as it is written, a line for each block in it."""
    from lxml import etree

    parts: list[str] = []
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        if event == "end" and inner is not element:
            ends_line = inner.tag in BLOCKS and inner.tag not in _CELLS and not "".join(parts[-1:]).endswith("\n")
            parts += ["\n"] * (ends_line or inner.tag == "br")
        text = inner.text if event == "start" else inner.tail if inner is not element else None
        parts += [text] if text else []
    return "".join(parts)


def formula(math: _Element) -> str:
    """A formula in MathML on one line: 10⁻³, (a+b)/2, √(x)."""
    from lxml import etree

    told: list[list[str]] = [[]]
    for event, element in etree.iterwalk(math, events=("start", "end")):
        if event == "start":
            told.append([(element.text or "").strip()] if len(element) == 0 else [])
        else:
            parts = told.pop()
            told[-1].append(_part(element.tag, parts))
    return "".join(told[0])


def _part(tag: str, parts: list[str]) -> str:
    first, rest = (parts or [""])[0], "".join(parts[1:])
    match tag:
        case "mfrac":
            return f"{_grouped(first)}/{_grouped(rest)}"
        case "msup" | "mover":
            has_form = _RAISED.fullmatch(rest)
            return first + (rest.translate(_RAISABLE) if has_form else f"^{_grouped(rest)}")
        case "msub" | "munder":
            return first + (lowered(rest) if _LOWERED.fullmatch(rest) else f"_{_grouped(rest)}")
        case "msubsup" | "munderover" if len(parts) > 2:
            return _part("msup", [_part("msub", parts[:2]), parts[2]])
        case "msqrt":
            return f"√{_grouped(''.join(parts))}"
        case "mtd" | "mtr" | "mtext" | "mspace":
            return f"{''.join(parts)} "
        case _:
            return "".join(parts)


def _grouped(part: str) -> str:
    return part if len(part) < 2 or part.isalnum() else f"({part})"
