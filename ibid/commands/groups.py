"""Options that commands take together: a dataclass in the signature of a command, and each of its fields an option."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import wraps
from inspect import Parameter, Signature
from typing import Any


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """The command as Typer can read it: where a parameter is a dataclass, the fields of that are its options.

    They come in the order in which the command names the groups and its other options, and the command is given the
    dataclasses.
    """
    taken = inspect.signature(command, eval_str=True)
    groups: dict[str, Any] = {
        name: each.annotation for name, each in taken.parameters.items() if is_dataclass(each.annotation)
    }

    # Typer gives what it was told of by name, as the signature below says.
    @wraps(command)
    def called(**given: object) -> None:
        filled = {
            name: group(**{field.name: given.pop(field.name) for field in fields(group)})
            for name, group in groups.items()
        }
        command(**given, **filled)

    called.__signature__ = Signature(list(_options(taken)))  # type: ignore[attr-defined]
    return called


def _options(taken: Signature) -> Iterator[Parameter]:
    """Every option by itself, and by name only, so that one without a default may follow one that has it."""
    for each in taken.parameters.values():
        is_group = is_dataclass(each.annotation)
        options = inspect.signature(each.annotation, eval_str=True).parameters.values() if is_group else [each]
        yield from (option.replace(kind=Parameter.KEYWORD_ONLY) for option in options)
