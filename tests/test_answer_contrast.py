"""A question at odds with the sources, and sources at odds with each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_answer_answerer import made
from test_retriever_search import document

from answer import Answer, Answerer
from answer.contrast import valence

LEAFLET = """# Feeding tomatoes

## Verdolin (Growfast)

Verdolin raises the weight of each fruit. It cannot cure leaf curl. Verdolin is helpful for quillax vines. Ninety \
drops of verdolin are enough for 12 plants.
"""
LETTER = """# A letter on verdolin

## Verdolin and quillax

Verdolin is harmful to quillax vines and should be avoided there. Ninety drops of verdolin are enough for 9 plants.
"""


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder: Path = tmp_path_factory.mktemp("contrast")
    leaflet = document(LEAFLET, "leaflet", publisher="The club", review_status="reviewed")
    return made(folder, leaflet, document(LETTER, "letter", publisher="A reader", review_status="pending"))


def notices(answer: Answer, kind: str) -> list[str]:
    return [notice.text for notice in answer.notices if notice.kind == kind]


@pytest.mark.parametrize(
    ("question", "asked", "said"),
    [
        ("How does verdolin cure leaf curl?", "cure", "cannot cure"),
        ("Why does verdolin lower the weight of each fruit?", "lower", "raises"),
    ],
)
def test_what_a_question_takes_for_granted_and_the_sources_deny_is_told(
    answerer: Answerer, question: str, asked: str, said: str
) -> None:
    answer = answerer.ask(question, compel=True)
    (told,) = notices(answer, "premise")
    assert f"“{asked}”" in told and f"“{said}”" in told


def test_what_the_sources_do_not_say_is_named_by_a_word_that_matters(answerer: Answerer) -> None:
    (told,) = notices(answerer.ask("Why does verdolin need to be frozen?", compel=True), "premise")
    assert "“frozen”" in told


@pytest.mark.parametrize(
    "question", ["Can verdolin cure leaf curl?", "Does verdolin lower the weight of each fruit?", "What is verdolin?"]
)
def test_a_question_that_presumes_nothing_is_not_corrected(answerer: Answerer, question: str) -> None:
    assert notices(answerer.ask(question, compel=True), "premise") == []


def test_two_publishers_that_disagree_are_both_quoted_and_named(answerer: Answerer) -> None:
    answer = answerer.ask("Is verdolin helpful or harmful for quillax vines?", compel=True)
    (told,) = notices(answer, "conflict")
    assert "The club, no date, reviewed" in told and "A reader, no date, pending" in told
    (notice,) = [n for n in answer.notices if n.kind == "conflict"]
    cited = {c.document_id for c in answer.citations if c.number in notice.citations}
    assert cited == {"leaflet", "letter"}


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Should quillax vines be given verdolin, or is it a danger?", True),
        ("One page praises verdolin for quillax vines, another warns: what do they say?", True),
        ("Do the pages contradict each other on verdolin for quillax vines?", True),
        ("What harm does verdolin do to quillax vines?", False),
        ("What do quillax vines get verdolin for?", True),
        ("Which weight does verdolin raise?", False),
    ],
)
def test_a_disagreement_is_told_where_the_question_may_go_either_way(
    answerer: Answerer, question: str, told: bool
) -> None:
    answer = answerer.ask(question, compel=True)
    assert bool(notices(answer, "conflict")) is told
    assert len({s.text for s in answer.statements}) == len(answer.statements)


def test_figures_that_differ_in_the_same_sentence_are_a_conflict(answerer: Answerer) -> None:
    answer = answerer.ask("For how many plants are ninety drops of verdolin enough?", compel=True)
    assert notices(answer, "conflict")
    assert "12 plants" in answer.text and "9 plants" in answer.text


def test_sources_that_say_the_same_do_not_disagree(answerer: Answerer) -> None:
    assert notices(answerer.ask("What cannot verdolin cure?", compel=True), "conflict") == []


def test_a_word_denied_counts_as_its_opposite() -> None:
    assert valence("It is helpful.") == 1
    assert valence("It is not as helpful.") == -1
    assert valence("It should be avoided.") == -1
    assert valence("It is green.") == 0
    assert valence("It is used first.") == 0
    assert valence("It is useful.") == 1
