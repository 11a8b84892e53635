"""Plots of the results, as SVG files that stand alone: ibid's bars are hatched, the floor's empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OURS = ("ours", "ibid ask", "ibid search")
TEXT, QUIET, LINE, ACCENT, OTHER, FLOOR = "#1f2933", "#52606d", "#d5dbe1", "#0b6e4f", "#9aa5b1", "#b7791f"
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "ibid",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": TEXT,
    "axes.labelcolor": QUIET,
    "axes.edgecolor": LINE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": QUIET,
    "ytick.labelcolor": TEXT,
    "legend.frameon": False,
}
MARKERS = "osD^vP*X<>"


def bars(result: dict[str, Any], what: str, file: Path, axis: str) -> None:
    """Every system that has the figure, the least first; ibid's hatched, the floor's empty."""
    having = {one: of for one, of in result["systems"].items() if what in of}
    order = sorted(having, key=lambda one: -having[one][what])
    with drawing(file, 0.36 * len(order) + 0.7) as axes:
        for row, one in enumerate(order):
            colour = ACCENT if one in OURS else FLOOR if one == "floor" else OTHER
            look = {"fill": False, "hatch": None} if one == "floor" else {"hatch": "///" if one in OURS else None}
            axes.barh(
                row,
                having[one][what],
                height=0.62,
                color=colour,
                edgecolor=colour if one == "floor" else "white",
                **look,
            )
            axes.annotate(
                beside(having[one], what),
                (having[one][what], row),
                (5, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
                fontweight="bold" if one in OURS else "normal",
            )
        axes.set_yticks(range(len(order)), [result["labels"][one] for one in order])
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x")
        axes.set(xlabel=axis, xlim=(0, 1.28 * max(of[what] for of in having.values())))


def growth(result: dict[str, Any], alone: Mapping[int, float], file: Path) -> None:
    """Milliseconds by passages, both by powers of ten, each system with a mark of its own.

    `alone` are those of ibid's search without embedding.
    """
    having = {one: of["growth_ms"] for one, of in result["systems"].items() if "growth_ms" in of}
    order = sorted(having, key=lambda one: (-len(having[one]), -list(having[one].values())[-1]))
    with drawing(file, 4.2) as axes:
        for one, mark in zip(order, MARKERS, strict=False):
            sizes, times = [int(size) for size in having[one]], list(having[one].values())
            ours, floor = one in OURS, one == "floor"
            axes.plot(
                sizes,
                times,
                marker=mark,
                markersize=6 if ours else 4.5,
                color=ACCENT if ours else FLOOR if floor else QUIET,
                alpha=1 if ours or floor else 0.7,
                linewidth=2.2 if ours else 1.1,
                linestyle="--" if floor else "-",
                label=result["labels"][one],
            )
        label = "ibid, searching alone"
        axes.plot(
            list(alone), list(alone.values()), marker="h", color=ACCENT, linewidth=1.6, linestyle=":", label=label
        )
        axes.set(xscale="log", yscale="log", xlabel="passages", ylabel="milliseconds a question, p50")
        axes.grid(which="major")
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8)


def figure(value: float) -> str:
    """Three digits, or all before the point."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def beside(of: dict[str, Any], what: str) -> str:
    """What stands beside a bar."""
    return f"{of[what]:.2f} s, {of['cold_mib']:.0f} MiB" if what == "cold_seconds" else figure(of[what])


@contextmanager
def drawing(file: Path, height: float) -> Iterator[Axes]:
    """Axes of a figure that is written there."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(6.8, height), layout="tight")
        yield figure.subplots()
        figure.savefig(file, metadata={"Date": None}, facecolor="white")
