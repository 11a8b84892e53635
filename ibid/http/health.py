"""How the server is: /healthz, /readyz and /metrics."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool

from ibid.http.answers import responses
from ibid.http.drain import Drain
from ibid.http.pool import AnswerPool
from ibid.http.records import Health
from ibid.http.talks import Talks
from ibid.http.telemetry import Metrics


class Vitals:
    """What a supervisor and a monitor ask."""

    def __init__(self, pool: AnswerPool, conversations: Talks, metrics: Metrics, drain: Drain) -> None:
        """Tell of these."""
        self._drain = drain
        self._pool = pool
        self._conversations = conversations
        self._metrics = metrics

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
        return JSONResponse(asdict(Health("ok", detail=await run_in_threadpool(self._pool.damage) or self._lag())))

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
        if shelf.fault is None:
            return JSONResponse(asdict(Health("ok", shelf.served.name, self._lag())))
        # Still ready: what one server cannot open none can, and nobody would answer.
        # What it is names folders of this machine, and stands in the log.
        detail = "what is published cannot be used; the generation before is served, and the log tells why"
        return JSONResponse(asdict(Health("stale", shelf.served.name, detail)))

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
