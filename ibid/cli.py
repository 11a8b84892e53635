"""The command line: its commands, and what becomes of their errors.

What is heavy is imported inside the commands, so that help and mistyped options answer at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from ibid import __version__
from ibid.commands.ask import ask
from ibid.commands.chat import chat
from ibid.commands.diff import diff
from ibid.commands.doctor import doctor
from ibid.commands.eval import app as eval_group
from ibid.commands.export import export
from ibid.commands.fetch import fetch
from ibid.commands.gold import app as gold_group
from ibid.commands.history import history
from ibid.commands.impact import impact
from ibid.commands.index import index
from ibid.commands.mcp import mcp
from ibid.commands.rollback import rollback
from ibid.commands.search import search
from ibid.commands.serve import serve
from ibid.commands.sources import sources
from ibid.commands.verify import verify
from ibid.commands.watch import watch
from ibid.output import tell

app = typer.Typer(
    name="ibid",
    help="Answers questions with what a set of documents says, and shows where they say it.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
_COMMANDS: dict[str, Callable[..., None]] = {
    "ask": ask,
    "chat": chat,
    "search": search,
    "fetch": fetch,
    "index": index,
    "watch": watch,
    "export": export,
    "impact": impact,
    "history": history,
    "rollback": rollback,
    "doctor": doctor,
    "sources": sources,
    "verify": verify,
    "diff": diff,
    "serve": serve,
    "mcp": mcp,
}
for name, command in _COMMANDS.items():
    app.command(name)(command)
_GROUPS = {"eval": eval_group, "gold": gold_group}
for name, group in _GROUPS.items():
    app.add_typer(group, name=name)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code: 0 done, 2 wrong usage, 130 interrupted, 1 everything else.

    A folder in the place of a command is chatted about, where there is a terminal.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    named = words[0] if words and words[0] not in {*_COMMANDS, *_GROUPS} else ""
    if os.sep in named and not named.startswith("-") and not Path(named).exists():
        return _fail(f"there is no folder {named}, and no such command (see: ibid --help)", 2)
    if named and Path(named).is_dir():
        from ibid.chatting import is_interactive

        if not is_interactive():
            return _fail(f"{named} is a folder; ask of it with: ibid serve {named}, or: ibid chat {named}", 2)
        words.insert(0, "chat")
    try:
        return int(app(words, prog_name="ibid", standalone_mode=False) or 0)
    except TyperException as error:
        return _fail(f"{error.format_message().rstrip('.')} (see: ibid --help)", error.exit_code)
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error), 1)
    except Exception as error:
        code = _code_of(error)
        if code is None:
            raise
        return _fail(str(error), code)


def _fail(message: str, code: int) -> int:
    tell(f"ibid: {' '.join(message.split())}", err=True)
    return code


def _code_of(error: Exception) -> int | None:
    """The exit code of an error that we know, None for a fault of the program."""
    # An error of theirs means that they are imported already.
    from answer import AnswerError, QuestionError
    from eval.errors import EvalError
    from ingest import IngestError

    if isinstance(error, QuestionError):
        return 2
    return 1 if isinstance(error, IngestError | AnswerError | EvalError) else None


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ibid {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Answers questions with what a set of documents says, and shows where they say it."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
