"""Whether the sources that an answer cites say what it says, and what has to stand beside it does.

Each function gives one question's value; NaN: it has none.  A citation is judged by the text that stands at its offsets
in the documents of the run, never by the quote that the record carries.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from statistics import fmean

from answer import Citation, Statement
from eval.measures.measure import Column, Group, Values, mean_of, per_question
from eval.measures.nuggets import matches
from eval.run import Outcome
from ingest import Document

Documents = Mapping[str, Document]


def verbatim(outcome: Outcome) -> float:
    """1 where each quote stood, letter by letter, at its offsets in the index: has to be 1 always."""
    return float(outcome.verified)


def citation_recall(outcome: Outcome, documents: Documents) -> float:
    """|statements supported| / |statements| of an answerable question, after ALCE (Gao et al. 2023); 0 for a refusal.

    ALCE asks a model whether the cited text entails the statement.  Here a statement is supported when it claims at
    least one of the item's nuggets, and each that it claims is held by a cited range where that range overlaps a gold
    range with the nugget.  A statement that claims none is supported by nothing.
    """
    if not outcome.question.is_answerable:
        return math.nan
    return fmean([_supported(*_support(outcome, s, documents)) for s in outcome.answer.statements] or [0.0])


def citation_precision(outcome: Outcome, documents: Documents) -> float:
    """|citations needed| / |citations| of an answerable question, after ALCE (Gao et al. 2023); 0 without a citation.

    A citation is needed when its statement is supported, unless it alone does not support the statement and the others
    do without it.
    """
    if not outcome.question.is_answerable:
        return math.nan
    needed: list[bool] = []
    for statement in outcome.answer.statements:
        claimed, found = _support(outcome, statement, documents)
        for at, alone in enumerate(found):
            others = found[:at] + found[at + 1 :]
            idle = not _supported(claimed, [alone]) and _supported(claimed, others)
            needed.append(_supported(claimed, found) and not idle)
    return fmean(needed or [0.0])


def right_document(outcome: Outcome) -> float:
    """1 where the answer to an answerable question cites a document of the gold evidence, else 0."""
    if not outcome.question.is_answerable:
        return math.nan
    cited = {citation.document_id for citation in outcome.answer.citations}
    return float(bool(cited & {span.document for span in outcome.question.evidence}))


def reference_resolved(outcome: Outcome) -> float:
    """1 where a citation carries the page's own reference that the gold evidence asks for, else 0; NaN if none is."""
    wanted = [span.reference for span in outcome.question.evidence if span.reference]
    if not wanted:
        return math.nan
    carried = [entry for citation in outcome.answer.citations for entry in citation.references]
    return float(any(matches(pattern, entry) for pattern in wanted for entry in carried))


def notices(outcome: Outcome) -> float:
    """1 where the answer carries a notice of each kind that its item demands, else 0; NaN where none is demanded."""
    wanted = set(outcome.question.notices)
    return float(wanted <= {notice.kind for notice in outcome.answer.notices}) if wanted else math.nan


def _by_documents(value: Callable[[Outcome, Documents], float]) -> Values:
    return lambda run: [value(outcome, run.documents) for outcome in run.outcomes]


def _support(outcome: Outcome, statement: Statement, documents: Documents) -> tuple[set[int], list[set[int]]]:
    """The numbers of the nuggets that a statement claims, and those that each of its citations holds."""
    nuggets = outcome.question.nuggets
    claimed = {number for number, nugget in enumerate(nuggets) if nugget.in_text(statement.text)}
    citations = {citation.number: citation for citation in outcome.answer.citations}
    return claimed, [claimed & _holds(outcome, citations[n], documents) for n in statement.citations if n in citations]


def _holds(outcome: Outcome, citation: Citation, documents: Documents) -> set[int]:
    document = documents.get(citation.document_id)
    if document is None:
        return set()
    text = document.reading_text(citation.start, citation.end)
    meant = {
        number
        for gold in outcome.gold
        if gold.document == citation.document_id and gold.start < citation.end and citation.start < gold.end
        for number in gold.nuggets
    }
    return {number for number in meant if outcome.question.nuggets[number].in_text(text)}


def _supported(claimed: set[int], found: list[set[int]]) -> bool:
    return bool(claimed) and claimed <= set().union(*found)


MEASURES = (
    mean_of(
        Column("verbatim", per_question(verbatim)),
        Group.CITATION,
        "Quotes verbatim",
        "Answers whose every quote stands letter by letter at its place: all, always.",
        guard="break",
    ),
    mean_of(
        Column("citation_recall", _by_documents(citation_recall)),
        Group.CITATION,
        "Statements supported",
        "Statements whose cited places are gold evidence for what they say (ALCE). One without a nugget has none.",
        guard="loss",
    ),
    mean_of(
        Column("citation_precision", _by_documents(citation_precision)),
        Group.CITATION,
        "Citations needed",
        "Citations without which a statement would lose its support (ALCE).",
        guard="loss",
    ),
    mean_of(
        Column("right_document", per_question(right_document)),
        Group.CITATION,
        "Right document",
        "Questions whose answer cites a document that holds gold evidence.",
    ),
    mean_of(
        Column("reference_resolved", per_question(reference_resolved)),
        Group.CITATION,
        "Second hop",
        "Answers that carry the reference that the page itself cites for them.",
    ),
    mean_of(
        Column("notices", per_question(notices)),
        Group.CITATION,
        "Notices given",
        "Answers that carry each notice that they have to.",
    ),
)
