"""The part of a run's page that sets another run beside it: both scores of each measure, and how they differ."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from eval.compare import Difference, compare
from eval.measures import MEASURES, Measure
from eval.scores import ALL
from eval.store import Run


def beside(run: Run, other: Run) -> Iterator[str]:
    """A section with what `run` has more than `other` over all questions; RunError where they were asked others."""
    yield '<section aria-labelledby="beside">\n<h2 id="beside">Beside another run</h2>'
    yield f'<p class="quiet">This run: {escape(_who(run))}. The other: {escape(_who(other))}. Over all questions.</p>'
    yield '<div class="scroll wide" role="region" aria-labelledby="beside" tabindex="0">'
    yield '<table class="strata"><thead><tr>'
    for label in ("Measure", "This run", "The other", "Difference", "95% interval", "p", "Questions"):
        yield f'<th scope="col">{label}</th>'
    yield "</tr></thead>\n<tbody>"
    rows = compare(other, run).strata[ALL]
    for measure in MEASURES:
        row = rows[measure.name]
        if row.difference is not None:
            cells = "".join(f"<td>{cell}</td>" for cell in _cells(row, measure))
            yield f'<tr><th scope="row">{escape(measure.title)}</th>{cells}</tr>'
    yield "</tbody></table>\n</div>\n</section>"


def _who(run: Run) -> str:
    """What tells a run from another: who chose or wrote its answers, and of which code and index it is."""
    manifest = run.manifest
    model, does = manifest["parameters"].get("model"), "written" if manifest["parameters"].get("write") else "chosen"
    who = f"{does} by {model}" if model else "no language model"
    return ", ".join(filter(None, (who, manifest["commit"], f"index {manifest['generation']}")))


def _cells(row: Difference, measure: Measure) -> Iterator[str]:
    # Of a run of the two, the one that is compared from is named first.
    for value in (row.b, row.a, row.difference):
        yield "–" if value is None else measure.shown(value)
    yield "–" if row.low is None or row.high is None else f"{measure.shown(row.low)} to {measure.shown(row.high)}"
    yield "–" if row.p is None else f"{row.p:.3f}"
    yield str(row.n)
