"""What can be asked is asked when an index is made, over made-up leaflets and an encoder that counts words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from boats import FEED, SAIL, Counting, library, questions

from answer import Answer, Remark
from answer.suggest.questions import suggest
from ingest import Suggested

pytestmark = pytest.mark.usefixtures("plain_weights")
NONE = Suggested()


def test_what_is_answered_from_its_own_section_is_kept_of_each_document_in_turn(tmp_path: Path) -> None:
    answerer = library(tmp_path)
    found = suggest(answerer, NONE)
    assert questions(found) == [SAIL, FEED, "What should I know about brass rings?"]
    assert found.suggestions[0].document_id == "boats" and found.suggestions[0].section == "Who may sail a boat"
    for suggestion in found.suggestions:
        read = answerer.generation.document(suggestion.document_id)
        assert read.text[suggestion.start : suggestion.end].startswith(suggestion.section)
    assert found.revisions == {name: answerer.generation.document(name).revision for name in ("boats", "birds")}


@pytest.mark.parametrize(
    "other",
    [
        lambda a: replace(a, status="insufficient_evidence", citations=()),
        lambda a: replace(a, confidence=0.4),
        lambda a: replace(a, citations=tuple(replace(c, start=0) for c in a.citations)),
        lambda a: replace(a, citations=tuple(replace(c, document_id="else") for c in a.citations)),
        lambda a: replace(a, notices=(Remark("spelling", "Read “sale” as “sail”."),)),
    ],
    ids=["refused", "unsure", "elsewhere", "another", "mended"],
)
def test_what_is_refused_unsure_or_answered_from_elsewhere_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: Callable[[Answer], Answer]
) -> None:
    answerer = library(tmp_path)
    monkeypatch.setattr(Counting, "other", staticmethod(lambda a: other(a) if a.question == SAIL else a))
    assert FEED in questions(found := suggest(answerer, NONE)) and SAIL not in questions(found)
    assert SAIL in answerer.asked


def test_a_document_that_is_as_it_was_is_not_asked_again(tmp_path: Path) -> None:
    before = suggest(library(tmp_path), NONE)
    newer = library(tmp_path, "Moor to the brass rings by day.")
    assert questions(suggest(newer, before)) == questions(before)
    assert FEED not in newer.asked and SAIL in newer.asked


def test_what_is_found_no_more_is_not_taken_over(tmp_path: Path) -> None:
    before = suggest(library(tmp_path), NONE)
    answerer = library(tmp_path, "Moor to the brass rings by day.")
    lost = replace(before.suggestions[1], start=0, end=1)
    assert FEED not in questions(suggest(answerer, Suggested((lost,), before.revisions)))


def test_at_most_so_many_are_asked_and_kept_and_of_no_document_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("answer.suggest.questions.DOCUMENTS", 1)
    answerer = library(tmp_path)
    (only,) = suggest(answerer, NONE).revisions
    assert {s.document_id for s in suggest(answerer, NONE).suggestions} == {only}
    monkeypatch.setattr("answer.suggest.questions.DOCUMENTS", 2)
    monkeypatch.setattr("answer.suggest.questions.KEPT", 1)
    assert questions(suggest(answerer, NONE)) == [SAIL, FEED]
    monkeypatch.setattr("answer.suggest.questions.ASKED", 1)
    told: list[tuple[int, int]] = []
    assert questions(suggest(answerer, NONE, lambda done, total: told.append((done, total)))) == [SAIL]
    assert told == [(0, 1)]
