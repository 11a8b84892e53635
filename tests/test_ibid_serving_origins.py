"""Which pages of other sites a browser lets ask a live server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

pytest.importorskip("fastapi", reason="there is no fastapi; install it with: pip install 'ibid[serve]'")

from conftest import Ibid
from live import Live, live, problem

from ibid.http.gate import Rules
from ibid.http.origins import Origins
from ibid.http.rate import Rate

pytestmark = pytest.mark.server

KEY = "0123456789abcdef-one"
WIKI, OTHER = "https://wiki.example", "https://evil.example"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    rules = Rules([KEY], upload=1000, origins=Origins([WIKI, "http://localhost:3000"]))
    with live(tmp_path_factory.mktemp("server"), rules, openai_route=True, uploads=True) as running:
        yield running


def preflight(server: Live, origin: str, path: str = "/v1/answers", method: str = "POST") -> httpx.Response:
    headers = {"Origin": origin, "Access-Control-Request-Method": method}
    return server.client.options(path, headers=headers | {"Access-Control-Request-Headers": "authorization"})


def cors_of(response: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name.startswith("access-control")}


@pytest.mark.parametrize("path", ["/v1/answers", "/v1/chat/completions", "/v1/sources/tomatoes"])
def test_a_browser_is_told_before_a_key_is_asked_for(server: Live, path: str) -> None:
    told = preflight(server, WIKI, path)
    assert told.status_code == 204 and told.content == b""
    assert told.headers["access-control-allow-origin"] == WIKI
    assert told.headers["access-control-allow-methods"] == "GET, POST"
    assert "Authorization" in told.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in told.headers and told.headers["vary"] == "Origin"


@pytest.mark.parametrize("origin", [OTHER, "null", "", f"{WIKI}.evil.example", f"{WIKI}:8443", "http://wiki.example"])
def test_another_origin_is_told_nothing(server: Live, origin: str) -> None:
    refused = preflight(server, origin)
    problem(refused, 403, "wrong_origin")
    assert cors_of(refused) == {}
    asked = server.client.get("/v1/sources", headers={"Origin": origin, "Authorization": f"Bearer {KEY}"})
    assert asked.status_code == 200 and cors_of(asked) == {} and asked.headers["vary"] == "Origin"


def test_a_page_that_may_ask_reads_answers_and_errors(server: Live) -> None:
    for key, status in ((KEY, 200), ("x" * 20, 401)):
        told = server.client.get("/v1/sources", headers={"Origin": WIKI, "Authorization": f"Bearer {key}"})
        assert told.status_code == status
        assert told.headers["access-control-allow-origin"] == WIKI
        assert "X-Request-ID" in told.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in told.headers


def test_only_the_api_is_open_to_it(server: Live) -> None:
    for path in ("/healthz", "/openapi.json", "/metrics"):
        assert cors_of(server.client.get(path, headers={"Origin": WIKI})) == {}
        assert cors_of(preflight(server, WIKI, path, "GET")) == {}


def test_it_may_ask_and_put_nothing_in(server: Live) -> None:
    headers = {"Origin": WIKI, "Authorization": f"Bearer {KEY}"}
    problem(server.client.put("/v1/uploads/a.md", content="x", headers=headers), 403, "wrong_origin")
    assert "PUT" not in preflight(server, WIKI, "/v1/uploads/a.md", "PUT").headers["access-control-allow-methods"]


def test_every_origin_may_be_let_in(tmp_path: Path) -> None:
    with live(tmp_path, Rules([KEY], rate=Rate(1, 1), origins=Origins(["*"]))) as server:
        for origin in (OTHER, "null"):
            assert preflight(server, origin).headers["access-control-allow-origin"] == "*"
            assert server.client.get("/v1/sources", headers={"Origin": origin}).status_code == 401
        headers = {"Origin": OTHER, "Authorization": f"Bearer {KEY}"}
        for status in (200, 429):
            told = server.client.get("/v1/sources", headers=headers)
            assert (told.status_code, told.headers["access-control-allow-origin"]) == (status, "*")


def test_a_name_that_is_not_the_servers_own_is_refused_before_anything(tmp_path: Path) -> None:
    with live(tmp_path, Rules(local_only=True, origins=Origins([WIKI]))) as server:
        headers = {"Origin": WIKI, "Access-Control-Request-Method": "POST", "Host": "evil.example"}
        assert server.client.options("/v1/answers", headers=headers).status_code == 421


def test_without_the_option_no_origin_is_told_anything(tmp_path: Path) -> None:
    with live(tmp_path) as server:
        assert cors_of(preflight(server, WIKI)) == {}
        asked = server.client.get("/v1/sources", headers={"Origin": WIKI})
        assert cors_of(asked) == {} and "vary" not in asked.headers


@pytest.mark.parametrize(
    "told",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": OTHER}, {"Origin": "null"}],
)
def test_a_page_of_another_site_cannot_have_answers_made_where_no_key_is_asked_for(
    tmp_path: Path, told: dict[str, str]
) -> None:
    with live(tmp_path, Rules()) as server:
        problem(server.client.get("/v1/answers/stream?question=What?", headers=told), 403, "wrong_origin")
        problem(server.client.get("/v1/sources", headers=told), 403, "wrong_origin")
        for own in ({}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
            assert server.client.get("/v1/sources", headers=own).status_code == 200


@pytest.mark.parametrize(
    "origin", ["*", "null", "wiki.example", f"{WIKI}/", f"{WIKI}/a", "https://*.example", "https://W.x"]
)
def test_the_command_takes_exact_origins_and_a_star_only_with_keys(ibid: Ibid, tmp_path: Path, origin: str) -> None:
    ran = ibid("serve", "--cors", origin, "--index", tmp_path / "index")
    assert ran.code == 2 and ("--api-key-file" if origin == "*" else "https://wiki.example") in ran.complaint
