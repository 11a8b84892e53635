"""Fitting the network: bfloat16 arithmetic where the processor has it, float32 weights kept beside it."""

from __future__ import annotations

import copy
import math
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from answer.reader.network import ReadingNetwork
from train.batches import Batch, Encoded, batches, collate, sentence_logits
from train.states import States


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast: `rate` is the highest learning rate; a step takes `parts` batches of `tokens` tokens.

    Where `minutes` is given, training ends by then, and the rate falls in time for it.
    """

    epochs: float = 1.0
    rate: float = 2e-4
    head_rate: float = 6e-4
    tokens: int = 800
    parts: int = 2
    warm_up: float = 0.04
    decay: float = 0.01
    sentence_weight: float = 1.0
    seed: int = 0
    minutes: float | None = None


def losses(tokens: Tensor, pooled: Tensor, batch: Batch, plan: Plan) -> Tensor:
    """The sum of what each head misses, over what is known of the batch."""
    tokens, pooled = tokens.float(), pooled.float()
    total: Tensor = tokens.new_zeros(())
    for column, target in enumerate((batch.answerable, batch.support)):
        known = target >= 0
        if known.any():
            missed = functional.binary_cross_entropy_with_logits(
                pooled[known, column], target[known].float(), reduction="sum"
            )
            total = total + missed / len(target)
    known = batch.sentences[:, 3] >= 0
    if known.any():
        rows = batch.sentences[known]
        logits = sentence_logits(tokens[:, :, 0], rows)
        total = total + plan.sentence_weight * functional.binary_cross_entropy_with_logits(logits, rows[:, 3].float())
    return total


def fit(
    network: ReadingNetwork,
    items: Sequence[Encoded],
    states: States,
    plan: Plan,
    report: Callable[[int, int, float], None],
    workers: int = 2,
) -> None:
    """Train `network` (float32) on `items`; `report` is told step, steps and loss after each step.

    The parts of a step are shared among `workers` threads, and their gradients added in order: so the outcome does not
    depend on which thread was quicker.
    """
    # One thread an operation: threads that wait for each other waste a machine that others use too.
    torch.set_num_threads(1)
    rng = random.Random(plan.seed)
    masters = list(network.parameters())
    optimizer = _optimizer(network, plan)
    steps = max(1, int(plan.epochs * sum(1 for _ in batches(items, plan.tokens, random.Random(0))) / plan.parts))
    began = time.monotonic()

    def pace(step: int) -> float:
        spent = (time.monotonic() - began) / 60 / plan.minutes if plan.minutes else 0.0
        return _pace(max(step / steps, spent), step, max(1, int(plan.warm_up * steps)))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, pace)
    kind = arithmetic()
    copies = [copy.deepcopy(network).to(kind) for _ in range(plan.parts)]
    queue: list[list[int]] = []

    def part(number: int) -> float:
        torch.set_num_threads(1)
        batch = collate([items[n] for n in taken[number]], states)
        tokens, pooled = copies[number](batch.states.to(kind), batch.ids, batch.side)
        loss = losses(tokens, pooled, batch, plan)
        loss.backward()  # type: ignore[no-untyped-call]
        return float(loss.detach())

    with ThreadPoolExecutor(workers) as pool:
        for done in range(1, steps + 1):
            if len(queue) < plan.parts:
                queue += batches(items, plan.tokens, rng)
            taken = [queue.pop(0) for _ in range(plan.parts)]
            missed = list(pool.map(part, range(plan.parts)))
            with torch.no_grad():
                for master, *ours in zip(masters, *(c.parameters() for c in copies), strict=True):
                    grads = [p.grad for p in ours if p.grad is not None]
                    master.grad = grads[0].float().div_(plan.parts) if grads else None
                    for grad in grads[1:]:
                        master.grad.add_(grad, alpha=1 / plan.parts)
                torch.nn.utils.clip_grad_norm_(masters, 1.0)
                optimizer.step()
                schedule.step()
                for master, *ours in zip(masters, *(c.parameters() for c in copies), strict=True):
                    for p in ours:
                        p.copy_(master)
                        p.grad = None
            over = plan.minutes is not None and time.monotonic() - began > 60 * plan.minutes
            report(done, done if over else steps, sum(missed) / plan.parts)
            if over:
                break


def arithmetic() -> torch.dtype:
    """The kind of number that this processor multiplies fastest."""
    has_bfloat16 = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.bfloat16 if has_bfloat16 else torch.float32


def _optimizer(network: ReadingNetwork, plan: Plan) -> torch.optim.Optimizer:
    groups: dict[tuple[float, float], list[Tensor]] = {}
    for name, parameter in network.named_parameters():
        rate = plan.rate if name.startswith("layers.") else plan.head_rate
        groups.setdefault((rate, plan.decay if parameter.ndim > 1 else 0.0), []).append(parameter)
    return torch.optim.AdamW(
        [{"params": p, "lr": rate, "weight_decay": decay} for (rate, decay), p in groups.items()],
        betas=(0.9, 0.98),
        fused=True,
    )


def _pace(part: float, step: int, warm: int) -> float:
    """The share of the highest rate, `part` of the way through: up within `warm` steps, then down a cosine."""
    return min((step + 1) / warm, max(0.01, 0.5 * (1 + math.cos(math.pi * min(1.0, part)))))


@dataclass(frozen=True, slots=True)
class Read:
    """What the network says of one pair: (2,) and (sentences,) logits."""

    pooled: Tensor
    sentences: Tensor


@torch.no_grad()
def predict(network: ReadingNetwork, items: Sequence[Encoded], states: States, tokens: int = 4096) -> list[Read]:
    """What `network` says of each item, in float32."""
    kind = next(network.parameters()).dtype
    found: dict[int, Read] = {}
    for numbers in batches(items, tokens, None):
        batch = collate([items[n] for n in numbers], states)
        out, pooled = network(batch.states.to(kind), batch.ids, batch.side)
        out, pooled = out.float(), pooled.float()
        for row, n in enumerate(numbers):
            item = items[n]
            rows = torch.tensor([(row, s + batch.shift, e + batch.shift, 0) for s, e in item.sentences]).reshape(-1, 4)
            logits = sentence_logits(out[:, :, 0], rows).masked_fill(rows[:, 2] <= rows[:, 1], -9.0)
            found[n] = Read(pooled[row], logits)
    return [found[n] for n in range(len(items))]
