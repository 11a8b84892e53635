"""The report page: whole, alone, the same every time, and with nothing in it that a source could have put there."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from reported import HOSTILE, QUESTIONS, garden

from eval import MEASURES, EvalError, Run, RunError, Scores, plots, score
from eval.diagnosis import OUTCOMES, Cause
from eval.measures import Group
from eval.measures.confidence import Bin
from eval.report import render


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return garden(tmp_path_factory.mktemp("garden"))


@pytest.fixture(scope="module")
def scores(run: Run) -> Scores:
    return score(run)


@pytest.fixture(scope="module")
def made_page(run: Run, scores: Scores) -> str:
    return render(run, scores)


def data(page: str) -> dict[str, Any]:
    (block,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    found: dict[str, Any] = json.loads(block)
    return found


def in_script(text: str, start: int, end: int) -> str:
    """`text.slice(start, end)`, as JavaScript counts."""
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def test_every_question_is_there_with_what_became_of_it(made_page: str, scores: Scores) -> None:
    questions = data(made_page)["questions"]
    assert [(q["id"], q["why"]) for q in questions] == [(q.id, scores.why[q.id]) for q in QUESTIONS]
    assert {q["id"]: q["why"] for q in questions if q["why"] != "ok"} == {"v2": "not_retrieved", "h1": "false_answer"}


def test_quotes_evidence_and_blocks_are_where_a_script_looks_for_them(made_page: str, run: Run) -> None:
    found = data(made_page)
    quotes = [quote for question in found["questions"] for quote in question["answer"]["quotes"]]
    assert quotes
    for quote in quotes:
        assert in_script(found["documents"][quote["document"]]["text"], *quote["range"]) == quote["quote"]
    (gold,) = found["questions"][0]["gold"]
    assert (
        in_script(found["documents"]["tomatoes"]["text"], *gold["range"])
        == "It is sprayed on the leaves every 3 weeks."
    )
    kind, start, end = found["documents"]["tomatoes"]["blocks"][1]
    assert (kind, in_script(found["documents"]["tomatoes"]["text"], start, end)) == ("paragraph", "Ripe 🍅🍅 ones.")


def test_nuggets_found_and_missed_are_told(made_page: str) -> None:
    nuggets = data(made_page)["questions"][1]["nuggets"]
    assert [(n["pattern"], n["found"]) for n in nuggets] == [("weak stems", True), ("no such thing", False)]


def test_no_text_gets_out_of_its_place(made_page: str) -> None:
    found = data(made_page)
    assert found["questions"][-1]["question"] == f"Who won the match of {HOSTILE}?"
    assert "</script><script>alert(1)</script><img" in found["documents"]["marrows"]["text"]
    assert made_page.count("<script") == 2
    assert "onerror" not in re.sub(r'<script type="application/json".*?</script>', "", made_page, flags=re.DOTALL)
    assert "<!--" not in made_page


def test_what_the_manifest_says_is_escaped(run: Run, scores: Scores) -> None:
    page = render(replace(run, manifest=run.manifest | {"machine": HOSTILE, "commit": HOSTILE}), scores)
    assert page.count("<script") == 2
    assert page.count(html.escape(HOSTILE)) == 3


def test_names_of_strata_are_escaped(run: Run) -> None:
    odd = [replace(o, question=replace(o.question, stratum="<i>odd")) for o in run.outcomes]
    page = render(replace(run, outcomes=tuple(odd)), score(replace(run, outcomes=tuple(odd))))
    assert "<i>" not in page
    assert "&lt;i&gt;odd" in page


def test_the_page_asks_for_nothing(made_page: str) -> None:
    outside = re.sub(r'<script type="application/json".*?</script>', "", made_page, flags=re.DOTALL)
    loads = re.findall(r'(?:src|href|action|data|poster)="([^"]*)"|url\(([^)]*)\)|@import', outside)
    assert all((link or inside).startswith(("#", "data:")) for link, inside in loads)
    assert re.findall(r"https?://[^ \"]+", outside) == ["http://www.w3.org/2000/svg"] * 2
    assert not re.search(r"\b(fetch|XMLHttpRequest|import|eval|innerHTML)\b", outside.rpartition("<script>")[2])


def test_the_policy_allows_this_style_and_this_script_alone(made_page: str) -> None:
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', made_page)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for kind in ("style", "script"):
        (inline,) = re.findall(f"<{kind}>(.*?)</{kind}>", made_page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert " style=" not in made_page


def test_the_same_run_gives_the_same_page_in_another_process(run: Run, made_page: str, tmp_path: Path) -> None:
    run.write(tmp_path / "run")
    code = """
import sys
from pathlib import Path
from eval import Run, score
from eval.report import render
run = Run.read(Path(sys.argv[1]))
sys.stdout.buffer.write(render(run, score(run)).encode())
"""
    command = [sys.executable, "-c", code, str(tmp_path / "run")]
    assert subprocess.run(command, capture_output=True, check=True).stdout.decode() == made_page


def test_another_run_stands_beside_it(run: Run, scores: Scores) -> None:
    other = replace(run, manifest=run.manifest | {"parameters": {"model": f"openai:{HOSTILE}"}})
    told = render(run, scores, other)
    assert "This run: no language model" in told and "The other: chosen by openai:&lt;/script&gt;" in told
    assert told.count("<script>") == 1
    assert [q["other"] for q in data(told)["questions"]] == [q["answer"] for q in data(told)["questions"]]
    assert "Beside another run" not in render(run, scores)


def test_a_run_of_other_questions_is_not_set_beside_it(run: Run, scores: Scores) -> None:
    with pytest.raises(RunError):
        render(run, scores, replace(run, outcomes=run.outcomes[:-1]))


def test_every_outcome_is_explained() -> None:
    assert list(OUTCOMES) == list(get_args(Cause))


def test_the_page_tells_of_the_measures_and_of_nothing_else(made_page: str) -> None:
    placed = sorted(MEASURES, key=lambda measure: measure.place)
    (table,) = re.findall('<table class="strata">.*?</table>', made_page, re.DOTALL)
    told = [html.unescape(part) for pair in re.findall("<summary>(.*?)</summary><p>(.*?)</p>", table) for part in pair]
    assert told == [part for measure in placed for part in (measure.title, measure.words)]
    assert re.findall('scope="rowgroup"[^>]*>(.*?)<', table) == list(Group)
    found = data(made_page)
    named = {m.name: {"label": m.title, "kind": m.form.name} for m in MEASURES}
    assert found["measures"] == named
    assert found["columns"]
    assert all(column == {"name": column["name"], **named[column["name"]]} for column in found["columns"])
    assert {name for question in found["questions"] for name in question["values"]} <= set(named)


def test_a_figure_comes_with_its_interval_and_the_number_behind_it(made_page: str, scores: Scores) -> None:
    one = scores.strata["all"]["vital_recall"]
    assert one.value is not None and one.low is not None and one.high is not None
    interval = f"95% interval {100 * one.low:.0f} to {100 * one.high:.0f}, {one.n} questions"
    assert f"<b>{100 * one.value:.0f}%</b>" in made_page
    assert interval in made_page
    assert one.n == 3


def test_a_plot_is_small_and_in_the_colours_of_the_page() -> None:
    bins = [Bin(n / 10, n / 10, 15) for n in range(10)]
    drawn = [plots.reliability(bins), plots.risk_coverage([(n / 250, 0.2 * n / 250) for n in range(1, 251)])]
    for svg in drawn:
        assert len(svg) < 16_000
        assert set(re.findall(r'(?:fill|stroke)="([^"]*)"', svg)) <= {
            "none",
            "var(--accent)",
            "var(--line)",
            "var(--mark)",
            "var(--quiet)",
        }
    ids = [set(re.findall(r' id="([^"]*)"', svg)) for svg in drawn]
    assert ids[0] and ids[1] and not ids[0] & ids[1]
    assert drawn[0].count(">15</text>") == len(bins)


def test_plots_of_nothing_are_drawn() -> None:
    assert plots.risk_coverage([]).startswith("<svg")
    assert plots.reliability([]).startswith("<svg")
    assert plots.risk_coverage([(1.0, 1.0)]).startswith("<svg")


def test_without_matplotlib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(EvalError, match=r'pip install "ibid\[report\]"'):
        plots.reliability([])
