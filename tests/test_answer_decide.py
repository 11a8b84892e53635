"""Do the sources answer the question?"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_retriever_search import ORDINARY, TOMATOES, WordEncoder, document, generation

from answer import Answerer
from answer.decide import SIGNS, WEIGHTS, decide, probability, signs, strange_words


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder: Path = tmp_path_factory.mktemp("decide")
    encoder = WordEncoder(TOMATOES + ORDINARY)
    return Answerer(generation(folder, document(TOMATOES, "tomatoes"), encoder=encoder), encoder)


def weighed(
    score: float = 0.7, attributes: float = 0.8, absent: float = 0.1, expected: float = 1, strange: float = 0
) -> dict[str, float]:
    return {"score": score, "attributes": attributes, "absent": absent, "expected": expected, "strange": strange}


def read(relevance: float = 0.5, absent: float = 0.1, expected: float = 1, strange: float = 0) -> dict[str, float]:
    return {"relevance": relevance, "absent": absent, "expected": expected, "strange": strange}


share = st.floats(0, 1)


@given(share, share, share, st.sampled_from([0.0, 1.0]), st.integers(0, 3))
def test_the_probability_falls_with_what_is_absent(
    relevance: float, less: float, more: float, expected: float, strange: int
) -> None:
    less, more = sorted((less, more))
    for of in (weighed, read):
        low, high = (
            probability(of(relevance, absent=part, expected=expected, strange=strange)) for part in (more, less)
        )
        assert 0 < low <= high < 1
        assert low < high or more - less < 1e-9


@pytest.mark.parametrize("of", [weighed, read])
def test_the_probability_rises_with_the_score_or_relevance_and_what_is_expected_and_falls_with_what_is_strange(
    of: Callable[..., dict[str, float]],
) -> None:
    assert probability(of(0.9)) > probability(of(0.4))
    assert probability(of(expected=1)) > probability(of(expected=0))
    assert probability(of(strange=0)) > probability(of(strange=1)) > probability(of(strange=2))


def test_the_fitted_weights_are_those_of_the_signs() -> None:
    fitted = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    for kind, names in SIGNS.items():
        assert set(fitted[kind]["weights"]) == {"intercept", *names}
        assert 0 < fitted[kind]["threshold"] < 1


def test_what_a_model_has_read_decides(answerer: Answerer) -> None:
    question = "What are the drawbacks of verdolin?"
    found = answerer.evidence(question)
    for relevance, answers in ((0.99, True), (0.001, False)):
        decision = decide(question, [replace(e, relevance=relevance) for e in found], answerer.terms)
        assert decision.answers is answers


def test_a_question_that_the_sources_answer_is_answered(answerer: Answerer) -> None:
    question = "What are the drawbacks of verdolin?"
    decision = decide(question, answerer.evidence(question), answerer.terms)
    assert (decision.answers, decision.reason, decision.missing) == (True, None, ())
    assert decision.probability > 0.5


def test_a_name_that_only_a_bibliography_holds_is_refused_by_name_however_good_the_evidence(answerer: Answerer) -> None:
    question = "What are the drawbacks of verdolin and Fernozil?"
    decision = decide(question, answerer.evidence("What are the drawbacks of verdolin?"), answerer.terms)
    assert (decision.answers, decision.reason, decision.missing) == (False, "not_in_sources", ("Fernozil",))
    assert decision.probability <= 0.5


def test_what_nothing_comes_near_to_is_off_topic(answerer: Answerer) -> None:
    question = "Who won the football match?"
    decision = decide(question, answerer.evidence(question), answerer.terms)
    assert (decision.answers, decision.reason) == (False, "off_topic")
    assert decision.missing == ("won", "football", "match")


def test_a_strange_name_is_what_is_missing(answerer: Answerer) -> None:
    question = "What are the drawbacks of feeding zorbitane?"
    evidence = [replace(answerer.evidence("drawbacks of feeds")[0], score=0.2, similarity=0.5)]
    decision = decide(question, evidence, answerer.terms)
    assert (decision.answers, decision.reason, decision.missing) == (False, "not_in_sources", ("zorbitane",))
    assert strange_words(question, answerer.terms) == ["zorbitane"]


def test_a_figure_that_no_sentence_holds_is_not_in_the_sources(answerer: Answerer) -> None:
    question = "How much does verdolin cost?"
    decision = decide(question, answerer.evidence(question), answerer.terms)
    assert (decision.answers, decision.reason, decision.missing) == (False, "not_in_sources", ("cost",))


def test_evidence_that_holds_every_word_but_fits_badly_is_weak(
    answerer: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("answer.decide.probability", lambda _: 0.01)
    question = "What are the drawbacks of verdolin?"
    decision = decide(question, answerer.evidence(question), answerer.terms)
    assert (decision.answers, decision.reason, decision.missing) == (False, "weak_evidence", ())


def test_no_evidence_is_no_answer(answerer: Answerer) -> None:
    decision = decide("What are the drawbacks of verdolin?", [], answerer.terms)
    assert (decision.answers, decision.reason) == (False, "off_topic")
    assert signs("Is it?", [], answerer.terms) == dict.fromkeys(SIGNS["weighed"], 0.0)


def test_the_signs_are_those_of_the_best_evidence(answerer: Answerer) -> None:
    question = "How many weeks between sprays of verdolin?"
    evidence = answerer.evidence(question)
    told = signs(question, evidence, answerer.terms)
    assert told["score"] == evidence[0].score == max(e.score for e in evidence)
    assert told["expected"] == 1
    assert signs("How many drawbacks has verdolin?", evidence, answerer.terms)["expected"] == 0
    assert signs("Is it as good as zorbitane or grunplax?", evidence, answerer.terms)["strange"] == 2


def test_a_kind_of_answer_beyond_the_best_three_does_not_count(answerer: Answerer) -> None:
    question = "How many weeks between sprays of verdolin?"
    evidence = sorted(answerer.evidence(question), key=lambda e: "weeks" in e.text)
    assert "weeks" in evidence[-1].text and len(evidence) > 3
    assert signs(question, evidence, answerer.terms)["expected"] == 0


def test_a_figure_of_something_else_is_not_what_is_expected(answerer: Answerer) -> None:
    question = "How many weeks is verdolin sprayed for?"
    found = [e for e in answerer.evidence(question) if "week" in e.text]
    assert signs(question, found, answerer.terms)["expected"] == 1
    of_others = [replace(e, terms=e.terms - {"verdolin", "growfast"}) for e in found]
    assert signs(question, of_others, answerer.terms)["expected"] == 0
