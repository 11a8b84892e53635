from __future__ import annotations

import random

import pytest

from train.examples import Example, chunks, cut, joined, sentences_of, touched, without
from train.negatives import nearest, swapped, turned

TEXT = " ".join(f"Sentence number {n} holds a few words of text." for n in range(30))


def _example() -> Example:
    ranges = sentences_of(TEXT)
    span = (TEXT.index("17"), TEXT.index("17") + 2)
    return Example("made up", "Which one?", "", TEXT, ranges, True, touched(ranges, [span]), span)


@pytest.mark.parametrize("seed", range(5))
def test_a_cut_keeps_what_answers(seed: int) -> None:
    short = cut(_example(), 40, random.Random(seed))
    assert len(short.text.split()) <= 40
    assert short.span is not None
    assert short.text[slice(*short.span)] == "17"
    assert [short.text[slice(*short.sentences[n])] for n in sorted(short.relevant or ())] == [
        "Sentence number 17 holds a few words of text."
    ]


def test_without_its_answer_a_passage_answers_nothing() -> None:
    left = without(_example(), frozenset({17}))
    assert left is not None
    assert "17" not in left.text
    assert left.answerable is False
    assert [left.text[s:e] for s, e in left.sentences] == left.text.replace(". ", ".\n").split("\n")
    assert without(_example(), frozenset(range(30))) is None


def test_joined_ranges_are_the_sentences() -> None:
    text, ranges = joined(["One.", "And two."])
    assert [text[s:e] for s, e in ranges] == ["One.", "And two."]


def test_chunks_hold_the_whole_text() -> None:
    assert " ".join(chunks(TEXT, 50)) == TEXT


def test_a_swapped_question_names_another() -> None:
    asked = swapped(
        "When did Ada Byron meet Charles?", ["Grace Hopper met nobody. It was Grace Hopper."], random.Random(0)
    )
    assert asked is not None
    assert "Grace Hopper" in asked
    assert swapped("who was it?", ["Grace Hopper"], random.Random(0)) is None


def test_a_turned_question_asks_for_the_opposite() -> None:
    assert turned("Which is the largest town?", random.Random(0)) == "Which is the smallest town?"


def test_the_nearest_text_shares_the_rare_words() -> None:
    assert nearest("the ferry leaves", ["the cat", "a ferry", "the dog"], 1) == [1]
