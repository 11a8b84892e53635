"""Conversations that a server keeps."""

from __future__ import annotations

import pytest

from ibid.conversations import Conversations, LongConversation, UnknownConversation


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_conversation_is_found_by_its_id() -> None:
    kept = Conversations[object]()
    one, other = object(), object()
    names = kept.keep(one), kept.keep(other)
    assert names[0] != names[1]
    assert min(map(len, names)) >= 22
    assert [kept.get(name) for name in names] == [one, other]
    assert kept.keep(one, names[0]) == names[0]
    assert len(kept) == 2


def test_an_unknown_id_is_told_with_what_mends_it() -> None:
    with pytest.raises(UnknownConversation, match="leave its id away"):
        Conversations[str]().get("guessed")


def test_a_conversation_ends_some_time_after_it_was_last_used() -> None:
    clock = Clock()
    kept = Conversations[str](time_to_live=60, clock=clock)
    spoken, silent = kept.keep("spoken"), kept.keep("silent")
    clock.now += 50
    kept.get(spoken)
    clock.now += 50
    assert len(kept) == 1
    assert kept.get(spoken)
    with pytest.raises(UnknownConversation):
        kept.get(silent)


def test_where_there_are_too_many_the_one_that_was_silent_longest_goes() -> None:
    kept = Conversations[str](most=2)
    first, second = kept.keep("first"), kept.keep("second")
    kept.get(first)
    third = kept.keep("third")
    assert kept.get(first) and kept.get(third)
    with pytest.raises(UnknownConversation):
        kept.get(second)


def test_a_conversation_has_only_so_many_questions() -> None:
    kept = Conversations[str](most_turns=2)
    name = kept.keep("talk")
    kept.keep(kept.get(name), name)
    with pytest.raises(LongConversation, match="2 questions; leave its id away"):
        kept.get(name)


def test_memory_is_bounded() -> None:
    kept = Conversations[str](most=10)
    for _ in range(100):
        kept.keep("talk")
    assert len(kept) == 10


def test_keeping_what_has_meanwhile_ended_brings_it_back() -> None:
    clock = Clock()
    kept = Conversations[str](time_to_live=60, clock=clock)
    name = kept.keep("talk")
    talk = kept.get(name)
    clock.now += 61
    assert kept.keep(talk, name) == name
    assert kept.get(name) is talk
