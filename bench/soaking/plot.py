"""What an hour looked like, drawn: latency, memory, what is open, and what was done meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.peers.plots import ACCENT, FLOOR, OTHER, QUIET, STYLE
from bench.soaking.asking import AGAIN, ANEW, PLAIN

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LOOKS = {ANEW: (ACCENT, "o"), AGAIN: (FLOOR, "s"), PLAIN: (QUIET, "^")}
_EVENTS = {
    "published": (ACCENT, "|"),
    "killed": ("#b42318", "x"),
    "rolled back": (FLOOR, "<"),
    "examined": (QUIET, "d"),
}


def draw(told: dict[str, Any], file: Path) -> None:
    """Draw a result of the soak as an SVG file."""
    import matplotlib
    from matplotlib.figure import Figure

    rows = told["timeline"]
    minutes = [row["at_s"] / 60 for row in rows]
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(7.6, 8.4), layout="constrained")
        panels = figure.subplots(5, sharex=True, height_ratios=(3, 2, 1.6, 1.2, 1.4))
        _latency(panels[0], minutes, rows)
        _memory(panels[1], minutes, rows, told["memory"])
        _open(panels[2], minutes, rows)
        _load(panels[3], minutes, rows)
        _events(panels[4], told["events"])
        panels[4].set_xlabel("minutes since the beginning")
        panels[4].set_xlim(0, told["seconds"] / 60)
        for panel in panels:
            panel.grid(axis="y")
        figure.savefig(file, metadata={"Date": None}, facecolor="white")


def _latency(axes: Axes, minutes: Sequence[float], rows: Sequence[dict[str, Any]]) -> None:
    for group, (colour, marker) in _LOOKS.items():
        for which, line in (("p99_ms", "-"), ("p50_ms", ":")):
            values = [row[group].get(which) for row in rows]
            label = f"{group}, {which[:3]}"
            axes.plot(minutes, values, color=colour, linestyle=line, linewidth=1, marker=marker, ms=3, label=label)
    axes.set_yscale("log")
    axes.set_ylabel("latency, ms (log)")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3, fontsize=7)


def _memory(axes: Axes, minutes: Sequence[float], rows: Sequence[dict[str, Any]], memory: dict[str, float]) -> None:
    axes.plot(minutes, [row["memory_mb"] for row in rows], color=ACCENT, linewidth=1.4, label="resident memory")
    settled = memory["settled_mb"]
    begins = memory["settled_after_s"] / 60
    bounds = (0.95 * settled, 1.05 * settled)
    axes.fill_between([begins, max(minutes[-1], begins)], *bounds, color=OTHER, alpha=0.25, label="settled ± 5%")
    axes.set_ylabel("memory, MB")
    axes.set_ylim(0.7 * settled, 1.1 * max(settled, memory["most_mb"]))
    axes.legend(loc="lower right", fontsize=7, ncols=2)


def _open(axes: Axes, minutes: Sequence[float], rows: Sequence[dict[str, Any]]) -> None:
    axes.plot(minutes, [row["descriptors"] for row in rows], color=ACCENT, linewidth=1.4, label="descriptors")
    axes.plot(minutes, [row["threads"] for row in rows], color=FLOOR, linestyle="--", linewidth=1.4, label="threads")
    axes.set_ylabel("number open")
    axes.set_ylim(0)
    axes.legend(loc="center right", fontsize=7, ncols=2)


def _load(axes: Axes, minutes: Sequence[float], rows: Sequence[dict[str, Any]]) -> None:
    axes.plot(minutes, [row["load"] for row in rows], color=QUIET, linewidth=1)
    axes.set_ylabel("load average\nof the machine")
    axes.set_ylim(0)


def _events(axes: Axes, events: dict[str, list[float]]) -> None:
    for place, (what, (colour, marker)) in enumerate(_EVENTS.items()):
        at = [second / 60 for second in events.get(what, [])]
        axes.plot(at, [-place] * len(at), color=colour, linestyle="", marker=marker, markersize=5)
    axes.set_yticks([-place for place in range(len(_EVENTS))], list(_EVENTS))
    axes.set_ylim(0.6 - len(_EVENTS), 0.6)
