"""Questions in other languages than English are told so, and English ones never."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from leaflets import TOMATOES, document, made

from answer.language import NOTICES, guess, language_notice
from eval import read_gold

ASKED: dict[str, list[str]] = json.loads((Path(__file__).parent / "languages.json").read_text(encoding="utf-8"))
SAID: dict[str, str] = json.loads(NOTICES.read_text(encoding="utf-8"))
FOREIGN = sorted(ASKED.keys() - {"en"})


def test_no_english_question_is_called_foreign_whatever_names_and_codes_it_holds() -> None:
    assert len(ASKED["en"]) == 200
    assert [question for question in ASKED["en"] if language_notice(question, [])] == []


def test_no_gold_question_is_called_foreign() -> None:
    questions = [text for q in read_gold() for text in (q.question, *q.paraphrases)]
    assert len(questions) > 100
    assert [question for question in questions if language_notice(question, [])] == []


@pytest.mark.parametrize("language", FOREIGN)
def test_a_question_in_another_language_is_told_so_in_that_language(language: str) -> None:
    told = [language_notice(question, []) for question in ASKED[language]]
    assert sum(map(bool, told)) >= 13, "of 20"
    assert {(remark.kind, remark.text) for remarks in told for remark in remarks} == {("language", SAID[language])}


def test_of_all_foreign_questions_six_in_seven_are_told() -> None:
    told = sum(bool(language_notice(question, [])) for language in FOREIGN for question in ASKED[language])
    assert told >= 205, "of 240"


def test_where_the_documents_are_in_that_language_nothing_is_told() -> None:
    question = "Welche Versicherung bezahlt den Schaden?"
    assert language_notice(question, [])
    assert language_notice(question, ["Den Schaden bezahlt die Versicherung des Vereins."]) == []
    assert language_notice(question, ["The insurance of the club pays for the damage."])


@pytest.mark.parametrize("text", ["", "?!", "12.5", "\ud800".encode("utf-8", "replace").decode()])
def test_what_has_no_words_is_taken_as_english(text: str) -> None:
    assert guess(text).language == "en" and language_notice(text, []) == []


@given(st.text())
def test_any_text_has_a_likeliest_language(text: str) -> None:
    found = guess(text)
    assert found.language in SAID and 0 <= found.english <= found.chance <= 1.000001


def test_each_notice_is_recognised_as_what_it_is_written_in() -> None:
    assert {code: guess(text).language for code, text in SAID.items()} == {code: code for code in SAID}


@pytest.mark.usefixtures("plain_weights")
def test_an_answer_has_the_notice_beside_it_and_is_else_the_same(tmp_path: Path) -> None:
    answerer = made(tmp_path, document(TOMATOES, "tomatoes"))
    told = answerer.ask("Wie lange darf ich ein Buch behalten?")
    assert [notice.text for notice in told.notices if notice.kind == "language"] == [SAID["de"]]
    assert told.is_refusal
    assert not [n for n in answerer.ask("What are the drawbacks of quillex?").notices if n.kind == "language"]
