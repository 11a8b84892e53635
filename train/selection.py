"""The network of the resolver as it is fitted: `answer.resolver` computes the same without torch."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from answer.reader.tokens import Tokenization
from answer.resolver import FACTS, HEADS, LAYERS, SEGMENTS, facts, lay_out, segment_of, segments
from train.resolving import FollowUp

WIDTH = 128
_DROPOUT = 0.2
_BATCH = 16


@dataclass(frozen=True, slots=True)
class Selection:
    """What is known of a follow-up: of each token, and of each word its tokens and whether it is needed."""

    states: Tensor
    segment: Tensor
    facts: Tensor
    words: tuple[tuple[int, int], ...]
    needed: tuple[bool, ...]


class SelectionNetwork(nn.Module):
    """Log odds, a token, that its word is needed."""

    def __init__(self, width: int) -> None:
        """On states of `width` numbers."""
        super().__init__()
        self.states = nn.Linear(width, WIDTH)
        self.segment = nn.Embedding(SEGMENTS + 2, WIDTH)
        self.facts = nn.Linear(FACTS, WIDTH)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(WIDTH, HEADS, 2 * WIDTH, _DROPOUT, batch_first=True, norm_first=True)
            for _ in range(LAYERS)
        )
        self.norm = nn.LayerNorm(WIDTH)
        self.out = nn.Linear(WIDTH, 1)
        self.dropout = nn.Dropout(_DROPOUT)

    def forward(self, states: Tensor, segment: Tensor, known: Tensor, hidden: Tensor) -> Tensor:
        """Of shape (follow-ups, tokens), as `hidden`, which is true behind the last token."""
        x = self.states(self.dropout(states)) + self.segment(segment) + self.facts(known)
        for layer in self.layers:
            x = layer(x, src_key_padding_mask=hidden)
        made: Tensor = self.out(self.norm(x))[..., 0]
        return made


@torch.inference_mode()
def selection(item: FollowUp, tokenization: Tokenization, model: nn.Module) -> Selection:
    """What is known of a follow-up, with what `model` makes of it."""
    parts = segments(item.turns)
    ids, starts = lay_out(tokenization, parts, item.question)
    words, ranges, known = facts(tokenization, starts, parts, item.question)
    given = torch.tensor([ids])
    states = model(input_ids=given, attention_mask=torch.ones_like(given)).last_hidden_state[0]
    return Selection(
        states.half(),
        torch.from_numpy(segment_of(starts, len(ids))),
        torch.from_numpy(known),
        tuple(ranges),
        tuple(item.needs(word.word) for word in words),
    )


def logits(network: SelectionNetwork, items: Sequence[Selection]) -> Tensor:
    """The log odds of every word of `items`, in their order."""
    longest = max(len(item.states) for item in items)

    def padded(tensors: Iterable[Tensor]) -> Tensor:
        return torch.stack([functional.pad(t, (*(0, 0) * (t.dim() - 1), 0, longest - len(t))) for t in tensors])

    hidden = torch.stack([torch.arange(longest) >= len(item.states) for item in items])
    made = network(
        padded(i.states.float() for i in items),
        padded(i.segment for i in items),
        padded(i.facts for i in items),
        hidden,
    )
    sums = functional.pad(made.cumsum(dim=1), (1, 0))
    rows = torch.tensor([(n, *word) for n, item in enumerate(items) for word in item.words])
    return (sums[rows[:, 0], rows[:, 2]] - sums[rows[:, 0], rows[:, 1]]) / (rows[:, 2] - rows[:, 1])


def fit(items: Sequence[Selection], epochs: int, rng: random.Random) -> SelectionNetwork:
    """A network fitted on `items` with AdamW, the rate falling to nothing."""
    network = SelectionNetwork(items[0].states.shape[1]).train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=0.05)
    items = [item for item in items if item.words]
    steps = epochs * (len(items) // _BATCH)
    for step in range(steps):
        if step % (steps // epochs) == 0:
            order = rng.sample(items, len(items))
        taken = [order.pop() for _ in range(_BATCH)]
        for group in optimizer.param_groups:
            group["lr"] = 1e-3 * min(1.0, (step + 1) / 100) * max(0.02, 1 - step / steps)
        wanted = torch.tensor([float(n) for item in taken for n in item.needed])
        loss = functional.binary_cross_entropy_with_logits(logits(network, taken), wanted)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
    return network.eval()
