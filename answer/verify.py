"""Does a stored answer still say what the sources say?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from answer.errors import RecordError
from answer.record import quote_hash
from ingest import Document, Generation


@dataclass(frozen=True, slots=True)
class Verdict:
    """`exact`: the quote stands at its offsets; `moved`: elsewhere in the document, at `start`; `gone`: nowhere."""

    number: int
    document_id: str
    status: Literal["exact", "moved", "gone"]
    start: int | None
    quote: str


def verify(record: Mapping[str, Any], generation: Generation) -> list[Verdict]:
    """Check every citation of an answer record against the documents of a generation.

    A statement that is not the quote of one of its citations, and a quote that is not what its own hash says, are
    `gone`: the record was altered.  Raises RecordError where it is no answer record.
    """
    try:
        citations = {int(c["number"]): c for c in record["citations"]}
        statements = [(str(s["text"]), [int(n) for n in s["citations"]]) for s in record["statements"]]
        checked = [_check(citation, generation) for citation in citations.values()]
        cited = {n for _, numbers in statements for n in numbers}
        backed = all(text in {citations[n]["quote"] for n in numbers} for text, numbers in statements)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise RecordError(f"not an answer record ({error!r} is wrong); make one with: ibid ask --json") from error
    if len(citations) != len(record["citations"]):
        raise RecordError("two citations of this answer have the same number; the record was altered")
    if not backed or cited != citations.keys():
        raise RecordError("a statement of this answer is not the quote of any of its citations; the record was altered")
    return checked


def _check(citation: Mapping[str, Any], generation: Generation) -> Verdict:
    number, document_id, quote = int(citation["number"]), str(citation["document_id"]), str(citation["quote"])
    start, end = int(citation["start"]), int(citation["end"])
    try:
        document: Document | None = generation.document(document_id)
    except KeyError:
        document = None
    if document is None or not quote or quote_hash(quote) != citation["quote_hash"]:
        return Verdict(number, document_id, "gone", None, quote)
    if start >= 0 and document.text[start:end] == quote:
        return Verdict(number, document_id, "exact", start, quote)
    elsewhere = document.text.find(quote)
    if elsewhere >= 0:
        return Verdict(number, document_id, "moved", elsewhere, quote)
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
