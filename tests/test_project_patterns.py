"""No pattern of the project takes ever longer for a longer text, whatever is written to make it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import patterns
import pytest


def test_every_pattern_is_linear() -> None:
    # A process of its own, as forks of this one would have its threads and its memory.
    ended = subprocess.run([sys.executable, str(Path(patterns.__file__))], capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.returncode) == ("", 0), ended.stderr


def test_patterns_are_found_wherever_they_are_written() -> None:
    found = {used.where for used in patterns.patterns()}
    assert {"ingest.read.clean._PENDING", "ingest.read.pdf.stated._XMP", "ibid.http.hosts:11"} <= found
    assert len(found) > 400
    assert all(any(where.startswith(name) for where in found) for name in patterns.BOUNDED)


@pytest.mark.parametrize(
    "pattern", [r"(?:a|a)*b", r"\s+$", r"<!--.*?-->", r"(\w+\s?)*!", r"\d+\.\d+", r"\bfoo\b.*\bbar\b"]
)
def test_a_pattern_that_steps_back_is_caught(pattern: str) -> None:
    used = patterns.Used("made", re.compile(pattern), frozenset(("search",)))
    assert patterns.slow(used) is not None


@pytest.mark.parametrize("pattern", [r"a+b?", r"(?<!\s)\s+$", r"<[^<>]*>", r"\bfoo\b(?:(?!\bfoo\b).)*\bbar\b"])
def test_a_pattern_that_does_not_is_let_through(pattern: str) -> None:
    used = patterns.Used("made", re.compile(pattern), frozenset(("search",)))
    assert patterns.slow(used) is None
