"""Scores on a terminal: of a run, of two side by side, of a sweep, and what a gate decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console

from eval.measures import named

if TYPE_CHECKING:
    from eval import Comparison, Score, Scores, Verdict

# What stands beside what: strata, and runs of a sweep.
_BY_STRATUM = named(
    "vital_recall",
    "length",
    "contradiction",
    "citation_recall",
    "right_answers",
    "right_refusals",
    "notices",
    "span_R@5",
    "nDCG@10",
)
_SWEPT = named("vital_recall", "length", "balanced", "false_answers", "citation_precision", "span_R@5", "nDCG@10")
_BESIDE = 3


def show_scores(console: Console, scores: Scores, cost: Mapping[str, Any]) -> None:
    """Every measure over all questions with its interval, some of them by stratum, and what answers cost."""
    overall = scores.strata["all"]
    cells = [["measure", "value", "95% interval", "n"]]
    cells += [[name, _value(s), _interval(s), str(s.n)] for name, s in overall.items() if s.value is not None]
    put_table(console, cells)
    console.print()
    counts = {name: max((s.n for s in by.values()), default=0) for name, by in scores.strata.items()}
    heading = ["stratum", "n", *(m.name for m in _BY_STRATUM)]
    rows = [[n, str(counts[n]), *(_value(by[m.name]) for m in _BY_STRATUM)] for n, by in scores.strata.items()]
    put_table(console, [heading, *rows])
    console.print()
    stages = cost["stages_ms"]
    percentiles = list(next(iter(stages.values()), {}))
    put_table(
        console, [["stage, ms", *percentiles], *([n, *(f"{v:.1f}" for v in s.values())] for n, s in stages.items())]
    )
    if cost["tokens"]:
        told = [[kind, *(f"{v:.0f}" for v in counts.values())] for kind, counts in cost["tokens"].items()]
        put_table(console, [["tokens a question", *next(iter(cost["tokens"].values()))], *told])
    start = cost["cold_start"]
    _line(console, f"First answer of a new process: {start['seconds']:.1f} s, {start['memory_mib']:.0f} MiB.")


def show_comparison(console: Console, comparison: Comparison) -> None:
    """Every difference over all questions; by stratum those that are more than chance."""
    for stratum, by in comparison.strata.items():
        rows = [
            [
                name,
                _number(d.a),
                _number(d.b),
                _signed(d.difference),
                _ends(d.low, d.high),
                _number(d.corrected),
                _number(d.detectable),
                str(d.n),
            ]
            for name, d in by.items()
            if d.difference is not None and (stratum == "all" or (d.corrected is not None and d.corrected < 0.05))
        ]
        if rows:
            _line(console, stratum)
            put_table(console, [["measure", "a", "b", "b - a", "95% interval", "p", "detectable", "n"], *rows])
            console.print()


def show_gate(console: Console, verdict: Verdict) -> None:
    """Passed, or what was lost and by which questions."""
    if verdict.passes:
        _line(console, "Passed: nothing is significantly worse than the baseline.")
        return
    for name in verdict.broken:
        _line(console, f"Broken: {name} has to be 1 for every question.")
    for loss in verdict.losses:
        d = loss.difference
        _line(console, f"Lost: {loss.measure} ({loss.stratum}) {_number(d.a)} → {_number(d.b)}, p {loss.p:.4f}")
    for question in verdict.questions:
        lost = list(question.lost.items())
        told = ", ".join(f"{name} {before:g} → {after:g}" for name, (before, after) in lost[:_BESIDE])
        _line(console, f"    {question.id}  {told}{' …' if len(lost) > _BESIDE else ''}  ({question.why})")


def show_sweep(console: Console, rows: Sequence[tuple[dict[str, Any], Scores, dict[str, float]]]) -> None:
    """A row for each combination of values, with what it costs."""
    names = list(rows[0][0]) if rows else []
    cells = [
        [
            *(f"{v:g}" for v in parameters.values()),
            *(_value(scores.strata["all"][m.name]) for m in _SWEPT),
            f"{ms['p50']:.1f}",
        ]
        for parameters, scores, ms in rows
    ]
    put_table(console, [[*names, *(m.name for m in _SWEPT), "p50 ms"], *cells])


def put_table(console: Console, cells: Sequence[Sequence[str]]) -> None:
    """A table, the first column to the left and the others to the right, that keeps its columns however narrow."""
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        beside = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        _line(console, "  ".join([row[0].ljust(widths[0]), *beside]))


def _line(console: Console, text: str) -> None:
    console.print(text, soft_wrap=True, highlight=False, markup=False)


def _value(score: Score) -> str:
    return _number(score.value)


def _interval(score: Score) -> str:
    return _ends(score.low, score.high)


def _ends(low: float | None, high: float | None) -> str:
    return "–" if low is None or high is None else f"[{_number(low)}, {_number(high)}]"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}" if abs(value) >= 10 else f"{value:.3f}"


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.0f}" if abs(value) >= 10 else f"{value:+.3f}"
