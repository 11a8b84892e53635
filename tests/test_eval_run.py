"""A run: every question asked in its conversation and in other forms, kept in a folder, resumed after a stop."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import asked, at
from leaflets import MARROWS, TOMATOES, document, following, made
from outcomes import run_of

from answer import Answer, Answerer, Conversation
from eval import Journal, Outcome, Question, Run, RunError, ask_all, manifest
from eval.manifest import code_hash
from eval.run import tell_all

pytestmark = pytest.mark.usefixtures("plain_weights")
VERDOLIN = at("tomatoes", "Verdolin (Growfast)", "sprayed|weak stems")
QUILLEX = at("tomatoes", "Quillex (Bloomwell)", "poured|smell")
V1 = asked("v1", "How is verdolin given?", "sprayed", where=[VERDOLIN], conversation="v")
V2 = replace(
    asked("v2", "And its drawbacks?", "weak stems", where=[VERDOLIN], conversation="v", turn=2),
    standalone="What are the drawbacks of verdolin?",
)
Q1 = asked("q1", "How is quillex given?", "poured", where=[QUILLEX], conversation="q")
Q2 = replace(
    asked("q2", "And its drawbacks?", "smell", where=[QUILLEX], conversation="q", turn=2),
    standalone="What are the drawbacks of quillex?",
)
ALONE = asked("a1", "Who won the football match?", stratum="off_topic")
QUESTIONS = [V1, Q1, V2, Q2, ALONE]


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    documents = [document(TOMATOES, "tomatoes"), document(MARROWS, "marrows")]
    return following(made(tmp_path_factory.mktemp("run"), *documents))


@pytest.fixture
def outcomes(answerer: Answerer) -> list[Outcome]:
    return ask_all(lambda: {None: answerer}, QUESTIONS)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "timings.jsonl"}


def test_conversations_are_kept_apart_and_in_order(outcomes: list[Outcome]) -> None:
    assert [o.question.id for o in outcomes] == ["v1", "q1", "v2", "q2", "a1"]
    assert [o.answer.resolved_question for o in outcomes][2:4] == [
        "As for verdolin: And its drawbacks?",
        "As for quillex: And its drawbacks?",
    ]
    assert "weak stems" in outcomes[2].said
    assert "strong smell" in outcomes[3].said


def test_a_follow_up_is_asked_bare_and_as_a_person_put_it_too(outcomes: list[Outcome]) -> None:
    first, follow_up = outcomes[0], outcomes[2]
    assert first.raw is None and first.manual is None
    assert follow_up.raw is not None and follow_up.manual is not None
    assert follow_up.raw.answer.resolved_question == "And its drawbacks?"
    assert "weak stems" in follow_up.manual.said


def test_a_refusal_comes_with_what_would_have_been_said(outcomes: list[Outcome]) -> None:
    refused, answered = outcomes[4], outcomes[0]
    assert refused.answer.is_refusal and refused.compelled is not None
    assert refused.compelled.statements and not refused.compelled.is_refusal
    assert answered.compelled is None


def test_the_evidence_is_resolved_to_ranges_and_passages(outcomes: list[Outcome], answerer: Answerer) -> None:
    (first, second) = outcomes[1].gold
    text = answerer.generation.document("tomatoes").text
    assert "poured round" in text[first.start : first.end] and first.nuggets == (0,)
    assert "strong smell" in text[second.start : second.end] and second.nuggets == ()
    passages = answerer.generation.passages(answerer.generation.rows())
    relevant = [p.text for p in passages if p.id in outcomes[1].relevant]
    assert relevant and all("poured round" in text for text in relevant)
    assert outcomes[4].relevant == () and outcomes[4].gold == ()


def test_every_question_is_asked_in_other_forms(outcomes: list[Outcome], answerer: Answerer) -> None:
    kinds = ["same", "again", "typo", "case", "order"]
    assert [v.kind for v in outcomes[2].variants] == kinds
    assert outcomes[2].variants[0].question == V2.standalone
    (outcome,) = ask_all(lambda: {None: answerer}, [replace(Q1, conversation=None, paraphrases=("How do I use it?",))])
    assert [v.kind for v in outcome.variants] == [*kinds, "paraphrase"]
    (plain,) = ask_all(lambda: {None: answerer}, [ALONE], robust=False)
    assert plain.variants == ()


def test_a_question_goes_to_the_corpus_that_it_names(answerer: Answerer, tmp_path: Path) -> None:
    other = made(tmp_path, document(TOMATOES.replace("poured", "blown"), "tomatoes"))
    question = asked("p1", "How is quillex given?", "blown", where=[at("tomatoes", None, "x")], corpus="planted")
    (outcome,) = ask_all(lambda: {None: answerer, "planted": other}, [question])
    assert "blown round" in outcome.said


def test_every_answer_is_verified(answerer: Answerer, monkeypatch: pytest.MonkeyPatch) -> None:
    right = answerer.ask

    def altered(question: str, talk: Conversation | None = None, *, compel: bool = False) -> Answer:
        answer = right(question, talk, compel=compel)
        return replace(answer, citations=tuple(replace(c, quote_hash="sha256:0") for c in answer.citations))

    monkeypatch.setattr(answerer, "ask", altered)
    outcomes = ask_all(lambda: {None: answerer}, [V1, ALONE])
    assert [o.verified for o in outcomes] == [False, True], "a refusal quotes nothing that could be wrong"


def test_what_is_told_without_scores_is_the_same(answerer: Answerer, outcomes: list[Outcome]) -> None:
    told = list(tell_all(answerer, QUESTIONS))
    assert [(t.said, t.hits) for t in told] == [(o.said, o.told.hits) for o in outcomes]


def test_an_outcome_is_read_as_it_was_written(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        written = json.loads(json.dumps(outcome.to_json()))
        assert Outcome.from_json(written).to_json() == outcome.to_json()
        assert "timings_ms" not in json.dumps(written)


def test_two_runs_of_the_same_are_the_same_files(answerer: Answerer, tmp_path: Path) -> None:
    run_of(answerer, QUESTIONS, tmp_path / "first")
    run_of(answerer, QUESTIONS, tmp_path / "second")
    assert files(tmp_path / "first") == files(tmp_path / "second")
    assert set(files(tmp_path / "first")) == {
        *("manifest.json", "outcomes.jsonl", "documents.json", "run.trec", "qrels.trec")
    }


def test_a_run_written_over_another_leaves_nothing_of_it(answerer: Answerer, tmp_path: Path) -> None:
    for questions, folder in ((QUESTIONS, "over"), (QUESTIONS[:1], "over"), (QUESTIONS[:1], "fresh")):
        run_of(answerer, questions, tmp_path / folder)
    assert files(tmp_path / "over") == files(tmp_path / "fresh")


def test_a_run_is_read_back_whole(answerer: Answerer, tmp_path: Path) -> None:
    made_run = run_of(answerer, QUESTIONS, tmp_path)
    read = Run.read(tmp_path)
    assert read.manifest == made_run.manifest
    assert [o.to_json() for o in read.outcomes] == [o.to_json() for o in made_run.outcomes]
    assert read.documents["tomatoes"].text == answerer.generation.document("tomatoes").text
    assert read.timings == made_run.timings and set(read.timings["v1"]) == {"resolve", "search", "read", "total"}


def test_the_trec_files_say_what_was_found_and_what_is_evidence(answerer: Answerer, tmp_path: Path) -> None:
    run = run_of(answerer, QUESTIONS, tmp_path)
    found = [line.split() for line in (tmp_path / "run.trec").read_text().splitlines()]
    assert [row[2] for row in found if row[0] == "v2"] == [h.passage for h in run.outcomes[2].told.hits]
    assert all(row[1] == "Q0" and row[5] == "ibid" for row in found)
    of_one = [(int(row[3]), float(row[4])) for row in found if row[0] == "v2"]
    assert [rank for rank, _ in of_one] == list(range(1, len(of_one) + 1))
    assert [score for _, score in of_one] == sorted((score for _, score in of_one), reverse=True)
    qrels = [line.split() for line in (tmp_path / "qrels.trec").read_text().splitlines()]
    assert {row[0] for row in qrels} == {"v1", "v2", "q1", "q2"} and all(row[3] == "1" for row in qrels)


def stopped(answerer: Answerer, folder: Path, after: int) -> None:
    """A run that is interrupted when `after` conversations are done."""
    journal = Journal(folder, manifest({None: answerer.generation}, QUESTIONS, {}))
    done = 0

    def add(talk: Sequence[Outcome]) -> None:
        nonlocal done
        journal.add(talk)
        done += 1
        if done == after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask_all(lambda: {None: answerer}, QUESTIONS, on_talk=add)


def test_an_interrupted_run_goes_on_where_it_stopped(
    answerer: Answerer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped(answerer, tmp_path / "stopped", 2)
    journal = tmp_path / "stopped" / "unfinished.jsonl"
    journal.write_text(journal.read_text(encoding="utf-8") + '[{"question": {"id": "a', encoding="utf-8")
    with pytest.raises(RunError, match="no run in"):
        Run.read(tmp_path / "stopped")
    run_of(answerer, QUESTIONS, tmp_path / "whole")
    seen: list[str] = []
    right = answerer.ask
    monkeypatch.setattr(answerer, "ask", lambda q, *a, **k: seen.append(q) or right(q, *a, **k))
    run_of(answerer, QUESTIONS, tmp_path / "stopped")
    assert files(tmp_path / "stopped") == files(tmp_path / "whole")
    assert seen.count("And its drawbacks?") == 0, "both talks were done"
    assert ALONE.question in seen


def test_what_another_run_left_unfinished_is_not_taken_up(answerer: Answerer, tmp_path: Path) -> None:
    stopped(answerer, tmp_path, 1)
    other = manifest({None: answerer.generation}, QUESTIONS, {"passages": 3})
    assert Journal(tmp_path, other).left(QUESTIONS) == QUESTIONS


def test_what_other_code_left_unfinished_is_not_taken_up(
    answerer: Answerer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped(answerer, tmp_path, 1)
    monkeypatch.setattr(sys.modules["eval.manifest"], "code_hash", lambda: "sha256:other")
    assert Journal(tmp_path, manifest({None: answerer.generation}, QUESTIONS, {})).left(QUESTIONS) == QUESTIONS


def test_code_that_was_changed_has_another_hash(tmp_path: Path) -> None:
    (tmp_path / "answer").mkdir()
    source = tmp_path / "answer" / "compose.py"
    seen = []
    for text in ("LONGEST = 600", "LONGEST = 60", "LONGEST = 600"):
        source.write_text(text, encoding="utf-8")
        seen.append(code_hash(tmp_path))
    assert seen[0] == seen[2] != seen[1]


@pytest.mark.parametrize("name", ["manifest.json", "outcomes.jsonl", "documents.json", "timings.jsonl"])
def test_a_file_of_a_run_that_cannot_be_read_is_named(answerer: Answerer, tmp_path: Path, name: str) -> None:
    run_of(answerer, QUESTIONS, tmp_path)
    (tmp_path / name).write_text("{", encoding="utf-8")
    line = ", line 1," if name.endswith(".jsonl") else ""
    with pytest.raises(RunError, match=rf"{name}{line} is damaged .*make it again with: ibid eval --out {tmp_path}"):
        Run.read(tmp_path)


# What a line of a stored run may hold in the place of what it held.
DAMAGES: list[Callable[[dict[str, Any]], object]] = [
    lambda record: [record],
    lambda record: record | {"variants": 7},
    lambda record: record | {"told": record["told"] | {"hits": [{"passage": "p"}]}},
    lambda record: record | {"told": record["told"] | {"answer": {}}},
    lambda record: record | {"question": record["question"] | {"turn": float("inf")}},
    lambda record: record | {"question": record["question"] | {"names": ["("]}},
    lambda record: record | {"question": record["question"] | {"more": 1}},
    lambda record: record | {"question": [[record]]},
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_line_of_a_run_that_is_something_else_is_named(
    answerer: Answerer, tmp_path: Path, damage: Callable[[dict[str, Any]], object]
) -> None:
    run_of(answerer, QUESTIONS, tmp_path)
    outcomes = tmp_path / "outcomes.jsonl"
    first, *rest = outcomes.read_text(encoding="utf-8").splitlines(keepends=True)
    outcomes.write_text("".join([first, json.dumps(damage(json.loads(first))) + "\n", *rest]), encoding="utf-8")
    with pytest.raises(RunError, match=r"outcomes\.jsonl, line 2, is damaged .*make it again"):
        Run.read(tmp_path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("outcomes.jsonl", "[" * 100_000),
        ("manifest.json", '{"questions": null}'),
        ("manifest.json", "[" * 100_000),
        ("documents.json", '[{"id": ["a"]}]'),
        ("timings.jsonl", "[1]"),
    ],
)
def test_a_file_of_a_run_that_is_something_else_is_named(
    answerer: Answerer, tmp_path: Path, name: str, content: str
) -> None:
    run_of(answerer, QUESTIONS, tmp_path)
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(RunError, match=rf"{name}.* is damaged .*make it again"):
        Run.read(tmp_path)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_line_of_an_unfinished_run_is_named_with_what_mends_it(
    answerer: Answerer, tmp_path: Path, damage: Callable[[dict[str, Any]], object]
) -> None:
    stopped(answerer, tmp_path, 2)
    journal = tmp_path / "unfinished.jsonl"
    head, first, *rest = journal.read_text(encoding="utf-8").splitlines(keepends=True)
    record, *more = json.loads(first)
    journal.write_text("".join([head, json.dumps([damage(record), *more]) + "\n", *rest]), encoding="utf-8")
    before = journal.read_bytes()
    with pytest.raises(RunError, match=r"unfinished\.jsonl, line 2, is damaged .*remove it, and begin again"):
        Journal(tmp_path, json.loads(head))
    assert journal.read_bytes() == before


@pytest.mark.parametrize("content", [b"{\n", b"[" * 100_000 + b"\n", b'"\xff"\n'])
def test_an_unfinished_run_that_cannot_be_read_is_named_with_what_mends_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "unfinished.jsonl").write_bytes(content)
    with pytest.raises(RunError, match=r"unfinished\.jsonl is damaged .*remove it, and begin again"):
        Journal(tmp_path, {})


def test_the_last_line_of_an_unfinished_run_may_be_cut_off_within_a_sign(answerer: Answerer, tmp_path: Path) -> None:
    stopped(answerer, tmp_path, 2)
    journal = tmp_path / "unfinished.jsonl"
    kept = journal.read_bytes()
    journal.write_bytes(kept + "[“".encode()[:-1])
    assert Journal(tmp_path, json.loads(kept.partition(b"\n")[0])).outcomes and journal.read_bytes() == kept


def test_the_files_that_a_run_lacks_are_named(answerer: Answerer, tmp_path: Path) -> None:
    run_of(answerer, QUESTIONS, tmp_path)
    (tmp_path / "outcomes.jsonl").unlink()
    (tmp_path / "timings.jsonl").unlink()
    wanted = rf"has no outcomes\.jsonl and no timings\.jsonl, .*make it again with: ibid eval --out {tmp_path}"
    with pytest.raises(RunError, match=wanted):
        Run.read(tmp_path)


def test_the_line_at_which_a_run_breaks_off_is_told(answerer: Answerer, tmp_path: Path) -> None:
    run_of(answerer, QUESTIONS, tmp_path)
    outcomes = tmp_path / "outcomes.jsonl"
    whole = outcomes.read_text(encoding="utf-8")
    outcomes.write_text(whole[:-200], encoding="utf-8")
    with pytest.raises(RunError, match=rf"outcomes\.jsonl, line {len(QUESTIONS)}, is damaged"):
        Run.read(tmp_path)
    outcomes.write_text("".join(whole.splitlines(keepends=True)[:-1]), encoding="utf-8")
    with pytest.raises(RunError, match=f"has {len(QUESTIONS) - 1} of the {len(QUESTIONS)} questions that were asked"):
        Run.read(tmp_path)


def test_a_folder_without_a_run_and_one_that_is_not_there_hold_none(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(RunError, match=f"no run in {folder}; make one with: ibid eval --out {folder}"):
            Run.read(folder)


def test_an_unfinished_run_is_not_read_as_a_whole_one(answerer: Answerer, tmp_path: Path) -> None:
    run_of(answerer, QUESTIONS, tmp_path)
    (tmp_path / "unfinished.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(RunError, match="is unfinished; finish it with"):
        Run.read(tmp_path)


def test_the_manifest_says_under_what_a_run_came_about(answerer: Answerer) -> None:
    said = manifest({None: answerer.generation}, QUESTIONS[:2], {"passages": 3})
    assert said["generation"] == answerer.generation.name
    assert [d["id"] for d in said["documents"]] == ["tomatoes", "marrows"]
    assert said["encoder"]["fingerprint"] == "words@1"
    assert (said["questions"], said["parts"], said["parameters"]) == (2, ["dev"], {"passages": 3})
    assert {"python", "machine", "versions", "commit", "code", "reader", "passage_size", "corpus"} <= said.keys()


@pytest.mark.parametrize(
    "other",
    [
        replace(V1, question="How is verdolin used?"),
        replace(V1, nuggets=Q1.nuggets),
        replace(V1, evidence=Q1.evidence),
        replace(V1, expected="insufficient_evidence"),
        replace(V1, conversation=None),
        replace(V1, notices=("conflict",)),
    ],
)
def test_other_gold_has_another_hash(answerer: Answerer, other: Question) -> None:
    def gold(question: Question) -> str:
        return str(manifest({None: answerer.generation}, [question], {})["gold"])

    assert gold(V1) == gold(replace(V1))
    assert gold(V1) != gold(other)


def test_a_run_of_no_questions_is_empty(answerer: Answerer, tmp_path: Path) -> None:
    assert run_of(answerer, [], tmp_path).outcomes == ()
    assert Run.read(tmp_path).outcomes == ()
