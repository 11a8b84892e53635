"""The drawing and the table of ARCHITECTURE.md are what the imports are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import grimp
import pytest

from tools.architecture import BEGIN, END
from tools.imports import Edge, imports, layers, modules, reduced

_SAID = re.compile(r"([\w.]+) imports ([\w.]+)")


@pytest.fixture(scope="module")
def edges(root: Path) -> set[Edge]:
    """Of the parts, as another reader of imports finds them."""
    packages = layers(root)
    graph = grimp.build_graph(*packages, cache_dir=None)
    folders = {".".join(path.parent.relative_to(root).parts) for one in packages for path in root.glob(f"{one}/*/*.py")}

    def part(module: str) -> str:
        inner = ".".join(module.split(".")[:2])
        return inner if inner in folders else module.split(".")[0]

    found = {
        (part(module), part(other))
        for module in graph.modules
        for other in graph.find_modules_directly_imported_by(module)
    }
    return {(one, other) for one, other in found if one != other}


def test_the_table_names_every_import_there_is(root: Path, edges: set[Edge]) -> None:
    table = (root / "ARCHITECTURE.md").read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.strip().splitlines()[2:]]
    assert {(row[0].strip("`"), other) for row in rows for other in re.findall(r"`([\w.]+)`", row[2])} == edges
    assert all(purpose for _, purpose, _ in rows)


def test_the_drawing_has_the_arrows_that_there_are(root: Path, edges: set[Edge]) -> None:
    drawn = set(_SAID.findall((root / "docs" / "architecture.svg").read_text(encoding="utf-8")))
    between = {edge for edge in drawn if _package(edge[0]) != _package(edge[1])}
    assert all("." not in name for edge in between for name in edge)
    assert _reached(between) == _reached(
        {(_package(one), _package(other)) for one, other in edges if _package(one) != _package(other)}
    )
    for package in layers(root):
        within = {edge for edge in edges if {_package(name) for name in edge} == {package}}
        shown = {edge for edge in drawn if {_package(name) for name in edge} == {package}}
        assert shown <= within and _reached(shown) == _reached(within)
        assert {edge for edge in shown if package in edge} == {edge for edge in within if package in edge}


@pytest.mark.parametrize(
    "written",
    [
        "import low.deep.thing",
        "import low.deep.thing as other",
        "from low import deep",
        "from low.deep import thing",
        "from low.deep.thing import name",
        "def later():\n    from low.deep import thing",
        "if TYPE_CHECKING:\n    from low.deep.thing import name",
        "from ..low.deep import thing",
    ],
)
def test_an_import_is_found_however_it_is_written(tmp_path: Path, written: str) -> None:
    for name in ("high/__init__.py", "high/one.py", "low/__init__.py", "low/deep/__init__.py", "low/deep/thing.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("import re\n")
    (tmp_path / "high" / "one.py").write_text(written)
    assert imports(modules(tmp_path, ["high", "low"])) == {("high", "low.deep")}


@pytest.mark.parametrize(
    ("there", "left"),
    [
        ("ab bc ac", "ab bc"),
        ("ab bc cd ad bd ac", "ab bc cd"),
        ("ab ac", "ab ac"),
        ("ab ba", "ab ba"),
        ("ab ba bc ac", "ab ba bc ac"),
        ("ab bc cb ac bd cd", "ab ac bc cb bd cd"),
        ("ab bc ca cd ed", "ab bc ca cd ed"),
    ],
)
def test_only_what_a_longer_way_leads_to_is_left_out(there: str, left: str) -> None:
    edges = reduced({(one, other) for one, other in there.split()})
    assert edges == {(one, other) for one, other in left.split()}


def _package(part: str) -> str:
    return part.split(".")[0]


def _reached(edges: Iterable[Edge]) -> set[Edge]:
    """Every pair of which the one leads to the other."""
    reached = set(edges)
    while more := {(one, end) for one, other in reached for start, end in reached if other == start} - reached:
        reached |= more
    return reached
