"""What becomes of answers when the sources change."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import asked, at
from leaflets import MARROWS, TOMATOES, document, made

from eval import impact

SPRAYED = at("tomatoes", "Verdolin (Growfast)", "sprayed")
QUESTIONS = [
    asked("often", "How often is verdolin sprayed?", "3 weeks", where=[SPRAYED]),
    asked("weak", "What are the drawbacks of verdolin?", "weak stems", where=[SPRAYED]),
]


@pytest.mark.usefixtures("plain_weights")
def test_each_change_tells_what_was_said_before_and_what_is_after(tmp_path: Path) -> None:
    revised = TOMATOES.replace("every 3 weeks", "every 5 weeks")
    assert revised != TOMATOES
    before, after = (
        made(tmp_path / str(number), document(text, "tomatoes"), document(MARROWS, "marrows"))
        for number, text in enumerate((TOMATOES, revised))
    )
    often, weak = impact(before, after, QUESTIONS, {}).changes
    assert (often.effect, often.lost_nuggets) == ("changed", ("3 weeks",))
    assert "every 3 weeks" in often.before and "every 5 weeks" in often.after
    assert (weak.effect, weak.before) == ("exact", weak.after)
