"""What search found, against the passages and the ranges that are evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean

from eval.measures.measure import PART, SCORE, Column, Group, Guard, Measure, ValueForm, mean_of
from eval.measures.nuggets import vital
from eval.run import Gold, Outcome, RetrievedPassage
from eval.store import Run
from ingest.errors import needing

_GAP = 2


def ranked(measure: str, asked: Sequence[tuple[Outcome, Sequence[RetrievedPassage]]]) -> list[float]:
    """The values of rankings for answerable questions in a measure of `ir_measures`, which is named as there.

    nDCG (Järvelin and Kekäläinen 2002): the discounted gain sum(rel / log2(rank + 1)) over that of the best order; R:
    the part of the relevant passages among the first k; RR: 1 / rank of the first (Voorhees 1999); Success: whether one
    is among the first k.  A question of which no relevant passage is found, or none exists, is worth 0; one without an
    answer in the sources has no value (NaN).
    """
    with needing("eval"):
        import ir_measures
    values = [0.0 if o.question.is_answerable else math.nan for o, _ in asked]
    rows = {o.question.id: row for row, (o, _) in enumerate(asked) if o.question.is_answerable and o.relevant}
    qrels = [ir_measures.Qrel(o.question.id, passage, 1) for o, _ in asked for passage in o.relevant]
    # By rank, so that equal scores stay in the order in which they were found.
    found = [
        ir_measures.ScoredDoc(o.question.id, hit.passage, -float(rank))
        for o, hits in asked
        for rank, hit in enumerate(hits)
    ]
    for metric in ir_measures.iter_calc([ir_measures.parse_measure(measure)], qrels, found) if qrels and found else ():
        if metric.query_id in rows:
            values[rows[metric.query_id]] = float(metric.value)
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


def _found(name: str, k: int, words: str, form: ValueForm = PART, guard: Guard | None = None) -> Measure:
    """The measure of `ir_measures` of this name, over the first `k` passages, of which `words` tell."""
    measure = f"{name}@{k}"
    column = Column(measure, lambda run: ranked(measure, [(o, o.told.hits) for o in run.outcomes]))
    return mean_of(column, Group.RETRIEVAL, measure, words.format(k=k), form=form, parameters={"k": k}, guard=guard)


def _spans(k: int, guard: Guard | None = None) -> Measure:
    def values(run: Run) -> list[float]:
        return [span_recall(outcome, k, run.manifest["passage_size"]) for outcome in run.outcomes]

    return mean_of(
        Column(f"span_R@{k}", values),
        Group.RETRIEVAL,
        f"Evidence in first {k}",
        f"Vital nuggets whose evidence is inside the first {k} passages found.",
        parameters={"k": k},
        guard=guard,
    )


MEASURES = (
    _found("nDCG", 10, "How near the first {k} passages are to the best order of them.", SCORE, guard="loss"),
    _found("R", 5, "Relevant passages that are among the first {k} found.", guard="loss"),
    _found("R", 10, "Relevant passages that are among the first {k} found."),
    _found("RR", 10, "One over the rank of the first relevant passage.", SCORE),
    _found("Success", 5, "Questions with a relevant passage among the first {k}."),
    _spans(5, guard="loss"),
    _spans(10),
)
