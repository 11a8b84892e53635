"""Options are declared once: an option is told of alike in all commands, and is the same where it is not given."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
import typer.main
from typer.testing import CliRunner

from ibid.cli import app
from ibid.commands.groups import grouped
from ibid.commands.options import ModelFlags, PlaceFlags

# What an option means in one command and in another, where that is not the same, and why it has one name.
MEANINGS = {
    "--insecure": "a server of HTTP can ask for a key, which one of the Model Context Protocol has not",
    "--json": "a chat reads as well, and every other command prints only",
    "--keep": "generations of an index, or conversations of a server",
    "--out": "one run, the page of one, or all that are compared",
    "--part": "questions are read from several parts, and written to one",
    "--workers": "threads that answer, processes that ask, or those that embed",
}
# What is told of alike, and is not the same where it is not given: why.
DEFAULTS = {"--port": "both servers may run beside each other"}

Option = tuple[str, Any]
"""A command, and an option of its."""


@pytest.fixture(scope="module")
def options() -> dict[str, list[Option]]:
    """Of every flag that more than one command has, what it is there; Typer's own, as --help, are left out."""
    found: dict[str, list[Option]] = defaultdict(list)
    for name, option in _options("ibid", typer.main.get_command(app)):
        found[max(option.opts, key=len)].append((name, option))
    return {flag: there for flag, there in found.items() if len(there) > 1 and flag != "--help"}


def _options(name: str, command: Any) -> Iterator[Option]:  # noqa: ANN401 - typer names no type for it
    yield from ((name, option) for option in command.params if option.param_type_name == "option")
    for inner, there in getattr(command, "commands", {}).items():
        yield from _options(f"{name} {inner}", there)


def _declared(root: Path) -> Iterator[tuple[str, str]]:
    """Every flag that is written into the source of a command, and the module that it is written in."""
    for file in sorted((root / "ibid").rglob("*.py")):
        for each in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(each, ast.Call) and ast.unparse(each.func) == "typer.Option":
                flag = each.args[0]
                assert isinstance(flag, ast.Constant)
                yield str(flag.value), file.stem


def test_an_option_is_told_of_alike_wherever_it_is_the_same(options: dict[str, list[Option]]) -> None:
    assert {"--corpus", "--index", "--engine", "--encoder", "--model", "--json", "--gold"} <= set(options)
    told = {
        flag: {(option.help, option.metavar, option.envvar, option.hidden, option.multiple) for _, option in there}
        for flag, there in options.items()
    }
    assert {flag for flag, texts in told.items() if len(texts) > 1} == set(MEANINGS)


def test_an_option_is_the_same_wherever_it_is_not_given(options: dict[str, list[Option]]) -> None:
    without = {flag: {str(option.default) for _, option in there} for flag, there in options.items()}
    differ = {flag for flag, defaults in without.items() if len(defaults) > 1}
    assert differ - set(MEANINGS) == set(DEFAULTS)


def test_an_option_is_written_once_for_each_of_its_meanings(root: Path, options: dict[str, list[Option]]) -> None:
    modules: dict[str, list[str]] = defaultdict(list)
    for flag, module in _declared(root):
        modules[flag].append(module)
    assert len(modules) > 60
    twice = {flag: there for flag, there in modules.items() if len(there) > 1}
    assert set(twice) == set(MEANINGS)
    for flag, there in twice.items():
        assert len(there) == len({option.help for _, option in options[flag]}), f"{flag} is written in {there}"


def test_options_that_are_taken_together_are_listed_nowhere_else(root: Path) -> None:
    """But where help has them in another order."""
    groups = [set(group.__dataclass_fields__) for group in (PlaceFlags, ModelFlags)]
    listing = {
        function.name
        for file in (root / "ibid" / "commands").glob("*.py")
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        and any(group <= {each.arg for each in (*function.args.args, *function.args.kwonlyargs)} for group in groups)
    }
    assert listing == {"doctor", "history", "rollback"}


@dataclass(frozen=True)
class Sides:
    """Of a made-up command."""

    left: Annotated[str, typer.Option("--left", help="On the left.")] = "l"
    right: Annotated[int, typer.Option("--right", help="On the right.")] = 2


@pytest.fixture
def made_up() -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None)

    @made.command()
    @grouped
    def show(
        name: Annotated[str, typer.Argument()],
        early: Annotated[bool, typer.Option("--early")] = False,
        *,
        sides: Sides,
        late: Annotated[bool, typer.Option("--late")] = False,
    ) -> None:
        """Show it."""
        typer.echo(repr((name, early, sides, late)))

    return made


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (["x"], ("x", False, Sides(), False)),
        (["--late", "--right", "7", "x"], ("x", False, Sides("l", 7), True)),
        (["x", "--left", "a", "--early"], ("x", True, Sides("a", 2), False)),
    ],
)
def test_a_command_is_given_the_options_that_it_takes_together(
    made_up: typer.Typer, given: list[str], taken: tuple[object, ...]
) -> None:
    ran = CliRunner().invoke(made_up, given)
    assert (ran.exit_code, ran.output) == (0, f"{taken!r}\n")


def test_help_has_them_in_the_place_of_the_group(made_up: typer.Typer) -> None:
    told = CliRunner().invoke(made_up, ["--help"]).output
    places = [told.index(flag) for flag in ("Show it.", "--early", "--left", "--right", "--late")]
    assert places == sorted(places)
    assert "On the left.  [default: l]" in told and "sides" not in told.lower()


def test_what_is_no_option_of_them_is_wrong_usage(made_up: typer.Typer) -> None:
    assert CliRunner().invoke(made_up, ["x", "--sides", "y"]).exit_code == 2
    assert CliRunner().invoke(made_up, ["x", "--right", "y"]).exit_code == 2
