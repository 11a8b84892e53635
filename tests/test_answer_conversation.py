"""A follow-up becomes a question that stands alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_retriever_search import MARROWS, ORDINARY, TOMATOES, WordEncoder, document, generation

from answer import Conversation
from retriever import Terms


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> Terms:
    folder: Path = tmp_path_factory.mktemp("conversation")
    encoder = WordEncoder(TOMATOES + MARROWS + ORDINARY)
    documents = [document(TOMATOES, "tomatoes"), document(MARROWS, "marrows")]
    return Terms(generation(folder, *documents, encoder=encoder), encoder)


def after(terms: Terms, *turns: tuple[str, str]) -> Conversation:
    """A conversation in which each of `turns`, a question with its answer, has come before."""
    talk = Conversation()
    for question, said in turns:
        talk.remember(talk.resolve(question, terms), said, terms)
    return talk


VERDOLIN = ("How is verdolin given?", "It is sprayed on the leaves.")


@pytest.mark.parametrize(
    ("follow_up", "resolved"),
    [
        ("Is it safe near children?", "Is verdolin safe near children?"),
        ("And does it smell?", "Does verdolin smell?"),
        ("Who sells them?", "Who sells verdolin?"),
        ("Should this one be stored?", "Should verdolin be stored?"),
        ("Does it hurt slugs if it is warm?", "Does verdolin hurt slugs if it is warm?"),
    ],
)
def test_a_pronoun_is_replaced_by_the_subject(terms: Terms, follow_up: str, resolved: str) -> None:
    assert after(terms, VERDOLIN).resolve(follow_up, terms) == resolved


@pytest.mark.parametrize(
    ("follow_up", "resolved"),
    [
        ("And its drawbacks?", "What are the drawbacks of verdolin?"),
        ("its price?", "What is the price of verdolin?"),
        ("What about its main drawbacks?", "What are the main drawbacks of verdolin?"),
        ("What are its drawbacks?", "What are verdolin's drawbacks?"),
        ("But is their smell strong?", "Is verdolin's smell strong?"),
    ],
)
def test_a_possessive_is_replaced_by_the_subject(terms: Terms, follow_up: str, resolved: str) -> None:
    assert after(terms, VERDOLIN).resolve(follow_up, terms) == resolved


@pytest.mark.parametrize(
    "follow_up", ["and quillex?", "What about Quillex?", "And how about quillex", "But what about quillex?"]
)
def test_another_name_is_put_in_the_place_of_the_first(terms: Terms, follow_up: str) -> None:
    resolved = after(terms, VERDOLIN).resolve(follow_up, terms)
    assert resolved.lower() == "how is quillex given?"


def test_another_name_is_asked_of_in_the_words_of_a_question_that_names_nothing(terms: Terms) -> None:
    talk = Conversation(subjects=["verdolin"], asked=["Which feed harms slugs?"])
    assert talk.resolve("and quillex?", terms) == "Which feed harms slugs, regarding quillex?"


def test_that_points_to_what_was_said(terms: Terms) -> None:
    talk = after(terms, ("How is verdolin given?", "Like quillex, in a can."))
    assert talk.resolve("Why is that?", terms) == "Why is that, regarding verdolin and quillex?"


@pytest.mark.parametrize(
    ("follow_up", "resolved"),
    [
        ("How often?", "How often, regarding verdolin?"),
        ("In wet weather?", "In wet weather, regarding verdolin?"),
        ("And when the leaves turn yellow before the first flower opens?", None),
    ],
)
def test_a_fragment_is_asked_with_regard_to_the_subject(terms: Terms, follow_up: str, resolved: str | None) -> None:
    got = after(terms, VERDOLIN).resolve(follow_up, terms)
    assert got.endswith(", regarding verdolin?")
    assert resolved is None or got == resolved


@pytest.mark.parametrize(
    "question",
    [
        "How is quillex given?",
        "What are the drawbacks of Verdolin?",
        "Do yellow leaves and weak stems smell strong?",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(terms: Terms, question: str) -> None:
    assert after(terms, VERDOLIN).resolve(question, terms) == question


@pytest.mark.parametrize("question", ["Is it safe?", "And its drawbacks?", "and quillex?", "How often?"])
def test_a_first_question_is_left_as_it_is(terms: Terms, question: str) -> None:
    assert Conversation().resolve(question, terms) == question


def test_a_question_after_one_without_a_subject_is_left_as_it_is(terms: Terms) -> None:
    talk = after(terms, ("Which gloves?", "Thick gloves."))
    assert talk.resolve("Is it safe?", terms) == "Is it safe?"


def test_the_subject_changes_with_the_topic(terms: Terms) -> None:
    talk = after(terms, VERDOLIN, ("What of quillex?", "Quillex is poured."))
    assert talk.resolve("Is it dear?", terms) == "Is quillex dear?"


def test_the_subject_stays_over_a_question_without_one(terms: Terms) -> None:
    talk = after(terms, VERDOLIN, ("Is it safe?", "It is."), ("Who won the football match?", ""))
    assert talk.resolve("Is it dear?", terms) == "Is verdolin dear?"


def test_what_the_answer_speaks_of_most_is_the_subject(terms: Terms) -> None:
    talk = after(terms, ("Is verdolin dearer than quillex?", "Quillex is dearer. Quillex lasts. Verdolin is cheap."))
    assert talk.resolve("Does it smell?", terms) == "Does quillex smell?"


def test_questions_are_remembered_as_they_were_understood(terms: Terms) -> None:
    talk = after(terms, VERDOLIN, ("And its drawbacks?", "Weak stems."))
    assert talk.asked == ["How is verdolin given?", "What are the drawbacks of verdolin?"]
    assert talk.said == "Weak stems."
