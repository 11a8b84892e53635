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
QUILLEX = ("What does quillex cost?", "Quillex is dear.")
DRAWBACKS = ("What are the drawbacks of verdolin?", "The main drawbacks of verdolin are yellow leaves and weak stems.")
BOTH = ("Are verdolin and quillex safe?", "Verdolin is safe. Quillex is safe.")
WORTH = "What is the price of verdolin?"
WHICH = ("Which feed is sprayed?", "Verdolin is sprayed on the leaves every 3 weeks.")


@pytest.mark.parametrize(
    ("before", "follow_up", "resolved"),
    [
        # Pronouns and "this feed"
        ([VERDOLIN], "Is it safe near children?", "Is verdolin safe near children?"),
        ([VERDOLIN], "And does it smell?", "Does verdolin smell?"),
        ([VERDOLIN], "Who sells them?", "Who sells verdolin?"),
        ([VERDOLIN], "Are they dear?", "Is verdolin dear?"),
        ([VERDOLIN], "Should this one be stored?", "Should verdolin be stored?"),
        ([VERDOLIN], "Does it hurt slugs if it is warm?", "Does verdolin hurt slugs if it is warm?"),
        ([VERDOLIN], "Is it dearer than quillex?", "Is verdolin dearer than quillex?"),
        ([VERDOLIN], "Who makes this feed?", "Who makes verdolin?"),
        ([VERDOLIN], "Is that risk known?", "As for verdolin, is that risk known?"),
        ([VERDOLIN], "Why is that?", "As for verdolin, why is that?"),
        ([VERDOLIN], "Does she need gloves?", "As for verdolin, does she need gloves?"),
        ([BOTH], "Do they smell?", "Do verdolin and quillex smell?"),
        ([WHICH], "How often is it given?", "How often is Verdolin given?"),
        # Possessives
        ([VERDOLIN], "And its drawbacks?", "What are the drawbacks of verdolin?"),
        ([VERDOLIN], "its price?", "What is the price of verdolin?"),
        ([VERDOLIN], "What about its main drawbacks?", "What are the main drawbacks of verdolin?"),
        ([VERDOLIN], "What are its drawbacks?", "What are verdolin's drawbacks?"),
        # Another name
        ([VERDOLIN], "and quillex?", "How is quillex given?"),
        ([VERDOLIN], "What about Quillex?", "How is Quillex given?"),
        ([VERDOLIN], "And how about quillex in the rain?", "How is quillex given in the rain?"),
        ([VERDOLIN], "What about compost?", "How is compost given?"),
        ([DRAWBACKS], "And with quillex?", "What are the drawbacks of quillex?"),
        ([DRAWBACKS], "And which does quillex?", "What are the drawbacks of quillex?"),
        ([VERDOLIN], "What is quillex?", "What is quillex?"),
        ([VERDOLIN], "And the quillex family?", "How is the quillex family given?"),
        ([("What kind of thing is verdolin?", "As a feed, Verdolin is sold.")], "And its price?", WORTH),
        # Fragments
        ([VERDOLIN], "How often?", "How often is verdolin given?"),
        ([QUILLEX], "How often?", "As for quillex, how often?"),
        ([VERDOLIN], "In wet weather?", "As for verdolin, what about in wet weather?"),
        ([VERDOLIN], "And how about at home?", "As for verdolin, what about at home?"),
        ([VERDOLIN], "What if the leaves turn?", "As for verdolin, what if the leaves turn?"),
        ([BOTH, VERDOLIN], "Why?", "Why is verdolin given?"),
        ([("Is verdolin safe?", "")], "Why?", "Why is verdolin safe?"),
        ([VERDOLIN], "What are the main drawbacks?", "As for verdolin, what are the main drawbacks?"),
        # Narrowing
        ([DRAWBACKS], "Only the bad ones?", "As for the drawbacks of verdolin, what about only the bad ones?"),
        ([DRAWBACKS], "and the bad ones?", "As for the drawbacks of verdolin, what about the bad ones?"),
        ([DRAWBACKS], "Which of them last?", "As for the drawbacks of verdolin, which of them last?"),
        # What was listed
        ([BOTH], "How is the second one given?", "How is quillex given?"),
        ([BOTH], "How is the former given?", "How is verdolin given?"),
        ([BOTH], "Is the latter dear?", "Is quillex dear?"),
        ([BOTH], "and the second?", "Is quillex safe?"),
        ([BOTH], "Which of those smells?", "Which of verdolin and quillex smells?"),
        ([BOTH], "How do the two compare?", "How do verdolin and quillex compare?"),
        ([DRAWBACKS], "Does the second one last?", "As for verdolin, does weak stems last?"),
        ([VERDOLIN, QUILLEX], "Is it safer than the other?", "Is quillex safer than verdolin?"),
        # The same again, and back
        ([VERDOLIN], "Are you sure?", "How is verdolin given?"),
        ([VERDOLIN], "Where does it say so?", "How is verdolin given?"),
        ([VERDOLIN, QUILLEX], "Back to verdolin: is it dear?", "As for verdolin: is it dear?"),
        ([VERDOLIN, QUILLEX], "OK, back to verdolin, is it dear?", "As for verdolin, is it dear?"),
        ([VERDOLIN, QUILLEX], "and for the first feed again?", "What does verdolin cost?"),
    ],
)
def test_a_follow_up_is_resolved(terms: Terms, before: list[tuple[str, str]], follow_up: str, resolved: str) -> None:
    assert after(terms, *before).resolve(follow_up, terms) == resolved


COMPLETE = [
    "How is quillex given?",
    "What are the drawbacks of Quillex?",
    "Does quillex smell when it is old?",
    "Who won the football match?",
    "If quillex is old, does it smell?",
    "Which feed harms slugs?",
    "Is it true that quillex is poured?",
    "By the way, is quillex dear?",
]


@pytest.mark.parametrize("question", COMPLETE)
def test_a_question_that_stands_alone_is_left_as_it_is_and_nothing_leaks(terms: Terms, question: str) -> None:
    for before in ([], [VERDOLIN], [DRAWBACKS], [DRAWBACKS, ("Is it safe?", "Verdolin is safe.")]):
        resolved = after(terms, *before).resolve(question, terms)
        assert resolved == question
        assert "verdolin" not in resolved


@pytest.mark.parametrize("follow_up", ["Is it safe?", "And its drawbacks?", "How often?", "In wet weather?", "Why?"])
def test_after_a_switch_nothing_of_the_former_topic_is_left(terms: Terms, follow_up: str) -> None:
    talk = after(terms, DRAWBACKS, ("Is it safe?", "Verdolin is safe."), ("Is quillex poured?", "Quillex is poured."))
    resolved = talk.resolve(follow_up, terms)
    assert "quillex" in resolved
    assert "verdolin" not in resolved


@pytest.mark.parametrize("question", ["Is it safe?", "And its drawbacks?", "and quillex?", "How often?", "Why?"])
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


def test_what_the_corpus_does_not_know_may_become_the_subject(terms: Terms) -> None:
    talk = after(terms, VERDOLIN, ("What about compost?", ""))
    assert talk.resolve("Is it dear?", terms) == "Is compost dear?"


def test_questions_are_remembered_as_they_were_understood(terms: Terms) -> None:
    talk = after(terms, VERDOLIN, ("And its drawbacks?", "Weak stems."))
    assert talk.asked == ["How is verdolin given?", "What are the drawbacks of verdolin?"]
    assert talk.focus.said == "Weak stems."
