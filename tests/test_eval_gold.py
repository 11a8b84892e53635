"""Gold questions: reading them, and what they are."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from test_retriever_search import TOMATOES, document

from eval import PARTS, GoldError, Place, Question, read_gold
from ingest import Corpus, Document, load

RIGHT: dict[str, Any] = {
    "id": "q1",
    "stratum": "single_fact",
    "conversation": None,
    "turn": 1,
    "question": "How is quillex given?",
    "expected": "answered",
    "nuggets": [{"pattern": "poured", "importance": "vital"}],
    "evidence": [{"document": "tomatoes", "section": "Quillex (Bloomwell)"}],
}
REFUSED = RIGHT | {"id": "q2", "expected": "insufficient_evidence", "nuggets": [], "evidence": []}
LEAST = 80


def gold(folder: Path, *lines: dict[str, Any] | str, part: str = "dev") -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    (folder / f"{part}.jsonl").write_text(text + "\n", encoding="utf-8")
    return folder


def test_questions_are_read_in_order_over_the_parts(tmp_path: Path) -> None:
    gold(tmp_path, RIGHT, "", REFUSED)
    gold(tmp_path, RIGHT | {"id": "q3", "standalone": "How is quillex given?", "turn": 2}, part="test")
    read = read_gold(folder=tmp_path)
    assert [q.id for q in read] == ["q1", "q2", "q3"]
    assert [q.is_answerable for q in read] == [True, False, True]
    assert (read[0].standalone, read[2].standalone) == (None, "How is quillex given?")
    assert read[0].evidence == (Place("tomatoes", "Quillex (Bloomwell)"),)
    assert [q.id for q in read_gold(["test"], tmp_path)] == ["q3"]


@pytest.mark.parametrize(
    "wrong",
    [
        "{",
        "[]",
        "7",
        {key: value for key, value in RIGHT.items() if key != "question"},
        RIGHT | {"nuggets": [{"pattern": "(", "importance": "vital"}]},
        RIGHT | {"nuggets": [{"pattern": 7, "importance": "vital"}]},
        RIGHT | {"nuggets": [{"pattern": "poured"}]},
        RIGHT | {"nuggets": [{"pattern": "poured", "importance": "vitla"}]},
        RIGHT | {"nuggets": []},
        RIGHT | {"evidence": []},
        RIGHT | {"evidence": ["tomatoes"]},
        RIGHT | {"expected": "insufficient_evidence"},
        REFUSED | {"expected": "refused"},
    ],
)
def test_a_line_that_is_no_gold_question_is_named_by_file_and_line(tmp_path: Path, wrong: dict[str, Any] | str) -> None:
    gold(tmp_path, REFUSED | {"id": "q0"}, "", wrong)
    with pytest.raises(GoldError, match=r"dev\.jsonl:3: "):
        read_gold(["dev"], tmp_path)


def test_an_id_used_twice_is_named_with_both_places(tmp_path: Path) -> None:
    gold(tmp_path, RIGHT)
    gold(tmp_path, REFUSED, RIGHT, part="test")
    with pytest.raises(GoldError, match=r"test\.jsonl:2: id 'q1' is used before, at .*dev\.jsonl:1"):
        read_gold(folder=tmp_path)


def test_a_part_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"train\.jsonl: there is no such file; the gold parts are dev, test"):
        read_gold(["train"], tmp_path)


def test_a_nugget_is_found_in_any_case_and_over_line_breaks(tmp_path: Path) -> None:
    nugget = {"pattern": "yellow leaves|weak stems?", "importance": "okay"}
    (question,) = read_gold(["dev"], gold(tmp_path, RIGHT | {"nuggets": [nugget]}))
    (read,) = question.nuggets
    assert read.in_text("It has YELLOW\n  leaves.")
    assert read.in_text("a weak stem")
    assert not read.in_text("yellow and green leaves")


def test_a_place_is_a_section_or_the_page_as_a_whole() -> None:
    read = document(TOMATOES, "tomatoes")
    poured, revised = read.text.index("poured"), read.text.index("Last revised")
    assert Place("tomatoes", "QUILLEX (Bloomwell)").covers(read, poured)
    assert not Place("tomatoes", "Safety").covers(read, poured)
    assert not Place("marrows", "Quillex (Bloomwell)").covers(read, poured)
    assert Place("tomatoes", None).covers(read, revised)
    assert not Place("tomatoes", None).covers(read, poured)


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return read_gold()


@pytest.fixture(scope="module", params=["bundled", "originals"])
def documents(request: pytest.FixtureRequest, root: Path) -> dict[str, Document]:
    folder: Path = root / "corpus" if request.param == "bundled" else request.getfixturevalue("originals")
    return {source.id: load(source) for source in Corpus.read(folder).sources}


def test_there_are_enough_gold_questions_of_every_kind_in_every_part(questions: list[Question]) -> None:
    assert len(questions) >= LEAST
    kinds = [Counter(q.stratum for q in read_gold([part])) for part in PARTS]
    assert all(kind.keys() == kinds[0].keys() for kind in kinds)
    assert len(kinds[0]) >= 8
    assert min(count for kind in kinds for count in kind.values()) >= 3
    assert 0.2 < sum(not q.is_answerable for q in questions) / len(questions) < 0.5


def test_no_gold_question_is_asked_twice(questions: list[Question]) -> None:
    asked = Counter((q.conversation, q.question.casefold()) for q in questions)
    assert [question for question, count in asked.items() if count > 1] == []


def test_every_answer_has_something_vital(questions: list[Question]) -> None:
    vital = {q.id for q in questions if any(n.importance == "vital" for n in q.nuggets)}
    assert {q.id for q in questions if q.is_answerable} - vital == set()


def test_a_refused_question_says_why(questions: list[Question]) -> None:
    reasons = {q.id: q.reason for q in questions if not q.is_answerable}
    assert {
        i for i, reason in reasons.items() if reason not in ("off_topic", "not_in_sources", "weak_evidence")
    } == set()


def test_turns_of_a_conversation_follow_each_other_from_1(questions: list[Question]) -> None:
    talks: dict[str, list[int]] = {}
    for question in questions:
        if question.conversation is None:
            assert question.turn == 1, question.id
        else:
            talks.setdefault(question.conversation, []).append(question.turn)
    assert talks
    assert {name: turns for name, turns in talks.items() if turns != list(range(1, len(turns) + 1))} == {}
    assert min(map(len, talks.values())) >= 2


def test_a_conversation_stays_in_one_part() -> None:
    dev, test = ({q.conversation for q in read_gold([part])} - {None} for part in PARTS)
    assert dev & test == set()


def test_follow_ups_say_what_they_mean(questions: list[Question]) -> None:
    follow_ups = [q for q in questions if q.turn > 1]
    assert len(follow_ups) >= 10
    assert [q.id for q in follow_ups if not q.standalone or q.standalone == q.question] == []


def _place_texts(question: Question, documents: dict[str, Document]) -> list[str]:
    """The text of each place of the evidence: the sections of its heading, one after the other."""
    return [
        " ".join(
            read.text[s.start : s.end]
            for read in documents.values()
            for s in read.sections
            if place.covers(read, s.start)
        )
        for place in question.evidence
    ]


def test_every_place_is_in_the_corpus(questions: list[Question], documents: dict[str, Document]) -> None:
    assert [q.id for q in questions if not all(_place_texts(q, documents))] == []


def test_every_nugget_stands_where_the_evidence_says(questions: list[Question], documents: dict[str, Document]) -> None:
    lost = [
        (question.id, nugget.pattern.pattern)
        for question in questions
        for nugget in question.nuggets
        if not any(nugget.in_text(text) for text in _place_texts(question, documents))
    ]
    assert lost == []


def test_no_question_gives_its_own_nuggets_away(questions: list[Question]) -> None:
    given = [
        (question.id, nugget.pattern.pattern)
        for question in questions
        for nugget in question.nuggets
        if nugget.in_text(question.question) or nugget.in_text(question.standalone or "")
    ]
    assert given == []
