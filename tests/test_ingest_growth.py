"""Reading grows with what is read: twice the text takes twice the calls, and no more of it is copied than there is."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from bench.samples import MADE
from ingest import Source, cut_passages, load
from ingest.documents.marks import find_marks


@pytest.mark.parametrize("kind", ["txt", "md", "html", "csv", "tex", "docx"])
def test_twice_the_text_takes_twice_the_calls(tmp_path: Path, kind: str) -> None:
    one, two = (_calls(tmp_path / f"{size}.{kind}", MADE[kind](size)) for size in (60_000, 120_000))
    assert two <= 2.3 * one


def test_no_mark_is_sought_in_a_copy_of_all_that_stands_before_it() -> None:
    class Sliced(str):
        taken = 0

        def __getitem__(self, key: Any) -> str:  # noqa: ANN401 - as str has it
            part = super().__getitem__(key)
            Sliced.taken += len(part)
            return part

    line = "It grows [1] and falls [2].\n"
    text = Sliced(line * 200)
    ranges = [(at, at + len(line) - 1) for at in range(0, len(text), len(line))]
    assert len(find_marks(text, ranges, [1, 2])) == 400
    assert Sliced.taken <= 3 * len(text)


def _calls(path: Path, data: bytes) -> int:
    """How many functions, those of C too, are called to read a file and cut it into passages."""
    path.write_bytes(data)
    source = Source("made", path)
    load(source)  # what is imported and made once is not counted
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        assert sum(1 for _ in cut_passages(load(source)))
    finally:
        sys.setprofile(None)
    return count
