"""Does a stored answer still say what the sources say?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from answer.errors import RecordError
from answer.record import quote_hash
from ingest import Generation, is_mark, query_terms, without

# In how many passages a quote is looked for whose document is gone.
_LOOKED_THROUGH = 100


@dataclass(frozen=True, slots=True)
class Verdict:
    """`exact`: the quote stands at its offsets; `moved`: elsewhere, at `start`; `gone`: nowhere.

    `document_id` is the document in which it stands: another than was cited, where that is gone, as one that has been
    renamed is.
    """

    number: int
    document_id: str
    status: Literal["exact", "moved", "gone"]
    start: int | None
    quote: str


def verify(record: Mapping[str, Any], generation: Generation) -> list[Verdict]:
    """Check every citation of an answer record against the documents of a generation.

    A quote that is not what its own hash says, or in which other words count as reference marks than on the page, is
    `gone`.  A statement of kind `generated` has its quotes checked, never its own words: see `generated`.  Raises
    RecordError where it is no answer record, or where another statement is not the quote of one of its citations less
    the reference marks in it: the record was altered.
    """
    try:
        citations = {int(c["number"]): c for c in record["citations"]}
        statements = [
            (str(s["text"]), [int(n) for n in s["citations"]], s.get("kind") == "generated")
            for s in record["statements"]
        ]
        checked = [_check(citation, generation) for citation in citations.values()]
        cited = {n for _, numbers, _ in statements for n in numbers}
        backed = all(
            bool(numbers) if written else text in {_reading_text(citations[n]) for n in numbers}
            for text, numbers, written in statements
        )
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise RecordError(f"not an answer record ({error!r} is wrong); make one with: ibid ask --json") from error
    if len(citations) != len(record["citations"]):
        raise RecordError("two citations of this answer have the same number; the record was altered")
    if not backed or cited != citations.keys():
        raise RecordError("a statement of this answer is not the quote of any of its citations; the record was altered")
    return checked


def generated(record: Mapping[str, Any]) -> list[str]:
    """The statements of a record that a model wrote, and that are therefore no quotes of a source.

    Raises RecordError where it is no answer record.
    """
    try:
        return [str(statement["text"]) for statement in record["statements"] if statement.get("kind") == "generated"]
    except (KeyError, TypeError, AttributeError) as error:
        raise RecordError(f"not an answer record ({error!r} is wrong); make one with: ibid ask --json") from error


def _marks(citation: Mapping[str, Any]) -> list[tuple[int, int]]:
    return [(int(start), int(end)) for start, end in citation.get("marks", ())]


def _reading_text(citation: Mapping[str, Any]) -> str | None:
    """The quote without its marks; None where something else than a mark would be left out."""
    quote, marks = str(citation["quote"]), _marks(citation)
    bounds = [0, *(bound for mark in marks for bound in mark), len(quote)]
    if bounds != sorted(bounds) or not all(is_mark(quote[start:end]) for start, end in marks):
        return None
    return without(quote, marks)


def _check(citation: Mapping[str, Any], generation: Generation) -> Verdict:
    number, document_id, quote = int(citation["number"]), str(citation["document_id"]), str(citation["quote"])
    start, end = int(citation["start"]), int(citation["end"])
    if not quote or quote_hash(quote) != citation["quote_hash"]:
        return Verdict(number, document_id, "gone", None, quote)
    try:
        document = generation.document(document_id)
    except KeyError:
        return _elsewhere(number, document_id, quote, generation)
    if start >= 0 and document.text[start:end] == quote:
        if _marks(citation) != [(mark.start - start, mark.end - start) for mark in document.marks_in(start, end)]:
            return Verdict(number, document_id, "gone", None, quote)
        return Verdict(number, document_id, "exact", start, quote)
    elsewhere = document.text.find(quote)
    if elsewhere >= 0:
        return Verdict(number, document_id, "moved", elsewhere, quote)
    return Verdict(number, document_id, "gone", None, quote)


def _elsewhere(number: int, document_id: str, quote: str, generation: Generation) -> Verdict:
    """Where a quote of a document that is gone stands now, looked for where most of its words stand."""
    (found,) = generation.lexical.search([query_terms(quote)], _LOOKED_THROUGH)
    rows = [row for row, _ in found]
    for name in dict.fromkeys(passage.document_id for passage in generation.passages(rows)):
        start = generation.document(name).text.find(quote)
        if start >= 0:
            return Verdict(number, name, "moved", start, quote)
    return Verdict(number, document_id, "gone", None, quote)


def read_record(text: str) -> dict[str, Any]:
    """The answer record in a JSON text; RecordError where there is none."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecordError(f"not JSON ({error}); give the file that `ibid ask --json` wrote") from error
    if not isinstance(record, dict):
        raise RecordError("not an answer record; give the file that `ibid ask --json` wrote")
    return record
