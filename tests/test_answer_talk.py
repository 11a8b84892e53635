"""What is no question to the sources is replied to, and not searched for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from leaflets import DRAWBACKS, MARROWS, ORDINARY, TOMATOES, WordEncoder, document, following, generation

from answer import Answer, Answerer, Conversation
from answer import talk as module
from answer.talk import KINDS, Classifier, small_talk, without_courtesy
from ingest import Encoder, SentenceEncoder, Suggested, Suggestion

SAID = ("greet", "thank", "collection")


def classifier(encoder: Encoder) -> Classifier:
    """Takes each word of SAID for a kind of small talk, and the less surely the more is said beside it."""
    centres = encoder.encode(list(SAID))
    weights = np.vstack([np.zeros_like(centres[:1]), 4 * centres])
    return Classifier(encoder.fingerprint, weights, np.zeros(4, dtype=np.float32), centres, 0.05, 0.5)


def asked_of(folder: Path, *documents: str) -> Answerer:
    encoder = WordEncoder(TOMATOES + MARROWS + ORDINARY)
    read = (document(text, f"d{number}") for number, text in enumerate(documents))
    return following(Answerer(generation(folder, *read, encoder=encoder), encoder))


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    return asked_of(tmp_path_factory.mktemp("garden"), TOMATOES, MARROWS)


@pytest.fixture
def told_apart(monkeypatch: pytest.MonkeyPatch, answerer: Answerer) -> None:
    made = classifier(answerer.encoder)
    monkeypatch.setattr(module, "_fitted", lambda: made)


@pytest.mark.usefixtures("told_apart")
@pytest.mark.parametrize(
    ("said", "reason", "text"),
    [
        ("Greet", "greeting", "Hello. Ask what these documents say: “Feeding tomatoes”, “Feeding marrows”."),
        ("thank!", "thanks", "You are welcome."),
    ],
)
def test_small_talk_is_replied_to_and_not_searched_for(
    answerer: Answerer, monkeypatch: pytest.MonkeyPatch, said: str, reason: str, text: str
) -> None:
    monkeypatch.setattr(Answerer, "search", lambda *_: pytest.fail("it was searched for"))
    answer = answerer.ask(said)
    assert (answer.status, answer.reason, answer.text) == ("not_a_question", reason, text)
    assert not (answer.statements or answer.citations or answer.notices or answer.nearest)
    assert not answer.is_refusal and not answer.is_answered
    assert answer.timings_ms.keys() == {"resolve", "total"}
    assert Answer.from_json(answer.to_json()) == answer


@pytest.mark.usefixtures("told_apart")
def test_who_asks_of_the_collection_is_told_its_titles_and_headings(answerer: Answerer) -> None:
    lines = answerer.ask("collection?").text.split("\n")
    assert "these 2 documents" in lines[0]
    assert lines[1:3] == ["• Feeding tomatoes", "• Feeding marrows"]
    assert "“Verdolin (Growfast)”" in lines[3] and "“Storage”" in lines[3]


@pytest.mark.usefixtures("told_apart")
def test_where_questions_are_suggested_these_are_told_in_place_of_headings(tmp_path: Path) -> None:
    answerer = asked_of(tmp_path, TOMATOES, MARROWS)
    asked = [f"What is said of {number}?" for number in range(9)]
    found = Suggested(tuple(Suggestion(question, "d0", "Storage", 0, 9) for question in asked))
    answerer.generation.suggested = {answerer.generation.name: found}.get
    text = answerer.ask("collection?").text
    assert "can be asked:\n" + "\n".join(f"• {question}" for question in asked[:6]) in text
    assert asked[6] not in text and "“Storage”" not in text


@pytest.mark.usefixtures("told_apart")
def test_of_many_documents_the_first_are_named_and_the_others_counted(tmp_path: Path) -> None:
    answerer = asked_of(tmp_path, *(f"# Leaflet {n}\n\nFeed {n} is green.\n" for n in range(23)))
    assert answerer.ask("greet").text.startswith("Hello. Ask what these 23 documents say, such as “Leaflet 0”, ")
    lines = answerer.ask("collection").text.split("\n")
    assert lines[1:22] == [*(f"• Leaflet {n}" for n in range(20)), "and 3 more."]


@pytest.mark.usefixtures("told_apart")
def test_a_conversation_goes_on_as_if_it_had_not_been_said(answerer: Answerer) -> None:
    talk = Conversation()
    answerer.ask("How often is quillex poured?", talk)
    thanks = answerer.ask("Thank!", talk)
    assert (thanks.reason, thanks.resolved_question) == ("thanks", "Thank!")
    assert [turn.question for turn in talk.turns] == ["How often is quillex poured?"]
    assert answerer.ask("And its drawbacks?", talk).resolved_question == "As for quillex: And its drawbacks?"


@pytest.mark.usefixtures("told_apart")
@pytest.mark.parametrize("said", [f"Greet, {DRAWBACKS}", f"Thank. {DRAWBACKS} Greet!", f"Greet! Thank – {DRAWBACKS}"])
def test_a_question_behind_a_courtesy_is_asked_without_it(answerer: Answerer, said: str) -> None:
    answer = answerer.ask(said)
    assert (answer.question, answer.resolved_question) == (said, DRAWBACKS)
    assert answer.statements == answerer.ask(DRAWBACKS).statements


@pytest.mark.usefixtures("told_apart")
def test_in_a_conversation_a_question_about_the_collection_has_to_be_surer(answerer: Answerer) -> None:
    encoder = answerer.encoder
    assert [small_talk("collection", encoder, follows) for follows in (False, True)] == ["about", None]
    assert [small_talk("thank", encoder, follows) for follows in (False, True)] == ["thanks", "thanks"]


def test_with_another_encoder_than_it_is_fitted_on_all_is_searched_for(answerer: Answerer) -> None:
    assert answerer.ask("hello").is_refusal


@pytest.mark.usefixtures("told_apart")
def test_to_be_made_to_answer_is_to_be_searched_for(answerer: Answerer) -> None:
    assert answerer.ask("thank", compel=True).status != "not_a_question"


def test_it_is_read_as_it_was_written(answerer: Answerer, tmp_path: Path) -> None:
    made = classifier(answerer.encoder)
    made.write(tmp_path / "talk.npz", command="by hand")
    read = Classifier.read(tmp_path / "talk.npz")
    vectors = answerer.encoder.encode([*SAID, DRAWBACKS])
    assert read.kinds(vectors, [False] * 4) == made.kinds(vectors, [False] * 4) == [*KINDS[1:], "question"]


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder.open()


@pytest.mark.model
@pytest.mark.parametrize(
    ("said", "kind"),
    [
        *((said, "greeting") for said in ("hello", "Hi there!", "good morning", "How are you?")),
        *((said, "thanks") for said in ("thanks!", "Thank you so much.", "ok, great", "bye", "that helps, thanks")),
        *((said, "about") for said in ("what can I ask?", "Which documents do you have?", "who are you?", "help")),
    ],
)
def test_small_talk_is_told_for_what_it_is(encoder: SentenceEncoder, said: str, kind: str) -> None:
    assert small_talk(said, encoder, False) == kind


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    [
        "Hi, what are the side effects of ibuprofen?",
        "thanks — and how often?",
        "Thank you. What about the deposit?",
        "what documents do I need to apply?",
        "Who can I ask about my dose?",
        "help with nausea",
        "hello world program in the docs?",
        "What does the guide say about greetings?",
        "No, I meant the night bus",
        "why?",
        "aspirin",
    ],
)
def test_a_question_that_looks_like_small_talk_is_none(encoder: SentenceEncoder, question: str) -> None:
    assert [small_talk(question, encoder, follows) for follows in (False, True)] == [None, None]


@pytest.mark.model
def test_a_courtesy_is_told_from_what_begins_a_question(encoder: SentenceEncoder) -> None:
    assert without_courtesy("Hi, is it safe? Many thanks!", encoder) == "is it safe?"
    for question in ("No, I meant the bus", "In winter, how often?", "Salt, sugar or fat?", "My leg hurts. Am I ill?"):
        assert without_courtesy(question, encoder) == question


@pytest.mark.model
@pytest.mark.parametrize("said", ["thanks!", "ok thanks, bye"])
def test_thanks_in_a_conversation_are_thanks(encoder: SentenceEncoder, said: str) -> None:
    assert small_talk(said, encoder, True) == "thanks"
