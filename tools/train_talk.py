"""Fit what tells small talk from questions to the sources, and tell what is reached; see answer/TALK.md."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))


def main() -> None:
    """Fit, tell what is reached on the dev and the test parts, and write answer/talk.npz."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data", help="the public data")
    given = parser.parse_args()

    from answer.talk import KINDS, WEIGHTS
    from ingest import SentenceEncoder
    from train.talk import ended, fit, own_lines, questions

    encoder = SentenceEncoder.open()
    own, others = own_lines("train"), questions(given.data, "train")
    sys.stdout.write(f"{len(own)} lines of our own, {len(others)} questions\n")
    classifier = fit(encoder, ended(own), others)
    reached = {}
    for split in ("dev", "test"):
        lines = [*own_lines(split), *questions(given.data, split)]
        vectors = encoder.encode([line.text for line in lines])
        told = list(zip(lines, classifier.kinds(vectors, [line.follows for line in lines]), strict=True))
        wrong = [line for line, kind in told if line.kind == KINDS[0] != kind]
        sys.stdout.write(f"{split}, questions taken for small talk: {json.dumps([line.text for line in wrong])}\n")
        reached[split] = {
            "questions": dict(Counter(line.source for line in lines if line.kind == KINDS[0])),
            "taken for small talk": dict(Counter(line.source for line in wrong)),
        }
        for wanted in KINDS[1:]:
            found = [kind for line, kind in told if line.kind == wanted]
            reached[split][wanted] = {"lines": len(found), "told": len(found) - found.count(KINDS[0])}
            reached[split][wanted] |= {"as such": found.count(wanted)}
    sys.stdout.write(json.dumps(reached, indent=1) + "\n")
    classifier.write(WEIGHTS, command="python tools/train_talk.py", reached=reached)


if __name__ == "__main__":
    main()
