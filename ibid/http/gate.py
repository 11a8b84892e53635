"""What every request passes: an id, host, key, rate and size; and what every response carries."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ibid.http.body import piecemeal, whole_body
from ibid.http.drain import Drain
from ibid.http.hosts import host_of, network_of
from ibid.http.origins import Origins, check_own
from ibid.http.problems import RequestProblem
from ibid.http.rate import Rate
from ibid.http.telemetry import Metrics
from ibid.listening import is_local

LONGEST_BODY = 64 * 1024
# A conversation with all that was said in it.
LONGEST_TALK = 2 * 1024 * 1024
UPLOADS = "/v1/uploads/"
_TALKS = "/v1/chat/completions"
# What demands a key besides the API, where keys are asked for: what it is asked and how is told to who may ask.
_CLOSED = ("/metrics", "/openapi.json", "/docs")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_JSON = "Content-Type: application/json"
_log = logging.getLogger("ibid.http")

_SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # A question may be about one's health: no cache keeps it, unless a route says otherwise.
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may ask, and how much.

    `keys` are API keys, one of which /v1, /metrics and /docs demand (none: nobody is asked for one).  With `local_only`
    a request must name this machine as its host, so that no page of the web can reach the server by a name of its own
    (DNS rebinding).  `body` is the most bytes of a body, `upload` that of a file which is put in (0: none is), `rate`
    how often a client may ask, None for without limit.  `origins` are those of other sites whose pages may ask.
    """

    keys: Sequence[str] = ()
    local_only: bool = False
    body: int = LONGEST_BODY
    rate: Rate | None = None
    upload: int = 0
    origins: Origins = Origins()  # noqa: RUF009 - it does not change


class RequestGate:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, rules: Rules, metrics: Metrics, drain: Drain) -> None:
        """Let through to `app` what keeps to the `rules`."""
        self._drain = drain
        self._app = app
        self._rules = rules
        self._metrics = metrics
        self._keys = [_digest(key) for key in rules.keys]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {}).update(request_id=request_id, holder="")
        started, status = time.perf_counter(), 0
        is_api = str(scope["path"]).startswith("/v1/")
        carries = _SECURITY | (self._rules.origins.told(headers) if is_api else {})

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                carried = MutableHeaders(scope=message)
                carried["X-Request-ID"] = request_id
                for name, value in carries.items():
                    carried.setdefault(name, value)
                if self._drain.has_begun:
                    # Or a client would send its next question into a connection that is being closed.
                    carried["Connection"] = "close"
            await send(message)

        self._metrics.in_flight.inc()
        try:
            self._check_host(headers)
            granted = self._rules.origins.preflight(scope["method"], headers) if is_api else None
            if granted:
                await Response(status_code=204, headers=granted)(scope, receive, sending)
                return
            self._check(scope, headers)
            await self._app(scope, await self._body(scope, headers, receive), sending)
        except RequestProblem as problem:
            await problem.response(request_id, scope["path"])(scope, receive, sending)
        except Exception as error:
            fault = RequestProblem.behind(error, request_id)
            if not status:
                await fault.response(request_id, scope["path"])(scope, receive, sending)
        finally:
            self._metrics.in_flight.dec()
            self._tell(scope, request_id, status, time.perf_counter() - started)

    def _check_host(self, headers: Headers) -> None:
        """Raise RequestProblem where the server is asked by a name that is not its own."""
        if self._rules.local_only and not is_local(host_of(headers.get("host", ""))):
            raise RequestProblem(
                421, "wrong_host", "this server answers to this machine only", "ask it by http://127.0.0.1"
            )

    def _check(self, scope: Scope, headers: Headers) -> None:
        """Raise RequestProblem where the rules are not kept to."""
        path = str(scope["path"])
        closed = path.startswith("/v1/") or path in _CLOSED
        scheme, _, given = headers.get("authorization", "").partition(" ")
        key = given.strip()
        if closed and self._keys and not (scheme.lower() == "bearer" and self._knows(key)):
            raise RequestProblem(
                401,
                "no_key",
                "an API key is needed" if not key else "this API key is not known",
                "send the header Authorization: Bearer KEY",
                {"WWW-Authenticate": 'Bearer realm="ibid"'},
            )
        if self._keys:
            scope["state"]["holder"] = _digest(key).hex()
        if scope["method"] == "POST" and _media_type(headers) != "application/json":
            # Of a page of another site a browser sends no other kind than JSON without asking us first.
            raise RequestProblem(
                415, "wrong_media_type", "the body is not declared to be JSON", f"send the header {_JSON}"
            )
        if scope["method"] == "PUT":
            check_own(headers)
        elif path.startswith("/v1/") and not self._keys:
            # A page that knows no key could not read the answers, but have one made for each of its pictures.
            self._rules.origins.check(headers)
        # What is told of the API is made anew each time, and takes as long as some answers.
        if (path.startswith("/v1/") or path in _CLOSED) and self._rules.rate:
            holder = scope["state"]["holder"]
            wait = self._rules.rate.wait(f"key {holder}" if holder else network_of((scope.get("client") or ("", 0))[0]))
            if wait:
                told = {"Retry-After": str(wait)}
                raise RequestProblem(
                    429, "too_many_requests", "this client asks too often", f"try again in {wait} s", told
                )

    async def _body(self, scope: Scope, headers: Headers, receive: Receive) -> Receive:
        """The body, within its limits: of a file piece by piece, of all else whole."""
        path = str(scope["path"])
        if self._rules.upload and scope["method"] == "PUT" and path.startswith(UPLOADS):
            return piecemeal(headers, receive, self._rules.upload)
        return await whole_body(headers, receive, LONGEST_TALK if path == _TALKS else self._rules.body)

    def _knows(self, key: str) -> bool:
        """Whether `key` is one of the keys; how long that takes tells nothing of them."""
        digest = _digest(key)
        return any([hmac.compare_digest(digest, known) for known in self._keys])

    def _tell(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "other")
        self._metrics.requests.labels(route, _method(scope), str(status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        # Not the path nor the query: a question may stand in either.
        _log.info("%s %s %s %d %.1f ms", request_id, _method(scope), route, status, 1000 * seconds)


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _digest(key: str) -> bytes:
    # Of one length, so that a comparison tells nothing of the length of a key.
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


def _method(scope: Scope) -> str:
    method = str(scope["method"])
    return method if method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"
