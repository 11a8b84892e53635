"""`--model` in every face, over the bundled corpus and a scripted server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest
from conftest import Ibid
from scripted import Scripted, event, says, sent, serving

import ibid as ibid_api
from answer import Usage
from tools.serving import serving as running

pytestmark = [pytest.mark.model, pytest.mark.server]
QUESTION = "How often is lanreotide injected?"
FOUR = "Lanreotide is most often injected every four weeks"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    monkeypatch.delenv("IBID_API_KEY", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sesame")
    with serving() as scripted:
        scripted.point_at("every 4 weeks")
        yield scripted


def named(server: Scripted, *more: str) -> tuple[str, ...]:
    return ("--model", "openai:tiny", "--base-url", server.url, *more)


def citing(server: Scripted, *sentences: tuple[str, str]) -> None:
    """Have the server say sentences, each citing the passage that holds the words beside it."""

    def reply(request: BaseHTTPRequestHandler) -> None:
        told = " ".join(f"{sentence} [{server.number_of(held)}]." for sentence, held in sentences)
        says(told)(request)

    server.reply = reply


def test_ask_shows_what_a_model_chose(ibid: Ibid, index: Path, server: Scripted) -> None:
    ran = ibid("ask", QUESTION, "--index", index, *named(server))
    assert ran.code == 0
    assert "Lanreotide is most often given by injection under the skin every 4 weeks. [1]" in ran.out
    assert "Chosen by a model (openai:tiny); the words are the sources' own." in ran.out
    assert "written by a model" not in ran.out
    assert len(server.asked) == 1 and server.keys == ["Bearer sesame"]


def test_a_model_is_named_by_the_environment_too(
    ibid: Ibid, index: Path, server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IBID_MODEL", "openai:tiny")
    monkeypatch.setenv("IBID_BASE_URL", server.url)
    assert "Chosen by a model" in ibid("ask", QUESTION, "--index", index).out


@pytest.mark.parametrize("way", ["option", "environment"])
def test_what_was_called_a_generator_points_and_writes(
    ibid: Ibid, index: Path, server: Scripted, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    citing(server, (FOUR, "every 4 weeks"))
    if way == "environment":
        monkeypatch.setenv("IBID_GENERATOR", "openai:tiny")
    old = ("--generator", "openai:tiny") if way == "option" else ()
    ran = ibid("ask", QUESTION, "--index", index, *old, "--base-url", server.url)
    assert f"{FOUR}. [1]  (written by a model)" in ran.out
    assert "--generator" not in ibid("ask", "--help").out


def test_who_is_to_write_has_to_be_named(ibid: Ibid, index: Path) -> None:
    ran = ibid("ask", QUESTION, "--index", index, "--write")
    assert ran.code == 2 and "--model" in ran.err


def test_ask_shows_what_a_model_wrote(ibid: Ibid, index: Path, server: Scripted) -> None:
    citing(server, (FOUR, "every 4 weeks"), ("Lanreotide cures tumors", "every 4 weeks"))
    ran = ibid("ask", QUESTION, "--index", index, *named(server, "--write"))
    assert ran.code == 0
    assert f"{FOUR}. [1]  (written by a model)" in ran.out
    assert "“Lanreotide is most often given by injection under the skin every 4 weeks.”" in ran.out
    assert "Written by a model (openai:tiny)" in ran.out and "1 sentence could not be proved" in ran.out
    assert "cures" not in ran.out
    assert server.keys == ["Bearer sesame"] * 2


def test_verify_names_what_a_model_wrote(ibid: Ibid, index: Path, server: Scripted, tmp_path: Path) -> None:
    citing(server, (FOUR, "every 4 weeks"))
    record = ibid("ask", QUESTION, "--index", index, *named(server, "--write"), "--json").out
    assert json.loads(record)["statements"][0]["kind"] == "generated"
    (tmp_path / "answer.json").write_text(record)
    ran = ibid("verify", tmp_path / "answer.json", "--index", index)
    assert ran.code == 0
    assert "[1] exact" in ran.out
    assert f"Written by a model, no quote: {FOUR}." in ran.out


def test_chat_goes_on_after_a_reply_that_was_cut(ibid: Ibid, index: Path, server: Scripted) -> None:
    server.points = sent(event('{"sentences": ['))
    ran = ibid("chat", "--index", index, *named(server), "--json", stdin=f"{QUESTION}\nAnd octreotide?\n")
    first, second = map(json.loads, ran.out.splitlines())
    for record in (first, second):
        assert {statement["kind"] for statement in record["statements"]} == {"quote"}
        assert "cut off" in next(n["text"] for n in record["notices"] if n["kind"] == "not_pointed")
    assert "octreotide" in second["resolved_question"].lower()


def test_the_python_api_takes_a_model(index: Path, server: Scripted) -> None:
    citing(server, (FOUR, "every 4 weeks"))
    library = ibid_api.open(index=index, model="openai:tiny", base_url=server.url)
    answer = library.ask(QUESTION)
    assert ([s.kind for s in answer.statements], answer.tokens) == (["quote"], Usage(700, 20))
    library = ibid_api.open(index=index, model="openai:tiny", base_url=server.url, write=True)
    assert [s.kind for s in library.ask(QUESTION).statements] == ["generated"]


@pytest.mark.parametrize(("more", "does", "kind"), [((), "points", "quote"), (("--write",), "writes", "generated")])
def test_a_server_takes_a_model_and_its_page_says_so(
    index: Path, server: Scripted, more: tuple[str, ...], does: str, kind: str
) -> None:
    pytest.importorskip("uvicorn", reason="there is no uvicorn; install it with: pip install 'ibid[serve]'")
    citing(server, (FOUR, "every 4 weeks"))
    with running("--index", index, *named(server, *more)) as url:
        record = httpx.post(f"{url}v1/answers", json={"question": QUESTION}, timeout=30).json()
        assert f'data-model="{does}"' in httpx.get(url).text
    assert [s["kind"] for s in record["statements"]] == [kind]
    assert len(server.asked) == 1 + len(more)


def test_an_mcp_server_takes_a_model(index: Path, server: Scripted) -> None:
    pytest.importorskip("mcp", reason="there is no mcp; install it with: pip install 'ibid[mcp]'")
    from mcpclient import calling, record, stdio, talk

    (result,) = talk(stdio("--index", index, *named(server)), calling("answer", question=QUESTION))
    assert "pointed" in {notice["kind"] for notice in record(result)["notices"]}


@pytest.mark.parametrize(
    ("given", "mend"),
    [
        (("--model", "gpt"), "openai:NAME"),
        (("--model", "openai:tiny", "--base-url", "localhost:1"), "http://localhost:11434/v1"),
        (("--model", "transformers:/nowhere"), "config.json"),
    ],
)
def test_what_is_no_model_is_told_in_one_line(ibid: Ibid, index: Path, given: tuple[str, ...], mend: str) -> None:
    ran = ibid("ask", QUESTION, "--index", index, *given)
    assert ran.code == 1
    assert mend in ran.complaint


def test_runs_with_and_without_a_model_compare(ibid: Ibid, index: Path, server: Scripted, tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    gold.mkdir()
    question = {
        "id": "lanreotide",
        "stratum": "single_fact",
        "question": QUESTION,
        "expected": "answered",
        "nuggets": [{"pattern": "every (4|four) weeks", "importance": "vital"}],
        "evidence": [{"document": "acs-gi-net-targeted-drugs", "section": None, "pattern": "Lanreotide is most often"}],
    }
    (gold / "dev.jsonl").write_text('{"format": 2}\n' + json.dumps(question) + "\n")
    shared = ("--gold", gold, "--index", index, "--workers", "1")
    assert ibid("eval", *shared, "--out", tmp_path / "quoted").code == 0
    ran = ibid("eval", *shared, *named(server), "--out", tmp_path / "chosen")
    assert ran.code == 0 and "tokens a question" in ran.out
    assert "openai:tiny" in (tmp_path / "chosen" / "manifest.json").read_text()
    assert json.loads((tmp_path / "chosen" / "cost.json").read_text())["tokens"]["prompt"]["p95"] == 700.0
    assert "sesame" not in "".join(p.read_text() for p in (tmp_path / "chosen").iterdir() if p.is_file())
    gate = ("eval", "gate", "--baseline", tmp_path / "quoted", "--gold", gold, "--index", index)
    asked = len(server.asked)
    assert ibid(*gate, *named(server)).code == 0 and len(server.asked) > asked
    sweep = ("eval", "sweep", "passages=6", *shared, "--out", tmp_path / "sweep")
    asked = len(server.asked)
    assert ibid(*sweep, *named(server)).code == 0 and len(server.asked) > asked
    page = tmp_path / "page.html"
    beside = ("eval", "report", tmp_path / "chosen", "--beside", tmp_path / "quoted", "--out", page)
    assert ibid(*beside).code == 0
    told = page.read_text()
    assert "This run: chosen by openai:tiny" in told and "The other: no language model" in told
    assert "prompt: 700 (mean), 700 (p95)" in told
    assert ibid("eval", "compare", tmp_path / "quoted", tmp_path / "chosen").code == 0
