"""Every step that is left out to see what it is worth is there to be left out."""

from __future__ import annotations

from bench.ablation import steps


def test_each_step_can_be_left_out_and_comes_back() -> None:
    for leave_out in steps().values():
        with leave_out():
            pass
    assert len(steps()) > 10
