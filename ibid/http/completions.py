"""Questions in the form of OpenAI's chat completions, so that programs which know that can ask: /v1/chat/completions.

The conversation is in the messages, and none is kept.  Of it a conversation is made as if it had been held here: each
earlier question of the user is understood in the light of those before it and of what the assistant said to them, and
is not answered again; what the assistant said are the statements of its text (`answer.markdown.said`).  So the last
question is understood as a follow-up.  No more than the last REPLAYED questions before it are gone through.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from answer import Answer, Answerer, Conversation, QuestionError, Stage, check_question
from answer.markdown import parts, said
from ibid.http.answers import SAID, Answers
from ibid.http.openai import MODEL, Choice, Completing, Completion, Message, Model, Models, Said, Usage
from ibid.http.pool import AnswerPool
from ibid.http.problems import RequestProblem
from ibid.http.records import Asked
from ibid.http.stream import EVENTS, HEADERS, Stream

# Each takes some ten milliseconds.
REPLAYED = 10
_STREAM = {
    "description": "The answer; with `stream` as chunks (`chat.completion.chunk`), then `[DONE]`. A comment tells of "
    "each stage as it begins, and a chunk has each statement once it is verified.",
    "content": {EVENTS: {"schema": {"type": "string"}, "example": ': search\n\ndata: {"id": "chatcmpl-…"}\n\n'}},
}


def _responses(good: dict[str, Any], *bad: int) -> dict[int | str, dict[str, Any]]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/FaultRecord"}}}
    faults: dict[int | str, dict[str, Any]] = {s: {"description": SAID[s], "content": content} for s in bad}
    return {200: good, **faults}


class Completions:
    """Answers what is asked in the form of OpenAI's chat completions."""

    def __init__(self, answers: Answers, pool: AnswerPool) -> None:
        """Answer as `answers` does, in the `pool`."""
        self._answers = answers
        self._pool = pool
        self._started = int(time.time())

    def routes(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["in the form of OpenAI's API"])
        router.add_api_route(
            "/v1/chat/completions",
            self.complete,
            methods=["POST"],
            summary="Answer a conversation",
            response_model=None,
            responses=_responses({"model": Completion} | _STREAM, 400, 401, 404, 408, 413, 415, 421, 429, 500, 503),
        )
        router.add_api_route(
            "/v1/models",
            self.models,
            summary="List the one model",
            response_model=None,
            responses=_responses({"model": Models}, 401, 421, 429, 500),
        )
        return router

    async def models(self) -> Response:
        """What can be asked."""
        return JSONResponse(asdict(Models("list", (Model(MODEL, "model", self._started, MODEL),))))

    async def complete(self, request: Request, completing: Completing) -> Response:
        """Answer the last message of a conversation, a user's, with quotes and their sources as Markdown."""
        if completing.model != MODEL:
            raise RequestProblem(404, "no_model", "there is no such model", f"ask for {MODEL}")
        *earlier, last = completing.messages
        if last.role != "user":
            raise RequestProblem(422, "no_question", "the last message is not one of the user", "end with the question")
        if not last.is_text:
            raise RequestProblem(422, "no_text", "a part of the question is no text", "ask in words alone")
        asked = Asked.model_construct(question=last.text)
        told = _CompletedAnswer(f"chatcmpl-{request.state.request_id}", completing)
        if not completing.stream:
            record = await self._pool.run(self._answers.making(request, asked, _recalling(earlier)))
            return JSONResponse(told.whole(Answer.from_json(record)))
        stream = Stream()
        making = await self._pool.begin(self._answers.making(request, asked, _recalling(earlier), stream.begins))
        chunks = told.chunks(await stream.stages(making), making, request.state.request_id)
        return StreamingResponse(chunks, media_type=EVENTS, headers=HEADERS)


def _recalling(messages: list[Message]) -> Callable[[Answerer], Conversation]:
    """The conversation of `messages`, to be made by the one who answers; see the head of this module."""
    turns: list[tuple[str, list[str]]] = []
    for message in messages:
        if message.role == "user" and _is_question(message.text):
            turns.append((message.text, []))
        elif message.role == "assistant" and turns:
            turns[-1][1].append(message.text)

    def recall(answerer: Answerer) -> Conversation:
        conversation = Conversation()
        for question, answers in turns[-REPLAYED:]:
            answerer.replay(question, " ".join(map(said, answers)), conversation)
        return conversation

    return recall


def _is_question(text: str) -> bool:
    try:
        return bool(check_question(text))
    except QuestionError:  # it was refused, and nothing follows up on it
        return False


class _CompletedAnswer:
    """An answer in OpenAI's form."""

    def __init__(self, name: str, completing: Completing) -> None:
        """Tell it under the id `name`."""
        self._name = name
        self._messages = completing.messages
        self._has_usage = bool(completing.stream_options and completing.stream_options.include_usage)
        self._created = int(time.time())

    def whole(self, answer: Answer) -> dict[str, Any]:
        """All of it at once."""
        text = answer.to_markdown()
        choice = Choice(0, Said("assistant", text), "stop")
        usage = Usage.of(self._messages, text)
        made = Completion(self._name, "chat.completion", self._created, MODEL, answer.generation, (choice,), usage)
        return asdict(made)

    async def chunks(
        self, stages: AsyncIterator[Stage], making: asyncio.Future[dict[str, Any]], request_id: str
    ) -> AsyncIterator[str]:
        """Each stage as a comment, which clients pass over, and the answer part by part."""
        yield self._chunk({"role": "assistant", "content": ""})
        async for stage in stages:
            yield f": {stage}\n\n"
        try:
            answer = Answer.from_json(making.result())
        except Exception as error:
            yield _data(RequestProblem.behind(error, request_id).to_openai())
            return
        for number, part in enumerate(parts(answer)):
            yield self._chunk({"content": f"\n\n{part}" if number else part}, generation=answer.generation)
        yield self._chunk({}, "stop", answer.generation)
        if self._has_usage:
            usage = Usage.of(self._messages, answer.to_markdown())
            yield _data(self._head(answer.generation) | {"choices": [], "usage": asdict(usage)})
        yield "data: [DONE]\n\n"

    def _chunk(self, delta: dict[str, str], reason: str | None = None, generation: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
        return _data(self._head(generation) | {"choices": [choice]})

    def _head(self, generation: str | None) -> dict[str, Any]:
        head = {"id": self._name, "object": "chat.completion.chunk", "created": self._created, "model": MODEL}
        return head | ({"system_fingerprint": generation} if generation else {})


def _data(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"
