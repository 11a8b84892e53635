"""The short form of `python -m bench.fuzzing`: each target takes the same few inputs, and no fault is found."""

from __future__ import annotations

import base64
import io
import json
import signal
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from bench.fuzzing import garden, trial
from bench.fuzzing.mutants import archives_of, mutants_of, records_of
from bench.fuzzing.seeds import FILES
from bench.fuzzing.targets import TARGETS, Target
from bench.fuzzing.trial import Trial

# As many as take half a second or so.
EXAMPLES, FEWER = 30, {"pdf": 5, "html": 15, "question": 20, "conversation": 15, "pptx": 15}


@pytest.fixture(scope="module", autouse=True)
def closed() -> Iterator[None]:
    yield
    garden.close()


def inputs(target: Target) -> Iterator[bytes]:
    """Good inputs, and ever more changed ones: the same each time."""
    kept = list(target.seeds())
    yield from kept
    mutate, chance = target.mutants(kept), Random(target.name)
    while True:
        kept.append(mutate(chance.choice(kept), chance))
        yield kept[-1]


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_nearly_good_is_taken_or_refused_in_plain_words(name: str) -> None:
    target = TARGETS[name]
    outcomes = {target.take(data) for data in islice(inputs(target), FEWER.get(name, EXAMPLES))}
    assert len(outcomes) > 1


def test_all_kinds_of_text_files_are_targets() -> None:
    assert {name.removeprefix(".") for name in FILES} <= TARGETS.keys()
    assert len(FILES) >= 19


def test_changes_are_the_same_for_the_same_chance_and_leave_what_holds_them_whole() -> None:
    for suffix, mutants in ((".md", mutants_of), (".docx", archives_of), (".json", records_of)):
        seeds = FILES[suffix]()
        one, other = (
            [mutate(seeds[0], chance) for _ in range(60)]
            for mutate, chance in ((mutants(seeds), Random(1)), (mutants(seeds), Random(1)))
        )
        assert one == other and len(set(one)) > 40
        if suffix == ".docx":
            assert sum(zipfile.is_zipfile(io.BytesIO(data)) for data in one) > 40
        if suffix == ".json":
            assert sum(_is_json(data) for data in one) > 40


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def test_a_fault_is_found_with_its_smallest_input_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_LIMIT", 0.05)

    def take(data: bytes) -> str:
        while data == b"slow":
            pass
        if data.startswith(b"bad"):
            raise IndexError(f"planted in {len(data)} bytes")
        return "so it is"

    before = signal.getsignal(signal.SIGVTALRM)
    try:
        trying = Trial(Target("planted", lambda: [b"good"], mutants_of, take), tmp_path)
        for data in (b"good", b"bad input", b"bad", b"slow", b"bad one"):
            trying.take(data)
    finally:
        signal.signal(signal.SIGVTALRM, before)
    found = {finding.what.split(":")[0]: finding for finding in trying.told.findings.values()}
    assert trying.told.inputs == 5 and found.keys() == {"IndexError", "TooLong"}
    assert (found["IndexError"].times, base64.b64decode(found["IndexError"].input)) == (3, b"bad")
    assert base64.b64decode(found["TooLong"].input) == b"slow"
    assert json.loads((tmp_path / "told.json").read_text())["inputs"] == 5
