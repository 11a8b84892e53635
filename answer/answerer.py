"""A question, and the conversation it stands in, becomes an Answer: resolve, search, read, decide, compose, remark."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from answer.cite import citation, cite, marked, nearest
from answer.compose import LONGEST, Point, both_sides, compose
from answer.conversation import Conversation
from answer.decide import Decision, decide
from answer.evidence import Evidence, SentenceReader
from answer.language import language_notice
from answer.memory import Memory, Told
from answer.question import Question, check_question
from answer.reader import Reader
from answer.record import Answer, Remark, Stage
from answer.refusal import refusal
from answer.remarks import conflict, conflicting, notices, partial, unread
from answer.resolver import Resolver
from answer.writer.draft import Draft, draft
from answer.writer.generator import Generator
from answer.writer.prove import Prover
from ingest import Encoder, Generation, RememberingEncoder
from retriever import Hit, Retriever, Terms

PASSAGES = 16
# What is further from the best in search answers one question in a hundred, and is half of what would be read: counted
# on the dev parts of the gold questions and of `asked`.
_WITHIN = 0.3


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
        resolver: Resolver | None = None,
        *,
        passages: int = PASSAGES,
        threshold: float | None = None,
        longest: int = LONGEST,
        generator: Generator | None = None,
        memory: Memory | None = None,
    ) -> None:
        """Answer from `generation`; without a `reader` sentences are weighed, but not read.

        Without a `resolver` every question is taken as it stands.  `passages` is how many are read at most,
        `threshold` the least probability at which is answered (None: the fitted one; 0: always), `longest` the most
        characters of an answer.  What a `generator` writes is said in place of the quotes, as far as they prove it.
        What is in `memory` is said again to who asks the same.  Raises EncoderMismatch (ingest) where the generation
        was made with another encoder.
        """
        self.generation = generation
        self.encoder = encoder
        self.reader = reader
        self.resolver = resolver
        # A question is embedded to search and to read, and what is read comes back with the next question.
        remembering = RememberingEncoder(encoder)
        self._passages = passages
        self._threshold = threshold
        self._longest = longest
        self.generator = generator
        self.terms = Terms(generation, remembering)
        self.retriever = Retriever(generation, remembering, self.terms)
        self._reader = SentenceReader(generation, self.terms, reader)
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
        talk = conversation if conversation is not None else Conversation()
        self.terms.learn((asked, *(turn.question for turn in talk.turns)))
        mended = self.terms.spelling.mend(asked)
        resolved = talk.resolve(mended.text, self.resolver)
        stages = {"resolve": _ms(started, time.perf_counter())}
        generator = None if quotes_only else self.generator
        # What a generator writes may be other words each time.
        memory = self._memory if generator is None else None
        told = memory.recall(self.generation.name, resolved, compel) if memory else None
        if told is None:
            forms = (resolved, mended.text)
            told = self._tell(forms, 0.0 if compel else self._threshold, generator, begins, stages)
            if memory:
                memory.keep(self.generation.name, resolved, compel, told)
        noting = time.perf_counter()
        talk.remember(resolved, " ".join(s.text for s in told.statements))
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
                *language_notice(asked, [cited.quote for cited in (*told.citations, *told.nearest)]),
                *told.remarks,
            ),
            reason=told.decision.reason,
            nearest=told.nearest,
            confidence=round(told.decision.probability, 4),
            generation=self.generation.name,
            timings_ms=stages | {"total": _ms(started, finished)},
        )

    def parse(self, text: str, asked: str | None = None) -> Question:
        """A question that stands alone, asked of this corpus; `asked` is how it was asked in a conversation."""
        self.terms.learn((text, asked or text))
        return Question.parse(text, self.terms, asked)

    def search(self, question: str | Question, k: int | None = None) -> list[Hit]:
        """The best `k` passages (None: those that are read) for a question that stands alone."""
        text = question.text if isinstance(question, Question) else question
        return self.retriever.search(text, k) if k else self._search_all([text])[0]

    def _search_all(self, questions: Sequence[str | Question]) -> list[list[Hit]]:
        """The passages that are read for each of some questions that stand alone."""
        texts = [question.text if isinstance(question, Question) else question for question in questions]
        found = self.retriever.search_all(texts, self._passages)
        return [[hit for hit in hits if hit.score >= hits[0].score - _WITHIN] for hits in found]

    def evidence(self, question: str | Question, hits: Sequence[Hit] | None = None) -> list[Evidence]:
        """The evidence for a stand-alone question in `hits` (None: what is found), best first; it may not answer."""
        asked = question if isinstance(question, Question) else self.parse(question)
        return self._reader.read(asked, self.search(asked) if hits is None else hits)

    def decide(self, question: str | Question, evidence: Sequence[Evidence]) -> Decision:
        """Whether the evidence answers."""
        asked = question if isinstance(question, Question) else self.parse(question)
        return decide(asked, evidence, self.terms, self._threshold)

    def _tell(
        self,
        forms: tuple[str, str],
        threshold: float | None,
        generator: Generator | None,
        begins: Callable[[Stage], None],
        stages: dict[str, float],
    ) -> Told:
        """What is said to a question, as understood and as asked; `stages` gets the milliseconds of each."""
        started = time.perf_counter()
        begins("search")
        question = self.parse(*forms)
        asked = [question, *self._parts(question)]
        hits = self._search_all(asked)
        searched = time.perf_counter()
        begins("read")
        reading = self._read(asked, hits, threshold)
        points = compose(reading.parts, self._longest) if reading.decision.answers else []
        drafting = drafted = time.perf_counter()
        written = None
        if generator and points:
            begins("write")
            written = draft(generator, question.text, reading.parts, Prover(self.terms, self.encoder))
            drafted = time.perf_counter()
        if written and written.sentences:
            points = [Point(evidence, ()) for evidence in written.evidence]
        told = self._told(question, reading, points, written)
        stages["search"] = _ms(started, searched)
        stages["read"] = _ms(searched + drafted - drafting, time.perf_counter())
        if written:
            stages["write"] = _ms(drafting, drafted)
        return told

    def _parts(self, question: Question) -> list[Question]:
        """The parts of a question, each as one that stands alone."""
        talk = Conversation()
        parts: list[Question] = []
        for part in question.parts:
            alone = talk.resolve(part, self.resolver)
            talk.remember(alone, "")
            parts.append(self.parse(alone, part))
        return parts

    def _read(self, asked: Sequence[Question], hits: Sequence[Sequence[Hit]], threshold: float | None) -> _Reading:
        """What is to be said to a question, the first of `asked`, or to its parts, and which are not answered."""
        # Of all together, in one round trip; they are remembered.
        self.generation.documents({hit.passage.document_id for some in hits for hit in some})
        evidence, *each = map(self.evidence, asked, hits)
        whole, *decisions = (
            decide(question, read, self.terms, threshold)
            for question, read in zip(asked, (evidence, *each), strict=True)
        )
        told = [(read, decision) for read, decision in zip(each, decisions, strict=True) if decision.answers]
        if not told:
            return _Reading(evidence, whole, [evidence], ())
        parts = zip(asked[0].parts, decisions, strict=True)
        missing = tuple(part for part, decision in parts if not decision.answers)
        best = max((decision for _, decision in told), key=lambda decision: decision.probability)
        return _Reading(evidence, best, [read for read, _ in told], missing)

    def _told(self, question: Question, reading: _Reading, points: list[Point], written: Draft | None) -> Told:
        """The statements with their citations, and the remarks beside them; or the words of a refusal."""
        opposed = conflicting(points, reading.evidence, self.reader)
        if opposed:
            points = both_sides(points, opposed)
        statements, citations = cite(points, written.sentences if written else ())
        near = () if reading.decision.answers else nearest(reading.evidence)
        titles = {name: read.title for name, read in self.generation.documents(question.listed.values()).items()}
        return Told(
            decision=reading.decision,
            text=" ".join(f"{s.reading_text} {marked(s.citations)}" for s in statements)
            or refusal(question, reading.decision, titles),
            statements=statements,
            citations=citations,
            remarks=(
                *(partial(reading.missing) if points else unread(self.generation.left_out)),
                *((conflict(opposed, citations),) if opposed else ()),
                *((written.remark,) if written else ()),
                *notices(self.generation, citations),
            ),
            nearest=tuple(citation(number, e) for number, e in enumerate(near, 1)),
        )


def _ms(start: float, end: float) -> float:
    return round(1000 * (end - start), 2)
