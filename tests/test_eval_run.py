"""A run: every question asked in its conversation, and the files that it leaves."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from test_answer_answerer import made
from test_eval_scores import question
from test_retriever_search import MARROWS, TOMATOES, document

from answer import Answer, Answerer, Conversation
from eval import COLUMNS, Place, Question, rows, run, score_by_stratum, write
from eval.run import outcome_json

VERDOLIN = question("v1", ["sprayed"], question="How is verdolin given?", conversation="v")
QUILLEX = question("q1", ["poured"], question="How is quillex given?", conversation="q")
V_DRAWBACKS = question("v2", ["weak stems"], question="And its drawbacks?", conversation="v", turn=2)
Q_DRAWBACKS = question("q2", ["smell"], question="And its drawbacks?", conversation="q", turn=2)
ALONE = question("a1", [], question="And its drawbacks?", stratum="off_topic")
OFF_TOPIC = question("o1", [], question="Who won the football match?", stratum="off_topic")
QUESTIONS = [VERDOLIN, QUILLEX, V_DRAWBACKS, Q_DRAWBACKS, ALONE]


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    documents = [document(TOMATOES, "tomatoes"), document(MARROWS, "marrows")]
    return made(tmp_path_factory.mktemp("run"), *documents)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_conversations_are_kept_apart_and_in_order(answerer: Answerer) -> None:
    done = run(answerer, QUESTIONS)
    assert [o.question.id for o in done.outcomes] == ["v1", "q1", "v2", "q2", "a1"]
    assert [o.answer.resolved_question for o in done.outcomes][2:] == [
        "What are the drawbacks of verdolin?",
        "What are the drawbacks of quillex?",
        "And its drawbacks?",
    ]
    assert "weak stems" in done.outcomes[2].said
    assert "strong smell" in done.outcomes[3].said


def test_a_second_run_does_not_remember_the_first(answerer: Answerer) -> None:
    run(answerer, [VERDOLIN])
    assert run(answerer, [V_DRAWBACKS]).outcomes[0].answer.resolved_question == "And its drawbacks?"


def test_passages_are_those_of_the_question_as_it_was_understood(answerer: Answerer) -> None:
    outcome = run(answerer, [VERDOLIN, V_DRAWBACKS]).outcomes[1]
    question_with_aliases = "What are the drawbacks of verdolin? (growfast)"
    assert list(outcome.hits) == answerer.retriever.search(question_with_aliases, 10)


def test_progress_is_told(answerer: Answerer) -> None:
    steps: list[tuple[int, int]] = []
    run(answerer, QUESTIONS[:2], lambda done, all_: steps.append((done, all_)))
    assert steps == [(1, 2), (2, 2)]


def test_every_answer_is_verified(answerer: Answerer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(o.verified for o in run(answerer, QUESTIONS).outcomes)
    right = answerer.ask

    def altered(asked: str, talk: Conversation | None = None) -> Answer:
        answer = right(asked, talk)
        return replace(answer, citations=tuple(replace(c, quote_hash="sha256:0") for c in answer.citations))

    monkeypatch.setattr(answerer, "ask", altered)
    assert [o.verified for o in run(answerer, [VERDOLIN, OFF_TOPIC]).outcomes] == [False, True], (
        "a refusal has no quotes"
    )


def test_two_equal_runs_leave_the_same_bytes_and_no_timings(answerer: Answerer, tmp_path: Path) -> None:
    for name in ("first", "second"):
        done = run(answerer, QUESTIONS)
        assert all(o.answer.timings_ms["total"] > 0 for o in done.outcomes)
        write(tmp_path / "deep" / name, done, score_by_stratum(done.outcomes, answerer.generation))
    first = files(tmp_path / "deep" / "first")
    assert sorted(first) == ["answers.jsonl", "manifest.json", "scores.json"]
    assert first == files(tmp_path / "deep" / "second")
    assert not any(b"timings" in content for content in first.values())


def test_a_run_written_over_another_leaves_nothing_of_it(answerer: Answerer, tmp_path: Path) -> None:
    long, short = run(answerer, QUESTIONS), run(answerer, QUESTIONS[:1])
    for done, folder in ((long, "over"), (short, "over"), (short, "fresh")):
        write(tmp_path / folder, done, score_by_stratum(done.outcomes, answerer.generation))
    assert files(tmp_path / "over") == files(tmp_path / "fresh")


def test_the_files_are_plain_json_with_a_line_a_question(answerer: Answerer, tmp_path: Path) -> None:
    done = run(answerer, QUESTIONS)
    scores = score_by_stratum(done.outcomes, answerer.generation)
    write(tmp_path, done, scores)
    lines = [json.loads(line) for line in (tmp_path / "answers.jsonl").read_text(encoding="utf-8").split("\n")[:-1]]
    assert lines == [json.loads(json.dumps(outcome_json(o))) for o in done.outcomes]
    assert [line["id"] for line in lines] == [q.id for q in QUESTIONS]
    assert list(json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))) == ["list", "off_topic", "all"]
    assert all(len(row) == 1 + len(COLUMNS) for row in rows(scores))


def test_the_manifest_says_under_what_a_run_came_about(answerer: Answerer) -> None:
    manifest = run(answerer, QUESTIONS[:2]).manifest
    assert manifest["generation"] == answerer.generation.name
    assert [d["id"] for d in manifest["documents"]] == ["tomatoes", "marrows"]
    assert manifest["encoder"]["fingerprint"] == "words@1"
    assert manifest["questions"] == 2
    assert {"python", "machine", "versions", "commit", "passage_size"} <= manifest.keys()


@pytest.mark.parametrize(
    "other",
    [
        replace(VERDOLIN, question="How is verdolin used?"),
        replace(VERDOLIN, nuggets=QUILLEX.nuggets),
        question("v1", [], ["sprayed"], question="How is verdolin given?", conversation="v"),
        replace(VERDOLIN, evidence=(Place("tomatoes", None),)),
        replace(VERDOLIN, expected="insufficient_evidence"),
        replace(VERDOLIN, conversation=None),
    ],
    ids=["question", "pattern", "importance", "evidence", "expected", "conversation"],
)
def test_other_gold_has_another_hash(answerer: Answerer, other: Question) -> None:
    def gold(asked: Question) -> str:
        return str(run(answerer, [asked]).manifest["gold"])

    assert gold(VERDOLIN) == gold(replace(VERDOLIN))
    assert gold(VERDOLIN) != gold(other)


def test_a_run_of_no_questions_is_empty(answerer: Answerer, tmp_path: Path) -> None:
    done = run(answerer, [])
    assert done.outcomes == ()
    write(tmp_path, done, score_by_stratum(done.outcomes, answerer.generation))
    assert (tmp_path / "answers.jsonl").read_text(encoding="utf-8") == ""
