"""Reading: sentences weighed against the question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from test_retriever_search import MARROWS, ORDINARY, TOMATOES, WordEncoder, document, generation

from answer import Reading as ReadingOf
from answer import Stretch
from answer.evidence import READ, SentenceReader, asks_about_source
from ingest import analyze
from retriever import Hit, Retriever, Terms

Reading = tuple[Retriever, SentenceReader]


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    folder: Path = tmp_path_factory.mktemp("evidence")
    encoder = WordEncoder(TOMATOES + MARROWS + ORDINARY)
    made = generation(folder, document(TOMATOES, "tomatoes"), document(MARROWS, "marrows"), encoder=encoder)
    return Retriever(made, encoder), SentenceReader(made, encoder, Terms(made, encoder))


def hits(reading: Reading, question: str) -> list[Hit]:
    return reading[0].search(question, 20)


def cosine(reading: Reading, question: str, text: str) -> float:
    vectors = reading[0].encoder.encode([question.replace("verdolin", "verdolin growfast"), text])
    return float(vectors[0] @ vectors[1])


def test_evidence_comes_best_first_with_scores_that_weigh_its_parts(reading: Reading) -> None:
    question = "What are the drawbacks of verdolin?"
    found = hits(reading, question)
    evidence = reading[1].read(question, found)
    assert evidence[0].text.startswith("The main drawbacks of verdolin")
    assert [e.score for e in evidence] == sorted((e.score for e in evidence), reverse=True)
    best = evidence[0]
    passage = next(h for h in found if h.passage.document_id == "tomatoes" and best.text in h.passage.text)
    bare = cosine(reading, question, best.text)
    weighed = 0.5 * best.similarity + 0.2 * bare + 0.35 * best.coverage + 0.15 * passage.score
    assert best.score == pytest.approx(weighed, abs=1e-6)
    assert best.coverage == 1.0


def test_the_kind_of_thing_asked_for_raises_a_score(reading: Reading) -> None:
    question = "How many weeks is verdolin sprayed for?"
    found = hits(reading, question)
    evidence = reading[1].read(question, found)
    assert sum("week" in e.text for e in evidence) == 3
    for e in evidence:
        passage = next(
            h
            for h in found
            if h.passage.document_id == e.document.id and h.passage.start < e.end and e.start < h.passage.end
        )
        bare = cosine(reading, question, e.text)
        weighed = 0.5 * e.similarity + 0.2 * bare + 0.35 * e.coverage + 0.15 * passage.score
        assert e.score - weighed == pytest.approx(0.08 if "week" in e.text else 0, abs=1e-6)


def test_a_list_is_as_near_as_the_nearest_of_its_items(reading: Reading) -> None:
    question = "Should I wear gloves to rinse the spray bottle?"
    (whole,) = [e for e in reading[1].read(question, hits(reading, question)) if "gloves" in e.text]
    contexts = ["Safety: " + whole.text, "Safety: Wear gloves whenever you: • rinse the spray bottle"]
    vectors = reading[0].encoder.encode([question, *contexts])
    as_a_whole, as_an_item = (vectors[1:] @ vectors[0]).tolist()
    assert whole.similarity == pytest.approx(as_an_item, abs=1e-6)
    assert as_an_item > as_a_whole + 0.05


def test_no_sentence_is_read_twice(reading: Reading) -> None:
    found = hits(reading, "verdolin")
    ranges = [(e.document.id, e.start, e.end) for e in reading[1].read("verdolin", found + found)]
    assert len(ranges) == len(set(ranges)) > 5


def test_terms_are_those_of_the_sentence_with_its_heading_and_those_of_its_passage(reading: Reading) -> None:
    question = "strong smell"
    best = reading[1].read(question, hits(reading, question))[0]
    assert best.terms >= set(analyze("Bloomwell strong smell"))
    assert "pour" not in best.terms
    assert best.passage_terms >= {"pour", "tomato"}


def test_what_a_page_says_of_itself_is_read_only_for_a_question_about_it(reading: Reading) -> None:
    found = hits(reading, "shed committee")
    assert not any(e.is_colophon for e in reading[1].read("Which committee has a shed?", found))
    assert any(e.is_colophon for e in reading[1].read("Who wrote this page?", found))


def test_no_passage_gives_no_evidence(reading: Reading) -> None:
    assert reading[1].read("verdolin", []) == []


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("Who wrote this?", True),
        ("When was the page last updated?", True),
        ("How recent is it?", True),
        ("Has it been reviewed?", True),
        ("What are the drawbacks?", False),
        ("How is quillex given?", False),
    ],
)
def test_whether_a_question_may_be_about_the_page(question: str, about: bool) -> None:
    assert asks_about_source(question) == about


class Finger:
    """Reads as relevant what holds one word."""

    name = fingerprint = "finger"

    def __init__(self, word: str) -> None:
        self.word = word
        self.read_texts: list[str] = []

    def read(self, question: str, stretches: Sequence[Stretch]) -> list[ReadingOf]:
        self.read_texts += [stretch.text for stretch in stretches]
        return [
            ReadingOf(0.5, tuple(float(self.word in stretch.text[s:e]) for s, e in stretch.sentences), (0, 1))
            for stretch in stretches
        ]


def test_what_a_model_reads_as_the_answer_weighs_more(reading: Reading) -> None:
    question = "What are the drawbacks of verdolin?"
    found = hits(reading, question)
    finger = Finger("slugs")
    weigher = reading[1]
    read = SentenceReader(weigher._generation, reading[0].encoder, weigher._terms, finger)  # type: ignore[arg-type]
    plain = {(e.document.id, e.start, e.end): e for e in weigher.read(question, found)}
    for e in read.read(question, found):
        before = plain[e.document.id, e.start, e.end]
        assert before.relevance is None
        if e.relevance:
            assert "slugs" in e.text and e.score == pytest.approx(before.score + 0.5, abs=1e-6)
        else:
            assert e.score == pytest.approx(before.score, abs=1e-6)
    assert sum(e.relevance or 0 for e in read.read(question, found)) >= 1
    assert 0 < len(set(finger.read_texts)) <= READ
