"""Teach the teacher, a whole encoder changed by low rank, from its checkpoint on; see answer/reader/READER.md."""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Teach for some minutes, from the checkpoint on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("encoder", type=Path, help="the folder of all-mpnet-base-v2")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data", help="the public data")
    parser.add_argument("--extra", type=Path, help="more of it, made by tools/extra_data.py")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--cool", action="store_true", help="let the rate fall to nothing at the end")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()

    import torch

    from train.batches import PairEncoder
    from train.joint import JointNetwork
    from train.recipe import LONGEST, epoch
    from train.teach import Course, teach

    rng = random.Random(given.seed)
    torch.manual_seed(given.seed)
    items, sources = epoch(given.data, given.extra, PairEncoder(given.encoder, LONGEST), rng)
    _say(f"{len(items)} examples, {sum(map(len, items))} tokens: {sources}")
    began = time.monotonic()
    lately: list[float] = []

    def report(step: int, loss: float) -> None:
        lately.append(loss)
        if step % 25 == 0:
            _say(f"{step} loss {sum(lately[-100:]) / len(lately[-100:]):.3f} {time.monotonic() - began:.0f} s")

    course = Course(minutes=given.minutes, cools=given.cool)
    teach(JointNetwork(given.encoder), items, course, given.checkpoint, report, given.workers)


if __name__ == "__main__":
    main()
