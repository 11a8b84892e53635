"""E-mails kept as text: their headers, and what in them is quoted or a signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.utils import parseaddr

from ingest.read.dates import day_of
from ingest.read.metadata import Stated
from ingest.read.outline import Outline
from ingest.read.text.wrapped import joined, paragraphs, width_of

_HEADER = re.compile(r"([A-Za-z][A-Za-z-]{1,40}) ?:(?:[ \t]++(.*)|$)")
_NAMES = {
    "from": "from",
    "von": "from",
    "de": "from",
    "to": "to",
    "an": "to",
    "cc": "cc",
    "kopie": "cc",
    "subject": "subject",
    "re": "subject",
    "betreff": "subject",
    "objet": "subject",
    "date": "date",
    "sent": "date",
    "datum": "date",
    "gesendet": "date",
}
_REPLY = re.compile(r"^(?:(?:re|aw|fwd?|wg)(?:\[\d+\])?: *)+", re.IGNORECASE)
_QUOTED = re.compile(r"(?:> ?)+")
_MOST = 100  # lines of a header

Header = tuple[str, str]


def headers_in(block: Sequence[str]) -> tuple[list[Header], list[str]] | None:
    """The headers of a mail that a block is: those that a reader is shown, as names and values, and the other lines.

    None where it is something else: who sends it, and a subject or a date, must be named.
    """
    lines = block[1:] if block[0].startswith("From ") else block
    shown: list[Header] = []
    others: list[str] = []
    goes_on = False
    for line in lines if len(lines) <= _MOST else ():
        found = _HEADER.fullmatch(line)
        if found:
            goes_on = found[1].casefold() in _NAMES
            if goes_on:
                shown.append((found[1], (found[2] or "").strip()))
            else:
                others.append(line)
        elif line[0] != " ":
            return None
        elif goes_on:
            shown[-1] = (shown[-1][0], f"{shown[-1][1]} {line.strip()}")
        else:
            others.append(line.strip())
    named = {_NAMES[name.casefold()] for name, _ in shown}
    if "from" not in named or not {"subject", "date"} & named:
        return None
    return [(name, _decoded(value)) for name, value in shown], others


def stated_in(headers: Sequence[Header]) -> Stated:
    """What the headers of a mail say of it."""
    values = {_NAMES[name.casefold()]: value for name, value in reversed(headers)}
    sender = values["from"]
    return Stated(
        title=_REPLY.sub("", values.get("subject", "")) or None,
        revised=day_of(values.get("date", "")),
        authors=parseaddr(sender)[0] or sender or None,
    )


def _decoded(value: str) -> str:
    """A header's value, its encoded words ("=?utf-8?q?…?=") read."""
    if "=?" not in value:
        return value
    try:
        return " ".join(str(make_header(decode_header(value))).split())
    except (HeaderParseError, LookupError, ValueError):
        return value


def take_quoted(block: Sequence[str], outline: Outline, words: frozenset[str]) -> None:
    """Take lines of which some are quoted: items with the mark of quotes, led in by who is quoted."""
    runs: list[tuple[int, list[str]]] = []
    for line in block:
        depth, content = _quote_depth(line)
        if not content.strip():
            runs.append((depth, []))
        elif runs and runs[-1][0] == depth:
            runs[-1][1].append(content)
        else:
            runs.append((depth, [content]))
    for depth, lines in runs:
        for paragraph in paragraphs(lines, width_of(lines)):
            outline.block(joined(paragraph, words), depth, ">" * depth + " " if depth else "")


def _quote_depth(line: str) -> tuple[int, str]:
    """How often a line is quoted ("> > text"), and the line without the marks of that."""
    found = _QUOTED.match(line)
    return (found[0].count(">"), line[found.end() :]) if found else (0, line)
