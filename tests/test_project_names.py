"""What each package offers to others, the names in its `__all__`; and that one name of a class has one meaning."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

PACKAGES = "answer|eval|ibid|ingest|retriever"
_FROM = re.compile(rf"^(?:>>> |\.\.\. )?\s*from ((?:{PACKAGES})[\w.]*) import ([\w, ]+)$", re.MULTILINE)
_NAMED = re.compile(r"\bibid\.([a-z_]+(?=\()|[A-Z]\w+)")
# Classes that share a name: clients and callers see both, so that neither can have another.
SHARED = {
    # A package offers the one, and the schema of HTTP, of MCP or of a tool of LangChain names the other.
    "Asked": {"retriever.terms", "ibid.http.records", "ibid.langchain"},
    "Found": {"ingest.index.engine", "ibid.http.records", "ibid.mcprecords"},
    "Model": {"answer.model.named", "ibid.http.openai"},
    "Outcome": {"eval.run", "ibid.http.indexing"},
    "Reading": {"answer.reader.reading", "ibid.mcprecords"},
    "Usage": {"answer.record", "ibid.http.openai"},
    "Mark": {"ingest.diffs.meaning", "ingest.documents.marks"},
    # Both are offered, by packages of different rank.
    "Change": {"ingest.diffs.diff", "eval.impact"},
    "Verdict": {"answer.verify", "eval.compare"},
    # Both are named by a schema: the one of HTTP, the other of MCP.
    "Listed": {"ibid.http.records", "ibid.mcprecords"},
    "Part": {"ibid.http.openai", "ibid.mcprecords"},
    "Sources": {"ibid.http.records", "ibid.mcprecords"},
    # The same thing for three frameworks.
    "IbidRetriever": {"ibid.haystack", "ibid.langchain", "ibid.llamaindex"},
}


@pytest.fixture(params=[*PACKAGES.split("|"), "ibid.langchain", "ibid.schema"])
def module(request: pytest.FixtureRequest) -> ModuleType:
    return importlib.import_module(request.param)


def test_what_is_offered_is_there_and_in_order(module: ModuleType) -> None:
    """Constants, then classes, then functions, each by name."""
    kinds = [(0 if name.isupper() else 1 if name[0].isupper() else 2, name) for name in module.__all__]
    assert kinds == sorted(set(kinds))
    assert all(hasattr(module, name) for name in module.__all__)


def test_what_is_offered_is_documented(module: ModuleType) -> None:
    assert module.__doc__
    for name in module.__all__:
        value = getattr(module, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            # A dataclass that nobody has documented is given its own signature.
            written = vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__
            assert written and not written.startswith(f"{name}("), name


def test_what_the_documentation_names_is_offered(root: Path) -> None:
    named: set[tuple[str, str]] = set()
    for page in [root / "README.md", *(root / "docs").glob("*.md")]:
        text = page.read_text(encoding="utf-8")
        named |= {(module, name.strip()) for module, names in _FROM.findall(text) for name in names.split(",")}
        named |= {("ibid", name) for name in _NAMED.findall(text)}
    assert ("ibid", "open") in named
    assert {name for name in named if name[1] not in _offered(name[0])} == set()


def test_a_name_of_a_class_has_one_meaning(root: Path) -> None:
    """Whether it is private or not, and wherever in a module it is defined."""
    modules: dict[str, list[str]] = defaultdict(list)
    for package in PACKAGES.split("|"):
        for file in sorted((root / package).rglob("*.py")):
            module = ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
            for each in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(each, ast.ClassDef):
                    modules[each.name.lstrip("_")].append(module)
    assert {"Answer", "Retriever"} <= set(modules)
    shared = {name: sorted(found) for name, found in modules.items() if len(found) > 1}
    assert shared == {name: sorted(found) for name, found in SHARED.items()}


def _offered(module: str) -> list[str]:
    """What a module has in its `__all__`, without importing what it needs."""
    found = find_spec(module)
    assert found and found.origin
    for each in ast.parse(Path(found.origin).read_text(encoding="utf-8")).body:
        if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "__all__":
            return list(ast.literal_eval(each.value))
    return []
