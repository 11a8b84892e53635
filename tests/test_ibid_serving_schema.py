"""The live server against its own OpenAPI document, with made-up requests, good and bad."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="there is no fastapi; install it with: pip install 'ibid[serve]'")
pytest.importorskip("schemathesis", reason="there is no schemathesis; install it with: make setup")

from fuzzing import fuzz
from live import live

from ibid.http.gate import Rules

pytestmark = pytest.mark.server


def test_what_is_told_of_each_route_is_so(tmp_path: Path) -> None:
    rules = Rules(upload=1000)
    with live(tmp_path, rules, feedback=tmp_path / "said", openai_route=True, uploads=True) as server:
        fuzzed = fuzz(server.url, 25)
    assert fuzzed.faults == []
    assert fuzzed.cases > 200
    told = {status for counted in fuzzed.statuses.values() for status in counted}
    assert {200, 404, 422} <= told and not {500, 503} & told
