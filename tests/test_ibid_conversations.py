"""Conversations that a server keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_ibid_api import garden

from ibid.api import Library
from ibid.conversations import Conversations, UnknownConversation


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return garden(tmp_path_factory.mktemp("garden"))


def test_a_conversation_is_found_by_its_id(library: Library) -> None:
    kept = Conversations()
    one, other = library.conversation(), library.conversation()
    names = kept.keep(one), kept.keep(other)
    assert names[0] != names[1]
    assert min(map(len, names)) >= 22
    assert [kept.get(name) for name in names] == [one, other]
    assert kept.keep(one, names[0]) == names[0]
    assert len(kept) == 2


def test_an_unknown_id_is_told_with_what_mends_it() -> None:
    with pytest.raises(UnknownConversation, match="leave its id away"):
        Conversations().get("guessed")


def test_a_conversation_ends_some_time_after_its_last_question(library: Library) -> None:
    clock = Clock()
    kept = Conversations(time_to_live=60, clock=clock)
    spoken, silent = kept.keep(library.conversation()), kept.keep(library.conversation())
    clock.now += 50
    kept.keep(kept.get(spoken), spoken)
    clock.now += 50
    assert kept.get(spoken)
    with pytest.raises(UnknownConversation):
        kept.get(silent)
    assert len(kept) == 1


def test_where_there_are_too_many_the_one_that_was_silent_longest_goes(library: Library) -> None:
    kept = Conversations(most=2)
    first, second = kept.keep(library.conversation()), kept.keep(library.conversation())
    kept.keep(kept.get(first), first)
    third = kept.keep(library.conversation())
    assert kept.get(first) and kept.get(third)
    with pytest.raises(UnknownConversation):
        kept.get(second)


def test_memory_is_bounded(library: Library) -> None:
    kept = Conversations(most=10)
    for _ in range(100):
        kept.keep(library.conversation())
    assert len(kept) == 10


def test_keeping_what_has_meanwhile_ended_brings_it_back(tmp_path: Path, library: Library) -> None:
    clock = Clock()
    kept = Conversations(time_to_live=60, clock=clock)
    name = kept.keep(library.conversation())
    chat = kept.get(name)
    clock.now += 61
    assert kept.keep(chat, name) == name
    assert kept.get(name) is chat
