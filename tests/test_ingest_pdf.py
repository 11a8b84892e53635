"""PDFs: columns, hyphens, tables, lists, running lines and page numbers, on files written by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pdfs import column, pdf, words

from ingest import Document, Source, SourceError, load
from ingest.pdf import read_pdf


def texts(*pages: list[str], **entries: Any) -> list[str]:
    return [piece.text for piece in read_pdf(pdf(*pages, **entries))[0]]


def told(*pages: list[str], **entries: Any) -> list[str]:
    return read_pdf(pdf(*pages, **entries))[1]


def marked(*pages: list[str]) -> list[tuple[str, int, str]]:
    return [(p.mark, p.level, p.text) for p in read_pdf(pdf(*pages))[0] if p.kind == "item"]


LEFT = column(
    72,
    700,
    "Alphamab is a small drug that slows the",
    "growth of some tumors for a while, and it",
    "is given once a day by mouth with-",
    "out food. It is not for all pa-",
    "tients.",
)
RIGHT = column(
    320,
    700,
    "Betamab is another drug that is given",
    "by injection under the skin every four",
    "weeks. Its effects are mild in most long-",
    "acting forms, unlike those of long-acting ones.",
)
COLUMNS = [
    "Alphamab is a small drug that slows the growth of some tumors for a while, and it is given once a day by mouth "
    "without food. It is not for all patients.",
    "Betamab is another drug that is given by injection under the skin every four weeks. Its effects are mild in most "
    "long-acting forms, unlike those of long-acting ones.",
]
TITLE = words(72, 740, "Two drugs", 18)
CELLS = [["Drug", "Dose", "Way"], ["Alphamab", "5 mg", "by mouth"], ["Betamab", "10 mg", "by injection"]]
TABLE = [words(72 + 100 * j, 500 - 20 * i, cell) for i, row in enumerate(CELLS) for j, cell in enumerate(row)]
RULES = [f"70 {514 - 20 * i} m 370 {514 - 20 * i} l S" for i in range(4)]
RULES += [f"{70 + 100 * j} 514 m {70 + 100 * j} 454 l S" for j in range(4)]
ROWS = [
    "Drug | Dose | Way",
    "Drug: Alphamab | Dose: 5 mg | Way: by mouth",
    "Drug: Betamab | Dose: 10 mg | Way: by injection",
]


def test_columns_are_read_one_after_the_other_in_whatever_order_the_file_holds_them() -> None:
    by_rows = [line for pair in zip(LEFT, [*RIGHT, ""], strict=True) for line in pair]
    assert texts([TITLE, *LEFT, *RIGHT]) == texts([TITLE, *by_rows]) == ["Two drugs", *COLUMNS]


def test_what_stands_below_columns_is_read_after_both() -> None:
    assert texts([*LEFT, *RIGHT, words(72, 600, "A closing line."), words(72, 560, "Coda", 14)]) == [
        *COLUMNS,
        "A closing line.",
        "Coda",
    ]


def test_a_ruled_table_gives_its_rows_in_its_place() -> None:
    above, below = column(72, 560, "The doses are these:"), column(72, 420, "They may change.")
    assert texts([*above, *TABLE, *RULES, *below]) == ["The doses are these:", *ROWS, "They may change."]


def test_a_table_without_rules_is_told_by_the_gaps_that_its_rows_share() -> None:
    assert texts(TABLE) == ROWS


PAPER = pdf(
    [
        words(72, 770, "Things 3", 8),
        TITLE,
        *column(72, 700, "Alphamab is a drug. It is given in this way:"),
        *column(72, 670, "1. First as a pill that is taken before", "   meals.", "2. Then with water."),
        *column(72, 600, "A last paragraph that does not end on this"),
        words(300, 30, "1"),
    ],
    [
        words(72, 770, "Things 4", 8),
        *column(72, 740, "page but on the next one. It has an end.", ""),
        *column(72, 700, "Last revised: May 3, 2024"),
        words(72, 660, "References", 14),
        *column(72, 640, "1. Roe J. On it. J Things. 1996", "    Dec;10(4):697-705."),
        *column(72, 600, "2. Doe M. On that. J Things. 2001;1:1."),
        words(300, 30, "2"),
    ],
)


@pytest.fixture
def paper(tmp_path: Path) -> Document:
    (tmp_path / "paper.pdf").write_bytes(PAPER)
    return load(Source("paper", tmp_path / "paper.pdf"))


def test_pages_are_kept_and_a_paragraph_goes_on_over_their_end(paper: Document) -> None:
    assert len(paper.pages) == 2 and paper.pages[0] == 0
    assert paper.text[paper.pages[1] :].startswith("page but on the next one.")
    assert [paper.page_at(paper.text.index(word)) for word in ("Alphamab", "A last", "It has", "Roe")] == [1, 1, 2, 2]
    assert Document.from_json(json.loads(json.dumps(paper.to_json()))) == paper
    assert "does not end on this page but on the next one." in paper.text


def test_title_lists_date_and_references_are_found(paper: Document) -> None:
    assert (paper.title, str(paper.revised)) == ("Two drugs", "2024-05-03")
    assert "\n1. First as a pill that is taken before meals.\n2. Then with water." in paper.text
    assert [(r.number, r.authors, r.year) for r in paper.references] == [(1, "Roe J", 1996), (2, "Doe M", 2001)]


def test_running_heads_and_page_numbers_are_dropped_and_told(paper: Document) -> None:
    assert paper.dropped == ("Things 3", "1", "Things 4", "2")
    assert "Things 3" not in paper.text


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"%PDF-1.4\nxx", "damaged"), (b"no", "no PDF"), (pdf([]), "OCR"), (PAPER[:400], "damaged"), (b"", "is empty")],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "a.pdf").write_bytes(data)
    with pytest.raises(SourceError) as caught:
        load(Source("a", tmp_path / "a.pdf"))
    assert words in str(caught.value) and "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path / 'a.pdf'}: ")
