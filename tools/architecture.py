"""Write docs/architecture.svg and the table of ARCHITECTURE.md, between its marks, from the imports of the packages.

With `--check` nothing is written, and the exit code is 1 if they are not what stands there.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).parents[1]))
from tools.imports import Edge, floors, imports, layers, modules, parts, reduced

ROOT = Path(__file__).parents[1]
PAGE, DRAWING = ROOT / "ARCHITECTURE.md", ROOT / "docs" / "architecture.svg"
BEGIN, END = "<!-- packages: make architecture -->", "<!-- end of packages -->"

WIDTH, LEFT, MARGIN = 940, 20, 40
"""Of the drawing, of what is left free on its left, and on its right, where arrows pass packages by."""
WITHIN, BETWEEN, BOX = 24, 34, 34
STYLE = """
    .ground { fill: #fcfbf8; stroke: #d9d5cb }
    .own { fill: #e7eef7; stroke: #40688f }
    .inner { fill: #fff; stroke: #8b8577 }
    .way { fill: none; stroke: #6d685d; stroke-width: 1.4 }
    .tip { fill: #6d685d }
    text { fill: #23211c; font: 13px ui-monospace, monospace }
    .name { font: 600 16px system-ui, sans-serif }
    .does { fill: #5d594f; font: 13px system-ui, sans-serif }
    @media (prefers-color-scheme: dark) {
      .ground { fill: #1c1e22; stroke: #3a3d44 }
      .own { fill: #22344a; stroke: #7ea6d3 }
      .inner { fill: #25282d; stroke: #8d9098 }
      .way { stroke: #b3ada0 }
      .tip { fill: #b3ada0 }
      text { fill: #e8e4dc }
      .does { fill: #b0aba0 }
    }
"""


class Project(NamedTuple):
    """What is drawn: the packages from top to bottom, what each part is for, and what imports what."""

    packages: list[str]
    purposes: dict[str, str]
    edges: set[Edge]

    def inner(self, package: str) -> list[str]:
        """The packages in a package, each before those that it imports, and beside them where it can be."""
        names = [name for name in self.purposes if name.startswith(f"{package}.")]
        below = floors({(one, other) for one, other in self.edges if one in names and other in names})
        return sorted(names, key=lambda name: (-below.get(name, 0), name))

    def between(self) -> set[Edge]:
        """The arrows between packages: what a package reaches by way of another has none."""
        tops = {(one.split(".")[0], other.split(".")[0]) for one, other in self.edges}
        return reduced({(one, other) for one, other in tops if one != other})

    def within(self, package: str) -> set[Edge]:
        """The arrows in a package: all to and from its own modules, and the direct ones between the packages in it."""
        inside = {edge for edge in self.edges if all(name.split(".")[0] == package for name in edge)}
        own = {edge for edge in inside if package in edge}
        return own | reduced(inside - own)


def project(root: Path) -> Project:
    """What the source says."""
    packages = layers(root)
    of = modules(root, packages)
    return Project(packages, {name: _purpose(of[name]) for name in parts(of)}, imports(of))


def drawing(drawn: Project) -> str:
    """The drawing: packages from top to bottom, in each its own modules above the packages in it."""
    shapes: list[str] = []
    tops: dict[str, tuple[int, int]] = {}
    y = LEFT
    for package in drawn.packages:
        band = list(_band(drawn, package, y))
        height = _height(drawn, package)
        tops[package] = (y, y + height)
        shapes += band
        y += height + BETWEEN
    shapes += _passing(drawn, tops)
    height = y - BETWEEN + LEFT
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
            'role="img" aria-labelledby="what">',
            '  <title id="what">The packages, and which import which</title>',
            f"  <style>{STYLE}  </style>",
            '  <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" '
            'orient="auto-start-reverse"><path class="tip" d="M0 0 L8 4 L0 8 z"/></marker></defs>',
            *(f"  {shape}" for shape in shapes),
            "</svg>",
            "",
        ]
    )


def _height(drawn: Project, package: str) -> int:
    """Of a package: its name, its own modules, and where there are some, the packages in it and their arcs."""
    inner = drawn.inner(package)
    deepest = max((_depth(inner, edge) for edge in drawn.within(package) if package not in edge), default=0)
    return 40 + BOX + 14 + (WITHIN + BOX if inner else 0) + deepest


def _depth(inner: list[str], edge: Edge) -> int:
    """How far an arc between two inner packages hangs below them."""
    return 8 + 8 * abs(inner.index(edge[0]) - inner.index(edge[1]))


def _band(drawn: Project, package: str, y: int) -> Iterator[str]:
    """One package, of which the top is given."""
    right = WIDTH - MARGIN
    width = right - LEFT
    yield f'<rect class="ground" x="{LEFT}" y="{y}" width="{width}" height="{_height(drawn, package)}" rx="8"/>'
    yield f'<text class="name" x="{LEFT + 16}" y="{y + 26}">{package}</text>'
    does = escape(drawn.purposes[package].replace("`", ""))
    yield f'<text class="does" x="{LEFT + 106}" y="{y + 26}">{does}</text>'
    inner = drawn.inner(package)
    own = y + 40
    yield f'<rect class="own" x="{LEFT + 16}" y="{own}" width="{width - 32}" height="{BOX}" rx="6"/>'
    told = "its own modules" if inner else "its modules"
    yield f'<text x="{(LEFT + right) // 2}" y="{own + 22}" text-anchor="middle">{told}</text>'
    if not inner:
        return
    step = (width - 32) // len(inner)
    middle = {name: LEFT + 16 + step * at + step // 2 for at, name in enumerate(inner)}
    row = own + BOX + WITHIN
    box = min(step - 12, 150)
    for name in inner:
        yield f'<rect class="inner" x="{middle[name] - box // 2}" y="{row}" width="{box}" height="{BOX}" rx="6"/>'
        told = name.split(".")[1]
        size = min(13, (box - 4) * 5 // (len(told) * 3))  # a letter is three fifths as wide as it is high
        style = f' style="font-size: {size}px"' if size < 13 else ""
        yield f'<text x="{middle[name]}" y="{row + 22}" text-anchor="middle"{style}>{told}</text>'
    edges = drawn.within(package)
    for name in inner:
        if there := edges & {(package, name), (name, package)}:
            yield _arrow(f"M{middle[name]} {own + BOX + 1} V{row - 1}", there, (package, name))
    for one, other in sorted(edges):
        # Of two that import each other there is one arc, with two tips.
        if package not in (one, other) and (one < other or (other, one) not in edges):
            there = edges & {(one, other), (other, one)}
            side = 14 if middle[one] < middle[other] else -14
            start, end, foot = middle[one] + side, middle[other] - side, row + BOX + 1
            deep = foot + _depth(inner, (one, other)) * 4 // 3
            yield _arrow(f"M{start} {foot} C{start} {deep} {end} {deep} {end} {foot}", there, (one, other))


def _passing(drawn: Project, tops: dict[str, tuple[int, int]]) -> Iterator[str]:
    """The arrows from package to package: straight to the next one below, or on the right past those between."""
    order = drawn.packages
    lane = 0
    for one, other in sorted(drawn.between(), key=lambda edge: (order.index(edge[0]), order.index(edge[1]))):
        if order.index(other) == order.index(one) + 1:
            yield _arrow(f"M{WIDTH // 2} {tops[one][1] + 1} V{tops[other][0] - 1}", {(one, other)}, (one, other))
            continue
        right, x = WIDTH - MARGIN + 1, WIDTH - MARGIN + 14 + 8 * lane
        down, up = tops[one][1] - 20 - 10 * lane, tops[other][0] + 20 + 10 * lane
        yield _arrow(f"M{right} {down} H{x} V{up} H{right}", {(one, other)}, (one, other))
        lane += 1


def _arrow(path: str, there: set[Edge], edge: Edge) -> str:
    """A line along a path, with a tip at each end that is imported."""
    tips = "".join(f' marker-{end}="url(#tip)"' for end, way in (("start", edge[::-1]), ("end", edge)) if way in there)
    told = "; ".join(f"{one} imports {other}" for one, other in sorted(there))
    return f'<path class="way" d="{path}"{tips}><title>{told}</title></path>'


def table(drawn: Project) -> str:
    """What each part is for, and all that it imports."""
    rows = ["| package | what it is for | imports |", "| --- | --- | --- |"]
    for package in drawn.packages:
        for name in (package, *drawn.inner(package)):
            imported = ", ".join(f"`{other}`" for one, other in sorted(drawn.edges) if one == name) or "none"
            rows.append(f"| `{name}` | {drawn.purposes[name]} | {imported} |")
    return "\n".join(rows)


def with_table(text: str, drawn: Project) -> str:
    """The page with its table as it should be."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{table(drawn)}\n\n{END}{after}"


def _purpose(path: Path) -> str:
    """The first sentence of a package's docstring."""
    told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(told.partition("\n\n")[0].split()).partition(". ")[0].rstrip(".")


def main() -> int:
    """Write or check; the exit code says whether all is well."""
    drawn = project(ROOT)
    wanted = {PAGE: with_table(PAGE.read_text(encoding="utf-8"), drawn), DRAWING: drawing(drawn)}
    if "--check" not in sys.argv[1:]:
        for path, text in wanted.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        sys.stderr.write(f"{path.relative_to(ROOT).as_posix()}: not what the imports are; run: make architecture\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
