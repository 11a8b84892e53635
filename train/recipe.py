"""What the shipped reader is trained on, and in which shares; and our own dev part, on which all is chosen."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from train.batches import Encoded, PairEncoder, window
from train.examples import Example, cut
from train.health import bioasq, medquad, scifact
from train.sources import claims_file, covid, covid_negatives, hardened, is_dev, squad, squad_file

LONGEST = 220
_WORDS = 110
_WINDOW = 110
_CLAIMS, _MEDQUAD, _BIOASQ, _COVID_NEGATIVES = 6000, 6000, 1500, 700
DEV_PERCENT = 15


def training(data: Path, extra: Path | None, rng: random.Random) -> list[Example]:
    """The examples of one epoch, in random order.

    `extra` may hold `squad/*.json`, in the layout of SQuAD 2.0, and `claims/*.jsonl`, lines of {claim, evidence, label}
    with SUPPORT, CONTRADICT or NEITHER as label.
    """
    own, _, _ = squad(data)
    more = [e for path in _files(extra, "squad", "*.json") for e in squad_file(path)]
    claims = [e for path in _files(extra, "claims", "*.jsonl") for e in _some(claims_file(path), _CLAIMS, rng)]
    checked = [e for e in scifact(data, rng) if not is_dev(e.question, DEV_PERCENT)]
    papers = covid(data, held_out=False)
    examples = [
        *own * 2,
        *more,
        *hardened([*own, *more], rng, 1.0),
        *claims,
        *_some(medquad(data, rng, dev=False), _MEDQUAD, rng),
        *_some(bioasq(data, rng), _BIOASQ, rng),
        *checked,
        *[e for e in checked if e.support is not None] * 2,
        *papers,
        *_some(list(covid_negatives(papers, rng)), _COVID_NEGATIVES, rng),
    ]
    rng.shuffle(examples)
    return examples


def dev(data: Path) -> dict[str, list[Example]]:
    """The dev part by name: two articles of SQuAD, pages of MedQuAD, claims of SciFact."""
    rng = random.Random(1)
    return {
        "squad2": squad(data)[1],
        "medquad": _some(medquad(data, rng, dev=True), 400, rng),
        "scifact": [e for e in scifact(data, rng) if is_dev(e.question, DEV_PERCENT)],
    }


def encoded(examples: Sequence[Example], encoder: PairEncoder, rng: random.Random) -> list[Encoded]:
    """The examples in tokens.  Paragraphs that many questions share stay whole, and most are shown in part."""
    items = []
    for example in examples:
        if example.source.startswith("squad"):
            item = encoder.encode(example)
            items.append(window(item, _WINDOW, rng) if rng.random() < 0.6 else item)
        else:
            items.append(encoder.encode(cut(example, _WORDS, rng)))
    return items


def _files(extra: Path | None, folder: str, pattern: str) -> list[Path]:
    return sorted((extra / folder).glob(pattern)) if extra else []


def _some(examples: Sequence[Example], most: int, rng: random.Random) -> list[Example]:
    return rng.sample(list(examples), min(most, len(examples)))
