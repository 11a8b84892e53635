"""Which questions a generation answers: those made of its documents are asked of it, and kept where they are."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, zip_longest
from typing import TypeVar

from answer.answerer import Answerer
from answer.suggest.frames import QuestionCandidate, candidates
from answer.suggest.prose import Prose
from ingest import Document, Suggested, Suggestion

DOCUMENTS = 24
ASKED = 40
KEPT = 6
# Of a long document so many candidates are looked at, evenly.
_CANDIDATES = 12
# The least probability that it is answered; and among so many passages one of before is to be found still.
_CONFIDENT = 0.5
_FOUND = 5
# What an answer remarks where the question was not taken as it stands, or not answered as a whole.
_DOUBTS = ("spelling", "language", "partial")

Item = TypeVar("Item")


def suggest(
    answerer: Answerer, before: Suggested, progress: Callable[[int, int], None] = lambda done, total: None
) -> Suggested:
    """What can be asked of the generation of `answerer`: at most KEPT questions of each of DOCUMENTS documents.

    Of a document that is as it was in `before`, what is still found is taken over.  Of the others ASKED questions are
    asked at most, and those are kept that are answered from the section that they are made of, with some confidence.
    `progress` is called with how many were asked, and with ASKED.
    """
    documents = _chosen(answerer)
    same = {document.id for document in documents if before.revisions.get(document.id) == document.revision}
    told = [s for s in before.suggestions if s.document_id in same and _is_found(answerer, s)]
    new = _ask([document for document in documents if document.id not in same], answerer, _common(documents), progress)
    ordered = _in_turn([[s for s in (*told, *new) if s.document_id == document.id] for document in documents])
    return Suggested(tuple(ordered), {document.id: document.revision for document in documents})


def _chosen(answerer: Answerer) -> list[Document]:
    """The documents of which is asked: by a hash, so that the choice is even, and stays when others come and go."""
    ids = answerer.generation.document_ids()
    chosen = set(sorted(ids, key=lambda name: hashlib.sha256(name.encode()).digest())[:DOCUMENTS])
    return [answerer.generation.document(name) for name in ids if name in chosen]


def _common(documents: Iterable[Document]) -> frozenset[str]:
    """The headings that several documents have."""
    headings = Counter(chain.from_iterable({section.heading for section in d.sections} for d in documents))
    return frozenset(heading for heading, often in headings.items() if often > 1)


def _is_found(answerer: Answerer, suggestion: Suggestion) -> bool:
    """Whether the section that answered a question is still among the first that are found for it."""
    found = (hit.passage for hit in answerer.search(suggestion.question, _FOUND))
    place = suggestion.document_id, suggestion.start, suggestion.end
    return any(place[0] == p.document_id and place[1] <= p.start < place[2] for p in found)


def _ask(
    documents: Sequence[Document], answerer: Answerer, common: frozenset[str], progress: Callable[[int, int], None]
) -> list[Suggestion]:
    """Ask of each document in turn; what is kept, of each document the surest first."""
    kept: dict[str, list[tuple[float, Suggestion]]] = {document.id: [] for document in documents}
    asked: set[str] = set()
    for document, candidate in _in_turn([_candidates(document, answerer, common) for document in documents]):
        for question in candidate.questions:
            if len(kept[document.id]) == KEPT or len(asked) == ASKED or question.casefold() in asked:
                break
            progress(len(asked), ASKED)
            asked.add(question.casefold())
            confidence = _confidence(answerer, question, document, candidate)
            if confidence >= _CONFIDENT:
                place = candidate.section.heading, candidate.start, candidate.end
                suggestion = Suggestion(question, document.id, *place)
                kept[document.id].append((confidence, suggestion))
                break
    return [s for rows in kept.values() for _, s in sorted(rows, key=lambda row: -row[0])]


def _candidates(
    document: Document, answerer: Answerer, common: frozenset[str]
) -> list[tuple[Document, QuestionCandidate]]:
    found = candidates(document, Prose(document, answerer.terms.names.has), common)
    return [(document, candidate) for candidate in found[:: 1 + len(found) // _CANDIDATES]]


def _confidence(answerer: Answerer, question: str, document: Document, candidate: QuestionCandidate) -> float:
    """The probability that a question is answered; 0 where it is not, or not first from its own section."""
    answer = answerer.ask(question, quotes_only=True)
    if answer.is_refusal or any(notice.kind in _DOUBTS for notice in answer.notices):
        return 0.0
    first = answer.citations[0]
    is_own = first.document_id == document.id and candidate.start <= first.start < candidate.end
    return answer.confidence if is_own else 0.0


def _in_turn(rows: Iterable[Sequence[Item]]) -> list[Item]:
    """The first of each row, then the second of each, and so on."""
    return [item for turn in zip_longest(*rows) for item in turn if item is not None]
