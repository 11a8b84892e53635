"""What search found, against the passages and the ranges that are evidence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import fmean

from eval.nuggets import vital
from eval.run import Gold, Outcome, RetrievedPassage
from ingest.errors import needing

RANKED = ("nDCG@10", "R@5", "R@10", "RR@10", "Success@5")


def ranked(
    asked: Sequence[tuple[Outcome, Sequence[RetrievedPassage]]], measures: Sequence[str] = RANKED
) -> dict[str, list[float]]:
    """The values, by `ir_measures`, of rankings for answerable questions, under the names of the `measures`.

    nDCG (Järvelin and Kekäläinen 2002): the discounted gain sum(rel / log2(rank + 1)) over that of the best order; R:
    the part of the relevant passages among the first k; RR: 1 / rank of the first (Voorhees 1999); Success: whether one
    is among the first k.  A question of which no relevant passage is found, or none exists, is worth 0; one without an
    answer in the sources has no value (NaN).
    """
    with needing("eval"):
        import ir_measures
    values = {measure: [0.0 if o.question.is_answerable else math.nan for o, _ in asked] for measure in measures}
    rows = {o.question.id: row for row, (o, _) in enumerate(asked) if o.question.is_answerable and o.relevant}
    qrels = [ir_measures.Qrel(o.question.id, passage, 1) for o, _ in asked for passage in o.relevant]
    # By rank, so that equal scores stay in the order in which they were found.
    found = [
        ir_measures.ScoredDoc(o.question.id, hit.passage, -float(rank))
        for o, hits in asked
        for rank, hit in enumerate(hits)
    ]
    for metric in (
        ir_measures.iter_calc([ir_measures.parse_measure(m) for m in measures], qrels, found) if qrels and found else ()
    ):
        if metric.query_id in rows:
            values[str(metric.measure)][rows[metric.query_id]] = float(metric.value)
    return values


def span_recall(outcome: Outcome, k: int, passage_size: int) -> float:
    """The part of an answerable question's vital nuggets whose evidence is among the first `k` passages found.

    A nugget's evidence is there when a gold range that holds it lies wholly inside one passage; a range longer than any
    passage, of `passage_size` characters, when the passages together cover it.  Ranges of the text, not passages, are
    counted: the score can be compared between indexes cut otherwise.
    """
    if not outcome.question.is_answerable:
        return math.nan
    hits = outcome.told.hits[:k]
    there = {n for gold in outcome.gold if is_found(gold, hits, passage_size) for n in gold.nuggets}
    wanted = {nugget.pattern.pattern for nugget in vital(outcome.question)}
    return fmean(n in there for n, nugget in enumerate(outcome.question.nuggets) if nugget.pattern.pattern in wanted)


def is_found(gold: Gold, hits: Sequence[RetrievedPassage], passage_size: int) -> bool:
    """Whether a gold range lies inside one of `hits`, or, where it is too long for that, is covered by them."""
    ranges = sorted((hit.start, hit.end) for hit in hits if hit.document == gold.document)
    if gold.end - gold.start <= passage_size:
        return any(start <= gold.start and gold.end <= end for start, end in ranges)
    covered = gold.start
    for start, end in ranges:
        # Between two passages there is at most white space.
        if start <= covered + _GAP:
            covered = max(covered, end)
    return covered >= gold.end


_GAP = 2


def columns(outcomes: Sequence[Outcome], passage_size: int) -> Mapping[str, list[float]]:
    """The values of every question by measure of retrieval."""
    values = ranked([(o, o.told.hits) for o in outcomes])
    spans = {f"span_R@{k}": [span_recall(o, k, passage_size) for o in outcomes] for k in (5, 10)}
    return values | spans
