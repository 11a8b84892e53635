"""The plain words of a refusal."""

from __future__ import annotations

from pathlib import Path

import pytest
from leaflets import ORDINARY, TOMATOES, WordEncoder, document, generation

from answer.decide import Decision
from answer.question import ParsedQuestion
from answer.record import Reason
from answer.refusal import refusal
from retriever import Terms

NOT = "The sources do not answer this"
TITLES = {"tomatoes": "Feeding tomatoes", "marrows": "Feeding marrows"}


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> Terms:
    folder: Path = tmp_path_factory.mktemp("refusal")
    encoder = WordEncoder(TOMATOES + ORDINARY)
    return Terms(generation(folder, document(TOMATOES, "tomatoes"), encoder=encoder), encoder)


def refused(terms: Terms, question: str, *missing: str, reason: Reason = "not_in_sources") -> str:
    return refusal(ParsedQuestion.parse(question, terms), Decision(0.1, False, reason, missing), TITLES)


@pytest.mark.parametrize(
    ("question", "missing", "said"),
    [
        ("Does verdolin smell?", ["smell"], "they speak of verdolin, but say nothing of “smell” in this connection."),
        (
            "Do Verdolin, quillex and bloomwell cost a price?",
            ["cost", "price"],
            "they speak of verdolin and quillex, but say nothing of “cost”, “price” in this connection.",
        ),
        ("Does it smell?", ["smell"], "nothing found in them speaks of “smell” in this connection."),
        ("Do leaves smell?", ["smell"], "nothing found in them speaks of “smell” in this connection."),
    ],
)
def test_a_refusal_names_what_is_spoken_of_and_what_is_missing(
    terms: Terms, question: str, missing: list[str], said: str
) -> None:
    assert refused(terms, question, *missing) == f"{NOT}: {said}"


def test_a_name_that_is_missing_is_not_said_to_be_spoken_of(terms: Terms) -> None:
    said = refused(terms, "Is quillex dearer than verdolin?", "quillex")
    assert said == f"{NOT}: they speak of verdolin, but say nothing of “quillex” in this connection."


def test_at_most_three_words_are_named_as_missing(terms: Terms) -> None:
    said = refused(terms, "Does it rain, snow, hail or freeze?", "rain", "snow", "hail", "freeze")
    assert said == f"{NOT}: nothing found in them speaks of “rain”, “snow”, “hail” in this connection."


def test_a_question_from_elsewhere_is_told_so_whatever_it_names(terms: Terms) -> None:
    assert refused(terms, "Who won?", "won", reason="off_topic") == f"{NOT}: they are about something else."


def test_a_name_of_a_bibliography_alone_is_told_with_the_title_of_the_page(terms: Terms) -> None:
    said = refused(terms, "Is Fernozil better than verdolin?", "Fernozil")
    assert said == f"{NOT}: “Fernozil” stands only in the list of references of “Feeding tomatoes”."


def test_evidence_that_is_only_weak_is_told_without_words(terms: Terms) -> None:
    assert refused(terms, "Is verdolin so?", reason="weak_evidence") == f"{NOT} clearly enough to quote them."
