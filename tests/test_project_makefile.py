from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
@pytest.mark.parametrize("through_environment", [False, True])
def test_a_question_reaches_the_program_as_it_is(root: Path, tmp_path: Path, through_environment: bool) -> None:
    shutil.copy(root / "Makefile", tmp_path)
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "setup.sh").write_text("exit 0\n")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nfor word in "$@"; do printf "<%s>" "$word"; done\n')
    python.chmod(0o755)
    question = '-what\'s "$HOME" $(touch made); `touch made` $(shell touch made) \\ | & %'
    environment = dict(os.environ)
    arguments = ["make", "-s", "ask"]
    if through_environment:
        environment["Q"] = question
    else:
        arguments.append(f"Q={question}")
    ran = subprocess.run(arguments, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert ran.stdout == f"<-m><ibid><ask><--><{question}>"
    assert not (tmp_path / "made").exists()
