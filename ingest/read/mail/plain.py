"""Plain text that somebody wrote, as in a mail: paragraphs that may be broken over lines, lists, quoted lines."""

from __future__ import annotations

import re

from ingest.read.outline import Outline, one_line

_ITEM = re.compile(r"([ \t]*)(?:([•‣▪◦*+–-])|(\d{1,3})[.)])[ \t]+(?=\S)")
_QUOTED = re.compile(r"^(?:>[ \t]?)+")
_QUOTES = re.compile(r">*")
_RULE = re.compile(r"^[\s*_=~.-]{3,}$")
_WIDTH = 50  # characters of a line that is broken because it is full
_INDENT = 2


def take_plain(text: str, outline: Outline) -> None:
    """Take the paragraphs and list items of a text; lines that are broken because they are full are joined."""
    lines = [_QUOTED.sub("", line).rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    held: list[str] = []
    depth, mark = 0, ""
    for line in lines:
        found = _ITEM.match(line)
        if held and (found or not line.strip() or not (depth or _is_full(held[-1]))):
            outline.block(one_line(" ".join(held)), depth, mark)
            held, depth, mark = [], 0, ""
        if found:
            depth = 1 + len(found[1].expandtabs(4)) // _INDENT // 2
            mark = f"{found[3]}. " if found[3] else "• "
            held = [line[found.end() :]]
        elif line.strip() and not _RULE.match(line):
            held.append(line)
    outline.block(one_line(" ".join(held)), depth, mark)


def unflowed(text: str, drops_space: bool) -> str:
    """A text whose lines go on in the next where they end with a space, with those joined; RFC 3676."""
    found: list[str] = []
    depth = -1  # of the quotation in which the last line goes on; none of that is below 0
    for line in text.replace("\r\n", "\n").split("\n"):
        quoted = _QUOTES.match(line)
        signs = quoted[0] if quoted else ""
        rest = line[len(signs) :].removeprefix(" ")
        if depth == len(signs) and rest != "-- ":
            found[-1] += rest
        else:
            found.append(f"{signs} {rest}" if signs else rest)
        goes_on = rest.endswith(" ") and rest != "-- "
        depth = len(signs) if goes_on else -1
        found[-1] = found[-1][:-1] if goes_on and drops_space else found[-1]
    return "\n".join(found)


def _is_full(line: str) -> bool:
    """Whether a line goes on in the next."""
    return len(line) >= _WIDTH
