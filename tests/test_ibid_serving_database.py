"""A server whose generations a database holds, while that cannot be reached."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="there is no fastapi; install it with: pip install 'ibid[serve]'")

from leaflets import DRAWBACKS
from live import Live, live, problem

from ingest import Catalog, EngineError, Generation

pytestmark = pytest.mark.server


class Away:
    """The catalog of a database that can be away, and can take its time; `asked` counts how often it was asked."""

    def __init__(self, catalog: Catalog) -> None:
        self.is_away = False
        self.asked = 0
        self.answers = threading.Event()
        self.answers.set()
        self._catalog = catalog

    def published(self) -> str:
        self.asked += 1
        assert self.answers.wait(20)
        if self.is_away:
            raise EngineError(f"postgresql://db.example/ibid: no answer in {self.asked} ms; see that the server runs")
        return self._catalog.published()

    def open(self, name: str | None = None) -> Generation:
        return self._catalog.open(name)


def away(server: Live, monkeypatch: pytest.MonkeyPatch) -> Away:
    catalog = Away(server.places.catalog)
    monkeypatch.setattr(server.pool.shelf, "_catalog", catalog)
    return catalog


def test_a_question_waits_once_and_is_told_of_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with live(tmp_path) as server:
        catalog = away(server, monkeypatch)
        catalog.is_away = True
        told = server.ask(DRAWBACKS)
        assert "the database that holds the index cannot be reached" in problem(told, 503, "no_index")["detail"]
        assert told.headers["retry-after"] and "db.example" not in told.text
        assert catalog.asked == 1
        catalog.is_away = False
        assert server.ask(DRAWBACKS).json()["status"] == "answered"


def test_a_server_is_ready_again_without_a_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with live(tmp_path) as server:
        catalog = away(server, monkeypatch)
        caplog.set_level(logging.ERROR, "ibid.http")
        catalog.is_away = True
        for _ in range(3):
            told = server.client.get("/readyz")
            assert told.status_code == 503 and told.json()["status"] == "not_ready"
            assert "the database that holds the index cannot be reached" in told.json()["detail"]
            assert "db.example" not in told.text
        assert "the database" in server.client.get("/healthz").json()["detail"]
        assert caplog.text.count("db.example") == 1
        catalog.is_away = False
        told = server.client.get("/readyz")
        assert told.status_code == 200 and told.json()["status"] == "ok"
        assert server.client.get("/healthz").json()["detail"] is None


def test_ready_is_told_while_the_database_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with live(tmp_path) as server:
        catalog = away(server, monkeypatch)
        catalog.answers.clear()
        try:
            assert [server.client.get("/readyz").status_code for _ in range(3)] == [200] * 3
            assert catalog.asked == 1
        finally:
            catalog.answers.set()


def test_what_is_published_is_named_though_nobody_asks(tmp_path: Path) -> None:
    with live(tmp_path) as server:
        before = server.client.get("/readyz").json()["generation"]
        server.revise("verdolin", "quillex")
        after = server.client.get("/readyz").json()["generation"]
        assert after == server.places.catalog.published() != before
