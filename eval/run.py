"""Gold questions become a Run: every question asked, in its conversation, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from itertools import groupby
from multiprocessing import get_context
from typing import Any

from answer import Answer, Answerer, Conversation, verify
from eval.gold import Question
from eval.perturb import recased, reordered, typo
from ingest import Generation

DEPTH = 10
# The answerer of each corpus that questions are put to; None is the one that is evaluated.
Answerers = Mapping[str | None, Answerer]


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """A passage that search found: a range of a document, in code points."""

    passage: str
    document: str
    section: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, and the passages found for the question as it was understood, best first."""

    answer: Answer
    hits: tuple[RetrievedPassage, ...]

    @property
    def said(self) -> str:
        """The statements as one text; empty for a refusal."""
        return " ".join(statement.text for statement in self.answer.statements)


@dataclass(frozen=True, slots=True)
class Variant:
    """What came of the question put otherwise: `cited` are the (document, start, end) that were quoted."""

    kind: str
    question: str
    is_refusal: bool
    cited: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Gold:
    """A range of a document that is evidence, and the numbers of the question's nuggets that stand in it."""

    document: str
    start: int
    end: int
    nuggets: tuple[int, ...]
    reference: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question and what came of it.

    `told` is the answer in the conversation; `verified` whether each of its quotes stands at its offsets; `compelled`
    what would have been said instead of a refusal; `raw` and `manual`, for a follow-up, what came of its bare words and
    of the form that a person made to stand alone; `gold` the evidence, `relevant` the ids of the passages that hold it.
    """

    question: Question
    told: Told
    verified: bool
    compelled: Answer | None
    raw: Told | None
    manual: Told | None
    variants: tuple[Variant, ...]
    gold: tuple[Gold, ...]
    relevant: tuple[str, ...]

    @property
    def answer(self) -> Answer:
        """The answer in the conversation."""
        return self.told.answer

    @property
    def said(self) -> str:
        """The statements of the answer as one text; empty for a refusal."""
        return self.told.said

    def to_json(self) -> dict[str, Any]:
        """One line of a stored run; timings are left out, so that equal runs are equal files."""
        return {
            "question": self.question.to_json(),
            "part": self.question.part,
            "told": _told_json(self.told),
            "verified": self.verified,
            "compelled": _answer_json(self.compelled) if self.compelled else None,
            "raw": _told_json(self.raw) if self.raw else None,
            "manual": _told_json(self.manual) if self.manual else None,
            "variants": [asdict(variant) for variant in self.variants],
            "gold": [asdict(gold) for gold in self.gold],
            "relevant": list(self.relevant),
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Outcome:
        """The inverse of `to_json`."""
        return cls(
            question=Question.from_json(record["question"], record["part"]),
            told=_told_from(record["told"]),
            verified=record["verified"],
            compelled=Answer.from_json(record["compelled"]) if record["compelled"] else None,
            raw=_told_from(record["raw"]) if record["raw"] else None,
            manual=_told_from(record["manual"]) if record["manual"] else None,
            variants=tuple(
                Variant(v["kind"], v["question"], v["is_refusal"], tuple((d, s, e) for d, s, e in v["cited"]))
                for v in record["variants"]
            ),
            gold=tuple(Gold(**row | {"nuggets": tuple(row["nuggets"])}) for row in record["gold"]),
            relevant=tuple(record["relevant"]),
        )


def _answer_json(answer: Answer) -> dict[str, Any]:
    record = answer.to_json()
    del record["timings_ms"]
    return record


def _told_json(told: Told) -> dict[str, Any]:
    return {"answer": _answer_json(told.answer), "hits": [asdict(hit) for hit in told.hits]}


def _told_from(record: Mapping[str, Any]) -> Told:
    return Told(Answer.from_json(record["answer"]), tuple(RetrievedPassage(**hit) for hit in record["hits"]))


def ask_all(
    open_answerers: Callable[[], Answerers],
    questions: Sequence[Question],
    workers: int = 1,
    on_talk: Callable[[Sequence[Outcome]], None] | None = None,
    robust: bool = True,
) -> list[Outcome]:
    """Ask all `questions`, those of one conversation after each other, and give the outcomes in the order asked.

    Every worker but a single one is a process of its own, which opens its own answerers: `open_answerers` then has to
    be picklable.  `on_talk` gets the outcomes of each conversation, or question that stands alone, as it is done.
    Without `robust` no question is put in other forms.
    """
    talks = _talks(questions)
    outcomes: dict[str, Outcome] = {}
    for talk in _asked(open_answerers, talks, min(workers, len(talks)), robust):
        outcomes |= {outcome.question.id: outcome for outcome in talk}
        if on_talk:
            on_talk(talk)
    return [outcomes[question.id] for question in questions]


def _talks(questions: Iterable[Question]) -> list[list[Question]]:
    """The questions of each conversation together, and each of the others alone."""
    ordered = sorted(questions, key=lambda q: q.conversation or "")
    talks = [list(talk) for _, talk in groupby(ordered, key=lambda q: q.conversation or q.id)]
    return sorted(talks, key=len, reverse=True)


def _asked(
    open_answerers: Callable[[], Answerers], talks: Sequence[Sequence[Question]], workers: int, robust: bool
) -> Iterator[list[Outcome]]:
    if workers <= 1:
        answerers = open_answerers() if talks else {}
        for talk in talks:
            yield _ask_talk(answerers, robust, talk)
        return
    # Started anew, because a process that is forked while threads run may hang.
    with ProcessPoolExecutor(workers, get_context("spawn"), _start, (open_answerers,)) as pool:
        yield from pool.map(partial(_ask_talk_here, robust), talks)


def tell_all(answerer: Answerer, questions: Sequence[Question]) -> Iterator[Told]:
    """What `answerer` says to each of `questions`, those of one conversation following each other."""
    conversations: dict[str, Conversation] = {}
    for question in questions:
        talk = conversations.setdefault(question.conversation or question.id, Conversation())
        yield _tell(answerer, question.question, talk)


_answerers: Answerers = {}


def _start(open_answerers: Callable[[], Answerers]) -> None:
    global _answerers
    _answerers = open_answerers()


def _ask_talk_here(robust: bool, talk: Sequence[Question]) -> list[Outcome]:
    return _ask_talk(_answerers, robust, talk)


def _ask_talk(answerers: Answerers, robust: bool, talk: Sequence[Question]) -> list[Outcome]:
    conversation = Conversation()
    return [_ask(answerers[question.corpus], robust, question, conversation) for question in talk]


def _ask(answerer: Answerer, robust: bool, question: Question, conversation: Conversation) -> Outcome:
    told = _tell(answerer, question.question, conversation)
    follows = question.standalone is not None
    manual = _tell(answerer, question.alone, None) if follows else None
    verdicts = verify(told.answer.to_json(), answerer.generation)
    gold = _gold(question, answerer.generation)
    return Outcome(
        question=question,
        told=told,
        verified=all(verdict.status == "exact" for verdict in verdicts),
        compelled=answerer.ask(told.answer.resolved_question, compel=True) if not told.answer.is_answered else None,
        raw=_tell(answerer, question.question, None) if follows else None,
        manual=manual,
        variants=tuple(_variants(answerer, question, (manual or told).answer)) if robust else (),
        gold=gold,
        relevant=_relevant(question, gold, answerer.generation),
    )


def _tell(answerer: Answerer, question: str, conversation: Conversation | None) -> Told:
    answer = answerer.ask(question, conversation)
    hits = answerer.search(answer.resolved_question, DEPTH)
    found = (
        RetrievedPassage(
            h.passage.id, h.passage.document_id, h.passage.section, h.passage.start, h.passage.end, round(h.score, 6)
        )
        for h in hits
    )
    return Told(answer, tuple(found))


def _variants(answerer: Answerer, question: Question, answer: Answer) -> Iterator[Variant]:
    """`answer`, that to the stand-alone question, and what comes of it asked again and put otherwise."""
    asked = question.alone
    yield _variant("same", asked, answer)
    others = [("again", asked), ("typo", typo(asked, question.id)), ("case", recased(asked))]
    others += [("order", reordered(asked)), *(("paraphrase", text) for text in question.paraphrases)]
    for kind, text in others:
        yield _variant(kind, text, answerer.ask(text))


def _variant(kind: str, question: str, answer: Answer) -> Variant:
    cited = tuple((c.document_id, c.start, c.end) for c in answer.citations)
    return Variant(kind, question, not answer.is_answered, cited)


def _gold(question: Question, generation: Generation) -> tuple[Gold, ...]:
    """Where the evidence of `question` stands in the documents of `generation`."""
    found: dict[tuple[str, int, int], Gold] = {}
    there = set(generation.document_ids())
    wanted = {span.document for span in question.evidence} & there
    documents = {name: generation.document(name) for name in wanted}
    for span, start, end in question.places(documents):
        text = documents[span.document].reading_text(start, end)
        held = tuple(number for number, nugget in enumerate(question.nuggets) if nugget.in_text(text))
        reference = span.reference.pattern if span.reference else None
        found.setdefault((span.document, start, end), Gold(span.document, start, end, held, reference))
    return tuple(found.values())


def _relevant(question: Question, gold: Sequence[Gold], generation: Generation) -> tuple[str, ...]:
    """The ids of the passages that answer: they hold a nugget where the evidence says so."""
    found = []
    rows = [row for name in dict.fromkeys(place.document for place in gold) for row in generation.rows_of(name)]
    for passage in generation.passages(rows):
        document = generation.document(passage.document_id)
        for place in gold:
            start, end = max(place.start, passage.start), min(place.end, passage.end)
            if place.document == passage.document_id and start < end:
                text = document.reading_text(start, end)
                if any(question.nuggets[number].in_text(text) for number in place.nuggets):
                    found.append(passage.id)
                    break
    return tuple(found)
