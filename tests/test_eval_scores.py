"""Scores, worked by hand on a handful of outcomes."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from typing import Any

import pytest
from test_retriever_search import document, generation

from answer import Answer, Citation, Statement
from eval import Nugget, Outcome, Place, Question, Score, rows, score, score_by_stratum, scores_json
from eval.scores import relevant
from ingest import Generation
from retriever import Hit

LEAGUE = "# League\n\n" + "\n".join(f"## Rule {n}\n\nRule {n}: a cork ball and {n} nets.\n" for n in range(1, 8))
CLUB = "# Club\n\n## Rule 1\n\nThe club has a cork ball too.\n\nNo nets here.\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    return generation(tmp_path_factory.mktemp("scores"), document(LEAGUE, "league"), document(CLUB, "club"))


def question(id_: str, vital: list[str], okay: list[str] | None = None, **others: Any) -> Question:  # noqa: ANN401
    nuggets = [Nugget(re.compile(p, re.IGNORECASE), "vital") for p in vital]
    nuggets += [Nugget(re.compile(p, re.IGNORECASE), "okay") for p in okay or []]
    fields: dict[str, Any] = {
        "id": id_,
        "stratum": "list",
        "conversation": None,
        "turn": 1,
        "question": f"{id_}?",
        "standalone": None,
        "expected": "answered" if nuggets else "insufficient_evidence",
        "reason": None if nuggets else "off_topic",
        "nuggets": tuple(nuggets),
        "evidence": (Place("league", "Rule 1"),) if nuggets else (),
    }
    return Question(**fields | others)


def outcome(asked: Question, made: Generation, *cited: tuple[str, str], hits: list[int] | None = None) -> Outcome:
    """What came of a question: quotes of (document, words), none for a refusal, and passages found by row."""
    citations = []
    for number, (id_, words) in enumerate(cited, 1):
        start = made.document(id_).text.index(words)
        citations.append(Citation.of(number, made.document(id_), start, start + len(words)))
    answer = Answer(
        question=asked.question,
        resolved_question=asked.question,
        status="answered" if cited else "insufficient_evidence",
        text="not what is scored: yellow",
        statements=tuple(Statement(c.quote, (c.number,)) for c in citations),
        citations=tuple(citations),
        notices=(),
        reason=None,
        nearest=(),
        confidence=0.5,
        generation=made.name,
        timings_ms={},
    )
    found = [Hit(p, rank, 1 / rank, 0.0, 0.0) for rank, p in enumerate(made.passages(hits or []), 1)]
    return Outcome(asked, answer, tuple(found), verified=True)


@pytest.fixture
def outcomes(made: Generation) -> list[Outcome]:
    whole = question("whole", ["cork ball"], ["1 nets"])
    half = question("half", ["cork ball", "yellow"], ["green", "blue"], evidence=(Place("club", "Rule 1"),))
    refused = question("refused", ["cork ball"], ["1 nets"])
    return [
        outcome(whole, made, ("league", "Rule 1: a cork ball and 1 nets."), hits=[3, 0, 1]),
        outcome(half, made, ("league", "cork ball"), ("league", "2 nets"), hits=[0, 1, 2, 3, 4, 7]),
        outcome(refused, made, hits=[5, 6]),
        outcome(question("off", []), made),
        outcome(question("fooled", []), made, ("league", "Rule 7")),
    ]


def test_scores_worked_by_hand(outcomes: list[Outcome], made: Generation) -> None:
    told = score(outcomes, made)
    assert told.questions == 5
    assert told.vital_recall == pytest.approx((1 + 1 / 2 + 0) / 3)
    assert told.nugget_recall == pytest.approx((2 / 2 + 1 / 4 + 0) / 3)
    assert told.length == pytest.approx((31 + len("cork ball 2 nets") + 6) / 3)
    assert told.right_document == pytest.approx(1 / 3), "the second cites another page, the third none"
    assert told.right_answers == pytest.approx(2 / 3)
    assert told.right_refusals == pytest.approx(1 / 2)
    assert told.balanced == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert told.verified == 1


def test_retrieval_scores_worked_by_hand(outcomes: list[Outcome], made: Generation) -> None:
    """The one passage of the first stands second, that of the second sixth, that of the third nowhere."""
    assert [len(relevant(o.question, made)) for o in outcomes] == [1, 1, 1, 0, 0]
    told = score(outcomes, made)
    assert told.recall_at_5 == pytest.approx((1 + 0 + 0) / 3)
    assert told.ndcg_at_10 == pytest.approx((1 / math.log2(3) + 1 / math.log2(7) + 0) / 3)


def test_gain_is_measured_against_the_best_order_of_all_that_is_relevant(made: Generation) -> None:
    places = (Place("league", "Rule 1"), Place("league", "Rule 2"), Place("club", "Rule 1"))
    asked = question("three", ["cork ball"], evidence=places)
    told = score([outcome(asked, made, ("league", "ball"), hits=[0, 4, 1])], made)
    best = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert told.recall_at_5 == pytest.approx(2 / 3)
    assert told.ndcg_at_10 == pytest.approx((1 + 1 / math.log2(4)) / best)


def test_a_passage_is_relevant_in_its_place_and_with_its_nugget(made: Generation) -> None:
    def texts(asked: Question) -> list[str]:
        passages = made.passages(range(made.passage_count()))
        return [p.text for p in passages if p.id in relevant(asked, made)]

    assert texts(question("a", ["cork"])) == ["Rule 1: a cork ball and 1 nets."]
    assert texts(question("b", ["leather"])) == []
    assert len(texts(question("c", ["ball|nets"], evidence=(Place("club", "rule 1"),)))) == 1
    assert texts(question("d", ["cork"], evidence=(Place("league", None),))) == []


def test_a_statement_is_scored_and_not_the_frame_around_it(made: Generation) -> None:
    asked = question("frame", ["yellow"])
    assert score([outcome(asked, made, ("league", "Rule 1"))], made).vital_recall == 0


def test_always_answering_and_always_refusing_are_balanced_at_a_half(made: Generation) -> None:
    asked = [question("a", ["cork"]), question("b", ["cork"]), question("c", [])]
    always = [outcome(q, made, ("league", "cork ball")) for q in asked]
    never = [outcome(q, made) for q in asked]
    assert score(always, made).balanced == score(never, made).balanced == 0.5


def test_a_refusal_recalls_nothing_even_where_nothing_is_vital(made: Generation) -> None:
    told = score([outcome(question("okay", [], ["cork"]), made)], made)
    assert (told.vital_recall, told.nugget_recall) == (0, 0)


def test_what_cannot_be_scored_has_no_score(made: Generation) -> None:
    refused = score([outcome(question("off", []), made)], made)
    nothing = [
        "vital_recall",
        "nugget_recall",
        "length",
        "right_document",
        "right_answers",
        "recall_at_5",
        "ndcg_at_10",
    ]
    assert [getattr(refused, name) for name in [*nothing, "balanced"]] == [None] * 8
    assert refused.right_refusals == 1
    assert score([], made).questions == 0
    assert score([], made).balanced is None


def test_where_no_passage_is_relevant_retrieval_has_no_score(made: Generation) -> None:
    told = score([outcome(question("lost", ["leather"]), made, ("league", "cork"), hits=[0])], made)
    assert (told.recall_at_5, told.ndcg_at_10) == (None, None)


def test_an_answer_with_a_quote_that_is_not_there_is_not_verified(outcomes: list[Outcome], made: Generation) -> None:
    assert score([*outcomes[:3], replace(outcomes[4], verified=False)], made).verified == 0.75


def test_strata_come_in_the_order_of_the_questions_and_then_all(outcomes: list[Outcome], made: Generation) -> None:
    strata = ["names", "list", "names", "off_topic", "list"]
    sorted_in = [replace(o, question=replace(o.question, stratum=s)) for o, s in zip(outcomes, strata, strict=True)]
    told = score_by_stratum(sorted_in, made)
    assert list(told) == ["names", "list", "off_topic", "all"]
    assert told["names"] == score([sorted_in[0], sorted_in[2]], made)
    assert told["all"] == score(outcomes, made)


SCORE = Score(12, 1 / 3, 0.5, 210.4, 1.0, 0.75, None, 1.0, 2 / 3, None)


def test_a_row_of_the_table_has_a_dash_where_there_is_no_score() -> None:
    assert rows({"lay": SCORE}) == [
        ["lay", "12", "0.333", "0.500", "210", "1.000", "0.750", "–", "–", "1.000", "0.667", "–"]
    ]


def test_scores_as_plain_values_are_rounded_and_named_as_they_are() -> None:
    told = scores_json({"lay": SCORE, "all": replace(SCORE, right_refusals=0.25)})
    assert list(told) == ["lay", "all"]
    assert told["lay"]["vital_recall"] == 0.3333
    assert told["lay"]["questions"] == 12 and told["lay"]["balanced"] is None
    assert told["all"]["balanced"] == 0.5
    assert json.loads(json.dumps(told, allow_nan=False)) == told
