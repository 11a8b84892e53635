from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.read.kinds import SUFFIXES


@pytest.mark.parametrize("tool", ["commands.py", "public_table.py", "sizing_tables.py"])
def test_what_a_tool_writes_into_a_page_is_up_to_date(root: Path, tool: str) -> None:
    command = [sys.executable, str(root / "tools" / tool), "--check"]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=root)
    assert ran.returncode == 0, ran.stderr


def test_every_kind_of_file_that_is_read_is_told(root: Path) -> None:
    told = set(re.findall(r"`(\.\w+)`", (root / "docs" / "files.md").read_text(encoding="utf-8")))
    assert set(SUFFIXES) <= told


def test_what_a_page_links_to_is_there(root: Path) -> None:
    pages = [root / "README.md", root / "bench" / "README.md", *root.glob("docs/*.md"), *root.glob("deploy/*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))]
    assert len(links) > 10
    assert [(page.name, link) for page, link in links if not (page.parent / link).exists()] == []
