"""Whether the first row of a table, which nothing marks as such, holds the heads of its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.english import any_of

_SAID = "yes no true false ✓ ✗ ✔ ✘ - – — n/a none null ja nein oui non sí"
_VALUES = frozenset(_SAID.split())
_DATE = re.compile(
    rf"(?:\d{{1,2}}\.? )?(?:{any_of('calendar.months')})\.?(?: \d{{1,2}},?)? \d{{2,4}}"
    rf"|(?:{any_of('calendar.days')}),? .*\d.*",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"(?:(?:fy|q[1-4]|h[12])[ /-]?)?(?:19|20)\d\d(?:[/–-]\d\d(?:\d\d)?)?|q[1-4]|h[12]|(?:week|day|month|year) ?\d{1,2}",
    re.IGNORECASE,
)
_LONGEST = 80
_MOSTLY = 0.6
_LONGER = 3  # how many times longer than its head what stands in a column of words is
_LOOKED_AT = 200


def head_rows(rows: Sequence[Sequence[str]], by_custom: bool = False) -> int:
    """1 where the first of `rows` is the heads of the columns, 0 where it is a row like the others.

    Heads are words over figures, or short over long.  Where rows of words tell nothing either way, `by_custom` decides:
    a file of separated values has heads, a table in a text often has none.
    """
    if len(rows) < 2:
        return 0
    first, body = rows[0], rows[1 : _LOOKED_AT + 1]
    told = [cell for cell in first if cell]
    width = max(len(row) for row in rows[: _LOOKED_AT + 1])
    if len(told) < max(1, width - 1, 2 if width > 1 else 1) and len(told) < _MOSTLY * width:
        return 0
    columns = [[row[at] for row in body if at < len(row) and row[at]] for at in range(len(first))]
    if _are_periods(first, columns):
        return 1
    if any(is_value(cell) or cell.endswith(":") for cell in told) or len(set(told)) < len(told):
        return 0
    below = [(cell, column) for cell, column in zip(first, columns, strict=True) if cell and column]
    if any(cell in column for cell, column in below):
        return 0
    is_list = width == 2 and not by_custom  # of names and what they are, as often as a table of two columns
    if any(sum(map(is_value, column)) >= (1 if is_list else _MOSTLY) * len(column) for _, column in below):
        return int(len(body) > 1 or not is_list)
    if any(sum(map(len, column)) >= _LONGER * len(cell) * len(column) for cell, column in below):
        return 1
    return int(by_custom)


def is_value(text: str) -> bool:
    """Whether a cell holds what no head does: a figure, a date, a yes or no, an address or a sentence."""
    bare = text.strip().casefold()
    characters = [character for character in bare if character.isalnum()]
    return bool(
        bare in _VALUES
        or 2 * sum(character.isdigit() for character in characters) >= max(1, len(characters))
        or _DATE.fullmatch(bare)
        or "@" in bare
        or bare.startswith(("http:", "https:", "www."))
        or len(bare) > _LONGEST
        or (bare.endswith(".") and " " in bare)
    )


def _are_periods(first: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Whether heads are words and then years or quarters, over what are none."""
    periods = [(cell, column) for cell, column in zip(first, columns, strict=True) if _PERIOD.fullmatch(cell.strip())]
    others = [cell for cell in first if cell and not _PERIOD.fullmatch(cell.strip())]
    return (
        len(periods) > 1
        and len({cell for cell, _ in periods}) == len(periods)
        and not any(map(is_value, others))
        and not any(_PERIOD.fullmatch(value.strip()) for _, column in periods for value in column)
    )
