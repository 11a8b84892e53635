"""Two runs held against each other, and the gate."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from fakes import asked
from outcomes import BALL, DOCUMENTS, answer, outcome

from eval import MEASURES, Outcome, Run, RunError, compare, gate
from eval.compare import holm
from eval.run import Variant

CORK = ("league", "The ball is of red cork.")
WRONG = ("league", "Every hall has 4 nets.")
RECALL = [measure for measure in MEASURES if measure.name == "vital_recall"]


def run(right: list[bool], stratum: str = "single_fact", apart: bool = True) -> Run:
    """Questions with right and wrong answers, each a cluster of its own, or all of them one."""
    outcomes = []
    for n, is_right in enumerate(right):
        question = asked(f"q{n}", f"What is ball {n}?", "red cork", where=[BALL], stratum=stratum)
        made = outcome(question, CORK if is_right else WRONG)
        outcomes.append(replace(made, question=replace(question, conversation=f"c{n}" if apart else None)))
    return Run({"passage_size": 60}, tuple(outcomes), DOCUMENTS, {})


def joined(*runs: Run) -> Run:
    """Runs of several strata as one."""
    outcomes = [
        replace(o, question=replace(o.question, id=f"{at}-{o.question.id}", conversation=f"{at}-{o.question.id}"))
        for at, part in enumerate(runs)
        for o in part.outcomes
    ]
    return replace(runs[0], outcomes=tuple(outcomes))


def test_a_run_does_not_differ_from_itself() -> None:
    told = compare(run([True] * 5), run([True] * 5)).strata["all"]["vital_recall"]
    assert (told.difference, told.p) == (0, 1)


def test_where_no_question_differs_it_is_told_how_many_of_others_might() -> None:
    told = compare(run([True] * 5), run([True] * 5)).strata["all"]
    least = 3.8415 / (5 + 3.8415)
    assert (told["vital_recall"].low, told["vital_recall"].high) == pytest.approx((-least, least), abs=1e-4)
    assert told["vital_recall"].detectable == pytest.approx(2.8 * least / 1.96, abs=1e-3)
    assert (told["length"].low, told["length"].high, told["length"].detectable) == (None, None, None)


def test_what_every_question_wins_is_not_sure_for_others() -> None:
    told = compare(run([False] * 5), run([True] * 5), RECALL).strata["all"]["vital_recall"]
    assert told.difference == 1 and told.high == 1
    assert told.low is not None and 0.2 < told.low < 0.5


def test_the_difference_is_paired_and_has_an_interval() -> None:
    a, b = [True] * 30 + [False] * 10, [True] * 20 + [False] * 20
    told = compare(run(a), run(b), RECALL).strata["all"]["vital_recall"]
    assert (told.a, told.b, told.difference, told.n) == (0.75, 0.5, -0.25, 40)
    assert told.low is not None and told.high is not None and told.low < -0.25 < told.high < 0
    error = np.std([-1.0] * 10 + [0.0] * 30) / 40**0.5
    assert told.detectable == pytest.approx(2.8 * error, rel=0.05)


def exact(differences: list[int]) -> float:
    """The randomisation test over all 2^n ways to exchange pairs."""
    observed = abs(sum(differences))
    sums = [
        abs(sum(s * d for s, d in zip(signs, differences, strict=True)))
        for signs in product((1, -1), repeat=len(differences))
    ]
    return float(np.mean([s >= observed for s in sums]))


@pytest.mark.parametrize("worse", [2, 4, 6])
def test_the_randomisation_test_is_that_over_all_exchanges(worse: int) -> None:
    a, b = [True] * 10, [False] * worse + [True] * (10 - worse)
    told = compare(run(a), run(b), RECALL).strata["all"]["vital_recall"]
    assert told.p == pytest.approx(exact([1] * worse + [0] * (10 - worse)), abs=0.01)


def test_questions_of_one_cluster_are_exchanged_together() -> None:
    told = compare(run([True] * 30, apart=False), run([False] * 30, apart=False), RECALL).strata["all"]["vital_recall"]
    assert told.p == 1


def test_p_values_are_corrected_as_holm_does() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.9]) == pytest.approx([1.0, 1.0])
    assert holm([]) == []


def test_strata_are_corrected_for_each_other_and_all_is_not() -> None:
    worse, same = [True] * 8, [False] * 8
    a = joined(run(worse, "list"), run(worse, "lay"), run([True] * 8, "names"))
    b = joined(run(same, "list"), run([False] * 6 + [True] * 2, "lay"), run([True] * 8, "names"))
    told = {stratum: rows["vital_recall"] for stratum, rows in compare(a, b, RECALL).strata.items()}
    assert list(told) == ["list", "lay", "names", "all"]
    assert told["list"].p is not None and told["list"].corrected == pytest.approx(3 * told["list"].p)
    assert told["all"].corrected == told["all"].p
    assert told["names"].corrected == 1


def test_what_neither_run_has_is_no_difference() -> None:
    told = compare(run([True]), run([True])).strata["all"]["right_refusals"]
    assert (told.a, told.b, told.difference, told.p, told.n) == (None, None, None, None, 0)


def test_a_comparison_is_plain_json() -> None:
    told = compare(run([True] * 4), run([True, False] * 2)).to_json()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert list(told["all"]) == [measure.name for measure in MEASURES]


def test_runs_that_were_not_asked_the_same_are_not_compared() -> None:
    with pytest.raises(RunError, match="not asked the same questions"):
        compare(run([True, True]), run([True]))
    with pytest.raises(RunError, match="not asked the same questions"):
        gate(run([True]), run([True], "lay"))


def test_the_gate_names_the_questions_that_lost_and_what_they_lost() -> None:
    verdict = gate(run([True] * 20), run([False] * 10 + [True] * 10))
    assert not verdict.passes
    assert ("vital_recall", "all") in {(loss.measure, loss.stratum) for loss in verdict.losses}
    assert all(loss.p < 0.01 for loss in verdict.losses)
    assert [q.id for q in verdict.questions] == [f"q{n}" for n in range(10)]
    assert verdict.questions[0].lost["vital_recall"] == (1, 0)
    assert verdict.questions[0].why == "not_retrieved"


def test_the_gate_passes_a_gain_and_a_difference_that_chance_explains() -> None:
    assert gate(run([False] * 20), run([True] * 20)).passes
    assert gate(run([True] * 20), run([False] * 2 + [True] * 18)).passes
    assert gate(run([True, False] * 10), run([False, True] * 10)).passes


def altered(made: Run, at: int, other: Outcome) -> Run:
    return replace(made, outcomes=(*made.outcomes[:at], other, *made.outcomes[at + 1 :]))


def test_one_quote_that_is_not_there_closes_the_gate() -> None:
    right = run([True] * 20)
    verdict = gate(right, altered(right, 7, replace(right.outcomes[7], verified=False)))
    assert (verdict.passes, verdict.losses, verdict.broken) == (False, (), ("verbatim",))
    assert [(q.id, q.lost) for q in verdict.questions] == [("q7", {"verbatim": (1, 0)})]


def test_one_answer_that_is_another_the_second_time_closes_the_gate() -> None:
    right = run([True] * 20)
    variants = (Variant("same", "", False, (("league", 0, 3),)), Variant("again", "", True, ()))
    assert gate(right, altered(right, 3, replace(right.outcomes[3], variants=variants))).broken == ("identical",)


def test_a_false_answer_too_many_closes_the_gate() -> None:
    asked_ = [asked(f"o{n}", f"Who won match {n}?") for n in range(20)]
    refused = Run({"passage_size": 60}, tuple(outcome(q) for q in asked_), DOCUMENTS, {})
    fooled = replace(refused, outcomes=tuple(outcome(q, told=answer("", WRONG)) for q in asked_))
    verdict = gate(refused, fooled)
    assert ("false_answers", "all") in {(loss.measure, loss.stratum) for loss in verdict.losses}
    assert {q.why for q in verdict.questions} == {"false_answer"}
    assert gate(fooled, refused).passes
