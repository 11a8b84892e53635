"""Documents: one text, and ranges of it that hold for any input."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invariants import check_ranges

from ingest import Document, Source, SourceError, cut_passages, load
from ingest.read.layout import Piece

BITS = st.sampled_from(
    [
        "# ",
        "## ",
        "#### ",
        "- ",
        "  • ",
        "1. ",
        "\n",
        "\n\n",
        "References\n",
        "## References\n\n",
        "Last revised: May 3, 2024",
        "Roe J. On it. J Things. 1996 Dec;10(4):697-705.\n",
        "Written by us. ",
        "All is pending review. ",
        "A Heading\n\n",
        "A drug slows the growth of some tumors, though not of all of them.\n",
        "Sign up now. ",
        "e.g. ",
        "V.2.2024. ",
        "2,3 ",
        "\u00a0",
        "\t",
        "\x0c",
        "\x1d\x1e",
        "|a|b|\n|-|-|\n|c|d|\n",
        "<div>x</div>",
        "![i](j)",
        "`",
        "> ",
        "𝔘",
        "e\u0301",
        "日本。",
    ]
)
ANY_TEXT = st.lists(BITS | st.text(max_size=8), max_size=40).map("".join) | st.text(max_size=100)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("documents")


def read(folder: Path, text: str, suffix: str = ".md", **facts: object) -> Document:
    path = folder / f"page{suffix}"
    path.write_text(text, encoding="utf-8", newline="")
    return load(Source("page", path, **facts))  # type: ignore[arg-type]


@given(text=ANY_TEXT, suffix=st.sampled_from([".md", ".txt", ".html"]), title=st.none() | st.just("A Heading"))
@settings(deadline=None, max_examples=250)
def test_ranges_hold_for_any_text(folder: Path, text: str, suffix: str, title: str | None) -> None:
    try:
        document = read(folder, text, suffix, title=title)
    except SourceError:
        return
    check_ranges(document)
    assert Document.from_json(json.loads(json.dumps(document.to_json()))) == document


def test_no_sentence_of_code_begins_or_ends_with_an_empty_line(folder: Path) -> None:
    lines = ["    pour --slowly " + "x" * 60, "", ""] * 30
    document = read(folder, "\n".join(["# T", "", "```", *lines, "pour", "```", ""]))
    quotes = [document.text[s.start : s.end] for s in document.sentences]
    assert len(quotes) > 3 and all(quote == quote.strip("\n") == quote.rstrip() for quote in quotes)
    assert quotes[0].startswith("    pour")
    check_ranges(document)


def test_a_column_without_a_name_keeps_its_place(folder: Path) -> None:
    document = read(folder, "| | A | |\n| --- | --- | --- |\n| b | c | d |\n")
    assert texts(document, "heads") == [" | A | "]
    check_ranges(document)


PAGE = """# Two drugs

A word before.

## Alphamab

Alphamab is a drug. It is small.

### Its dose

- 5 mg
- 10 mg

## Betamab

Betamab is another.

Written by a team with medical review by a society.

Last Revised: March 29, 2025

## References

- Roe J. On alphamab. 1996 Dec;10(4):697-705.
"""


def texts(document: Document, kind: str) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind == kind]


def test_a_page_is_laid_out_with_paths_kinds_and_metadata(folder: Path) -> None:
    document = read(folder, PAGE)
    check_ranges(document)
    assert [(s.heading, s.path) for s in document.sections] == [
        ("Two drugs", ()),
        ("Alphamab", ()),
        ("Its dose", ("Alphamab",)),
        ("Betamab", ()),
        ("Two drugs", ()),
        ("References", ()),
    ]
    assert texts(document, "item") == ["5 mg", "10 mg"]
    assert "\n• 5 mg\n• 10 mg\n" in document.text
    assert texts(document, "colophon") == [
        "Written by a team with medical review by a society.",
        "Last Revised: March 29, 2025",
    ]
    assert texts(document, "reference") == ["Roe J. On alphamab. 1996 Dec;10(4):697-705."]
    assert (document.title, document.revised, document.review_status) == (
        "Two drugs",
        datetime.date(2025, 3, 29),
        "reviewed",
    )


def test_a_colophon_line_inside_the_body_is_body(folder: Path) -> None:
    line = "Developed by Roe in 1990, alphamab is old."
    document = read(folder, f"# T\n\nA.\n\n## Its past\n\nFirst.\n\n{line}\n\nMore.\n\n## Betamab\n\n{line}\n")
    assert texts(document, "colophon") == []
    assert document.authors is None
    assert [s.heading for s in document.sections] == ["T", "T", "Its past", "Betamab"][-len(document.sections) :]


def test_a_colophon_may_stand_before_the_body_too(folder: Path) -> None:
    document = read(folder, "# T\n\nAuthors: A. Roe and M. Doe\n\nLicense: CC BY 4.0\n\nText.\n\n## A\n\nMore.\n")
    assert (document.authors, document.license) == ("A. Roe and M. Doe", "CC BY 4.0")
    assert read(folder, "# T\n\nLicense: CC BY 4.0\n\nText.\n", license="digest").license == "digest"


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Written by the team; a society reviewed it.", "the team"),
        ("Developed by the team with medical review by a society.", "the team"),
        ("Authors: Jo Roe, Mo Doe.", "Jo Roe, Mo Doe"),
        ("Reviewed by the board.", None),
    ],
)
def test_authors_are_those_who_wrote(folder: Path, line: str, authors: str | None) -> None:
    assert read(folder, f"# T\n\nText.\n\n{line}\n").authors == authors


def test_a_date_in_the_bibliography_or_in_the_body_is_no_revision_date(folder: Path) -> None:
    text = "# T\n\n## A\n\nThe dose was revised on March 29, 2025.\n\n## References\n\n- Roe. 1996 Dec;10(4):697-705.\n"
    assert read(folder, text).revised is None


def test_of_two_claims_of_review_the_weaker_wins(folder: Path) -> None:
    text = "# T\n\nEvery page is reviewed for accuracy.\n\nThis one is pending human review.\n\n## A\n\nText.\n"
    assert read(folder, text).review_status == "pending"


def test_a_page_that_reviews_its_subject_claims_no_review_of_itself(folder: Path) -> None:
    document = read(folder, "# T\n\nThis page reviews what is known of alphamab.\n\n## A\n\nText.\n")
    assert document.review_status is None
    assert texts(document, "colophon") == []


def test_talk_of_review_inside_a_section_says_nothing_of_the_page(folder: Path) -> None:
    document = read(folder, "# T\n\nA.\n\n## Approval\n\nThe drug is pending review by a board.\n")
    assert document.review_status is None
    assert texts(document, "paragraph")[-1].startswith("The drug")


def test_the_manifest_wins_and_every_difference_is_told(folder: Path) -> None:
    document = read(
        folder, PAGE, title="Three drugs", revised=datetime.date(2024, 1, 1), review_status="pending", publisher="P"
    )
    assert (document.title, document.revised, document.review_status, document.publisher) == (
        "Three drugs",
        datetime.date(2024, 1, 1),
        "pending",
        "P",
    )
    assert document.differences == (
        "page: the manifest says title is Three drugs, the page says Two drugs",
        "page: the manifest says revised is 2024-01-01, the page says 2025-03-29",
        "page: the manifest says review_status is pending, the page says reviewed",
    )


def test_a_manifest_that_agrees_but_for_case_differs_in_nothing(folder: Path) -> None:
    same = read(folder, PAGE, title="two DRUGS", revised=datetime.date(2025, 3, 29), review_status="Reviewed")
    assert same.differences == ()


def test_a_page_without_a_heading_is_called_by_its_file_name(folder: Path) -> None:
    document = read(folder, "Just a text.")
    assert document.title == "page"
    assert [(s.heading, s.start, s.end) for s in document.sections] == [("page", 0, len("Just a text."))]


def test_the_revision_follows_text_and_metadata_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    first = read(folder, PAGE)
    assert first.revision.startswith("sha256:") and len(first.revision) == len("sha256:") + 64
    assert read(tmp_path, PAGE.replace("\n", "\r\n")).revision == first.revision
    assert read(folder, PAGE.replace("small", "large")).revision != first.revision
    others = [{"url": "u"}, {"publisher": "u"}, {"license": "u"}, {"review_status": "u"}, {"title": "u"}]
    assert len({first.revision, *(read(folder, PAGE, **facts).revision for facts in others)}) == 6


def test_section_at_gives_the_section_of_a_position(folder: Path) -> None:
    document = read(folder, PAGE)
    assert document.section_at(document.text.index("10 mg")).heading == "Its dose"
    assert document.section_at(0).heading == "Two drugs"


NOTES = """# Tolls

A barge pays nine coins.[^a] A skiff of up to 40 m² pays four. A ketch pays six.[^b]

All pay at noon.

[^a]: In May it pays seven.
[^b]: Unless it carries salt.
"""


def test_a_note_is_led_in_by_the_sentence_that_calls_it(tmp_path: Path) -> None:
    path = tmp_path / "tolls.md"
    path.write_text(NOTES, encoding="utf-8")
    document = load(Source("tolls", path))
    led = {
        document.text[block.start : block.end]: [document.text[start:end] for start, end in document.leads(number)]
        for number, block in enumerate(document.blocks)
    }
    assert led["In May it pays seven."] == ["A barge pays nine coins.¹"]
    assert led["Unless it carries salt."] == ["A ketch pays six.²"]
    assert led["All pay at noon."] == []
    (first, second) = [passage for passage in cut_passages(document) if passage.section == "Notes"]
    assert (first.lead, second.lead) == ("A barge pays nine coins.¹", "A ketch pays six.²")


def test_notes_that_call_each_other_have_an_end(tmp_path: Path) -> None:
    path = tmp_path / "tolls.txt"
    path.write_text("Tolls\n\nA barge pays.[^a]\n", encoding="utf-8")
    pieces = [Piece("paragraph", "It pays nine.²", mark="¹ "), Piece("paragraph", "It pays four.¹", mark="² ")]
    document = Document.assemble(Source("tolls", path), pieces, (), lambda text: [(0, len(text))])
    assert 1 <= len(document.leads(0)) < 20


def test_a_title_leads_in_the_items_directly_under_it(tmp_path: Path) -> None:
    path = tmp_path / "moths.md"
    path.write_text("# What we do not pay for\n\n- damage by moths\n- rust\n\nDraft\n", encoding="utf-8")
    document = load(Source("moths", path))
    assert [block.lead for block in document.blocks] == [None, 0, 0, None]
