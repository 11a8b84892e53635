"""From evidence to statements."""

from __future__ import annotations

import pytest
from test_retriever_search import document

from answer import Evidence
from answer.compose import LONGEST, MOST, both_sides, compose, says_the_same
from ingest import Document

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
rules, guide = document(RULES, "rules"), document(GUIDE, "guide")


def evidence(source: Document, words: str, score: float = 0.8, end: str | None = None) -> Evidence:
    """The sentence of `source` that begins with `words`, or more, up to the end of the one that begins with `end`."""
    first, last = (
        next(s for s in source.sentences if source.text.startswith(begins, s.start)) for begins in (words, end or words)
    )
    place = (source, first.start, last.end, last.block)
    return Evidence(*place, "", frozenset(), frozenset(), score, score, score, 0.0, False)


def told(*parts: list[Evidence]) -> list[str]:
    return [point.evidence.text.split()[0] for point in compose(parts)]


def test_what_two_documents_say_alike_is_told_once_with_both() -> None:
    one, other = evidence(rules, "A skelball"), evidence(guide, "On the field", 0.79)
    (point,) = compose([[one, other]])
    assert (point.evidence, point.same) == (one, (other,))


def test_a_document_is_given_once_as_saying_the_same() -> None:
    one, other = evidence(rules, "A match"), evidence(guide, "A match", 0.79)
    (point,) = compose([[one, other, other]])
    assert point.same == (other,)


def test_what_one_document_says_twice_is_told_once() -> None:
    twice = document("# T\n\nNine players throw the ball.\n\nThe ball: nine players throw it.\n", "twice")
    points = compose([[evidence(twice, "Nine"), evidence(twice, "The ball")]])
    assert [(p.evidence.text, p.same) for p in points] == [("Nine players throw the ball.", ())]


def test_what_another_sentence_says_in_passing_is_told_once() -> None:
    read = document("# T\n\nNine players throw a ball, but they cannot kick it.\n\nNine players throw a ball.\n")
    whole, part = evidence(read, "Nine players throw a ball,"), evidence(read, "Nine players throw a ball.")
    assert [p.evidence for p in compose([[whole, part]])] == [whole]
    assert len(compose([[part, whole]])) == 2


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


def test_nothing_is_quoted_twice_where_ranges_overlap() -> None:
    long = evidence(rules, "A match", 0.9, end="It may")
    assert told([long, evidence(rules, "It may", 0.89), evidence(rules, "A match", 0.88)]) == ["A"]
    assert told([evidence(rules, "It may", 0.9), long]) == ["It"]


def test_what_is_nearly_as_good_is_told_too_and_what_is_not_is_left() -> None:
    best = evidence(rules, "A skelball", 0.9)
    assert told([best, evidence(rules, "Spectators", 0.8)]) == ["A", "Spectators"]
    assert told([best, evidence(rules, "Spectators", 0.5)]) == ["A"]


def test_a_sentence_that_goes_on_where_the_chosen_one_stopped_is_told_too() -> None:
    best = evidence(rules, "A match", 0.9)
    assert told([best, evidence(rules, "It may", 0.1)]) == ["A", "It"]
    assert told([best, evidence(rules, "Captains", 0.1)]) == ["A"], "not directly behind"
    assert told([evidence(rules, "A skelball", 0.9), evidence(rules, "A match", 0.1)]) == ["A"], "does not go on"


def test_every_part_of_a_question_gets_its_best_first() -> None:
    first = [evidence(rules, "A match", 0.9), evidence(rules, "Captains", 0.75)]
    second = [evidence(rules, "Spectators", 0.3)]
    assert told(first, second) == ["A", "Spectators", "Captains"]


def test_what_is_as_good_as_the_best_in_its_paragraph_is_told_in_the_order_of_the_page() -> None:
    best, before = evidence(rules, "Captains", 0.8), evidence(rules, "A skelball", 0.79)
    assert told([best, before]) == ["A", "Captains"]
    assert told([best, evidence(rules, "A skelball", 0.7)]) == ["Captains", "A"], "less good"
    elsewhere = evidence(rules, "Spectators", 0.8)
    assert told([elsewhere, best, before]) == ["Spectators", "Captains", "A"], "another paragraph"


def test_a_part_whose_best_is_told_already_gives_its_next() -> None:
    shared = evidence(rules, "A match", 0.9)
    assert told([shared], [shared, evidence(rules, "Captains", 0.2)]) == ["A", "Captains"]


def test_an_answer_keeps_to_its_budget() -> None:
    lines = [f"Team {letter * 6} wears {letter * 5} caps and {letter * 4} socks." for letter in "abcdefgh"]
    many = document("# T\n\n" + "\n\n".join(lines), "many")
    points = compose([[evidence(many, line, 0.9) for line in lines]])
    assert len(points) == MOST
    long = [f"Coach {letter * 9} says {' '.join(letter * n for n in range(4, 22))}." for letter in "abcd"]
    wordy = document("# T\n\n" + "\n\n".join(long), "wordy")
    points = compose([[evidence(wordy, line, 0.9) for line in long]])
    assert 1 < len(points) < len(long)
    assert sum(len(p.evidence.text) for p in points) <= LONGEST


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
