"""Gold questions: reading them, what their patterns mean, and whether the bundled ones are sound."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fakes import asked, at
from leaflets import TOMATOES, document

from eval import GOLD, PARTS, GoldError, Question, check, read_gold
from ingest import Document, load, read_corpus

RIGHT: dict[str, Any] = {
    "id": "q1",
    "stratum": "single_fact",
    "question": "How is quillex given?",
    "expected": "answered",
    "nuggets": [{"pattern": "poured", "importance": "vital"}],
    "evidence": [{"document": "tomatoes", "section": "Quillex (Bloomwell)", "pattern": "poured"}],
}
REFUSED: dict[str, Any] = {name: RIGHT[name] for name in ("stratum", "question")} | {
    "id": "q2",
    "expected": "insufficient_evidence",
}
FULL = RIGHT | {
    "conversation": "c1",
    "turn": 2,
    "question": "And how is it given?",
    "standalone": "How is quillex given?",
    "switch": True,
    "paraphrases": ["In what way does one use quillex?"],
    "notices": ["conflict"],
    "nuggets": [{"pattern": "twice", "importance": "okay", "critical": "figure"}, *RIGHT["nuggets"]],
    "contradictions": ["sprayed"],
    "short_answers": ["poured"],
    "evidence": [RIGHT["evidence"][0] | {"reference": "Marrow"}],
}
HEADER = {"format": 2}
STRATA = (
    *("single_fact", "list", "lay", "names", "comparison", "follow_up", "about_source", "off_topic", "missing_fact"),
    *("reference_only", "wrong_premise", "conflict", "number", "negation", "which", "dialogue", "unsafe", "injection"),
)


def gold(folder: Path, *lines: dict[str, Any] | str, part: str = "dev") -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in (HEADER, *lines))
    (folder / f"{part}.jsonl").write_text(text + "\n", encoding="utf-8")
    return folder


def test_questions_are_read_in_order_over_the_parts(tmp_path: Path) -> None:
    gold(tmp_path, RIGHT, "", REFUSED)
    gold(tmp_path, FULL | {"id": "q3"}, part="test")
    read = read_gold(folder=tmp_path)
    assert [(q.id, q.part, q.is_answerable) for q in read] == [
        ("q1", "dev", True),
        ("q2", "dev", False),
        ("q3", "test", True),
    ]
    assert [q.where.rpartition("/")[2] for q in read] == ["dev.jsonl:2", "dev.jsonl:4", "test.jsonl:2"]
    assert (read[0].alone, read[2].alone) == ("How is quillex given?", "How is quillex given?")
    assert [q.id for q in read_gold(["test"], tmp_path)] == ["q3"]


@pytest.mark.parametrize(
    "record", [RIGHT, RIGHT | {"turn": 2}, REFUSED | {"names": ["price"], "reason": "not_in_sources"}, FULL]
)
def test_an_item_is_written_as_it_was_read(record: dict[str, Any]) -> None:
    written = Question.from_json(record).to_json()
    assert written == record
    assert Question.from_json(written) == Question.from_json(record)


@pytest.mark.parametrize(
    "wrong",
    [
        "{",
        "[]",
        "7",
        {key: value for key, value in RIGHT.items() if key != "question"},
        RIGHT | {"question": " "},
        RIGHT | {"nuggets": [{"pattern": "(", "importance": "vital"}]},
        RIGHT | {"nuggets": [{"pattern": 7, "importance": "vital"}]},
        RIGHT | {"nuggets": [{"pattern": "poured"}]},
        RIGHT | {"nuggets": [{"pattern": "poured", "importance": "vitla"}]},
        RIGHT | {"nuggets": [{"pattern": "poured", "importance": "vital", "critical": "colour"}]},
        RIGHT | {"nuggets": []},
        RIGHT | {"evidence": []},
        RIGHT | {"evidence": ["tomatoes"]},
        RIGHT | {"evidence": [{"document": "tomatoes", "section": None}]},
        RIGHT | {"expected": "insufficient_evidence"},
        RIGHT | {"paraphrase": "How does one use quillex?"},
        REFUSED | {"expected": "refused"},
        "[" * 100_000,
        RIGHT | {"turn": float("inf")},
        RIGHT | {"turn": 0},
        RIGHT | {"conversation": ["c1"]},
        RIGHT | {"standalone": {}},
        RIGHT | {"corpus": 7},
        RIGHT | {"reason": []},
        RIGHT | {"expected": []},
        RIGHT | {"nuggets": [{"pattern": "poured", "importance": ["vital"]}]},
        RIGHT | {"nuggets": [{"pattern": "poured", "importance": "vital", "critical": {}}]},
        RIGHT | {"nuggets": [{"pattern": "a{99999999999}", "importance": "vital"}]},
        RIGHT | {"nuggets": [{"pattern": "(" * 5_000 + ")" * 5_000, "importance": "vital"}]},
        RIGHT | {"evidence": [RIGHT["evidence"][0] | {"section": 0.5}]},
    ],
)
def test_a_line_that_is_no_gold_question_is_named_by_file_and_line(tmp_path: Path, wrong: dict[str, Any] | str) -> None:
    gold(tmp_path, REFUSED | {"id": "q0"}, "", wrong)
    with pytest.raises(GoldError, match=r"dev\.jsonl:4: "):
        read_gold(["dev"], tmp_path)


@pytest.mark.parametrize("content", [b"\xff\xfe", b'{"format": 2}\n' + b"\xed\xa0\x80"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "dev.jsonl").write_bytes(content)
    with pytest.raises(GoldError, match=r"dev\.jsonl:1: cannot be read: .*; save it as UTF-8"):
        read_gold(["dev"], tmp_path)


def test_a_question_may_hold_what_ends_a_line_elsewhere(tmp_path: Path) -> None:
    text = "How is\u2028quillex\x85given?"
    line = json.dumps(RIGHT | {"question": text}, ensure_ascii=False)
    (tmp_path / "dev.jsonl").write_text(f'{{"format": 2}}\n{line}\n', encoding="utf-8")
    assert [question.question for question in read_gold(["dev"], tmp_path)] == [text]


@pytest.mark.parametrize("first", ["", "[" * 100_000, '{"format": 1}', json.dumps(RIGHT), "{"])
def test_a_file_of_another_format_is_refused(tmp_path: Path, first: str) -> None:
    (tmp_path / "dev.jsonl").write_text(first + "\n" + json.dumps(RIGHT) + "\n", encoding="utf-8")
    with pytest.raises(GoldError, match=r"dev\.jsonl:1: not a gold file of format 2"):
        read_gold(["dev"], tmp_path)


def test_an_id_used_twice_is_named_with_both_places(tmp_path: Path) -> None:
    gold(tmp_path, RIGHT)
    gold(tmp_path, REFUSED, RIGHT, part="test")
    with pytest.raises(GoldError, match=r"test\.jsonl:3: id 'q1' is used before, at .*dev\.jsonl:2"):
        read_gold(folder=tmp_path)


def test_a_part_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"train\.jsonl: there is no such file; the gold parts are dev, test"):
        read_gold(["train"], tmp_path)


def test_a_nugget_is_found_in_any_case_and_over_line_breaks() -> None:
    (nugget,) = asked("q", "What does it do?", "yellow leaves|weak stems?", where=[at("d", None, "x")]).nuggets
    assert nugget.in_text("It has YELLOW\n  leaves.")
    assert nugget.in_text("a weak stem")
    assert not nugget.in_text("yellow and green leaves")


def texts(read: Document, section: str | None, pattern: str) -> list[str]:
    (span,) = asked("q", "What?", "x", where=[at("tomatoes", section, pattern)]).evidence
    return [read.text[start:end] for start, end in span.ranges(read)]


def test_evidence_is_the_whole_sentences_that_a_pattern_touches() -> None:
    read = document(TOMATOES, "tomatoes")
    assert texts(read, "quillex (bloomwell)", "twice a WEEK") == ["Quillex is poured round the roots twice a week."]
    assert texts(read, "Quillex (Bloomwell)", "week.*include") == [
        "Quillex is poured round the roots twice a week. Drawbacks of quillex include slugs and a strong smell."
    ]
    assert len(texts(read, "Quillex (Bloomwell)", "quillex|feed")) == 3
    assert texts(read, "Verdolin (Growfast)", "twice a week") == []
    assert texts(read, None, "shed committee") == ["Written by the shed committee of the allotment club."]
    assert texts(document(TOMATOES, "marrows"), "Quillex (Bloomwell)", "twice") == []


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return read_gold()


@pytest.fixture(scope="module", params=["bundled", "originals"])
def documents(request: pytest.FixtureRequest, root: Path) -> dict[str, Document]:
    folder: Path = root / "corpus" if request.param == "bundled" else request.getfixturevalue("originals")
    return {source.id: load(source) for source in read_corpus(folder).sources}


def test_the_bundled_gold_questions_are_sound(questions: list[Question], documents: dict[str, Document]) -> None:
    planted = {source.id: load(source) for source in read_corpus(GOLD / "planted").sources}
    assert [str(problem) for problem in check(questions, {None: documents, "planted": planted})] == []


def test_there_are_enough_gold_questions_of_every_kind_in_every_part(questions: list[Question]) -> None:
    assert len(questions) >= 250
    for part in PARTS:
        kinds = Counter(q.stratum for q in questions if q.part == part)
        assert kinds.keys() >= set(STRATA)
        assert min(kinds.values()) >= 3
    assert 0.2 < sum(not q.is_answerable for q in questions) / len(questions) < 0.5


def test_talks_of_up_to_six_turns_change_the_topic_and_come_back(questions: list[Question]) -> None:
    for part in PARTS:
        turns = Counter(q.conversation for q in questions if q.part == part and q.stratum == "dialogue")
        assert len(turns) >= 3
        assert 5 <= min(turns.values()) <= max(turns.values()) <= 6
        assert sum(q.switch for q in questions if q.part == part) >= 3


def test_gold_questions_have_what_the_scores_need(questions: list[Question]) -> None:
    for part in PARTS:
        mine = [q for q in questions if q.part == part]
        assert sum(bool(q.paraphrases) for q in mine) >= 40
        assert sum(bool(q.contradictions) for q in mine) >= 20
        assert sum(bool(q.short_answers) for q in mine) >= 15
        assert sum(any(n.critical for n in q.nuggets) for q in mine) >= 15
        assert sum(any(span.reference for span in q.evidence) for q in mine) >= 2
        assert sum("conflict" in q.notices for q in mine) >= 4
        assert sum("premise" in q.notices for q in mine) >= 3
