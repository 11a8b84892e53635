"""What is shown while an index is being made."""

from __future__ import annotations

import io
from pathlib import Path
from typing import get_args

import pytest
from rich.console import Console

from answer import Stage
from ibid import progress
from ingest import Step


def test_a_bar_shows_documents_and_passages_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(
        progress, "Console", lambda stderr: Console(file=shown, force_terminal=True, width=120, color_system=None)
    )
    with progress.embedding(Path("corpus")) as show:
        for embedded in (200, 400, 600):
            show(Step(read=3, documents=8, embedded=embedded, found=900))
    assert "3 of 8 documents" in shown.getvalue() and "passages a second" in shown.getvalue()


def test_on_a_terminal_every_stage_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(
        progress, "Console", lambda stderr: Console(file=shown, force_terminal=True, width=120, color_system=None)
    )
    with progress.staging() as begins:
        for stage in get_args(Stage):
            begins(stage)


def test_where_nobody_looks_one_line_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    with progress.embedding(Path("corpus")) as show:
        for embedded in (200, 400):
            show(Step(read=3, documents=8, embedded=embedded, found=900))
    assert capfd.readouterr().err == "Indexing corpus …\n"
