"""Fit the weights by which ibid decides whether the sources answer: `python -m eval.calibrate CORPUS [CORPUS ...]`.

Two logistic regressions over the signs of `answer.decide`, for what a model has read and for what is only weighed, on
the dev part of the gold questions in their stand-alone form, over each corpus given.  The threshold is the one that is
best balanced in tenfold cross-validation, with all rows of a question in one fold, shuffled SHUFFLES times; of equals,
the one that refuses least.  The test part is never read.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from answer import Answerer, Reader, export_reader
from answer.decide import SIGNS, WEIGHTS, signs
from eval.gold import Question, read_gold
from ingest import Corpus, ExportedEncoder, Generation, SentenceEncoder, build, export_encoder, load

FOLDS, SHUFFLES = 10, 20


@dataclass(frozen=True, slots=True)
class _Row:
    question: Question
    kind: str
    signs: tuple[float, ...]


def _rows(questions: Sequence[Question], root: Path, encoder: SentenceEncoder) -> Iterator[_Row]:
    corpus = Corpus.read(root)
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder)
        build(index, [load(source) for source in corpus.sources], corpus.notices, encoder, synonyms=corpus.synonyms)
        export_reader(index)
        export_encoder(encoder, index, ())
        generation = Generation.open(index)
        exported = ExportedEncoder.open(index, encoder.name, encoder.fingerprint)
        for kind, reader in (("weighed", None), ("read", Reader.open(index, encoder=exported))):
            answerer = Answerer(generation, exported, reader)
            for question in questions:
                asked = answerer.terms.spelling.mend(question.standalone or question.question).text
                values = signs(asked, answerer.evidence(asked), answerer.terms)
                yield _Row(question, kind, tuple(values[name] for name in SIGNS[kind]))


def main(corpora: Sequence[str]) -> None:
    """Fit, and write `answer/decision.json`."""
    questions = [question for question in read_gold(["dev"]) if question.corpus is None]
    encoder = SentenceEncoder.open()
    rows = [row for root in corpora for row in _rows(questions, Path(root), encoder)]
    fitted = {
        "command": "make calibrate",
        "trained_on": f"{len(questions)} dev questions over {len(corpora)} corpora",
        **{kind: _fit([row for row in rows if row.kind == kind], names) for kind, names in SIGNS.items()},
    }
    WEIGHTS.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(fitted, indent=1) + "\n")


def _fit(rows: Sequence[_Row], names: Sequence[str]) -> dict[str, object]:
    x = np.array([row.signs for row in rows])
    y = np.array([row.question.is_answerable for row in rows])
    groups = np.array([row.question.id for row in rows])
    model = make_pipeline(StandardScaler(), LogisticRegression())
    chances = np.zeros((SHUFFLES, len(rows)))
    for shuffle in range(SHUFFLES):
        for train, held_out in GroupKFold(FOLDS, shuffle=True, random_state=shuffle).split(x, y, groups):
            chances[shuffle, held_out] = model.fit(x[train], y[train]).predict_proba(x[held_out])[:, 1]
    tried = {round(float(t), 2): _rates(chances, y, t) for t in np.arange(0.05, 0.96, 0.01)}
    threshold = max(tried, key=lambda t: (round(tried[t][0] - tried[t][1], 6), -t))
    model.fit(x, y)
    scaler, fitted = model[0], model[1]
    weights = fitted.coef_[0] / scaler.scale_
    return {
        "cross_validated": _told(tried[threshold]),
        "threshold": threshold,
        "weights": {
            "intercept": round(float(fitted.intercept_[0] - weights @ scaler.mean_), 4),
            **{name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)},
        },
    }


def _rates(chances: np.ndarray, answerable: np.ndarray, threshold: float) -> tuple[float, float]:
    """How many of the questions with an answer get one at `threshold`, and how many of those without."""
    answered = chances >= threshold
    return float(answered[:, answerable].mean()), float(answered[:, ~answerable].mean())


def _told(rates: tuple[float, float]) -> dict[str, float]:
    right, false = rates
    return {
        "right_answers": round(right, 4),
        "false_answers": round(false, 4),
        "balanced": round((1 + right - false) / 2, 4),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
