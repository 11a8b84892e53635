"""A folder where one would name it: as the argument of a command, or in its place."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from conftest import Ibid
from fakes import BagEncoder, page

from ibid import chatting, watching
from ibid.listening import open_page
from ibid.places import Places
from ingest import FileCatalog, update

MOST = ["chat", "doctor", "history", "index", "serve", "watch"]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "d0.md").write_text(page(0))
    update(FileCatalog(tmp_path / "index"), tmp_path / "docs", BagEncoder())
    return Places(tmp_path / "docs", tmp_path / "index")


def test_a_folder_may_be_named_without_an_option(ibid: Ibid, places: Places) -> None:
    for folder in ((places.corpus,), ("--corpus", places.corpus), (places.corpus, "--corpus", f"{places.corpus}/.")):
        ran = ibid("history", *folder, "--index", places.index)
        assert (ran.code, "1 document " in ran.out) == (0, True)


def test_the_environment_gives_way_to_the_folder_that_is_named(
    ibid: Ibid, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IBID_CORPUS", "/elsewhere")
    assert ibid("history", places.corpus, "--index", places.index).code == 0


@pytest.mark.parametrize("command", MOST)
def test_two_folders_are_wrong_usage(ibid: Ibid, places: Places, command: str) -> None:
    ran = ibid(command, places.corpus, "--corpus", places.index)
    assert ran.code == 2
    assert f"two folders are named, {places.corpus} and --corpus {places.index}" in ran.complaint


@pytest.mark.parametrize("command", MOST)
def test_a_folder_that_is_none_is_told_with_what_mends_it(ibid: Ibid, places: Places, command: str) -> None:
    ran = ibid(command, places.corpus / "none")
    assert ran.code == 2
    assert f"there is no folder {places.corpus / 'none'}; look how its name is written" in ran.complaint
    ran = ibid(command, places.corpus / "d0.md")
    assert ran.code == 2 and "d0.md is no folder; name the one that it is in" in ran.complaint


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_without_quotes_is_not_taken_for_a_folder_in_silence(ibid: Ibid, command: str) -> None:
    ran = ibid(command, "What", "flies?")
    assert (ran.code, "there is no folder flies?" in ran.complaint, "in quotes" in ran.complaint) == (2, True, True)


def test_no_index_is_told_with_the_command_that_takes_a_folder(ibid: Ibid, places: Places) -> None:
    ran = ibid("sources", "--corpus", places.corpus, "--index", places.index / "none")
    assert ran.code == 1 and "make one with: ibid index DIR" in ran.complaint


def test_a_folder_in_the_place_of_a_source_is_told(ibid: Ibid, places: Places) -> None:
    ran = ibid("sources", places.corpus, "--corpus", places.corpus, "--index", places.index)
    assert ran.code == 2 and f"list its sources with: ibid sources --corpus {places.corpus}" in ran.complaint


def test_of_many_sources_the_first_are_named(ibid: Ibid, places: Places) -> None:
    for number in range(1, 30):
        (places.corpus / f"d{number}.md").write_text(page(number))
    update(FileCatalog(places.index), places.corpus, BagEncoder())
    ran = ibid("sources", "none", "--corpus", places.corpus, "--index", places.index)
    assert "there are d0, d1, d10" in ran.complaint and " and 10 more (see" in ran.complaint


def test_a_folder_in_place_of_a_command_is_told_what_to_do_with(ibid: Ibid, places: Places) -> None:
    ran = ibid(places.corpus)
    assert ran.code == 2
    assert ran.complaint == (
        f"ibid: {places.corpus} is a folder; ask of it with: ibid serve {places.corpus}, or: ibid chat {places.corpus}"
    )
    assert ibid(f"{places.corpus}/none").complaint.startswith(f"ibid: there is no folder {places.corpus}/none, and no")
    assert "No such command 'none'" in ibid("none").complaint


def test_on_a_terminal_it_is_chatted_about(ibid: Ibid, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    class Session:
        def __init__(self, *given: object) -> None:
            asked.append(given)

        def run(self, lines: Iterator[str]) -> None:
            asked.append(lines)

    monkeypatch.setattr(chatting, "is_interactive", lambda: True)
    monkeypatch.setattr(chatting, "prompted", lambda: "typed")
    monkeypatch.setattr(chatting, "Session", Session)
    monkeypatch.setattr(watching, "refresh", lambda *given: asked.append(given))
    monkeypatch.setattr("ibid.opening.open_answerer", lambda *_: None)
    assert ibid(places.corpus, "--index", places.index).code == 0
    assert asked == [(places, None), (None, places), "typed"]


def test_a_command_goes_before_a_folder_of_its_name(
    ibid: Ibid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("eval", "serve"):
        (tmp_path / name).mkdir()
        assert f"Usage: ibid {name}" in ibid(name, "--help").out


@pytest.mark.parametrize(
    ("display", "terminal", "opens"),
    [("DISPLAY", True, True), ("BROWSER", True, True), ("DISPLAY", False, False), ("NOTHING", True, False)],
)
def test_the_page_is_opened_where_there_is_a_terminal_and_a_display(
    monkeypatch: pytest.MonkeyPatch, display: str, terminal: bool, opens: bool
) -> None:
    started: list[tuple[list[str], dict[str, Any]]] = []
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(display, ":0")
    monkeypatch.setattr("sys.platform", "linux")
    for stream in ("stdin", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: terminal)
    monkeypatch.setattr(subprocess, "Popen", lambda command, **how: started.append((command, how)))
    open_page("http://127.0.0.1:8017/")
    assert len(started) == opens
    for command, how in started:
        assert command[1:] == ["-I", "-m", "webbrowser", "http://127.0.0.1:8017/"]
        assert {how[stream] for stream in ("stdin", "stdout", "stderr")} == {subprocess.DEVNULL}


@pytest.mark.parametrize(
    ("arguments", "opens"),
    [((), True), (("--no-open",), False), (("--host", "0.0.0.0", "--insecure"), False)],
)
def test_serving_a_folder_brings_it_up_to_date_and_opens_its_page(
    ibid: Ibid, places: Places, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], opens: bool
) -> None:
    from ibid import serving

    done: list[Any] = []
    monkeypatch.setattr(watching, "refresh", lambda *given: done.append(given))
    monkeypatch.setattr("ibid.http.log.logging_to_standard_error", nullcontext)
    monkeypatch.setattr(serving, "open_pool", lambda *_: type("AnswerPool", (), {"close": lambda _: None})())
    monkeypatch.setattr("ibid.http.app.make_app", lambda *_: None)
    monkeypatch.setattr(serving, "run", lambda *given: done.append(given[3]))
    assert ibid("serve", places.corpus, "--index", places.index, "--port", "0", *arguments).code == 0
    assert done == [(places, None), opens]
    done.clear()
    assert ibid("serve", "--corpus", places.corpus, "--index", places.index, "--port", "0").code == 0
    assert done == [False]
