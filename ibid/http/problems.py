"""What goes wrong, as a client is told: application/problem+json (RFC 9457) with what mends it, or OpenAI's form."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse

from ingest import EngineError, IngestError

MEDIA_TYPE = "application/problem+json"
# Whose clients know errors as OpenAI's API tells them, and by some of its codes.
OPENAI_PATHS = ("/v1/chat/", "/v1/models")
# Where it is, and why, stands in the log.
DATABASE_AWAY = "the database that holds the index cannot be reached or read"
_REFUSED = "invalid_request_error"
_OPENAI_CODES = {"no_key": "invalid_api_key", "too_many_requests": "rate_limit_exceeded", "no_model": "model_not_found"}
_log = logging.getLogger("ibid.http")


class RequestProblem(Exception):
    """A request that is not answered: `status`, what happened, what mends it, and headers such as Retry-After.

    `code` names the kind of problem for a program.
    """

    def __init__(
        self, status: int, code: str, detail: str, mend: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """Tell what happened (`detail`) and what mends it."""
        super().__init__(f"{detail}; {mend}")
        self.status = status
        self.code = code
        self.detail = detail
        self.mend = mend
        self.headers = dict(headers or {})

    @classmethod
    def of(cls, status: int, code: str, error: Exception) -> RequestProblem:
        """From an error of ours, whose message says what happened, and behind a semicolon what mends it."""
        detail, _, mend = str(error).partition("; ")
        return cls(status, code, detail, mend or "change the request and send it again")

    @classmethod
    def behind(cls, error: Exception, request_id: str) -> RequestProblem:
        """What a client is told of an error that is none of its doing; the log is told more."""
        if isinstance(error, RequestProblem):
            return error
        if isinstance(error, IngestError):
            # Its message names folders of this machine.
            _log.error("%s %s", request_id, error)
            what = DATABASE_AWAY if isinstance(error, EngineError) else "the index cannot be read"
            return cls(503, "no_index", what, "try again in 30 s", {"Retry-After": "30"})
        # The message of an error may hold what was asked, where it was raised does not.
        _log.error("%s %s\n%s", request_id, type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
        return cls.fault()

    @classmethod
    def fault(cls) -> RequestProblem:
        """500: it is not the client's doing, and what it was stands in the log alone."""
        return cls(500, "fault", "the server failed", "give the request_id to who runs it, whose log tells more")

    @classmethod
    def busy(cls, detail: str, seconds: int) -> RequestProblem:
        """503: too much is asked at once."""
        return cls(503, "busy", detail, f"try again in {seconds} s", {"Retry-After": str(seconds)})

    def to_json(self, request_id: str) -> dict[str, Any]:
        """The members of RFC 9457, and `mend`, `code` and `request_id`."""
        return {
            "type": f"urn:ibid:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "mend": self.mend,
            "code": self.code,
            "request_id": request_id,
        }

    def to_openai(self) -> dict[str, Any]:
        """The same as OpenAI's API tells of an error."""
        kind = "server_error" if self.status >= 500 else "rate_limit_error" if self.status == 429 else _REFUSED
        code = _OPENAI_CODES.get(self.code, self.code)
        return {"error": {"message": str(self), "type": kind, "param": None, "code": code}}

    def response(self, request_id: str, path: str) -> JSONResponse:
        """What is sent to who asked for `path`."""
        if path.startswith(OPENAI_PATHS):
            # Where it says what is wrong with a request, it has no 422.
            return JSONResponse(self.to_openai(), 400 if self.status == 422 else self.status, self.headers)
        return JSONResponse(self.to_json(request_id), self.status, self.headers, media_type=MEDIA_TYPE)


def not_json() -> RequestProblem:
    """400: the body cannot be read."""
    return RequestProblem(400, "not_json", "the body is not JSON", "send one JSON object, in UTF-8")


def wrong_fields(errors: list[dict[str, Any]]) -> RequestProblem:
    """422 (400 where it is no JSON at all) from what pydantic says; nothing of what was sent is repeated."""
    if any(error["type"] == "json_invalid" for error in errors):
        return not_json()
    told = ", ".join(f"{_place(error['loc'])}: {error['msg'][:1].lower()}{error['msg'][1:]}" for error in errors[:3])
    return RequestProblem(422, "wrong_field", told, "see /openapi.json for what is taken")


def _place(location: tuple[str | int, ...]) -> str:
    # The name of a field that we do not know is something that was sent.
    return " ".join(str(part) for part in location[:2])
