"""A run and its scores as one HTML file, which opens without a network."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from html import escape
from itertools import groupby
from pathlib import Path
from string import Template
from typing import Any

from eval import plots
from eval.cost import stages, tokens
from eval.diagnosis import OUTCOMES
from eval.measures import BY_NAME, MEASURES, Measure, named
from eval.reportbeside import beside
from eval.reportdata import page_data
from eval.scores import ALL, Score, Scores
from eval.store import Run

_TEMPLATES = Path(__file__).parent / "templates"
# The figures that come first, with what they say to one who has read nothing else.
_HEADLINES = {
    BY_NAME["vital_recall"]: "of what an answer must hold is said",
    BY_NAME["right_answers"]: "of what the sources answer is answered",
    BY_NAME["right_refusals"]: "of what they do not answer is refused",
    BY_NAME["citation_recall"]: "of the statements are gold evidence at the place they cite",
    BY_NAME["span_R@5"]: "of the evidence is among the first five passages",
    BY_NAME["verbatim"]: "of the answers quote letter by letter",
}
# What the table of all questions shows of each.
_COLUMNS = named("vital_recall", "citation_recall", "span_R@5")


def render(run: Run, scores: Scores, other: Run | None = None) -> str:
    """The page: a summary, the scores by stratum, two plots, and every question with all that led to its answer.

    Where there is an `other` run of the same questions, both are compared, and its answers stand beside those of `run`.
    The same runs and scores give the same page.  Raises EvalError where matplotlib is not installed, RunError where
    `other` was asked other questions.
    """
    style, script = (_template(name) for name in ("report.css", "report.js"))
    measures = [measure for measure in MEASURES if any(measure.name in row for row in scores.strata.values())]
    return Template(_template("report.html")).substitute(
        title="How well ibid answers",
        subtitle=escape(_subtitle(run)),
        policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'",
        style=style,
        script=script,
        figures="\n".join(_figures(scores.strata[ALL])),
        outcomes="\n".join(_outcomes(Counter(scores.why.values()))),
        manifest="\n".join(_manifest(run)),
        beside="\n".join(beside(run, other)) if other else "",
        strata="\n".join(_strata(scores.strata, measures)),
        risk_coverage=plots.risk_coverage(scores.risk_coverage),
        reliability=plots.reliability(scores.reliability),
        data=_json(_data(run, scores, measures, other)),
    )


def _template(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _hash(inline: str) -> str:
    """The source expression by which a Content Security Policy allows an inline style or script."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode() + "'"


def _json(value: object) -> str:
    """JSON that can stand in an HTML script element: without any `<`, and so without an end or a comment in it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _data(run: Run, scores: Scores, measures: Sequence[Measure], other: Run | None) -> dict[str, Any]:
    known = {measure.name: {"label": measure.title, "kind": measure.form.name} for measure in measures}
    return page_data(run, scores, other) | {
        "outcomes": {name: asdict(words) for name, words in OUTCOMES.items()},
        "measures": known,
        "columns": [{"name": m.name, **known[m.name]} for m in _COLUMNS if m in measures],
    }


def _subtitle(run: Run) -> str:
    manifest = run.manifest
    parts = " and ".join(manifest["parts"])
    facts = (manifest["commit"], f"index {manifest['generation']}", manifest["encoder"]["name"])
    return " · ".join((f"{len(run.outcomes)} questions ({parts})", *filter(None, facts)))


def _figures(scores: Mapping[str, Score]) -> Iterator[str]:
    yield '<ul class="figures">'
    for measure, words in _HEADLINES.items():
        score = scores.get(measure.name)
        if score and score.value is not None:
            interval = _interval(score, " to ", measure)
            rests = (f"95% interval {interval}" if interval else "no interval", f"{score.n} questions")
            figure = f"<b>{measure.shown(score.value)}</b><span>{words}</span>"
            yield f"<li>{figure}<small>{', '.join(rests)}</small></li>"
    yield "</ul>"


def _outcomes(counts: Mapping[str, int]) -> Iterator[str]:
    yield '<ul class="outcomes" aria-label="What became of the questions">'
    for name, words in OUTCOMES.items():
        if counts.get(name):
            badge = f'<span class="badge {name}">{words.sign} {counts[name]} {words.label}</span>'
            yield f'<li><a href="#why={name}">{badge}</a></li>'
    yield "</ul>"


def _manifest(run: Run) -> Iterator[str]:
    """What the scores came about under; the manifest as a whole is in the folder of the run."""
    manifest = run.manifest
    encoder, parameters = manifest["encoder"], manifest["parameters"]
    rows = {
        "code": manifest["commit"] or "no checkout",
        "corpus": f"{manifest['corpus'][:19]}…, {len(manifest['documents'])} documents",
        "index": f"{manifest['generation']}, passages of {manifest['passage_size']} characters",
        "encoder": encoder["fingerprint"],
        "questions": f"{manifest['questions']}, {manifest['gold'][:19]}…",
        "parameters": ", ".join(f"{name} = {value}" for name, value in parameters.items()) or "as they come",
        "seed": manifest["seed"],
        "machine": f"{manifest['machine']}, Python {manifest['python']}",
        "time a question": ", ".join(f"{ms} ms ({name})" for name, ms in stages(run.timings).get("total", {}).items()),
        "tokens a question": "; ".join(
            f"{kind}: " + ", ".join(f"{count:g} ({name})" for name, count in counts.items())
            for kind, counts in tokens(outcome.answer for outcome in run.outcomes).items()
        )
        or "none",
        "packages": ", ".join(f"{name} {version}" for name, version in manifest["versions"].items()),
    }
    yield '<details class="manifest"><summary>Under what this came about</summary>\n<dl class="about">'
    for label, value in rows.items():
        yield f"<dt>{label}</dt><dd>{escape(str(value))}</dd>"
    yield "</dl></details>"


def _strata(strata: Mapping[str, Mapping[str, Score]], measures: Iterable[Measure]) -> Iterator[str]:
    # What is of all questions comes first, so that it is seen without scrolling.
    names = [ALL, *(name for name in strata if name != ALL)]
    yield '<div class="scroll wide" role="region" aria-labelledby="strata" tabindex="0">'
    yield '<table class="strata"><thead><tr>\n<th scope="col">Measure</th>'
    for name in names:
        yield f'<th scope="col"{_all(name)}>{escape(name.replace("_", " "))}</th>'
    yield "</tr></thead>"
    for group, members in groupby(sorted(measures, key=lambda m: m.place), key=lambda m: m.group):
        yield f'<tbody><tr><th scope="rowgroup" colspan="{len(names) + 1}">{group}</th></tr>'
        for measure in members:
            yield f'<tr><th scope="row">{_explained(measure)}</th>'
            for name in names:
                yield f"<td{_all(name)}>{_cell(strata[name].get(measure.name), measure)}</td>"
            yield "</tr>"
        yield "</tbody>"
    yield "</table>\n</div>"


def _all(stratum: str) -> str:
    return ' class="all"' if stratum == ALL else ""


def _explained(measure: Measure) -> str:
    return f"<details><summary>{escape(measure.title)}</summary><p>{escape(measure.words)}</p></details>"


def _cell(score: Score | None, measure: Measure) -> str:
    if score is None or score.value is None:
        return '<span aria-label="none">–</span>'
    interval = _interval(score, "–", measure) or "–"
    return f"{measure.shown(score.value)}<small>{interval} · {score.n}</small>"


def _interval(score: Score, to: str, measure: Measure) -> str:
    """Both ends without their unit; nothing where there is but one cluster of questions to draw from."""
    if score.low is None or score.high is None:
        return ""
    return to.join(measure.shown(end).removesuffix(measure.form.unit) for end in (score.low, score.high))
