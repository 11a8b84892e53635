"""What decides is fitted on rows of many sets, made up here: each counts as much, and each is told of when left out."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import fmean, pvariance
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answer.decide import FEATURES
from answer.evidence import SENTENCE_FEATURES
from eval.calibrate import CalibrationExample, fit, main

KIND = "unread"
THRESHOLDS = [n / 100 for n in range(2, 99)]


def row(set_: str, value: float, label: bool, *sentences: tuple[float, bool], kind: str = KIND) -> CalibrationExample:
    """A question of which one feature is known, and so of each sentence, here with whether it is right."""
    first, *others = FEATURES[kind]
    known = dict.fromkeys(others, 0.0) | {first: value}
    name, *rest = SENTENCE_FEATURES[kind]
    told = sentences or ((1.0, label), (0.0, False))
    of_each = [dict.fromkeys(rest, 0.0) | {name: one} for one, _ in told]
    return CalibrationExample(
        set_, f"{set_}-{value}", kind, label, known, of_each, [right for _, right in told], [80] * len(told)
    )


def rows(set_: str, right: Iterable[float], wrong: Iterable[float]) -> list[CalibrationExample]:
    return [*(row(set_, v, True) for v in right), *(row(set_, v, False) for v in wrong)]


def chance(weights: Mapping[str, float], known: Mapping[str, float]) -> float:
    return 1 / (1 + math.exp(-sum(w * (known | {"intercept": 1.0})[name] for name, w in weights.items())))


def balanced(of: Sequence[CalibrationExample], weights: Mapping[str, float], threshold: float) -> float:
    """The mean of the shares of what is answered rightly and of what is refused rightly."""
    answered = [chance(weights, r.features) >= threshold for r in of]
    shares = [[a == label for a, r in zip(answered, of, strict=True) if r.label == label] for label in (True, False)]
    return fmean(map(fmean, shares))


def decision(of: Sequence[CalibrationExample]) -> dict[str, Any]:
    fitted: Any = fit(of, KIND)["decision"]
    return dict(fitted)


def test_what_speaks_for_an_answer_gets_a_weight_for_it() -> None:
    weights = decision(rows("kites", [1.0, 0.9, 0.8], [0.3, 0.2, 0.1]))["weights"]
    first, *others = FEATURES[KIND]
    assert list(weights) == ["intercept", *FEATURES[KIND]]
    assert weights[first] > 0 > weights["intercept"]
    assert [weights[name] for name in others] == [0] * len(others)


def test_a_large_set_weighs_no_more_than_a_small_one() -> None:
    # The small set says the opposite of the large one, and so nothing is left.
    large, small = rows("kites", [1.0] * 300, [-1.0] * 300), rows("kettles", [-1.0] * 3, [1.0] * 3)
    assert decision(large)["weights"][FEATURES[KIND][0]] > 1
    assert list(decision(large + small)["weights"].values()) == pytest.approx(
        [0.0] * (1 + len(FEATURES[KIND])), abs=1e-3
    )


def test_in_a_set_what_is_rarely_answered_weighs_as_much_as_the_rest() -> None:
    weights = decision(rows("kites", [0.5] * 2, [0.5] * 40))["weights"]
    assert chance(weights, row("kites", 0.5, True).features) == pytest.approx(0.5, abs=1e-3)


def test_of_sentences_too_each_set_weighs_the_same() -> None:
    large = [row("kites", 1.0, True, (1.0, True), (0.0, False)) for _ in range(200)]
    small = [row("kettles", 1.0, True, (1.0, False), (0.0, True)) for _ in range(2)]
    alone: Any = fit([*large, row("kites", 0.0, False)], KIND)["sentence"]
    both: Any = fit([*large, *small, row("kites", 0.0, False), row("kettles", 0.0, False)], KIND)["sentence"]
    assert alone["weights"][SENTENCE_FEATURES[KIND][0]] > 1
    assert list(both["weights"].values()) == pytest.approx([0.0] * 3, abs=1e-3)


@pytest.mark.parametrize("label", [True, False])
def test_sentences_are_learned_only_from_questions_of_which_it_is_known_which_answer(label: bool) -> None:
    known = rows("kites", [1.0, 0.9], [0.0])
    unknown = [row("kites", float(label), label, (5.0, False), (4.0, False)) for _ in range(9)]
    assert fit([*known, *unknown], KIND)["sentence"] == fit(known, KIND)["sentence"]


values = st.lists(st.floats(-1, 1).map(lambda v: round(v, 2)), min_size=1, max_size=9)
sets = st.lists(st.tuples(values, values), min_size=1, max_size=3).map(
    lambda told: {f"set{n}": rows(f"set{n}", right, wrong) for n, (right, wrong) in enumerate(told)}
)


@given(sets)
@settings(max_examples=20, deadline=None)
def test_the_threshold_is_the_least_that_is_balanced_but_for_a_standard_error_as_the_best(
    made: dict[str, list[CalibrationExample]],
) -> None:
    fitted = decision([r for of in made.values() for r in of])
    reached = {t: fmean(balanced(of, fitted["weights"], t) for of in made.values()) for t in THRESHOLDS}
    best = max(reached, key=lambda t: (round(reached[t], 6), -t))
    variances = []
    for of in made.values():
        for label in (True, False):
            answered = [float(chance(fitted["weights"], r.features) >= best) for r in of if r.label == label]
            variances.append(pvariance(answered) / len(answered))
    enough = reached[best] - math.sqrt(sum(variances)) / 2 / len(made)
    assert reached[fitted["threshold"]] >= enough - 1e-6
    assert all(reached[t] < enough + 1e-6 for t in THRESHOLDS if t < fitted["threshold"])


@given(sets.filter(lambda made: len(made) > 1))
@settings(max_examples=10, deadline=None)
def test_a_set_left_out_is_decided_by_what_the_others_alone_say(made: dict[str, list[CalibrationExample]]) -> None:
    told = decision([r for of in made.values() for r in of])["left_out"]
    assert set(told) == set(made)
    for name, own in made.items():
        others = decision([r for other, of in made.items() if other != name for r in of])
        assert told[name]["questions"] == len(own)
        assert told[name]["balanced"] == pytest.approx(balanced(own, others["weights"], others["threshold"]), abs=1e-4)
        best = max(balanced(own, others["weights"], t) for t in THRESHOLDS)
        assert told[name]["own_best"] == pytest.approx(best, abs=1e-4)


def test_what_is_true_of_a_set_does_not_help_it_when_it_is_left_out() -> None:
    kites, kettles = rows("kites", [0.9, 0.6, 0.2], [0.4, 0.1]), rows("kettles", [0.9, 0.7], [0.3, 0.1, 0.8])
    turned = rows("kites", [0.4, 0.1], [0.9, 0.6, 0.2])
    told = decision(kites + kettles)["left_out"]["kites"]["balanced"]
    assert 0.5 < told < 1
    assert decision(turned + kettles)["left_out"]["kites"]["balanced"] == pytest.approx(1 - told, abs=1e-4)


def test_of_one_set_alone_nothing_is_left_out() -> None:
    assert decision(rows("kites", [1.0], [0.0]))["left_out"] == {}


def test_so_much_is_told_as_is_right() -> None:
    # Two of three sentences are right, and the wrong one is far from them.
    three = ((1.0, True), (0.9, True), (0.0, False))
    made = [row("kites", 1.0, True, *three) for _ in range(60)] + [row("kites", 0.0, False)]
    fitted: Any = fit(made, KIND)
    rule, weights = fitted["composition"], fitted["sentence"]["weights"]
    scores = [math.log(p / (1 - p)) for p in (chance(weights, s) for s in made[0].sentences)]
    least = max(rule["least"], max(scores) - rule["margin"])
    assert [score >= least for score in scores] == [True, True, False]
    assert rule["reached"] == 1.0


def test_questions_that_another_set_asks_too_are_left_out_with_it() -> None:
    kites, kettles = rows("kites", [1.0, 0.9, 0.8], [0.2, 0.1]), rows("kettles", [1.0, 0.9], [0.3, 0.2])
    # The same questions over other documents, where all is the other way round.
    turned = [replace(r, set="kites, anew", label=not r.label) for r in kites]
    told: Any = fit([*kites, *turned, *kettles], KIND)["decision"]
    alone: Any = fit([*kites, *kettles], KIND)["decision"]
    assert told["left_out"]["kites"] == alone["left_out"]["kites"]


def test_rows_of_what_was_read_and_of_what_was_not_are_fitted_apart() -> None:
    unread = rows("kites", [1.0, 0.8], [0.1, 0.0])
    read = [row("kites", value, value < 0, kind="read") for value in (-1.0, -0.8, 0.1, 0.0)]
    assert fit([*unread, *read], "unread") == fit(unread, "unread")
    both: Any = fit([*unread, *read], "read")
    assert both["decision"]["weights"][FEATURES["read"][0]] < 0


def test_what_is_written_holds_every_weight_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = [
        row(name, value, value > 0.5, kind=kind)
        for kind in FEATURES
        for name in ("kites", "kettles")
        for value in (1.0, 0.9, 0.2, 0.1)
    ]
    (tmp_path / "rows").write_text(json.dumps([asdict(one) for one in made]))
    monkeypatch.setattr("eval.calibrate.WEIGHTS", tmp_path / "decision.json")
    monkeypatch.setattr("sys.argv", ["calibrate", "nowhere", "--rows", str(tmp_path / "rows")])
    main()
    written = json.loads((tmp_path / "decision.json").read_text())
    assert json.loads(capsys.readouterr().out) == written
    assert written["fitted_on"] == {"kites": 4, "kettles": 4}
    for kind in FEATURES:
        assert set(written["sentence"][kind]["weights"]) == {"intercept", *SENTENCE_FEATURES[kind]}
        assert set(written["decision"][kind]["weights"]) == {"intercept", *FEATURES[kind]}
        assert {"least", "margin"} <= set(written["composition"][kind])
        assert 0 < written["decision"][kind]["threshold"] < 1
