"""Fit the resolver of follow-ups on CANARD, `asked` and what is written beside them; see answer/READER.md."""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))


_COMPLETE = 1500


def main() -> None:
    """Fit, tell what is reached on the dev parts, and write answer/resolver.npz."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data", help="the public data")
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=4)
    given = parser.parse_args()

    import torch
    from torch import nn

    from answer.resolver import WEIGHTS, features, lay_out, segments
    from answer.tokens import Tokenization
    from answer.weights import encoder_model
    from ingest import DEFAULT_ENCODER
    from ingest.encoder import model_folder
    from train.resolving import FollowUp, canard, complete, follow_ups

    torch.set_num_threads(1)
    torch.manual_seed(0)
    folder = model_folder(DEFAULT_ENCODER)
    tokenization, model = Tokenization(folder), encoder_model(folder).eval()

    def table(items: list[FollowUp]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rows, labels, owners = [], [], []
        for number, item in enumerate(items):
            parts = segments(item.turns)
            ids, starts = lay_out(tokenization, parts, item.question)
            with torch.inference_mode():
                given_ids = torch.tensor([ids])
                states = model(input_ids=given_ids, attention_mask=torch.ones_like(given_ids)).last_hidden_state[0]
            words, known = features(tokenization, states.numpy(), starts, parts, item.question)
            rows.append(known)
            labels += [item.needs(word.word) for word in words]
            owners += [number] * len(words)
        return np.concatenate(rows), np.array(labels, dtype=np.float32), np.array(owners)

    rng = random.Random(0)
    dialogs = canard(given.data, held_out=False)
    rng.shuffle(dialogs)
    dev = {"canard": dialogs[:300], "asked": follow_ups(given.data, "dev")}
    items = [*dialogs[300:], *follow_ups(given.data, "train"), *complete(given.data, _COMPLETE, rng)]
    sys.stdout.write(f"{len(items)} follow-ups\n")
    x, y, _ = table(items)
    held = {name: table(part) for name, part in dev.items()}
    mean, deviation = x.mean(axis=0), x.std(axis=0).clip(min=0) + 1e-2
    network = nn.Sequential(nn.Linear(x.shape[1], given.hidden), nn.ReLU(), nn.Dropout(0.3), nn.Linear(given.hidden, 1))
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=0.05)
    inputs, wanted = torch.from_numpy((x - mean) / deviation), torch.from_numpy(y)[:, None]
    for epoch in range(given.epochs):
        network.train()
        for rows in torch.randperm(len(inputs)).split(256):
            loss = nn.functional.binary_cross_entropy_with_logits(network(inputs[rows]), wanted[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        network.eval()
        told = []
        with torch.inference_mode():
            for name, (held_x, held_y, _) in held.items():
                chance = torch.sigmoid(network(torch.from_numpy((held_x - mean) / deviation)))[:, 0].numpy()
                best = max((_f1(chance >= t, held_y), t) for t in np.arange(0.2, 0.7, 0.05))
                told.append(f"{name} F1 {best[0]:.3f} at {best[1]:.2f}")
        sys.stdout.write(f"epoch {epoch}: {', '.join(told)}\n")
    first, last = network[0], network[3]
    weight = first.weight.detach().numpy() / deviation
    np.savez(
        WEIGHTS,
        hidden=weight.T.astype(np.float32),
        hidden_bias=(first.bias.detach().numpy() - weight @ mean).astype(np.float32),
        out=last.weight.detach().numpy().T.astype(np.float32),
        out_bias=last.bias.detach().numpy(),
        settings=json.dumps({"command": "python tools/train_resolver.py", "threshold": 0.3}),
    )


def _f1(chosen: npt.NDArray[np.bool_], right: npt.NDArray[np.float32]) -> float:
    hit = float((chosen * right).sum())
    return 2 * hit / max(1.0, float(chosen.sum() + right.sum()))


if __name__ == "__main__":
    main()
