"""HTML: the article without its site, and what its head states, read strictly."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from ingest import Document, Source, SourceError, load
from ingest.html import read_html

HEAD = """
<title>Two drugs | The Society</title><meta property="og:title" content="Two drugs">
<meta property="og:site_name" content="The Society"><meta name="author" content="A. Roe">
<meta property="article:modified_time" content="2024-05-03T10:00:00Z">
<link rel="license" href="https://example.org/by/4.0/">
"""
BODY = """
<nav><a href="x">Home</a> <a href="y">Drugs</a></nav><main><article><h1>Two drugs</h1>
<p>Alphamab is a small drug that slows the growth of some tumors for a while.<sup>1,2</sup> It may, however, not help
everyone who takes it<sup>2</sup>. Its dose goes by the surface, in m<sup>2</sup>.</p>
<h2>Dose</h2><p>The dose depends on what follows:</p>
<ul><li>the weight of the <b>patient</b><ul><li>in kilograms</li></ul></li><li>the age</li></ul>
<ol><li>one thing</li><li>another</li></ol>
<h3>In a table</h3><table><tr><th>Drug</th><th>Dose</th></tr><tr><td>Alphamab</td><td>5 mg</td></tr></table>
<p>Betamab is another small drug, and nobody has yet seen what it does to other tumors.</p>
<h2>References</h2><ol><li>Roe J. On it. J Things. 1996;10:1.</li><li>Doe M. On that. J Things. 2001;1:1.</li></ol>
</article></main><footer><p>Sign up now for our newsletter and get it sent. © 2024 The Society</p></footer>
"""


def page(body: str = BODY, head: str = HEAD) -> bytes:
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


def read(folder: Path, content: bytes, **facts: object) -> Document:
    (folder / "page.html").write_bytes(content)
    return load(Source("page", folder / "page.html", **facts))  # type: ignore[arg-type]


def test_headings_lists_and_tables_keep_their_structure() -> None:
    pieces, _, _ = read_html(page())
    assert [(p.level, p.text) for p in pieces if p.kind == "heading"] == [
        (1, "Two drugs"),
        (2, "Dose"),
        (3, "In a table"),
        (2, "References"),
    ]
    assert [p.text for p in pieces if p.kind in ("heads", "row")] == ["Drug | Dose", "Drug: Alphamab | Dose: 5 mg"]
    assert [(p.level, p.mark, p.text) for p in pieces if p.kind == "item"] == [
        (1, "• ", "the weight of the patient"),
        (2, "• ", "in kilograms"),
        (1, "• ", "the age"),
        (1, "1. ", "one thing"),
        (1, "2. ", "another"),
    ]
    assert [p.mark for p in pieces if p.kind == "reference"] == ["1. ", "2. "]


def test_the_site_is_left_out(tmp_path: Path) -> None:
    text = read(tmp_path, page()).text
    assert "Home" not in text and "newsletter" not in text


def test_raised_numbers_are_marks_and_a_raised_unit_is_none(tmp_path: Path) -> None:
    document = read(tmp_path, page())
    read_sentences = [document.reading_text(s.start, s.end) for s in document.sentences[:3]]
    assert [mark.numbers for mark in document.marks] == [(1, 2), (2,)]
    assert read_sentences[0].endswith("for a while.") and read_sentences[1].endswith("takes it.")
    assert read_sentences[2] == "Its dose goes by the surface, in m²."


def test_the_head_states_what_the_text_does_not(tmp_path: Path) -> None:
    document = read(tmp_path, page())
    assert (document.title, document.publisher, document.authors) == ("Two drugs", "The Society", "A. Roe")
    assert (document.revised, document.license) == (datetime.date(2024, 5, 3), "https://example.org/by/4.0/")
    assert document.pages == ()


def test_what_the_text_says_of_itself_goes_before_its_head(tmp_path: Path) -> None:
    body = BODY.replace("<h2>References", "<p>Written by B. Doe.</p><p>Last revised: May 9, 2024</p><h2>References")
    document = read(tmp_path, page(body), publisher="Others", license="digest")
    assert (document.authors, document.revised) == ("B. Doe", datetime.date(2024, 5, 9))
    assert (document.publisher, document.license) == ("Others", "digest")
    assert document.differences == ("page: the manifest says publisher is Others, the page says The Society",)


@pytest.mark.parametrize("date", ["2024-05", "May 2024", "2024-13-01", "1996 Dec", "20240503"])
def test_a_date_without_day_month_and_year_is_none(tmp_path: Path, date: str) -> None:
    head = f'<meta property="article:modified_time" content="{date}">'
    assert read(tmp_path, page(head=head)).revised is None


def test_a_date_in_linked_data_is_read(tmp_path: Path) -> None:
    head = '<script type="application/ld+json">{"@type": "Article", "dateModified": "2024-05-03"}</script>'
    assert read(tmp_path, page(head=head)).revised == datetime.date(2024, 5, 3)
    assert read(tmp_path, page(head=head.replace("{", "{{"))).revised is None


def test_a_page_of_a_few_words_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, page("<p>Bees are insects.</p>", "")).text == "Bees are insects."
    latin = "<meta charset='latin-1'><p>Un été est une saison de l'année.".encode("latin-1")
    assert "été" in read(tmp_path, latin).text


@pytest.mark.parametrize(
    ("content", "words"),
    [(b" ", "is empty"), (b"<html></html>", "no text"), (b"\0\1\2", "no text"), (b"<p>", "no text")],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path, content)
    assert words in str(caught.value) and "\n" not in str(caught.value)
