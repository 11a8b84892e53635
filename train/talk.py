"""What tells a greeting, thanks and a question about the collection from a question to the sources is fitted on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression

from answer.talk import KINDS, Classifier
from eval.gold import parts_of, read_gold
from eval.public.excerpts import read_asked
from ingest import Encoder
from train.asked import WRITTEN, written
from train.sources import SQUAD_DEV, SQUAD_HELD_OUT, is_dev, lines

ROOT = Path(__file__).parents[1]
SMALL_TALK = WRITTEN / "small_talk"
# Chosen on the dev parts: how little the weights are held back, how much a line of our own weighs beside a question,
# how many groups small talk falls into, and from when on it is sure.
_C, _OWN, _CENTRES = 10.0, 3.0, 64
_THRESHOLD, _NEAR = 0.3, 0.5
Split = Literal["train", "dev", "test"]


@dataclass(frozen=True, slots=True)
class Line:
    """Something that a person says, of one of `answer.talk.KINDS`, the set it is from, and whether it follows up."""

    kind: str
    text: str
    source: str
    follows: bool = False


def own_lines(split: Split) -> list[Line]:
    """What was written for this: small talk, and questions that look like it."""
    return [Line(row["kind"], row["text"], "own") for row in lines(SMALL_TALK / f"{split}.jsonl")]


def questions(data: Path, split: Split) -> list[Line]:
    """The questions of the sets in `data`, each once; with the split `test` those held out, and the gold questions."""
    found: dict[str, Line] = {}
    for line in _questions(data, split):
        found.setdefault(line.text, line)
    return list(found.values())


def _questions(data: Path, split: Split) -> Iterator[Line]:
    asked = read_asked(data, split)
    if split == "train":
        # What no sentence comes near is small talk, or off every topic.
        asked += [q for q in written(data) if q.telling or q.near]
    yield from (Line("question", q.question, "asked", bool(q.history)) for q in asked)
    yield from (Line("question", q.standalone, "asked") for q in asked)
    for row in lines(data / "canard/dev.jsonl"):
        if _part(row["QuAC_dialog_id"].endswith("0"), row["QuAC_dialog_id"]) == split:
            yield Line("question", row["Question"], "canard", row["Question_no"] > 1)
            yield Line("question", row["Rewrite"], "canard")
    for source, text, part in (*_squad(data), *_medicine(data)):
        if part == split:
            yield Line("question", text.strip(), source)
    if split == "test":
        for gold in (ROOT / "eval/gold", *sorted(ROOT.glob("eval/fields/*/gold")), ROOT / "tests/sport/gold"):
            yield from (Line("question", q.question, "gold") for q in read_gold(parts_of(gold), gold))


def _part(held_out: bool, key: str) -> Split:
    return "test" if held_out else "dev" if is_dev(key) else "train"


def _squad(data: Path) -> Iterator[tuple[str, str, Split]]:
    for row in lines(data / "squad2/dev_half.jsonl"):
        part: Split = "test" if row["title"] in SQUAD_HELD_OUT else "dev" if row["title"] in SQUAD_DEV else "train"
        yield "squad2", row["question"], part
    for article in json.loads((data / "squad2_rest/dev_rest.json").read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            yield from (("squad2", asked["question"], "train") for asked in paragraph["qas"])


def _medicine(data: Path) -> Iterator[tuple[str, str, Split]]:
    for row in lines(data / "covid_qa/qa.jsonl"):
        yield "covid_qa", row["question"], _part(int(row["doc"]) % 2 == 0, str(row["doc"]))
    for row in lines(data / "bioasq_snippets/queries.jsonl"):
        yield "bioasq", row["text"], _part(row["_id"][-1] in "0123", row["_id"])
    for row in lines(data / "medquad/other_subsets.jsonl"):
        yield "medquad", row["question"], _part(False, row["focus"])
    for row in lines(data / "medquad_cancergov/queries.jsonl"):
        yield "cancergov", row["text"], "test"
    # Names alone, as a person types who is used to searching.
    for name in (data / "medquad_synonyms/synonyms.tsv").read_text(encoding="utf-8").splitlines():
        word = name.split("\t")[1]
        yield "names", word, "test" if is_dev(word, 20) else _part(False, f"name {word}")


def ended(lines: Sequence[Line]) -> list[Line]:
    """Each line as it stands and with every other end that a person may give it, so that none tells the kinds apart."""
    bare = [(line, line.text.rstrip(" .!?")) for line in lines]
    found = {text + end: replace(line, text=text + end) for line, text in bare for end in ("", ".", "!", "?") if text}
    return list(({line.text: line for line in lines} | found).values())


def fit(encoder: Encoder, own: Sequence[Line], others: Sequence[Line]) -> Classifier:
    """What tells the kinds of `own` lines, and of `others`, which are questions all, apart."""
    vectors, asked = (encoder.encode([line.text for line in lines]) for lines in (own, others))
    kinds = [KINDS.index(line.kind) for line in (*own, *others)]
    regression = LogisticRegression(C=_C, max_iter=1000)
    shares = [_OWN] * len(own) + [1.0] * len(others)
    regression.fit(np.concatenate([vectors, asked]), kinds, sample_weight=shares)
    talk = vectors[[line.kind != KINDS[0] for line in own]]
    centres = KMeans(min(_CENTRES, len(talk)), n_init=2, random_state=0).fit(talk).cluster_centers_
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    weights, bias, centres = (part.astype(np.float32) for part in (regression.coef_, regression.intercept_, centres))
    return Classifier(encoder.fingerprint, weights, bias, centres, _THRESHOLD, _NEAR)
