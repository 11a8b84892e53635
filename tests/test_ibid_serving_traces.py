"""Spans of OpenTelemetry, where it is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="there is no fastapi; install it with: pip install 'ibid[serve]'")
pytest.importorskip("opentelemetry.sdk", reason="there is no opentelemetry-sdk; install it with: make setup")

from leaflets import DRAWBACKS
from live import live
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

pytestmark = pytest.mark.server


def test_an_answer_is_a_span_with_one_for_each_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    with live(tmp_path) as server:
        theirs = "4bf92f3577b34da6a3ce929d0e0e4736"
        headers = {"traceparent": f"00-{theirs}-00f067aa0ba902b7-01"}
        for question in (DRAWBACKS, "Who won the football match?"):
            server.client.get("/v1/answers", params={"question": question}, headers=headers)
    *stages, whole = exporter.get_finished_spans()[:4]
    assert [span.name for span in (*stages, whole)] == ["resolve", "search", "read", "answer"]
    assert {f"{span.context.trace_id:032x}" for span in (*stages, whole)} == {theirs}
    assert {span.parent.span_id for span in stages} == {whole.context.span_id}
    bounds = [whole.start_time, *(time for span in stages for time in (span.start_time, span.end_time)), whole.end_time]
    assert bounds == sorted(bounds)
    assert whole.attributes["ibid.status"] == "answered"
    refusal = exporter.get_finished_spans()[-1]
    assert refusal.attributes["ibid.reason"] == "off_topic"
    told = "".join(span.to_json() for span in exporter.get_finished_spans())
    assert "verdolin" not in told and "football" not in told


def test_without_opentelemetry_there_are_no_spans(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with live(tmp_path) as server:
        assert server.ask(DRAWBACKS).status_code == 200
