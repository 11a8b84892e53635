"""What answers cost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from outcomes import answer

from answer import Usage
from eval import RunError, cold_start, stages, tokens


def test_percentiles_are_given_by_stage() -> None:
    timings = {f"q{n}": {"search": float(n), "total": 2.0 * n} for n in range(1, 101)}
    told = stages(timings)
    assert told["search"] == {"p50": 50.5, "p95": 95.05, "p99": 99.01}
    assert told["total"]["p50"] == 101.0
    assert stages({}) == {}


def test_tokens_are_those_of_the_answers_that_tell_of_them() -> None:
    told = [replace(answer("Why?"), tokens=Usage(100 * n, n)) for n in range(1, 21)]
    assert tokens([*told, answer("Why?")]) == {
        "prompt": {"mean": 1050.0, "p95": 1905.0},
        "completion": {"mean": 10.5, "p95": 19.1},
    }
    assert tokens([answer("Why?")]) == {}


def test_a_start_is_a_process_of_its_own() -> None:
    start = cold_start(["--version"])
    assert 0.01 < start.seconds < 60
    assert 5 < start.memory_mib < 4000


def test_a_start_that_fails_is_told() -> None:
    with pytest.raises(RunError, match="ibid verify /nowhere failed: ibid: /nowhere"):
        cold_start(["verify", "/nowhere"])


def test_memory_is_that_of_the_process_alone() -> None:
    mine = bytearray(400 * 2**20)
    assert cold_start(["--version"]).memory_mib < 200 < len(mine) / 2**20
