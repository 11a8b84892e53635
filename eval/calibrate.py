"""Fit the weights by which ibid decides whether the sources answer: `python -m eval.calibrate CORPUS [CORPUS ...]`.

Logistic regression over the signs of `answer.decide`, on the dev part of the gold questions in their stand-alone form,
over each corpus given.  The threshold is the one that is best balanced in tenfold cross-validation, with both
corpora's rows of a question in one fold.  The test part is never read.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from answer import Answerer
from answer.decide import SIGNS, WEIGHTS
from eval.gold import read_gold
from ingest import Corpus, Generation, SentenceEncoder, build, load

FOLDS = 10


def main(corpora: list[str]) -> None:
    """Fit, and write `answer/decision.json`."""
    questions = read_gold(["dev"])
    encoder = SentenceEncoder.open()
    signs: list[list[float]] = []
    for root in corpora:
        corpus = Corpus.read(Path(root))
        with tempfile.TemporaryDirectory() as index:
            build(Path(index), [load(source) for source in corpus.sources], corpus.notices, encoder)
            answerer = Answerer(Generation.open(Path(index)), encoder)
            for question in questions:
                values = answerer.signs(question.standalone or question.question)
                signs.append([values[name] for name in SIGNS])
    x = np.array(signs)
    y = np.array([question.is_answerable for question in questions] * len(corpora))
    groups = np.array([question.id for question in questions] * len(corpora))
    model = LogisticRegression(C=30.0)
    chances = cross_val_predict(model, x, y, groups=groups, cv=GroupKFold(FOLDS), method="predict_proba")[:, 1]
    threshold, balanced = max(
        ((t, ((chances >= t)[y].mean() + (chances < t)[~y].mean()) / 2) for t in np.arange(0.3, 0.8, 0.01)),
        key=lambda pair: (round(pair[1], 6), -pair[0]),
    )
    model.fit(x, y)
    fitted = {
        "command": "make calibrate",
        "trained_on": f"{len(questions)} dev questions over {len(corpora)} corpora",
        "cross_validated_balanced_accuracy": round(float(balanced), 4),
        "threshold": round(float(threshold), 2),
        "weights": {
            "intercept": round(float(model.intercept_[0]), 4),
            **{name: round(float(weight), 4) for name, weight in zip(SIGNS, model.coef_[0], strict=True)},
        },
    }
    WEIGHTS.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(fitted, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
