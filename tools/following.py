"""Copies of the tree in which tests run: one that tells which of them come to which places, and one to be changed."""

from __future__ import annotations

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tools.mutations import Mutant

ROOT = Path(__file__).parents[1]
WORK = ROOT / "runs" / "mutants"
_COPIED = shutil.ignore_patterns(".*", "__pycache__", "runs", "site", "dist")
_TELLING = b"from tools.reaching import reached as _reached\n"
_SETTLED = {"PYTHONHASHSEED": "0", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "OMP_NUM_THREADS": "1"}


@dataclass(slots=True)
class Followed:
    """What a file of tests comes to: seconds of the processor of each test that passes, and of its slowest fixture."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    fixture: float = 0.0
    _of_test: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    _of_all: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, told: Iterable[str]) -> Followed:
        """What the plugin has told. What an import or a fixture comes to, all tests of the file may see."""
        found, failed = cls(), set()
        for kind, *facts in map(json.loads, told):
            if kind == "reached":
                place, (test, _, phase) = facts[0], facts[1].rpartition(" ")
                found._of_all |= {place} if phase != "(call)" else set()
                found._of_test[place].add(test)
            else:
                test, phase, seconds, passed = facts
                found.seconds[test] += seconds
                found.fixture = max(found.fixture, seconds if phase == "setup" else 0.0)
                failed |= set() if passed else {test}
        for test in failed:
            del found.seconds[test]
        return found

    def tests(self, place: int) -> list[str]:
        """The tests that may see what is changed at `place`, those that come to it themselves first, then the quick."""
        own = self._of_test[place]
        seeing = self.seconds.keys() if place in self._of_all else own & self.seconds.keys()
        return sorted(seeing, key=lambda test: (test not in own, self.seconds[test], test))

    def cost(self, tests: Iterable[str]) -> float:
        """The seconds that tests take together."""
        return self.fixture + sum(self.seconds[test] for test in tests)

    def patience(self, test: str) -> int:
        """The seconds of the processor that a test may take: it may be the first that needs a slow fixture."""
        return 30 + round(10 * self.seconds[test] + 3 * self.fixture)


def copied(name: str) -> Path:
    """A copy of the tree as it is, below WORK."""
    tree = WORK / name
    shutil.rmtree(tree / "tests", ignore_errors=True)
    shutil.copytree(ROOT, tree, ignore=_COPIED, dirs_exist_ok=True)
    return tree


def probed(mutants: Sequence[Mutant]) -> Path:
    """A copy of the tree in which each place that tests of a mutant come to calls `reached` with its number."""
    tree = copied("probed")
    for path in {mutant.path for mutant in mutants}:
        source = (ROOT / path).read_bytes()
        put = [(_begin(source), 0, _TELLING)]
        for number, mutant in enumerate(mutants):
            for start, end in mutant.places if mutant.path == path else ():
                if start == end:
                    indent = source[source.rfind(b"\n", 0, start) + 1 : start]
                    put.append((start, 0, b"_reached(%d)\n%s" % (number, indent)))
                else:
                    put += [(start, 1, b"(_reached(%d) or (" % number), (end, 1, b"))")]
        last = len(source)
        parts = []
        for place, _, text in sorted(put, key=lambda one: one[:2], reverse=True):
            parts += [source[place:last], text]
            last = place
        (tree / path).write_bytes(b"".join([*parts, source[:last]][::-1]))
    return tree


def _begin(source: bytes) -> int:
    """Where the first statement may stand: behind the docstring and what is imported from `__future__`."""
    lines = 0
    for node in ast.parse(source).body:
        match node:
            case ast.Expr(value=ast.Constant()) | ast.ImportFrom(module="__future__"):
                lines = node.end_lineno or 0
            case _:
                break
    return sum(map(len, source.splitlines(keepends=True)[:lines]))


def run(tree: Path, arguments: Sequence[str], environment: Mapping[str, str], limit: float) -> tuple[int, str]:
    """Run pytest in a copy: its exit code, that of SIGALRM where it took longer than `limit`, and what it said."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--tb=no",
        "-rfE",
        "-p",
        "no:cacheprovider",
        "-p",
        "tools.reaching",
    ]
    plugin = ["-p", "_hypothesis_pytestplugin", "--hypothesis-seed=0", f"--basetemp={WORK / 'tmp'}"]
    said = WORK / "said.txt"
    with said.open("wb") as file:
        process = subprocess.Popen(
            [*command, *plugin, *arguments],
            cwd=tree,
            env={**os.environ, **_SETTLED, "PYTHONPATH": str(tree), **environment},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
        try:
            code = process.wait(limit)
        except subprocess.TimeoutExpired:
            code = -signal.SIGALRM
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return code, said.read_text(encoding="utf-8", errors="replace")
