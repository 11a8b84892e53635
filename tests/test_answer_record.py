"""The answer record."""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest
from leaflets import TOMATOES, document

from answer import Answer, Citation, Remark, Statement
from answer.record import text_fragment

URL = "https://example.org/tomatoes"
PREFIX = "#:~:text="


def cite(words: str, **metadata: Any) -> Citation:  # noqa: ANN401
    read = document(TOMATOES, "tomatoes", **{"url": URL} | metadata)
    start = read.text.index(words)
    return Citation.of(3, read, start, start + len(words))


def answer(*citations: Citation) -> Answer:
    return Answer(
        question="q",
        resolved_question="q",
        status="answered" if citations else "insufficient_evidence",
        text="t",
        statements=tuple(Statement(c.quote, (c.number,)) for c in citations),
        citations=citations,
        notices=(Remark("information", "n"),),
        reason=None,
        nearest=(),
        confidence=0.5,
        generation="000001-abc",
        timings_ms={"total": 1.0},
        tokens=None,
    )


def in_order(record: dict[str, Any], keys: str) -> bool:
    return [key for key in record if key in keys.split()] == keys.split()


def test_a_record_has_the_keys_of_the_design_in_its_order() -> None:
    record = answer(cite("weak stems")).to_json()
    assert in_order(
        record,
        "question resolved_question status text statements citations notices reason confidence generation timings_ms "
        "tokens",
    )
    assert in_order(
        record["citations"][0],
        "number document_id revision title publisher url section revised review_status quote start end quote_hash "
        "references",
    )
    assert list(record["statements"][0]) == ["text", "citations", "kind", "about", "under"]
    assert list(record["notices"][0]) == ["kind", "text", "citations"]


def test_a_record_is_plain_json() -> None:
    record = answer(cite("weak stems", revised=datetime.date(2024, 5, 3))).to_json()
    assert json.loads(json.dumps(record))["citations"][0]["revised"] == "2024-05-03"
    assert record["statements"][0]["kind"] == "quote"


def test_a_citation_is_a_verbatim_range_of_its_document() -> None:
    citation = cite("Drawbacks of quillex include slugs")
    read = document(TOMATOES, "tomatoes", url=URL)
    assert read.text[citation.start : citation.end] == citation.quote == "Drawbacks of quillex include slugs"
    assert citation.quote_hash == "sha256:" + hashlib.sha256(citation.quote.encode()).hexdigest()
    assert citation.revision == read.revision
    assert (citation.number, citation.document_id, citation.title) == (3, "tomatoes", "Feeding tomatoes")
    assert citation.section == "Quillex (Bloomwell)"
    assert citation.revised == "2024-05-03", "read from the page"


def test_a_citation_links_to_its_place_on_the_page() -> None:
    assert cite("weak stems").url == f"{URL}{PREFIX}weak%20stems"


def test_a_digest_is_linked_without_a_place_for_its_words_are_not_on_the_page() -> None:
    citation = cite("weak stems", license="digest")
    assert citation.url == URL
    assert citation.license == "digest"


def test_a_page_is_cited_by_its_number_and_by_what_it_is_called_in_print() -> None:
    citation = paged(("iv", "1"))
    assert (citation.page, citation.page_label) == (2, "1")
    assert (paged(()).page, paged(()).page_label) == (2, "2")
    assert cite("weak stems").page is cite("weak stems").page_label is None


def paged(labels: tuple[str, ...]) -> Citation:
    read = replace(document(TOMATOES, "tomatoes"), pages=(0, 20), labels=labels)
    start = read.text.index("weak stems")
    return Citation.of(1, read, start, start + len("weak stems"))


def test_a_section_is_cited_with_the_headings_above_it() -> None:
    read = document("# Boats\n\n## Rescue\n\n### Rafts\n\nA raft holds six.\n", "boats")
    start = read.text.index("A raft")
    citation = Citation.of(1, read, start, len(read.text))
    assert (citation.section_path, citation.section) == (("Rescue",), "Rafts")
    assert citation.sections == "Rescue › Rafts"
    assert Citation.of(1, read, 0, 5).sections == ""


def test_a_quoted_row_keeps_its_cells_and_code_is_told_from_prose() -> None:
    read = document(
        "# Fees\n\n| Plan | Fee |\n| --- | --- |\n| River | 20: a year \\| less |\n\n```\npay --now\n  --all\n```\n",
        "fees",
    )
    start = read.text.index("Plan: River")
    citation = Citation.of(1, read, start, len(read.text))
    assert [block.kind for block in citation.blocks] == ["row", "code"]
    row, code = citation.blocks
    assert [citation.quote[c.start : c.end] for c in row.cells] == ["River", "20: a year | less"]
    assert [citation.quote[c.head : c.start] for c in row.cells] == ["Plan: ", "Fee: "]
    assert citation.quote[code.start : code.end] == "pay --now\n  --all"
    stored = json.loads(json.dumps(answer(citation).to_json()))
    assert Answer.from_json(stored) == answer(citation)
    assert Answer.from_json({key: value for key, value in stored.items() if key != "states"}) == answer(citation)
    assert cite("weak stems").blocks == ()


def test_a_list_in_a_list_keeps_its_depths() -> None:
    read = document("# Boats\n\nWe lend:\n\n- rafts\n  - of wood\n- oars\n", "boats")
    start = read.text.index("We lend")
    citation = Citation.of(1, read, start, len(read.text))
    assert [(b.kind, b.level, citation.quote[b.start : b.end]) for b in citation.blocks] == [
        ("item", 1, "rafts"),
        ("item", 2, "of wood"),
        ("item", 1, "oars"),
    ]
    assert Citation.of(1, read, read.text.index("oars"), len(read.text)).blocks == ()
    items = Citation.of(1, read, read.text.index("rafts"), len(read.text))
    assert [items.quote[b.start : b.end] for b in items.blocks] == ["rafts", "of wood", "oars"]


def test_without_an_address_there_is_no_link() -> None:
    assert cite("weak stems", url=None).url is None


def test_an_answer_is_a_refusal_where_the_sources_do_not_say() -> None:
    assert answer().is_refusal
    assert not answer(cite("weak stems")).is_refusal


@pytest.mark.parametrize(
    ("quote", "parts"),
    [
        ("A ball is cork.", ["A ball is cork."]),
        ("one two three four five six seven eight nine ten eleven twelve", None),
        ("a b c d e f g h i j k l m", ["a b c d e f", "h i j k l m"]),
        (
            "Wear gloves:\n\n• to mix\n• to pour the cold red quillex out",
            ["Wear gloves:", "pour the cold red quillex out"],
        ),
        ("Steps:\n\n1. Mix\n2. Pour it", ["Steps:", "Pour it"]),
        ("Wear these:\n\n• a\n• b", ["Wear these:", "b"]),
    ],
)
def test_a_long_quote_or_a_list_is_found_by_its_first_and_last_words(quote: str, parts: list[str] | None) -> None:
    fragment = text_fragment(quote)
    assert fragment.startswith(PREFIX)
    assert [unquote(part) for part in fragment.removeprefix(PREFIX).split(",")] == (parts or [quote])


def test_what_has_a_meaning_in_a_fragment_is_encoded() -> None:
    fragment = text_fragment("well-known, cheap & good #1 (50%)")
    assert fragment == f"{PREFIX}well%2Dknown%2C%20cheap%20%26%20good%20%231%20%2850%25%29"
    assert text_fragment("Größe 数") == f"{PREFIX}Gr%C3%B6%C3%9Fe%20%E6%95%B0"
