"""The page of the API that a live server has: that it tells all, that its commands work, and that all can read it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import pytest

pytest.importorskip("fastapi", reason="there is no fastapi; install it with: pip install 'ibid[serve]'")

from asking import focused, is_as_wide_as_its_window
from live import Live, live

from ibid.http.gate import Rules
from ibid.http.reference import reference

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.server

KEY = "0123456789abcdef-one"
PERMISSION = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder, rules = tmp_path_factory.mktemp("server"), Rules([KEY], upload=1000)
    with live(folder, rules, feedback=folder / "said", openai_route=True, uploads=True) as running:
        running.client.headers.update(PERMISSION)
        yield running


@pytest.fixture(scope="module")
def text(server: Live) -> str:
    told = server.client.get("/docs")
    assert told.status_code == 200 and told.headers["content-type"] == "text/html; charset=utf-8"
    return told.text


def test_it_tells_of_every_route_and_every_schema(server: Live, text: str) -> None:
    told = server.client.get("/openapi.json").json()
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            assert f'<b class="method">{method.upper()}</b> {path}</code>' in text
            assert f'<h3 id="{operation["operationId"]}">' in text
    for name in told["components"]["schemas"]:
        assert f'<h3 id="{name}">' in text
    assert "HTTPValidationError" not in str(told)


def test_every_link_in_it_leads_somewhere_and_every_element_is_closed(server: Live, text: str) -> None:
    class Reader(HTMLParser):
        open: list[str]

        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            if tag not in ("meta", "link", "br"):
                self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    reader = Reader()
    reader.open = []
    reader.feed(text)
    assert reader.open == []
    ids = re.findall(r' id="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in re.findall(r'href="(#[^"]*)"', text)} <= set(ids)
    for link in re.findall(r'href="([^#"]*)"', text):
        assert server.client.get(f"/{link}").status_code == 200


def test_it_has_no_script_and_loads_nothing_from_elsewhere(server: Live, text: str) -> None:
    style = server.client.get("/docs/style.css")
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|<img|src=|href=\"(?:https?:)?//", text)
    assert "url(" not in style.text and "@import" not in style.text


def test_its_commands_are_those_that_the_server_takes(server: Live, text: str) -> None:
    commands = [shlex.split(unescape(c)) for c in re.findall(r"<code>(curl .*?)</code></pre>", text, re.DOTALL)]
    told = server.client.get("/openapi.json").json()["paths"]
    assert len(commands) == sum(map(len, told.values()))
    statuses = []
    for _, *words in commands:
        url = next(word for word in words if word.startswith(server.url))
        body = words[words.index("-d") + 1] if "-d" in words else "x" if "--data-binary" in words else None
        method = words[words.index("-X") + 1] if "-X" in words else "POST" if body else "GET"
        given = (word.split(": ") for before, word in pairwise(words) if before == "-H")
        headers = {name: value.replace("KEY", KEY) for name, value in given}
        statuses.append(server.client.request(method, url, content=body, headers=headers).status_code)
    # What is named in an example need not be there.
    assert set(statuses) == {200, 201, 404} and statuses.count(404) == 3


def test_what_is_told_is_text_and_no_markup() -> None:
    operation = {"tags": ["<t>"], "operationId": "o", "summary": "<s>", "description": "`<d>` & <x>", "responses": {}}
    told = {
        "info": {"title": "<i>", "version": "1", "description": "<b>"},
        "paths": {"/<u>": {"get": operation}},
        "components": {"schemas": {"A": {"description": "<c>", "properties": {"<a>": {}}, "examples": ["</pre>"]}}},
    }
    page = reference(told, "http://x/'<a>")
    assert not re.search(r"<[tsdxiuac]>|<b>", page) and "<code>&lt;d&gt;</code> &amp; &lt;x&gt;" in page
    assert page.count("</pre>") == page.count("<pre")


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_axe_finds_nothing(page: Page, server: Live, width: int, scheme: Literal["light", "dark"]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="there is no axe-playwright-python")
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.set_extra_http_headers(PERMISSION)
    page.goto(f"{server.url}/docs")
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert is_as_wide_as_its_window(page)


@pytest.mark.browser
def test_it_is_read_by_keyboard(page: Page, server: Live) -> None:
    page.set_extra_http_headers(PERMISSION)
    page.goto(f"{server.url}/docs")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to content"
    page.keyboard.press("Enter")
    example = page.locator("summary").first
    example.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.locator("pre").is_visible()
