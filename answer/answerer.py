"""A question, and the conversation it stands in, becomes an Answer: resolve, search, read, decide, compose, remark."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain, zip_longest

from answer.compose import LONGEST, compose, marked
from answer.conversation import Conversation
from answer.decide import Decision, decide
from answer.evidence import Evidence, SentenceReader
from answer.language import language_notice
from answer.memory import Memory, StandaloneAnswer
from answer.model.named import Model
from answer.question import ParsedQuestion, check_question
from answer.reader import Reader
from answer.record import Answer, Remark, Stage
from answer.resolver import Resolver, Turn
from answer.stopwatch import Stopwatch
from answer.talk import replied, small_talk, without_courtesy
from answer.tell import QuestionReading, tell
from ingest import Encoder, Generation, RememberingEncoder
from retriever import Correction, Hit, Retriever, Terms

PASSAGES = 16
# What is further from the best in search answers one question in a hundred, and is half of what would be read: counted
# on the dev parts of the gold questions and of `asked`.
_WITHIN = 0.3


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
        model: Model | None = None,
        writes: bool = False,
        memory: Memory | None = None,
    ) -> None:
        """Answer from `generation`; without a `reader` sentences are weighed, but not read.

        Without a `resolver` every question is taken as it stands.  `passages` is how many are read at most,
        `threshold` the least probability at which is answered (None: the fitted one; 0: always), `longest` the most
        characters of an answer.  A `model` points at the sentences that answer, in place of the reader; if it `writes`,
        what it writes is said in place of the quotes, as far as they prove it.
        What is in `memory` is said again to who asks the same.  Raises EncoderMismatch (ingest) where the generation
        was made with another encoder.
        """
        self.generation = generation
        self.encoder = encoder
        self.reader = reader
        self.resolver = resolver
        # A question is embedded to search and to read, and what is read comes back with the next question.
        remembering = self._remembering = RememberingEncoder(encoder)
        self._passages = passages
        self._threshold = threshold
        self._longest = longest
        self.model = model
        self.writes = writes
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

        What is no question to the sources, as a greeting, is replied to, and no conversation takes note of that.
        With `compel` the best there is is said, however little that may be: for evaluation only.  With `quotes_only`
        no model is asked.  `begins` is told of each stage as it begins.  Raises QuestionError where the question is
        empty, longer than LONGEST_QUESTION, or holds control characters.
        """
        asked = check_question(question)
        watch = Stopwatch(begins)
        watch.begin("resolve")
        talk = conversation if conversation is not None else Conversation()
        talked = None if compel else small_talk(asked, self._remembering, bool(talk.turns))
        if talked:
            return replied(question, asked, talked, self.generation, watch.stop())
        corrected = self._corrected(asked, talk)
        resolved = talk.resolve(corrected.text, self.resolver)
        model = None if quotes_only else self.model
        # What a model points at or writes may be something else each time.
        memory = self._memory if model is None else None
        told = memory.recall(self.generation.name, resolved, compel) if memory else None
        if told is None:
            told = self._tell((resolved, corrected.text), talk.turns, model, compel, watch)
            if memory:
                memory.keep(self.generation.name, resolved, compel, told)
        watch.begin("resolve")
        resolved = told.read_as or resolved
        talk.remember(resolved, " ".join(s.text for s in told.statements))
        return Answer(
            question=question,
            resolved_question=resolved,
            status="answered" if told.decision.answers else "insufficient_evidence",
            text=told.text,
            statements=told.statements,
            citations=told.citations,
            notices=(
                *(Remark("spelling", f"Read “{written}” as “{read}”.") for written, read in corrected.changes),
                *language_notice(asked, [cited.quote for cited in (*told.citations, *told.nearest)]),
                *told.remarks,
            ),
            reason=told.decision.reason,
            nearest=told.nearest,
            confidence=round(told.decision.probability, 4),
            generation=self.generation.name,
            timings_ms=watch.stop(),
            tokens=told.usage,
            states=self.generation.states,
        )

    def replay(self, question: str, said: str, conversation: Conversation) -> None:
        """Let `conversation` take note of an earlier turn: its question is understood, and not answered again."""
        asked = " ".join(question.split())
        if small_talk(asked, self._remembering, bool(conversation.turns)):
            return
        corrected = self._corrected(asked, conversation)
        conversation.remember(conversation.resolve(corrected.text, self.resolver), said)

    def _corrected(self, asked: str, talk: Conversation) -> Correction:
        """A question without courtesy and misspelling, all that is asked of its words and of `talk` being looked up."""
        said = without_courtesy(asked, self._remembering)
        self.terms.learn((said, *(turn.question for turn in talk.turns)))
        return self.terms.spelling.correct(said)

    def parse(self, text: str, asked: str | None = None) -> ParsedQuestion:
        """A question that stands alone, asked of this corpus; `asked` is how it was asked in a conversation."""
        self.terms.learn((text, asked or text))
        return ParsedQuestion.parse(text, self.terms, asked)

    def search(self, question: str | ParsedQuestion, k: int | None = None) -> list[Hit]:
        """The best `k` passages (None: those that are read) for a question that stands alone."""
        text = question.text if isinstance(question, ParsedQuestion) else question
        return self.retriever.search(text, k) if k else self._search_all([text])[0]

    def _search_all(self, questions: Sequence[str | ParsedQuestion]) -> list[list[Hit]]:
        """The passages that are read for each of some questions that stand alone."""
        texts = [question.text if isinstance(question, ParsedQuestion) else question for question in questions]
        return [self._near(hits) for hits in self.retriever.search_all(texts, self._passages)]

    def _near(self, hits: Sequence[Hit]) -> list[Hit]:
        """Those of the passages found that are read."""
        return [hit for hit in hits[: self._passages] if hit.score >= hits[0].score - _WITHIN]

    def _search_wide(self, questions: Sequence[ParsedQuestion], asked: str) -> tuple[list[list[Hit]], list[Hit]]:
        """The passages that are read for each of `questions`, and those that a model is shown.

        These are the best for each of them, and for the first as it was `asked`, in turn, each once.
        """
        from answer.pointer.prompt import PASSAGES as SHOWN

        first, *parts = (question.text for question in questions)
        texts = list(dict.fromkeys((first, asked, *parts)))
        each = dict(zip(texts, self.retriever.search_all(texts, max(SHOWN, self._passages)), strict=True))
        shown: dict[str, Hit] = {}
        for hit in chain.from_iterable(zip_longest(*(hits[:SHOWN] for hits in each.values()))):
            if hit:
                shown.setdefault(hit.passage.id, hit)
        return [self._near(each[question.text]) for question in questions], [*shown.values()][:SHOWN]

    def evidence(self, question: str | ParsedQuestion, hits: Sequence[Hit] | None = None) -> list[Evidence]:
        """The evidence for a stand-alone question in `hits` (None: what is found), best first; it may not answer."""
        asked = question if isinstance(question, ParsedQuestion) else self.parse(question)
        return self._reader.read(asked, self.search(asked) if hits is None else hits)

    def decide(self, question: str | ParsedQuestion, evidence: Sequence[Evidence]) -> Decision:
        """Whether the evidence answers."""
        asked = question if isinstance(question, ParsedQuestion) else self.parse(question)
        return decide(asked, evidence, self.terms, self._threshold)

    def _tell(
        self, forms: tuple[str, str], turns: Sequence[Turn], model: Model | None, compel: bool, watch: Stopwatch
    ) -> StandaloneAnswer:
        """What is said to a question, as understood and as asked, after `turns`."""
        watch.begin("search")
        question = self.parse(*forms)
        asked = [question, *self._alone(question)]
        # Where something is to be said come what may, the model could say that there is nothing.
        points = model is not None and not compel
        hits, wide = self._search_wide(asked, forms[1]) if points else (self._search_all(asked), [])
        watch.begin("read")
        reading = self._read(asked, hits, wide, 0.0 if compel else self._threshold)
        pointed = written = None
        if model and points and reading.evidence:
            from answer.pointer.choose import point

            watch.begin("point")
            evidence = self._with(reading.evidence, question, wide, hits[0])
            pointed = point(model, forms[1], question, turns, wide, evidence)
            reading = reading.chosen(pointed, evidence)
        if model and self.writes and reading.points and (pointed is None or pointed.evidence):
            from answer.writer.draft import draft
            from answer.writer.prove import Prover

            watch.begin("write")
            prover = Prover(self.terms, self.encoder)
            written = draft(model, question.text, reading.parts, reading.near, prover)
        watch.begin("read")
        told = tell(self.generation, self.reader, question, reading, written)
        usages = [heard.usage for heard in (pointed, written) if heard and heard.usage]
        usage = sum(usages[1:], usages[0]) if usages else None
        return replace(told, read_as=pointed.read_as if pointed else None, usage=usage)

    def _alone(self, question: ParsedQuestion) -> list[ParsedQuestion]:
        """The parts of a question, each made to stand alone."""
        talk = Conversation()
        alone = []
        for part in question.parts:
            alone.append(self.parse(talk.resolve(part, self.resolver), part))
            talk.remember(alone[-1].text, "")
        return alone

    def _read(
        self,
        asked: Sequence[ParsedQuestion],
        hits: Sequence[Sequence[Hit]],
        later: Sequence[Hit],
        threshold: float | None,
    ) -> QuestionReading:
        """What is to be said to a question, the first of `asked`, or to its parts, and which are not answered."""
        # Of all together, and what is read `later`, in one round trip; they are remembered.
        self.generation.documents({hit.passage.document_id for some in (*hits, later) for hit in some})
        evidence, *each = map(self.evidence, asked, hits)
        whole, *decisions = (
            decide(question, read, self.terms, threshold)
            for question, read in zip(asked, (evidence, *each), strict=True)
        )
        told = [(read, decision) for read, decision in zip(each, decisions, strict=True) if decision.answers]
        best = max((decision for _, decision in told), key=lambda decision: decision.probability, default=whole)
        answered = [read for read, _ in told] or [evidence]
        parts = zip(asked[0].parts, decisions, strict=True)
        missing = tuple(part for part, decision in parts if not decision.answers) if told else ()
        points = compose(answered, self._longest) if best.answers else []
        return QuestionReading(
            evidence, best, points, answered, [e for read in answered for e in marked(read)], missing
        )

    def _with(
        self, evidence: Sequence[Evidence], question: ParsedQuestion, hits: Sequence[Hit], read: Sequence[Hit]
    ) -> list[Evidence]:
        """The evidence, and that in `hits` beyond those that were `read` already, best first."""
        known = {hit.passage.id for hit in read}
        beyond = [hit for hit in hits if hit.passage.id not in known]
        more = self.evidence(question, beyond) if beyond else []
        return sorted({e.place: e for e in (*more, *evidence)}.values(), key=lambda e: -e.score)
