"""Short forms of the attacks of bench/attack: clients, sources, servers that are fetched from, and models."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("fastapi", reason="there is no fastapi; install it with: pip install 'ibid[serve]'")

from conftest import Ibid
from leaflets import DRAWBACKS
from live import Live, live

from bench.attack import doors, fetching, models
from bench.attack.clients import Slow, cut_streams, held_by
from bench.attack.pages import NAMES, show_answers, show_files, show_rest, watched, write_corpus
from bench.attack.payloads import PAYLOADS
from ibid.differing import choose, open_documents
from ibid.diffpage import page as diff_page
from ibid.opening import index
from ibid.places import Places
from ingest import diff_generations
from tools.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.server]
QUESTIONS = [DRAWBACKS, "How is verdolin given?"]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Live]:
    with live(tmp_path, patience=30) as running:
        yield running


def test_whoever_asks_is_answered_beside_clients_that_hold_connections(server: Live) -> None:
    with Slow(server.url, 60, pause=0.1) as held:
        answered = [server.ask(f"{DRAWBACKS} {number}").status_code for number in range(10)]
    assert answered == [200] * 10
    assert held.opened


def test_streams_that_are_cut_off_leave_nothing_behind(server: Live) -> None:

    cut_streams(server.url, QUESTIONS, 20)
    assert server.ask(DRAWBACKS).status_code == 200
    before = held_by(os.getpid())
    cut_streams(server.url, QUESTIONS, 60)
    assert server.ask(DRAWBACKS).status_code == 200
    for _ in range(100):
        after = held_by(os.getpid())
        if after["threads"] <= before["threads"] and after["descriptors"] <= before["descriptors"]:
            break
        time.sleep(0.1)
    assert after["threads"] <= before["threads"] and after["descriptors"] <= before["descriptors"]
    assert server.pool.working == server.pool.waiting == 0


def test_no_payload_of_a_source_is_run_by_any_page(browser: Browser, tmp_path: Path) -> None:
    payloads = PAYLOADS[::8]
    places = Places.of(tmp_path / "corpus", tmp_path / "index")
    write_corpus(places.corpus, payloads[::-1])
    index(places)
    write_corpus(places.corpus, payloads)
    index(places)
    names = choose(places.catalog)
    found = diff_generations(open_documents(places.catalog, names.old), open_documents(places.catalog, names.new))
    (tmp_path / "diff.html").write_text(diff_page(found, names), encoding="utf-8")
    questions = [f"What is said of {name.format(number)}?" for name in NAMES for number in (2, 5)]
    with (
        serving("--index", places.index, "--rate", "0", "--patience", "60") as url,
        watched(browser, (url, "file://")) as (page, told),
    ):
        showing = show_answers(page, told, url, questions)
        show_rest(page, told, url, ["page1", "text3"])
        show_files(page, told, [tmp_path / "diff.html"])
    assert told == {"run": [], "dialogs": [], "windows": [], "requests": []}
    assert showing > len(questions) // 2


def test_no_order_to_a_terminal_comes_out_of_a_command(tmp_path: Path, ibid: Ibid) -> None:
    def run(arguments: Sequence[str]) -> str:
        ran = ibid(*arguments)
        return ran.out + ran.err

    assert doors.through_doors(tmp_path, run)["through"] == []


def test_a_fetch_is_led_nowhere_inside() -> None:
    told = fetching.reach_inside()
    assert told["through"] == 0 and told["attempts"] >= 60


def test_a_fetch_is_held_up_by_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    assert fetching.hold_up()["through"] == 0


def test_a_model_holds_no_thread_and_gives_no_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "SECONDS", 0.5)
    told = models.ask_models()
    assert told["through"] == 0
    assert told["longest_s"] < 20
