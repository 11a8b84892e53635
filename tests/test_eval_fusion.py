"""The weights of search are tried on what was found, document by document."""

from __future__ import annotations

import pytest

from eval.fusion import reached
from ingest import Passage
from retriever import Hit


def hit(document: str, dense: float, coverage: float) -> Hit:
    passage = Passage(f"{document}-{dense}", document, "r", "T", "T", (), 0, 1, "x")
    return Hit(passage, 1, 0.0, dense, 0.0, coverage, 0.0)


FOUND = {"q": [hit("near", 0.9, 0.0), hit("told", 0.5, 1.0), hit("near", 0.8, 0.2)]}
QRELS = {"q": {"told": 1}}


def test_a_document_is_ranked_by_its_best_passage_under_the_weights_tried() -> None:
    assert reached(FOUND, QRELS, {"coverage": 1.0}) == 1.0
    assert reached(FOUND, QRELS, {"dense": 1.0}) == pytest.approx(0.6309, abs=1e-4)


def test_weights_of_several_features_are_summed() -> None:
    assert reached(FOUND, QRELS, {"dense": 1.0, "coverage": 0.1}) < reached(
        FOUND, QRELS, {"dense": 1.0, "coverage": 0.6}
    )
