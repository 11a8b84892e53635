"""A question before it is answered."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_retriever_search import ORDINARY, TOMATOES, WordEncoder, document, generation

from answer import LONGEST_QUESTION, QuestionError, check_question
from answer.question import are_beside, clauses, split_question, subjects_of, without_asker
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


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("How are Verdolin and Quillex given?", ["Verdolin", "Quillex"]),
        ("Is verdolin dearer than quillex?", ["verdolin", "quillex"]),
        ("Growfast, Bloomwell or Quillex?", ["Growfast", "Bloomwell", "Quillex"]),
    ],
)
def test_a_question_of_several_subjects_is_asked_of_each(terms: Terms, question: str, parts: list[str]) -> None:
    split = split_question(question, terms)
    assert [subject for _, subject in split] == parts
    for part, subject in split:
        assert subject in part
        assert not any(other in part for other in parts if other != subject)
        assert "  " not in part
        assert part.endswith("?")


@pytest.mark.parametrize(
    "question",
    ["Verdolin versus quillex: how is each one given?", "Verdolin and quillex, how is each of them given?"],
)
def test_each_stands_for_every_subject_before_it(terms: Terms, question: str) -> None:
    assert [part for part, _ in split_question(question, terms)] == [
        "how is Verdolin given?",
        "how is quillex given?",
    ]


def test_the_rest_of_the_question_is_asked_of_each_subject(terms: Terms) -> None:
    first, second = split_question("What are the drawbacks of verdolin and quillex in wet weather?", terms)
    assert first == ("What are the drawbacks of verdolin and in wet weather?", "verdolin")
    assert second == ("What are the drawbacks of and quillex in wet weather?", "quillex")


@pytest.mark.parametrize(
    "question",
    [
        "How is verdolin given?",
        "How is it given?",
        "Does verdolin make quillex weaker?",
        "Are slugs and stems a drawback?",
        "Is verdolin verdolin?",
        "",
    ],
)
def test_any_other_question_is_its_own_only_part(terms: Terms, question: str) -> None:
    assert split_question(question, terms) == [(question, None)]


def test_subjects_are_names_each_once_in_order(terms: Terms) -> None:
    question = "Quillex or Verdolin, and quillex again?"
    assert subjects_of(question, "", terms) == ["Quillex", "Verdolin"]
    assert subjects_of("Which feed?", "", terms) == []


def test_a_subject_takes_the_word_beside_it_that_goes_with_it_in_the_answer(terms: Terms) -> None:
    assert subjects_of("Is verdolin spray dear?", "Verdolin spray is cheap.", terms) == ["verdolin spray"]
    assert subjects_of("Is verdolin spray dear?", "Verdolin is cheap.", terms) == ["verdolin"]


def test_what_is_written_as_a_name_is_a_subject(terms: Terms) -> None:
    assert subjects_of("Did Mary Harrow spray verdolin?", "", terms) == ["Mary Harrow", "verdolin"]
    assert subjects_of("Mary sprays it.", "", terms) == []


def test_a_subject_is_without_its_possessive(terms: Terms) -> None:
    assert subjects_of("What is Verdolin's price?", "", terms) == ["Verdolin"]


def test_names_are_beside_each_other_with_words_between_them_that_join(terms: Terms) -> None:
    assert are_beside("Is verdolin dearer than quillex?", ["verdolin", "quillex"])
    assert not are_beside("Does verdolin spoil quillex?", ["verdolin", "quillex"])
    assert not are_beside("Is verdolin dear?", ["verdolin"])


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("How is it given, and what does it cost?", ["How is it given?", "what does it cost?"]),
        ("How often is it given, and at which dose?", ["How often is it given?", "at which dose?"]),
        ("What is verdolin? And how is it given?", ["What is verdolin?", "how is it given?"]),
        ("Who grows marrows and peas?", ["Who grows marrows and peas?"]),
        ("What is it and why?", ["What is it and why?"]),
        ("Does it rain when the wind turns?", ["Does it rain when the wind turns?"]),
    ],
)
def test_a_sentence_that_asks_twice_is_two_questions(question: str, parts: list[str]) -> None:
    assert clauses(question) == parts


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("A gardener asks: how is verdolin given?", "how is verdolin given?"),
        ("My neighbour wants to know: is it safe?", "is it safe?"),
        ("Verdolin: how is it given?", "Verdolin: how is it given?"),
        ("The leaflet asks for care. Why?", "The leaflet asks for care. Why?"),
    ],
)
def test_who_asks_is_no_part_of_what_is_asked(question: str, asked: str) -> None:
    assert without_asker(question) == asked
