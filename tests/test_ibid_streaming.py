"""Answers told while they are made, and awaited, over made-up leaflets."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, closing, contextmanager

import pytest
from leaflets import DRAWBACKS, OFF_TOPIC, garden, untimed

from answer import Answer, QuestionError, Statement
from ibid.api import Library
from ibid.streaming import Told
from ingest import Vectors

pytestmark = pytest.mark.usefixtures("plain_weights")
STAGES = ["resolve", "search", "read"]
FOLLOW_UP = "What is it?"


@pytest.fixture
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return garden(tmp_path_factory.mktemp("garden"))


class Held:
    """The encoder of a library, which does not go on with the first thing it is given until `go` is set."""

    def __init__(self) -> None:
        self.began, self.go = threading.Event(), threading.Event()


@contextmanager
def held(library: Library, monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    holding = Held()
    assert library._answerer is not None
    encoder = library._answerer.encoder
    encode = encoder.encode

    def wait(texts: Sequence[str]) -> Vectors:
        holding.began.set()
        assert holding.go.wait(20)
        return encode(texts)

    monkeypatch.setattr(encoder, "encode", wait)
    try:
        yield holding
    finally:
        holding.go.set()


def is_whole(told: Sequence[Told], answer: Answer) -> bool:
    """Whether it is each stage, each statement, and the answer."""
    *before, last = told
    stages, statements = before[: len(STAGES)], before[len(STAGES) :]
    assert isinstance(last, Answer)
    return stages == STAGES and tuple(statements) == last.statements and untimed(last) == untimed(answer)


async def listed(stream: AsyncGenerator[Told, None]) -> list[Told]:
    return [each async for each in stream]


@pytest.mark.parametrize("question", [DRAWBACKS, OFF_TOPIC])
def test_a_stream_ends_in_the_answer(library: Library, question: str) -> None:
    answer = library.ask(question)
    assert is_whole(list(library.stream(question)), answer)
    assert is_whole(asyncio.run(listed(library.astream(question))), answer)
    assert untimed(asyncio.run(library.aask(question))) == untimed(answer)


def test_statements_are_told_with_the_numbers_of_their_citations(library: Library) -> None:
    *told, answer = library.stream(DRAWBACKS)
    assert isinstance(answer, Answer)
    statements = [each for each in told if isinstance(each, Statement)]
    assert statements and {number for s in statements for number in s.citations} == {
        citation.number for citation in answer.citations
    }


def test_a_stage_is_told_while_it_goes_on(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with held(library, monkeypatch) as holding, closing(library.stream(DRAWBACKS)) as stream:
        assert [next(stream), next(stream)] == ["resolve", "search"]
        assert holding.began.wait(20)
        holding.go.set()
        assert next(stream) == "read"


def test_every_way_to_ask_in_a_conversation_follows_up(library: Library) -> None:
    async def talk() -> list[Answer]:
        chat = library.conversation()
        await chat.aask(DRAWBACKS)
        *_, streamed = await listed(chat.astream(FOLLOW_UP))
        *_, told = chat.stream(FOLLOW_UP)
        assert isinstance(streamed, Answer) and isinstance(told, Answer)
        return [streamed, told, chat.ask(FOLLOW_UP), await chat.aask(FOLLOW_UP)]

    for answer in asyncio.run(talk()):
        assert "verdolin" in answer.resolved_question
    assert asyncio.run(library.aask(FOLLOW_UP)).resolved_question == FOLLOW_UP


def test_search_is_awaited(library: Library) -> None:
    assert asyncio.run(library.asearch("verdolin", k=3)) == library.search("verdolin", k=3)


def test_what_is_no_question_is_refused(library: Library) -> None:
    for asking in (library, library.conversation()):
        with pytest.raises(QuestionError):
            list(asking.stream(" "))
        with pytest.raises(QuestionError):
            asyncio.run(asking.aask(" "))
        with pytest.raises(QuestionError):
            asyncio.run(listed(asking.astream(" ")))
    with pytest.raises(QuestionError):
        asyncio.run(library.asearch(" "))


def test_the_loop_goes_on_while_an_answer_is_awaited(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async def meanwhile() -> Answer:
        asking = asyncio.create_task(library.aask(DRAWBACKS))
        while not holding.began.is_set():
            await asyncio.sleep(0.01)
        holding.go.set()
        return await asking

    with held(library, monkeypatch) as holding:
        assert asyncio.run(meanwhile()).status == "answered"


def test_questions_of_one_conversation_at_once_are_taken_in_turn(library: Library) -> None:
    async def ask() -> int:
        chat = library.conversation()
        await asyncio.gather(*(chat.aask(question) for question in [OFF_TOPIC, DRAWBACKS, OFF_TOPIC]))
        return len(chat._conversation.turns)

    assert asyncio.run(ask()) == 3


@pytest.mark.parametrize("way", ["aask", "astream"])
def test_who_cancels_is_not_answered_further_and_nothing_is_remembered(
    library: Library, monkeypatch: pytest.MonkeyPatch, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    chat = library.conversation()

    async def cancel() -> None:
        asking = asyncio.create_task(chat.aask(DRAWBACKS) if way == "aask" else listed(chat.astream(DRAWBACKS)))
        while not holding.began.is_set():
            await asyncio.sleep(0.01)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        holding.go.set()

    with held(library, monkeypatch) as holding:
        asyncio.run(cancel())
    assert chat.ask(FOLLOW_UP).resolved_question == FOLLOW_UP
    assert caplog.records == []


@pytest.mark.parametrize("way", ["stream", "astream"])
def test_a_stream_that_is_left_early_ends_and_nothing_is_remembered(
    library: Library, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    chat = library.conversation()

    async def leave() -> None:
        async with aclosing(chat.astream(DRAWBACKS)) as stream:
            async for _ in stream:
                break
        holding.go.set()

    with held(library, monkeypatch) as holding:
        if way == "astream":
            asyncio.run(leave())
        else:
            with closing(chat.stream(DRAWBACKS)) as stream:
                next(stream)
    assert chat.ask(FOLLOW_UP).resolved_question == FOLLOW_UP
    ended = time.monotonic() + 20
    while any(thread.name.startswith("ibid") for thread in threading.enumerate()):
        assert time.monotonic() < ended
        time.sleep(0.01)
