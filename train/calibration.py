"""From logits to probabilities, by logistic regression on the dev part."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from train.batches import Encoded
from train.fit import Read

SIGNS = ("pooled", "sentence")


def features(read: Read) -> tuple[float, float]:
    """What `answer.reader.adapted` weighs: the pooled logit, and that of the best sentence."""
    return float(read.pooled[0]), float(read.sentences.max()) if len(read.sentences) else -9.0


def calibrate(items: Sequence[Encoded], reads: Sequence[Read]) -> dict[str, object]:
    """The part `calibration` of reader.json."""
    pairs = [(i, r) for i, r in zip(items, reads, strict=True) if i.answerable >= 0]
    whole = _fit([features(r) for _, r in pairs], [i.answerable for i, _ in pairs])
    rows = [
        (float(logit), label)
        for item, read in zip(items, reads, strict=True)
        for logit, label in zip(read.sentences, item.relevant, strict=True)
        if label >= 0
    ]
    each = _fit([(logit,) for logit, _ in rows], [label for _, label in rows])
    claims = [(float(r.pooled[1]), i.support) for i, r in zip(items, reads, strict=True) if i.support >= 0]
    side = _fit([(logit,) for logit, _ in claims], [label for _, label in claims])
    return {
        "answerable": dict(zip((*SIGNS, "intercept"), whole, strict=True)),
        "sentence": each,
        "support": side,
    }


def _fit(values: Sequence[Sequence[float]], labels: Sequence[int]) -> list[float]:
    """Weights, and the intercept as the last."""
    model = LogisticRegression(C=1.0).fit(np.asarray(values), np.asarray(labels))
    return [round(float(w), 4) for w in (*model.coef_[0], model.intercept_[0])]
