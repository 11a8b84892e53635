from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from bench.peers.environments import HERE, PEERS, pinned
from bench.peers.page import page
from bench.peers.process import Systems


def test_every_package_of_a_peer_is_pinned_to_one_release() -> None:
    for packages in {"base", *(peer.packages for peer in PEERS)}:
        lines = (HERE / f"{packages}.txt").read_text(encoding="utf-8").splitlines()
        pins = [line for line in lines if line and not line.startswith("#")]
        assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*", pin) for pin in pins), packages
        assert pinned(packages), packages


def test_a_system_that_fails_is_told(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    left_out: dict[str, str] = {}
    systems = Systems(tmp_path, {"unheard": Path(sys.executable)}, left_out)
    systems.build("unheard", ["corpus"])
    assert left_out == {"unheard": "to write corpus: ended with 1"}
    assert systems.ask("unheard") == {}


def test_a_system_is_asked_no_more_for_what_it_did_not_come_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = tmp_path / "python"
    told = [{"found": 1, "memory_mib": 5.0}, {"ms": [1.0, 3.0], "firsts": [7, 8]}, {"passages_a_second": 9.0}]
    grown = {"data": "100", "open_seconds": 0.1, "ms": [2.0], "firsts": [1]}
    lines = "\n".join(json.dumps(line) for line in [*told, grown])
    # Whatever it is asked of, it ends before it comes to the second size.
    stage.write_text(f"#!/bin/sh\ncat <<'END'\n{lines}\nEND\nfor last; do :; done\n[ $last = 100 ]\n")
    stage.chmod(0o755)
    for data in ("corpus", "100", "1000"):
        (tmp_path / data / "floor").mkdir(parents=True)
    left_out: dict[str, str] = {}
    systems = Systems(tmp_path, {"floor": stage}, left_out)
    systems.build("floor", ["corpus", "100", "1000"])
    first = systems.ask("floor")
    assert first["cold_mib"] == 5.0 and first["p50_ms"] == 2.0 and first["agreeing"] == 1.0
    assert first["growth_ms"] == {"100": 2.0}
    assert left_out == {"floor": "to open and ask 1000: ended with 1"}
    left_out.clear()
    assert systems.ask("floor")["growth_ms"] == {"100": 2.0}
    assert not left_out


def test_the_page_tells_what_was_left_out() -> None:
    of = {
        "cold_seconds": 1.5,
        "cold_mib": 100.0,
        "agreeing": 1.0,
        "growth_ms": {"100": 2.5},
        "open_seconds": {"100": 0.1},
    }
    result = {
        "rounds": 1,
        "precision": "float32",
        "processor": "one",
        "cores": 2,
        "threads": 2,
        "python": "3.11",
        "load_average": [0.5],
        "labels": {"floor": "floor", "one": "One", "two": "Two"},
        "versions": {"one": {"one": "1.0"}},
        "left_out": {"two": "its environment could not be made: ERROR: no such release"},
        "systems": {"floor": of, "one": of},
        "served": {
            "clients": 16,
            "seconds": 1,
            "rounds": 1,
            "load_average": 0.5,
            "fastest": "one",
            "one": {"answers_a_second": 3.0},
        },
    }
    million = {
        "passages": 1_000_000,
        "fused": {"p50_ms": 2.03, "p99_ms": 4.3},
        "recall@10": 0.987,
        "open_seconds": 0.21,
        "memory_after": {"VmRSS": 332.0},
        "memory_empty": {"VmRSS": 81.0},
        "build_seconds": 431.1,
        "build_memory": {"VmHWM": 714.1},
    }
    told = page(result, [million])
    assert "| 1,000,000 | 2.03 | 4.3 | 0.987 | 0.21 | 332 | 81 | 431 | 714 |" in told
    assert "- Two: its environment could not be made: ERROR: no such release" in told
    assert "| One | 1.5 | 100 |" in told
    assert "| One | 2.5 (0.1) |" in told
