"""What the shipped reader is trained on, and in which shares; and our own dev part, on which all is chosen."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from answer import Resolver
from eval.public.excerpts import read_asked
from ingest import ExportedEncoder, SentenceEncoder, export_encoder
from train.asked import asked_examples, of_classes, written
from train.batches import Encoded, PairEncoder, window
from train.examples import Example, cut
from train.health import bioasq, medquad, scifact
from train.resolving import resolved
from train.sources import claims_file, covid, covid_negatives, hardened, is_dev, squad, squad_file

LONGEST = 220
_WORDS = 110
_WINDOW = 110
_MORE, _CLAIMS = 500, 500
# How often what was written where `asked` was thin stands in an epoch.
_WRITTEN = 2
DEV_PERCENT = 15


def epoch(
    data: Path, extra: Path | None, pairs: PairEncoder, rng: random.Random, on: str | None = None
) -> tuple[list[Encoded], dict[str, int]]:
    """The examples of one epoch in tokens, with the resolver that is shipped, and how many are of each source.

    `on` is a file of `written` that a reader is to be trained on further (`on_NAME.jsonl`): all of it, and of the rest
    twice as much.
    """
    base = SentenceEncoder.open()
    with tempfile.TemporaryDirectory() as exports:
        export_encoder(base, Path(exports), ())
        encoder = ExportedEncoder.open(Path(exports), base.name, base.fingerprint)
        resolver = Resolver(encoder)
        examples = training(data, extra, rng, resolver)
        if on:
            questions = [q for q in written(data) if q.id.rpartition("-")[0] == f"on_{on}"]
            further = list(asked_examples(questions, resolved(questions, resolver), rng))
            examples = [*further, *_some(examples, 2 * len(further), rng)]
            rng.shuffle(examples)
    return encoded(examples, pairs, rng), dict(Counter(e.source for e in examples).most_common())


def training(data: Path, extra: Path | None, rng: random.Random, resolver: Resolver) -> list[Example]:
    """The examples of one epoch, in random order: `asked` first of all, its follow-ups as `resolver` resolves them.

    `extra` may hold `squad/*.json`, in the layout of SQuAD 2.0, and `claims/*.jsonl`, lines of {claim, evidence, label}
    with SUPPORT, CONTRADICT or NEITHER as label.
    """
    questions = [*read_asked(data, "train"), *written(data) * _WRITTEN]
    own, _, _ = squad(data)
    rest = squad_file(data / "squad2_rest" / "dev_rest.json")
    more = [e for path in _files(extra, "squad", "*.json") for e in _some(squad_file(path), _MORE, rng)]
    claims = [e for path in _files(extra, "claims", "*.jsonl") for e in _some(claims_file(path), _CLAIMS, rng)]
    checked = [e for e in scifact(data, rng) if not is_dev(e.question, DEV_PERCENT)]
    papers = covid(data, held_out=False)
    examples = [
        *asked_examples(questions, resolved(questions, resolver), rng),
        *of_classes() * 2,
        *_some(own, 2 * _MORE, rng),
        *rest,
        *more,
        *_some(list(hardened([*own, *rest, *more], rng, 1.0)), 3 * _MORE, rng),
        *claims,
        *_some(medquad(data, rng, dev=False), 3 * _MORE, rng),
        *_some(bioasq(data, rng), _MORE // 2, rng),
        *_some(checked, _MORE // 2, rng),
        *[e for e in checked if e.support is not None],
        *_some(papers, _MORE // 2, rng),
        *_some(list(covid_negatives(papers, rng)), _MORE // 2, rng),
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
