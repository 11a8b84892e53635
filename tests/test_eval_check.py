"""`check` finds what is wrong with a gold set, and says where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from fakes import asked, at
from leaflets import MARROWS, TOMATOES, document

from eval import Question, check
from eval.check import Corpora

WATERED = at("tomatoes", "Quillex (Bloomwell)", "poured round")
CORPORA: Corpora = {
    None: {"tomatoes": document(TOMATOES, "tomatoes"), "marrows": document(MARROWS, "marrows")},
    "planted": {"tomatoes": document(TOMATOES.replace("poured", "blown"), "tomatoes")},
}
SOUND = asked("q1", "How is quillex given?", "poured", where=[WATERED])
LIES = asked("q2", "How do I use quillex?", "poured", where=[WATERED])


def found(*questions: Question) -> list[str]:
    return [problem.message for problem in check(questions, CORPORA)]


def test_a_sound_item_has_no_problem() -> None:
    assert found(SOUND) == []


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (asked("a", "How?", "poured", where=[at("peas", "Safety", "poured")]), "there is no document 'peas'"),
        (asked("a", "How?", "poured", where=[at("tomatoes", "Peas", "poured")]), "tomatoes has no section 'Peas'"),
        (asked("a", "How?", "poured", where=[at("tomatoes", "Safety", "blown")]), "evidence not found in tomatoes"),
        (asked("a", "How?", "sprayed", where=[WATERED]), "nugget not found in its evidence: sprayed"),
        (asked("a", "Is it poured?", "poured", where=[WATERED]), "nugget poured is given away by: Is it poured?"),
        (asked("a", "How?", "poured", where=[WATERED], corpus="planted"), "evidence not found in tomatoes"),
        (asked("a", "How?", "poured", where=[WATERED], corpus="other"), "there is no corpus 'other'"),
        (asked("a", "How?", "poured", where=[WATERED], contradictions=["twice"]), "its own evidence contradicts it"),
        (asked("a", "How?", "poured", where=[WATERED], short_answers=["spray"]), "none of its short answers is found"),
        (asked("a", "How?", "poured", where=[WATERED], paraphrases=["Poured?"]), "is given away by: Poured?"),
        (asked("a", "How?", "poured", where=[WATERED | {"reference": "Smith"}]), "cites no reference that has: Smith"),
        (asked("a", "What does it cost?", reason="not_in_sources"), "has to name something; give names"),
        (replace(SOUND, nuggets=tuple(replace(n, importance="okay") for n in SOUND.nuggets)), "nothing in it is vital"),
        (asked("a", "How?", "poured", where=[WATERED], turn=2, standalone="How?"), "turn 2 of no conversation"),
        (asked("a", "How?", "poured", where=[WATERED], standalone="How?"), "a follow-up, and nothing else, says"),
        (asked("a", "How?", "poured", where=[WATERED], conversation="c"), "a conversation of one turn is none"),
    ],
)
def test_what_is_wrong_is_told(item: Question, message: str) -> None:
    problem, *_ = check([item], CORPORA)
    assert message in problem.message
    assert str(problem).startswith(f"{item.where}: ")


def talk(*turns: int, part: Callable[[int], str] = lambda turn: "dev") -> list[Question]:
    return [
        replace(
            asked(f"q{turn}", f"What of {turn}?", conversation="c", turn=turn),
            standalone=None if turn == 1 else "What of it?",
            part=part(turn),
            reason="off_topic",
        )
        for turn in turns
    ]


def test_turns_follow_each_other_from_one_to_six_in_one_part() -> None:
    assert found(*talk(1, 2, 3, 4, 5, 6)) == []
    assert found(*talk(1, 3)) == ["turn 3 where 2 (of at most 6) is due"]
    assert found(*talk(1, 2, 3, 4, 5, 6, 7)) == ["turn 7 where 7 (of at most 6) is due"]
    (message,) = found(*talk(1, 2, part=lambda turn: "dev" if turn == 1 else "test"))
    assert "began in another part" in message


def test_a_question_is_asked_once() -> None:
    again = replace(SOUND, id="q9", question="how is QUILLEX given", where="dev.jsonl:9")
    assert found(SOUND, again) == [f"is asked before, at {SOUND.where}"]


def test_no_fact_is_asked_in_two_parts_however_it_is_put() -> None:
    other = replace(LIES, part="test", where="test.jsonl:2")
    assert found(SOUND, LIES) == []
    assert found(SOUND, other) == [f"asks the fact 'poured' of part 'dev', at {SOUND.where}"]
    elsewhere = asked("q3", "How often?", "twice", where=[at("tomatoes", "Quillex (Bloomwell)", "twice")])
    assert found(SOUND, replace(elsewhere, part="test", where="test.jsonl:3")) == [], "another fact of that sentence"


def test_problems_come_in_the_order_of_the_file() -> None:
    first = asked("a", "What of a?", conversation="c", reason="off_topic")
    second = asked("b", "What of b?", "blown", where=[WATERED])
    assert [p.where for p in check([first, second], CORPORA)] == [first.where, second.where]
