"""Days as files write them."""

from __future__ import annotations

import datetime
import re
from email.utils import parsedate_to_datetime

_FORMS = ("%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y", "%Y-%m-%d", "%d.%m.%Y")
_DATE = re.compile(
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}\.? [A-Z][a-z]{2,8},? \d{4}|[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}|"
    r"\d{1,2}\.\d{1,2}\.\d{4}"
)


def day_of(value: str) -> datetime.date | None:
    """The day that a value names, whatever time stands beside it; None where none is named in full."""
    found = _DATE.search(value[:200])
    if found:
        written = found[0].replace("/", "-").replace(",", "").replace(". ", " ")
        for form in _FORMS:
            try:
                return datetime.datetime.strptime(written, form).date()
            except ValueError:
                continue
    try:
        return parsedate_to_datetime(value[:200]).date()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
