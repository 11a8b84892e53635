"""Questions over HTTP: /v1/answers, /v1/search and /v1/feedback."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from answer import LONGEST_QUESTION, Answer, Conversation, QuestionError, check_question, verify
from ibid.http.conversations import Conversations
from ibid.http.desk import Desk, Seat
from ibid.http.feedback import Feedback
from ibid.http.problems import Problem
from ibid.http.records import Answered, Asked, Found, Judged, Sought
from ibid.http.telemetry import STAGES, Metrics, trace
from ingest import Generation

EVENTS = "text/event-stream"
_log = logging.getLogger("ibid.http")


def responses(good: Mapping[int, Any], *bad: int) -> dict[int | str, dict[str, Any]]:
    """The responses of a route as OpenAPI has them: the `good` ones, and the statuses of its problems."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemRecord"}}}
    problems: dict[int | str, dict[str, Any]] = {
        status: {"description": _SAID[status], "content": content} for status in bad
    }
    return {**dict(good.items()), **problems}


_SAID = {
    400: "The body is no JSON.",
    401: "An API key is needed.",
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
}
OF_ALL = (401, 421, 429, 500)
OF_A_BODY = (*OF_ALL, 400, 408, 413, 415, 422, 503)
_STREAM = {
    "description": "The answer; with `Accept: text/event-stream` as events: `stage` ({stage, ms}), `statement` "
    "({text, citations, kind, cited}) as each is verified, then `record` (the whole), or `problem`.",
    "content": {EVENTS: {"schema": {"type": "string"}}},
}


class Answers:
    """Answers questions at a desk, in conversations."""

    def __init__(
        self,
        desk: Desk,
        conversations: Conversations,
        metrics: Metrics,
        feedback: Feedback | None,
        log_questions: bool,
    ) -> None:
        """Answer at `desk`; with `log_questions` each question is written to the log."""
        self._desk = desk
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
        _checked(asked.question)
        talk = self._conversations.take(asked.conversation)
        work = self._work(request, asked.question, asked.generation, talk.conversation)
        answer = await self._desk.run(work, talk.lock)
        self._conversations.keep(talk)
        return _response(request, Answered.of(answer, talk.id))

    async def link(
        self,
        request: Request,
        question: Annotated[str, Query(min_length=1, max_length=LONGEST_QUESTION, examples=["What is octreotide?"])],
        generation: Annotated[str | None, Query(max_length=64)] = None,
    ) -> Response:
        """The answer of a generation to a question as it was understood: the same whenever the link is opened."""
        _checked(question)
        answer = await self._desk.run(self._work(request, question, generation, None))
        return _response(request, Answered.of(answer, None))

    async def search(self, request: Request, sought: Sought) -> Response:
        """The passages that are read for a question, best first."""
        asked = _checked(sought.question)

        def work(seat: Seat) -> Found:
            answerer = seat.answerer(self._desk.shelf.current())
            hits = answerer.search(answerer.terms.mend(asked).text, sought.k)
            return Found(sought.question, answerer.generation.name, tuple(hits))

        return JSONResponse(asdict(await self._desk.run(work)))

    async def judge(self, request: Request, judged: Judged) -> Response:
        """Keep what a person says of an answer, as the draft of a gold question."""
        assert self._feedback is not None
        _checked(judged.question)
        answer = await self._desk.run(self._work(request, judged.question, judged.generation, None))
        self._feedback.keep(answer, judged.right, judged.comment)
        return Response(status_code=204)

    def _work(
        self, request: Request, question: str, generation: str | None, conversation: Conversation | None
    ) -> Callable[[Seat], Answer]:
        """What is to be done at a seat: the answer, all of it from one generation, and checked against it."""

        def work(seat: Seat) -> Answer:
            answerer = seat.answerer(self._desk.shelf.named(generation))
            answer = answerer.ask(question, conversation)
            _prove(answer, answerer.generation)
            self._metrics.count(answer)
            trace(answer, request.headers)
            return answer

        if self._log_questions:
            _log.info("%s asked %s", request.state.request_id, json.dumps(question))
        return work


def _checked(question: str) -> str:
    """Before a conversation is begun or a thread taken."""
    try:
        return check_question(question)
    except QuestionError as error:
        raise Problem.of(422, "wrong_question", error) from error


def _prove(answer: Answer, generation: Generation) -> None:
    """Nothing is said that is not word for word where it is said to stand.  Raises RuntimeError, RecordError."""
    if any(verdict.status != "exact" for verdict in verify(answer.to_json(), generation)):
        raise RuntimeError("an answer was made whose citations are not exact")


def _response(request: Request, answered: Answered) -> Response:
    if EVENTS in request.headers.get("accept", ""):
        return StreamingResponse(_events(answered), media_type=EVENTS)
    return JSONResponse(answered.to_json())


async def _events(answered: Answered) -> AsyncIterator[str]:
    for event in _told(answered):
        yield event


def _told(answered: Answered) -> Iterator[str]:
    record = answered.to_json()
    for stage in STAGES:
        yield _event("stage", {"stage": stage, "ms": answered.timings_ms[stage]})
    for statement in record["statements"]:
        cited = [c for c in record["citations"] if c["number"] in statement["citations"]]
        yield _event("statement", statement | {"cited": cited})
    yield _event("record", record)


def _event(kind: str, value: dict[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"
