"""The Model Context Protocol server as a process, spoken to by the SDK's own client over stdio and HTTP."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from mcp import Client
from mcpclient import calling, complaint, reading, record, stdio, talk

from answer import read_record, verify
from ibid.schema import answer_schema
from ingest import Generation

CABOZANTINIB = "What are the common side effects of cabozantinib?"


@pytest.mark.server
@pytest.mark.model
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_asks_over_stdio(index: Path, mode: str) -> None:
    answered, listed, read, told = talk(
        stdio("--index", index),
        calling("answer", question=CABOZANTINIB),
        lambda client: client.list_resources(),
        reading("ibid://sources/acs-gi-net-targeted-drugs"),
        every_tool,
        mode=mode,
    )
    _is_true(record(answered), index)
    assert told == {*TOOLS, "verify"}
    assert len(listed.resources) == 3
    assert "abozantinib" in read.contents[0].text


TOOLS = {
    "answer": {"question": CABOZANTINIB},
    "search": {"question": CABOZANTINIB, "k": 2},
    "list_sources": {},
    "read_source": {"id": "acs-gi-net-targeted-drugs", "start": 10, "end": 20},
}


async def every_tool(client: Client) -> set[str]:
    """Calls each tool, of which each gives what its schema says, after a greeting that names the sources."""
    assert client.instructions
    assert re.search(r"The sources are: “[^”]+”, “[^”]+”, “[^”]+”\.$", client.instructions)
    schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
    given: dict[str, dict[str, Any]] = {}
    for name, takes in TOOLS.items():
        given[name] = record(await client.call_tool(name, takes))
    given["verify"] = record(await client.call_tool("verify", {"answer": given["answer"]}))
    for name, told in given.items():
        jsonschema.Draft202012Validator(schemas[name]).validate(told)
    text = (await client.read_resource(f"ibid://sources/{given['search']['hits'][0]['document_id']}")).contents[0].text
    for hit in given["search"]["hits"]:
        assert hit["document_id"] in {source["id"] for source in given["list_sources"]["sources"]}
    best = given["search"]["hits"][0]
    assert text[best["start"] : best["end"]] == best["text"]
    assert len(given["read_source"]["text"]) == 10
    assert {verdict["status"] for verdict in given["verify"]["verdicts"]} == {"exact"}
    return schemas.keys() & given.keys()


def _is_true(given: dict[str, Any], index: Path) -> None:
    """The record is one that `ibid verify` takes, and every citation in it is exact."""
    jsonschema.Draft202012Validator(answer_schema()).validate(given)
    assert given["status"] == "answered"
    verdicts = verify(read_record(json.dumps(given)), Generation.open(index))
    assert verdicts and {verdict.status for verdict in verdicts} == {"exact"}


@pytest.mark.server
def test_over_stdio_too_a_call_tells_what_is_wrong_with_the_documents(tmp_path: Path) -> None:
    (result,) = talk(
        stdio("--corpus", tmp_path / "nowhere", "--index", tmp_path / "index"), calling("answer", question="Why?")
    )
    assert "no corpus folder" in complaint(result)


def _messages(*methods: tuple[str, dict[str, Any]]) -> bytes:
    about = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    lines: list[dict[str, Any]] = [{"id": 0, "method": "initialize", "params": about}]
    lines.append({"method": "notifications/initialized"})
    lines += [{"id": n, "method": method, "params": params} for n, (method, params) in enumerate(methods, 1)]
    return "".join(json.dumps({"jsonrpc": "2.0", **line}) + "\n" for line in lines).encode()


@pytest.mark.server
@pytest.mark.model
def test_standard_output_holds_the_protocol_and_nothing_else_while_an_index_is_made(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "bees.txt").write_text("Bees\n\nA hive has one queen. Workers live for six weeks in summer.\n")
    command = [sys.executable, "-m", "ibid", "mcp", "--corpus", str(corpus), "--index", str(tmp_path / "index")]
    asked = {"name": "answer", "arguments": {"question": "How many queens has a hive?"}}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        assert server.stdin and server.stdout and server.stderr
        server.stdin.write(_messages(("tools/call", asked)))
        server.stdin.flush()
        said = [json.loads(server.stdout.readline()) for _ in range(2)]
        server.stdin.close()
        assert server.stdout.read() == b""
        assert server.wait(timeout=60) == 0
        assert server.stderr.read().decode() == f"Indexing {corpus} …\n"
    assert [message["id"] for message in said] == [0, 1]
    assert said[0]["result"]["serverInfo"]["name"] == "ibid"
    assert "one queen" in said[1]["result"]["structuredContent"]["text"]


@pytest.mark.server
def test_an_interrupt_ends_a_server_that_waits_for_its_client(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ibid", "mcp", "--corpus", str(tmp_path / "nowhere"), "--index", str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        assert server.stdin and server.stdout and server.stderr
        server.stdin.write(_messages())
        server.stdin.flush()
        server.stdout.readline()
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=20) == -signal.SIGINT
        assert b"Traceback" not in server.stderr.read()


@dataclass(frozen=True, slots=True)
class Serving:
    url: str
    process: subprocess.Popen[str]


@pytest.fixture(scope="module")
def served(index: Path) -> Iterator[Serving]:
    command = [sys.executable, "-m", "ibid", "mcp", "--http", "--port", "0", "--index", str(index)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr
        found = re.fullmatch(r"Serving at (http://127\.0\.0\.1:\d+/mcp)\n", process.stderr.readline())
        assert found
        yield Serving(found[1], process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == -signal.SIGTERM
        assert process.stdout.read() == ""
        assert "cabozantinib" not in process.stderr.read().lower()


@pytest.mark.server
@pytest.mark.model
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_asks_over_http(served: Serving, index: Path, mode: str) -> None:
    told, answered, refused, wrong, listed = talk(
        served.url,
        every_tool,
        calling("answer", question=CABOZANTINIB),
        calling("answer", question="Who won the football world cup in 2014?"),
        calling("answer", question=""),
        lambda client: client.list_resources(),
        mode=mode,
    )
    assert told == {*TOOLS, "verify"}
    _is_true(record(answered), index)
    assert record(refused)["status"] == "insufficient_evidence"
    assert "ask something" in complaint(wrong)
    assert len(listed.resources) == 3


@pytest.mark.server
@pytest.mark.model
def test_a_conversation_goes_on_over_http_from_one_connection_to_the_next(served: Serving) -> None:
    (first,) = talk(served.url, calling("answer", question="What is cabozantinib used for?"))
    name = record(first)["conversation"]
    (second,) = talk(served.url, calling("answer", question="And its side effects?", conversation=name))
    assert "cabozantinib" in record(second)["resolved_question"].lower()


@pytest.mark.server
@pytest.mark.model
@pytest.mark.parametrize("header", [{"Host": "attacker.example"}, {"Origin": "https://attacker.example"}])
def test_a_web_page_cannot_have_a_browser_ask(served: Serving, header: dict[str, str]) -> None:
    about = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    greeting = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": about}
    accepting = {"Accept": "application/json, text/event-stream"}
    assert httpx.post(served.url, json=greeting, headers=accepting).status_code == 200
    assert httpx.post(served.url, json=greeting, headers=accepting | header).status_code in (403, 421)


@pytest.mark.server
def test_whoever_asks_for_it_is_served_off_this_machine(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ibid", "mcp", "--http", "--host", "0.0.0.0", "--port", "0", "--insecure"]
    command += ["--corpus", str(tmp_path / "nowhere"), "--index", str(tmp_path / "index")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        found = re.fullmatch(r"Serving at http://0\.0\.0\.0:(\d+)/mcp\n", process.stderr.readline())
        assert found
        (result,) = talk(f"http://127.0.0.2:{found[1]}/mcp", calling("answer", question="Why?"))
        assert "no corpus folder" in complaint(result)
        process.terminate()
        assert "no corpus folder" in process.stderr.read()
