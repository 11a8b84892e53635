"""What was written to train on fits the texts that it is asked of."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
import torch

from answer.resolver import FACTS
from eval.public.excerpts import AskedQuestion
from train.asked import asked_examples, written
from train.selection import Selection, fit, logits

DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="module")
def questions() -> list[AskedQuestion]:
    if not DATA.is_dir():
        pytest.skip("the public data is not here")
    return written(DATA)


def test_each_question_is_asked_once_of_a_text_with_its_sentences(questions: list[AskedQuestion]) -> None:
    for q in questions:
        assert q.sentences | q.also | q.near <= set(range(len(q.excerpt.sentences))), q.id
        assert not (q.sentences and q.near) and not (q.also and not q.sentences), q.id
        assert q.history or q.standalone == q.question, q.id
    times = Counter((q.excerpt.id, q.history, q.question.casefold()) for q in questions)
    assert [key for key, n in times.items() if n > 1] == []


def test_about_half_is_answered_in_every_file(questions: list[AskedQuestion]) -> None:
    files = {q.id.rpartition("-")[0] for q in questions}
    for name in files:
        labels = [q.answerable for q in questions if q.id.rpartition("-")[0] == name]
        assert 0.4 < sum(labels) / len(labels) < 0.7, name


def test_an_example_is_relevant_where_it_answers(questions: list[AskedQuestion]) -> None:
    for example in asked_examples(questions[:200], {}, random.Random(0)):
        assert example.answerable == bool(example.relevant)
        assert all(n < len(example.sentences) for n in example.relevant or ())


def test_a_network_learns_which_words_are_needed() -> None:
    def item(seed: int) -> Selection:
        states = torch.randn(8, 6, generator=torch.Generator().manual_seed(seed))
        words = ((1, 2), (2, 4), (4, 5))
        needed = tuple(bool(states[s:e, 0].mean() > 0) for s, e in words)
        return Selection(states, torch.tensor([0, 1, 1, 2, 3, 4, 4, 0]), torch.zeros(8, FACTS), words, needed)

    network = fit([item(seed) for seed in range(480)], 8, random.Random(0))
    unseen = [item(seed) for seed in range(1000, 1100)]
    with torch.inference_mode():
        chosen = logits(network, unseen) > 0
    wanted = torch.tensor([needed for i in unseen for needed in i.needed])
    assert (chosen == wanted).float().mean() > 0.85
