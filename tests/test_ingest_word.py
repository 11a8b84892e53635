"""Word documents, made here and read again."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument

from ingest import Source, SourceError, load
from ingest.word import read_word


def saved(document: WordDocument) -> bytes:
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def paper() -> WordDocument:
    document = docx.Document()
    document.add_heading("Two drugs", 0)
    document.add_paragraph("Written by A. Roe.")
    document.add_heading("Dose", 1)
    document.add_paragraph("The dose depends on:")
    for text, style in (
        ("weight", "List Bullet"),
        ("in kg", "List Bullet 2"),
        ("one", "List Number"),
        ("two", "List Number"),
    ):
        document.add_paragraph(text, style=style)
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Drug", "Dose"
    table.cell(1, 0).merge(table.cell(1, 1)).text = "none yet"
    document.add_paragraph("A last paragraph.")
    document.add_heading("References", 1)
    document.add_paragraph("Roe J. On it. J Things. 2001;1:1.")
    return document


def test_styles_give_headings_lists_and_tables() -> None:
    assert [(p.kind, p.level, p.mark + p.text) for p in read_word(saved(paper()))] == [
        ("heading", 1, "Two drugs"),
        ("paragraph", 0, "Written by A. Roe."),
        ("heading", 2, "Dose"),
        ("paragraph", 0, "The dose depends on:"),
        ("item", 1, "• weight"),
        ("item", 2, "• in kg"),
        ("item", 1, "1. one"),
        ("item", 1, "2. two"),
        ("row", 1, "Drug | Dose"),
        ("row", 1, "none yet"),
        ("paragraph", 0, "A last paragraph."),
        ("heading", 2, "References"),
        ("reference", 0, "Roe J. On it. J Things. 2001;1:1."),
    ]


def test_several_headings_of_the_first_depth_are_no_titles() -> None:
    document = docx.Document()
    for heading in ("One", "Two"):
        document.add_heading(heading, 1)
        document.add_paragraph("Text.")
    assert [p.level for p in read_word(saved(document)) if p.kind == "heading"] == [2, 2]


def test_a_word_document_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(saved(paper()))
    document = load(Source("a", tmp_path / "a.docx"))
    assert (document.title, document.authors, len(document.references)) == ("Two drugs", "A. Roe", 1)
    assert document.page_at(0) is None


@pytest.mark.parametrize("data", [b"no", b"PK\3\4", saved(paper())[:900], saved(paper())[:-900]])
def test_a_damaged_file_is_refused_in_one_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.docx").write_bytes(data)
    with pytest.raises(SourceError) as caught:
        load(Source("a", tmp_path / "a.docx"))
    assert str(caught.value).startswith(f"{tmp_path / 'a.docx'}: is no Word document (DOCX), or is damaged")
    assert "\n" not in str(caught.value)
