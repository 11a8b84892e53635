"""Diffs: enough to rebuild the newer document, the same both ways, and plain about what alters the meaning."""

from __future__ import annotations

import datetime
import random
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Document, Source, apply, diff, diff_generations, units
from ingest.diffs.diff import ChangeKind
from ingest.diffs.meaning import marks
from ingest.documents.document import Piece
from ingest.read.sentences import split_sentences

SENTENCES = st.sampled_from(
    [
        "A hive has one queen.",
        "A hive has two queens.",
        "A hive has no queen.",
        "Workers live for six weeks in summer.",
        "Workers may live for six months in winter.",
        "Sugar may help.",
        "Sugar helps.",
        "Ok.",
        "日本語の文です。",
        "𝔘 e\u0301 <b>&amp;</b>",
        "Smoke calms them, and nobody is quite sure why it does.",
    ]
) | st.text(min_size=1, max_size=20).map(lambda text: " ".join(text.split()) or "x")
PIECES = st.builds(Piece, st.sampled_from(["heading", "paragraph", "paragraph", "item", "reference"]), SENTENCES)
PARAGRAPHS = st.lists(SENTENCES.filter(lambda text: text[0] != "#"), max_size=12)
DOCUMENTS = st.lists(PIECES, max_size=12).map(lambda pieces: document(pieces))

MIRRORED: list[tuple[ChangeKind, ChangeKind]] = [
    ("added", "removed"),
    ("removed", "added"),
    ("moved", "moved"),
    ("changed", "changed"),
]


def document(pieces: Iterable[Piece], title: str = "Bees") -> Document:
    return Document.assemble(Source("bees", Path("bees.md"), title=title), list(pieces), (), split_sentences)


def page(*paragraphs: str) -> Document:
    """Lines that begin with # are headings, the others paragraphs."""
    return document(
        Piece("heading", text[2:], 2) if text.startswith("# ") else Piece("paragraph", text) for text in paragraphs
    )


def contents(document: Document) -> list[tuple[str, str]]:
    return [unit.content for unit in units(document)]


def summary(old: Document, new: Document) -> list[tuple[str, str]]:
    return [(change.kind, change.unit.text) for change in diff(old, new).changes]


@given(DOCUMENTS)
@settings(deadline=None)
def test_nothing_differs_from_itself(a: Document) -> None:
    found = diff(a, a)
    assert found.is_empty
    assert found.unchanged == len(units(a))


@given(DOCUMENTS, DOCUMENTS)
@settings(deadline=None, max_examples=300)
def test_the_newer_units_are_rebuilt_from_the_older_and_the_diff(a: Document, b: Document) -> None:
    assert apply(diff(a, b), a) == contents(b)


@given(PARAGRAPHS, st.randoms(use_true_random=False), st.data())
@settings(deadline=None)
def test_shuffles_and_edits_are_rebuilt_too(lines: list[str], chance: random.Random, data: st.DataObject) -> None:
    a = page(*lines)
    pieces = [Piece("paragraph", line) for line in chance.sample(lines, len(lines))]
    for _ in range(data.draw(st.integers(0, 3))):
        pieces.insert(chance.randrange(len(pieces) + 1), Piece("paragraph", data.draw(SENTENCES)))
    b = document(pieces[data.draw(st.integers(0, 2)) :])
    assert apply(diff(a, b), a) == contents(b)


@given(DOCUMENTS, DOCUMENTS)
@settings(deadline=None, max_examples=300)
def test_there_and_back_are_mirror_images(a: Document, b: Document) -> None:
    there, back = diff(a, b), diff(b, a)
    assert there.unchanged == back.unchanged
    for kind, mirrored in MIRRORED:
        there_kind = {(change.old, change.new) for change in there.of_kind(kind)}
        assert there_kind == {(change.new, change.old) for change in back.of_kind(mirrored)}


@given(DOCUMENTS, DOCUMENTS)
@settings(deadline=None, max_examples=300)
def test_ranges_and_edits_are_those_of_the_texts(a: Document, b: Document) -> None:
    for change in diff(a, b).changes:
        assert change.old is None or a.text[change.old.start : change.old.end] == change.old.text
        assert change.new is None or b.text[change.new.start : change.new.end] == change.new.text
        if change.old and change.new:
            segments = list(change.segments())
            assert "".join(old for old, _ in segments) == change.old.text
            assert "".join(new for _, new in segments) == change.new.text
            assert all((old == new) is (number % 2 == 0) for number, (old, new) in enumerate(segments))


def test_kinds_of_change_in_reading_order() -> None:
    old = page("# Life", "Workers live long.", "Drones do nothing at all in summer.", "# Food", "Sugar may help.")
    new = page("# Life", "Queens lay eggs.", "# Food", "Sugar helps.", "# Ends", "Workers live long.")
    assert summary(old, new) == [
        ("removed", "Drones do nothing at all in summer."),
        ("added", "Queens lay eggs."),
        ("changed", "Sugar helps."),
        ("added", "Ends"),
        ("moved", "Workers live long."),
    ]
    moved = diff(old, new).of_kind("moved")[0]
    assert (moved.old and moved.old.section, moved.new and moved.new.section) == ("Life", "Ends")


def test_a_moved_paragraph_is_moved_whole() -> None:
    rest = [f"Fact {word} stands on its own." for word in ("alpha", "beta", "gamma", "delta")]
    paragraph = "Smoke calms them. Nobody knows why. It works every time."
    found = diff(page(paragraph, *rest), page(*rest, paragraph))
    assert [change.unit.text for change in found.changes] == paragraph.replace(". ", ".|").split("|")
    assert {change.kind for change in found.changes} == {"moved"}


def test_repeated_sentences_are_counted() -> None:
    once = page("Ask a keeper.", "Bees fly.")
    thrice = page("Ask a keeper.", "Bees fly.", "Ask a keeper.", "Ask a keeper.")
    assert summary(once, thrice) == [("added", "Ask a keeper.")] * 2
    assert summary(thrice, once) == [("removed", "Ask a keeper.")] * 2


def test_headings_and_references_are_units() -> None:
    old = document([Piece("heading", "Life of a worker", 2), Piece("reference", "Roe J. On bees. 1996.")])
    new = document([Piece("heading", "Life of workers", 2), Piece("reference", "Roe J. On bees. 1997.")])
    assert [(change.kind, change.unit.kind) for change in diff(old, new).changes] == [
        ("changed", "heading"),
        ("changed", "reference"),
    ]


def test_the_same_words_as_a_heading_are_another_unit() -> None:
    old, new = document([Piece("paragraph", "Life")]), document([Piece("heading", "Life", 2)])
    assert [change.kind for change in diff(old, new).changes] == ["removed", "added"]


def test_of_several_likely_pairs_the_best_are_made_and_near_ones_first() -> None:
    old = page("Take 5 mg of it on day one.", "# B", "Take 5 mg of it on day two.")
    new = page("Take 9 mg of it on day one.", "# B", "Take 9 mg of it on day two.")
    assert [(c.old and c.old.index, c.new and c.new.index) for c in diff(old, new).changes] == [(0, 0), (2, 2)]


def test_metadata_is_compared() -> None:
    old = page("Bees fly.")
    new = replace(old, title="On bees", revised=datetime.date(2025, 1, 2), review_status="pending")
    found = diff(old, new)
    assert [(fact.name, fact.old, fact.new) for fact in found.facts] == [
        ("title", "Bees", "On bees"),
        ("revised", None, "2025-01-02"),
        ("review_status", None, "pending"),
    ]
    assert not found.is_empty
    assert not found.changes


def test_what_is_only_laid_out_otherwise_is_another_revision_of_the_same_units() -> None:
    old, new = page("Bees fly. Bees sing."), page("Bees fly.", "Bees sing.")
    found = diff_generations({"bees": old}, {"bees": new})
    assert not found.is_empty
    assert found.revised[0].is_empty


def test_generations_are_compared_by_document() -> None:
    a, b = page("Bees fly."), page("Bees sing.")
    found = diff_generations({"kept": a, "gone": a, "other": a}, {"new": b, "other": b, "kept": a})
    assert (found.added, found.removed, found.unchanged) == ((b,), (a,), ("kept",))
    assert len(found.revised) == 1
    assert diff_generations({"a": a}, {"a": a}).is_empty


@pytest.mark.parametrize(
    ("old", "new", "matters"),
    [
        ("Growth rose by 19-22%.", "Growth rose by 19-25%.", {"figure"}),
        ("Given every 4 weeks.", "Given every 4 months.", {"unit"}),
        ("Take 5 mg of it.", "Take 5 µg of it.", {"unit"}),
        ("Take 5 g of it.", "Take 5 l of it.", {"unit"}),
        ("It can cure them.", "It cannot cure them.", {"negation"}),
        ("It can cure them.", "It can’t cure them.", {"negation"}),
        ("It may help.", "It helps.", {"hedge"}),
        ("It is often seen.", "It is rarely seen.", {"hedge"}),
        ("About 5 were seen.", "5 were seen.", {"hedge"}),
        ("Take two a day.", "Take three a week.", {"figure", "unit"}),
        ("It does not help.", "It doesn't help.", set()),
        ("Take two of 1,000 μg.", "Take 2 of 1000 µg.", set()),
        ("Read about bees.", "Read of bees.", set()),
        ("Revised on May 3.", "Revised on 3 May.", set()),
        ("On the second try.", "On the next try.", set()),
        ("Bees fly.", "Bees soar.", set()),
        ("Take seventeen.", "Take 17.", set()),
        ("Take twenty-five.", "Take 25.", set()),
        ("Take two hundred and five.", "Take two hundred and six.", {"figure"}),
        ("It holds 5 ppm of lead.", "It holds 5 ppb of lead.", {"unit"}),
        ("It takes 3 nights.", "It takes 3 days.", {"unit"}),
        ("It is scarcely seen.", "It is seen.", {"negation"}),
        ("More than ½ of them: ≥ 5.", "More than ½ of them: > 5.", {"figure"}),
    ],
)
def test_what_alters_the_meaning_is_marked(old: str, new: str, matters: set[str]) -> None:
    assert {mark.matter for mark in marks(old, new)} == matters
    assert {mark.matter for mark in marks(new, old)} == matters


def test_a_mark_tells_which_words() -> None:
    assert [(mark.old, mark.new) for mark in marks("It grew by 19-22%.", "It grew by 19-25%.")] == [(("22",), ("25",))]


def test_two_thousand_sentences_are_not_compared_each_with_every_other() -> None:
    chance = random.Random(7)
    words = ["".join(chance.choices("abcdefghilmnoprstu", k=chance.randint(2, 9))) for _ in range(500)]

    def sentence() -> str:
        return " ".join(chance.choices(words, k=18)).capitalize() + "."

    old = [sentence() for _ in range(2000)]
    new = [line if chance.random() < 0.6 else line.replace("a", "o", 3) for line in old]
    new[100:140], new[1500:1500] = [], new[100:140]
    new[700:800] = [sentence() for _ in range(100)]
    a, b = page(*old), page(*new)
    # To compare every sentence with every other would be four million comparisons.
    compared = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal compared
        compared += event == "call"

    sys.setprofile(count)
    found = diff(a, b)
    sys.setprofile(None)
    assert compared < 400_000, compared
    assert apply(found, a) == contents(b)
