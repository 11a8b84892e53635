"""What is changed of a source, which tests come to it, and what is told of those that no test finds."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tools import following
from tools import mutants as tool
from tools.following import Followed
from tools.mutations import mutants, sound


def changes(source: str) -> set[tuple[str, str]]:
    return {(mutant.was, mutant.becomes) for mutant in mutants("a.py", dedent(source).encode())}


@pytest.mark.parametrize(
    "source, changed",
    [
        ("a < b", {("a < b", "(a <= b)")}),
        ("a is not None", {("a is not None", "(a is None)")}),
        ("a == 'é'", {("a == 'é'", "(a != 'é')"), ("a == 'é'", "(a == 'é_')")}),
        ("a and b", {("a and b", "(a or b)")}),
        ("not a", {("not a", "(a)")}),
        ("a + b", {("a + b", "(a - b)")}),
        ("a + 'b'", set()),
        ("True", {("True", "(False)")}),
        ("a or 7", {("a or 7", "(a and 7)"), ("7", "(8)"), ("7", "(6)")}),
        ("a[b:c]", {("a[b:c]", "(a[:c])"), ("a[b:c]", "(a[b:])")}),
        ("a if b else c", {("a if b else c", "(c if b else a)"), ("b", "(not b)")}),
        ("min(a, b)", {("min(a, b)", "(max(a, b))")}),
        ("a.find(b)", {("a.find(b)", "(a.rfind(b))")}),
        ("f(a, b, c)", {("f(a, b, c)", "(f(b, a, c))")}),
        ("f(a)", set()),
        ("isinstance(a, b)", set()),
        ("[*zip(a.b, c, strict=True)]", set()),
        ("f'{a < b}'", set()),
    ],
)
def test_an_expression_becomes_another(source: str, changed: set[tuple[str, str]]) -> None:
    assert changes(f"x = {source}\n") == changed


@pytest.mark.parametrize(
    "source, changed",
    [
        ("return a", {("return a", "return None")}),
        ("return None", set()),
        (
            "return a in b",
            {("return a in b", "return None"), ("return a in b", "return not (a in b)"), ("a in b", "(a not in b)")},
        ),
        ("f(a)", {("f(a)", "pass")}),
        ("self.a = b", {("self.a = b", "pass")}),
        ("a = b", set()),
        ("a += b", {("a += b", "pass"), ("a += b", "a -= b")}),
        ("raise a", {("raise a", "pass")}),
        ("while a: break", {("a", "(not a)"), ("break", "continue")}),
        ("if a: pass\n  elif b: pass", {("a", "(not a)"), ("b", "(not b)")}),
        ("assert a < b", set()),
        ("logging.getLogger(a).warning('b')", set()),
        ("import a", set()),
    ],
)
def test_a_statement_becomes_another_or_none(source: str, changed: set[tuple[str, str]]) -> None:
    assert changes(f"def g():\n  '''Prose.'''\n  {source}\n") == changed


def test_what_says_nothing_of_behaviour_is_left_alone() -> None:
    source = '''
        """Prose of 1 module."""
        from a import b
        __all__ = ["b"]
        if TYPE_CHECKING:
            from c import d
        Kind = Literal[1, 2]
        @dataclass(frozen=True)
        class One(Base[1]):
            """Prose."""
            a: Annotated[int, 3]
        class Two(Protocol):
            def f(self, a: int = 1) -> Literal[2]: ...
        if __name__ == "__main__":
            main()
    '''
    assert changes(source) == set()


def test_every_mutant_of_a_module_is_another_module(root: Path) -> None:
    source = (root / "tools" / "mutations.py").read_bytes()
    found = list(mutants("tools/mutations.py", source))
    assert len(found) > 100
    unsound = [mutant for mutant in found if not sound(mutant, source)]
    assert unsound == []


def test_what_an_import_or_a_fixture_comes_to_all_tests_of_the_file_may_see() -> None:
    told = [
        ["reached", 1, ""],
        ["ran", "t.py::slow", "setup", 2.0, True],
        ["reached", 2, "t.py::slow (call)"],
        ["ran", "t.py::slow", "call", 3.0, True],
        ["reached", 3, "t.py::quick (setup)"],
        ["reached", 2, "t.py::quick (call)"],
        ["ran", "t.py::quick", "call", 0.5, True],
        ["reached", 2, "t.py::fails (call)"],
        ["reached", 4, "t.py::fails (call)"],
        ["ran", "t.py::fails", "call", 0.1, False],
        ["ran", "t.py::fails", "teardown", 0.1, True],
    ]
    found = Followed.of(map(json.dumps, told))
    both = ["t.py::quick", "t.py::slow"]
    assert [found.tests(place) for place in range(5)] == [[], both, both, both, []]
    assert found.cost(both) == 2.0 + 5.5
    assert found.patience("t.py::quick") == 30 + 5 + 6


@pytest.fixture
def tree(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one module and one file of tests, which the tool takes for this one."""
    for folder in ("ingest", "tests", "tools", "bench/results"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "ingest" / "__init__.py").touch()
    shutil.copy(root / "tools" / "reaching.py", tmp_path / "tools")
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\nmarkers = ["browser", "server"]\n')
    for module in (following, tool):
        monkeypatch.setattr(module, "ROOT", tmp_path)
        monkeypatch.setattr(module, "WORK", tmp_path / "runs" / "mutants")
    monkeypatch.setattr(tool, "RESULTS", tmp_path / "bench" / "results" / "mutants.json")
    monkeypatch.setattr(tool, "PACKAGES", ("ingest",))
    monkeypatch.setattr("os.nice", lambda _: 10)
    monkeypatch.setattr(sys, "argv", ["mutants.py", "--resume"])
    return tmp_path


def test_what_no_test_finds_is_told_until_one_does(tree: Path) -> None:
    (tree / "ingest" / "ages.py").write_text(
        dedent('''
        """Ages."""

        from __future__ import annotations

        LEAST = 18

        def is_grown(years: int) -> bool:
            return LEAST <= years
        ''')
    )
    tests = tree / "tests" / "test_ingest_ages.py"
    begun = "from ingest.ages import is_grown\n\ndef test_ages():\n    assert not is_grown(5) and is_grown(60)\n"
    tests.write_text(begun)
    assert tool.main() == 0
    told = json.loads(tool.RESULTS.read_text())
    assert (told["mutants"], told["killed"]) == (5, 2)
    assert {(one["was"], one["becomes"]) for one in told["survivors"]} == {
        ("18", "(17)"),
        ("18", "(19)"),
        ("LEAST <= years", "(LEAST < years)"),
    }
    assert {one["text"] for one in told["survivors"]} == {"LEAST = 18", "return LEAST <= years"}

    for one in told["survivors"]:
        if one["becomes"] == "(17)":
            one["equivalent"] = "nobody is 17"
    tool.RESULTS.write_text(json.dumps(told))
    tests.write_text(begun + "\ndef test_the_least():\n    assert is_grown(18)\n")
    assert tool.main() == 0
    told = json.loads(tool.RESULTS.read_text())
    assert (told["killed"], told["equivalent"], told["killed_of_the_others"]) == (4, 1, 1.0)
    assert [one["equivalent"] for one in told["survivors"]] == ["nobody is 17"]
    assert (tree / "runs" / "mutants" / "tree" / "ingest" / "ages.py").read_bytes() == (
        tree / "ingest" / "ages.py"
    ).read_bytes()


def test_a_mutant_that_does_not_end_is_found(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "ingest" / "count.py").write_text(
        "def count(n):\n    while n:\n        n -= one()\n\ndef one():\n    return '' or 1\n"
    )
    (tree / "tests" / "test_ingest_count.py").write_text(
        "from ingest.count import count\n\ndef test_it():\n    count(3)\n"
    )
    monkeypatch.setattr(Followed, "patience", lambda found, test: 1)
    tool.main()
    told = json.loads(tool.RESULTS.read_text())
    assert told["of_these_by_time"] >= 2
