"""Questions over HTTP: /v1/answers, /v1/search and /v1/feedback."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from answer import (
    LONGEST_QUESTION,
    Answer,
    Answerer,
    Citation,
    Conversation,
    QuestionError,
    Stage,
    check_question,
    verify,
)
from ibid.conversations import LongConversation, UnknownConversation
from ibid.http.feedback import Feedback
from ibid.http.pool import AnswerPool, AnswerWorker
from ibid.http.problems import RequestProblem
from ibid.http.records import Answered, Asked, Found, Judged, Sought
from ibid.http.stream import EVENTS, HEADERS, Stream
from ibid.http.talks import Talk, Talks
from ibid.http.telemetry import Metrics, trace
from ingest import Generation

_log = logging.getLogger("ibid.http")


def responses(good: Mapping[int, Any], *bad: int) -> dict[int | str, dict[str, Any]]:
    """The responses of a route as OpenAPI has them: the `good` ones, and the statuses of its problems."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemRecord"}}}
    problems: dict[int | str, dict[str, Any]] = {
        status: {"description": SAID[status], "content": content} for status in bad
    }
    return {**dict(good.items()), **problems}


SAID = {
    400: "The body is no JSON, or it did not come to its end.",
    401: "An API key is needed.",
    403: "A page of another site asks.",
    404: "There is no such thing.",
    408: "The body did not come in time.",
    409: "It cannot be done with what there is.",
    413: "The body is too large.",
    415: "The body is of another kind than JSON.",
    421: "The server is asked by a name that is not its own.",
    422: "A field is missing, unknown or wrong; the question is empty, too long or no text.",
    429: "This client asks too often; Retry-After says when to try again.",
    500: "The server failed.",
    503: "Too much is asked at once; Retry-After says when to try again.",
    507: "It could not be written.",
}
OF_ALL = (401, 421, 429, 500)
OF_A_BODY = (*OF_ALL, 400, 408, 413, 415, 422, 503)
_STREAM = {
    "description": "The answer; with `Accept: text/event-stream` as events: `stage` ({stage}) as each begins "
    "(`resolve` alone where the same was asked before), "
    "`statement` ({text, citations, kind, cited}) once it is verified, then `record` (the whole), or `problem`.",
    "content": {EVENTS: {"schema": {"type": "string"}, "example": 'event: stage\ndata: {"stage": "search"}\n\n'}},
}


class Answers:
    """Answers questions in a pool of workers, in conversations."""

    def __init__(
        self,
        pool: AnswerPool,
        conversations: Talks,
        metrics: Metrics,
        feedback: Feedback | None,
        log_questions: bool,
    ) -> None:
        """Answer in `pool`; with `log_questions` each question is written to the log."""
        self._pool = pool
        self._conversations = conversations
        self._metrics = metrics
        self._feedback = feedback
        self._log_questions = log_questions

    def routes(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["answers"])
        answered = {200: {"model": Answered} | _STREAM}
        router.add_api_route(
            "/v1/answers",
            self.answer,
            methods=["POST"],
            summary="Answer a question",
            response_model=None,
            responses=responses(answered, *OF_A_BODY, 404, 409),
        )
        router.add_api_route(
            "/v1/answers",
            self.link,
            methods=["GET"],
            summary="Answer a question that stands alone, by a permanent link",
            response_model=None,
            responses=responses(answered, *OF_ALL, 404, 409, 422, 503),
        )
        router.add_api_route(
            "/v1/search",
            self.search,
            methods=["POST"],
            summary="Find passages",
            response_model=None,
            responses=responses({200: {"model": Found}}, *OF_A_BODY),
        )
        if self._feedback:
            router.add_api_route(
                "/v1/feedback",
                self.judge,
                methods=["POST"],
                status_code=204,
                summary="Say whether an answer was right",
                response_model=None,
                responses=responses({}, *OF_A_BODY, 404, 409),
            )
        return router

    async def answer(self, request: Request, asked: Asked) -> Response:
        """Answer a question from what the sources say, every statement with its citations."""
        return await self._respond(request, asked, self._talk(asked.conversation, request.state.holder))

    async def link(
        self,
        request: Request,
        question: Annotated[str, Query(min_length=1, max_length=LONGEST_QUESTION, examples=["What is octreotide?"])],
        generation: Annotated[str | None, Query(max_length=64)] = None,
    ) -> Response:
        """The quotes by which a generation answers a question as it was understood: the same for each who follows it.

        No language model is asked: what it chooses or writes may be something else each time.
        """
        return await self._respond(request, Asked(question=question, generation=generation, quotes_only=True))

    async def search(self, request: Request, sought: Sought) -> Response:
        """The passages that are read for a question, best first."""
        asked = _checked(sought.question)

        def work(worker: AnswerWorker) -> Found:
            answerer = worker.answerer(self._pool.shelf.current())
            terms, generation = answerer.terms, answerer.generation
            text = terms.spelling.correct(asked).text
            hits = answerer.search(text, sought.k)
            passages = [hit.passage for hit in hits]
            cited = [
                Citation.of(number, generation.document(passage.document_id), passage.start, passage.end)
                for number, passage in enumerate(passages, 1)
            ]
            told = terms.asked(text)
            words = dict.fromkeys(word for passage in passages for word in terms.said(told, passage.text))
            return Found(sought.question, generation.name, tuple(hits), tuple(cited), tuple(words), generation.states)

        return JSONResponse(asdict(await self._pool.run(work)))

    async def judge(self, request: Request, judged: Judged) -> Response:
        """Keep what a person says of an answer, as the draft of a gold question."""
        assert self._feedback is not None
        asked = Asked(question=judged.question, generation=judged.generation, quotes_only=True)
        record = await self._pool.run(self.making(request, asked))
        self._feedback.keep(Answer.from_json(record), judged.right, judged.comment)
        return Response(status_code=204)

    def _talk(self, name: str | None, holder: str) -> Talk:
        """The conversation of that id, or a new one.  Raises RequestProblem 404, or 409 if it has ended."""
        try:
            return Talk() if name is None else self._conversations.get(name, holder)
        except UnknownConversation as error:
            raise RequestProblem.of(404, "no_conversation", error) from error
        except LongConversation as error:
            raise RequestProblem.of(409, "long_conversation", error) from error

    def making(
        self,
        request: Request,
        asked: Asked,
        recall: Callable[[Answerer], Conversation | None] = lambda _: None,
        begins: Callable[[Stage], None] = lambda _: None,
    ) -> Callable[[AnswerWorker], dict[str, Any]]:
        """What makes the record of an answer by a worker, all of it from one generation and checked against that.

        `recall` gives the conversation that the question stands in.
        """
        _checked(asked.question)

        def make(worker: AnswerWorker) -> dict[str, Any]:
            answerer = worker.answerer(self._pool.shelf.named(asked.generation))
            answer = answerer.ask(asked.question, recall(answerer), quotes_only=asked.quotes_only, begins=begins)
            record = answer.to_json()
            _prove(record, answerer.generation)
            self._metrics.count(answer)
            trace(answer, request.headers)
            return record

        if self._log_questions:
            _log.info("%s asked %s", request.state.request_id, json.dumps(asked.question))
        return make

    async def _respond(self, request: Request, asked: Asked, talk: Talk | None = None) -> Response:
        """The answer, as JSON, or as events where these are accepted."""

        def finish(record: dict[str, Any]) -> dict[str, Any]:
            name = self._conversations.keep(talk, asked.conversation, request.state.holder) if talk else None
            return record | {"conversation": name}

        def recall(_: Answerer) -> Conversation | None:
            return talk.conversation if talk else None

        lock = talk.lock if talk else None
        if EVENTS not in request.headers.get("accept", ""):
            return JSONResponse(finish(await self._pool.run(self.making(request, asked, recall), lock)))
        stream = Stream()
        making = await self._pool.begin(self.making(request, asked, recall, stream.begins), lock)
        events = _events(await stream.stages(making), making, finish, request.state.request_id)
        return StreamingResponse(events, media_type=EVENTS, headers=HEADERS)


async def _events(
    stages: AsyncIterator[Stage],
    making: asyncio.Future[dict[str, Any]],
    finish: Callable[[dict[str, Any]], Mapping[str, Any]],
    request_id: str,
) -> AsyncIterator[str]:
    """Server-sent events (WHATWG HTML, 9.2): the stages, then the record that `making` gives, as `finish` makes it."""
    async for stage in stages:
        yield _event("stage", {"stage": stage})
    try:
        record = finish(making.result())
    except Exception as error:
        yield _event("problem", RequestProblem.behind(error, request_id).to_json(request_id))
        return
    for statement in record["statements"]:
        cited = [c for c in record["citations"] if c["number"] in statement["citations"]]
        yield _event("statement", {**statement, "cited": cited})
    yield _event("record", record)


def _event(kind: str, value: Mapping[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"


def _checked(question: str) -> str:
    """Before a conversation is begun or a thread taken."""
    try:
        return check_question(question)
    except QuestionError as error:
        raise RequestProblem.of(422, "wrong_question", error) from error


def _prove(record: dict[str, Any], generation: Generation) -> None:
    """Nothing is said that is not word for word where it is said to stand.  Raises RuntimeError, RecordError."""
    if any(verdict.status != "exact" for verdict in verify(record, generation)):
        raise RuntimeError("an answer was made whose citations are not exact")
