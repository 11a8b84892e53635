"""`--generator` on the command line, over the bundled corpus and a scripted server."""

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
from tools.serving import serving as running

pytestmark = [pytest.mark.model, pytest.mark.server]
QUESTION = "How often is lanreotide injected?"
FOUR = "Lanreotide is most often injected every four weeks"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    monkeypatch.delenv("IBID_API_KEY", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sesame")
    with serving() as scripted:
        yield scripted


def citing(server: Scripted, *sentences: tuple[str, str]) -> None:
    """Have the server say sentences, each citing the passage that holds the words beside it."""

    def reply(request: BaseHTTPRequestHandler) -> None:
        told = " ".join(f"{sentence} [{server.number_of(held)}]." for sentence, held in sentences)
        says(told)(request)

    server.reply = reply


def test_ask_shows_what_a_model_wrote(ibid: Ibid, index: Path, server: Scripted) -> None:
    citing(server, (FOUR, "every 4 weeks"), ("Lanreotide cures tumors", "every 4 weeks"))
    ran = ibid("ask", QUESTION, "--index", index, "--generator", "openai:tiny", "--base-url", server.url)
    assert ran.code == 0
    assert f"{FOUR}. [1]  (written by a model)" in ran.out
    assert "“Lanreotide is most often given by injection under the skin every 4 weeks.”" in ran.out
    assert "Written by a model (openai:tiny)" in ran.out and "1 sentence could not be proved" in ran.out
    assert "cures" not in ran.out
    assert server.keys == ["Bearer sesame"]


def test_verify_names_what_a_model_wrote(ibid: Ibid, index: Path, server: Scripted, tmp_path: Path) -> None:
    citing(server, (FOUR, "every 4 weeks"))
    named = ("--generator", "openai:tiny", "--base-url", server.url)
    record = ibid("ask", QUESTION, "--index", index, *named, "--json").out
    assert json.loads(record)["statements"][0]["kind"] == "generated"
    (tmp_path / "answer.json").write_text(record)
    ran = ibid("verify", tmp_path / "answer.json", "--index", index)
    assert ran.code == 0
    assert "[1] exact" in ran.out
    assert f"Written by a model, no quote: {FOUR}." in ran.out


def test_chat_goes_on_after_a_reply_that_was_cut(ibid: Ibid, index: Path, server: Scripted) -> None:
    server.reply = sent(event(f"{FOUR} [1]."))
    named = ("--generator", "openai:tiny", "--base-url", server.url)
    ran = ibid("chat", "--index", index, *named, "--json", stdin=f"{QUESTION}\nAnd octreotide?\n")
    first, second = map(json.loads, ran.out.splitlines())
    for record in (first, second):
        assert {statement["kind"] for statement in record["statements"]} == {"quote"}
        assert "cut off" in next(n["text"] for n in record["notices"] if n["kind"] == "not_generated")
    assert "octreotide" in second["resolved_question"].lower()


def test_the_python_api_takes_a_generator(index: Path, server: Scripted) -> None:
    citing(server, (FOUR, "every 4 weeks"))
    library = ibid_api.open(index=index, generator="openai:tiny", base_url=server.url)
    assert [s.kind for s in library.ask(QUESTION).statements] == ["generated"]


def test_a_server_takes_a_generator_and_its_page_says_so(index: Path, server: Scripted) -> None:
    pytest.importorskip("uvicorn", reason="there is no uvicorn; install it with: pip install 'ibid[serve]'")
    citing(server, (FOUR, "every 4 weeks"))
    with running("--index", index, "--generator", "openai:tiny", "--base-url", server.url) as url:
        record = httpx.post(f"{url}v1/answers", json={"question": QUESTION}, timeout=30).json()
        assert 'data-model="on"' in httpx.get(url).text
    assert [s["kind"] for s in record["statements"]] == ["generated"]
    assert len(server.asked) == 1


def test_an_mcp_server_takes_a_generator(index: Path, server: Scripted) -> None:
    pytest.importorskip("mcp", reason="there is no mcp; install it with: pip install 'ibid[mcp]'")
    from test_ibid_mcp import calling, record, talk
    from test_ibid_mcp_process import stdio

    citing(server, (FOUR, "every 4 weeks"))
    process = stdio("--index", index, "--generator", "openai:tiny", "--base-url", server.url)
    (result,) = talk(process, calling("answer", question=QUESTION))
    assert [s["kind"] for s in record(result)["statements"]] == ["generated"]


@pytest.mark.parametrize(
    ("named", "mend"),
    [
        (("--generator", "gpt"), "openai:MODEL"),
        (("--generator", "openai:tiny", "--base-url", "localhost:1"), "http://localhost:11434/v1"),
        (("--generator", "transformers:/nowhere"), "config.json"),
    ],
)
def test_what_is_no_generator_is_told_in_one_line(ibid: Ibid, index: Path, named: tuple[str, ...], mend: str) -> None:
    ran = ibid("ask", QUESTION, "--index", index, *named)
    assert ran.code == 1
    assert mend in ran.complaint


def test_extractive_and_generated_runs_compare(ibid: Ibid, index: Path, server: Scripted, tmp_path: Path) -> None:
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
    citing(server, (FOUR, "every 4 weeks"))
    shared = ("--gold", gold, "--index", index, "--workers", "1")
    named = ("--generator", "openai:tiny", "--base-url", server.url)
    assert ibid("eval", *shared, "--out", tmp_path / "quoted").code == 0
    assert ibid("eval", *shared, *named, "--out", tmp_path / "written").code == 0
    assert "openai:tiny" in (tmp_path / "written" / "manifest.json").read_text()
    assert "sesame" not in "".join(p.read_text() for p in (tmp_path / "written").iterdir() if p.is_file())
    gate = ("eval", "gate", "--baseline", tmp_path / "quoted", "--gold", gold, "--index", index)
    asked = len(server.asked)
    assert ibid(*gate, *named).code == 0 and len(server.asked) > asked
    sweep = ("eval", "sweep", "passages=6", *shared, "--out", tmp_path / "sweep")
    asked = len(server.asked)
    assert ibid(*sweep, *named).code == 0 and len(server.asked) > asked
    page = tmp_path / "page.html"
    beside = ("eval", "report", tmp_path / "written", "--beside", tmp_path / "quoted", "--out", page)
    assert ibid(*beside).code == 0
    assert "This run: written by openai:tiny" in page.read_text() and "The other: quotes alone" in page.read_text()
    assert ibid("eval", "compare", tmp_path / "quoted", tmp_path / "written").code == 0
