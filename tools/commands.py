"""Write the command list of docs/commands.md, between its two markers, from what `--help` says.

With `--check` nothing is written, and the exit code is 1 if it is not what stands there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from ibid.cli import app

COMMANDS = Path(__file__).parents[1] / "docs" / "commands.md"
BEGIN, END = "<!-- commands: make commands -->", "<!-- end of commands -->"
WIDTH = 88


def helps() -> Iterator[str]:
    """The help of `ibid`, of each of its commands, and of theirs."""
    command = typer.main.get_command(app)
    yield from _helps(command, typer.Context(command, info_name="ibid", terminal_width=WIDTH))


def _helps(command: Any, context: typer.Context) -> Iterator[str]:  # noqa: ANN401 - typer names no type for it
    yield command.get_help(context)
    for name, inner in getattr(command, "commands", {}).items():
        yield from _helps(inner, typer.Context(inner, info_name=name, parent=context))


def with_commands(text: str) -> str:
    """The page with its command list as it should be."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    listed = "\n\n".join(f"```text\n{help_text.strip()}\n```" for help_text in helps())
    return f"{before}{BEGIN}\n\n{listed}\n\n{END}{after}"


def main() -> int:
    """Write or check; the exit code says whether all is well."""
    text = COMMANDS.read_text(encoding="utf-8")
    wanted = with_commands(text)
    if "--check" not in sys.argv:
        COMMANDS.write_text(wanted, encoding="utf-8")
    elif wanted != text:
        sys.stderr.write("docs/commands.md: the command list is out of date; run: make commands\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
