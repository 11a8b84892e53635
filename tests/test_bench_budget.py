"""What is imported, read, held and executed grows only where it is meant to: bench/limits.json says how far."""

from __future__ import annotations

import platform
import shutil
from pathlib import Path

import pytest

from bench.budget import PYTHON, QUESTION, answer, exceeded, instructions, limits, process, write_weighing

MADE_FOR = (limits()["python"], limits()["machine"])
pytestmark = pytest.mark.skipif(
    (PYTHON, platform.machine()) != MADE_FOR or not Path("/proc/self/io").exists(),
    reason=f"bench/limits.json holds for Linux and {MADE_FOR}; write it for this machine with: python -m bench.budget",
)
valgrind = pytest.mark.skipif(
    shutil.which("valgrind") is None, reason="there is no valgrind; install it with: sh tools/debian.sh"
)


def test_help_imports_and_reads_no_more() -> None:
    assert exceeded("help", process("--help")) == []


@pytest.mark.model
def test_an_answer_imports_and_reads_no_more(index: Path) -> None:
    assert exceeded("ask", process("ask", "--index", str(index), QUESTION)) == []


@pytest.mark.model
def test_a_warm_answer_holds_no_more_memory(index: Path) -> None:
    assert exceeded("answer", answer(index)) == []


@valgrind
def test_help_takes_no_more_instructions() -> None:
    assert exceeded("help", instructions("-m", "ibid", "--help")) == []


@valgrind
def test_answers_without_a_network_take_no_more_instructions(tmp_path: Path) -> None:
    assert exceeded("weighing", instructions(*write_weighing(tmp_path))) == []


def test_what_has_grown_is_told_with_what_mends_it() -> None:
    # The help of a group of commands is what that of all would be, did it import so much.
    modules_and_bytes = exceeded("help", process("eval", "--help"))
    assert len(modules_and_bytes) == 2
    assert all(told.endswith("if this is meant: python -m bench.budget") for told in modules_and_bytes)
