"""Fit the weights by which ibid decides whether the sources answer: `python -m eval.calibrate CORPUS [CORPUS ...]`.

Logistic regression over the signs of `answer.decide`, on the dev part of the gold questions in their stand-alone form,
over each corpus given.  Every answerable question is used a second time, at half the weight, with the evidence that
answers it taken away: that is what a missing fact looks like when its page is there.  The threshold is the one that is
best balanced on the questions as they are, in tenfold cross-validation with all rows of a question in one fold.  The
test part is never read.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from answer import Answerer, Evidence
from answer.decide import SIGNS, WEIGHTS, signs
from eval.gold import Question, read_gold
from ingest import Corpus, Encoder, Generation, SentenceEncoder, build, load

FOLDS = 10
_TAKEN_AWAY_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class _Row:
    question: Question
    signs: tuple[float, ...]
    answerable: bool
    weight: float


def _rows(questions: Sequence[Question], root: Path, encoder: Encoder) -> Iterator[_Row]:
    corpus = Corpus.read(root)
    with tempfile.TemporaryDirectory() as index:
        build(
            Path(index), [load(source) for source in corpus.sources], corpus.notices, encoder, synonyms=corpus.synonyms
        )
        answerer = Answerer(Generation.open(Path(index)), encoder)
        for question in questions:
            asked = answerer.terms.mend(question.standalone or question.question).text
            evidence = answerer.evidence(asked)
            yield _row(question, asked, evidence, answerer, question.is_answerable, 1.0)
            rest = [
                replace(e, passage_terms=e.terms)
                for e in evidence
                if not any(n.in_text(e.text) for n in question.nuggets)
            ]
            if question.is_answerable and rest:
                yield _row(question, asked, rest, answerer, False, _TAKEN_AWAY_WEIGHT)


def _row(
    question: Question, asked: str, evidence: Sequence[Evidence], answerer: Answerer, answerable: bool, weight: float
) -> _Row:
    values = signs(asked, evidence, answerer.terms)
    return _Row(question, tuple(values[name] for name in SIGNS), answerable, weight)


def _balanced(chances: np.ndarray, answerable: np.ndarray, threshold: float) -> float:
    return float(((chances >= threshold)[answerable].mean() + (chances < threshold)[~answerable].mean()) / 2)


def main(corpora: Sequence[str]) -> None:
    """Fit, and write `answer/decision.json`."""
    questions = [question for question in read_gold(["dev"]) if question.corpus is None]
    encoder = SentenceEncoder.open()
    fitted = {
        "command": "make calibrate",
        "trained_on": f"{len(questions)} dev questions over {len(corpora)} corpora",
        **_fit([row for root in corpora for row in _rows(questions, Path(root), encoder)]),
    }
    WEIGHTS.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(fitted, indent=1) + "\n")


def _fit(rows: Sequence[_Row]) -> dict[str, object]:
    x = np.array([row.signs for row in rows])
    y = np.array([row.answerable for row in rows])
    weights = np.array([row.weight for row in rows])
    groups = np.array([row.question.id for row in rows])
    model = LogisticRegression(C=30.0)
    chances = np.zeros(len(rows))
    for train, held_out in GroupKFold(FOLDS).split(x, y, groups):
        model.fit(x[train], y[train], sample_weight=weights[train])
        chances[held_out] = model.predict_proba(x[held_out])[:, 1]
    asked = weights == 1.0
    scored = [
        (round(_balanced(chances[asked], y[asked], t), 6), round(float(t), 2)) for t in np.arange(0.15, 0.85, 0.01)
    ]
    balanced = max(scored)[0]
    # Of thresholds that are equally good, the one that refuses least.
    threshold = min(threshold for value, threshold in scored if value == balanced)
    false = float((chances[asked & ~y] >= threshold).mean())
    model.fit(x, y, sample_weight=weights)
    return {
        "cross_validated_balanced_accuracy": round(balanced, 4),
        "cross_validated_false_answers": round(false, 4),
        "threshold": threshold,
        "weights": {
            "intercept": round(float(model.intercept_[0]), 4),
            **{name: round(float(weight), 4) for name, weight in zip(SIGNS, model.coef_[0], strict=True)},
        },
    }


if __name__ == "__main__":
    main(sys.argv[1:])
