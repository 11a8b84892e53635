from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_the_command_list_is_what_help_says(root: Path) -> None:
    command = [sys.executable, str(root / "tools" / "readme_commands.py"), "--check"]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
