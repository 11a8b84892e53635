"""Clusters, the bootstrap over them, and the intervals of parts."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from fakes import asked, at
from scipy import stats

from eval import Question
from eval.intervals import Floats, Proportion, averaged, clusters, interval, more, resamples, wilson


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


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    # Of n in n it is n / (n + 3.8415); the others are the cases that Newcombe 1998 works.
    [
        *((7, 7, 0.6457, 1.0), (0, 7, 0.0, 0.3543)),
        *((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (1, 29, 0.0061, 0.1718)),
    ],
)
def test_the_interval_of_a_part_is_wilsons(right: int, n: int, low: float, high: float) -> None:
    assert wilson(right / n, n) == pytest.approx((low, high), abs=1e-4)


def part(values: Floats | list[float], grouped: list[int] | None = None) -> Proportion:
    made = Proportion.of(np.array(values, dtype=float), np.array(grouped or range(len(values)), dtype=np.intp))
    assert made is not None
    return made


def test_seven_in_seven_are_not_all() -> None:
    assert (part([1.0] * 7).low, part([1.0] * 7).high) == pytest.approx((0.6457, 1.0), abs=1e-4)


def test_clusters_that_are_all_right_are_worth_one_question_each() -> None:
    assert part([1.0] * 60, [n // 5 for n in range(60)]).n == 12


def test_few_clusters_are_worth_one_question_each() -> None:
    assert part([1.0, 0.0, 1.0, 1.0, 1.0, 1.0], [0, 0, 1, 1, 2, 2]).n == 3


def test_many_questions_are_worth_what_their_clusters_leave_of_them() -> None:
    assert part([1.0, 0.0] * 10).n == pytest.approx(20)
    whole = part([1.0] * 30 + [0.0] * 30, [n // 5 for n in range(60)])
    assert whole.n == pytest.approx(12), "five that are always alike are one"
    mixed = part([1.0, 0.0] * 30, [n // 5 for n in range(60)])
    assert mixed.n == 60, "no more than there are"


def test_a_score_that_is_no_part_and_fractions_of_many_are_left_to_the_bootstrap() -> None:
    assert Proportion.of(np.array([3.0, 400.0]), np.arange(2)) is None
    assert Proportion.of(np.linspace(0, 1, 20), np.arange(20)) is None
    assert part([0.5] * 20).n == 20
    assert part([0.5, 1.0, math.nan, 1.0]).n == 3


@pytest.mark.parametrize("cells", [(12, 2, 9, 3), (30, 1, 4, 0), (5, 5, 1, 2)])
def test_the_interval_of_a_difference_is_newcombes(cells: tuple[int, int, int, int]) -> None:
    both, first, second, neither = cells
    n = sum(cells)
    a, b = (
        part([1.0] * both + left + right + [0.0] * neither)
        for left, right in (([1.0] * first, [0.0] * second), ([0.0] * first, [1.0] * second))
    )
    p, q = (both + first) / n, (both + second) / n
    (low_p, high_p), (low_q, high_q) = wilson(p, n), wilson(q, n)
    cross = both * neither - first * second
    margins = (both + first) * (second + neither) * (both + second) * (first + neither)
    phi = (max(cross - n / 2, 0) if cross > 0 else cross) / math.sqrt(margins)
    down, up = (math.sqrt(x**2 + y**2 - 2 * phi * x * y) for x, y in ((q - low_q, high_p - p), (high_q - q, p - low_p)))
    assert more(a, b) == pytest.approx((q - p - down, q - p + up))


def test_of_two_parts_that_are_all_the_difference_is_not_sure_to_be_none() -> None:
    low, high = more(part([1.0] * 7), part([1.0] * 7))
    assert (low, high) == pytest.approx((-0.3543, 0.3543), abs=1e-4)


def test_the_mean_of_two_parts_is_as_unsure_as_both() -> None:
    low, high = averaged([1.0, 0.5], [(0.7, 1.0), (0.1, 0.9)])
    assert (low, high) == pytest.approx((0.75 - 0.25, 0.75 + 0.2))


@pytest.mark.parametrize(("p", "talks", "size"), [(0.95, 8, 1), (0.9, 20, 1), (0.95, 15, 3), (0.8, 40, 3)])
def test_the_interval_holds_the_truth_nineteen_times_in_twenty(p: float, talks: int, size: int) -> None:
    """Of clusters that lean one way: each has its own chance, whose mean is `p`."""
    rng = np.random.default_rng(5)
    grouped = np.repeat(np.arange(talks), size)
    held = []
    for _ in range(600):
        chance = rng.beta(4 * p, 4 * (1 - p), talks)[grouped]
        made = part((rng.random(grouped.size) < chance).astype(float), grouped.tolist())
        held.append(made.low <= p <= made.high)
    assert 0.92 <= np.mean(held) <= 0.995
