"""The plain words of a refusal."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_retriever_search import ORDINARY, TOMATOES, WordEncoder, document, generation

from answer.decide import Decision
from answer.refusal import refusal
from retriever import Terms

NOT = "The sources do not answer this"


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> Terms:
    folder: Path = tmp_path_factory.mktemp("refusal")
    encoder = WordEncoder(TOMATOES + ORDINARY)
    return Terms(generation(folder, document(TOMATOES, "tomatoes"), encoder=encoder), encoder)


@pytest.mark.parametrize(
    ("question", "missing", "lacks", "said"),
    [
        ("What does verdolin cost?", ("cost",), True, "they speak of verdolin, but give no price; nothing found in"),
        ("How many pounds is verdolin?", ("pounds",), True, "they speak of verdolin, but give no number of pounds."),
        ("How many had verdolin?", (), True, "they speak of verdolin, but give no number."),
        ("Does verdolin smell?", ("smell",), False, "they speak of verdolin, but say nothing of “smell” in this"),
        ("Does it smell?", ("smell",), False, "nothing found in them speaks of “smell” in this connection."),
        ("In what year?", (), True, "they give no year."),
    ],
)
def test_a_refusal_names_what_is_spoken_of_and_what_is_missing(
    terms: Terms, question: str, missing: tuple[str, ...], lacks: bool, said: str
) -> None:
    decision = Decision(0.1, False, "not_in_sources", missing, lacks)
    assert refusal(question, decision, terms, {}).startswith(f"{NOT}: {said}")


def test_a_question_from_elsewhere_a_name_of_a_bibliography_and_weak_evidence(terms: Terms) -> None:
    assert refusal("Who won?", Decision(0.1, False, "off_topic", ("won",)), terms, {}) == (
        f"{NOT}: they are about something else."
    )
    listed = refusal("What says Smith?", Decision(0.1, False, "not_in_sources", ()), terms, {"Smith": "Feeds"})
    assert listed == f"{NOT}: “Smith” stands only in the list of references of “Feeds”."
    weak = refusal("Is it so?", Decision(0.1, False, "weak_evidence", ()), terms, {})
    assert weak == f"{NOT} clearly enough to quote them."
