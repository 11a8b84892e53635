"""Scores of a run, in all and by stratum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import ir_measures
from ir_measures import R, nDCG

from eval.gold import Question
from eval.run import Outcome
from ingest import Generation

RETRIEVAL = (R @ 5, nDCG @ 10)


@dataclass(frozen=True, slots=True)
class Score:
    """The scores of some questions; None where no question of the kind is among them.

    vital_recall, nugget_recall: mean part of an answerable question's vital (all) nuggets that its statements hold,
    0 for one refused (Voorhees 2003); length: mean characters of the statements of answers given; right_document:
    part of answerable questions whose answer cites a document of the gold evidence; right_answers: part of answerable
    questions answered; right_refusals: part of the others refused; verified: part of answers whose every quote
    stands at its offsets; recall_at_5, ndcg_at_10: of passages (see `relevant`).
    """

    questions: int
    vital_recall: float | None
    nugget_recall: float | None
    length: float | None
    right_document: float | None
    right_answers: float | None
    right_refusals: float | None
    verified: float
    recall_at_5: float | None
    ndcg_at_10: float | None

    @property
    def balanced(self) -> float | None:
        """The mean of right answers and right refusals: neither answering all nor refusing all scores above 0.5."""
        if self.right_answers is None or self.right_refusals is None:
            return None
        return (self.right_answers + self.right_refusals) / 2


def score(outcomes: Sequence[Outcome], generation: Generation) -> Score:
    """Score the outcomes of a run over `generation`."""
    answerable = [o for o in outcomes if o.question.is_answerable]
    given = [o for o in outcomes if not o.answer.is_refusal]
    retrieval = _retrieval(answerable, generation)
    return Score(
        questions=len(outcomes),
        vital_recall=_mean([_recall(o, ("vital",)) for o in answerable]),
        nugget_recall=_mean([_recall(o, ("vital", "okay")) for o in answerable]),
        length=_mean([len(o.said) for o in given]),
        right_document=_mean([_right_document(o) for o in answerable]),
        right_answers=_mean([not o.answer.is_refusal for o in answerable]),
        right_refusals=_mean([o.answer.is_refusal for o in outcomes if not o.question.is_answerable]),
        verified=fmean(o.verified for o in outcomes) if outcomes else 1.0,
        recall_at_5=retrieval.get(str(R @ 5)),
        ndcg_at_10=retrieval.get(str(nDCG @ 10)),
    )


def score_by_stratum(outcomes: Sequence[Outcome], generation: Generation) -> dict[str, Score]:
    """Scores by stratum, in the order of the gold questions, then `all`."""
    strata = dict.fromkeys(o.question.stratum for o in outcomes)
    rows = {s: score([o for o in outcomes if o.question.stratum == s], generation) for s in strata}
    return rows | {"all": score(outcomes, generation)}


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None


def _recall(outcome: Outcome, importance: tuple[str, ...]) -> float:
    wanted = [n for n in outcome.question.nuggets if n.importance in importance]
    return fmean(n.in_text(outcome.said) for n in wanted) if wanted else float(not outcome.answer.is_refusal)


def _right_document(outcome: Outcome) -> bool:
    cited = {c.document_id for c in outcome.answer.citations}
    return bool(cited & {place.document for place in outcome.question.evidence})


def relevant(question: Question, generation: Generation) -> set[str]:
    """The ids of the passages that answer: they lie in a place of the gold evidence and hold one of its nuggets."""
    found: set[str] = set()
    for passage in generation.passages(generation.rows()):
        document = generation.document(passage.document_id)
        if any(place.covers(document, passage.start) for place in question.evidence) and any(
            nugget.in_text(passage.text) for nugget in question.nuggets
        ):
            found.add(passage.id)
    return found


def _retrieval(outcomes: Sequence[Outcome], generation: Generation) -> Mapping[str, float]:
    """Recall@5 and nDCG@10 (Järvelin and Kekäläinen 2002) by ir_measures."""
    qrels = [
        ir_measures.Qrel(o.question.id, passage, 1)
        for o in outcomes
        for passage in sorted(relevant(o.question, generation))
    ]
    if not qrels:
        return {}
    found = [ir_measures.ScoredDoc(o.question.id, h.passage.id, -float(h.rank)) for o in outcomes for h in o.hits]
    measured = ir_measures.calc_aggregate(RETRIEVAL, qrels, found)
    return {str(measure): float(value) for measure, value in measured.items()}
