"""Risk, coverage and calibration, against cases worked by hand, brute force, and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from eval.measures.confidence import Floats, aurc, brier, coverage_at, ece, excess_aurc, reliability, risk_coverage

SURE = np.array([0.9, 0.8, 0.6, 0.4])
RIGHT = np.array([1.0, 0.0, 1.0, 1.0])


def once(n: int) -> Floats:
    return np.ones((1, n))


def test_the_area_under_the_curve_worked_by_hand() -> None:
    """Risks 0, 1/2, 1/3, 1/4; the oracle has the one error last: 0, 0, 0, 1/4."""
    (area,) = aurc(SURE, RIGHT, once(4))
    (excess,) = excess_aurc(SURE, RIGHT, once(4))
    assert area == pytest.approx((1 / 2 + 1 / 3 + 1 / 4) / 4)
    assert excess == pytest.approx((1 / 2 + 1 / 3) / 4)
    assert risk_coverage(SURE, RIGHT) == ((0.25, 0), (0.5, 0.5), (0.75, pytest.approx(1 / 3)), (1, 0.25))


def test_equal_confidences_are_one_step_whose_orders_are_averaged() -> None:
    """One right and one wrong: risks (0, 1/2) in one order, (1, 1/2) in the other."""
    tied, right = np.array([0.5, 0.5]), np.array([1.0, 0.0])
    assert aurc(tied, right, once(2)) == pytest.approx([(0.5 + 0.5) / 2])
    assert aurc(tied, right[::-1], once(2)) == aurc(tied, right, once(2))
    assert risk_coverage(tied, right) == ((1, 0.5),)
    assert coverage_at(0.9, tied, right, once(2)) == 0


def test_coverage_is_the_greatest_at_which_accuracy_holds() -> None:
    assert coverage_at(0.9, SURE, RIGHT, once(4)) == 0.25
    assert coverage_at(0.7, SURE, RIGHT, once(4)) == 1
    assert coverage_at(0.9, SURE, np.zeros(4), once(4)) == 0
    many = np.linspace(1, 0, 20)
    assert coverage_at(0.95, many, np.array([1.0] * 18 + [0.0, 1.0]), once(20)) == 1


SETS = st.lists(st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.7]), st.booleans(), st.integers(0, 3)), min_size=1)


@settings(deadline=None)
@given(SETS)
def test_a_weight_is_so_many_questions(rows: list[tuple[float, bool, int]]) -> None:
    sure, right, counts = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    many = counts.astype(int)
    if not many.sum():
        assert np.isnan(aurc(sure, right, counts[None])).all()
        return
    copies = np.repeat(sure, many), np.repeat(right, many), once(many.sum())
    for statistic in (aurc, excess_aurc, brier, lambda *a: coverage_at(0.8, *a)):
        assert statistic(sure, right, counts[None]) == pytest.approx(statistic(*copies), abs=1e-12)


@settings(deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_the_area_is_the_mean_of_the_risks(right: list[bool]) -> None:
    truth = np.array(right, dtype=float)
    sure = np.linspace(0.99, 0.01, truth.size)
    risks = [1 - truth[: k + 1].mean() for k in range(truth.size)]
    oracle = [1 - np.sort(truth)[::-1][: k + 1].mean() for k in range(truth.size)]
    assert aurc(sure, truth, once(truth.size)) == pytest.approx([np.mean(risks)])
    assert excess_aurc(sure, truth, once(truth.size)) == pytest.approx([np.mean(risks) - np.mean(oracle)], abs=1e-12)


def test_calibration_is_that_of_scikit_learn() -> None:
    chance = np.random.default_rng(1)
    sure = chance.permutation(np.linspace(0.001, 0.999, 200))
    true = (chance.random(200) < sure**2).astype(float)
    assert brier(sure, true, once(200)) == pytest.approx([brier_score_loss(true, sure)])
    found, said = calibration_curve(true, sure, n_bins=10, strategy="quantile")
    bins = reliability(sure, true)
    assert [b.n for b in bins] == [20] * 10
    assert [b.answerable for b in bins] == pytest.approx(found)
    assert [b.confidence for b in bins] == pytest.approx(said)
    assert ece(sure, true, once(200)) == pytest.approx([np.abs(found - said).mean()])


def test_bins_do_not_depend_on_the_order_of_equal_confidences() -> None:
    sure = np.full(20, 0.4)
    true = np.array([1.0] * 10 + [0.0] * 10)
    assert ece(sure, true, once(20)) == pytest.approx([0.1])
    assert ece(sure, true[::-1], once(20)) == pytest.approx([0.1])


def test_few_questions_fill_few_bins() -> None:
    bins = reliability(SURE, RIGHT)
    assert [(b.confidence, b.answerable, b.n) for b in bins] == [(0.4, 1, 1), (0.6, 1, 1), (0.8, 0, 1), (0.9, 1, 1)]


def test_where_nothing_is_counted_nothing_is_known() -> None:
    for statistic in (aurc, excess_aurc, brier, ece):
        assert np.isnan(statistic(SURE, RIGHT, np.zeros((1, 4)))).all()
