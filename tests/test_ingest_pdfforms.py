"""Forms that are filled in, text boxes, comments, and what a PDF states of itself."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from pdfs import column, pdf, words

from ingest import Document, Source, load
from ingest.read.pdf.reader import read_pdf

LABELS = [words(72, 700, "Berth:"), words(72, 670, "Flag"), words(92, 640, "with a pilot"), words(72, 610, "Cargo:")]


def field(kind: str, box: str, more: str) -> str:
    return f"<< /Type /Annot /Subtype /Widget /FT /{kind} /Rect [{box}] {more} >>"


Entry = str | Sequence[str] | Mapping[int, Sequence[str]]


def texts(*pages: list[str], **entries: Entry) -> list[str]:
    return [piece.text for piece in read_pdf(pdf(*pages, **entries))[0]]


def test_the_values_of_fields_stand_behind_their_labels() -> None:
    fields = [
        field("Tx", "140 696 300 710", "/T (a1) /V (North quay 7)"),
        field("Ch", "140 666 300 680", "/T (a2) /V (no) /Opt [[(no) (Norway)] [(se) (Sweden)]]"),
        field("Btn", "72 638 84 650", "/T (a3) /V /Yes /AS /Yes"),
        field("Ch", "140 606 300 620", "/T (a4) /V [(grain) (salt)]"),
    ]
    assert texts(LABELS, annotations={1: fields}) == [
        "Berth: North quay 7",
        "Flag: Norway",
        "with a pilot",
        "Cargo: grain, salt",
    ]
    assert [p.mark for p in read_pdf(pdf(LABELS, annotations={1: fields}))[0]][2] == "☒ "


def test_a_box_that_is_not_ticked_is_read_as_empty() -> None:
    found = read_pdf(pdf(LABELS, annotations={1: [field("Btn", "72 638 84 650", "/V /Off /AS /Off")]}))[0]
    assert [piece.mark for piece in found if piece.text == "with a pilot"] == ["☐ "]


@pytest.mark.parametrize(
    "more",
    ["/V (secret) /F 2", "/V (secret) /Ff 8192", "/DV (secret)", "/V ()"],
    ids=["hidden", "password", "not filled in", "empty"],
)
def test_what_a_form_does_not_show_is_not_read(more: str) -> None:
    assert texts(LABELS, annotations={1: [field("Tx", "140 696 300 710", more)]})[0] == "Berth:"


def test_a_value_that_stands_alone_has_the_name_of_its_field() -> None:
    fields = [field("Tx", "72 300 200 314", "/T (t7) /TU (Name of the ship) /V (Halcyon)")]
    assert texts(LABELS, annotations={1: fields})[-1] == "Name of the ship: Halcyon"


def test_a_label_may_stand_above_its_field() -> None:
    fields = [field("Tx", "72 676 160 692", "/V (Ada Byron)"), field("Tx", "200 676 290 692", "/V (3 May)")]
    labels = [words(72, 696, "Name"), words(200, 696, "Due date:")]
    assert texts(labels, annotations={1: fields}) == ["Name: Ada Byron Due date: 3 May"]


def test_text_boxes_are_read_and_comments_are_told() -> None:
    notes = [
        "<< /Type /Annot /Subtype /FreeText /Rect [140 694 300 712] /Contents (South quay 2) >>",
        "<< /Type /Annot /Subtype /FreeText /Rect [72 300 300 330] /Contents (Closed in winter.) >>",
        "<< /Type /Annot /Subtype /Text /Rect [300 700 320 720] /Contents (Ask Ada.) >>",
        "<< /Type /Annot /Subtype /Link /Rect [300 700 320 720] /Contents (A link) >>",
    ]
    found, dropped, _ = read_pdf(pdf(LABELS, annotations={1: notes}))
    said = [piece.text for piece in found]
    assert said[0] == "Berth: South quay 2" and said[-1] == "Closed in winter."
    assert dropped == ["comment on page 1: Ask Ada."]


TEXT = column(72, 700, "Ships wait for the pilot.")
INFO = "/Title (Harbour rules) /Author (Ada Byron) /ModDate (D:20240503101500Z)"


def test_title_author_and_date_are_stated() -> None:
    stated = read_pdf(pdf(TEXT, info=INFO))[2]
    assert (stated.title, stated.authors, stated.revised) == ("Harbour rules", "Ada Byron", datetime.date(2024, 5, 3))
    packet = (
        "<rdf:RDF><dc:title><rdf:Alt><rdf:li xml:lang='x'>Quays &amp; piers</rdf:li></rdf:Alt></dc:title></rdf:RDF>"
    )
    stream = f"<< /Type /Metadata /Length {len(packet)} >>\nstream\n{packet}\nendstream"
    number = pdf(TEXT).count(b" obj\n") + 1
    assert read_pdf(pdf(TEXT, catalog=f"/Metadata {number} 0 R", objects=[stream]))[2].title == "Quays & piers"


@pytest.mark.parametrize(
    "title", ["Microsoft Word - rules.doc", "rules_final.indd", "Untitled-1", "", "PowerPoint Presentation", "3"]
)
def test_what_a_program_writes_for_a_title_is_none(title: str) -> None:
    assert read_pdf(pdf(TEXT, info=f"/Title ({title}) /Author (user1) /ModDate (D:20241399)"))[2].title is None


def test_pages_are_called_as_in_print(tmp_path: Path) -> None:
    labels = "/PageLabels << /Nums [0 << /S /r >> 2 << /S /D /P (A-) /St 5 >>] >>"
    pages = [column(72, 700, f"On page {said} ships wait.") for said in ("one", "two", "three", "four")]
    (tmp_path / "a.pdf").write_bytes(pdf(*pages, catalog=labels))
    document = load(Source("a", tmp_path / "a.pdf"))
    assert document.labels == ("i", "ii", "A-5", "A-6")
    found = [document.page_label(document.text.index(word)) for word in ("one", "two", "three", "four")]
    assert found == ["i", "ii", "A-5", "A-6"]
    assert Document.from_json(document.to_json()) == document
    (tmp_path / "b.pdf").write_bytes(pdf(*pages, catalog="/PageLabels << /Nums [0 << /S /r /St 0 >>] >>"))
    plain = load(Source("b", tmp_path / "b.pdf"))
    assert plain.labels == () and plain.page_label(plain.text.index("three")) == "3"
