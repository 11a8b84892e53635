"""What a command prints: a line, or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import typer


def tell(what: str, err: bool = False) -> None:
    """Print what may hold names of files, or what is written in them, on standard output or error."""
    if not what.isprintable():
        # It comes with all of the package, which who is told of a slip should not wait for.
        from ingest import printable

        what = printable(what)
    typer.echo(what, err=err)


def print_json(value: dict[str, Any] | Iterable[Any]) -> None:
    """Print one JSON value on a line of its own."""
    from ingest.printable import escaped

    typer.echo(escaped(json.dumps(value, ensure_ascii=False)))
