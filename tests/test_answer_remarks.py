"""What an asker has to know beside the answer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fakes import evidence
from leaflets import document

from answer import Evidence, Reader
from answer.cite import citation
from answer.compose import Point
from answer.remarks import conflict, conflicting, disagree, partial, unread
from ingest import Document, LeftOut

old = document("# Rules\n\nA skelball team has 9 throwers on the long field. A match ends at dusk.\n", "old")
new = document("# Guide\n\nOn the long field, a skelball team has 7 throwers. A match ends at dusk.\n", "new")


@pytest.fixture(autouse=True)
def rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("answer.compose.fitted", lambda: {"composition": {"unread": {"least": 1.0, "margin": 2.0}}})


def against(point: Evidence, *others: Evidence) -> tuple[Evidence, Evidence] | None:
    return conflicting([Point(point, ())], [point, *others])


def saying(text: str, score: float = 3.9, name: str = "other") -> Evidence:
    read = document(f"# T\n\n{text}\n", name)
    return evidence(read, text, score)


def test_other_figures_for_what_is_else_the_same_are_a_conflict_and_both_are_given() -> None:
    one, other = evidence(old, "A skelball"), evidence(new, "On the", 3.9)
    assert against(one, other) == (one, other)


def test_a_conflict_with_any_point_is_found() -> None:
    end, one, other = evidence(old, "A match"), evidence(old, "A skelball", 3.9), evidence(new, "On the", 3.8)
    assert conflicting([Point(end, ()), Point(one, ())], [end, one, other]) == (one, other)


@pytest.mark.parametrize(
    "text",
    [
        "A skelball team has 9 throwers on the short field.",  # the same figure
        "A skelball team has 9 throwers and 2 catchers on the long field.",  # one more figure
        "A skelball team has many throwers on the long field.",  # no figure
        "Spectators pay 7 coins to stand behind a rope.",  # of something else
    ],
)
def test_what_gives_no_other_figures_for_the_same_is_no_conflict(text: str) -> None:
    assert against(evidence(old, "A skelball"), saying(text)) is None


def test_other_figures_in_one_document_are_no_conflict() -> None:
    read = document("# T\n\nA junior team has 7 throwers.\n\nA senior team has 9 throwers.\n")
    assert against(evidence(read, "A junior"), evidence(read, "A senior", 3.9)) is None


def test_rows_contradict_each_other_only_where_they_begin_alike() -> None:
    heads = "# Tolls\n\n| Boat | Fee at the northern lock on every working day of the long summer |\n| --- | --- |\n"
    one, other = (
        document(f"{heads}| {row} |\n", name) for row, name in (("Barge | 9 coins", "a"), ("Skiff | 4 coins", "b"))
    )
    third = document(f"{heads}| Barge | 4 coins |\n", "c")
    barge, skiff, again = (evidence(read, "Boat") for read in (one, other, third))
    assert against(barge, skiff) is None
    assert against(barge, again) == (barge, again)


def test_what_holds_as_much_of_the_question_contradicts_however_it_is_read() -> None:
    point = replace(evidence(old, "A skelball"), held=frozenset({"throwers"}))
    other = replace(evidence(new, "On the", 1.9), held=frozenset({"throwers", "skelball"}))
    assert against(point, other) == (point, other)


def test_what_leads_in_a_point_contradicts_nothing() -> None:
    one, other = evidence(old, "A skelball"), evidence(new, "On the", 3.9)
    assert conflicting([Point(one, (), is_lead=True)], [one, other]) is None


def test_items_under_opposite_headings_contradict_each_other() -> None:
    texts = {"paid": "We pay for:", "unpaid": "We do not pay for:"}
    reads = [document(f"# T\n\n{lead}\n\n- damage by moths\n", name) for name, lead in texts.items()]
    items = [evidence(read, "damage") for read in reads]
    paid, unpaid = (replace(item, leads=item.document.leads(item.block)) for item in items)
    assert against(paid, unpaid) == (paid, unpaid)


def test_what_is_not_part_of_the_answer_does_not_contradict_it() -> None:
    assert against(evidence(old, "A skelball"), evidence(new, "On the", 1.9)) is None


def dated(source: Document, **fields: object) -> Document:
    return replace(source, **fields)  # type: ignore[arg-type]


def test_a_conflict_is_told_with_whose_texts_they_are_of_when_and_whether_they_were_reviewed() -> None:
    one = evidence(dated(old, publisher="The Club", revised=date(2024, 5, 3), review_status="approved"), "A skelball")
    other = evidence(new, "On the")
    remark = conflict((one, other), [citation(1, evidence(old, "A match")), citation(2, one), citation(3, other)])
    assert (remark.kind, remark.citations) == ("conflict", (2, 3))
    assert "The Club, 2024-05-03, approved; and Guide, no date, review status not stated." in remark.text
    assert (
        "cases: The Club, approved; and Guide, review status not stated."
        in conflict((one, other), [], ["review_status"]).text
    )
    assert "cases: The Club; and Guide." in conflict((one, other), [], []).text


def test_every_part_that_is_not_answered_is_told() -> None:
    assert [(remark.kind, remark.text) for remark in partial(["What is it?", "How much?"])] == [
        ("partial", "The sources do not answer this part of the question: “What is it?”"),
        ("partial", "The sources do not answer this part of the question: “How much?”"),
    ]


DISAGREEING = [
    ("The pool opens at six in the morning.", "The pool opens at seven in the morning."),
    ("Riders may leave the track.", "Riders may not leave the track."),
    ("The choir is led by Ada Brenn.", "The choir is led by Tom Falk."),
    ("The race is held in May.", "The race is held in September."),
    ("A locker costs 2 euros.", "A locker costs 4 euros."),
    ("The filter is cleaned once a month.", "The filter is cleaned three times a month."),
    ("Old paint goes into the red drum.", "Old paint goes into the blue drum."),
    ("The sack weighs 30 kilograms.", "The sack weighs 30 pounds."),
]


@pytest.mark.model
def test_what_tells_two_texts_apart_is_found_by_the_reader(index: Path) -> None:
    reader = Reader.open(index)
    assert [pair for pair in DISAGREEING if not disagree(*pair, reader)] == []


@pytest.mark.model
def test_pairs_that_agree_are_not_said_to_disagree(index: Path) -> None:
    reader = Reader.open(index)
    pairs = map(json.loads, (Path(__file__).parent / "agreement.jsonl").read_text(encoding="utf-8").splitlines())
    agreeing = [pair for pair in pairs if not pair["disagree"] and not pair["kind"].startswith("different")]
    told = [pair for pair in agreeing if disagree(pair["one"], pair["other"], reader)]
    assert len(agreeing) == 106 and len(told) <= 1


def test_files_that_could_not_be_read_are_named_but_not_by_the_hundred() -> None:
    files = [LeftOut(f"{name}.pdf", "is empty") for name in "abcde"]
    assert unread([]) == []
    assert [r.text for r in unread(files[:1])] == ["A file of the corpus could not be read: a.pdf."]
    assert [r.text for r in unread(files)] == ["Files of the corpus could not be read: a.pdf, b.pdf, c.pdf and 2 more."]
