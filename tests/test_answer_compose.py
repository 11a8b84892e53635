"""From evidence to statements."""

from __future__ import annotations

import json
from dataclasses import replace
from unittest.mock import patch

import pytest
from fakes import evidence
from hypothesis import given
from hypothesis import strategies as st
from leaflets import document

from answer import Evidence
from answer.compose import LONGEST, MOST, Point, both_sides, compose, marked, says_the_same
from answer.evidence import WEIGHTS

RULES = """# Rules

A skelball team has nine throwers and two catchers on the field. A match ends at dusk in every league. \
It may also end when rain falls on the long net. Captains toss a wooden coin before play.

Spectators must not cross the red rope while the bell rings.
"""
GUIDE = """# Guide

On the field, a skelball team has nine throwers and two catchers. A match ends at dusk in each league. \
Spectators must cross the red rope while the bell rings.

A skelball team has seven throwers and 2 catchers on the field.
"""
CHAPTERS = """# Chapters

## Play

Captains toss a wooden coin. Throwers wear blue caps.

## Watching

Spectators stand behind a rope. Bells ring at noon.
"""
rules, guide, chapters = document(RULES, "rules"), document(GUIDE, "guide"), document(CHAPTERS, "chapters")


@pytest.fixture(autouse=True)
def rule(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {
        "composition": {
            "unread": {"least": 1.0, "margin": 2.0},
            "read": {"least": -5.0, "margin": 0.5},
        }
    }
    monkeypatch.setattr("answer.compose.fitted", lambda: table)


def told(*parts: list[Evidence]) -> list[str]:
    return [point.evidence.text.split()[0] for point in compose(parts)]


def quotes(*parts: list[Evidence]) -> list[str]:
    return [point.evidence.text for point in compose(parts)]


def test_what_two_documents_say_alike_is_told_once_with_both() -> None:
    one, other = evidence(rules, "A skelball"), evidence(guide, "On the field", 3.9)
    (point,) = compose([[one, other]])
    assert (point.evidence, point.same) == (one, (other,))


def test_what_another_document_says_alike_is_named_though_it_is_not_marked() -> None:
    one, other = evidence(rules, "A skelball"), evidence(guide, "On the field", -9.0)
    (point,) = compose([[one, other]])
    assert point.same == (other,)


def test_a_document_is_given_once_as_saying_the_same() -> None:
    one, other = evidence(rules, "A match"), evidence(guide, "A match", 3.9)
    (point,) = compose([[one, other, other]])
    assert point.same == (other,)


def test_what_one_document_says_twice_is_told_once() -> None:
    twice = document("# T\n\nNine players throw the ball.\n\nThe ball: nine players throw it.\n", "twice")
    points = compose([[evidence(twice, "Nine"), evidence(twice, "The ball")]])
    assert [(p.evidence.text, p.same) for p in points] == [("Nine players throw the ball.", ())]


def test_another_negation_is_another_thing() -> None:
    one, other = evidence(rules, "Spectators"), evidence(guide, "Spectators")
    assert not says_the_same(one.text, other.text)
    assert told([one, other]) == ["Spectators", "Spectators"]


def test_other_figures_are_another_thing() -> None:
    read = document("# T\n\nA team has 9 throwers.\n\nA team has 8 throwers.\n\nA team has 9.5 throwers.\n")
    one, other, third = (evidence(read, f"A team has {n} ") for n in ("9", "8", "9.5"))
    assert not says_the_same(one.text, other.text)
    assert not says_the_same(one.text, third.text)
    assert says_the_same(one.text, one.text)


def test_two_texts_without_words_of_matter_do_not_break_it() -> None:
    read = document("# T\n\nIt is so.\n\nIs it so?\n")
    assert len(compose([[evidence(read, "It"), evidence(read, "Is")]])) == 1


@pytest.mark.parametrize(("best", "other"), [(4.0, 3.9), (3.9, 4.0)])
def test_overlapping_evidence_is_one_quote_whichever_is_better(best: float, other: float) -> None:
    both = [evidence(rules, "A match", best, end="It may"), evidence(rules, "It may", other, end="Captains")]
    (point,) = compose([sorted(both, key=lambda e: -e.score)])
    assert point.evidence.text.startswith("A match ends") and point.evidence.text.endswith("before play.")
    assert point.evidence.score == 4.0


def test_a_longer_sentence_whose_beginning_was_told_is_not_lost() -> None:
    short, long = evidence(rules, "A match"), evidence(rules, "A match", 3.9, end="It may")
    assert quotes([short, long]) == [long.text]


def test_a_part_of_what_is_quoted_is_not_told_again() -> None:
    long = evidence(rules, "A match", end="It may")
    assert quotes([long, evidence(rules, "It may", 3.9), evidence(rules, "A match", 3.8)]) == [long.text]


def test_one_quote_is_made_of_evidence_that_overlaps_several_chosen() -> None:
    one, other = evidence(rules, "A match", 4.0), evidence(rules, "Captains", 3.9)
    across = evidence(rules, "A match", 3.8, end="Captains")
    assert quotes([one, other, across]) == [across.text]


def test_sentences_side_by_side_stay_two_quotes() -> None:
    assert told([evidence(rules, "A match"), evidence(rules, "It may", 3.9)]) == ["A", "It"]


def test_what_is_marked_is_good_enough_itself_and_not_far_behind_the_best() -> None:
    best, near, far = (evidence(rules, words, s) for words, s in (("A", 4.0), ("It", 2.0), ("Captains", 1.9)))
    assert marked([best, near, far]) == [best, near], "at most 2 behind"
    good, poor = evidence(rules, "A", 1.0), evidence(rules, "It", 0.9)
    assert marked([good, poor]) == [good], "at least 1"
    assert marked([poor]) == []
    assert marked([]) == []


def test_what_a_model_has_read_is_marked_by_a_rule_of_its_own() -> None:
    best, near, far = (evidence(rules, w, s, is_read=True) for w, s in (("A", 0.0), ("It", -0.5), ("Captains", -0.6)))
    assert marked([best, near, far]) == [best, near]


def test_what_is_marked_is_told_and_what_is_not_is_left() -> None:
    best = evidence(rules, "A skelball")
    assert told([best, evidence(rules, "Spectators", 2.5)]) == ["A", "Spectators"]
    assert told([best, evidence(rules, "Spectators", 1.5)]) == ["A"]


def test_the_best_is_told_though_it_is_not_marked() -> None:
    assert told([evidence(rules, "Captains", -3.0), evidence(rules, "Spectators", -3.1)]) == ["Captains"]


def test_every_part_of_a_question_gets_its_best() -> None:
    first = [evidence(rules, "A match", 4.0), evidence(rules, "Captains", 3.0)]
    assert told(first, [evidence(guide, "Spectators", -2.0)]) == ["A", "Captains", "Spectators"]


def test_each_part_is_measured_by_its_own_best() -> None:
    first = [evidence(rules, "A match", 9.0)]
    second = [evidence(chapters, "Captains", 4.0), evidence(chapters, "Bells", 3.0)]
    assert told(first, second) == ["A", "Captains", "Bells"]


def test_a_part_whose_best_is_told_already_gives_its_next() -> None:
    shared = evidence(rules, "A match", 4.0)
    assert told([shared], [shared, evidence(rules, "Captains", -2.0)]) == ["A", "Captains"]


def test_what_stands_in_one_section_is_told_as_it_is_written() -> None:
    scored = [("Spectators", 4.0), ("Captains", 3.5), ("It may", 3.0), ("A skelball", 2.5)]
    assert told([evidence(rules, words, score) for words, score in scored]) == ["A", "It", "Captains", "Spectators"]


def test_sections_and_documents_are_told_by_the_best_of_each() -> None:
    scored = [(chapters, "Bells", 4.0), (rules, "A match", 3.8), (chapters, "Throwers", 3.6)]
    scored += [(chapters, "Spectators", 3.4), (chapters, "Captains", 3.2)]
    found = [evidence(source, words, score) for source, words, score in scored]
    assert told(found) == ["Spectators", "Bells", "A", "Captains", "Throwers"]


def test_an_answer_has_a_greatest_number_of_quotes() -> None:
    lines = [f"Team {letter * 6} wears {letter * 5} caps and {letter * 4} socks." for letter in "abcdefgh"]
    many = document("# T\n\n" + "\n\n".join(lines), "many")
    scores = [4 - number / 10 for number in range(len(lines))]
    found = [evidence(many, line, score) for line, score in zip(lines, scores, strict=True)]
    assert quotes(found) == lines[:MOST]
    assert len(lines) > MOST


def test_an_answer_has_a_greatest_length() -> None:
    lines = [f"Coach {letter * 9} says {' '.join(letter * n for n in range(4, 22))}." for letter in "abcd"]
    wordy = document("# T\n\n" + "\n\n".join(lines), "wordy")
    found = [evidence(wordy, line) for line in lines]
    points = compose([found])
    assert 1 < len(points) < len(lines)
    assert sum(len(p.evidence.text) for p in points) <= LONGEST
    assert len(compose([found], longest=len(lines[0]) + len(lines[1]))) == 2
    assert len(compose([found], longest=len(lines[0]) + len(lines[1]) - 1)) == 1


def test_what_is_too_long_to_be_told_leaves_room_for_what_is_shorter() -> None:
    found = [evidence(rules, "Captains"), evidence(rules, "A skelball", 3.9), evidence(rules, "A match", 3.8)]
    least = sum(len(found[n].text) for n in (0, 2))
    assert told(found) == ["A", "A", "Captains"]
    assert [p.evidence for p in compose([found], longest=least)] == [found[2], found[0]]


def test_the_best_is_told_however_long_it_is() -> None:
    line = "Coach says " + " ".join("b" * n for n in range(2, 60)) + "."
    assert len(line) > LONGEST
    assert len(compose([[evidence(document(f"# T\n\n{line}\n"), "Coach")]])) == 1


@pytest.mark.parametrize("parts", [[], [[]], [[], []]])
def test_no_evidence_gives_nothing_to_say(parts: list[list[Evidence]]) -> None:
    assert compose(parts) == []


def test_a_part_without_evidence_leaves_the_others() -> None:
    assert told([], [evidence(rules, "Captains")]) == ["Captains"]


def test_both_of_two_that_disagree_come_first_each_once() -> None:
    crossing, against = evidence(guide, "Spectators"), evidence(rules, "Spectators")
    points = compose([[evidence(rules, "A match"), against]])
    told = both_sides(points, (crossing, against))
    assert [p.evidence for p in told] == [crossing, against, evidence(rules, "A match")]
    assert both_sides(told, (crossing, against)) == told


def test_each_side_stands_for_itself_however_alike_they_are() -> None:
    one, other, third = evidence(rules, "A skelball"), evidence(guide, "On the field", 3.9), evidence(rules, "A match")
    told = both_sides([Point(one, (other,)), Point(third, ())], (one, other))
    assert [(p.evidence, p.same) for p in told] == [(one, ()), (other, ()), (third, ())]


def test_there_is_a_fitted_rule_for_read_and_for_unread_evidence() -> None:
    fitted = json.loads(WEIGHTS.read_text(encoding="utf-8"))["composition"]
    assert fitted.keys() == {"read", "unread"}
    assert all({"least", "margin"} <= rule.keys() and rule["margin"] >= 0 for rule in fitted.values())


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=9), st.floats(-5, 5), st.floats(0, 5))
def test_what_is_near_enough_to_the_best_is_marked(scores: list[float], least: float, margin: float) -> None:
    read = [evidence(rules, "A match", score) for score in sorted(scores, reverse=True)]
    table = {"composition": {"unread": {"least": least, "margin": margin}}}
    with patch("answer.compose.fitted", lambda: table):
        assert [e.score for e in marked(read)] == [e.score for e in read if e.score >= max(least, max(scores) - margin)]


def test_items_of_one_list_are_not_the_same_however_long_what_leads_them_in_is() -> None:
    lead = "Of all that may befall the house in the course of a year we do not, whatever it may cost, pay for:"
    read = document(f"# Rules\n\n{lead}\n\n- moths\n- rust\n")
    items = [replace(item, leads=read.leads(item.block)) for item in (evidence(read, "moths"), evidence(read, "rust"))]
    assert quotes(items) == [lead, "moths", "rust"]


TOLLS = """# Tolls

| Boat | Fee | Berth |
| --- | --- | --- |
| Skiff | 4 coins | north |
| Barge | 9 coins | south |
| Ketch | 9 coins | north |
"""


def test_a_row_that_holds_less_of_the_question_than_another_is_not_told() -> None:
    tolls = document(TOLLS)
    barge = evidence(tolls, "Boat: Barge", held=frozenset({"barge", "fee"}))
    skiff = evidence(tolls, "Boat: Skiff", 3.9, held=frozenset({"fee"}))
    ketch = evidence(tolls, "Boat: Ketch", 3.9, held=frozenset({"fee", "north"}))
    assert quotes([barge, skiff]) == [barge.text]
    assert quotes([barge, ketch]) == [barge.text, ketch.text]
    prose = evidence(rules, "A match", 3.9, held=frozenset({"fee"}))
    assert prose.text in quotes([barge, prose])


def test_what_leads_in_two_points_is_said_once_and_before_both() -> None:
    read = document("# Tolls\n\nA barge pays nine coins.[^a]\n\n[^a]: In May it pays seven.\n")
    call, note = evidence(read, "A barge", 3.0), evidence(read, "In May")
    start, end = read.leads(note.block)[0]
    led = replace(note, leads=((start, end),))
    assert quotes([led, call]) == [call.text, note.text]


def test_items_of_lists_that_are_led_in_otherwise_are_not_the_same() -> None:
    paid = document("# Rules\n\nWe pay for:\n\n- damage by moths and by rust\n", "paid")
    unpaid = document("# Terms\n\nWe do not pay for:\n\n- damage by moths and by rust\n", "unpaid")
    items = [evidence(read, "damage") for read in (paid, unpaid)]
    led = [replace(item, leads=item.document.leads(item.block)) for item in items]
    assert [point.same for point in compose([led])] == [(), (), (), ()]
