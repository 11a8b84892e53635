"""The files of the page: what they weigh, what they ask for, how they are sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

pytest.importorskip("starlette", reason="there is no starlette; install it with: pip install 'ibid[serve]'")

from starlette.applications import Starlette
from starlette.testclient import TestClient

from ibid.page import page_files, page_routes

pytestmark = pytest.mark.server
FILES = page_files()


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=page_routes())) as client:
        yield client


def texts() -> dict[str, str]:
    return {path: file.content.decode() for path, file in FILES.items() if "font" not in file.media_type}


def test_the_page_weighs_no_more_than_170_kb() -> None:
    assert sum(len(file.content) for file in FILES.values()) <= 170_000


def test_it_names_no_other_host() -> None:
    found = {address for text in texts().values() for address in re.findall(r"https?://[^\s\"'/]+", text)}
    assert found <= {"http://www.w3.org"}  # the namespace of SVG


def test_all_that_it_refers_to_is_there() -> None:
    for path, text in texts().items():
        named = re.findall(r"""(?:from|src=|href=|url\()\s*["']\.?/?([\w/-]+\.\w+)["']""", text)
        assert {f"/{name}" for name in named} <= FILES.keys(), path


def test_every_module_is_loaded_at_once() -> None:
    modules = {path.removeprefix("/") for path in FILES if path.endswith(".js")}
    start = FILES["/"].content.decode()
    assert modules == {*re.findall(r'modulepreload" href="(.+?)"', start), "app.js"}


def test_it_has_no_inline_style_or_script_and_puts_in_no_markup() -> None:
    assert not re.search(r"<style|<script[^>]*>[^<]|\son\w+=|\sstyle=", FILES["/"].content.decode())
    written = "".join(text for path, text in texts().items() if path.endswith(".js"))
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", written)


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_sent_as_what_it_is_and_kept_until_it_changes(client: TestClient, path: str) -> None:
    sent = client.get(path)
    assert (sent.content, sent.headers["content-type"]) == (FILES[path].content, FILES[path].media_type)
    again = client.get(path, headers={"If-None-Match": sent.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_it_asks_whether_an_answer_was_right_only_where_that_is_kept() -> None:
    assert b'data-feedback="off"' in page_files()["/"].content
    assert b'data-feedback="on"' in page_files(feedback=True)["/"].content


def test_it_says_what_a_model_does_where_there_is_one() -> None:
    assert b'data-model="off"' in page_files()["/"].content
    assert b'data-model="points"' in page_files(model="points")["/"].content
    assert b'data-model="writes"' in page_files(model="writes")["/"].content


def test_it_takes_files_only_where_the_server_does() -> None:
    assert b'data-uploads="off"' in page_files()["/"].content
    assert b'data-uploads="on"' in page_files(uploads=True)["/"].content


def test_the_search_is_the_same_page(client: TestClient) -> None:
    assert client.get("/search?q=octreotide").content == FILES["/"].content
