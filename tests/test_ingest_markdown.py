"""Markdown, as pieces."""

from __future__ import annotations

from ingest.layout import Piece
from ingest.markdown import read_markdown


def test_headings_keep_their_levels() -> None:
    assert read_markdown("# A\n\n### B\n\nC\n---\n") == [
        Piece("heading", "A", 1),
        Piece("heading", "B", 3),
        Piece("heading", "C", 2),
    ]


def test_formatting_is_dropped_and_its_words_are_kept() -> None:
    text = "A **bold** [link](https://x.example) with `code`,\nbroken, &lt;5 &amp; ![a picture](p.png) <b>more</b>"
    assert read_markdown(text) == [Piece("paragraph", "A bold link with code, broken, <5 & more")]


def test_a_line_break_in_html_parts_words() -> None:
    assert read_markdown("5 mg<br>daily<BR/>always") == [Piece("paragraph", "5 mg daily always")]


def test_the_words_of_an_html_block_are_kept_and_its_scripts_and_comments_are_not() -> None:
    text = (
        "<div class='x'>Alphamab <b>slows</b> growth.</div>\n\n<!-- hidden -->\n\n<script>var x = 1;</script>\n\nMore."
    )
    assert [p.text for p in read_markdown(text)] == ["Alphamab slows growth.", "More."]


def test_lists_are_items_with_their_marks_and_depth() -> None:
    assert read_markdown("3. x\n4. y\n   - z\n\n   more\n") == [
        Piece("item", "x", 1, "3. "),
        Piece("item", "y", 1, "4. "),
        Piece("item", "z", 2, "• "),
        Piece("item", "more", 1),
    ]


def test_an_empty_item_lends_its_mark_to_nothing() -> None:
    assert read_markdown("-\n\n## References\n\nRoe 2019\n")[-1] == Piece("reference", "Roe 2019")


def test_an_empty_heading_does_not_make_a_heading_of_the_paragraph_below() -> None:
    assert read_markdown("#\n\nText.") == [Piece("paragraph", "Text.")]
    assert read_markdown("# ![logo](l.png)\n\nText.") == [Piece("paragraph", "Text.")]


def test_a_row_has_the_heads_of_its_columns() -> None:
    table = "| drug | dose |\n| --- | --- |\n| alphamab | 5 mg |\n"
    assert read_markdown(table) == [Piece("heads", "drug | dose"), Piece("row", "drug: alphamab | dose: 5 mg", 1)]


def test_code_and_quotations_are_paragraphs() -> None:
    assert read_markdown("> quoted\n\n```\na  b\nc\n```\n") == [
        Piece("paragraph", "quoted"),
        Piece("paragraph", "a b c"),
    ]


def test_a_revision_date_below_the_references_is_none_of_them() -> None:
    text = "## References\n\n- Roe 2019\n\nLast revised: May 3, 2024\n"
    assert read_markdown(text)[-1] == Piece("paragraph", "Last revised: May 3, 2024")


def test_what_stands_under_references_is_bibliography_up_to_the_next_heading_of_its_level() -> None:
    text = "# T\n\n## References\n\nLoose\n\n### Books\n\n- One\n\n## Next\n\nMatter\n"
    assert [(p.kind, p.text) for p in read_markdown(text)] == [
        ("heading", "T"),
        ("heading", "References"),
        ("reference", "Loose"),
        ("heading", "Books"),
        ("reference", "One"),
        ("heading", "Next"),
        ("paragraph", "Matter"),
    ]
