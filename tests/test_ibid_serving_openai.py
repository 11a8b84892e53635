"""A live server asked as OpenAI's API is, by OpenAI's own client."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="there is no fastapi; install it with: pip install 'ibid[serve]'")
pytest.importorskip("openai", reason="there is no openai; install it with: make setup")

import openai
from leaflets import DRAWBACKS
from live import SLOW, Live, live

from answer import Answerer
from ibid.http.gate import Rules
from ibid.http.rate import Rate
from ingest import Generation

pytestmark = pytest.mark.server

KEY = "0123456789abcdef-one"
PICTURE = [{"type": "image_url", "image_url": {"url": "x"}}]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live(tmp_path_factory.mktemp("server"), openai_route=True) as running:
        yield running


@pytest.fixture(scope="module")
def client(server: Live) -> Iterator[openai.OpenAI]:
    with client_of(server) as client:
        yield client


def client_of(server: Live, key: str = "any") -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{server.url}/v1", api_key=key, max_retries=0)


def user(*questions: str) -> list[Any]:
    return [{"role": "user", "content": question} for question in questions]


def complete(client: openai.OpenAI, messages: list[Any], **more: Any) -> Any:  # noqa: ANN401
    return client.chat.completions.create(model="ibid", messages=messages, **more)


def test_the_answer_is_the_markdown_of_what_the_program_answers(server: Live, client: openai.OpenAI) -> None:
    made = Answerer(Generation.open(server.places.index), server.encoder).ask(DRAWBACKS)
    completion = complete(client, user(DRAWBACKS))
    (choice,) = completion.choices
    assert choice.message.content == made.to_markdown()
    assert "[1]" in choice.message.content and "**Sources**" in choice.message.content
    assert (choice.finish_reason, choice.message.role) == ("stop", "assistant")
    assert (completion.model, completion.system_fingerprint) == ("ibid", made.generation)
    assert completion.usage.prompt_tokens == len(DRAWBACKS.split())
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens


def test_a_stream_is_the_same_answer_statement_by_statement(server: Live, client: openai.OpenAI) -> None:
    whole = complete(client, user(DRAWBACKS)).choices[0].message.content
    chunks = list(complete(client, user(DRAWBACKS), stream=True, stream_options={"include_usage": True}))
    *told, counted = chunks
    assert "".join(chunk.choices[0].delta.content or "" for chunk in told) == whole
    assert told[0].choices[0].delta.role == "assistant" and told[-1].choices[0].finish_reason == "stop"
    assert len({chunk.id for chunk in chunks}) == 1
    assert counted.choices == [] and counted.usage.completion_tokens == len(whole.split())
    assert len(told) == 2 + len(whole.split("\n\n**Sources**")[0].split("\n\n")) + 1


def test_each_stage_is_told_as_it_begins(tmp_path: Path) -> None:
    asked = {"messages": user(SLOW), "stream": True}
    with (
        live(tmp_path, openai_route=True) as server,
        server.client.stream("POST", "/v1/chat/completions", json=asked) as response,
    ):
        lines = (line for line in response.iter_lines() if line)
        assert "assistant" in next(lines)
        assert [next(lines), next(lines)] == [": resolve", ": search"]
        assert server.encoder.began.wait(20)
        server.encoder.go.set()
        assert list(lines)[-1] == "data: [DONE]"


def test_a_refusal_is_an_answer_in_plain_words(client: openai.OpenAI) -> None:
    said = complete(client, user("Who won the football match?")).choices[0].message.content
    assert said.startswith("The sources do not answer this") and "**Sources**" not in said


def test_a_follow_up_is_understood_from_the_messages(client: openai.OpenAI) -> None:
    first = complete(client, user("How is verdolin given?")).choices[0].message.content
    talk = [
        {"role": "system", "content": "Speak of quillex."},
        *user("How is verdolin given?"),
        {"role": "assistant", "content": first},
        {"role": "user", "content": [{"type": "text", "text": "And its"}, {"type": "text", "text": "drawbacks?"}]},
    ]
    said = complete(client, talk).choices[0].message.content
    assert said.startswith("Read as: As for verdolin: And its drawbacks?")
    assert complete(client, talk[-1:]).choices[0].message.content != said


def test_a_conversation_is_understood_in_order_and_what_was_said_is_known(
    server: Live, client: openai.OpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    replayed: list[tuple[str, str, int]] = []
    replay = Answerer.replay

    def watched(answerer: Answerer, question: str, said: str, conversation: Any) -> None:  # noqa: ANN401
        replayed.append((question, said, len(conversation.turns)))
        replay(answerer, question, said, conversation)

    monkeypatch.setattr(Answerer, "replay", watched)
    refused = complete(client, user("Who won the football match?")).choices[0].message.content
    said = "Verdolin is sprayed. [1]\n\n**Sources**\n\n- [1] **Feeds**"
    talk = [
        *user("Who won the football match?"),
        {"role": "assistant", "content": refused},
        *user("x" * 3000, "How is verdolin given?"),
        {"role": "assistant", "content": said},
        *user("And its drawbacks?"),
    ]
    complete(client, talk)
    assert replayed == [("Who won the football match?", "", 0), ("How is verdolin given?", "Verdolin is sprayed.", 1)]


def test_a_conversation_of_a_hundred_turns_is_gone_on_with(client: openai.OpenAI) -> None:
    answer = {
        "role": "assistant",
        "content": complete(client, user("How is verdolin given?")).choices[0].message.content,
    }
    talk = [message for _ in range(120) for message in (*user("How is verdolin given?"), answer)]
    assert len(str(talk)) > 64 * 1024
    said = complete(client, [*talk, *user("And its drawbacks?")]).choices[0].message.content
    assert said.startswith("Read as: As for verdolin:")


def test_what_means_nothing_here_is_ignored(client: openai.OpenAI) -> None:
    tool = {"type": "function", "function": {"name": "f", "parameters": {}}}
    more = {"temperature": 0.7, "tools": [tool], "seed": 1, "max_tokens": 5, "n": 1, "user": "someone", "top_p": 0.1}
    assert complete(client, user(DRAWBACKS), **more).choices[0].message.content.count("**Sources**") == 1


def test_there_is_one_model(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["ibid"]


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"messages": []}, "BadRequestError", "messages"),
        ({"messages": user("x" * 2001)}, "BadRequestError", "2,000"),
        ({"messages": user(" ")}, "BadRequestError", "empty"),
        ({"messages": user("a\x00b")}, "BadRequestError", "control characters"),
        ({"messages": [*user(DRAWBACKS), {"role": "assistant", "content": "Yes."}]}, "BadRequestError", "the user"),
        ({"messages": [{"role": "user", "content": PICTURE}]}, "BadRequestError", "no text"),
        ({"messages": [{"role": "wizard", "content": "x"}]}, "BadRequestError", "messages"),
        ({"messages": user(DRAWBACKS), "n": 2}, "BadRequestError", "n: "),
        ({"messages": user(DRAWBACKS), "model": "gpt"}, "NotFoundError", "ask for ibid"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_cannot_be_answered_is_an_error_of_openai(
    client: openai.OpenAI, asked: dict[str, Any], error: str, told: str, stream: bool
) -> None:
    with pytest.raises(getattr(openai, error), match=told) as raised:
        client.chat.completions.create(**{"model": "ibid", "stream": stream} | asked)
    assert raised.value.body.keys() == {"message", "type", "param", "code"}
    assert raised.value.type == "invalid_request_error"


def test_a_key_is_demanded_and_the_rate_is_kept(tmp_path: Path) -> None:
    rules = Rules(keys=[KEY], rate=Rate(1, 2))
    with live(tmp_path, rules, openai_route=True) as server, client_of(server, "wrong") as stranger:
        with pytest.raises(openai.AuthenticationError, match="API key") as raised:
            complete(stranger, user(DRAWBACKS))
        assert raised.value.code == "invalid_api_key"
        with client_of(server, KEY) as client:
            assert complete(client, user(DRAWBACKS)).choices
            assert client.models.list().data
            with pytest.raises(openai.RateLimitError):
                client.models.list()


def test_a_server_that_is_busy_or_fails_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with live(tmp_path, openai_route=True, patience=0.05) as server, client_of(server) as client:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("ibid.http.answers.verify", lambda *_: 1 / 0)
            for stream in (False, True):
                with pytest.raises(openai.APIError, match="request_id") as raised:
                    list(complete(client, user(DRAWBACKS), stream=stream))
                assert raised.value.type == "server_error"
        worker = server.pool._free.get_nowait()
        with pytest.raises(openai.InternalServerError) as raised:
            complete(client, user(DRAWBACKS))
        assert (raised.value.status_code, raised.value.code) == (503, "busy")
        server.pool._free.put_nowait(worker)


def test_without_its_option_the_route_is_not_there(tmp_path: Path) -> None:
    with live(tmp_path) as server, client_of(server) as client:
        with pytest.raises(openai.NotFoundError, match="--openai-route"):
            complete(client, user(DRAWBACKS))
        assert "/v1/models" not in server.client.get("/openapi.json").json()["paths"]


def test_nothing_of_a_conversation_is_written(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "ibid.http")
    with live(tmp_path, openai_route=True) as server, client_of(server) as client:
        complete(client, user("Is verdolin for-my-own safe?", "And its drawbacks?"))
        with pytest.raises(openai.BadRequestError):
            complete(client, [{"role": "for-my-own", "content": "for-my-own"}])
    written = [record.getMessage() for record in caplog.records if record.name == "ibid.http"]
    assert written and "for-my-own" not in str(written)
