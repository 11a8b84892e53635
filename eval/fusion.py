"""Weights of what ranks passages: `python -m eval.fusion [--data DIR] [--work DIR]` tries them on training parts.

A passage is ranked by its cosine to the question, by that of the mean of its document's passages, and by how much of
the question's telling words it holds: see `retriever.search`.  Tried are all weights of a grid, beside each of the
three and BM25 alone, on the training questions of `asked` and of SciFact; nothing of a test part is read.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path

import numpy as np

from answer import Answerer
from eval.public.asked import asked_index
from eval.public.beir import Beir, Ranking, index_set, score_run, source_id
from eval.public.excerpts import read_asked
from ingest import BulkEncoder, Encoder, Generation, SentenceEncoder
from retriever import Hit

_QUESTIONS = 400
_CANDIDATES = 200
_GRID = ((0.6,), (0.0, 0.2, 0.4), (0.3, 0.45, 0.6, 0.8))
_FEATURES = ("dense", "topic", "coverage")
Found = Mapping[str, Sequence[Hit]]
Qrels = Mapping[str, Mapping[str, int]]


def asked_found(data: Path, work: Path, encoder: Encoder) -> tuple[Found, Qrels]:
    """What is found for training questions of `asked`, and their excerpts."""
    generation = asked_index(data, work, encoder)
    questions = [q for q in read_asked(data, "train") if q.answerable]
    chosen = random.Random(0).sample(questions, _QUESTIONS)
    answerer = Answerer(generation, encoder)
    return {q.id: answerer.search(q.standalone, _CANDIDATES) for q in chosen}, {q.id: {q.excerpt.id: 1} for q in chosen}


def scifact_found(data: Path, work: Path, encoder: Encoder) -> tuple[Found, Qrels]:
    """What is found for training claims of SciFact, and their abstracts."""
    dataset = Beir.read(data / "scifact", "train")
    index_set(work / "scifact", dataset, encoder)
    answerer = Answerer(Generation.open(work / "scifact"), encoder)
    chosen = random.Random(0).sample(sorted(dataset.queries), _QUESTIONS)
    qrels = {q: {source_id(d): grade for d, grade in dataset.qrels[q].items()} for q in chosen}
    return {q: answerer.search(dataset.queries[q], _CANDIDATES) for q in chosen}, qrels


def reached(found: Found, qrels: Qrels, weights: Mapping[str, float]) -> float:
    """Mean nDCG@10 of documents, each ranked by its best passage."""
    run: dict[str, Ranking] = {}
    for query, hits in found.items():
        scores = [sum(w * getattr(hit, name) for name, w in weights.items()) for hit in hits]
        run[query] = {}
        for place in np.argsort(-np.array(scores), kind="stable"):
            run[query].setdefault(hits[place].passage.document_id, scores[place])
    return float(np.mean(score_run(run, qrels)["nDCG@10"]))


def main() -> None:
    """Print what each choice reaches on each set, the best in the mean first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="the public data")
    parser.add_argument("--work", type=Path, default=Path("runs/public"), help="where the indexes are kept")
    given = parser.parse_args()
    encoder = BulkEncoder(SentenceEncoder.open(), given.work / "way.json")
    sets = [read(given.data, given.work, encoder) for read in (asked_found, scifact_found)]
    tried = [dict(zip(_FEATURES, weights, strict=True)) for weights in product(*_GRID)]
    tried += [{name: 1.0} for name in (*_FEATURES, "lexical")]
    rows = [(choice, [reached(found, qrels, choice) for found, qrels in sets]) for choice in tried]
    for choice, values in sorted(rows, key=lambda row: -sum(row[1])):
        told = ", ".join(f"{name} {weight}" for name, weight in choice.items())
        sys.stdout.write(f"asked {values[0]:.4f}  SciFact {values[1]:.4f}  {told}\n")


if __name__ == "__main__":
    main()
