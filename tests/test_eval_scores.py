"""Scores of a run of made-up outcomes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from fakes import asked
from outcomes import BALL, REFUSED, WEIGHT, WET, WHOLE, answer, hit, outcome, run, values

from answer import Remark
from eval import MEASURES, Outcome, Question, Scores, Told, score
from eval.run import Variant

HALF = asked("half", "What is the ball like?", "red cork", "90 grams", where=[BALL, WEIGHT])
LOST = asked("lost", "And its weight?", "90 grams", where=[WEIGHT])


@pytest.fixture
def outcomes() -> list[Outcome]:
    return [
        outcome(WHOLE, ("league", "The ball is of red cork.")),
        outcome(HALF, ("league", "The ball is of red cork.")),
        outcome(LOST),
        outcome(REFUSED),
        outcome(replace(REFUSED, id="fooled"), ("league", "Every hall has 4 nets.")),
    ]


def test_a_question_without_an_answer_counts_as_zero(outcomes: list[Outcome]) -> None:
    told = score(run(*outcomes)).strata["all"]
    assert (told["vital_recall"].value, told["vital_recall"].n) == (0.5, 3)
    assert (told["citation_recall"].value, told["citation_recall"].n) == (0.6667, 3)
    assert (told["nDCG@10"].value, told["span_R@5"].value) == (0, 0)


def test_answers_and_refusals_are_balanced(outcomes: list[Outcome]) -> None:
    told = score(run(*outcomes)).strata["all"]
    assert (told["right_answers"].value, told["right_refusals"].value) == (0.6667, 0.5)
    assert (told["over_refusals"].value, told["false_answers"].value) == (0.3333, 0.5)
    assert (told["balanced"].value, told["balanced"].n) == (0.5833, 5)


def test_always_answering_and_always_refusing_are_balanced_at_a_half() -> None:
    always = run(outcome(WHOLE, ("league", "4 nets")), outcome(REFUSED, ("league", "4 nets")))
    never = run(outcome(WHOLE), outcome(REFUSED))
    assert [score(r).strata["all"]["balanced"].value for r in (always, never)] == [0.5, 0.5]


def test_strata_come_in_the_order_of_the_questions_and_then_all(outcomes: list[Outcome]) -> None:
    told = score(run(*outcomes))
    assert list(told.strata) == ["single_fact", "off_topic", "all"]
    assert told.strata["off_topic"]["right_refusals"].value == 0.5
    assert told.strata["off_topic"]["vital_recall"].value is None
    assert all(list(scores) == [m.name for m in MEASURES] for scores in told.strata.values())


def test_what_cannot_be_scored_has_no_score_and_no_interval() -> None:
    told = score(run(outcome(REFUSED))).strata["all"]["vital_recall"]
    assert (told.value, told.low, told.high, told.n) == (None, None, None, 0)


def test_one_cluster_gives_a_value_but_no_interval() -> None:
    told = score(run(outcome(WHOLE), outcome(LOST))).strata["all"]["vital_recall"]
    assert (told.value, told.low, told.high, told.n) == (0, None, None, 2)


def test_an_interval_holds_its_value_and_is_narrower_with_more_questions(outcomes: list[Outcome]) -> None:
    def recalled(copies: int) -> tuple[float, float, float]:
        many = [
            outcome(
                replace(o.question, id=f"{o.question.id}{n}", evidence=(replace(place, section=f"{n}"),)), told=o.answer
            )
            for n in range(copies)
            for o in outcomes[:3]
            for place in o.question.evidence[:1]
        ]
        told = score(run(*many)).strata["all"]["vital_recall"]
        assert told.value is not None and told.low is not None and told.high is not None
        return told.low, told.value, told.high

    few, many = recalled(4), recalled(40)
    assert few[0] <= few[1] <= few[2]
    assert many[2] - many[0] <= few[2] - few[0]


def test_scores_are_plain_json_and_the_same_for_the_same_run(outcomes: list[Outcome]) -> None:
    first, second = (json.dumps(score(run(*outcomes)).to_json(), allow_nan=False) for _ in range(2))
    assert first == second
    assert Scores.from_json(json.loads(first)) == score(run(*outcomes))


def test_a_run_of_no_questions_has_no_scores() -> None:
    told = score(run())
    assert list(told.strata) == ["all"]
    assert {s.value for s in told.strata["all"].values()} == {None}
    assert (told.values, told.why, told.risk_coverage, told.reliability) == ({}, {}, (), ())


NAMED = asked("named", "What is a blue net?", stratum="missing_fact", names=["blue net"])
BALL_HIT = hit("league", "The ball is of red cork. It weighs 90 grams.")
WET_HIT = hit("league", "It must not be wet [1].")
CONFLICT = Remark("conflict", "The sources disagree.")


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (outcome(WHOLE, ("league", "The ball is of red cork."), hits=[BALL_HIT]), "ok"),
        (outcome(WHOLE), "not_retrieved"),
        (outcome(WHOLE, hits=[BALL_HIT]), "wrongly_refused"),
        (outcome(WHOLE, ("league", "It weighs 90 grams."), hits=[BALL_HIT]), "not_chosen"),
        (outcome(WHOLE, ("league", "The ball is of red"), hits=[BALL_HIT]), "cut"),
        (outcome(WHOLE, ("club", "The club has a red cork ball too."), hits=[BALL_HIT]), "miscited"),
        (outcome(REFUSED), "ok"),
        (outcome(REFUSED, ("league", "Every hall has 4 nets.")), "false_answer"),
        (outcome(NAMED), "misnamed"),
        (outcome(NAMED, told=answer("", text="Nothing speaks of a blue\nnet.")), "ok"),
        (outcome(WET, ("league", "It must not be wet [1]."), hits=[WET_HIT]), "no_notice"),
        (outcome(WET, told=answer("", ("league", "It must not be wet"), notices=(CONFLICT,))), "no_reference"),
        (outcome(WET, ("league", "It weighs 90 grams. It must not be wet [1]."), hits=[WET_HIT]), "contradicts"),
        (outcome(WHOLE, ("league", "The ball is of red cork."), verified=False), "not_verbatim"),
    ],
)
def test_a_failure_is_told_by_the_first_stage_that_lost_it(made: Outcome, why: str) -> None:
    assert score(run(made)).why == {made.question.id: why}


def test_a_variant_of_a_question_is_compared_by_what_it_quotes() -> None:
    first, second, third = (("league", at_, at_ + 5) for at_ in (0, 10, 20))
    variants = (
        Variant("same", "a?", False, (first, second)),
        Variant("again", "a?", False, (second, first)),
        Variant("typo", "b?", False, (first, third)),
        Variant("case", "c?", True, ()),
        Variant("paraphrase", "d?", False, (second, first)),
        Variant("paraphrase", "e?", False, (first,)),
    )
    told = values(outcome(WHOLE, variants=variants))
    assert (told["same_typo"], told["same_case"], told["same_paraphrase"]) == (0.3333, 0, 0.75)
    assert told["identical"] == 0
    assert "same_order" not in told


def test_two_refusals_are_the_same() -> None:
    refused = tuple(Variant(kind, "a?", True, ()) for kind in ("same", "again", "typo"))
    told = values(outcome(WHOLE, variants=refused))
    assert (told["same_typo"], told["identical"]) == (1, 1)


FOLLOWS = asked("f", "And how heavy?", "90 grams", where=[WEIGHT], conversation="c", turn=2)
FOLLOWS = replace(FOLLOWS, standalone="How heavy is the ball?")


def follow_up(auto: bool, raw: bool, manual: bool, question: Question = FOLLOWS, resolved: str = "") -> Outcome:
    """A follow-up of which each form is answered or refused."""

    def told(is_right: bool) -> Told:
        quotes = [("league", "It weighs 90 grams.")] if is_right else []
        found = [hit("league", "It weighs 90 grams.", "right")] if is_right else []
        return Told(answer(question.question, *quotes), tuple(found))

    automatic = replace(told(auto).answer, resolved_question=resolved or question.alone)
    return outcome(question, told=automatic, hits=told(auto).hits, raw=told(raw), manual=told(manual))


def test_a_follow_up_is_worth_what_it_wins_back_of_what_is_lost_without_its_conversation() -> None:
    """Raw 1/4, automatic 2/4, manual 3/4: half of the loss."""
    forms = [(True, True, True), (True, False, True), (False, False, True), (False, False, False)]
    made = [follow_up(*form, question=replace(FOLLOWS, id=f"f{n}")) for n, form in enumerate(forms)]
    told = score(run(outcome(WHOLE), *made)).strata["all"]
    assert [told[f"vital_recall_{form}"].value for form in ("raw", "auto", "manual")] == [0.25, 0.5, 0.75]
    assert (told["follow_up"].value, told["follow_up"].n) == (0.5, 4)
    assert told["follow_up_nDCG@10"].value == 0.5
    assert told["same_as_standalone"].value == 0.75


def test_where_the_conversation_is_not_needed_nothing_can_be_won_back() -> None:
    told = score(run(follow_up(True, True, True))).strata["all"]
    assert (told["follow_up"].value, told["follow_up"].n) == (None, 1)


def test_a_word_of_neither_form_of_a_follow_up_has_leaked_into_it() -> None:
    switched = replace(FOLLOWS, switch=True)
    clean = follow_up(True, True, True, resolved="And how heavy is the ball?")
    leaked = follow_up(True, True, True, switched, resolved="How heavy are the nets?")
    assert values(clean)["leak"] == 0
    assert "leak_after_switch" not in values(clean)
    assert (values(leaked)["leak"], values(leaked)["leak_after_switch"]) == (1, 1)
    assert "leak" not in values(outcome(WHOLE))


def test_seven_right_answers_in_seven_are_not_all_there_will_be() -> None:
    question = asked("w", "What is the ball of?", "red cork", where=[BALL])
    made = [replace(question, id=f"w{n}", conversation=f"w{n}") for n in range(7)]
    told = score(run(*(outcome(one, ("league", "The ball is of red cork.")) for one in made))).strata["all"]
    assert (told["vital_recall"].value, told["vital_recall"].low, told["vital_recall"].high) == (1, 0.6457, 1)
    assert (told["AURC"].value, told["AURC"].low, told["AURC"].high) == (0, 0, 0.3543)
    assert told["length"].value is not None and told["length"].low is None


def test_a_reply_to_small_talk_is_no_answer() -> None:
    reply = answer("", status="not_a_question", reason="thanks", text="You are welcome.")
    wanted, off = asked("w", "What is the ball of?", "red cork", where=[BALL]), REFUSED
    told = score(run(outcome(wanted, told=reply), outcome(off, told=reply)))
    assert (told.values["w"]["right_answers"], told.values["off"]["right_refusals"]) == (0, 1)
    assert told.why == {"w": "not_retrieved", "off": "ok"}
    assert told.strata["all"]["length"].n == 0
