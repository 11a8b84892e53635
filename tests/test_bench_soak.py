"""The soak tells what is wrong: mixed answers, errors, memory that grows and answers that become slow."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bench.soaking.asking import AGAIN, ANEW, CYCLES, KINDS, Asker, Heard, Reply
from bench.soaking.bulletin import is_mixed, versions_in, written
from bench.soaking.figures import Sample, counts, held, latencies, memory, timeline
from bench.soaking.plot import draw

MADE = {"000001-a": 1, "000002-b": 2}


def replies(took: Sequence[float], kind: str = "answer") -> list[Reply]:
    return [Reply(float(at), seconds, kind, Heard("000001-a")) for at, seconds in enumerate(took)]


def samples(megabytes: Sequence[int]) -> list[Sample]:
    return [Sample(float(at), mb, 30 + at % 3, 5, 1.5) for at, mb in enumerate(megabytes)]


def test_every_paragraph_of_the_bulletin_names_its_version() -> None:
    paragraphs = [part for part in written(7).split("\n\n") if not part.startswith("#")]
    assert len(paragraphs) == 6
    assert all(versions_in(paragraph) == {7} for paragraph in paragraphs)


@pytest.mark.parametrize(
    ("text", "generation", "mixed"),
    [
        (written(1), "000001-a", False),
        (written(2), "000001-a", True),
        (written(1) + written(2), "000001-a", True),
        (written(1) + written(2), "", True),
        (written(2), "", False),
        (written(2), "000003-c", True),
        ("Nothing of it.", "000003-c", False),
    ],
)
def test_what_is_of_two_versions_or_of_another_is_mixed(text: str, generation: str, mixed: bool) -> None:
    assert is_mixed(versions_in(text), generation, MADE) is mixed


def test_errors_and_mixed_answers_are_counted_and_told() -> None:
    heard = [Heard("000001-a", frozenset({1})), Heard("000001-a", frozenset({1, 2})), Heard("000002-b", frozenset({1}))]
    told = counts([*(Reply(0, 0.1, "bulletin", one) for one in heard), Reply(0, 0.1, "bad", Heard(), "503")], MADE)
    assert told["requests"] == {"bulletin": 3, "bad": 1}
    assert (told["errors"], told["errors_told"], told["mixed"]) == (1, ["503"], 2)
    assert told["mixed_told"] == ["bulletin: [1, 2] of 000001-a", "bulletin: [1] of 000002-b"]


def test_a_later_window_that_is_slow_shows() -> None:
    steady = latencies(replies([0.1] * 600), 600)[ANEW]
    tiring = latencies(replies([0.1] * 500 + [0.3] * 100), 600)[ANEW]
    assert [window["n"] for window in steady["windows"]] == [100] * 6
    assert steady["worst_later_p99_to_first"] == 1.0
    assert tiring["worst_later_p99_to_first"] == 3.0


def test_kinds_are_compared_with_their_like_and_what_failed_is_no_latency() -> None:
    mixture = [*replies([0.1] * 60), *replies([0.01] * 60, "again"), Reply(50.0, 30.0, "answer", Heard(), "timed out")]
    told = latencies(mixture, 60)
    assert (told[ANEW]["worst_later_p99_to_first"], told[AGAIN]["worst_later_p99_to_first"]) == (1.0, 1.0)
    assert told[AGAIN]["windows"][0] == {"n": 10, "p50_ms": 10.0, "p99_ms": 10.0}


def test_memory_that_grows_after_it_has_settled_shows() -> None:
    # It may grow for a third of a short time.
    level = memory(samples([100 + min(at, 200) for at in range(600)]), 600)
    growing = memory(samples([100 + at for at in range(600)]), 600)
    assert (level["started_with_mb"], level["settled_mb"], level["most_to_settled"]) == (100, 300.0, 1.0)
    assert level["slope_mb_an_hour"] == 0
    assert growing["slope_mb_an_hour"] == 3600
    assert growing["most_to_settled"] == growing["last_to_settled"] > 2


def test_what_is_held_is_told_by_windows() -> None:
    told = held(samples([100] * 60), 60, "descriptors")
    assert told == [{"least": 30, "median": 31.0, "most": 32}] * 6


def test_every_kind_is_asked() -> None:
    assert {kind for cycle in CYCLES for kind in cycle} == set(KINDS)


def test_an_asker_tells_what_came_back_other_than_it_had_to() -> None:
    class Busy(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(503)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    ends = threading.Event()
    with ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        asker = Asker(f"http://127.0.0.1:{server.server_port}", ["How?"], [["How?", "And then?"]], 1)
        threading.Timer(0.5, ends.set).start()
        told = asker.ask(["answer", "follow-up", "bulletin, search", "stream, cut"], 0.0, 0.02, ends)
        server.shutdown()
        serving.join()
    assert {reply.kind for reply in told} == {"answer", "follow-up", "bulletin, search", "stream, cut"}
    assert all(reply.error and "503" in reply.error for reply in told)


def test_a_result_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    held_then, heard_then = samples([100] * 60), replies([0.1] * 60)
    told = {
        "seconds": 60.0,
        "memory": memory(held_then, 60),
        "events": {"published": [10.0], "killed": [20.0], "rolled back": [30.0], "examined": [40.0]},
        "timeline": timeline(held_then, heard_then, 60),
    }
    draw(told, tmp_path / "soak.svg")
    drawn = (tmp_path / "soak.svg").read_text(encoding="utf-8")
    for label in ("latency, ms (log)", "memory, MB", "minutes since the beginning", "rolled back", "asked anew, p99"):
        assert label in drawn
