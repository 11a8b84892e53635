"""Does a stored answer still say what the sources say?"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from leaflets import MARROWS, ORDINARY, TOMATOES, WordEncoder, document, generation

from answer import Answerer, RecordError, read_record, verify
from answer.record import quote_hash
from ingest import Generation

pytestmark = pytest.mark.usefixtures("plain_weights")
Record = dict[str, Any]
ENCODER = WordEncoder(TOMATOES + MARROWS + ORDINARY)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    documents = [document(TOMATOES, "tomatoes"), document(MARROWS, "marrows")]
    return generation(tmp_path_factory.mktemp("before"), *documents, encoder=ENCODER)


@pytest.fixture(scope="module")
def stored(before: Generation) -> str:
    answer = Answerer(before, ENCODER).ask("Where should one keep feed away from children?")
    record = answer.to_json()
    assert len(record["statements"][0]["citations"]) == 2
    return json.dumps(record)


@pytest.fixture
def record(stored: str) -> Record:
    return read_record(stored)


def statuses(record: Record, generation: Generation) -> list[str]:
    return [verdict.status for verdict in verify(record, generation)]


def test_an_answer_just_given_is_exact(record: Record, before: Generation) -> None:
    verdicts = verify(record, before)
    assert [v.number for v in verdicts] == [c["number"] for c in record["citations"]]
    assert {v.status for v in verdicts} == {"exact"}
    assert [(v.document_id, v.start, v.quote) for v in verdicts] == [
        (c["document_id"], c["start"], c["quote"]) for c in record["citations"]
    ]


def test_a_quote_of_a_document_that_was_renamed_is_found_there(record: Record, tmp_path: Path) -> None:
    after = generation(tmp_path, document(TOMATOES, "tomatoes-2024"), document(MARROWS, "marrows"))
    verdicts = verify(record, after)
    assert {v.document_id: v.status for v in verdicts} == {"tomatoes-2024": "moved", "marrows": "exact"}
    assert all(after.document(v.document_id).text[v.start :].startswith(v.quote) for v in verdicts)


def test_what_moved_is_found_where_it_stands_now(record: Record, tmp_path: Path) -> None:
    moved = TOMATOES.replace("man-made feed", "man-made green feed")
    after = generation(tmp_path, document(moved, "tomatoes"), document(MARROWS, "marrows"))
    verdicts = {v.document_id: v for v in verify(record, after)}
    assert verdicts["marrows"].status == "exact"
    assert verdicts["tomatoes"].status == "moved"
    start = verdicts["tomatoes"].start
    assert start is not None and after.document("tomatoes").text.startswith(verdicts["tomatoes"].quote, start)


@pytest.mark.parametrize("left", [[], [document(TOMATOES.replace("cool shed", "warm shed"), "tomatoes")]])
def test_what_was_changed_or_taken_out_is_gone(record: Record, tmp_path: Path, left: list[Any]) -> None:
    after = generation(tmp_path, document("# T\n\nOther.\n", "other"), *left)
    assert {(v.status, v.start) for v in verify(record, after)} == {("gone", None)}


def test_a_quote_that_was_altered_is_gone_even_with_its_statement(record: Record, before: Generation) -> None:
    altered = record["citations"][0]["quote"].replace("cool", "warm")
    record["citations"][0]["quote"] = record["statements"][0]["text"] = altered
    assert statuses(record, before)[0] == "gone"
    record["citations"][0]["quote_hash"] = quote_hash(altered)
    assert statuses(record, before)[0] == "gone"


def test_a_hash_that_was_altered_is_gone(record: Record, before: Generation) -> None:
    record["citations"][0]["quote_hash"] = "sha256:0"
    assert statuses(record, before) == ["gone", "exact"]


def test_an_empty_quote_is_gone(record: Record, before: Generation) -> None:
    record["citations"][1] |= {"quote": "", "quote_hash": quote_hash(""), "start": 0, "end": 0}
    assert statuses(record, before) == ["exact", "gone"]


@pytest.mark.parametrize(("start", "end"), [(0, 5), (-5, -1), (10**30, 10**31), (9, 3)])
def test_other_offsets_are_put_right(record: Record, before: Generation, start: int, end: int) -> None:
    right = record["citations"][0]["start"]
    record["citations"][0] |= {"start": start, "end": end}
    verdict = verify(record, before)[0]
    assert (verdict.status, verdict.start) == ("moved", right)


def test_offsets_counted_from_the_end_are_not_exact(record: Record, before: Generation) -> None:
    citation = record["citations"][0]
    length = len(before.document(citation["document_id"]).text)
    right = citation["start"]
    citation |= {"start": right - length, "end": citation["end"] - length}
    assert next((v.status, v.start) for v in verify(record, before)) == ("moved", right)


def test_a_statement_that_is_no_quote_is_an_altered_record(record: Record, before: Generation) -> None:
    record["statements"][0]["text"] = "Store feeds in the sun."
    with pytest.raises(RecordError, match="not the quote of any of its citations"):
        verify(record, before)


def test_a_citation_that_no_statement_uses_is_an_altered_record(record: Record, before: Generation) -> None:
    record["statements"][0]["citations"] = [1]
    with pytest.raises(RecordError, match="altered"):
        verify(record, before)


def test_a_number_given_to_two_citations_is_an_altered_record(record: Record, before: Generation) -> None:
    false = copy.deepcopy(record["citations"][0]) | {"quote": "Store feeds in the sun."}
    record["citations"].insert(0, false)
    with pytest.raises(RecordError):
        verify(record, before)


def test_a_refusal_has_nothing_to_check(before: Generation) -> None:
    refused = Answerer(before, ENCODER).ask("Who won the football match?")
    assert refused.is_refusal
    assert verify(refused.to_json(), before) == []


def _without(*path: str | int) -> Callable[[Record], None]:
    def change(record: Record) -> None:
        place: Any = record
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]

    return change


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r.clear(),
        _without("citations"),
        _without("statements"),
        *[_without("citations", 0, key) for key in ("number", "document_id", "quote", "start", "end", "quote_hash")],
        _without("citations", 0),
        _without("statements", 0, "text"),
        lambda r: r.update(citations=None),
        lambda r: r.update(citations="text"),
        lambda r: r.update(citations={"number": 1}),
        lambda r: r.update(statements=[[]]),
        lambda r: r["citations"][0].update(start="soon"),
        lambda r: r["citations"][0].update(start=None),
        lambda r: r["citations"][0].update(start=float("inf")),
        lambda r: r["citations"][0].update(number=float("-inf")),
        lambda r: r["citations"][0].update(end=float("nan")),
        lambda r: r["citations"][0].update(document_id="\ud800"),
        lambda r: r["citations"][0].update(quote="\ud800"),
        lambda r: r["statements"][0].update(citations=[float("inf")]),
        lambda r: r["statements"][0].update(citations=[99]),
        lambda r: r["statements"][0].update(citations=7),
    ],
)
def test_what_is_no_answer_record_is_refused(
    record: Record, before: Generation, change: Callable[[Record], None]
) -> None:
    change(record)
    with pytest.raises(RecordError, match=r"make one with: ibid ask --json|altered"):
        verify(record, before)


@pytest.mark.parametrize(
    "text",
    ["", "no", "[]", "7", '"answer"', "null", "{", "[" * 100_000, '{"citations":' * 100_000, "1" * 5000, "\ud800"],
    ids=lambda text: text[:12].encode("unicode_escape").decode(),
)
def test_a_text_that_holds_no_record_is_refused(text: str) -> None:
    with pytest.raises(RecordError, match="give the file that `ibid ask --json` wrote"):
        read_record(text)


def test_infinity_in_a_stored_record_is_refused(stored: str, before: Generation) -> None:
    record = read_record(stored.replace('"start": ', '"start": Infinity, "was": ', 1))
    with pytest.raises(RecordError):
        verify(record, before)
