"""What is asked of a commit: that of `make check`, out of .venv, with nothing fetched."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml


@pytest.fixture(scope="module")
def hooks(root: Path) -> list[dict[str, object]]:
    repos = yaml.safe_load((root / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [repo["repo"] for repo in repos] == ["local"]
    return list(repos[0]["hooks"])


def test_hooks_fetch_nothing(hooks: list[dict[str, object]]) -> None:
    assert {hook["language"] for hook in hooks} == {"system"}
    assert not any("additional_dependencies" in hook for hook in hooks)


def test_hooks_ask_what_the_makefile_asks(root: Path, hooks: list[dict[str, object]]) -> None:
    recipe = (root / "Makefile").read_text(encoding="utf-8").partition("\ncheck:")[2].partition("\n\n")[0]
    asked = [str(hook["entry"]) for hook in hooks]
    checked = [line.strip("\t@").replace("$(python)", ".venv/bin/python") for line in recipe.splitlines()[1:]]
    ours = [line.removesuffix(" .") for line in checked if line.startswith(".venv/")]
    assert len(ours) >= 3
    assert all(any(entry.startswith(line) for entry in asked) for line in ours)
    assert all((root / entry.split()[0]).exists() for entry in asked) or not (root / ".venv").exists()
