"""Fitting the teacher: checkpoints every few minutes, from which training goes on."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from train.batches import Batch, Encoded, batches, sentence_logits
from train.fit import Plan, Read, losses
from train.joint import JointNetwork

_PADDING = 1


def lay_together(items: Sequence[Encoded]) -> tuple[Batch, list[int]]:
    """Question and passage as one text a pair, and where in it each passage begins."""
    texts, shifts, rows = [], [], []
    for n, item in enumerate(items):
        first, last = item.kept
        shift = len(item.question)
        closing = item.question[-1:]
        texts.append((*item.question, *closing, *item.passage[first:last], *closing))
        shifts.append(shift)
        rows += [(n, s + shift, e + shift, r) for (s, e), r in zip(item.sentences, item.relevant, strict=True) if e > s]
    longest = max(map(len, texts))
    ids = torch.tensor([[*text, *[_PADDING] * (longest - len(text))] for text in texts])
    side = (ids != _PADDING).long()
    batch = Batch(
        torch.empty(0),
        ids,
        side,
        torch.tensor([i.answerable for i in items]),
        torch.tensor([i.support for i in items]),
        torch.tensor(rows, dtype=torch.long).reshape(-1, 4),
        0,
    )
    return batch, shifts


@dataclass(frozen=True, slots=True)
class Course:
    """How the teacher is taught: a step takes `parts` batches of at most `tokens` tokens.

    The rate rises within `warm_up` steps and then stays; in the last `cooling` part of `minutes`, it falls to nothing
    where `cools`.
    """

    rate: float = 5e-4
    head_rate: float = 1e-3
    tokens: int = 640
    parts: int = 4
    warm_up: int = 60
    minutes: float = 60.0
    cools: bool = False
    cooling: float = 0.35


def teach(
    network: JointNetwork,
    items: Sequence[Encoded],
    course: Course,
    checkpoint: Path,
    report: Callable[[int, float], None],
    workers: int = 2,
) -> None:
    """Train what of `network` is trained on `items`, from `checkpoint` on where that is there."""
    torch.set_num_threads(1)
    trained = network.trained()
    low = [p for name, p in trained.items() if name.startswith("encoder.")]
    heads = [p for name, p in trained.items() if not name.startswith("encoder.")]
    optimizer = torch.optim.AdamW(
        [{"params": low, "lr": course.rate}, {"params": heads, "lr": course.head_rate}],
        betas=(0.9, 0.98),
        weight_decay=0.01,
    )
    step = 0
    if checkpoint.exists():
        kept = torch.load(checkpoint)
        network.load_state_dict(kept["network"], strict=False)
        optimizer.load_state_dict(kept["optimizer"])
        step = kept["step"]
    plan = Plan()
    rng = random.Random(step)
    queue: list[list[int]] = []
    values = list(trained.values())
    began = saved = time.monotonic()

    def part(numbers: list[int]) -> tuple[float, tuple[Tensor | None, ...]]:
        torch.set_num_threads(1)
        batch, _ = lay_together([items[n] for n in numbers])
        tokens, pooled = network(batch.ids, batch.side)
        loss = losses(tokens, pooled, batch, plan)
        return float(loss.detach()), torch.autograd.grad(loss, values, allow_unused=True)

    with ThreadPoolExecutor(workers) as pool:
        while True:
            spent = (time.monotonic() - began) / 60 / course.minutes
            for group, rate in zip(optimizer.param_groups, (course.rate, course.head_rate), strict=True):
                group["lr"] = rate * _pace(course, step, spent)
            if len(queue) < course.parts:
                queue += batches(items, course.tokens, rng)
            taken = [queue.pop() for _ in range(course.parts)]
            found = list(pool.map(part, taken))
            for value, *grads in zip(values, *(g for _, g in found), strict=True):
                known = [g for g in grads if g is not None]
                value.grad = torch.stack(known).sum(dim=0) / course.parts if known else None
            torch.nn.utils.clip_grad_norm_(values, 1.0)
            optimizer.step()
            step += 1
            loss = sum(m for m, _ in found) / course.parts
            if not math.isfinite(loss):
                raise ArithmeticError(f"the loss of step {step} is {loss}")
            report(step, loss)
            over = spent >= 1
            if over or time.monotonic() - saved > 240:
                saved = time.monotonic()
                keep(network, optimizer, step, checkpoint)
            if over:
                return


def _pace(course: Course, step: int, spent: float) -> float:
    """The share of the highest rate at a step, when so much of the time is spent, in [0, 1]."""
    pace = min(1.0, (step + 1) / course.warm_up)
    if course.cools and spent > 1 - course.cooling:
        pace *= max(0.02, (1 - spent) / course.cooling)
    return pace


def keep(network: JointNetwork, optimizer: torch.optim.Optimizer, step: int, checkpoint: Path) -> None:
    """Write a checkpoint, in one step."""
    made = checkpoint.with_suffix(".new")
    state = {name: p.detach() for name, p in network.trained().items()}
    torch.save({"network": state, "optimizer": optimizer.state_dict(), "step": step}, made)
    made.replace(checkpoint)


@torch.no_grad()
def read_together(network: JointNetwork, items: Sequence[Encoded], tokens: int = 2048) -> list[Read]:
    """What the teacher says of each item."""
    found: dict[int, Read] = {}
    for numbers in batches(items, tokens, None):
        batch, shifts = lay_together([items[n] for n in numbers])
        out, pooled = network(batch.ids, batch.side)
        for row, (n, shift) in enumerate(zip(numbers, shifts, strict=True)):
            item = items[n]
            rows = torch.tensor([(row, s + shift, e + shift, 0) for s, e in item.sentences]).reshape(-1, 4)
            logits = sentence_logits(out[:, :, 0], rows).masked_fill(rows[:, 2] <= rows[:, 1], -9.0)
            found[n] = Read(pooled[row], logits)
    return [found[n] for n in range(len(items))]
