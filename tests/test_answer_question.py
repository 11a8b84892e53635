"""A question before it is answered: whether it is one, and what is known of its words."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from leaflets import ORDINARY, TOMATOES, WordEncoder, document, generation

from answer import LONGEST_QUESTION, QuestionError, check_question
from answer.question import ParsedQuestion
from retriever import Terms


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> Terms:
    folder: Path = tmp_path_factory.mktemp("question")
    encoder = WordEncoder(TOMATOES + ORDINARY)
    return Terms(generation(folder, document(TOMATOES, "tomatoes"), encoder=encoder), encoder)


def test_a_question_is_put_on_one_line() -> None:
    assert check_question("  How is\r\n\tquillex   given? \n") == "How is quillex given?"
    assert check_question("Größe? 数 🦔") == "Größe? 数 🦔"


@pytest.mark.parametrize("question", ["", " ", "\n\t", "\u00a0\u2003"])
def test_an_empty_question_is_refused(question: str) -> None:
    with pytest.raises(QuestionError, match="empty; ask something"):
        check_question(question)


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\x85", "\x9b", "\ud800"])
def test_a_control_character_is_refused(character: str) -> None:
    with pytest.raises(QuestionError, match="control characters; type it as plain text"):
        check_question(f"Is it{character}so?")


def test_a_question_may_be_as_long_as_the_limit_and_no_longer() -> None:
    assert check_question("a" * LONGEST_QUESTION)
    with pytest.raises(QuestionError, match=r"2,001 characters; at most 2,000"):
        check_question("a" * (LONGEST_QUESTION + 1))


def test_a_question_keeps_its_text_and_is_read_with_the_other_names_of_what_it_names(terms: Terms) -> None:
    question = ParsedQuestion.parse("Is Growfast or quillex safe?", terms)
    assert question.text == "Is Growfast or quillex safe?"
    assert question.read == ("Is Growfast or quillex safe? (verdolin, bloomwell)",)
    plain = ParsedQuestion.parse("Are slugs a drawback?", terms)
    assert plain.read == (plain.text,)


def test_a_follow_up_is_read_as_it_is_understood_and_as_it_was_asked(terms: Terms) -> None:
    question = ParsedQuestion.parse("Is it safe? (about growfast)", terms, "Is it safe?")
    assert question.read == ("Is it safe? (about growfast) (verdolin)", "Is it safe?")
    assert ParsedQuestion.parse("Is it safe?", terms, "Is it safe?").read == ("Is it safe?",)


def test_what_a_question_asks_about_are_its_telling_words_in_order(terms: Terms) -> None:
    question = ParsedQuestion.parse("What are the drawbacks of Growfast in wet weather?", terms)
    assert [asked.word for asked in question.asked] == ["drawbacks", "growfast", "wet", "weather"]
    assert [asked.word for asked in question.asked if asked.is_name] == ["growfast"]
    assert ParsedQuestion.parse("What is it?", terms).asked == ()


def test_words_from_neither_the_corpus_nor_the_language_are_out_of_vocabulary(terms: Terms) -> None:
    assert ParsedQuestion.parse("Is Zorbitane, or XQZ, as good as verdolin?", terms).out_of_vocabulary == (
        "Zorbitane",
        "XQZ",
    )
    assert ParsedQuestion.parse("Is verdolin as good as a banana?", terms).out_of_vocabulary == ()


def test_a_name_of_a_bibliography_alone_is_listed_with_its_document(terms: Terms) -> None:
    assert ParsedQuestion.parse("What are the effects of Fernozil?", terms).listed == {"Fernozil": "tomatoes"}
    assert ParsedQuestion.parse("What are the effects of verdolin?", terms).listed == {}


def test_a_question_does_not_change(terms: Terms) -> None:
    question = ParsedQuestion.parse("How is verdolin given?", terms)
    with pytest.raises(FrozenInstanceError):
        question.text = "How is quillex given?"  # type: ignore[misc]
    assert question == ParsedQuestion.parse("How is verdolin given?", terms)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("How is it given, and what does it cost?", ["How is it given?", "what does it cost?"]),
        ("How often is it given, and at which dose?", ["How often is it given?", "at which dose?"]),
        ("What is verdolin? And how is it given?", ["What is verdolin?", "how is it given?"]),
        ("What is it; which one is best; and who sells it?", ["What is it?", "which one is best?", "who sells it?"]),
        ("Who grows marrows and peas?", []),
        ("What is it and why?", []),
        ("Does it rain when the wind turns?", []),
        ("How are verdolin and quillex given?", []),
        ("How is it given?", []),
    ],
)
def test_a_sentence_that_asks_twice_has_parts_and_any_other_has_none(
    terms: Terms, question: str, parts: list[str]
) -> None:
    assert ParsedQuestion.parse(question, terms).parts == tuple(parts)
