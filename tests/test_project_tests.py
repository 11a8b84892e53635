"""What tests share stands in modules beside them, which are no tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

# In a script that a test hands to another process, too.
_IMPORTED = re.compile(r"^\s*(?:from|import)\s+(?:tests\.)?(test_\w+)", re.MULTILINE)


def test_nothing_imports_a_test(root: Path) -> None:
    files = [file for folder in ("tests", "bench", "tools") for file in (root / folder).rglob("*.py")]
    assert len([file for file in files if file.name.startswith("test_")]) > 100
    found = {str(file.relative_to(root)): _IMPORTED.findall(file.read_text(encoding="utf-8")) for file in files}
    assert {name: imported for name, imported in found.items() if imported} == {}


@pytest.mark.parametrize(
    "written",
    [
        "from test_a import b",
        "import test_a",
        "def later():\n    from test_a import b",
        "SCRIPT = '''\nfrom test_a import b\n'''",
        "from tests.test_a import b",
    ],
)
def test_an_import_of_a_test_is_found_however_it_is_written(written: str) -> None:
    assert _IMPORTED.findall(written) == ["test_a"]
