"""Do the sources answer the question?"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from leaflets import DRAWBACKS, ORDINARY, TOMATOES, WordEncoder, document, generation

from answer import Answerer, Evidence
from answer.decide import FEATURES, Decision, decide, features
from answer.evidence import WEIGHTS

# The threshold is a probability of 0.6; what is known beside the first is weighed so that it can be told apart.
ODDS = {
    "read": {"intercept": 0.0, "answerable": 1.0, "out_of_vocabulary": -2.0},
    "unread": {"intercept": -3.0, "similarity": 2.0, "coverage": 5.0, "out_of_vocabulary": -2.0},
}
TABLE: Mapping[str, Any] = {
    "sentence": {"unread": {"weights": {"intercept": -4.0, "similarity": 5.0, "coverage": 6.0}}},
    "decision": {kind: {"threshold": 0.6, "weights": odds} for kind, odds in ODDS.items()},
}


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder: Path = tmp_path_factory.mktemp("decide")
    encoder = WordEncoder(TOMATOES + ORDINARY)
    return Answerer(generation(folder, document(TOMATOES, "tomatoes"), encoder=encoder), encoder)


@pytest.fixture(autouse=True)
def weights(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("evidence", "decide"):
        monkeypatch.setattr(f"answer.{module}.fitted", lambda: TABLE)


def known(evidence: Evidence, **values: float) -> Evidence:
    """The same evidence, of which this is known."""
    return replace(evidence, features=values)


def decided(
    answerer: Answerer, question: str, evidence: list[Evidence] | None = None, threshold: float | None = None
) -> Decision:
    found = answerer.evidence(question) if evidence is None else evidence
    return decide(answerer.parse(question), found, answerer.terms, threshold)


def test_of_unread_evidence_the_greatest_cosine_and_coverage_are_known(answerer: Answerer) -> None:
    question = answerer.parse(DRAWBACKS)
    one, other, *_ = answerer.evidence(question)
    evidence = [known(one, similarity=0.2, coverage=0.9), known(other, similarity=0.7, coverage=0.1)]
    assert features(question, evidence) == {
        "similarity": 0.7,
        "coverage": 0.9,
        "out_of_vocabulary": 0.0,
    }


def test_of_read_evidence_the_greatest_odds_of_a_passage_are_known(answerer: Answerer) -> None:
    question = answerer.parse(DRAWBACKS)
    one, other, *_ = answerer.evidence(question)
    evidence = [
        known(one, similarity=0.2, coverage=0.9, relevance=3.0, answerable=-1.0),
        known(other, similarity=0.7, coverage=0.1, relevance=-2.0, answerable=2.0),
    ]
    assert features(question, evidence) == {"answerable": 2.0, "out_of_vocabulary": 0.0}


def test_out_of_vocabulary_words_are_counted(answerer: Answerer) -> None:
    question = answerer.parse("Is it as good as zorbitane or grunplax?")
    assert features(question, answerer.evidence(DRAWBACKS))["out_of_vocabulary"] == 2


def test_the_probability_is_that_of_the_weights(answerer: Answerer) -> None:
    evidence = [known(answerer.evidence(DRAWBACKS)[0], similarity=0.5, coverage=0.6)]
    unread = decided(answerer, DRAWBACKS, evidence)
    assert unread.probability == pytest.approx(1 / (1 + math.exp(-(-3 + 2 * 0.5 + 5 * 0.6))))
    evidence = [known(evidence[0], similarity=0.5, coverage=0.6, relevance=1.0, answerable=-3.0)]
    read = decided(answerer, DRAWBACKS, evidence)
    assert read.probability == pytest.approx(1 / (1 + math.exp(3)))


def test_what_a_model_has_read_decides(answerer: Answerer) -> None:
    found = answerer.evidence(DRAWBACKS)
    for answerable, answers in ((4.0, True), (-4.0, False)):
        read = [replace(e, features={**e.features, "relevance": 0.0, "answerable": answerable}) for e in found]
        assert decided(answerer, DRAWBACKS, read).answers is answers


def test_an_answer_is_given_from_the_threshold_on(answerer: Answerer) -> None:
    least = decided(answerer, DRAWBACKS).probability
    assert decided(answerer, DRAWBACKS, threshold=least).answers
    decision = decided(answerer, DRAWBACKS, threshold=math.nextafter(least, 1))
    assert (decision.answers, decision.reason) == (False, "weak_evidence")


@pytest.mark.parametrize(("coverage", "answers"), [(0.7, True), (0.65, False)])
def test_without_another_threshold_the_fitted_one_holds(answerer: Answerer, coverage: float, answers: bool) -> None:
    decision = decided(answerer, DRAWBACKS, [known(answerer.evidence(DRAWBACKS)[0], similarity=0.0, coverage=coverage)])
    assert decision.answers is answers
    assert 0.5 < decision.probability < 0.65


def test_a_question_that_the_sources_answer_is_answered(answerer: Answerer) -> None:
    decision = decided(answerer, DRAWBACKS)
    assert (decision.answers, decision.reason, decision.missing) == (True, None, ())
    assert decision.probability > 0.6


def test_a_name_that_only_a_bibliography_holds_is_refused_by_name_however_good_the_evidence(answerer: Answerer) -> None:
    question = "What are the drawbacks of verdolin and Fernozil?"
    good = [
        known(e, similarity=0.9, coverage=1.0, relevance=0.0, answerable=15.0) for e in answerer.evidence(DRAWBACKS)
    ]
    decision = decided(answerer, question, good)
    assert (decision.answers, decision.reason, decision.missing) == (False, "not_in_sources", ("Fernozil",))
    assert decision.probability < 0.01 and decided(answerer, DRAWBACKS, good).probability > 0.99
    low = decided(answerer, question, good, threshold=decision.probability / 2)
    assert (low.answers, low.reason) == (False, "not_in_sources")


def test_at_a_threshold_of_0_anything_is_answered_for_which_there_is_evidence(answerer: Answerer) -> None:
    for question in ("What are the effects of Fernozil?", "Who won the football match?"):
        assert decided(answerer, question, answerer.evidence(DRAWBACKS), threshold=0.0).answers
        assert not decided(answerer, question, [], threshold=0.0).answers


def test_what_nothing_comes_near_to_is_off_topic(answerer: Answerer) -> None:
    decision = decided(answerer, "Who won the football match?")
    assert (decision.answers, decision.reason) == (False, "off_topic")
    assert decision.missing == ("won", "football", "match")


def test_an_out_of_vocabulary_name_is_what_is_missing(answerer: Answerer) -> None:
    question = "What are the drawbacks of feeding zorbitane?"
    evidence = [known(answerer.evidence("drawbacks of feeds")[0], similarity=0.5, coverage=0.2)]
    decision = decided(answerer, question, evidence)
    assert (decision.answers, decision.reason, decision.missing) == (False, "not_in_sources", ("zorbitane",))


def test_words_that_nothing_read_holds_are_missing(answerer: Answerer) -> None:
    question = "How much does verdolin cost?"
    found = [known(e, similarity=0.5, coverage=0.2) for e in answerer.evidence(question)]
    decision = decided(answerer, question, found)
    assert (decision.answers, decision.reason, decision.missing) == (False, "not_in_sources", ("cost",))


def test_where_all_words_stand_somewhere_those_are_missing_that_the_best_passage_does_not_hold(
    answerer: Answerer,
) -> None:
    question = "Does verdolin smell?"
    found = answerer.evidence(question)
    (smell,) = [e for e in found if "strong smell" in e.text]
    (feed,) = [e for e in found if e.text == "Verdolin is a man-made feed."]
    evidence = [known(e, similarity=0.5, coverage=0.2) for e in (feed, smell)]
    decision = decided(answerer, question, evidence)
    assert (decision.answers, decision.reason, decision.missing) == (False, "not_in_sources", ("smell",))


def test_evidence_that_holds_every_word_but_fits_badly_is_weak(answerer: Answerer) -> None:
    found = [known(e, similarity=0.4, coverage=0.1) for e in answerer.evidence(DRAWBACKS)]
    decision = decided(answerer, DRAWBACKS, found)
    assert (decision.answers, decision.reason, decision.missing) == (False, "weak_evidence", ())


def test_no_evidence_is_no_answer(answerer: Answerer) -> None:
    decision = decided(answerer, DRAWBACKS, [])
    assert (decision.answers, decision.reason) == (False, "off_topic")
    assert decision.missing == ("drawbacks", "verdolin")


def test_the_fitted_weights_are_those_of_what_is_known() -> None:
    fitted = json.loads(WEIGHTS.read_text(encoding="utf-8"))["decision"]
    assert fitted.keys() == FEATURES.keys()
    for kind, names in FEATURES.items():
        assert "intercept" in fitted[kind]["weights"]
        assert set(fitted[kind]["weights"]) <= {"intercept", *names}
        assert 0 < fitted[kind]["threshold"] < 1
