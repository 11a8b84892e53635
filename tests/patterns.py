"""The patterns of the project, and texts that make a pattern step back as often as it can.

As a command: one line for each pattern that takes ever longer for a longer text.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import pkgutil
import re
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

PACKAGES = ("ingest", "retriever", "answer", "eval", "ibid")
SIZE = 100_000
# What is looked at of a text where a pattern is used, or any of its module, which is less.
BOUNDED = {
    "ingest.read.html.styles._LAST": 400,
    "ingest.read.html.tree._COMMENT": 4_096,
    "ingest.read.html.tree._DECLARED": 4_096,
    "ingest.read.html.tree._SAVED": 4_096,
    "ingest.read.markdown.admonitions": 2_000,
    "ingest.read.pdf.stated._NOBODY": 300,
    "ingest.read.text.running._CONTENTS": 200,
    "ingest.read.text.wrapped._BROKEN": 60,
    "ingest.read.workbook.formats._TOKEN": 255,
}
_TRIED, _SLOWEST = 800, 4  # of all texts of the first size the slowest are tried at their full one
# Of a processor: what no text may take, and what takes less of is not looked at; and how many times longer twice the
# text may take, which is two where it is linear and four where it is not.
_MOST_SECONDS, _SECONDS, _TIMES = 5.0, 0.2, 3.0
_OFTEN = 16
_METHODS = frozenset(("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"))
_FROM_ANYWHERE = _METHODS - {"match", "fullmatch"}
# Texts of one pattern: so many signs of its own, and so many of what can stand before them.
_MOST_SIGNS, _MOST_STARTS = 12, 20
_ENDS = ("", "\0", "\n!")
_CATEGORIES = {
    ops.CATEGORY_DIGIT: "1",
    ops.CATEGORY_NOT_DIGIT: "a .",
    ops.CATEGORY_SPACE: " \n",
    ops.CATEGORY_NOT_SPACE: "a.",
    ops.CATEGORY_WORD: "a1A_",
    ops.CATEGORY_NOT_WORD: " .",
}


@dataclass(frozen=True)
class Used:
    """A pattern, where it stands, and the methods that are called on it."""

    where: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]

    def run(self, text: str) -> None:
        """Use it on a text as it is used."""
        subject: Any = text.encode("utf-8", "replace") if isinstance(self.pattern.pattern, bytes) else text
        if self.methods & _FROM_ANYWHERE:
            sum(1 for _ in self.pattern.finditer(subject))
        if "fullmatch" in self.methods:
            self.pattern.fullmatch(subject)
        if "match" in self.methods:
            self.pattern.match(subject)


def patterns() -> list[Used]:
    """All patterns of the packages: those that a module holds, and those written where they are used."""
    modules = list(_modules())
    named: dict[int, tuple[str, re.Pattern[Any]]] = {}
    for module in modules:
        for name, pattern in _held(module):
            named.setdefault(id(pattern), (f"{module.__name__}.{name}", pattern))
    used: dict[int, set[str]] = {}
    literal: list[Used] = []
    for module in modules:
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if not isinstance(node, ast.Attribute) or node.attr not in _METHODS or not isinstance(node.value, ast.Name):
                continue
            held = getattr(module, node.value.id, None)
            if isinstance(held, re.Pattern):
                used.setdefault(id(held), set()).add(node.attr)
        literal += _literals(module)
    found = [
        Used(where, pattern, frozenset(used.get(key, {"search", "fullmatch"})))
        for key, (where, pattern) in named.items()
    ]
    return sorted(found + literal, key=lambda one: one.where)


def _modules() -> Iterator[ModuleType]:
    for package in PACKAGES:
        module = importlib.import_module(package)
        yield module
        for info in pkgutil.walk_packages(module.__path__, f"{package}."):
            if not info.name.endswith("__main__"):
                yield importlib.import_module(info.name)


def _held(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """The patterns in the variables of a module, and in what these hold."""
    for name, value in vars(module).items():
        if not name.startswith("__"):
            yield from ((name, pattern) for pattern in _within(value, module, 0))


def _within(value: object, module: ModuleType, depth: int) -> Iterator[re.Pattern[Any]]:
    inside: Iterable[object] = ()
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        inside = [*value, *value.values()]
    elif isinstance(value, (list, tuple, set, frozenset)):
        inside = value
    elif inspect.isclass(value) and value.__module__ == module.__name__:
        inside = [one for name, one in vars(value).items() if not name.startswith("__")]
    for one in inside if depth < 4 else ():
        yield from _within(one, module, depth + 1)


def _literals(module: ModuleType) -> Iterator[Used]:
    """The patterns that are written in a call of `re`, where nothing of them is put in when it is called."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        about, args = node.func, node.args
        if not isinstance(about.value, ast.Name) or about.value.id != "re" or about.attr not in _METHODS or not args:
            continue
        values = vars(module)
        try:
            text = eval(compile(ast.Expression(args[0]), "pattern", "eval"), values, {})
        except NameError:  # what is put in, "x" stands for
            text = "".join(part.value if isinstance(part, ast.Constant) else "x" for part in args[0].values)  # type: ignore[attr-defined]
        flags = [arg for arg in args[1:] if re.match(r"re\.[A-Z]", ast.unparse(arg))] + [
            k.value for k in node.keywords if k.arg == "flags"
        ]
        flag = eval(ast.unparse(flags[0]), values) if flags else 0
        yield Used(f"{module.__name__}:{node.lineno}", re.compile(text, flag), frozenset((about.attr,)))


@dataclass(frozen=True)
class Recipe:
    """A text of any size: what it begins with, what it repeats, and what it ends with."""

    start: str
    unit: str
    end: str

    def text(self, size: int) -> str:
        """A text of about `size` signs."""
        return self.start + self.unit * ((size - len(self.start)) // len(self.unit)) + self.end


def recipes(pattern: re.Pattern[Any]) -> list[Recipe]:
    """What `pattern` begins with, and then what it repeats, without an end that it asks for."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    signs = _few([*_signs(tree), "a", " ", "\n"], _MOST_SIGNS)
    starts = _few(["", *_starts(tree)], _MOST_STARTS)
    units = _few([*signs, *_words(starts), *_pairs(signs)], 4 * _MOST_SIGNS)
    return [Recipe(*parts) for parts in product(starts, units, _ENDS) if parts[1]]


def _few(values: Iterable[str], most: int) -> list[str]:
    return list(dict.fromkeys(values))[:most]


def _words(starts: list[str]) -> Iterator[str]:
    for start in starts:
        if len(start) > 1:
            yield start
            yield f"{start} "


def _pairs(signs: list[str]) -> Iterator[str]:
    for first, second in product(signs[:4], signs[:4]):
        if first != second:
            yield first + second


def _signs(tree: Any) -> Iterator[str]:  # noqa: ANN401 - the parser has no types
    """The signs that stand in a parsed pattern, and one or two of each set."""
    for code, argument in tree:
        yield from _sign(code, argument)
        for inner in _inner(code, argument):
            yield from _signs(inner)


def _sign(code: Any, argument: Any) -> list[str]:  # noqa: ANN401
    if code is ops.LITERAL:
        return [chr(argument)]
    if code is ops.NOT_LITERAL:
        return ["a" if argument != 97 else "b"]
    if code is ops.ANY:
        return ["a"]
    if code is ops.IN:
        return _of_set(argument)
    return []


def _of_set(items: Any) -> list[str]:  # noqa: ANN401
    negated = items[0][0] is ops.NEGATE
    shown: list[str] = []
    for code, argument in items[negated:]:
        if code is ops.LITERAL:
            shown.append(chr(argument))
        elif code is ops.RANGE:
            shown.append(chr(argument[0]))
        elif code is ops.CATEGORY:
            shown += _CATEGORIES.get(argument, "")
    if not negated:
        return shown[:4]
    return [sign for sign in 'a1 .(-"<[' if not _is_in(sign, items[1:])][:3]


def _is_in(sign: str, items: Any) -> bool:  # noqa: ANN401
    for code, argument in items:
        if code is ops.LITERAL and ord(sign) == argument:
            return True
        if code is ops.RANGE and argument[0] <= ord(sign) <= argument[1]:
            return True
        if code is ops.CATEGORY and sign in _CATEGORIES.get(argument, ""):
            return True
    return False


def _inner(code: Any, argument: Any) -> list[Any]:  # noqa: ANN401
    if code in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
        return [argument[2]]
    if code is ops.SUBPATTERN:
        return [argument[3]]
    if code is ops.BRANCH:
        return list(argument[1])
    if code in (ops.ASSERT, ops.ASSERT_NOT):
        return [argument[1]]
    if code is ops.ATOMIC_GROUP:
        return [argument]
    if code is ops.GROUPREF_EXISTS:
        return [one for one in argument[1:] if one]
    return []


def _starts(tree: Any, before: str = "") -> Iterator[str]:  # noqa: ANN401
    """What matches the first parts of a pattern, by every way into it."""
    told = before
    parts = list(tree)
    for (code, argument), after in zip(parts, [*parts, None][1:], strict=True):
        for inner in _inner(code, argument):
            if code is not ops.ASSERT_NOT:
                yield from _starts(inner, told)
        told += _sample(code, argument)
        if after is None or not code is after[0] is ops.LITERAL:  # of a word only the whole
            yield told


def _sample(code: Any, argument: Any) -> str:  # noqa: ANN401
    """A short text that a part of a pattern matches."""
    signs = _sign(code, argument)
    if signs:
        return signs[0]
    if code in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
        return _samples(argument[2]) * min(max(argument[0], 1), 8) if argument[1] else ""
    if code is ops.SUBPATTERN:
        return _samples(argument[3])
    if code is ops.BRANCH:
        return _samples(argument[1][0])
    return _samples(argument) if code is ops.ATOMIC_GROUP else ""


def _samples(tree: Any) -> str:  # noqa: ANN401
    return "".join(_sample(code, argument) for code, argument in tree)


def slow(used: Used) -> str | None:
    """A text for which a pattern takes longer than it may; None where there is none."""
    if not _repeats(parser.parse(used.pattern.pattern, used.pattern.flags & ~re.DEBUG)):
        return None
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _try(used, writer)
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader) as told:
        tried = told.read().splitlines()
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) == 0:
        return None
    return f"{used.where} {used.pattern.pattern!r} for {tried[-1]}"


def _try(used: Used, writer: int) -> None:
    """Use a pattern on its texts, told before; a signal ends the process where that takes too long."""
    times: list[tuple[float, int]] = []
    made = recipes(used.pattern)
    size = BOUNDED.get(used.where) or BOUNDED.get(used.where.rpartition(".")[0], SIZE)
    os.write(writer, f"{_TRIED} signs\n".encode())
    signal.setitimer(signal.ITIMER_VIRTUAL, _MOST_SECONDS)
    for number, recipe in enumerate(made):
        times.append((_seconds(used, recipe.text(_TRIED)), number))
    for _, number in sorted(times)[-_SLOWEST:]:
        os.write(writer, f"{made[number]}\n".encode())
        signal.setitimer(signal.ITIMER_VIRTUAL, _MOST_SECONDS)
        # Another process can make one of two measurements a bad one, and seldom both.
        if all(_grows(used, made[number], size) for _ in range(2)):
            os._exit(1)


def _grows(used: Used, recipe: Recipe, size: int) -> bool:
    """Whether a text takes ever longer the longer it is."""
    half, whole = (_seconds(used, recipe.text(signs)) for signs in (size // 2, size))
    return whole > _SECONDS and whole > _TIMES * half


def _seconds(used: Used, text: str) -> float:
    started = time.process_time()
    used.run(text)
    return time.process_time() - started


def _repeats(tree: Any) -> bool:  # noqa: ANN401
    """Whether anything in a parsed pattern may be repeated often."""
    return any(
        (code in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT) and argument[1] > _OFTEN)
        or any(map(_repeats, _inner(code, argument)))
        for code, argument in tree
    )


if __name__ == "__main__":
    for pattern in patterns():
        if found := slow(pattern):
            sys.stdout.write(f"{found}\n")
            sys.stdout.flush()
