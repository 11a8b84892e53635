"""How often a question goes to where the index is: at 1 ms a time, one of ten round trips is answered 10 ms later."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from answer import Answerer, Conversation
from answer.model.named import Message, Reply, Schema
from eval import Question, read_gold
from ibid.opening import open_index, open_reader, open_resolver
from ibid.places import Places
from ingest import Generation, Lexicon

MOST = 10
_EVERY = 12


class Counting:
    """Stands in for a part of an engine, and counts what is asked of it."""

    def __init__(self, inner: object, calls: Counter[str]) -> None:
        self._inner = inner
        self._calls = calls

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever it is of the inner one
        self._calls[name] += 1
        return getattr(self._inner, name)


class PointsAtEach:
    """A model that points at the first sentence of each of some passages, and writes that one of them says so."""

    name = "script"

    def complete(self, messages: Sequence[Message], schema: Schema | None = None) -> Reply:
        shown = json.loads(messages[1]["content"])["passages"]
        if schema is None:
            return Reply(" ".join(f"{passage['text'].split('. ')[0]} [{name}]." for name, passage in shown.items()))
        firsts = [int(next(iter(passage["sentences"]))) for passage in shown.values()]
        return Reply(json.dumps({"sentences": firsts[::7]}))


def counted(index: Path) -> tuple[Generation, Counter[str]]:
    """The published generation, opened anew, so that it remembers nothing, and what is asked of it."""
    generation = Generation.open(index)
    calls: Counter[str] = Counter()
    generation.store = Counting(generation.store, calls)
    generation.vectors = Counting(generation.vectors, calls)
    generation.lexical = Counting(generation.lexical, calls)
    generation.lexicon = Lexicon(generation.store)
    return generation, calls


def some(questions: list[Question]) -> list[list[Question]]:
    """Conversations and single questions, a few of each kind."""
    talks: dict[str, list[Question]] = {}
    for question in questions:
        talks.setdefault(question.conversation or question.id, []).append(question)
    long = [talk for talk in talks.values() if len(talk) > 1]
    single = [talk for talk in talks.values() if len(talk) == 1]
    parts = [talk for talk in single if " and " in talk[0].question and talk[0].question.count("?") > 0]
    return [*long[:3], *parts[:4], *single[::_EVERY]]


@pytest.mark.model
@pytest.mark.parametrize("by", ["reader", "pointer", "writer"])
def test_a_question_makes_at_most_ten_round_trips_and_one_more_where_a_model_writes(index: Path, by: str) -> None:
    # Of a question that is misspelt more than once the words of the draft are the eleventh.
    most = MOST + (by == "writer")
    places = Places.of(index=index)
    _, encoder = open_index(places)
    reader, resolver = open_reader(places, encoder), open_resolver(places, encoder)
    model = None if by == "reader" else PointsAtEach()
    kinds: Counter[str] = Counter()
    for talk in some(read_gold(("dev",)))[:: 1 if by == "reader" else 3]:
        conversation = Conversation()
        for question in talk:
            # As the first question after a publish, of which nothing is known yet; a misspelt one asks for all words.
            generation, calls = counted(index)
            answerer = Answerer(generation, encoder, reader, resolver, model=model, writes=by == "writer")
            answer = answerer.ask(question.question, conversation)
            assert 5 <= calls.total() <= most, (question.question, calls)
            kinds["parts"] += bool(answerer.parse(answer.resolved_question).parts)
            kinds["follow-ups"] += answer.resolved_question != question.question
            kinds["refusals"] += answer.is_refusal
            kinds["pointed"] += any(notice.kind == "pointed" for notice in answer.notices)
            kinds["written"] += any(statement.kind != "quote" for statement in answer.statements)
    told = {"reader": ("parts", "follow-ups", "refusals"), "pointer": ("parts", "pointed"), "writer": ("written",)}
    assert min(kinds[kind] for kind in told[by]) > 0, kinds
