from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.objectstore.publishing import GRACE
from ingest.read.kinds import SUFFIXES


@pytest.mark.parametrize("tool", ["architecture.py", "commands.py", "public_table.py", "sizing_tables.py"])
def test_what_a_tool_writes_into_a_page_is_up_to_date(root: Path, tool: str) -> None:
    command = [sys.executable, str(root / "tools" / tool), "--check"]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=root)
    assert ran.returncode == 0, ran.stderr


def test_every_kind_of_file_that_is_read_is_told(root: Path) -> None:
    told = set(re.findall(r"`(\.\w+)`", (root / "docs" / "files.md").read_text(encoding="utf-8")))
    assert set(SUFFIXES) <= told


def test_what_is_told_of_object_stores_is_so(root: Path) -> None:
    told = (root / "docs" / "objectstore.md").read_text(encoding="utf-8")
    commands = (root / "docs" / "commands.md").read_text(encoding="utf-8")
    helps = " ".join(commands.split()).replace(". [", ".  [")
    options = set(re.findall(r"--[a-z][a-z-]*", re.sub(r"`aws [^`]*`", "", told)))
    assert options >= {"--publish", "--from", "--poll", "--keep"} and all(f"  {name} " in commands for name in options)
    publisher, replica = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", told, re.DOTALL))
    assert {"s3:PutObject", "s3:DeleteObject"} <= set(publisher["Statement"][0]["Action"])
    assert [row["Action"] for row in replica["Statement"]] == ["s3:GetObject", "s3:ListBucket"]
    assert "Every 15 seconds (`--poll`)" in told and "often to look what is published there.  [default: 15.0;" in helps
    assert "seven days old" in told and GRACE.days == 7
    assert "docs/objectstore.md" in (root / "README.md").read_text(encoding="utf-8")
