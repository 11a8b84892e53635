"""`ibid eval` and what belongs to it, on a small corpus with gold questions of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Ibid

pytestmark = pytest.mark.model

CORPUS = """# Kites

## Reels

A reel for kites holds 40 metres of line. Reels are never left in the rain.

## Tails

A tail keeps a kite steady. The tail of a kite is made of paper bows.

## Frames

Frames of ash wood bend without breaking. A frame is glued with fish glue.
"""


def item(name: str, question: str, section: str, *patterns: str, **fields: object) -> dict[str, object]:
    nuggets = [{"pattern": pattern, "importance": "vital"} for pattern in patterns]
    evidence = [{"document": "kites", "section": section, "pattern": pattern} for pattern in patterns]
    record = {"id": name, "stratum": "fact", "question": question, "expected": "answered"}
    return record | {"nuggets": nuggets, "evidence": evidence} | fields


GOLD = [
    item("k1", "How much line is on a reel?", "Reels", "40 metres"),
    item("k2", "What is the tail made of?", "Tails", "paper bows", conversation="c", turn=1),
    item("k3", "And what does it do?", "Tails", "steady", conversation="c", turn=2)
    | {"standalone": "What does the tail do for a kite?"},
    item("k4", "What are frames glued with?", "Frames", "fish glue"),
    {"id": "k5", "stratum": "off", "question": "Who won the match?", "expected": "insufficient_evidence"}
    | {"reason": "off_topic"},
]


@pytest.fixture(scope="module")
def kites(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The options that name the corpus, its index and its gold questions."""
    folder = tmp_path_factory.mktemp("kites")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "kites.md").write_text(CORPUS, encoding="utf-8")
    (folder / "gold").mkdir()
    lines = [{"format": 2}, *GOLD]
    (folder / "gold" / "dev.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return tuple(str(part) for name in ("corpus", "index", "gold") for part in (f"--{name}", folder / name))


def evaluate(ibid: Ibid, kites: tuple[str, ...], folder: Path) -> Path:
    ran = ibid("eval", "--part", "dev", "--out", folder, *kites)
    assert ran.code == 0, ran.err
    return folder


def test_a_run_is_scored_and_kept(ibid: Ibid, kites: tuple[str, ...], tmp_path: Path) -> None:
    ran = ibid("eval", "--part", "dev", "--out", tmp_path / "run", *kites)
    assert ran.code == 0
    table = {line.split()[0]: line.split()[1:] for line in ran.out.splitlines() if line.strip()}
    kept = json.loads((tmp_path / "run" / "scores.json").read_text(encoding="utf-8"))["strata"]["all"]
    for name in ("vital_recall", "verbatim", "right_answers"):
        assert table[name][0] == f"{kept[name][0]:.3f}"
    assert kept["vital_recall"][0] >= 0.5
    assert "first answer of a new process" in ran.out.lower()
    assert f"ibid eval report {tmp_path / 'run'}" in ran.err.replace("\n", "")
    assert {path.name for path in (tmp_path / "run").iterdir()} == {
        *("manifest.json", "outcomes.jsonl", "documents.json", "timings.jsonl", "run.trec", "qrels.trec"),
        *("scores.json", "cost.json"),
    }


def test_two_runs_have_identical_score_files(ibid: Ibid, kites: tuple[str, ...], tmp_path: Path) -> None:
    first, second = (evaluate(ibid, kites, tmp_path / name) for name in ("first", "second"))
    for name in ("scores.json", "outcomes.jsonl", "manifest.json", "run.trec"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_runs_are_compared_and_gated(ibid: Ibid, kites: tuple[str, ...], tmp_path: Path) -> None:
    run = evaluate(ibid, kites, tmp_path / "run")
    ran = ibid("eval", "compare", run, run)
    assert ran.code == 0
    assert "vital_recall" in ran.out
    same = json.loads(ibid("eval", "compare", run, run, "--json").out)
    assert same["all"]["vital_recall"]["difference"] == 0
    passed = ibid("eval", "gate", "--baseline", run, run)
    assert (passed.code, passed.out) == (0, "Passed: nothing is significantly worse than the baseline.\n")


def test_a_broken_invariant_fails_the_gate_with_its_question(
    ibid: Ibid, kites: tuple[str, ...], tmp_path: Path
) -> None:
    run = evaluate(ibid, kites, tmp_path / "run")
    worse = evaluate(ibid, kites, tmp_path / "worse")
    lines = [json.loads(line) for line in (worse / "outcomes.jsonl").read_text(encoding="utf-8").splitlines()]
    lines[0]["verified"] = False
    (worse / "outcomes.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    failed = ibid("eval", "gate", "--baseline", run, worse)
    assert failed.code == 1
    assert "Broken: verbatim" in failed.out and "k1" in failed.out


def test_a_sweep_scores_every_combination(ibid: Ibid, kites: tuple[str, ...], tmp_path: Path) -> None:
    swept = ("eval", "sweep", "threshold=0,1", "passage_size=300", "--out", tmp_path, *kites)
    rows = json.loads(ibid(*swept, "--json").out)
    assert [row["parameters"] for row in rows] == [
        {"threshold": 0.0, "passage_size": 300},
        {"threshold": 1.0, "passage_size": 300},
    ]
    answered = [row["scores"]["right_answers"][0] for row in rows]
    assert answered == [1.0, 0.0], "a threshold of 0 always answers, one of 1 never does"
    assert "p50 ms" in ibid(*swept).out


@pytest.mark.parametrize("setting", ["colour=1", "passages=few", "passages"])
def test_what_cannot_be_swept_is_told(ibid: Ibid, kites: tuple[str, ...], tmp_path: Path, setting: str) -> None:
    ran = ibid("eval", "sweep", setting, "--out", tmp_path, *kites)
    assert ran.code == 2
    assert setting.partition("=")[0] in ran.complaint


def test_a_report_is_one_page(ibid: Ibid, kites: tuple[str, ...], tmp_path: Path) -> None:
    run = evaluate(ibid, kites, tmp_path / "run")
    ran = ibid("eval", "report", run)
    assert (ran.code, ran.out.strip()) == (0, str(run / "report.html"))
    assert "What are frames glued with?" in (run / "report.html").read_text(encoding="utf-8")


def test_what_is_no_run_is_told(ibid: Ibid, tmp_path: Path) -> None:
    for arguments in (("compare", tmp_path, tmp_path), ("report", tmp_path), ("gate", "--baseline", tmp_path)):
        ran = ibid("eval", *arguments)
        assert ran.code == 1
        assert f"no run in {tmp_path}; make one with: ibid eval" in ran.complaint
