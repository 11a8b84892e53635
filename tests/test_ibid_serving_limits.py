"""What a live server does not do: answer too much, too many, or those who may not ask; or tell what was asked."""

from __future__ import annotations

import hmac
import logging
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

pytest.importorskip("fastapi", reason="there is no fastapi; install it with: pip install 'ibid[serve]'")

from leaflets import DRAWBACKS
from live import SLOW, Live, live, problem

from ibid.conversations import Conversations
from ibid.http.gate import Rules
from ibid.http.log import Entries
from ibid.http.rate import Rate
from ibid.page import page_routes

pytestmark = pytest.mark.server

KEY, OTHER = "0123456789abcdef-one", "0123456789abcdef-two"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live(tmp_path_factory.mktemp("server")) as running:
        yield running


def wait_until_working(server: Live, waiting: int = 0) -> None:
    assert server.encoder.began.wait(10)
    for _ in range(1000):
        if server.pool.working == 1 and server.pool.waiting == waiting:
            return
        time.sleep(0.01)
    raise AssertionError("the questions did not come in")


@pytest.mark.parametrize("question", ["", " \n ", "x" * 2001, "a\x00b", "\x85"])
def test_a_question_that_is_none_is_refused(server: Live, question: str) -> None:
    told = problem(server.ask(question), 422, "wrong_question" if 0 < len(question) <= 2000 else "wrong_field")
    assert "x" * 100 not in str(told)
    assert server.client.post("/v1/search", json={"question": question}).status_code == 422
    assert server.client.get("/v1/answers", params={"question": question}).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question": 1},
        {"question": "What?", "temperature": 1},
        {"question": "What?", "conversation": 7},
        {"question": "What?", "generation": "x" * 65},
        [],
        "What?",
    ],
)
def test_a_body_of_another_form_is_refused(server: Live, body: object) -> None:
    problem(server.client.post("/v1/answers", json=body), 422, "wrong_field")


@pytest.mark.parametrize("k", [0, 101, "5", 1.5, None])
def test_a_number_of_passages_out_of_range_is_refused(server: Live, k: object) -> None:
    problem(server.client.post("/v1/search", json={"question": "slugs", "k": k}), 422, "wrong_field")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"question": "\xff"}'])
def test_what_is_no_json_is_refused(server: Live, body: bytes) -> None:
    response = server.client.post("/v1/answers", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422)
    problem(response, response.status_code, {400: "not_json", 422: "wrong_field"}[response.status_code])


def test_a_body_deeper_than_any_question_is_refused(server: Live) -> None:
    body = b"[" * 60_000
    response = server.client.post("/v1/answers", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422)


def test_a_form_is_refused_as_no_other_site_may_send_json(server: Live) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        body = '{"question": "What is verdolin?"}'
        response = server.client.post("/v1/answers", content=body, headers={"Content-Type": kind})
        problem(response, 415, "wrong_media_type")


def test_a_large_body_is_refused_whether_its_length_is_told_or_not(server: Live) -> None:
    large = b'{"question": "' + b"x" * 70_000 + b'"}'
    headers = {"Content-Type": "application/json"}
    problem(server.client.post("/v1/answers", content=large, headers=headers), 413, "large_body")
    pieces = (large[at : at + 5000] for at in range(0, len(large), 5000))
    problem(server.client.post("/v1/answers", content=pieces, headers=headers), 413, "large_body")
    assert server.ask(DRAWBACKS).status_code == 200


def test_a_body_that_does_not_come_is_not_waited_for(server: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ibid.http.body.BODY_SECONDS", 0.1)
    with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1]))) as connection:
        head = ("POST /v1/answers HTTP/1.1", "Host: x", "Content-Type: application/json", "Content-Length: 9", "", "{")
        connection.sendall("\r\n".join(head).encode())
        connection.settimeout(10)
        assert connection.recv(100).startswith(b"HTTP/1.1 408 ")


def test_who_asks_too_often_is_told_when_to_come_again(tmp_path: Path) -> None:
    now = [0.0]
    with live(tmp_path, Rules(rate=Rate(60, 3, lambda: now[0]))) as server:
        assert [server.client.get("/v1/sources").status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = server.ask(DRAWBACKS)
        problem(refused, 429, "too_many_requests")
        assert refused.headers["retry-after"] == "1"
        assert server.client.get("/healthz").status_code == 200
        now[0] = 1.0
        assert [server.client.get("/v1/sources").status_code for _ in range(2)] == [200, 429]


def test_what_is_told_of_the_api_has_the_same_rate(tmp_path: Path) -> None:
    with live(tmp_path, Rules(rate=Rate(1, 2))) as server:
        told = [server.client.get(path).status_code for path in ("/docs", "/openapi.json", "/docs", "/metrics")]
        assert told == [200, 200, 429, 429]
        assert server.client.get("/healthz").status_code == 200


def test_who_has_a_key_has_one_rate_however_it_is_sent(tmp_path: Path) -> None:
    with live(tmp_path, Rules(keys=[KEY], rate=Rate(1, 3))) as server:
        sent = [f"Bearer{' ' * n}{KEY}" for n in (1, 2, 3)] + [f"bearer {KEY}"]
        told = [server.client.get("/v1/sources", headers={"Authorization": one}).status_code for one in sent]
    assert told == [200, 200, 200, 429]


def test_each_key_has_a_rate_of_its_own(tmp_path: Path) -> None:
    with live(tmp_path, Rules(keys=[KEY, OTHER], rate=Rate(1, 1))) as server:
        for key, status in ((KEY, 200), (KEY, 429), (OTHER, 200), (OTHER, 429)):
            headers = {"Authorization": f"Bearer {key}"}
            assert server.client.get("/v1/sources", headers=headers).status_code == status


def test_without_a_key_only_health_is_told(tmp_path: Path) -> None:
    with live(tmp_path, Rules(keys=[KEY, OTHER])) as server:
        for path in ("/v1/sources", "/v1/nothing", "/metrics", "/openapi.json", "/docs"):
            refused = server.client.get(path)
            problem(refused, 401, "no_key")
            assert refused.headers["www-authenticate"].startswith("Bearer")
        for wrong in (KEY[:-1], KEY + "x", KEY.upper(), f"{KEY} {OTHER}", "ÿ"):
            headers = {"Authorization": f"Bearer {wrong}".encode("latin-1")}
            problem(server.client.get("/v1/sources", headers=headers), 401, "no_key")
        problem(server.client.get("/v1/sources", headers={"Authorization": KEY}), 401, "no_key")
        for key in (KEY, OTHER):
            headers = {"Authorization": f"Bearer {key}".encode()}
            assert server.client.get("/v1/sources", headers=headers).status_code == 200
        for path in ("/healthz", "/readyz"):
            assert server.client.get(path).status_code == 200
        told = server.client.get("/openapi.json", headers=headers).json()
        assert told["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


def test_keys_are_compared_in_constant_time_and_all_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[int, int]] = []
    compare = hmac.compare_digest

    def watched(given: bytes, known: bytes) -> bool:
        compared.append((len(given), len(known)))
        return compare(given, known)

    with live(tmp_path, Rules(keys=[KEY, OTHER])) as server:
        monkeypatch.setattr(hmac, "compare_digest", watched)
        for key in (KEY, "x"):
            server.client.get("/v1/sources", headers={"Authorization": f"Bearer {key}"})
    assert compared == [(32, 32)] * 4


def test_a_server_of_this_machine_answers_to_no_other_name(tmp_path: Path) -> None:
    with live(tmp_path, Rules(local_only=True)) as server:
        for host, status in (
            ("127.0.0.1:80", 200),
            ("localhost", 200),
            ("[::1]:80", 200),
            ("evil.example", 421),
            ("127.0.0.1.evil.example", 421),
            ("", 421),
            ("[", 421),
        ):
            assert server.client.get("/healthz", headers={"Host": host}).status_code == status


def test_more_questions_than_may_wait_are_turned_away_at_once(tmp_path: Path) -> None:
    with live(tmp_path, queue=1) as server, ThreadPoolExecutor(2) as clients:
        answered = clients.submit(server.ask, SLOW)
        wait_until_working(server)
        waits = clients.submit(server.ask, DRAWBACKS)
        wait_until_working(server, waiting=1)
        refused = server.ask(DRAWBACKS)
        problem(refused, 503, "busy")
        assert int(refused.headers["retry-after"]) >= 1
        assert server.client.get("/healthz").status_code == 200
        assert server.client.get("/v1/sources").status_code == 200
        assert "ibid_questions_waiting 1.0" in server.client.get("/metrics").text
        server.encoder.go.set()
        assert (answered.result().status_code, waits.result().status_code) == (200, 200)
        assert server.ask(DRAWBACKS).status_code == 200


def test_a_question_does_not_wait_for_longer_than_the_patience(tmp_path: Path) -> None:
    with live(tmp_path, patience=0.05) as server, ThreadPoolExecutor(1) as clients:
        answered = clients.submit(server.ask, SLOW)
        wait_until_working(server)
        refused = server.ask(DRAWBACKS)
        problem(refused, 503, "busy")
        assert refused.headers["retry-after"] == "1"
        server.encoder.go.set()
        assert answered.result().status_code == 200
        assert server.ask(DRAWBACKS).status_code == 200


def test_the_questions_of_a_conversation_are_taken_in_turn(tmp_path: Path) -> None:
    with live(tmp_path, workers=2) as server, ThreadPoolExecutor(2) as clients:
        talk = server.ask("How is verdolin given?").json()["conversation"]
        first = clients.submit(server.ask, SLOW, conversation=talk)
        wait_until_working(server)
        second = clients.submit(server.ask, "And its drawbacks?", conversation=talk)
        wait_until_working(server, waiting=1)
        assert server.ask(DRAWBACKS).status_code == 200
        server.encoder.go.set()
        assert first.result().status_code == 200
        assert "quillex" in second.result().json()["resolved_question"]


def test_a_client_that_hangs_up_gives_its_worker_back(tmp_path: Path) -> None:
    with live(tmp_path) as server:
        with pytest.raises(httpx.ReadTimeout):
            server.client.post("/v1/answers", json={"question": SLOW}, timeout=0.3)
        wait_until_working(server)
        server.encoder.go.set()
        assert server.ask(DRAWBACKS).status_code == 200


def test_a_conversation_is_forgotten_after_its_time(tmp_path: Path) -> None:
    now = [0.0]
    with live(tmp_path, conversations=Conversations(60, clock=lambda: now[0])) as server:
        talk = server.ask("How is verdolin given?").json()["conversation"]
        now[0] = 50.0
        assert server.ask("And its drawbacks?", conversation=talk).status_code == 200
        now[0] = 100.0
        assert server.ask("And its price?", conversation=talk).status_code == 200
        now[0] = 161.0
        problem(server.ask("And its drawbacks?", conversation=talk), 404, "no_conversation")


def test_the_conversation_longest_unused_makes_room(tmp_path: Path) -> None:
    with live(tmp_path, conversations=Conversations(most=2)) as server:
        one, two = (server.ask(DRAWBACKS).json()["conversation"] for _ in range(2))
        assert server.ask("And its price?", conversation=one).status_code == 200
        server.ask(DRAWBACKS)
        problem(server.ask("And its price?", conversation=two), 404, "no_conversation")
        assert server.ask("And its price?", conversation=one).status_code == 200


def test_a_conversation_has_an_end(tmp_path: Path) -> None:
    with live(tmp_path, conversations=Conversations(most_turns=2)) as server:
        talk = server.ask(DRAWBACKS).json()["conversation"]
        assert server.ask("And its price?", conversation=talk).status_code == 200
        problem(server.ask("And its price?", conversation=talk), 409, "long_conversation")


def test_an_id_of_a_conversation_cannot_be_guessed(server: Live) -> None:
    ids = {server.ask(DRAWBACKS).json()["conversation"] for _ in range(20)}
    assert len(ids) == 20 and {len(id_) for id_ in ids} == {32}
    for guess in ("", "1", "a" * 32):
        problem(server.ask(DRAWBACKS, conversation=guess), 404, "no_conversation")


SECRET = "verdolin-for-my-own-tomatoes"


def ask_in_every_way(server: Live) -> None:
    talk = server.ask(f"Is {SECRET} safe?").json()["conversation"]
    server.ask(f"And {SECRET}?", conversation=talk)
    server.events(f"What of {SECRET}?")
    server.client.post("/v1/search", json={"question": SECRET})
    server.client.get("/v1/answers", params={"question": SECRET})
    server.client.get(f"/v1/{SECRET}?q={SECRET}")
    server.client.get(f"/v1/sources/{SECRET}")
    server.client.post("/v1/answers", json={"question": "x" * 2001 + SECRET})
    server.client.post("/v1/answers", json={SECRET: SECRET})
    server.client.post(f"/v1/answers?{SECRET}", content=SECRET, headers={"Content-Type": "application/json"})
    server.client.request(SECRET.replace("-", ""), "/v1/answers")


def test_nothing_of_a_question_is_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    with live(tmp_path) as server:
        # Only the server's: the client, which is in this process too, logs what it asks for.
        for client in ("httpx", "httpcore"):
            logging.getLogger(client).setLevel(logging.CRITICAL)
        ask_in_every_way(server)

        def fail(*_: object, **__: object) -> None:
            raise RuntimeError(f"cannot embed {SECRET}")

        monkeypatch.setattr(server.encoder, "encode", fail)
        told = problem(server.ask(f"Does it fail with {SECRET}?"), 500, "fault")
        assert SECRET not in str(told)
        metrics = server.client.get("/metrics").text
    written = "".join(capfd.readouterr()) + caplog.text + metrics
    assert "RuntimeError" in caplog.text and "POST /v1/answers 200" in caplog.text
    assert SECRET not in written and SECRET.replace("-", "") not in written
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files and not [path for path in files if SECRET.encode() in path.read_bytes()]


def test_questions_are_logged_where_that_is_wanted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with live(tmp_path, log_questions=True) as server:
        server.client.post("/v1/answers", json={"question": SECRET}, headers={"X-Request-ID": "id-1"})
    assert [r.getMessage() for r in caplog.records if SECRET in r.getMessage()] == [f'id-1 asked "{SECRET}"']


def test_many_clients_are_answered_alike(tmp_path: Path) -> None:
    with live(tmp_path, queue=64, workers=2) as server:
        barrier = threading.Barrier(8)

        def ask(number: int) -> set[str]:
            barrier.wait()
            questions = (DRAWBACKS, "How is quillex given?") * 5
            return {f"{question}: {server.ask(question).json()['text']}" for question in questions}

        with ThreadPoolExecutor(8) as clients:
            said = set().union(*clients.map(ask, range(8)))
        assert len(said) == 2


def test_no_method_makes_the_server_fail_anywhere(tmp_path: Path) -> None:
    with live(tmp_path, page=page_routes()) as server:
        for path in ("/", "/search", "/style.css", "/docs", "/openapi.json", "/healthz", "/metrics", "/v1/sources"):
            for method in ("PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "BREW"):
                told = problem(server.client.request(method, path), 405, "wrong_method")
                assert told and server.client.request(method, path).headers["allow"]


def test_what_is_logged_is_one_entry_that_gives_no_orders() -> None:
    record = logging.LogRecord("ibid.http", logging.ERROR, "", 0, "%s", ("a\x1b[2J\u202eb\r\n2026 INFO c",), None)
    first, second = Entries("%(levelname)s %(message)s").format(record).split("\n")
    assert (first, second) == (r"ERROR a\x1b[2J\u202eb\r", "    2026 INFO c")
