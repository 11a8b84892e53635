"""What an evaluation leaves behind: files, and a table to read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.run import Run, outcome_json
from eval.scores import Score

COLUMNS = (
    ("n", "questions", "d"),
    ("vital", "vital_recall", ".3f"),
    ("nuggets", "nugget_recall", ".3f"),
    ("length", "length", ".0f"),
    ("document", "right_document", ".3f"),
    ("answers", "right_answers", ".3f"),
    ("refuses", "right_refusals", ".3f"),
    ("balanced", "balanced", ".3f"),
    ("verified", "verified", ".3f"),
    ("R@5", "recall_at_5", ".3f"),
    ("nDCG@10", "ndcg_at_10", ".3f"),
)


def scores_json(scores: Mapping[str, Score]) -> dict[str, Any]:
    """Scores as plain values, rounded to what the set can tell apart."""
    return {
        stratum: {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in (asdict(score) | {"balanced": score.balanced}).items()
        }
        for stratum, score in scores.items()
    }


def rows(scores: Mapping[str, Score]) -> list[list[str]]:
    """The table's cells, a row a stratum; a dash where there is nothing to score."""
    return [
        [stratum, *(_cell(getattr(score, name), form) for _, name, form in COLUMNS)]
        for stratum, score in scores.items()
    ]


def _cell(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def write(folder: Path, run: Run, scores: Mapping[str, Score]) -> None:
    """Write `manifest.json`, `answers.jsonl` (one line a question) and `scores.json` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(outcome_json(outcome), ensure_ascii=False) + "\n" for outcome in run.outcomes)
    (folder / "answers.jsonl").write_text("".join(lines), encoding="utf-8")
    for name, content in (("manifest.json", run.manifest), ("scores.json", scores_json(scores))):
        (folder / name).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
