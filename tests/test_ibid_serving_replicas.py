"""Several servers behind one address: who is ready, who ends, and that nobody notices which one answered."""

from __future__ import annotations

import secrets
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import pytest

pytest.importorskip("fastapi", reason="there is no fastapi; install it with: pip install 'ibid[serve]'")

from conftest import Ibid
from leaflets import DRAWBACKS
from live import SLOW, live
from processes import started

from eval import read_gold

pytestmark = pytest.mark.server

# The command's own way of running, over leaflets.
REPLICA = f"""
import sys
from pathlib import Path
from live import live
from ibid import serving
from ibid.http.drain import Drain
from ibid.http.talks import SignedTalks
from ibid.listening import bind

drain = Drain(float(sys.argv[2]))
with live(Path(sys.argv[1]), conversations=SignedTalks([{secrets.token_hex(32)!r}]), drain=drain) as server:
    serving.run(server.app, bind("127.0.0.1", 0), drain=drain)
"""


@pytest.mark.parametrize("again", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_ends_says_so_and_answers_on_until_it_is_told_twice(
    tmp_path: Path, again: signal.Signals
) -> None:
    with (
        started("-c", REPLICA, str(tmp_path), "3600") as (process, url),
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        assert "connection" not in client.get("/readyz").headers
        process.send_signal(signal.SIGTERM)
        while (told := client.get("/readyz")).status_code == 200:
            pass
        assert told.status_code == 503
        assert told.json()["status"] == "not_ready" and "about to end" in told.json()["detail"]
        assert client.get("/healthz").status_code == 200
        answered = client.post("/v1/answers", json={"question": DRAWBACKS})
        assert answered.json()["status"] == "answered"
        assert answered.headers["connection"] == "close", "or the next question would meet a connection that is closed"
        process.send_signal(again)
        code = process.wait(timeout=30)
        assert code == 0 or again == signal.SIGINT


class Balanced:
    """Clients of several servers, of which each is asked over and over whether it is ready, as by a load balancer."""

    def __init__(self, *urls: str) -> None:
        self.answers: list[tuple[str, dict[str, Any]]] = []
        self._ready = set(urls)
        self._stop = threading.Event()
        self._threads = ThreadPoolExecutor(4 + len(urls))
        self._running = [self._threads.submit(self._ask) for _ in range(4)]
        self._running += [self._threads.submit(self._check, url) for url in urls]

    def more(self, count: int) -> None:
        """Wait until so many more are answered."""
        reached = len(self.answers) + count
        while len(self.answers) < reached and not any(each.done() for each in self._running):
            self._stop.wait(0.01)

    def end(self) -> None:
        """Raise what was raised in any client."""
        self._stop.set()
        for each in self._running:
            each.result()

    def _check(self, url: str) -> None:
        with httpx.Client(timeout=30) as client:
            while not self._stop.wait(0.05):
                try:
                    if client.get(f"{url}/readyz").status_code != 200:
                        self._ready.discard(url)
                except httpx.TransportError:
                    assert url not in self._ready, "it was to say that it ends before it did"

    def _ask(self) -> None:
        with httpx.Client(timeout=30) as client:
            for turn in range(1_000_000):
                conversation = None
                for number, question in enumerate(("How is verdolin given?", "And its drawbacks?"), turn):
                    url = sorted(self._ready)[number % len(self._ready)]
                    asked = {"question": question, "conversation": conversation}
                    told = client.post(f"{url}/v1/answers", json=asked).raise_for_status().json()
                    conversation = told["conversation"]
                    self.answers.append((url, told))
                if self._stop.is_set():
                    return


def test_no_answer_is_lost_when_a_server_ends_under_load(tmp_path: Path) -> None:
    with (
        started("-c", REPLICA, str(tmp_path / "a"), "2") as (ending, one),
        started("-c", REPLICA, str(tmp_path / "b"), "2") as (_, other),
    ):
        balanced = Balanced(one, other)
        try:
            balanced.more(40)
            ending.send_signal(signal.SIGTERM)
            assert ending.wait(timeout=60) == 0
            balanced.more(40)
        finally:
            balanced.end()
    assert {told["status"] for _, told in balanced.answers} == {"answered"}
    follow_ups = [(url, told) for url, told in balanced.answers if told["question"].startswith("And")]
    assert {told["resolved_question"] for _, told in follow_ups} == {"As for verdolin: And its drawbacks?"}
    assert {url for url, _ in follow_ups} == {one, other}
    assert {url for url, _ in balanced.answers[-20:]} == {other}


def test_nothing_more_is_sent_to_a_server_that_would_turn_it_away(tmp_path: Path) -> None:
    with live(tmp_path, queue=1) as server, ThreadPoolExecutor(2) as clients:
        assert server.client.get("/readyz").json()["status"] == "ok"
        asked = [clients.submit(server.ask, question) for question in (SLOW, DRAWBACKS)]
        while not server.pool.waiting:
            assert not any(one.done() for one in asked)
        told = server.client.get("/readyz")
        assert told.status_code == 503
        assert (told.json()["status"], told.json()["detail"]) == ("not_ready", "1 questions are waiting already")
        server.encoder.go.set()
        assert [one.result().status_code for one in asked] == [200, 200]
        assert server.client.get("/readyz").status_code == 200


@pytest.mark.model
def test_conversations_go_from_server_to_server_as_if_one_held_them(index: Path, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"# the newest first\n{secrets.token_hex(32)}\n{secrets.token_hex(32)}\n", encoding="utf-8")
    talks: dict[str, list[str]] = {}
    for question in read_gold(("dev",)):
        if question.conversation and not question.corpus:
            talks.setdefault(question.conversation, []).append(question.question)
    serving = (
        "-m",
        "ibid",
        "serve",
        "--port",
        "0",
        "--rate",
        "0",
        "--workers",
        "1",
        "--drain",
        "0",
        "--index",
        str(index),
    )
    signed = (*serving, "--conversation-key-file", str(keys))
    with (
        started(*serving) as (_, holding),
        started(*signed) as (_, one),
        started(*signed) as (_, other),
        httpx.Client(timeout=60) as client,
    ):

        def ask(url: str, question: str, conversation: str | None) -> dict[str, Any]:
            asked = {"question": question, "conversation": conversation}
            told: dict[str, Any] = client.post(f"{url}/v1/answers", json=asked).raise_for_status().json()
            told.pop("timings_ms")
            return told

        followed = 0
        for talk in talks.values():
            held = carried = None
            for question, url in zip(talk, cycle((one, other))):
                alone, together = ask(holding, question, held), ask(url, question, carried)
                held, carried = alone.pop("conversation"), together.pop("conversation")
                assert together == alone
                followed += alone["resolved_question"] != question
        assert len(talks) > 5 and followed > 10
        assert "ibid_conversations 0.0" in client.get(f"{one}/metrics").text


def test_a_key_that_could_be_guessed_signs_nothing(ibid: Ibid, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("0123456789abcdef", encoding="utf-8")
    ran = ibid("serve", "--conversation-key-file", tmp_path / "keys")
    assert ran.code == 2 and "less than 32 characters" in ran.complaint and "openssl rand" in ran.complaint
