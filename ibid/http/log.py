"""What a server writes on standard error: one line an entry, in which nothing is an order to a terminal."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class Entries(logging.Formatter):
    """Each entry begins at the margin with its time, and what it holds of further lines does not."""

    def format(self, record: logging.LogRecord) -> str:
        """The entry; a sign that cannot be seen, or turns others about, is written as an escape."""
        first, *further = super().format(record).split("\n")
        return "\n".join([_escaped(first), *(f"    {_escaped(line)}" for line in further)])


@contextmanager
def logging_to_standard_error() -> Iterator[None]:
    """Write there what the server logs, as long as it serves; the process may go on to do something else."""
    handler = logging.StreamHandler()
    handler.setFormatter(Entries("%(asctime)s %(levelname)s %(message)s"))
    log = logging.getLogger("ibid.http")
    level, propagates = log.level, log.propagate
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
        log.propagate = propagates


def _escaped(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in line
    )
