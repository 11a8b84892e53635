"""How the server is: /healthz, /readyz and /metrics."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import asdict

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool

from ibid.http.answers import responses
from ibid.http.drain import Drain
from ibid.http.pool import AnswerPool
from ibid.http.problems import DATABASE_AWAY
from ibid.http.records import Health
from ibid.http.talks import Talks
from ibid.http.telemetry import Metrics
from ingest import EngineError

# Who asks for health waits so long for what is published, and is told then what was so before: a load balancer waits
# for a second, and a database is waited for longer, as it is for a question.
_LOOK_SECONDS = 0.5


class Vitals:
    """What a supervisor and a monitor ask."""

    def __init__(self, pool: AnswerPool, conversations: Talks, metrics: Metrics, drain: Drain) -> None:
        """Tell of these."""
        self._drain = drain
        self._pool = pool
        self._conversations = conversations
        self._metrics = metrics
        self._look: asyncio.Future[None] | None = None

    def routes(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["health"])
        healthy = {200: {"model": Health}}
        router.add_api_route(
            "/healthz",
            self.alive,
            summary="Is it running?",
            response_model=None,
            responses=responses(healthy, 421, 500),
        )
        router.add_api_route(
            "/readyz",
            self.ready,
            summary="Does it answer what is sent to it now?",
            response_model=None,
            responses=responses(healthy | {503: {"model": Health}}, 421, 500),
        )
        metrics = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}
        router.add_api_route(
            "/metrics",
            self.metrics,
            summary="For Prometheus",
            response_model=None,
            responses=responses(metrics, 401, 421, 500),
        )
        return router

    async def alive(self) -> Response:
        """The process runs and takes requests; where it cannot answer, or ask what is published, that is told."""
        damage = await run_in_threadpool(self._pool.damage)
        return JSONResponse(asdict(Health("ok", detail=damage or self._away() or self._lag())))

    async def ready(self) -> Response:
        """Questions are answered now, from which generation; 503 tells why none is to be sent here.

        It is asked when the index is open and what encodes and reads is loaded: before that nobody is listened to.
        """
        shelf = self._pool.shelf
        refusal = self._pool.refusal()
        if self._drain.has_begun or refusal:
            detail = refusal.detail if refusal else "this server is about to end"
            return JSONResponse(asdict(Health("not_ready", shelf.served.name, detail)), 503)
        if damage := await run_in_threadpool(self._pool.damage):
            return JSONResponse(asdict(Health("not_ready", shelf.served.name, damage)), 503)
        await self._look_what_is_published()
        if away := self._away():
            return JSONResponse(asdict(Health("not_ready", shelf.served.name, away)), 503)
        if shelf.fault is None:
            return JSONResponse(asdict(Health("ok", shelf.served.name, self._lag())))
        # Still ready: what one server cannot open none can, and nobody would answer.
        # What it is names folders of this machine, and stands in the log.
        detail = "what is published cannot be used; the generation before is served, and the log tells why"
        return JSONResponse(asdict(Health("stale", shelf.served.name, detail)))

    async def _look_what_is_published(self) -> None:
        """So that it is told, and served, though nobody asks a question, as nobody does of a server that is not ready.

        One look at a time is taken, however many ask.
        """
        if self._look is None or self._look.done():
            self._look = asyncio.ensure_future(run_in_threadpool(self._open_what_is_published))
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._look), _LOOK_SECONDS)

    def _open_what_is_published(self) -> None:
        with suppress(EngineError):
            self._pool.shelf.current()

    def _away(self) -> str | None:
        """That nothing can be answered, by this server or by another, as long as the database is away."""
        return f"{DATABASE_AWAY}; the log tells why" if self._pool.shelf.away else None

    def _lag(self) -> str | None:
        """That what is served may not be the newest: no reason to take a replica away, which would leave none."""
        lags = self._pool.shelf.lag is not None
        return (
            "the object store cannot be used; what was pulled last is served, and the log tells why" if lags else None
        )

    async def metrics(self) -> Response:
        """Counts and latencies, in Prometheus' text format."""
        told = self._metrics.text(
            self._pool.shelf.served.name, self._pool.waiting, self._pool.working, len(self._conversations)
        )
        return Response(told, media_type=CONTENT_TYPE_LATEST)
