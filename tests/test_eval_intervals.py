"""Clusters, and the bootstrap over them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fakes import asked, at
from scipy import stats

from eval import Question
from eval.intervals import clusters, interval, resamples


def question(name: str, document: str = "", section: str = "Ball", talk: str | None = None) -> Question:
    made = asked(
        name, f"{name}?", *(["ball"] if document else []), where=[at(document, section, "ball")][: bool(document)]
    )
    return replace(made, conversation=talk)


def test_of_few_documents_a_cluster_is_a_section() -> None:
    made = [question("a", "league"), question("b", "league", "Nets"), question("c", "league"), question("d", "club")]
    assert clusters(made).tolist() == [0, 1, 0, 2]


def test_of_many_documents_a_cluster_is_a_document() -> None:
    many = [question(f"q{n}", f"d{n}") for n in range(9)]
    assert clusters([*many, question("a", "d9"), question("b", "d9", "Nets")]).tolist() == [*range(9), 9, 9]


def test_a_conversation_is_one_cluster_and_a_question_without_evidence_is_another() -> None:
    talk = [question("a", "league", talk="t"), question("b", "club", talk="t"), question("c", talk="t")]
    assert clusters([*talk, question("d", "league"), question("e"), question("f")]).tolist() == [0, 0, 0, 1, 2, 3]


def test_whole_clusters_are_drawn_as_many_as_there_are() -> None:
    drawn = resamples(np.array([0, 0, 1, 2]), 500)
    assert drawn.shape == (500, 4)
    assert (drawn[:, 0] == drawn[:, 1]).all()
    assert (drawn[:, [0, 2, 3]].sum(1) == 3).all()
    assert (drawn == resamples(np.array([0, 0, 1, 2]), 500)).all()


def test_the_interval_is_that_of_scipy_where_every_question_is_its_own_cluster() -> None:
    sample = np.random.default_rng(2).beta(2, 5, 80)
    drawn = resamples(np.arange(80), 20_000)
    ours = interval(drawn @ sample / drawn.sum(1))
    rival = stats.bootstrap((sample,), np.mean, n_resamples=20_000, method="percentile", rng=3).confidence_interval
    assert ours == pytest.approx((rival.low, rival.high), abs=2e-3)


def test_questions_that_are_alike_make_the_interval_wider() -> None:
    values = np.repeat([0.0, 1.0] * 10, 5)
    apart, together = (
        interval(drawn @ values / drawn.sum(1))
        for drawn in (resamples(np.arange(100)), resamples(np.repeat(np.arange(20), 5)))
    )
    assert apart is not None and together is not None
    assert together[1] - together[0] == pytest.approx((apart[1] - apart[0]) * 5**0.5, rel=0.1)


def test_replicates_without_a_value_are_left_out() -> None:
    assert interval(np.array([np.nan, 0.5, 0.5, np.nan])) == (0.5, 0.5)
    assert interval(np.array([np.nan])) is None
