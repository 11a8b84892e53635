"""The parts put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from ibid import __version__
from ibid.http.answers import Answers
from ibid.http.completions import Completions
from ibid.http.drain import Drain
from ibid.http.examples import EXAMPLES
from ibid.http.feedback import Feedback
from ibid.http.gate import RequestGate, Rules
from ibid.http.health import Vitals
from ibid.http.openai import FaultRecord
from ibid.http.pool import AnswerPool
from ibid.http.problems import OPENAI_PATHS, RequestProblem, not_json, wrong_fields
from ibid.http.records import ProblemRecord
from ibid.http.reference import reference_routes
from ibid.http.sources import SourceRoutes
from ibid.http.talks import Talks
from ibid.http.telemetry import Metrics
from ibid.http.uploads import Shed
from ibid.places import Places
from ingest import IngestError

_DESCRIPTION = "Answers questions with what a set of documents says, and shows exactly where they say it."
# FastAPI's own spans and logs hold the query of a request and the messages of errors: what was asked.
_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
_TYPES = {404: "no_page", 405: "wrong_method"}


def make_app(
    pool: AnswerPool,
    places: Places,
    conversations: Talks,
    rules: Rules,
    feedback: Feedback | None = None,
    log_questions: bool = False,
    page: Sequence[BaseRoute] = (),
    openai_route: bool = False,
    uploads: Shed | None = None,
    drain: Drain | None = None,
) -> ASGIApp:
    """The application: the API, and the routes of a web `page` where there is one.

    With `openai_route` it can be asked in the form of OpenAI's API too, and with `uploads` files can be put in.
    """
    metrics = Metrics()
    drain = drain or Drain()
    # Its own pages of documentation load scripts from elsewhere.
    app = FastAPI(
        title="ibid",
        version=__version__,
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        telemetry=_NO_TELEMETRY,
    )
    answers = Answers(pool, conversations, metrics, feedback, log_questions)
    app.include_router(answers.routes())
    if openai_route:
        app.include_router(Completions(answers, pool).routes())
    app.include_router(SourceRoutes(pool.shelf, places).routes())
    if uploads:
        app.include_router(uploads.routes())
    app.include_router(Vitals(pool, conversations, metrics, drain).routes())
    app.router.routes.extend([*reference_routes(lambda: app.openapi()), *page])
    app.add_exception_handler(RequestProblem, _tell)
    app.add_exception_handler(HTTPException, _tell)
    app.add_exception_handler(RequestValidationError, _tell)
    app.add_exception_handler(IngestError, _tell)
    app.add_exception_handler(Exception, _tell)
    app.openapi = lambda: _openapi(app, bool(rules.keys))  # type: ignore[method-assign]
    return RequestGate(app, rules, metrics, drain)


async def _tell(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, RequestValidationError):
        error = wrong_fields(list(error.errors()))
    elif isinstance(error, HTTPException):
        error = _plain(error, request)
    elif isinstance(error, IngestError):
        error = RequestProblem.behind(error, request.state.request_id)
    elif not isinstance(error, RequestProblem):
        error = RequestProblem.fault()  # the gate, which it comes by as well, writes it to the log
    return error.response(request.state.request_id, request.url.path)


def _plain(error: HTTPException, request: Request) -> RequestProblem:
    """A problem that Starlette or FastAPI found."""
    if error.status_code == 400:
        return not_json()
    headers = dict(error.headers or {})
    if error.status_code == 405:
        # A route knows its own methods only, not those of another at the same address.
        # Of what is no part of the API, as the page, the framework has told them.
        path = getattr(request.scope.get("route"), "path", None)
        told = request.app.openapi()["paths"].get(path, {})
        headers |= {"Allow": ", ".join(sorted(map(str.upper, told)))} if told else {}
    code = _TYPES.get(error.status_code, "refused")
    if error.status_code == 404 and request.url.path.startswith(OPENAI_PATHS):
        return RequestProblem(404, code, "this is not served", "start ibid serve with --openai-route", headers)
    detail = {404: "there is nothing at this address", 405: "this address takes other methods"}.get(error.status_code)
    return RequestProblem(
        error.status_code, code, detail or str(error.detail), "see /openapi.json for what there is", headers
    )


def _openapi(app: FastAPI, with_key: bool) -> dict[str, Any]:
    if app.openapi_schema is None:
        told = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = told["components"]["schemas"]
        schemas["ProblemRecord"] = ProblemRecord.model_json_schema()
        if "Completion" in schemas:
            fault = FaultRecord.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= fault.pop("$defs") | {"FaultRecord": fault}
        # Not with the routes, where FastAPI leaves out of an example what is null.
        for name, example in EXAMPLES.items():
            if name in schemas:
                schemas[name]["examples"] = [example]
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        for path, methods in told["paths"].items():
            if path.startswith(OPENAI_PATHS):
                for operation in methods.values():
                    operation["responses"].pop("422", None)  # it is told by 400 there
        if with_key:
            told["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
            told["security"] = [{"key": []}]
        app.openapi_schema = told
    return app.openapi_schema
