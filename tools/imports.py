"""Which packages of the project import which, read from the source: what a package is drawn and listed by.

A part is a package, `ingest`, or a package in one, `ingest.read`, with all that is below it; the part of a package that
has such packages in it is its own modules.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

Edge = tuple[str, str]
"""What imports, and what it imports."""


def layers(root: Path) -> list[str]:
    """The packages, each above those that it may import, as `pyproject.toml` has them."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    contract, *_ = settings["tool"]["importlinter"]["contracts"]
    return list(contract["layers"])


def modules(root: Path, packages: Iterable[str]) -> dict[str, Path]:
    """The modules of packages by their dotted names."""
    paths = [path.relative_to(root) for package in packages for path in (root / package).rglob("*.py")]
    return {".".join(path.with_suffix("").parts).removesuffix(".__init__"): root / path for path in sorted(paths)}


def part(module: str, of: dict[str, Path]) -> str:
    """The part that a module is in."""
    name = ".".join(module.split(".")[:2])
    return name if name in of and of[name].name == "__init__.py" else module.split(".")[0]


def parts(of: dict[str, Path]) -> list[str]:
    """The parts, by name."""
    return sorted({part(module, of) for module in of})


def imports(of: dict[str, Path]) -> set[Edge]:
    """Which parts import which others, wherever in a module an import stands."""
    found = {(part(module, of), part(name, of)) for module, path in of.items() for name in _imported(module, path, of)}
    return {(one, other) for one, other in found if one != other}


def reduced(edges: set[Edge]) -> set[Edge]:
    """The edges without those that lead where a longer way leads too.

    What lies on a way is between its ends, and neither imports the one nor is imported by the other again, so that of
    parts that import each other no edge is lost.
    """
    below = {one: _below(one, edges) for edge in edges for one in edge}

    def longer(one: str, other: str) -> bool:
        return any(other in below[way] and one not in below[way] and way not in below[other] for way in below[one])

    return {(one, other) for one, other in edges if not longer(one, other)}


def floors(edges: set[Edge]) -> dict[str, int]:
    """On which floor each part stands: the longest way that leads down from it; parts that import each other share."""
    below = {one: _below(one, edges) for edge in edges for one in edge}
    found: dict[str, int] = {}
    for one in sorted(below, key=lambda name: len(below[name] - {name})):
        found[one] = 1 + max((found[way] for way in below[one] if one not in below[way]), default=0)
    return found


def _below(part: str, edges: set[Edge]) -> set[str]:
    """All that a part leads to, by whatever way."""
    seen: set[str] = set()
    waiting = [part]
    while waiting:
        one = waiting.pop()
        new = {below for above, below in edges if above == one} - seen
        seen |= new
        waiting += new
    return seen


def _imported(module: str, path: Path, of: dict[str, Path]) -> Iterator[str]:
    """The modules of the project that one imports."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            names = [f"{start}.{alias.name}" for alias in node.names]
        for name in names:
            while name and name not in of:
                name = name.rpartition(".")[0]
            if name:
                yield name
