"""A question, and the conversation it stands in, becomes an Answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from answer.cite import citation, cite, marked, nearest
from answer.compose import LONGEST, Point, both_sides, compose
from answer.contrast import conflicting, mismatch
from answer.conversation import Conversation
from answer.decide import Decision, decide
from answer.draft import draft
from answer.evidence import Evidence, SentenceReader
from answer.generator import Generator
from answer.memory import Memory, Told
from answer.prove import Prover
from answer.question import check_question, clauses, split_question, without_asker
from answer.reader import Reader
from answer.record import Answer, Citation, Remark, Stage
from answer.refusal import refusal
from ingest import Encoder, Generation, RememberingEncoder
from retriever import DENSE_WEIGHT, Hit, Retriever, Terms

PASSAGES = 12


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was read for a question: all evidence, that for each part that is answered, and the parts that are not."""

    evidence: list[Evidence]
    decision: Decision
    parts: list[list[Evidence]]
    missing: tuple[str, ...]


class Answerer:
    """Answers questions from one open generation."""

    def __init__(
        self,
        generation: Generation,
        encoder: Encoder,
        reader: Reader | None = None,
        *,
        dense_weight: float = DENSE_WEIGHT,
        passages: int = PASSAGES,
        threshold: float | None = None,
        longest: int = LONGEST,
        follow_ups: bool = True,
        generator: Generator | None = None,
        memory: Memory | None = None,
    ) -> None:
        """Answer from `generation`; without a `reader` sentences are weighed, but not read.

        `dense_weight` in [0, 1] is that of dense against lexical search, `passages` how many are read, `threshold` the
        least probability at which is answered (None: the fitted one; 0: always), `longest` the most characters of an
        answer; without `follow_ups` every question is taken as it stands.  What a `generator` writes is said in place
        of the quotes, as far as they prove it.  What is in `memory` is said again to who asks the same.  Raises
        EncoderMismatch (ingest) where the generation was made with another encoder.
        """
        self.generation = generation
        self.encoder = encoder
        self.reader = reader
        # A question is embedded to search and to read, and what is read comes back with the next question.
        remembering = RememberingEncoder(encoder, generation.known_vectors)
        self.retriever = Retriever(generation, remembering, dense_weight)
        self._passages = passages
        self._threshold = threshold
        self._longest = longest
        self._follow_ups = follow_ups
        self.generator = generator
        self.terms = Terms(generation, remembering)
        self._reader = SentenceReader(generation, remembering, self.terms, reader)
        self._memory = memory

    def ask(
        self,
        question: str,
        conversation: Conversation | None = None,
        *,
        compel: bool = False,
        quotes_only: bool = False,
        begins: Callable[[Stage], None] = lambda _: None,
    ) -> Answer:
        """Answer `question`, as a follow-up where `conversation` has come before; the conversation takes note of it.

        With `compel` the best there is is said, however little that may be: for evaluation only.  With `quotes_only`
        the generator is not asked.  `begins` is told of each stage as it begins.  Raises QuestionError where the
        question is empty, longer than LONGEST_QUESTION, or holds control characters.
        """
        started = time.perf_counter()
        asked = check_question(question)
        begins("resolve")
        mended = self.terms.spelling.mend(asked)
        talk = conversation if conversation is not None else Conversation()
        resolved = talk.resolve(mended.text, self.terms) if self._follow_ups else mended.text
        plain = without_asker(resolved)
        stages = {"resolve": _ms(started, time.perf_counter())}
        generator = None if quotes_only else self.generator
        # What a generator writes may be other words each time.
        memory = self._memory if generator is None else None
        told = memory.recall(self.generation.name, plain, compel) if memory else None
        if told is None:
            told = self._tell(plain, 0.0 if compel else self._threshold, generator, begins, stages)
            if memory:
                memory.keep(self.generation.name, plain, compel, told)
        noting = time.perf_counter()
        talk.remember(resolved, " ".join(s.text for s in told.statements), self.terms)
        finished = time.perf_counter()
        stages["resolve"] = round(stages["resolve"] + _ms(noting, finished), 2)
        return Answer(
            question=question,
            resolved_question=resolved,
            status="answered" if told.decision.answers else "insufficient_evidence",
            text=told.text,
            statements=told.statements,
            citations=told.citations,
            notices=(
                *(Remark("spelling", f"Read “{written}” as “{read}”.") for written, read in mended.changes),
                *told.remarks,
            ),
            reason=told.decision.reason,
            nearest=told.nearest,
            confidence=round(told.decision.probability, 4),
            generation=self.generation.name,
            timings_ms=stages | {"total": _ms(started, finished)},
        )

    def _tell(
        self,
        question: str,
        threshold: float | None,
        generator: Generator | None,
        begins: Callable[[Stage], None],
        stages: dict[str, float],
    ) -> Told:
        """What is said to a stand-alone question; `stages` gets the milliseconds of each."""
        started = time.perf_counter()
        begins("search")
        hits = self.search(question)
        searching = time.perf_counter()
        begins("read")
        reading = self._weigh(question, self._reader.read(question, hits), threshold)
        evidence, decision = reading.evidence, reading.decision
        points = compose(reading.parts, self._longest) if decision.answers else []
        drafting = drafted = time.perf_counter()
        written = None
        if generator and points:
            begins("write")
            written = draft(generator, question, reading.parts, Prover(self.terms))
            drafted = time.perf_counter()
        if written and written.sentences:
            points = [Point(evidence, ()) for evidence in written.evidence]
        opposed = conflicting(question, [p.evidence for p in points], evidence, self.terms)
        if opposed:
            points = both_sides(points, opposed)
        statements, citations = cite(points, written.sentences if written else ())
        text = " ".join(f"{s.reading_text} {marked(s.citations)}" for s in statements)
        near = () if decision.answers else nearest(evidence)
        told = Told(
            decision=decision,
            text=text or self._refusal(question, decision),
            statements=statements,
            citations=citations,
            remarks=(
                *self._remarks(question, reading, points, opposed, citations),
                *((written.remark,) if written else ()),
                *self._notices(citations),
            ),
            nearest=tuple(citation(number, e) for number, e in enumerate(near, 1)),
        )
        stages["search"] = _ms(started, searching)
        stages["read"] = _ms(searching + drafted - drafting, time.perf_counter())
        if written:
            stages["write"] = _ms(drafting, drafted)
        return told

    def evidence(self, question: str, hits: Sequence[Hit] | None = None) -> list[Evidence]:
        """The evidence for a stand-alone question in `hits` (None: what is found), best first; it may not answer."""
        return self._reader.read(question, self.search(question) if hits is None else hits)

    def search(self, question: str, k: int | None = None) -> list[Hit]:
        """The best `k` passages (None: as many as are read) for a question that stands alone."""
        return self.retriever.search(self.terms.names.expand(question), k or self._passages)

    def _weigh(self, question: str, evidence: list[Evidence], threshold: float | None) -> _Reading:
        """What is to be said to each part of a question, and which parts the sources do not answer."""
        asked = clauses(question)
        whole = decide(question, evidence, self.terms, threshold)
        if len(asked) == 1:
            return _Reading(evidence, whole, self._of_subjects(question, evidence), ())
        talk = Conversation()
        parts: list[tuple[str, list[Evidence], Decision]] = []
        for clause in asked:
            alone = talk.resolve(clause, self.terms)
            talk.remember(alone, "", self.terms)
            read = self.evidence(alone)
            parts.append((clause, read, decide(alone, read, self.terms, threshold)))
        told = [(read, decision) for _, read, decision in parts if decision.answers]
        if not told:
            return _Reading(evidence, whole, [evidence], ())
        missing = tuple(clause for clause, _, decision in parts if not decision.answers)
        best = max((decision for _, decision in told), key=lambda decision: decision.probability)
        return _Reading(evidence, best, [read for read, _ in told], missing)

    def _of_subjects(self, question: str, evidence: list[Evidence]) -> list[list[Evidence]]:
        """The evidence for each of several subjects, or `evidence`, that for all of it, where none has any."""
        parts = split_question(question, self.terms)
        if len(parts) == 1:
            return [evidence]
        found = ((subject, self.evidence(part)) for part, subject in parts)
        speaks_of = self.terms.names.speaks_of
        told = [[e for e in read if subject and speaks_of(subject, e.terms)] for subject, read in found]
        return told if any(told) else [evidence]

    def _remarks(
        self,
        question: str,
        reading: _Reading,
        points: Sequence[Point],
        opposed: tuple[Evidence, Evidence] | None,
        citations: Sequence[Citation],
    ) -> list[Remark]:
        """What the asker has to know of how the answer and the question, or the sources, go together."""
        if not points:
            return []
        remarks = [
            Remark("partial", f"The sources do not answer this part of the question: “{part}”")
            for part in reading.missing
        ]
        wrong = mismatch(question, [p.evidence for p in points], self.terms)
        if wrong and wrong.said:
            told = f"The question takes for granted “{wrong.asked}”; the sources say “{wrong.said}”."
            remarks.append(Remark("premise", told))
        elif wrong:
            told = f"The question takes for granted what the sources do not say: “{wrong.asked}”."
            remarks.append(Remark("premise", told))
        if opposed:
            numbers = tuple(
                c.number
                for e in opposed
                for c in citations
                if (c.document_id, c.start, c.end) == (e.document.id, e.start, e.end)
            )
            remarks.append(Remark("conflict", _conflict(opposed), numbers))
        return remarks

    def _refusal(self, question: str, decision: Decision) -> str:
        """The plain words of a refusal."""
        titles = {word: self.generation.document(n).title for word, n in self.terms.spelling.listed(question).items()}
        return refusal(question, decision, self.terms, titles)

    def _notices(self, citations: Sequence[Citation]) -> list[Remark]:
        """What the corpus asks to be said beside an answer."""
        remarks: list[Remark] = []
        for notice in self.generation.notices:
            concerned = tuple(c.number for c in citations if c.review_status == notice.review_status)
            if notice.review_status is None or concerned:
                remarks.append(Remark(notice.kind, notice.text, concerned if notice.review_status else ()))
        pending = tuple(c.number for c in citations if c.review_status == "pending")
        if pending and not any(remark.citations == pending for remark in remarks):
            remarks.append(Remark("pending_review", "A source cited here is still pending review.", pending))
        return remarks


def _conflict(opposed: tuple[Evidence, Evidence]) -> str:
    """What is said of two texts that disagree: whose they are, of when, and whether they were reviewed."""
    told = []
    for document in (evidence.document for evidence in opposed):
        facts = (
            document.publisher or document.title,
            document.revised.isoformat() if document.revised else "no date",
            document.review_status or "review status not stated",
        )
        told.append(", ".join(facts))
    return f"The sources disagree, or say different things of different cases: {told[0]}; and {told[1]}."


def _ms(start: float, end: float) -> float:
    return round(1000 * (end - start), 2)
