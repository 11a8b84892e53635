"""Fit what `answer` decides by: `python -m eval.calibrate CORPUS [CORPUS ...] [--data DIR]`.

Logistic regressions over features that mean the same in every corpus, for what a model has read and for what is only
weighed: which sentences are part of the answer, and whether the sources answer at all; and how far from the best a
sentence may be and still be told.  They are fitted on many corpora at once, each of equal weight (`eval.folders`), and
what is reached is told of each corpus when the rest alone is fitted on.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from answer import Answerer, Reader, export_reader
from answer.decide import FEATURES, features
from answer.evidence import SENTENCE_FEATURES, WEIGHTS
from eval.folders import Folder, Places, folders
from eval.measures.confidence import aurc
from ingest import BulkEncoder, ExportedEncoder, FileCatalog, Generation, SentenceEncoder, build, export_encoder

_THRESHOLDS = np.arange(0.02, 0.99, 0.01)
_LEAST, _MARGINS = np.arange(-3.0, 1.1, 0.5), np.arange(0.5, 5.1, 0.75)
_LONGEST = 400
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CalibrationExample:
    """What is known of a question: for the whole, and for each piece of evidence, with whether that is right."""

    set: str
    id: str
    kind: str
    label: bool
    features: Mapping[str, float]
    sentences: Sequence[Mapping[str, float]]
    right: Sequence[bool]
    lengths: Sequence[int]


def rows_of(folder: Folder, encoder: SentenceEncoder) -> Iterator[CalibrationExample]:
    """What is known of each question of a folder, read and unread."""
    with tempfile.TemporaryDirectory() as work:
        index = Path(work)
        build(
            FileCatalog(index), folder.documents, (), BulkEncoder(encoder, index / "way.json"), synonyms=folder.synonyms
        )
        export_reader(index)
        export_encoder(encoder, index, ())
        generation = Generation.open(index)
        exported = ExportedEncoder.open(index, encoder.name, encoder.fingerprint)
        for kind, reader in (("unread", None), ("read", Reader.open(index, encoder=exported))):
            answerer = Answerer(generation, exported, reader)
            for asked in folder.asked:
                question = answerer.parse(answerer.terms.spelling.correct(asked.question).text)
                evidence = answerer.evidence(question)
                if not evidence:  # what nothing is found for is refused, whatever the weights
                    continue
                yield CalibrationExample(
                    folder.set,
                    asked.id,
                    kind,
                    bool(asked.right),
                    features(question, evidence),
                    [e.features for e in evidence],
                    [folder.by_sentence and _overlaps((e.document.id, e.own, e.end), asked.right) for e in evidence],
                    [len(e.text) for e in evidence],
                )


def _overlaps(place: tuple[str, int, int], right: Places) -> bool:
    name, start, end = place
    return any(name == n and 2 * (min(end, e) - max(start, s)) >= min(e - s, end - start) for n, s, e in right)


def fit(rows: Sequence[CalibrationExample], kind: str) -> dict[str, Mapping[str, object]]:
    """The three fits for one kind of rows."""
    own = [row for row in rows if row.kind == kind]
    sentence = _sentence_weights(own, kind)
    decision = _decision_weights(own, kind)
    threshold = _best_threshold(own, _chances(own, decision))
    return {
        "sentence": {"weights": sentence},
        "composition": _composition(own, sentence),
        "decision": {"threshold": threshold, "weights": decision, "left_out": _left_out(own, kind)},
    }


def _sentence_weights(rows: Sequence[CalibrationExample], kind: str) -> dict[str, float]:
    """Over the evidence for questions that are answered: is it part of the answer?"""
    names = SENTENCE_FEATURES[kind]
    answered = [row for row in rows if any(row.right)]
    x = [[s[name] for name in names] for row in answered for s in row.sentences]
    y = [right for row in answered for right in row.right]
    sets = [row.set for row in answered for _ in row.sentences]
    return _weights(names, x, y, sets)


def _decision_weights(rows: Sequence[CalibrationExample], kind: str) -> dict[str, float]:
    names = FEATURES[kind]
    return _weights(
        names, [[row.features[n] for n in names] for row in rows], [r.label for r in rows], [r.set for r in rows]
    )


def _weights(
    names: Sequence[str], x: Sequence[Sequence[float]], y: Sequence[bool], sets: Sequence[str]
) -> dict[str, float]:
    """Logistic regression in which every set, and in it what is right and what is wrong, weighs the same."""
    values, labels, of = np.array(x), np.array(y), np.array(sets)
    balance = np.zeros(len(labels))
    for name in np.unique(of):
        for label in (False, True):
            part = (of == name) & (labels == label)
            balance[part] = len(labels) / max(1, part.sum()) / 2 / len(np.unique(of))
    mean, deviation = values.mean(axis=0), values.std(axis=0) + 1e-9
    model = LogisticRegression().fit((values - mean) / deviation, labels, sample_weight=balance)
    weights = model.coef_[0] / deviation
    return {
        "intercept": round(float(model.intercept_[0] - weights @ mean), 4),
        **{name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)},
    }


def _chances(rows: Sequence[CalibrationExample], weights: Mapping[str, float]) -> Floats:
    odds = [sum(w * (1.0 if n == "intercept" else row.features[n]) for n, w in weights.items()) for row in rows]
    return np.array([1 / (1 + np.exp(-o)) for o in odds])


def _best_threshold(rows: Sequence[CalibrationExample], chances: Floats) -> float:
    """The least threshold that is, in the mean over the sets, balanced as well as the best but for a standard error.

    The mean hardly changes over a wide range, in which the higher threshold refuses what the sources say.  The rule of
    one standard error: Breiman et al. 1984, Classification and Regression Trees, 3.4.3.
    """
    tried = {round(float(t), 2): float(np.mean(list(_balanced(rows, chances, t).values()))) for t in _THRESHOLDS}
    best = max(tried, key=lambda t: (round(tried[t], 6), -t))
    enough = tried[best] - _standard_error(rows, chances, best)
    return min(t for t, reached in tried.items() if reached >= enough - 1e-9)


def _standard_error(rows: Sequence[CalibrationExample], chances: Floats, threshold: float) -> float:
    """Of the mean over the sets of what is balanced there; questions are taken as independent."""
    labels, sets = np.array([r.label for r in rows]), np.array([r.set for r in rows])
    answered, names = chances >= threshold, np.unique(sets)
    parts = [answered[(sets == name) & (labels == label)] for name in names for label in (False, True)]
    return float(np.sqrt(sum(part.var() / len(part) for part in parts)) / 2 / len(names))


def _balanced(rows: Sequence[CalibrationExample], chances: Floats, threshold: float) -> dict[str, float]:
    labels, sets = np.array([r.label for r in rows]), np.array([r.set for r in rows])
    answered = chances >= threshold
    return {
        str(name): float((answered[(sets == name) & labels].mean() + (~answered[(sets == name) & ~labels]).mean()) / 2)
        for name in np.unique(sets)
    }


def _left_out(rows: Sequence[CalibrationExample], kind: str) -> dict[str, dict[str, float]]:
    """What is reached on each set by weights and a threshold of the others, and by its own best threshold.

    Questions that another set asks too, as the gold questions are asked over two corpora, are left out of that as well.
    AURC is the area under the risk-coverage curve, the risk being that what is answered is not in the sources.
    """
    told = {}
    for name in sorted({row.set for row in rows}):
        own = [r for r in rows if r.set == name]
        asked = {r.id for r in own}
        others = [r for r in rows if r.set != name and r.id not in asked]
        if not others:
            continue
        weights = _decision_weights(others, kind)
        chances = _chances(own, weights)
        moved = _balanced(own, chances, _best_threshold(others, _chances(others, weights)))[name]
        best = max(_balanced(own, chances, t)[name] for t in _THRESHOLDS)
        risk = aurc(chances, np.array([float(r.label) for r in own]), np.ones((1, len(own))))[0]
        told[name] = {
            "questions": len(own),
            "balanced": round(moved, 4),
            "own_best": round(best, 4),
            "AURC": round(float(risk), 4),
        }
    return told


def _composition(rows: Sequence[CalibrationExample], weights: Mapping[str, float]) -> dict[str, float]:
    """What `answer.compose.marked` goes by, with the best of what is told in _LONGEST characters.

    That is the mean of F1 and recall: what is missing costs who asks more than what is told besides.
    """
    scored = []
    for row in rows:
        if any(row.right):
            scores = [sum(w * (1.0 if n == "intercept" else s[n]) for n, w in weights.items()) for s in row.sentences]
            scored.append((row, np.array(scores)))

    def reached(least: float, margin: float) -> float:
        by_set: dict[str, list[float]] = defaultdict(list)
        for row, scores in scored:
            best, *others = np.argsort(-scores, kind="stable").tolist()
            told, length = [best], row.lengths[best]
            for n in others:
                if scores[n] >= max(least, scores[best] - margin) and length + row.lengths[n] <= _LONGEST:
                    told.append(n)
                    length += row.lengths[n]
            hits, wanted = sum(row.right[n] for n in told), max(1, min(sum(row.right), 3))
            precision, recall = hits / len(told), min(1.0, hits / wanted)
            f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
            by_set[row.set].append((f1 + recall) / 2)
        return float(np.mean([np.mean(v) for v in by_set.values()]))

    tried = {rule: reached(*rule) for rule in product(map(float, _LEAST), map(float, _MARGINS))}
    least, margin = max(tried, key=lambda rule: tried[rule])
    return {"least": least, "margin": margin, "reached": round(tried[least, margin], 4)}


def main() -> None:
    """Fit, and write `answer/decision.json`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", type=Path, metavar="CORPUS")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="the public data")
    parser.add_argument("--rows", type=Path, help="keep what is read here, or use it where it is kept")
    given = parser.parse_args()
    if given.rows and given.rows.exists():
        rows = [CalibrationExample(**row) for row in json.loads(given.rows.read_text(encoding="utf-8"))]
    else:
        encoder = SentenceEncoder.open()
        rows = []
        for folder in folders(given.corpora, given.data):
            rows += rows_of(folder, encoder)
            sys.stderr.write(f"{folder.set}: {len(folder.documents)} documents, {len(folder.asked)} questions\n")
        if given.rows:
            given.rows.write_text(json.dumps([asdict(row) for row in rows]), encoding="utf-8")
    kinds = {kind: fit(rows, kind) for kind in FEATURES}
    sets = {name: sum(r.set == name and r.kind == "read" for r in rows) for name in dict.fromkeys(r.set for r in rows)}
    fitted = {
        "command": "make calibrate",
        "fitted_on": sets,
        **{what: {kind: kinds[kind][what] for kind in kinds} for what in ("sentence", "composition", "decision")},
    }
    WEIGHTS.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(fitted, indent=1) + "\n")


if __name__ == "__main__":
    main()
