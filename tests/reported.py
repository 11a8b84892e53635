"""A run over two leaflets that a report is made of, with what a source could put into a page."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path

from fakes import asked, at, plain_weights
from leaflets import MARROWS, TOMATOES, document, following, made
from outcomes import run_of

from eval import Run

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)> <!--<script> & \u2028"

SPRAYED = at("tomatoes", "Verdolin (Growfast)", "sprayed")

DRAWBACKS = at("tomatoes", "Verdolin (Growfast)", "weak stems|slugs")

QUILLEX = at("tomatoes", "Quillex (Bloomwell)", "poured")

# A character that a script counts twice stands before everything that is quoted.
WIDE = TOMATOES.replace("# Feeding tomatoes", "# Feeding tomatoes\n\nRipe 🍅🍅 ones.")

QUESTIONS = [
    asked("v1", "How often is verdolin sprayed?", "3 weeks", where=[SPRAYED], conversation="v"),
    replace(
        asked("v2", "And its drawbacks?", "weak stems", "no such thing", where=[DRAWBACKS], conversation="v", turn=2),
        standalone="What are the drawbacks of verdolin?",
        stratum="follow_up",
    ),
    asked("q1", "How is quillex given?", "poured", where=[QUILLEX]),
    asked("o1", "Who won the football match?", stratum="off_topic"),
    asked("h1", f"Who won the match of {HOSTILE}?", stratum="off_topic"),
]


def garden(folder: Path) -> Run:
    """A run over two small pages: three questions that go well, an answer that lacks a nugget, and a false one."""
    documents = [document(WIDE, "tomatoes"), document(MARROWS + f"\nSaid {html.escape(HOSTILE)} there.\n", "marrows")]
    with plain_weights():
        return run_of(following(made(folder / "index", *documents)), QUESTIONS, folder / "run")
