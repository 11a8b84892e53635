"""The kind of answer that a question asks for."""

from __future__ import annotations

import pytest

from answer.expectation import expectation, without_frame


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("In what year was skelball first played?", "year"),
        ("When was this page last revised?", "date"),
        ("On which date does the season open?", "date"),
        ("What day is the final on?", "date"),
        ("How much does a bat cost?", "price"),
        ("What is the price of a net?", "price"),
        ("Are gloves expensive?", "price"),
        ("How much is a season ticket?", "price"),
        ("What percentage of throws count?", "percentage"),
        ("Which share of players is left-handed?", "percentage"),
        ("How many players make a team?", "count"),
        ("How many more rounds follow?", "count"),
        ("What weight must the ball have?", "amount"),
        ("How long is a match?", "amount"),
        ("How old must a player be?", "amount"),
        ("What is a skelball?", "definition"),
        ("And what exactly is a tie-round?", "definition"),
        ("What kind of ball is used?", "definition"),
        ("What are the rules of skelball?", "text"),
        ("What is the aim?", "text"),
        ("Who may throw?", "text"),
        ("How much does the crowd grow?", "text"),
        ("", "text"),
    ],
)
def test_a_question_asks_for_a_kind_of_thing(question: str, kind: str) -> None:
    assert expectation(question).kind == kind


def test_only_figures_and_their_like_are_demanded() -> None:
    assert expectation("How many players make a team?").is_demanded
    assert not expectation("What is a skelball?").is_demanded
    assert not expectation("Who may throw?").is_demanded


@pytest.mark.parametrize(
    ("question", "held", "not_held"),
    [
        ("What year did it begin?", "It began in 1954.", "It began in May, with 12000 people."),
        ("When was it last revised?", "Revised: May 3, 2024", "It was revised in May by 3 people."),
        ("When was it last revised?", "Revised 2024-05-03.", "Revised in the spring of 2024."),
        ("How much does a bat cost?", "A bat is €40.", "A bat is 40 inches."),
        ("How much does a bat cost?", "The first bat is free of charge.", "The first bat is made of ash."),
        ("What percentage counts?", "About 40 % count.", "About 40 count."),
        ("What percentage counts?", "Forty per cent count.", "Some 4 of 10 count."),
        ("How many players are there?", "Nine players stand in the field.", "The players stand in the field."),
        ("How many players are there?", "Players: 9", "Each of the players on the far field wears 1 cap."),
        ("How many players are there?", "From 7 up to players in rows", "There are 7 referees."),
        ("How many times is it thrown?", "It is thrown twice.", "It is thrown."),
        ("How heavy is the ball?", "It weighs 80 g.", "It is very heavy."),
        ("What weight has the ball?", "Its weight is 80 g.", "The weight is not fixed; a ball is 7 cm wide."),
        ("What is a skelball?", "A skelball is a ball of cork.", "A skelball costs much and flies far."),
        ("Who throws?", "Anyone.", None),
    ],
)
def test_a_text_holds_what_is_asked_for_or_not(question: str, held: str, not_held: str | None) -> None:
    wanted = expectation(question)
    assert wanted.met_by(held)
    assert not_held is None or not wanted.met_by(not_held)


def test_a_unit_is_counted_in_any_of_its_forms() -> None:
    assert expectation("How many innings does a match have?").unit == expectation("How many inning?").unit
    assert expectation("How many matches?").met_by("One match is played.")
    assert not expectation("How many matches?").met_by("One ball is played.")


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("What type of ball is a skelball?", "What is a skelball?"),
        ("To which class of players does a keeper belong?", "To which does a keeper belong?"),
        ("What kind of ball flies?", "What kind of ball flies?"),
        ("How is the ball thrown?", "How is the ball thrown?"),
    ],
)
def test_words_that_only_say_what_kind_of_thing_is_asked_for_are_left_away(question: str, rest: str) -> None:
    assert without_frame(question) == rest
