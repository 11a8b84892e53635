"""A question, and the conversation it stands in, becomes an Answer."""

from __future__ import annotations

import time
from collections.abc import Sequence

from answer.compose import LONGEST, Point, compose, says_the_same
from answer.conversation import Conversation
from answer.decide import Decision, decide
from answer.evidence import Evidence, SentenceReader
from answer.question import check_question, split_question
from answer.record import Answer, Citation, Remark, Statement
from ingest import Encoder, Generation, RememberingEncoder
from retriever import DENSE_WEIGHT, Hit, Mended, Retriever, Terms

PASSAGES = 12
_NEAREST = 2


class Answerer:
    """Answers questions from one open generation."""

    def __init__(
        self,
        generation: Generation,
        encoder: Encoder,
        *,
        dense_weight: float = DENSE_WEIGHT,
        passages: int = PASSAGES,
        threshold: float | None = None,
        longest: int = LONGEST,
        follow_ups: bool = True,
    ) -> None:
        """Answer from `generation`.

        `dense_weight` in [0, 1] is that of dense against lexical search, `passages` how many are read, `threshold` the
        least probability at which is answered (None: the fitted one; 0: always), `longest` the most characters of an
        answer; without `follow_ups` every question is taken as it stands.  Raises EncoderMismatch (ingest) where the
        generation was made with another encoder.
        """
        self.generation = generation
        self.encoder = encoder
        # A question is embedded to search and to read, and what is read comes back with the next question.
        remembering = RememberingEncoder(encoder)
        self.retriever = Retriever(generation, remembering, dense_weight)
        self._passages = passages
        self._threshold = threshold
        self._longest = longest
        self._follow_ups = follow_ups
        self.terms = Terms(generation, remembering)
        self._reader = SentenceReader(generation, remembering, self.terms)

    def ask(self, question: str, conversation: Conversation | None = None, *, compel: bool = False) -> Answer:
        """Answer `question`, as a follow-up where `conversation` has come before; the conversation takes note of it.

        With `compel` the best there is is said, however little that may be: for evaluation only.  Raises QuestionError
        where the question is empty, longer than LONGEST_QUESTION, or holds control characters.
        """
        started = time.perf_counter()
        asked = check_question(question)
        mended = self.terms.mend(asked)
        talk = conversation if conversation is not None else Conversation()
        resolved = talk.resolve(mended.text, self.terms) if self._follow_ups else mended.text
        resolving = time.perf_counter()
        hits = self.search(resolved)
        searching = time.perf_counter()
        evidence = self._reader.read(resolved, hits)
        decision = decide(resolved, evidence, self.terms, 0.0 if compel else self._threshold)
        points = compose(self._parts(resolved, evidence), self._longest) if decision.answers else []
        statements, citations = _cite(points)
        talk.remember(resolved, " ".join(s.text for s in statements), self.terms)
        finished = time.perf_counter()
        nearest = () if decision.answers else tuple(_citation(n, e) for n, e in enumerate(_nearest(evidence), 1))
        return Answer(
            question=question,
            resolved_question=resolved,
            status="answered" if decision.answers else "insufficient_evidence",
            text=" ".join(f"{s.text} {_numbers(s.citations)}" for s in statements) or self._refusal(decision),
            statements=statements,
            citations=citations,
            notices=self._notices(mended, citations),
            reason=decision.reason,
            nearest=nearest,
            confidence=round(decision.probability, 4),
            generation=self.generation.name,
            timings_ms={
                "resolve": _ms(started, resolving),
                "search": _ms(resolving, searching),
                "read": _ms(searching, finished),
                "total": _ms(started, finished),
            },
        )

    def evidence(self, question: str, hits: Sequence[Hit] | None = None) -> list[Evidence]:
        """The evidence for a stand-alone question in `hits` (None: what is found), best first; it may not answer."""
        return self._reader.read(question, self.search(question) if hits is None else hits)

    def search(self, question: str, k: int | None = None) -> list[Hit]:
        """The best `k` passages (None: as many as are read) for a question that stands alone."""
        expanded, translated = self.terms.expand(question), self.terms.translate(question)
        return self.retriever.search(expanded, k or self._passages, translated)

    def _parts(self, question: str, evidence: list[Evidence]) -> list[list[Evidence]]:
        """The evidence for each part of the question, or `evidence`, that for all of it, where no part has any."""
        parts = split_question(question, self.terms)
        if len(parts) == 1:
            return [evidence]
        found = ((subject, self.evidence(part)) for part, subject in parts)
        told = [[e for e in read if subject and self.terms.speaks_of(subject, e.terms)] for subject, read in found]
        return told if any(told) else [evidence]

    def _refusal(self, decision: Decision) -> str:
        """The plain words of a refusal, with what is missing by name."""
        if decision.reason == "off_topic":
            return "The sources do not answer this: they are about something else."
        if decision.missing:
            words = ", ".join(f"“{word}”" for word in decision.missing[:3])
            listed = self.terms.listed(decision.missing[0])
            if listed:
                title = self.generation.document(listed[decision.missing[0]]).title
                return f"The sources do not answer this: {words} stands only in the list of references of “{title}”."
            return f"The sources do not answer this: nothing found in them speaks of {words} in this connection."
        return "The sources do not answer this clearly enough to quote them."

    def _notices(self, mended: Mended, citations: Sequence[Citation]) -> tuple[Remark, ...]:
        """What to show beside the answer: spelling that was mended, and what the corpus asks to be said."""
        remarks = [Remark("spelling", f"Read “{written}” as “{read}”.") for written, read in mended.changes]
        for notice in self.generation.notices:
            concerned = tuple(c.number for c in citations if c.review_status == notice.review_status)
            if notice.review_status is None or concerned:
                remarks.append(Remark(notice.kind, notice.text, concerned if notice.review_status else ()))
        pending = tuple(c.number for c in citations if c.review_status == "pending")
        if pending and not any(remark.citations == pending for remark in remarks):
            remarks.append(Remark("pending_review", "A source cited here is still pending review.", pending))
        return tuple(remarks)


def _cite(points: Sequence[Point]) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Statements in order, and their citations numbered as they come."""
    statements: list[Statement] = []
    citations: list[Citation] = []
    for point in points:
        numbers = []
        for evidence in (point.evidence, *point.same):
            citations.append(_citation(len(citations) + 1, evidence))
            numbers.append(citations[-1].number)
        statements.append(Statement(point.evidence.text, tuple(numbers)))
    return tuple(statements), tuple(citations)


def _citation(number: int, evidence: Evidence) -> Citation:
    return Citation.of(number, evidence.document, evidence.start, evidence.end)


def _nearest(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The best pieces of evidence that say different things."""
    kept: list[Evidence] = []
    for candidate in evidence:
        if len(kept) < _NEAREST and not any(says_the_same(candidate, e) for e in kept):
            kept.append(candidate)
    return kept


def _numbers(numbers: Sequence[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _ms(start: float, end: float) -> float:
    return round(1000 * (end - start), 2)
