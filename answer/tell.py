"""From what was read to what is said: the statements with their citations, and what is to be known beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from answer.cite import citation, cite, marked, nearest
from answer.compose import Point, both_sides, compose_chosen
from answer.decide import Decision
from answer.evidence import Evidence
from answer.memory import StandaloneAnswer
from answer.question import ParsedQuestion
from answer.reader import Reader
from answer.record import Refused, Remark
from answer.refusal import refusal
from answer.remarks import beyond, conflict, conflicting, notices, partial, unread
from ingest import Generation

if TYPE_CHECKING:
    from answer.pointer.choose import Pointed
    from answer.writer.draft import Draft


@dataclass(frozen=True, slots=True)
class QuestionReading:
    """What was read for a question.

    `evidence` is all of it, best first, `parts` that for each part that is answered, in the order in which it counts,
    `near` what of that is the answer, `missing` the parts that the sources do not answer, and `remarks` what is to be
    said of how it was read.
    """

    evidence: Sequence[Evidence]
    decision: Decision
    points: Sequence[Point]
    parts: Sequence[Sequence[Evidence]]
    near: Sequence[Evidence]
    missing: tuple[str, ...]
    remarks: tuple[Remark, ...] = ()

    def chosen(self, pointed: Pointed, evidence: Sequence[Evidence]) -> QuestionReading:
        """What a model has chosen of the `evidence`, best first; the reading as it is where that was of no use.

        The probability stays that of the reader.  A refusal is `not_in_sources`, unless the reader found that they are
        about something else.
        """
        if pointed.evidence is None:
            return replace(self, remarks=(pointed.remark,))
        is_far = self.decision.reason == "off_topic"
        reason: Refused | None = None if pointed.evidence else "off_topic" if is_far else "not_in_sources"
        # Where the reader would have answered, it has not looked for what is missing.
        missing = () if self.decision.answers else self.decision.missing
        return QuestionReading(
            evidence=evidence,
            decision=replace(self.decision, answers=bool(pointed.evidence), reason=reason, missing=missing),
            points=compose_chosen(pointed.evidence, evidence),
            parts=[pointed.evidence],
            near=pointed.evidence,
            missing=pointed.missing,
            remarks=(pointed.remark,),
        )


def tell(
    generation: Generation,
    reader: Reader | None,
    question: ParsedQuestion,
    reading: QuestionReading,
    written: Draft | None,
) -> StandaloneAnswer:
    """The statements with their citations, and the remarks beside them; or the words of a refusal."""
    sentences = written.sentences if written else ()
    points = [Point(evidence, ()) for evidence in written.evidence] if written and sentences else list(reading.points)
    opposed = conflicting(points, reading.evidence, reader)
    if opposed:
        points = both_sides(points, opposed)
    statements, citations = cite(points, sentences)
    near = () if reading.decision.answers else nearest(reading.evidence)
    titles = {name: read.title for name, read in generation.documents(question.listed.values()).items()}
    return StandaloneAnswer(
        decision=reading.decision,
        text=" ".join(f"{s.reading_text} {marked(s.citations)}" for s in statements)
        or refusal(question, reading.decision, titles),
        statements=statements,
        citations=citations,
        remarks=(
            *(partial(reading.missing) if points else unread(generation.left_out)),
            *beyond(question.beyond),
            *((conflict(opposed, citations, generation.states),) if opposed else ()),
            *reading.remarks,
            *((written.remark,) if written else ()),
            *notices(generation, citations),
        ),
        nearest=tuple(citation(number, e) for number, e in enumerate(near, 1)),
    )
