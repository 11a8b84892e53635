"""Reading: what is known of each sentence of the passages found, and what that comes to."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from leaflets import MARROWS, ORDINARY, TOMATOES, WordEncoder, document, generation

from answer import Evidence, Reader, Reading, Stretch
from answer.evidence import SENTENCE_FEATURES, WEIGHTS, SentenceReader, chance, log_odds
from answer.question import ParsedQuestion
from ingest import Generation, analyze
from retriever import Hit, Retriever, Terms

ODDS = {
    "read": {"intercept": -1.0, "relevance": 2.0, "answerable": 0.5, "coverage": 3.0},
    "unread": {"intercept": -4.0, "similarity": 5.0, "coverage": 6.0},
}


class Leaflets:
    """What it takes to read a corpus."""

    def __init__(self, made: Generation, encoder: WordEncoder) -> None:
        self.generation = made
        self.terms = Terms(made, encoder)
        self.retriever = Retriever(made, encoder, self.terms)

    def hits(self, question: str) -> list[Hit]:
        return self.retriever.search(question, 20)

    def read(self, question: str, hits: Sequence[Hit] | None = None, reader: Reader | None = None) -> list[Evidence]:
        found = self.hits(question) if hits is None else hits
        return SentenceReader(self.generation, self.terms, reader).read(
            ParsedQuestion.parse(question, self.terms), found
        )


@pytest.fixture(scope="module")
def leaflets(tmp_path_factory: pytest.TempPathFactory) -> Leaflets:
    folder: Path = tmp_path_factory.mktemp("evidence")
    encoder = WordEncoder(TOMATOES + MARROWS + ORDINARY)
    made = generation(folder, document(TOMATOES, "tomatoes"), document(MARROWS, "marrows"), encoder=encoder)
    return Leaflets(made, encoder)


@pytest.fixture(autouse=True)
def weights(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {"sentence": {kind: {"weights": odds} for kind, odds in ODDS.items()}}
    monkeypatch.setattr("answer.evidence.fitted", lambda: table)


def holding(evidence: Sequence[Evidence], words: str) -> Evidence:
    (found,) = [e for e in evidence if words in e.text]
    return found


class Finger(Reader):
    """Reads as relevant the sentences that hold one word, and as answering every passage alike."""

    name = fingerprint = "finger"

    def __init__(self, word: str, answerable: float = 0.5) -> None:
        self.word = word
        self.answerable = answerable
        self.asked: list[str] = []
        self.stretches: list[Stretch] = []

    def load(self) -> None:
        """There is nothing to load."""

    def read(self, question: str, stretches: Sequence[Stretch]) -> list[Reading]:
        self.asked.append(question)
        self.stretches += stretches
        return [
            Reading(
                self.answerable,
                tuple(0.9 if self.word in stretch.text[s:e] else 0.1 for s, e in stretch.sentences),
            )
            for stretch in stretches
        ]


def test_unread_evidence_is_weighed_by_the_cosine_of_its_passage_and_the_words_it_holds(leaflets: Leaflets) -> None:
    question = "What are the drawbacks of verdolin?"
    hits = leaflets.hits(question)
    evidence = leaflets.read(question, hits)
    asked = leaflets.terms.asked(question)
    for e in evidence:
        similarity, coverage = e.features["similarity"], e.features["coverage"]
        assert set(e.features) == {"similarity", "coverage"}
        assert similarity in [h.dense for h in hits if h.passage.document_id == e.document.id]
        assert coverage == leaflets.terms.coverage(asked, e.terms)
        assert e.score == pytest.approx(-4 + 5 * similarity + 6 * coverage)
    assert holding(evidence, "main drawbacks of verdolin").features["coverage"] == 1
    assert holding(evidence, "cool shed away from young").features["coverage"] == 0


def test_evidence_comes_best_first(leaflets: Leaflets) -> None:
    evidence = leaflets.read("What are the drawbacks of verdolin?")
    assert evidence[0].text.startswith("The main drawbacks of verdolin")
    assert [e.score for e in evidence] == sorted((e.score for e in evidence), reverse=True)


def test_a_sentence_of_a_nearer_passage_is_better_where_its_words_are_no_better(leaflets: Leaflets) -> None:
    question = "Does a strong smell of slugs come from the cool shed?"
    evidence = leaflets.read(question)
    one, other = holding(evidence, "away from children"), holding(evidence, "away from young children")
    assert one.features["coverage"] == other.features["coverage"] > 0
    assert one.score > other.score


def test_another_name_of_what_is_asked_about_covers_it(leaflets: Leaflets) -> None:
    evidence = leaflets.read("Does growfast make leaves yellow?")
    assert "yellow leaves" in evidence[0].text
    without = holding(leaflets.read("Does the spray make leaves yellow?"), "yellow leaves")
    assert evidence[0].features["coverage"] > without.features["coverage"]


def test_read_evidence_is_weighed_by_what_the_reader_says_of_it_and_of_its_passage(leaflets: Leaflets) -> None:
    question = "What are the drawbacks of verdolin?"
    evidence = leaflets.read(question, reader=Finger("slugs", answerable=0.8))
    assert len({e.features["relevance"] for e in evidence}) == 2
    for e in evidence:
        assert set(e.features) == {"similarity", "coverage", "relevance", "answerable"}
        own = e.document.text[e.own : e.end]
        assert e.features["relevance"] == pytest.approx(math.log(9) if "slugs" in own else -math.log(9))
        assert e.features["answerable"] == pytest.approx(math.log(4))
        weighed = -1 + 2 * e.features["relevance"] + 0.5 * e.features["answerable"] + 3 * e.features["coverage"]
        assert e.score == pytest.approx(weighed)


def test_what_is_read_in_two_forms_is_weighed_by_the_mean_of_both(leaflets: Leaflets) -> None:
    class Doubting(Finger):
        def read(self, question: str, stretches: Sequence[Stretch]) -> list[Reading]:
            chance = 0.9 if "about" in question else 0.5
            self.asked.append(question)
            return [Reading(chance, (chance,) * len(stretch.sentences)) for stretch in stretches]

    reader = Doubting("")
    question = ParsedQuestion.parse("Does it smell? (about verdolin)", leaflets.terms, "Does it smell?")
    hits = leaflets.hits(question.text)
    for e in SentenceReader(leaflets.generation, leaflets.terms, reader).read(question, hits):
        assert e.features["relevance"] == e.features["answerable"] == pytest.approx(math.log(9) / 2)
    assert reader.asked == list(question.read)


def test_what_the_reader_marks_comes_before_what_it_does_not(leaflets: Leaflets) -> None:
    question = "What are the drawbacks of verdolin?"
    assert "drawbacks of verdolin" in leaflets.read(question)[0].text
    assert "gloves" in leaflets.read(question, reader=Finger("gloves"))[0].text


def test_a_list_is_as_relevant_as_the_most_relevant_of_its_items(leaflets: Leaflets) -> None:
    question = "Should I wear gloves?"
    for word in ("gloves", "pour", "rinse"):
        whole = holding(leaflets.read(question, reader=Finger(word)), "rinse the spray bottle")
        assert whole.features["relevance"] == pytest.approx(math.log(9))
    whole = holding(leaflets.read(question, reader=Finger("slugs")), "rinse the spray bottle")
    assert whole.features["relevance"] == pytest.approx(-math.log(9))


def test_a_sentence_is_as_relevant_as_itself_not_as_what_it_leans_on(leaflets: Leaflets) -> None:
    evidence = leaflets.read("What is verdolin?", reader=Finger("man-made"))
    alone, leaning = (next(e for e in evidence if e.text.endswith(end)) for end in ("made feed.", "every 3 weeks."))
    assert leaning.text.startswith(alone.text)
    assert alone.features["relevance"] == pytest.approx(math.log(9))
    assert leaning.features["relevance"] == pytest.approx(-math.log(9))


def test_the_reader_is_given_the_question_with_other_names_and_each_passage_under_its_headings(
    leaflets: Leaflets,
) -> None:
    finger = Finger("slugs")
    hits = leaflets.hits("Is growfast sprayed?")
    leaflets.read("Is growfast sprayed?", hits, finger)
    assert finger.asked == ["Is growfast sprayed? (verdolin)"]
    assert [s.text for s in finger.stretches] == [hit.passage.text for hit in hits]
    assert [s.lead for s in finger.stretches] == [f"{hit.passage.heading}: " for hit in hits]
    (safety,) = [s for s in finger.stretches if "gloves" in s.text]
    assert [safety.text[s:e] for s, e in safety.sentences][:2] == [
        "Wear gloves whenever you:",
        "mix verdolin with hot water",
    ]


def test_no_sentence_is_read_twice(leaflets: Leaflets) -> None:
    found = leaflets.hits("verdolin")
    places = [e.place for e in leaflets.read("verdolin", [*found, *found])]
    assert len(places) == len(set(places)) > 5


def test_terms_are_those_of_the_sentence_with_its_heading_and_those_of_its_passage(leaflets: Leaflets) -> None:
    best = leaflets.read("strong smell")[0]
    assert best.terms >= set(analyze("Bloomwell strong smell"))
    assert "pour" not in best.terms
    assert best.passage_terms >= {"pour", "tomato"}


def test_what_a_page_says_of_itself_is_evidence(leaflets: Leaflets) -> None:
    assert leaflets.read("Which committee wrote of feeding tomatoes?")[0].text.startswith(
        "Written by the shed committee"
    )


@pytest.mark.parametrize("reader", [None, Finger("verdolin")])
def test_no_passage_gives_no_evidence(leaflets: Leaflets, reader: Reader | None) -> None:
    assert leaflets.read("verdolin", [], reader) == []


def test_the_chance_of_evidence_is_what_its_log_odds_stand_for(leaflets: Leaflets) -> None:
    best = leaflets.read("What are the drawbacks of verdolin?")[0]
    assert best.chance == pytest.approx(1 / (1 + math.exp(-best.score)))


@given(st.floats(0.001, 0.999))
def test_log_odds_and_chance_undo_each_other(probability: float) -> None:
    assert chance(log_odds(probability)) == pytest.approx(probability)


@given(st.floats(0, 1), st.floats(0, 1))
def test_log_odds_rise_with_the_probability_and_are_finite_at_its_edges(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert -10 < log_odds(low) <= log_odds(high) < 10


@given(st.floats(-1e6, 1e6))
def test_a_chance_lies_between_0_and_1_however_great_the_odds(odds: float) -> None:
    assert 0 < chance(odds) < 1


def test_the_fitted_weights_are_those_of_what_is_known_of_a_sentence() -> None:
    fitted = json.loads(WEIGHTS.read_text(encoding="utf-8"))["sentence"]
    assert fitted.keys() == SENTENCE_FEATURES.keys()
    for kind, names in SENTENCE_FEATURES.items():
        assert "intercept" in fitted[kind]["weights"]
        assert set(fitted[kind]["weights"]) <= {"intercept", *names}
