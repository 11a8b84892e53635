"""`ibid verify`: whether the sources still say what a stored answer quotes."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ibid.commands.groups import grouped
from ibid.commands.options import AsJson, PlaceFlags


@grouped
def verify(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", allow_dash=True, help="What `ibid ask --json` wrote; - is standard input."),
    ],
    then: Annotated[bool, typer.Option("--then", help="Check against what was indexed then, not now.")] = False,
    *,
    place: PlaceFlags,
    as_json: AsJson = False,
) -> None:
    """Check the citations of a stored answer.

    Each is still exact, has moved, or is gone; the exit code is 1 if one is gone.  With --then they are checked against
    the generation that the answer was given from, if it is kept.  A statement that a model wrote has its quotes
    checked, and is named as such.
    """
    from answer import generated, read_record
    from answer import verify as check
    from ibid.output import print_json
    from ibid.render import show_verdicts, stdout

    record = read_record(_read(file))
    name = str(record.get("generation")) if then else None
    verdicts = check(record, place.places().catalog.open(name))
    if as_json:
        print_json([asdict(verdict) for verdict in verdicts])
    else:
        show_verdicts(stdout(), verdicts, generated(record))
    if any(verdict.status == "gone" for verdict in verdicts):
        raise typer.Exit(1)


def _read(file: Path) -> str:
    # Bytes that are no text cannot be in a good record, and fail there with a better message.
    if str(file) == "-":
        return sys.stdin.read()
    return file.read_text(encoding="utf-8", errors="replace")
