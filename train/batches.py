"""Examples as tensors, in batches of about the same length."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from answer.reader.pairs import LONGEST_QUESTION, Ids, lay_out
from answer.reader.tokens import Tokenization
from train.examples import Example, Range
from train.states import States


@dataclass(frozen=True, slots=True)
class Encoded:
    """A pair in tokens; sentences are ranges of the passage's tokens, (0, 0) where cut off.  -1 is "not known"."""

    question: tuple[int, ...]
    passage: tuple[int, ...]
    sentences: list[Range]
    relevant: list[int]
    answerable: int
    support: int
    source: str
    kept: Range

    def __len__(self) -> int:
        return len(self.question) + 2 + self.kept[1] - self.kept[0]


class PairEncoder:
    """Makes `[CLS] question [SEP]` and `[CLS] title: passage [SEP]`, this of at most `most` tokens."""

    def __init__(self, folder: Path, most: int) -> None:
        """Use the tokenizer of the encoder in `folder`."""
        self._tokenization = Tokenization(folder)
        self._most = most

    def encode(self, example: Example) -> Encoded:
        """The pair in tokens, and where in them its sentences are."""
        passage = self._tokenization.tokens(example.text, self._most, f"{example.title}: " if example.title else "")
        known = example.relevant is not None
        return Encoded(
            question=self._tokenization.tokens(example.question, LONGEST_QUESTION).ids,
            passage=passage.ids,
            sentences=[passage.within(r) for r in example.sentences],
            relevant=[int(n in (example.relevant or ())) if known else -1 for n in range(len(example.sentences))],
            answerable=-1 if example.answerable is None else int(example.answerable),
            support=-1 if example.support is None else int(example.support),
            source=example.source,
            kept=(1, len(passage.ids) - 1),
        )


def window(item: Encoded, tokens: int, rng: random.Random) -> Encoded:
    """Only about `tokens` tokens of the passage, whole sentences, the relevant ones where they fit."""
    lengths = [e - s for s, e in item.sentences]
    if item.kept[1] - item.kept[0] <= tokens or min(lengths, default=0) <= 0:
        return item
    wanted = [n for n, r in enumerate(item.relevant) if r == 1]
    first = last = rng.choice(wanted) if wanted else rng.randrange(len(lengths))
    total = lengths[first]
    while True:
        sides = [n for n in (first - 1, last + 1) if 0 <= n < len(lengths) and total + lengths[n] <= tokens]
        if not sides:
            break
        step = rng.choice(sides)
        first, last, total = min(first, step), max(last, step), total + lengths[step]
    start, end = item.sentences[first][0], item.sentences[last][1]
    move = 1 - start
    return replace(
        item,
        kept=(start, end),
        sentences=[(s + move, e + move) for s, e in item.sentences[first : last + 1]],
        relevant=item.relevant[first : last + 1],
    )


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of one step; `sentences` holds rows (pair, first token, end, relevant)."""

    states: Tensor
    ids: Tensor
    side: Tensor
    answerable: Tensor
    support: Tensor
    sentences: Tensor
    shift: int


def collate(items: Sequence[Encoded], states: States) -> Batch:
    """Questions and what is kept of the passages side by side; sentences move along."""
    made = states.of(text for i in items for text in (i.question, i.passage))
    texts: list[tuple[Ids, Ids]] = []
    shift = max(len(i.question) for i in items)
    rows: list[tuple[int, int, int, int]] = []
    for n, item in enumerate(items):
        first, last = item.kept
        read = made[item.passage]
        passage = (item.passage[0], *item.passage[first:last], item.passage[-1])
        made[passage] = torch.cat((read[:1], read[first:last], read[-1:]))
        texts.append((item.question, passage))
        rows += [(n, s + shift, e + shift, r) for (s, e), r in zip(item.sentences, item.relevant, strict=True) if e > s]
    ids, side, _ = lay_out(texts)
    like = made[texts[0][0]]
    values = like.new_zeros((*ids.shape, like.shape[1]))
    for row, (question, passage) in enumerate(texts):
        values[row, : len(question)] = made[question]
        values[row, shift : shift + len(passage)] = made[passage]
    return Batch(
        values,
        torch.from_numpy(ids),
        torch.from_numpy(side),
        torch.tensor([i.answerable for i in items]),
        torch.tensor([i.support for i in items]),
        torch.tensor(rows, dtype=torch.long).reshape(-1, 4),
        shift,
    )


def batches(items: Sequence[Encoded], tokens: int, rng: random.Random | None) -> Iterator[list[int]]:
    """Numbers of items of about equal length, at most `tokens` tokens together; shuffled where `rng` is given."""
    order = sorted(range(len(items)), key=lambda n: len(items[n]) + (rng.uniform(-6, 6) if rng else 0))
    groups: list[list[int]] = [[]]
    for n in order:
        if groups[-1] and (len(groups[-1]) + 1) * len(items[n]) > tokens:
            groups.append([])
        groups[-1].append(n)
    if rng:
        rng.shuffle(groups)
    yield from groups


def sentence_logits(tokens: Tensor, sentences: Tensor) -> Tensor:
    """The mean relevance logit of each sentence's tokens; `tokens` has shape (pairs, tokens)."""
    sums = torch.cat((torch.zeros_like(tokens[:, :1]), tokens.cumsum(dim=1)), dim=1)
    pair, start, end = sentences[:, 0], sentences[:, 1], sentences[:, 2]
    return (sums[pair, end] - sums[pair, start]) / (end - start).clamp(min=1)
