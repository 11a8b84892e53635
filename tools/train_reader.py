"""Train the reader, write it into `answer/reader/`, and measure it on the held-out parts; `make reader` runs it."""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Train, calibrate, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data", help="the public data")
    parser.add_argument("--extra", type=Path, help="more of it: squad/*.json, claims/*.jsonl (see train/recipe.py)")
    parser.add_argument("--out", type=Path, default=ROOT / "answer/reader", help="where the reader is written")
    parser.add_argument("--on", help="train further on train/written/on_NAME.jsonl, and on twice as much of the rest")
    parser.add_argument("--epochs", type=float, default=1.0, help="0: calibrate and save what --start names")
    parser.add_argument("--minutes", type=float, help="end training by then, on a machine that others use too")
    parser.add_argument("--start", type=Path, nargs="+", help="go on from the mean of the readers in these folders")
    parser.add_argument("--rate", type=float, default=2e-4, help="the highest learning rate of the layers")
    parser.add_argument("--lower", type=int, default=3, help="how many layers see question and passage apart")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    if not given.epochs and not given.start:
        parser.error("with --epochs 0 there is nothing to save; name a reader with --start")

    import torch

    from answer.reader.weights import encoder_model, mean_network, new_networks, save_network
    from ingest import DEFAULT_ENCODER
    from ingest.embed.encoder import model_folder, model_hash
    from train.batches import PairEncoder
    from train.calibration import calibrate
    from train.fit import Plan, fit, predict
    from train.recipe import LONGEST, dev, epoch
    from train.states import States

    rng = random.Random(given.seed)
    torch.manual_seed(given.seed)
    folder = model_folder(DEFAULT_ENCODER)
    pairs = PairEncoder(folder, LONGEST)
    tuned = [pairs.encode(e) for part in dev(given.data).values() for e in part]
    foundation, network = new_networks(encoder_model(folder), given.lower)
    if given.start:
        starts = [start / "reader.safetensors" for start in given.start]
        network = mean_network(folder, starts, given.lower).train().requires_grad_(True)
    began = time.monotonic()

    def report(step: int, steps: int, loss: float) -> None:
        if step % 50 == 0 or step == steps:
            _say(f"{step}/{steps} loss {loss:.3f} {time.monotonic() - began:.0f} s")

    states = States(foundation)
    if not given.epochs:
        saved = [(start / "reader.json").read_text(encoding="utf-8") for start in dict.fromkeys(given.start)]
        read = [Counter[str](json.loads(settings)["trained_on"]) for settings in saved]
        sources = dict(sum(read, Counter[str]()).most_common())
    else:
        items, sources = epoch(given.data, given.extra, pairs, rng, given.on)
        _say(f"{len(items)} examples, {sum(map(len, items))} tokens: {sources}")
        rates = {"rate": given.rate, "head_rate": 3 * given.rate}
        plan = Plan(epochs=given.epochs, minutes=given.minutes, seed=given.seed, **rates)
        fit(network, items, states, plan, report, given.workers)
    calibration = calibrate(tuned, predict(network.eval(), tuned, states))

    weights = given.out / "reader.safetensors"
    save_network(network, encoder_model(folder), given.lower, weights)
    settings = {
        "encoder": DEFAULT_ENCODER,
        "encoder_weights": model_hash(folder),
        "weights": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "lower": given.lower,
        "longest": 320,
        "calibration": calibration,
        "trained_on": sources,
    }
    (given.out / "reader.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
