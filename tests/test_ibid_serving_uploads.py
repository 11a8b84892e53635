"""Files put into the corpus of a live server."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

pytest.importorskip("fastapi", reason="there is no fastapi; install it with: pip install 'ibid[serve]'")

from conftest import Ibid
from leaflets import DRAWBACKS
from live import Live, live, problem

from ibid.http.gate import Rules
from ingest import IndexUnwritable

pytestmark = pytest.mark.server

KEY = "0123456789abcdef-one"
LIMIT = 200_000
NOTE = "# Quillex\n\nThe storage of quillex takes a cool shed.\n"
STORED = "How is the storage of quillex?"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Live]:
    with live(tmp_path, Rules(upload=LIMIT), uploads=True) as running:
        yield running


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server whose corpus is not changed."""
    with live(tmp_path_factory.mktemp("one"), Rules(upload=LIMIT), uploads=True) as running:
        yield running


def put(server: Live, name: str, content: Any = NOTE, **headers: str) -> httpx.Response:  # noqa: ANN401 - as httpx takes it
    return server.client.put(f"/v1/uploads/{name}", content=content, headers=headers)


def indexed(server: Live) -> dict[str, Any]:
    """What became of it, once it has been indexed."""
    for _ in range(1000):
        told: dict[str, Any] = server.client.get("/v1/uploads").json()
        if told["state"] == "idle":
            outcome: dict[str, Any] = told["last"]
            return outcome
        time.sleep(0.01)
    raise AssertionError("it is not indexed")


def files(server: Live) -> set[str]:
    return {path.name for path in server.places.corpus.iterdir()}


def test_what_is_put_in_is_answered_from(server: Live) -> None:
    assert server.client.get("/v1/uploads").json()["last"] is None
    before = server.ask(STORED).json()
    told = put(server, "storage.md")
    assert (told.status_code, told.json()) == (201, {"file": "storage.md", "size": len(NOTE), "replaced": False})
    outcome = indexed(server)
    assert (outcome["added"], outcome["fault"], outcome["left_out"]) == (["storage"], None, [])
    after = server.ask(STORED).json()
    assert "cool shed" in after["text"] and after["generation"] == outcome["generation"] != before["generation"]


def test_a_file_is_replaced_only_where_that_is_said(server: Live) -> None:
    before = (server.places.corpus / "tomatoes.md").read_text()
    problem(put(server, "tomatoes.md"), 409, "name_taken")
    problem(put(server, "tomatoes.md?replace=false"), 409, "name_taken")
    assert (server.places.corpus / "tomatoes.md").read_text() == before
    told = put(server, "tomatoes.md?replace=true")
    assert (told.status_code, told.json()["replaced"]) == (200, True)
    assert indexed(server)["revised"] == ["tomatoes"]
    assert "cool shed" in server.ask(STORED).json()["text"]
    (server.places.corpus / "folder.md").mkdir()
    problem(put(server, "folder.md?replace=true"), 409, "name_taken")


def test_two_at_once_are_both_indexed(server: Live) -> None:
    with ThreadPoolExecutor(2) as clients:
        told = list(clients.map(lambda name: put(server, name).status_code, ("a.md", "b.md")))
    assert told == [201, 201]
    indexed(server)
    assert {s["id"] for s in server.client.get("/v1/sources").json()["sources"]} == {"tomatoes", "marrows", "a", "b"}


def test_of_one_name_at_once_one_is_kept(server: Live) -> None:
    with ThreadPoolExecutor(4) as clients:
        told = list(clients.map(lambda _: put(server, "a.md").status_code, range(4)))
    assert sorted(told) == [201, 409, 409, 409]


def test_it_is_indexed_one_at_a_time_and_once_more_for_what_came_meanwhile(
    server: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, go, runs = threading.Semaphore(0), threading.Semaphore(0), []

    def made(*_: object) -> None:
        runs.append(threading.current_thread())
        began.release()
        assert go.acquire(timeout=20)
        raise IndexUnwritable("/secret: full")

    monkeypatch.setattr("live.update", made)
    put(server, "a.md")
    assert began.acquire(timeout=20)
    told = server.client.get("/v1/uploads").json()
    assert (told["state"], told["last"]) == ("indexing", None) and told["since"]
    put(server, "b.md")
    put(server, "c.md")
    assert server.ask(DRAWBACKS).json()["status"] == "answered"
    assert len(runs) == 1
    go.release(2)
    indexed(server)
    assert len(runs) == 2


def test_what_cannot_be_read_is_told_with_why(server: Live) -> None:
    assert put(server, "torn.pdf", b"no pdf").status_code == 201
    (left,) = indexed(server)["left_out"]
    assert left["file"] == "torn.pdf" and left["why"]
    assert server.ask(DRAWBACKS).json()["status"] == "answered"


@pytest.mark.parametrize("error", [IndexUnwritable("/secret is full; make room"), RuntimeError("/secret")])
def test_where_it_cannot_be_indexed_what_was_is_served(
    server: Live, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("live.update", fail)
    put(server, "a.md")
    outcome = indexed(server)
    assert outcome["generation"] is None and "/secret" not in str(outcome) and outcome["fault"]
    assert "not indexed" in caplog.text and ("make room" in caplog.text or "RuntimeError" in caplog.text)
    assert server.ask(DRAWBACKS).json()["status"] == "answered"
    monkeypatch.undo()
    put(server, "b.md")
    assert indexed(server)["added"] == ["a", "b"]


def test_a_file_that_is_too_large_is_refused_whether_its_size_is_told_or_not(one: Live) -> None:
    large = b"x" * (LIMIT + 1)
    problem(put(one, "large.md", large), 413, "large_body")
    problem(put(one, "large.md", (large[at : at + 5000] for at in range(0, len(large), 5000))), 413, "large_body")
    assert files(one) == {"tomatoes.md", "marrows.md"}
    assert one.client.get("/v1/uploads").json()["limit"] == LIMIT


def test_another_route_takes_no_more_than_before(one: Live) -> None:
    large = b'{"question": "' + b"x" * 70_000 + b'"}'
    for method, path in (("PUT", "/v1/answers"), ("POST", "/v1/uploads/a.md"), ("PUT", "/v1/uploadsx")):
        headers = {"Content-Type": "application/json"}
        problem(one.client.request(method, path, content=large, headers=headers), 413, "large_body")


def test_an_empty_file_is_refused(one: Live) -> None:
    problem(put(one, "empty.md", b""), 422, "empty_file")


@pytest.mark.parametrize(
    "name",
    [
        *("", "..", ".", "../out.md", "/etc/out.md", "a/b.md", "a\\b.md", "..\\out.md", "C:out.md", ".hidden.md"),
        *("a\0.md", "a\x85.md", "\x1b[1m.md", "a\u202e.md", "x" * 198 + ".md", "ä" * 100 + ".md", " a.md", "a.md "),
        *("CON.md", "nul.txt", "com1.md", "a?.md", "a|b.md", "~$a.docx", "a.md."),
    ],
)
def test_a_name_that_could_lead_elsewhere_or_nowhere_is_refused(one: Live, name: str) -> None:
    told = problem(put(one, quote(name, safe="").replace(".", "%2E")), 422, "wrong_name")
    assert name not in told["detail"] or not name.strip(". ")
    assert files(one) == {"tomatoes.md", "marrows.md"}
    assert not (one.places.corpus.parent / "out.md").exists()


@pytest.mark.parametrize("name", ["a", "a.exe", "sources.toml", "a.zip", "a.doc", "a.png", "a.md.tmp"])
def test_a_kind_that_is_not_read_is_refused(one: Live, name: str) -> None:
    told = put(one, name)
    problem(told, 422, "wrong_name" if name.endswith("tmp") else "wrong_kind")
    assert files(one) == {"tomatoes.md", "marrows.md"}


def test_the_letters_of_a_name_are_composed(server: Live) -> None:
    assert put(server, quote("u\u0308ber Größe.MD")).json()["file"] == "über Größe.MD"
    problem(put(server, quote("über Größe.MD")), 409, "name_taken")


def test_what_does_not_wholly_come_leaves_nothing(server: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    head = "PUT /v1/uploads/half.md HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"
    with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1]))) as connection:
        connection.sendall(head.encode())
        for _ in range(500):
            if any(name.startswith(".") for name in files(server)):
                break
            time.sleep(0.01)
    for _ in range(500):
        if files(server) == {"tomatoes.md", "marrows.md"}:
            break
        time.sleep(0.01)
    assert files(server) == {"tomatoes.md", "marrows.md"}
    monkeypatch.setattr("ibid.http.body.BODY_SECONDS", 0.1)
    with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1]))) as connection:
        connection.sendall(head.encode())
        connection.settimeout(10)
        assert connection.recv(100).startswith(b"HTTP/1.1 408 ")
    assert files(server) == {"tomatoes.md", "marrows.md"}
    assert server.client.get("/v1/uploads").json()["last"] is None


def test_a_disk_that_is_full_is_told_and_leaves_nothing(
    server: Live, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    told = problem(put(server, "a.md"), 507, "not_written")
    assert str(server.places.corpus) not in str(told) and "No space left" in caplog.text
    assert files(server) == {"tomatoes.md", "marrows.md"}


def test_what_a_killed_server_left_half_is_removed(tmp_path: Path) -> None:
    from ibid.http.indexing import Indexer
    from ibid.http.uploads import Shed

    (tmp_path / ".ibid-upload-0").write_text("half")
    (tmp_path / "a.md").write_text(NOTE)
    Shed(tmp_path, tmp_path, Indexer(lambda: pytest.fail("nothing was put in")), LIMIT)
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://ibid.example"}, 409),
        ({}, 409),
    ],
)
def test_a_page_of_another_site_cannot_put_in(one: Live, headers: dict[str, str], status: int) -> None:
    assert put(one, "tomatoes.md", **headers).status_code == status
    assert put(one, "tomatoes.md", Origin=one.url).status_code == 409


def test_a_key_is_demanded(tmp_path: Path) -> None:
    with live(tmp_path, Rules([KEY], upload=LIMIT), uploads=True) as server:
        problem(put(server, "a.md"), 401, "no_key")
        problem(server.client.get("/v1/uploads"), 401, "no_key")
        assert files(server) == {"tomatoes.md", "marrows.md"}
        assert put(server, "a.md", Authorization=f"Bearer {KEY}").status_code == 201


def test_nothing_of_it_is_logged(server: Live, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "ibid.http")
    put(server, "my-own-secret.md", NOTE)
    indexed(server)
    assert "my-own" not in " ".join(r.getMessage() for r in caplog.records if r.name == "ibid.http")


def test_without_the_option_nothing_is_taken_in(tmp_path: Path) -> None:
    with live(tmp_path) as server:
        problem(put(server, "a.md"), 404, "no_page")
        assert "/v1/uploads" not in server.client.get("/openapi.json").json()["paths"]


def test_the_command_refuses_a_folder_that_is_not_read(ibid: Ibid, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "link").symlink_to(tmp_path)
    serve = ("serve", "--corpus", corpus, "--index", tmp_path / "index", "--uploads")
    for folder in (tmp_path, tmp_path / "corpus2", corpus / "..", corpus / "link"):
        ran = ibid(*serve, folder)
        assert (ran.code, "not in the corpus" in ran.complaint) == (2, True)
    ran = ibid(*serve, corpus / ".hidden")
    assert (ran.code, "hidden" in ran.complaint) == (2, True)
    ran = ibid(*serve, corpus, "--host", "0.0.0.0", "--insecure")
    assert (ran.code, "--api-key-file" in ran.complaint) == (2, True)
    (corpus / "sources.toml").touch()
    ran = ibid(*serve, corpus)
    assert (ran.code, "sources.toml" in ran.complaint, "--corpus" in ran.complaint) == (2, True, True)
    ran = ibid("serve", "--corpus", tmp_path / "none", "--uploads", tmp_path / "none")
    assert (ran.code, (tmp_path / "none").exists()) == (2, False)
