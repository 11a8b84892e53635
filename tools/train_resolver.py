"""Fit the resolver of follow-ups on CANARD, `asked` and what is written beside them; see answer/reader/READER.md."""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))


_COMPLETE, _TURNS = 1500, 2
_THRESHOLD = 0.3


def main() -> None:
    """Fit, tell what is reached on the dev parts, and write answer/resolver.npz."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data", help="the public data")
    parser.add_argument("--epochs", type=int, default=6)
    given = parser.parse_args()

    import torch

    from answer.reader.tokens import Tokenization
    from answer.reader.weights import encoder_model
    from answer.resolver import WEIGHTS
    from ingest import DEFAULT_ENCODER
    from ingest.embed.encoder import model_folder
    from train.resolving import canard, complete, follow_ups
    from train.selection import fit, logits, selection

    torch.set_num_threads(1)
    torch.manual_seed(0)
    folder = model_folder(DEFAULT_ENCODER)
    tokenization, model = Tokenization(folder), encoder_model(folder).eval()
    rng = random.Random(0)
    dialogs = canard(given.data, held_out=False)
    rng.shuffle(dialogs)
    dev = {
        "canard": dialogs[:300],
        "asked": follow_ups(given.data, "dev"),
        "complete": complete(given.data, "dev", _COMPLETE // 4, rng),
    }
    own = follow_ups(given.data, "train")
    items = [
        *dialogs[300:],
        *own,
        *[f for f in own if f.source in ("turns", "replaced", "corrections")] * (_TURNS - 1),
        *complete(given.data, "train", _COMPLETE, rng),
    ]
    sys.stdout.write(f"{len(items)} follow-ups\n")
    network = fit([selection(item, tokenization, model) for item in items], given.epochs, rng)
    reached = {}
    for name, part in dev.items():
        known = [s for s in (selection(item, tokenization, model) for item in part) if s.words]
        with torch.inference_mode():
            chosen = [torch.sigmoid(logits(network, [s])).numpy() >= _THRESHOLD for s in known]
        right = [np.array(s.needed) for s in known]
        hits, said = sum((c & r).sum() for c, r in zip(chosen, right, strict=True)), sum(c.sum() for c in chosen)
        needless = [c.any() for c, r in zip(chosen, right, strict=True) if not r.any()]
        f1 = 2 * hits / max(1, said + sum(r.sum() for r in right))
        reached[name] = {"F1": round(float(f1), 3), "needless": round(float(np.mean(needless or [0.0])), 3)}
    sys.stdout.write(json.dumps(reached) + "\n")
    settings = {"command": "python tools/train_resolver.py", "threshold": _THRESHOLD, "dev": reached}
    kept = {name: value.detach().numpy().astype(np.float16) for name, value in network.state_dict().items()}
    np.savez(WEIGHTS, **kept, settings=json.dumps(settings))


if __name__ == "__main__":
    main()
