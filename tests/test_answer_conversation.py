"""A follow-up becomes a question that stands alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from fakes import BagEncoder
from hypothesis import given, settings
from hypothesis import strategies as st

from answer import Conversation, Reader, ReaderError, Reading, Resolver, Stretch
from answer.reader.tokens import Tokenization
from answer.resolver import (
    FACTS,
    WEIGHTS,
    CandidateTerm,
    Turn,
    candidates,
    facts,
    lay_out,
    phrases,
    segment_of,
    segments,
)
from ingest import FUNCTION_WORDS, analyze
from ingest.embed.encoder import DEFAULT_ENCODER, model_folder
from train.selection import SelectionNetwork

TOKENIZATION = Tokenization(model_folder(DEFAULT_ENCODER))
SICK = Turn("Is a sick day paid?", "A sick day is paid in full.")
EVEROLIMUS = Turn("How is everolimus taken?", "Everolimus is a pill that is taken once a day.")
BRIDGE = Turn("Who repairs the footbridge over the mill stream?", "The county council repairs it.")

texts = st.lists(
    st.one_of(
        st.text(max_size=12), st.sampled_from(["a sick day", "of", "the", "Verdolin's", "drawbacks,", "(3 weeks)"])
    ),
    max_size=8,
).map(" ".join)
three = st.tuples(texts, texts, texts)


class Recording:
    """Stands in for a resolver, and keeps what it was given."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []

    def resolve(self, question: str, turns: Sequence[Turn]) -> str:
        self.turns = list(turns)
        return f"resolved: {question}"


def chosen(parts: Sequence[str], *words: str) -> list[CandidateTerm]:
    """The candidates that are one of `words`."""
    return [word for word in candidates(parts) if word.word in words]


@given(st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9)), max_size=9))
def test_a_conversation_keeps_the_last_turns(told: list[tuple[str, str]]) -> None:
    talk = Conversation()
    for question, said in told:
        talk.remember(question, said)
    assert talk.turns == [Turn(*turn) for turn in told[-4:]]


def test_without_a_resolver_a_question_is_taken_as_it_stands() -> None:
    talk = Conversation([SICK])
    assert talk.resolve("Does it need a note?", None) == "Does it need a note?"


def test_a_resolver_is_given_the_turns_that_came_before() -> None:
    talk, resolver = Conversation([SICK, EVEROLIMUS]), Recording()
    assert talk.resolve("And why?", resolver) == "resolved: And why?"  # type: ignore[arg-type]
    assert resolver.turns == [SICK, EVEROLIMUS]


def test_of_the_turns_the_last_two_questions_and_the_last_answer_are_looked_at() -> None:
    assert segments([SICK]) == ("", SICK.question, SICK.said)
    assert segments([BRIDGE, SICK, EVEROLIMUS]) == (SICK.question, EVEROLIMUS.question, EVEROLIMUS.said)
    assert len(segments([Turn("Why?", "word " * 500)])[2]) < 500


@given(three)
def test_the_candidates_are_the_telling_words_in_their_order(parts: tuple[str, str, str]) -> None:
    found = candidates(parts)
    assert found == sorted(found, key=lambda word: (word.segment, word.start))
    for word in found:
        assert parts[word.segment][word.start : word.end] == word.word
        assert word.word.lower() not in FUNCTION_WORDS


def test_function_words_are_no_candidates() -> None:
    assert [word.word for word in candidates(("", "What of the sick day?", "It is paid."))] == ["sick", "day", "paid"]


@given(three, texts)
def test_turns_and_question_are_laid_out_as_one_text(parts: tuple[str, str, str], question: str) -> None:
    ids, starts = lay_out(TOKENIZATION, parts, question)
    rows = [TOKENIZATION.tokens(text, 500).ids[1:-1] for text in (*parts, question)]
    opening, closing = TOKENIZATION.tokens("", 2).ids
    assert ids == (opening, *(token for row in rows for token in row), closing)
    assert [ids[start : start + len(row)] for start, row in zip(starts, rows, strict=True)] == rows


def test_of_long_turns_the_oldest_are_left_out_first() -> None:
    long, question = "word " * 90, "Why so?"
    ids, starts = lay_out(TOKENIZATION, (long, long, long), question)
    before, last, said, asked = np.diff([*starts, len(ids) - 1]).tolist()
    assert (before, said) == (0, 90)
    assert 0 < last < 90 and asked == len(TOKENIZATION.tokens(question, 9).ids) - 2


@given(three, texts)
@settings(deadline=None)
def test_of_each_candidate_its_tokens_are_known(parts: tuple[str, str, str], question: str) -> None:
    ids, starts = lay_out(TOKENIZATION, parts, question)
    found, ranges, known = facts(TOKENIZATION, starts, parts, question)
    segment = segment_of(starts, len(ids))
    assert found == candidates(parts)
    assert known.shape == (len(ids), FACTS)
    assert all(
        set(segment[first:last]) == {word.segment + 1} for word, (first, last) in zip(found, ranges, strict=True)
    )
    outside = np.ones(len(known), dtype=bool)
    for first, last in ranges:
        outside[first:last] = False
    assert not known[outside].any()


def test_a_candidate_is_known_by_plain_facts() -> None:
    parts, question = ("", "Is Verdolin sprayed?", "Every third week."), "Who sprays it?"
    _, starts = lay_out(TOKENIZATION, parts, question)
    found, ranges, known = facts(TOKENIZATION, starts, parts, question)
    told = {word.word: known[first].tolist() for word, (first, _) in zip(found, ranges, strict=True)}
    first, last = TOKENIZATION.tokens(parts[1], 99).within((3, 11))
    assert ranges[0] == (first - 1 + starts[1], last - 1 + starts[1])
    # Whether the question has it too, whether it is written as a name, and in how many segments it stands.
    assert told["sprayed"] == pytest.approx([1, 0, 1 / 3])
    assert told["Verdolin"] == pytest.approx([0, 1, 1 / 3])
    assert told["week"] == pytest.approx([0, 0, 1 / 3])


def test_tokens_are_told_apart_by_where_they_stand() -> None:
    assert segment_of([1, 1, 3, 4], 7).tolist() == [0, 2, 2, 3, 4, 4, 0]


def test_a_word_that_was_left_out_is_no_candidate() -> None:
    parts = ("Telescopes", "word " * 90, "word " * 90)
    _, starts = lay_out(TOKENIZATION, parts, "Why?")
    found, ranges, _ = facts(TOKENIZATION, starts, parts, "Why?")
    assert "Telescopes" in [word.word for word in candidates(parts)]
    assert {word.segment for word in found} == {1, 2} and len(found) == len(ranges) < 180


@pytest.mark.parametrize(
    ("text", "words", "told"),
    [
        ("Is a sick day paid?", ("sick", "day"), ["sick day"]),
        ("Which drawbacks of the feed are known?", ("drawbacks", "feed"), ["drawbacks of the feed"]),
        ("Is verdolin's price known?", ("verdolin's",), ["verdolin"]),
        ("Are yellow leaves, weak stems known?", ("weak", "stems"), ["weak stems"]),
    ],
)
def test_words_that_stand_together_are_one_phrase(text: str, words: tuple[str, ...], told: list[str]) -> None:
    parts = ("", text, "")
    assert phrases(parts, chosen(parts, *words)) == told


@pytest.mark.parametrize("between", [", ", " are known, and ", ". ", " rather than "])
def test_words_with_something_else_between_them_are_two_phrases(between: str) -> None:
    parts = ("", f"Verdolin{between}quillex?", "")
    assert sorted(phrases(parts, chosen(parts, "Verdolin", "quillex"))) == ["Verdolin", "quillex"]


def test_a_phrase_is_told_once_as_it_was_called_last_behind_what_was_said_before() -> None:
    parts = ("Is Quillex dear?", "Who sells VERDOLIN?", "Verdolin is sold here.")
    words = chosen(parts, "Quillex", "VERDOLIN", "Verdolin")
    assert phrases(parts, words) == ["Quillex", "Verdolin"]


@given(three, st.data())
def test_phrases_stand_in_the_turns_and_hold_every_word_that_was_chosen(
    parts: tuple[str, ...], data: st.DataObject
) -> None:
    parts = tuple(part.replace("'", "").replace("’", "") for part in parts)
    picked = [word for word in candidates(parts) if data.draw(st.booleans())]
    told = phrases(parts, picked)
    assert all(any(phrase in part for part in parts) for phrase in told)
    held = frozenset(term for phrase in told for term in analyze(phrase))
    assert held >= {t for word in picked for t in analyze(word.word)} - FUNCTION_WORDS
    assert bool(told) == bool(picked)


@pytest.fixture(scope="module")
def resolver(index: Path) -> Resolver:
    return Resolver.open(index, BagEncoder())


@pytest.mark.model
@pytest.mark.parametrize(
    ("before", "follow_up", "named"),
    [
        # A pronoun
        (EVEROLIMUS, "Does it have side effects?", "everolimus"),
        # A subject that is no name
        (SICK, "Does it need a doctor's note?", "sick day"),
        # An ellipsis
        (EVEROLIMUS, "And its side effects?", "everolimus"),
        (BRIDGE, "How often?", "footbridge"),
        (SICK, "And in the first year?", "sick day"),
    ],
)
def test_a_follow_up_is_told_of_what_it_is(resolver: Resolver, before: Turn, follow_up: str, named: str) -> None:
    resolved = resolver.resolve(follow_up, [before])
    assert follow_up in resolved and named in resolved.lower()


@pytest.mark.model
@pytest.mark.parametrize(
    ("before", "question"),
    [
        (SICK, "Is a sick day paid in full in the first year of work?"),
        (SICK, "Is a sick day paid?"),
        (EVEROLIMUS, "Can everolimus be taken as a pill twice a day?"),
        (Turn("How long may one borrow a telescope?", ""), "Who may borrow a telescope?"),
        # Of something else
        (EVEROLIMUS, "What is the capital of France?"),
        pytest.param(
            SICK,
            "And where do I hand in my laptop and my keys?",
            marks=pytest.mark.xfail(strict=True, reason="a change of topic that begins with “and” is taken for none"),
        ),
    ],
)
def test_a_question_that_says_all_itself_stays_word_for_word(resolver: Resolver, before: Turn, question: str) -> None:
    assert resolver.resolve(question, [before]) == question


@pytest.mark.model
def test_a_first_question_stays_word_for_word(resolver: Resolver) -> None:
    assert resolver.resolve("And its side effects?", []) == "And its side effects?"


@pytest.mark.model
def test_what_the_talk_has_come_to_is_named_and_not_what_it_was_of_before(resolver: Resolver) -> None:
    resolved = resolver.resolve("And its side effects?", [BRIDGE, Turn("What is lanreotide?", ""), EVEROLIMUS])
    assert "everolimus" in resolved.lower() and "footbridge" not in resolved


@pytest.mark.model
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=3), texts)
@settings(max_examples=20, deadline=None)
def test_whatever_is_asked_stands_beside_words_of_the_turns(
    resolver: Resolver, told: list[tuple[str, str]], question: str
) -> None:
    turns = [Turn(*turn) for turn in told]
    needed = resolver.needed(question, turns)
    assert all(any(phrase in part for part in segments(turns)) for phrase in needed)
    resolved = resolver.resolve(question, turns)
    assert all(text in resolved for text in (question, *needed))
    assert needed or resolved == question


@pytest.mark.model
def test_it_is_computed_as_it_was_fitted(resolver: Resolver) -> None:
    network = SelectionNetwork(384).eval()
    states, segment = torch.randn(9, 384), torch.tensor([0, 1, 1, 2, 3, 3, 4, 4, 0])
    known = torch.rand(9, FACTS)
    with np.load(WEIGHTS) as kept:
        network.load_state_dict(
            {n: torch.from_numpy(kept[n].astype(np.float32)) for n in kept.files if n != "settings"}
        )
    with torch.inference_mode():
        (wanted,) = network(states[None], segment[None], known[None], torch.zeros(1, 9, dtype=torch.bool))
    logits = resolver.logits(states.numpy(), segment.numpy(), known.numpy())
    assert logits == pytest.approx(wanted.numpy(), abs=1e-3)


@pytest.mark.model
def test_the_encoder_of_the_reader_serves_the_resolver_beside_it(index: Path, resolver: Resolver) -> None:
    beside = Resolver.beside(Reader.open(index))
    assert beside is not None
    assert beside.needed("Does it need a note?", [SICK]) == resolver.needed("Does it need a note?", [SICK])


def test_beside_another_reader_there_is_no_resolver() -> None:
    class Other(Reader):
        def load(self) -> None: ...

        def read(self, question: str, stretches: Sequence[Stretch]) -> list[Reading]:
            return []

    assert Resolver.beside(Other()) is None


def test_without_an_export_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="ibid export"):
        Resolver.open(tmp_path, BagEncoder())
