"""Is a set of gold questions sound: does the corpus say what it says that it says?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.gold import Question, Span
from ingest import Document

MOST_TURNS = 6
Corpora = Mapping[str | None, Mapping[str, Document]]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a gold item, and in which file and line it stands."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


def check(questions: Sequence[Question], corpora: Corpora) -> list[Problem]:
    """What is wrong with `questions`, in the order of the files; nothing where they are sound.

    `corpora` are the documents of each corpus by id, under the name by which items call it (None: the one that is
    evaluated).  Every evidence span has to be found in its section, every nugget in the evidence, and none in the
    question; nothing that contradicts an answer may be evidence for it.  Follow-ups have to say what they mean, a
    refusal what it has to name.  No fact, question or conversation may stand in two parts.
    """
    problems = [Problem(q.where, message) for q in questions for message in _item(q, corpora)]
    problems += _conversations(questions)
    problems += _asked_twice(questions)
    problems += _facts_in_two_parts(questions, corpora)
    order = {q.where: number for number, q in enumerate(questions)}
    return sorted(problems, key=lambda p: order[p.where])


def _item(question: Question, corpora: Corpora) -> Iterator[str]:
    documents = corpora.get(question.corpus)
    if documents is None:
        yield f"there is no corpus {question.corpus!r}"
        return
    found: list[str] = []
    for span in question.evidence:
        document = documents.get(span.document)
        problem = _misplaced(span, document)
        if problem or document is None:
            yield problem or ""
            continue
        found += [document.reading_text(start, end) for start, end in span.ranges(document)]
    yield from _nuggets(question, found)
    if question.is_answerable and not question.vital:
        yield "nothing in it is vital"
    if question.reason == "not_in_sources" and not question.names:
        yield "a refusal of what is not in the sources has to name something; give names"
    if question.short_answers and not any(_holds(text, question.short_answers) for text in found):
        yield f"none of its short answers is found in its evidence: {', '.join(question.short_answers)}"


def _misplaced(span: Span, document: Document | None) -> str | None:
    if document is None:
        return f"there is no document {span.document!r} in the corpus"
    if not any(span.is_section(document, section.heading) for section in document.sections):
        return f"{document.id} has no section {span.section!r}"
    ranges = span.ranges(document)
    place = f"{document.id}, {span.section or 'the page as a whole'}"
    if not ranges:
        return f"evidence not found in {place}: {span.pattern.pattern}"
    cited = [entry for start, end in ranges for entry in document.cited(start, end)]
    if span.reference and not any(span.reference.search(entry) for entry in cited):
        return f"the evidence in {place} cites no reference that has: {span.reference.pattern}"
    return None


def _nuggets(question: Question, evidence: Sequence[str]) -> Iterator[str]:
    asked = [question.question, *([question.standalone] if question.standalone else []), *question.paraphrases]
    for nugget in question.nuggets:
        if not any(nugget.in_text(text) for text in evidence):
            yield f"nugget not found in its evidence: {nugget.pattern.pattern}"
        for text in asked:
            if nugget.in_text(text):
                yield f"nugget {nugget.pattern.pattern} is given away by: {text}"
    for pattern in question.contradictions:
        if any(pattern.search(text) for text in evidence):
            yield f"its own evidence contradicts it: {pattern.pattern}"


def _holds(text: str, answers: Iterable[str]) -> bool:
    return any(answer.casefold() in " ".join(text.split()).casefold() for answer in answers)


def _conversations(questions: Sequence[Question]) -> Iterator[Problem]:
    talks: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        if question.conversation is None and question.turn != 1:
            yield Problem(question.where, f"turn {question.turn} of no conversation")
        if (question.turn > 1) != bool(question.standalone):
            yield Problem(question.where, "a follow-up, and nothing else, says what it means: standalone")
        if question.conversation is not None:
            talks[question.conversation].append(question)
    for talk in talks.values():
        for number, question in enumerate(talk, 1):
            if question.turn != number or number > MOST_TURNS:
                yield Problem(question.where, f"turn {question.turn} where {number} (of at most {MOST_TURNS}) is due")
            if question.part != talk[0].part:
                yield Problem(question.where, f"its conversation began in another part, at {talk[0].where}")
        if len(talk) < 2:
            yield Problem(talk[0].where, "a conversation of one turn is none")


def _asked_twice(questions: Sequence[Question]) -> Iterator[Problem]:
    seen: dict[tuple[str | None, str], str] = {}
    for question in questions:
        key = (question.conversation, re.sub(r"\W+", " ", question.question.casefold()).strip())
        if key in seen:
            yield Problem(question.where, f"is asked before, at {seen[key]}")
        seen.setdefault(key, question.where)


def _facts_in_two_parts(questions: Sequence[Question], corpora: Corpora) -> Iterator[Problem]:
    """A fact is the words that a vital nugget matches in a sentence; a sentence that stands on two pages is one."""
    asked: dict[str, list[tuple[int, int, Question]]] = defaultdict(list)
    for question in questions:
        told: set[str] = set()
        for sentence, start, end in sorted(facts(question, corpora.get(question.corpus, {}))):
            others = {o.part: o for s, e, o in asked[sentence] if s < end and start < e and o.part != question.part}
            for part, other in sorted(others.items()):
                if sentence[start:end] not in told:
                    told.add(sentence[start:end])
                    message = f"asks the fact {sentence[start:end]!r} of part {part!r}, at {other.where}"
                    yield Problem(question.where, message)
            asked[sentence].append((start, end, question))


def facts(question: Question, documents: Mapping[str, Document]) -> set[tuple[str, int, int]]:
    """Where a question's vital nuggets stand in the sentences of its evidence: (sentence in lower case, start, end)."""
    found: set[tuple[str, int, int]] = set()
    for span in question.evidence:
        document = documents.get(span.document)
        for start, end in span.ranges(document) if document else ():
            assert document is not None
            for sentence in document.sentences:
                if start <= sentence.start < end:
                    text = " ".join(document.reading_text(sentence.start, sentence.end).casefold().split())
                    matches = (nugget.pattern.search(text) for nugget in question.vital)
                    found |= {(text, *match.span()) for match in matches if match}
    return found
