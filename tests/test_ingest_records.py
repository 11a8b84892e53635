"""Records in JSON, under the names that software gives to their fields."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packing import told

from ingest.read.kinds import read


def lines(found: object, suffix: str = ".json") -> list[str]:
    return told(read(found if isinstance(found, bytes) else json.dumps(found).encode(), suffix)[0])


TWO = [{"title": "Mugs", "text": "They are red."}, {"title": "Pens", "text": "They are blue."}]
READ = ["## Mugs", "They are red.", "## Pens", "They are blue."]


@pytest.mark.parametrize(
    "found",
    [
        TWO,
        {"documents": TWO},
        {"count": 2, "tags": ["a"], "results": TWO},
        {"Mugs": {"text": "They are red."}, "Pens": {"text": "They are blue."}},
        [{"name": "Mugs", "content": "They are red."}, {"Headline": "Pens", "Body": "They are blue."}],
        [{"question": "Mugs", "answer": "They are red."}, {"question": "Pens", "answer": "They are blue."}],
        [{"page_content": r["text"], "metadata": {"title": r["title"]}} for r in TWO],
        [{"title": {"rendered": r["title"]}, "content": {"rendered": r["text"]}} for r in TWO],
        b"\n".join(json.dumps(record).encode() for record in TWO),
    ],
)
def test_records_are_sections_whatever_their_fields_are_called(found: object) -> None:
    assert lines(found) == READ


def test_other_fields_stand_on_a_line_each_and_ids_are_told() -> None:
    record = {
        "id": "a1",
        "title": "Mugs",
        "url": "https://x.example",
        "date": "2024-05-03",
        "price": 4,
        "tags": ["a", "b"],
    }
    pieces, dropped, _ = read(json.dumps([{**record, "text": "Red.", "embedding": [0.1]}, TWO[1]]).encode(), ".json")
    assert told(pieces)[:6] == [
        "## Mugs",
        "url: https://x.example",
        "date: 2024-05-03",
        "price: 4",
        "tags: a, b",
        "Red.",
    ]
    assert dropped == ["field left out: id", "field left out: embedding"]


def test_a_record_alone_states_what_it_says() -> None:
    record = {"title": "Mugs", "text": "Red.", "updated": "2024-05-03T10:00:00Z", "author": "A. Roe"}
    pieces, _, stated = read(json.dumps(record).encode(), ".json")
    assert told(pieces)[0] == "# Mugs"
    assert (stated.title, stated.authors, stated.revised) == ("Mugs", "A. Roe", datetime.date(2024, 5, 3))


def test_a_record_without_a_title_has_its_number() -> None:
    assert lines([{"text": "One."}, {"text": "Two."}]) == ["## Record 1", "One.", "## Record 2", "Two."]


def test_a_text_is_read_by_its_mark_up() -> None:
    marked = {"title": "M", "text": "# Top\n\nIt is **red**.\n\n- a\n- b"}
    page = {"title": "H", "text": "<p>It is a <b>red</b> one, as all of them are said to be.</p>"}
    plain = {"title": "P", "text": "One\nline.\n\nAnother."}
    assert lines([marked, page, plain]) == [
        *("## M", "### Top", "It is red.", "  • a", "  • b"),
        *("## H", "It is a red one, as all of them are said to be."),
        *("## P", "One", "line.", "Another."),
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"a": 1}', "no records with a text; write a list of objects"),
        (b"[1, 2]", "no records with a text"),
        (b'[{"item": "mug", "price": 4}]', "no records with a text"),
        (b'{"title":', "is no JSON"),
        (b'{"text": "a"}\n{"text":\n', "is no JSON at line 2"),
    ],
)
def test_other_json_is_told_what_is_wanted(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        read(data, ".json")
    assert "\n" not in str(caught.value)


NAMES = st.sampled_from(["title", "text", "html", "url", "date", "metadata", "content", "author", "id", "x"])
ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=8), st.just("<p>a</p>"), st.just("# a")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(found=ANY)
def test_no_json_raises_anything_but_a_value_error(found: Any) -> None:  # noqa: ANN401
    try:
        assert read(json.dumps(found).encode(), ".jsonl")[0]
    except ValueError:
        return
