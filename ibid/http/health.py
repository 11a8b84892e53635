"""How the server is: /healthz, /readyz and /metrics."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool

from ibid.conversations import Conversations
from ibid.http.answers import Talk, responses
from ibid.http.desk import Desk
from ibid.http.records import Health
from ibid.http.telemetry import Metrics


class Vitals:
    """What a supervisor and a monitor ask."""

    def __init__(self, desk: Desk, conversations: Conversations[Talk], metrics: Metrics) -> None:
        """Tell of these."""
        self._desk = desk
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
            summary="Does it answer, and from what is published?",
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
        """The process runs and takes requests; whether it can answer them is told besides."""
        return JSONResponse(asdict(Health("ok", detail=await run_in_threadpool(self._desk.damage))))

    async def ready(self) -> Response:
        """Questions are answered, and from the generation that is published; 503 tells why not."""
        shelf = self._desk.shelf
        if damage := await run_in_threadpool(self._desk.damage):
            return JSONResponse(asdict(Health("not_ready", shelf.served.name, damage)), 503)
        if shelf.fault is None:
            return JSONResponse(asdict(Health("ok", shelf.served.name)))
        # What it is names folders of this machine, and stands in the log.
        detail = "what is published cannot be used; the generation before is served, and the log tells why"
        return JSONResponse(asdict(Health("not_ready", shelf.served.name, detail)), 503)

    async def metrics(self) -> Response:
        """Counts and latencies, in Prometheus' text format."""
        told = self._metrics.text(
            self._desk.shelf.served.name, self._desk.waiting, self._desk.working, len(self._conversations)
        )
        return Response(told, media_type=CONTENT_TYPE_LATEST)
