from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from bench.sizing import BUSY, CORES, Sizing
from tools.amounts import count, duration, power, size
from tools.sizing_tables import database, measured


def _row(passages: int, milliseconds: float, mib: float) -> dict[str, Any]:
    return {
        "passages": passages,
        "index_bytes": passages * 4000,
        "build_seconds": passages / 2000,
        "fused": {"p50_ms": milliseconds},
        "memory_after": {"VmRSS": mib},
    }


@pytest.fixture
def sizing() -> Sizing:
    """Searching takes twice as long for ten times the passages; an answer takes a tenth of a second of a core."""
    return Sizing(
        [_row(1000, 1.0, 100), _row(100_000, 4.0, 200), _row(1_000_000, 8.0, 300)],
        {"machine": {"cores": 2}, "crowd": {"answers_a_second": 20.0, "memory_mb": [300.0]}},
        {"threads": 2, "passages_a_second": {"ours": 200.0}},
    )


def test_what_was_measured_is_told_as_it_is(sizing: Sizing) -> None:
    assert sizing.search(100_000) == 0.004
    assert sizing.index_bytes(1_000_000) == 4e9
    assert sizing.writing(100_000) == 50
    assert (sizing.served, sizing.embedded, sizing.written) == (10, 100, 2000)


def test_searching_goes_on_growing_as_it_grew(sizing: Sizing) -> None:
    assert sizing.search(10**7) == pytest.approx(0.016)
    assert sizing.search(10**8) == pytest.approx(0.032)


def test_an_answer_takes_longer_by_what_searching_does(sizing: Sizing) -> None:
    assert 1 / sizing.answers(1000) == pytest.approx(0.1)
    assert 1 / sizing.answers(10**6) == pytest.approx(0.1 + 0.008 - 0.001)


def test_memory_grows_as_it_grew_and_holds_the_index(sizing: Sizing) -> None:
    slope = 100 * 2**20 / 900_000
    assert sizing.process(10**7) == pytest.approx(300e6 + slope * 10**7)
    assert sizing.memory(10**7) == pytest.approx(sizing.process(10**7) + 4e10)


def test_there_are_as_many_replicas_as_it_takes_and_no_more(sizing: Sizing) -> None:
    by_one = sizing.answers(10**6) * CORES * BUSY
    assert sizing.replicas(10**6, math.floor(by_one)) == 1
    assert sizing.replicas(10**6, math.ceil(by_one)) == 2
    assert sizing.replicas(10**6, 1000) == math.ceil(1000 / by_one)


def test_many_replicas_are_slowed_down_by_what_they_share(sizing: Sizing) -> None:
    assert sizing.pulled(10**6, 1) == sizing.pulled(10**6, 10) == 32
    assert sizing.pulled(10**6, 100) == 320


def test_the_way_changes_with_answers_first_and_then_with_memory(sizing: Sizing) -> None:
    assert [sizing.way(10**6, answers) for answers in (1, 1000)] == ["files", "S3"]
    assert [sizing.way(10**7, answers) for answers in (1, 1000)] == ["files", "PostgreSQL"]
    assert [sizing.way(10**8, answers) for answers in (1, 1000)] == ["shards", "shards"]


@pytest.fixture
def with_more(sizing: Sizing) -> Sizing:
    """As bench/postgres.py, bench/replicas.py and bench/workers.py write it."""
    found = {"fused": {"p50_ms": 12.0}, "recall@10": 0.98, "index_bytes": 10**9, "update": {"log_bytes": 50_000}}
    row = {"passages": 100_000, "database": found, "files": {"fused": {"p50_ms": 3.0}}}
    asked = {"all": {"servers": 4}, "times": 3.7}
    by_one = {"by_one": {"workers": 0.6, "ray": 0.7}, "documents": 20_000}
    return replace(sizing, postgres=[row], replicated={"simulated": asked}, workers={"hash": by_one})


def test_what_is_measured_later_is_told_then(sizing: Sizing, with_more: Sizing) -> None:
    whole = {"again": {"answers_a_second": 400.0}} | sizing.serve
    scale = [row | {"recall@10": 1.0} for row in sizing.scale]
    before = list(measured(replace(sizing, serve=whole, scale=scale)))
    after = list(measured(replace(with_more, serve=whole, scale=scale)))
    assert set(before) < set(after)
    assert len(after) == len(before) + 5
    assert "| 4 servers, answers a second by those of one | 3.70 | replicas.json, `simulated` |" in after


def test_a_database_takes_cores_for_answers_and_bytes_for_passages(sizing: Sizing, with_more: Sizing) -> None:
    assert with_more.database_bytes(10**6) == 10**10
    assert with_more.database_cores(1000) == pytest.approx(1000 * 0.012 / BUSY)
    assert list(database(sizing)) == ["It was not measured yet."]
    assert list(database(with_more))[2:4] == [
        "| 10⁵ | ≈ 1 GB | ≈ 2 | ≈ 20 | ≈ 200 |",
        "| 10⁶ | ≈ 10 GB | ≈ 2 | ≈ 20 | ≈ 200 |",
    ]


def test_amounts_are_as_people_say_them() -> None:
    assert [size(number) for number in (950, 3583, 373e6, 3.58e12)] == ["950 B", "3.6 kB", "373 MB", "3.6 TB"]
    assert [duration(seconds) for seconds in (44.4, 431, 43_100, 431_000)] == ["44 s", "7.2 min", "12 h", "5 days"]
    assert [count(number) for number in (0.199, 14.2, 1206, 123_456)] == ["0.2", "14", "1,210", "123,000"]
    assert (power(10**6), power(1200)) == ("10⁶", "1,200")
