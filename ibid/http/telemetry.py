"""Counts and latencies for Prometheus, and spans for OpenTelemetry.  Nothing of a question is in either."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from answer import Answer, Stage

STAGES = get_args(Stage)
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """What /metrics tells."""

    def __init__(self) -> None:
        """Count from nothing, in a registry of its own."""
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.requests = Counter(
            "ibid_requests", "Requests by route, method and status.", ["route", "method", "status"], registry=registry
        )
        self.seconds = Histogram(
            "ibid_request_seconds", "Seconds to the end of a response.", ["route"], buckets=_SECONDS, registry=registry
        )
        self.in_flight = Gauge("ibid_requests_in_flight", "Requests that are being answered.", registry=registry)
        self._stages = Histogram(
            "ibid_stage_seconds", "Seconds of an answer by stage.", ["stage"], buckets=_SECONDS, registry=registry
        )
        self._answers = Counter("ibid_answers", "Answers by status.", ["status"], registry=registry)
        self._tokens = Counter(
            "ibid_tokens",
            "Tokens that a model read (prompt) and wrote (completion).",
            ["kind"],
            registry=registry,
        )
        self._refusals = Counter("ibid_refusals", "Refusals by reason.", ["reason"], registry=registry)
        self._generation = Gauge(
            "ibid_generation_info", "The generation that is answered from.", ["generation"], registry=registry
        )
        self._waiting = Gauge("ibid_questions_waiting", "Questions that wait for a thread.", registry=registry)
        self._working = Gauge("ibid_questions_working", "Questions that a thread answers.", registry=registry)
        self._conversations = Gauge("ibid_conversations", "Conversations that are kept.", registry=registry)

    def count(self, answer: Answer) -> None:
        """Take note of an answer."""
        self._answers.labels(answer.status).inc()
        if answer.is_refusal:
            self._refusals.labels(answer.reason).inc()
        if answer.tokens:
            self._tokens.labels("prompt").inc(answer.tokens.prompt)
            self._tokens.labels("completion").inc(answer.tokens.completion)
        for stage in STAGES:
            if stage in answer.timings_ms:
                self._stages.labels(stage).observe(answer.timings_ms[stage] / 1000)

    def text(self, generation: str, waiting: int, working: int, conversations: int) -> bytes:
        """All of it in Prometheus' text format, with what is told of this moment."""
        self._generation.clear()
        self._generation.labels(generation).set(1)
        self._waiting.set(waiting)
        self._working.set(working)
        self._conversations.set(conversations)
        return generate_latest(self._registry)


def trace(answer: Answer, headers: Mapping[str, str]) -> None:
    """A span for an answer that was just made, and one within it for each stage, where OpenTelemetry is installed.

    They belong to the trace that `headers` (W3C traceparent) tell of.  The stages follow one another, so when each
    began is known from how long they took.
    """
    try:
        from opentelemetry import propagate
        from opentelemetry import trace as opentelemetry
    except ImportError:
        return
    tracer = opentelemetry.get_tracer("ibid")
    finished = time.time_ns()
    began = finished - _nanoseconds(answer.timings_ms.get("total", 0.0))
    told: dict[str, str | float] = {"ibid.generation": answer.generation, "ibid.status": answer.status}
    if answer.reason:
        told["ibid.reason"] = answer.reason
    whole = tracer.start_span("answer", propagate.extract(headers), attributes=told, start_time=began)
    if not whole.is_recording():
        return
    within = opentelemetry.set_span_in_context(whole)
    for stage in (stage for stage in STAGES if stage in answer.timings_ms):
        # Rounded, the stages may take longer than the whole.
        ended = min(finished, began + _nanoseconds(answer.timings_ms[stage]))
        tracer.start_span(stage, within, start_time=began).end(ended)
        began = ended
    whole.end(finished)


def _nanoseconds(milliseconds: float) -> int:
    return int(milliseconds * 1_000_000)
