"""What an answer says is what its quotes say, less the reference marks that stand in them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from answer.errors import RecordError
from answer.record import Citation
from answer.verify import verify
from ingest import Document, Source, load

PAGE = (
    "# T\n\nIt grows in rats 1. It shrinks in mice 2, 3, and in cats.\n\n## References\n\n1. Roe. 2001;1:1.\n2. Doe.\n"
)


class Shelf:
    """Stands in for a generation that holds one document."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def document(self, document_id: str) -> Document:
        if document_id != self._document.id:
            raise KeyError(document_id)
        return self._document


@pytest.fixture
def page(tmp_path: Path) -> Document:
    (tmp_path / "page.md").write_text(PAGE)
    return load(Source("page", tmp_path / "page.md"))


def record(page: Document, said: str | None = None, **changes: object) -> dict[str, Any]:
    second = page.sentences[1]
    citation = Citation.of(1, page, second.start, second.end)
    text = citation.reading_text if said is None else said
    return {"statements": [{"text": text, "citations": [1]}], "citations": [asdict(citation) | changes]}


def statuses(page: Document, **changes: object) -> list[str]:
    return [verdict.status for verdict in verify(record(page, **changes), Shelf(page))]  # type: ignore[arg-type]


def test_a_citation_keeps_its_quote_whole_and_tells_what_the_page_cites(page: Document) -> None:
    second = page.sentences[1]
    citation = Citation.of(1, page, second.start, second.end)
    assert citation.quote == "It shrinks in mice 2, 3, and in cats."
    assert citation.reading_text == "It shrinks in mice, and in cats."
    assert citation.marks == ((19, 23),)
    assert citation.references == ("Doe.", "[3] (no such entry on the page)")
    assert citation.page is None


def test_a_statement_is_verified_by_leaving_the_marks_out(page: Document) -> None:
    assert statuses(page) == ["exact"]


@pytest.mark.parametrize("said", ["It shrinks in mice 2, 3, and in cats.", "It shrinks in mice and in cats.", ""])
def test_a_statement_that_is_no_reading_of_its_quote_is_refused(page: Document, said: str) -> None:
    with pytest.raises(RecordError):
        statuses(page, said=said)


@pytest.mark.parametrize("marks", [[[10, 18]], [[19, 24]], [[19, 23], [0, 2]], [[19, 20], [19, 23]]])
def test_words_cannot_be_left_out_as_marks(page: Document, marks: list[list[int]]) -> None:
    with pytest.raises(RecordError):
        statuses(page, marks=marks)


def test_a_number_that_is_no_mark_on_the_page_cannot_be_left_out(page: Document) -> None:
    assert statuses(page, said="It shrinks in mice, 3, and in cats.", marks=[[19, 20]]) == ["gone"]
