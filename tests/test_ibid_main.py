"""The process as a whole: what it imports, how it ends, what it leaves on a closed pipe."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

HEAVY = [
    "torch",
    "faiss",
    "transformers",
    "sentence_transformers",
    "langchain_core",
    "langchain_text_splitters",
    "numpy",
    "rich",
]
PROBE = f"""
import sys
from ibid.cli import run
code = run(sys.argv[1:])
loaded = [name for name in {HEAVY} if name in sys.modules]
sys.exit(f"loaded {{loaded}}" if loaded else code)
"""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--help"], 0), ([], 0), (["ask", "--help"], 0), (["--version"], 0), (["ask", "--nonsense"], 2), (["ask"], 2)],
)
def test_help_and_wrong_usage_load_nothing_heavy(arguments: list[str], code: int) -> None:
    ran = subprocess.run([sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True)
    assert ran.returncode == code, ran.stderr


def test_a_question_is_checked_before_torch_is_loaded() -> None:
    probe = PROBE.replace(str(HEAVY), "['torch', 'transformers', 'sentence_transformers']")
    ran = subprocess.run([sys.executable, "-c", probe, "ask", ""], capture_output=True, text=True)
    assert ran.returncode == 2, ran.stderr


def test_the_version_is_told() -> None:
    ran = subprocess.run([sys.executable, "-m", "ibid", "--version"], capture_output=True, text=True)
    assert ran.stdout == "ibid 0.1.0\n"


def test_a_closed_pipe_is_no_matter() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        command = [sys.executable, "-m", "ibid", "--help"]
        ran = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True)
    finally:
        os.close(writing)
    assert ran.stderr == ""


@pytest.mark.model
def test_the_process_answers_and_says_nothing_else(index: Path) -> None:
    command = [sys.executable, "-m", "ibid", "chat", "--json", "--index", str(index)]
    ran = subprocess.run(command, input=b"What is octreotide?\n\xff\n", capture_output=True)
    answer, error = ran.stdout.decode().splitlines()
    assert '"citations"' in answer
    assert error.startswith('{"error": ')
    assert ran.stderr == b""
    assert ran.returncode == 0


@pytest.mark.model
def test_an_interrupt_ends_it_quietly(index: Path) -> None:
    command = [sys.executable, "-m", "ibid", "chat", "--json", "--index", str(index)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as chat:
        assert chat.stdin and chat.stdout and chat.stderr
        chat.stdin.write(b"What is octreotide?\n")
        chat.stdin.flush()
        chat.stdout.readline()
        time.sleep(0.1)
        chat.send_signal(signal.SIGINT)
        assert chat.wait(timeout=20) == 130
        assert chat.stderr.read() == b""
