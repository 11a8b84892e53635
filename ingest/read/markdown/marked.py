"""Lines of a paragraph that are the items of a list, by marks that Markdown does not know: "(a)", "a)", "•"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

_MARK = re.compile(r"(?:([•‣▪◦●■])|\(?([a-z]|\d{1,2}|[ivx]{1,4})\)) *(?=\S|$)")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")


def marked_lines(children: Sequence[Token]) -> list[tuple[str, list[Token]]]:
    """The parts of a paragraph, each with the mark before it: what leads in a list, without one, and its items.

    One part, where its lines are no list.
    """
    lines: list[list[Token]] = [[]]
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            lines.append([])
        lines[-1].append(child)
    marks = [_mark(line) for line in lines]
    found = [mark for mark in marks if mark]
    if len(found) < 2 or not all(_follow(*pair) for pair in pairwise(found)) or not _begins(found[0]):
        return [("", list(children))]
    parts: list[tuple[str, list[Token]]] = []
    for line, mark in zip(lines, marks, strict=True):
        if mark:
            parts.append((mark if len(mark) > 1 else "•", _without(line, mark)))
        elif parts:
            parts[-1][1].extend(line)
        else:
            parts.append(("", line))
    if any(sum(token.nesting for token in part) for _, part in parts):
        return [("", list(children))]
    return parts


def _text(line: Sequence[Token]) -> Token | None:
    """The words with which a line begins."""
    told = [
        token for token in line if token.type not in ("softbreak", "hardbreak") and (token.content or token.nesting)
    ]
    return told[0] if told and told[0].type == "text" else None


def _mark(line: Sequence[Token]) -> str:
    text = _text(line)
    found = _MARK.match(text.content) if text else None
    return found[0].strip() if found else ""


def _without(line: Sequence[Token], mark: str) -> list[Token]:
    text = _text(line)
    return [token.copy(content=token.content.removeprefix(mark).lstrip()) if token is text else token for token in line]


def _begins(mark: str) -> bool:
    return mark.strip("()") in ("a", "1", "i") or mark[-1:] != ")"


def _follow(before: str, after: str) -> bool:
    """Whether a mark is the next one of a list."""
    one, other = before.strip("()"), after.strip("()")
    if not one.isalnum() or not other.isalnum():
        return one == other
    if one.isdecimal():
        return other.isdecimal() and int(other) == int(one) + 1
    is_next = len(one) == len(other) == 1 and ord(other) == ord(one) + 1
    return is_next or (one in _ROMAN[:-1] and other == _ROMAN[_ROMAN.index(one) + 1])
