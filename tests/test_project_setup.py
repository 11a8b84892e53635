from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = ("sh", "dirname", "awk", "cat", "cksum", "df", "grep", "mkdir", "chmod", "tail")


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Path:
    """A checkout without .venv, and a folder `bin` beside it that is the whole PATH."""
    checkout = tmp_path / "checkout"
    (checkout / "tools").mkdir(parents=True)
    for name in ("tools/setup.sh", "requirements.lock", "pyproject.toml"):
        shutil.copy(root / name, checkout / name)
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, tool
        (tmp_path / "bin" / tool).symlink_to(found)
    return checkout


def _program(project: Path, name: str, script: str) -> None:
    path = project.parent / "bin" / name
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def _complaint(project: Path, **variables: str) -> str:
    ran = subprocess.run(
        ["/bin/sh", str(project / "tools" / "setup.sh")],
        env={"PATH": str(project.parent / "bin"), "HOME": os.environ.get("HOME", "/")} | variables,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 1
    assert ran.stdout == ""
    lines = [line for line in ran.stderr.splitlines() if not line.startswith("ibid: setting up .venv: ")]
    assert len(lines) == 1, ran.stderr
    return lines[0]


def test_no_python(project: Path) -> None:
    assert "no Python 3.11 or newer was found" in _complaint(project)


def test_an_old_python(project: Path) -> None:
    _program(project, "python3", "exit 1")
    assert "no Python 3.11 or newer was found" in _complaint(project)


def test_an_old_python_that_was_asked_for(project: Path) -> None:
    _program(project, "python2", "exit 1")
    assert "PYTHON=python2 is not Python 3.11 or newer" in _complaint(project, PYTHON="python2")


def test_a_full_disk(project: Path) -> None:
    _program(project, "df", "printf 'Filesystem 1024-blocks Used Available\\n/dev/a 9 9 1048576 9%% /\\n'")
    assert "1024 MB are free" in _complaint(project, PYTHON=sys.executable)
    assert not (project / ".venv").exists()


def test_a_python_without_venv(project: Path) -> None:
    _program(project, "python3", 'case "$*" in *ensurepip*) exit 1;; esac')
    assert "python3-venv" in _complaint(project)


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("ERROR: Could not install: [Errno 28] No space left on device", "the disk is full"),
        ("ERROR: no route to host", "could not be installed (ERROR: no route to host)"),
        ("", "no reason was given"),
    ],
)
def test_a_pip_that_fails(project: Path, printed: str, said: str) -> None:
    pip = f'#!/bin/sh\\ncase "$*" in *"pip install"*) echo "{printed}" >&2; exit 1;; esac\\n'
    make_venv = f"mkdir -p .venv/bin; printf '{pip}' >.venv/bin/python; chmod +x .venv/bin/python"
    _program(project, "python3", f'case "$*" in *"-m venv"*) {make_venv};; esac')
    _program(project, "df", "printf 'Filesystem 1024-blocks Used Available\\n/dev/a 9 9 99999999 9%% /\\n'")
    assert said in _complaint(project)


def test_a_venv_that_works_is_kept(project: Path) -> None:
    python = project / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\ncase "$*" in *"pip install"*) echo "ERROR: offline" >&2; exit 1;; esac\n')
    python.chmod(0o755)
    (project / ".venv" / "mine").write_text("keep me")
    _program(project, "df", "printf 'Filesystem 1024-blocks Used Available\\n/dev/a 9 9 99999999 9%% /\\n'")
    assert "ERROR: offline" in _complaint(project)
    assert (project / ".venv" / "mine").read_text() == "keep me"


def test_each_step_is_told_though_nobody_sits_at_a_terminal(project: Path) -> None:
    python = project / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    _program(project, "df", "printf 'Filesystem 1024-blocks Used Available\\n/dev/a 9 9 99999999 9%% /\\n'")
    command = ["/bin/sh", str(project / "tools" / "setup.sh")]
    told = []
    for _ in range(2):
        ran = subprocess.run(command, env={"PATH": str(project.parent / "bin")}, capture_output=True, text=True)
        assert (ran.returncode, ran.stdout) == (0, ""), ran.stderr
        told.append([line.partition(": setting up .venv: ")[2][:6] for line in ran.stderr.splitlines()])
    assert told == [["1 of 3", "2 of 3", "3 of 3"], []]
