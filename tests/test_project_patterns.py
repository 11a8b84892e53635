"""No pattern of the project takes ever longer for a longer text, whatever is written to make it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import patterns
import pytest


@pytest.mark.parametrize("packages", [("ingest",), ("retriever", "answer", "eval", "ibid")])
def test_every_pattern_is_linear(packages: tuple[str, ...]) -> None:
    command = [sys.executable, str(Path(patterns.__file__)), *packages]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == ""


def test_patterns_are_found_wherever_they_are_written() -> None:
    found = {used.where for used in patterns.patterns()}
    assert {"ingest.read.clean._PENDING", "ingest.read.pdf.stated._XMP", "ibid.http.hosts:11"} <= found
    assert len(found) > 400
    assert set(patterns.BOUNDED) <= found


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
