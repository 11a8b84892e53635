"""Which paragraphs of a Word document are headings, by style, by outline and by look."""

from __future__ import annotations

import pytest
from wordfile import cell, headings, p, pieces, row, run, style, styled, table, texts

BOLD = "<w:b/>"


def outline(level: int) -> str:
    return f'<w:outlineLvl w:val="{level}"/>'


@pytest.mark.parametrize(
    ("name", "depth"),
    [
        ("heading 1", 1), ("Heading 3", 3), ("Überschrift 2", 2), ("Titre 1", 1), ("Título 2", 2), ("Titolo 1", 1),
        ("Kop 3", 3), ("Rubrik 1", 1), ("Nagłówek 2", 2), ("Заголовок 1", 1), ("标题 2", 2), ("見出し 1", 1),
        ("PolicyHead", 1), ("My Heading 2", 2), ("Section Title", 1), ("Subheading", 2), ("Heading", 1),
        ("Überschrift 1 nummeriert", 1), ("Normal", None), ("header", None), ("TOC Heading", None),
        ("Table Heading", None), ("Subtitle", None), ("List Heading", None), ("Letterhead", None), ("Forehead", None),
    ],
)  # fmt: skip
def test_the_name_of_a_style_tells_of_a_heading(name: str, depth: int | None) -> None:
    body = styled("T", "Rules") + styled("X", "Who pays") + p("All do.")
    found = headings(body, styles=style("T", "Title") + style("X", name))
    assert found[1:] == ([] if depth is None else [(depth + 1, "Who pays")])


@pytest.mark.parametrize("name", ["Title", "Titel", "Titre", "Título", "Document Title", "title"])
def test_the_name_of_a_style_tells_of_the_title(name: str) -> None:
    body = styled("X", "Rules of") + styled("X", "the house") + styled("H", "One") + p("Text.")
    assert headings(body, styles=style("X", name) + style("H", "heading 1")) == [(1, "Rules of the house"), (2, "One")]


def test_a_style_is_a_heading_by_what_it_is_based_on() -> None:
    styles = (
        style("H2", "heading 2", f"<w:pPr>{outline(1)}</w:pPr>")
        + style("Own", "Firm", '<w:basedOn w:val="H2"/>')
        + style("Owner", "Firmer", '<w:basedOn w:val="Own"/>')
        + style("Plain", "Plain", f'<w:basedOn w:val="H2"/><w:pPr>{outline(9)}</w:pPr>')
        + style("A", "A", '<w:basedOn w:val="B"/>')
        + style("B", "B", '<w:basedOn w:val="A"/>')
    )
    body = styled("Owner", "Deep") + styled("Plain", "Text one.") + styled("A", "Text two.") + styled("None", "Three.")
    assert headings(body, styles=styles) == [(2, "Deep")]
    assert len(texts(body, styles=styles)) == 4


def test_the_outline_of_a_paragraph_goes_before_its_style() -> None:
    styles = style("T", "Title") + style("H", "heading 1", f"<w:pPr>{outline(0)}</w:pPr>")
    deeper = p("Deeper", f'<w:pStyle w:val="H"/>{outline(2)}')
    text = p("Text.", f'<w:pStyle w:val="H"/>{outline(9)}')
    body = styled("T", "Rules") + p("Who", outline(0)) + deeper + text
    assert headings(body, styles=styles) == [(1, "Rules"), (2, "Who"), (4, "Deeper")]


def test_a_title_with_an_outline_is_still_the_title() -> None:
    styles = style("T", "Title", f"<w:pPr>{outline(0)}</w:pPr>") + style(
        "H", "heading 1", f"<w:pPr>{outline(0)}</w:pPr>"
    )
    assert headings(styled("T", "Rules") + styled("H", "Who") + p("All."), styles=styles) == [(1, "Rules"), (2, "Who")]


@pytest.mark.parametrize("look", [BOLD, '<w:u w:val="single"/>', '<w:sz w:val="32"/>', '<w:rStyle w:val="Strong"/>'])
def test_what_only_looks_like_a_heading_is_one_where_no_style_is(look: str) -> None:
    strong = style("Strong", "Strong", "<w:rPr><w:b/></w:rPr>", "character")
    body = p(run("Who pays", look)) + p("All do.") + p(run("When", look)) + p("In May.")
    assert headings(body, styles=strong) == [(2, "Who pays"), (2, "When")]
    with_style = body + styled("H", "Where") + p("Here.")
    assert headings(with_style, styles=strong + style("H", "heading 2")) == [(2, "Where")]


def test_larger_headings_stand_higher() -> None:
    def sized(text: str, size: int) -> str:
        return p(run(text, f'{BOLD}<w:sz w:val="{size}"/>'))

    body = (
        sized("Rules", 40)
        + sized("Fees", 28)
        + p("Due.")
        + sized("Adults", 24)
        + p("3.")
        + sized("Dates", 28)
        + p("May.")
    )
    assert headings(body) == [(1, "Rules"), (2, "Fees"), (3, "Adults"), (2, "Dates")]
    late = p("Text.") + sized("Fees", 28) + p("Due.") + sized("Adults", 24) + p("3.")
    assert headings(late) == [(2, "Fees"), (3, "Adults")]
    titled = styled("T", "Rules") + late
    assert headings(titled, styles=style("T", "Title")) == [(1, "Rules"), (2, "Fees"), (3, "Adults")]


@pytest.mark.parametrize(
    "body",
    [
        p(run("Not on Sundays.", BOLD)) + p("Text."),
        p(run("Fees:", BOLD) + run(" are due.")) + p("Text."),
        p("Text.") + p(run("The end", BOLD)),
        p(run("word " * 20, BOLD)) + p("Text."),
        "".join(p(run(text, BOLD)) for text in ("One", "Two", "Three", "Four")) + p("Text."),
        p(run("12.50", BOLD)) + p("Text."),
        table(row(cell(p(run("Fee", BOLD))), "x"), row("a", "b")) + p("Text."),
    ],
)
def test_bold_text_is_not_always_a_heading(body: str) -> None:
    assert headings(body) == []


def test_a_bold_line_before_a_break_is_a_heading_too() -> None:
    bold = f"<w:r><w:rPr>{BOLD}</w:rPr><w:t>Fees</w:t><w:br/></w:r>"
    assert texts(p(bold + run("They are due."))) == ["Fees", "They are due."]
    assert headings(p(bold + run("They are due.")) + p("Text.")) == [(1, "Fees")]


def test_a_numbered_bold_line_is_a_heading_and_keeps_its_number() -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    numbered = '<w:numPr><w:numId w:val="1"/></w:numPr>'
    body = p(run("Fees", BOLD), numbered) + p("Due.") + p(run("Dates", BOLD), numbered) + p("In May.")
    assert headings(body, numbering=numbering) == [(2, "1. Fees"), (2, "2. Dates")]


def test_code_keeps_its_lines() -> None:
    mono = '<w:rFonts w:ascii="Courier New"/>'
    by_font = p("Run:") + p(run("def f():", mono)) + p(run("    return 1", mono)) + p("That is all there is to it.")
    assert [(x.kind, x.text) for x in pieces(by_font)][1] == ("code", "def f():\n    return 1")
    lines = "<w:r><w:t>a = 1</w:t><w:br/><w:tab/><w:t>b</w:t></w:r>"
    by_style = p("Run this:") + styled("SourceCode", lines)
    assert [(x.kind, x.text) for x in pieces(by_style, styles=style("SourceCode", "Source Code"))][1] == (
        "code",
        "a = 1\n    b",
    )
    typewritten = "".join(p(run(f"Sentence {n} of a letter.", mono)) for n in range(3))
    assert {x.kind for x in pieces(typewritten)} == {"paragraph"}
