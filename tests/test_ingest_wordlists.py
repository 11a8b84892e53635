"""The bullets and numbers that Word shows before the items of its lists."""

from __future__ import annotations

import pytest
from wordfile import headings, p, pieces, style, styled, texts

from ingest.read.word.lists import formatted


def level(depth: int, kind: str, text: str, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{depth}">{more}<w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'


def abstract(number: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{number}">{"".join(levels)}</w:abstractNum>'


def num(number: int, of: int, more: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/>{more}</w:num>'


def item(text: str, number: int = 1, depth: int | None = 0) -> str:
    at = "" if depth is None else f'<w:ilvl w:val="{depth}"/>'
    return p(text, f'<w:numPr>{at}<w:numId w:val="{number}"/></w:numPr>')


DECIMAL = abstract(0, level(0, "decimal", "%1."), level(1, "lowerLetter", "%2)"), level(2, "lowerRoman", "(%3)"))


@pytest.mark.parametrize(
    ("count", "kind", "shown"),
    [
        (4, "decimal", "4"),
        (4, "decimalZero", "04"),
        (14, "lowerRoman", "xiv"),
        (1999, "upperRoman", "1999"),
        (499, "upperRoman", "CDXCIX"),
        (3, "upperLetter", "C"),
        (28, "lowerLetter", "bb"),
        (3, "ordinal", "3rd"),
        (12, "ordinal", "12th"),
        (2, "cardinalText", "Two"),
        (2, "ordinalText", "Second"),
        (5, "chicago", "**"),
        (0, "lowerRoman", "0"),
        (7, "japaneseCounting", "7"),
        (7, "none", ""),
    ],
)
def test_a_number_is_shown_in_its_kind(count: int, kind: str, shown: str) -> None:
    assert formatted(count, kind) == shown


def test_items_have_depth_and_mark_and_inner_lists_begin_anew() -> None:
    body = item("a") + item("b", depth=1) + item("c", depth=2) + item("d", depth=1) + item("e") + item("f", depth=1)
    assert [(x.level, x.mark) for x in pieces(body, numbering=DECIMAL + num(1, 0))] == [
        (1, "1. "),
        (2, "a) "),
        (3, "(i) "),
        (2, "b) "),
        (1, "2. "),
        (2, "a) "),
    ]


def test_a_number_may_hold_those_above_it() -> None:
    numbering = abstract(
        0,
        level(0, "upperRoman", "%1."),
        level(1, "decimal", "%1.%2"),
        level(2, "decimal", "%1.%2.%3", "<w:isLgl/>"),
    ) + num(1, 0)
    body = item("a") + item("b", depth=1) + item("c", depth=1) + item("d", depth=2)
    assert texts(body, numbering=numbering) == ["I. a", "I.1 b", "I.2 c", "1.2.1 d"]
    # A depth that nothing opened shows where it begins.
    assert texts(item("d", depth=2), numbering=numbering) == ["1.1.1 d"]


def test_a_list_begins_where_it_says() -> None:
    numbering = abstract(0, level(0, "decimal", "%1.", '<w:start w:val="5"/>'))
    assert texts(item("a") + item("b"), numbering=numbering + num(1, 0)) == ["5. a", "6. b"]
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    both = numbering + num(1, 0) + num(2, 0, override) + num(3, 0)
    body = item("a") + item("b", 2) + p("Text.") + item("c", 2) + item("d", 3)
    assert texts(body, numbering=both) == ["5. a", "1. b", "Text.", "2. c", "3. d"]
    own = '<w:lvlOverride w:ilvl="0">' + level(0, "upperLetter", "%1)") + "</w:lvlOverride>"
    assert texts(item("a"), numbering=numbering + num(1, 0, own)) == ["A) a"]


def test_an_inner_list_may_go_on_counting() -> None:
    numbering = abstract(0, level(0, "decimal", "%1."), level(1, "decimal", "%2)", '<w:lvlRestart w:val="0"/>'))
    body = item("a") + item("b", depth=1) + item("c") + item("d", depth=1)
    assert texts(body, numbering=numbering + num(1, 0)) == ["1. a", "1) b", "2. c", "2) d"]


def test_bullets_are_one_sign_and_a_level_without_a_sign_shows_none() -> None:
    bullets = abstract(0, level(0, "bullet", "\uf0b7"), level(1, "bullet", "o"), level(2, "bullet", " ")) + num(1, 0)
    assert [(x.kind, x.level, x.mark) for x in pieces(item("a") + item("b", depth=1), numbering=bullets)] == [
        ("item", 1, "• "),
        ("item", 2, "• "),
    ]
    none = abstract(0, level(0, "none", "")) + num(1, 0)
    assert [(x.kind, x.mark) for x in pieces(item("a"), numbering=none)] == [("paragraph", "")]


def test_words_stand_in_a_number() -> None:
    numbering = abstract(0, level(0, "decimal", "Article %1")) + num(1, 0)
    assert texts(item("Fees are due.") + item("Fees are low."), numbering=numbering) == [
        "Article 1 Fees are due.",
        "Article 2 Fees are low.",
    ]


def test_a_style_puts_paragraphs_and_headings_into_a_list() -> None:
    numbering = abstract(
        0, level(0, "decimal", "%1", '<w:pStyle w:val="H1"/>'), level(1, "decimal", "%1.%2", '<w:pStyle w:val="H2"/>')
    )
    styles = "".join(
        style(
            f"H{n}",
            f"heading {n}",
            f'<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="{n - 1}"/></w:pPr>',
        )
        for n in (1, 2)
    )
    body = "".join(styled(s, t) for s, t in (("H1", "Scope"), ("H2", "Who"), ("H2", "Where"), ("H1", "Fees")))
    assert headings(body, numbering=numbering + num(1, 0), styles=styles) == [
        (2, "1 Scope"),
        (3, "1.1 Who"),
        (3, "1.2 Where"),
        (2, "2 Fees"),
    ]
    based = styles + style("Own", "Own", '<w:basedOn w:val="H1"/>')
    unnumbered = p("Annex", '<w:pStyle w:val="Own"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    found = headings(styled("Own", "Scope") + unnumbered, numbering=numbering + num(1, 0), styles=based)
    assert found == [(2, "1 Scope"), (2, "Annex")]


def test_a_definition_may_be_that_of_a_style_of_lists() -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="L"/></w:abstractNum>'
        + abstract(1, level(0, "upperLetter", "%1."))
        + num(1, 0)
        + num(2, 1)
    )
    lists = style("L", "L", '<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr>', "numbering")
    assert texts(item("a") + item("b"), numbering=numbering, styles=lists) == ["A. a", "B. b"]


def test_deleted_and_hidden_items_are_not_counted_and_struck_ones_are() -> None:
    def marked(content: str, mark: str) -> str:
        return p(content, f'<w:numPr><w:numId w:val="1"/></w:numPr><w:rPr>{mark}</w:rPr>')

    deleted = marked("<w:del><w:r><w:delText>x</w:delText></w:r></w:del>", "<w:del/>")
    hidden = marked("<w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r>", "<w:vanish/>")
    struck = marked("<w:r><w:rPr><w:strike/></w:rPr><w:t>x</w:t></w:r>", "")
    numbering = DECIMAL + num(1, 0)
    assert texts(item("a") + deleted + item("b"), numbering=numbering) == ["1. a", "2. b"]
    assert texts(item("a") + hidden + item("b"), numbering=numbering) == ["1. a", "2. b"]
    assert texts(item("a") + struck + item("b"), numbering=numbering) == ["1. a", "3. b"]


def test_the_names_of_styles_make_a_list_without_a_definition() -> None:
    styles = style("LB2", "List Bullet 2") + style("LN", "List Number")
    body = styled("LN", "a") + styled("LB2", "b") + styled("LN", "c")
    assert [(x.level, x.mark + x.text) for x in pieces(body, styles=styles)] == [(1, "1. a"), (2, "• b"), (1, "2. c")]


def test_a_paragraph_that_goes_on_with_an_item_hangs_on_it() -> None:
    indent = '<w:ind w:left="720"/>'
    numbering = abstract(0, level(0, "decimal", "%1.", f"<w:pPr>{indent}</w:pPr>"), level(1, "bullet", " ")) + num(1, 0)
    body = p("Steps:") + item("a") + p("more of a", indent) + item("b") + item("more of b", depth=1) + p("After.")
    assert [(x.kind, x.level, x.mark + x.text) for x in pieces(body, numbering=numbering)] == [
        ("paragraph", 0, "Steps:"),
        ("item", 1, "1. a"),
        ("item", 2, "more of a"),
        ("item", 1, "2. b"),
        ("item", 2, "more of b"),
        ("paragraph", 0, "After."),
    ]


@pytest.mark.parametrize(
    ("lines", "marks"),
    [
        (["Bring:", "• a towel"], ["", "• "]),
        (["Bring:", "- a towel", "- soap"], ["", "• ", "• "]),
        (["Bring:", "1. a towel", "2) soap", "a) more"], ["", "1. ", "2) ", "a) "]),
        (["- said he", "Text."], ["", ""]),
        (["1. May is a holiday.", "Text."], ["", ""]),
        (["-5 degrees", "-6 degrees"], ["", ""]),
    ],
)
def test_marks_typed_by_hand_make_items(lines: list[str], marks: list[str]) -> None:
    assert [x.mark for x in pieces("".join(map(p, lines)))] == marks


@pytest.mark.parametrize(
    "numbering",
    ["", num(1, 7), num(1, 0), DECIMAL + num(2, 0), abstract(0, level(0, "decimal", "%1.")).replace('"0"', '"x"')],
)
def test_a_list_that_is_not_defined_is_none(numbering: str) -> None:
    assert [(x.kind, x.text) for x in pieces(item("a") + item("b", depth=None), numbering=numbering)] == [
        ("paragraph", "a"),
        ("paragraph", "b"),
    ]


def test_boxes_to_tick_make_items_and_stay_in_the_text() -> None:
    body = p("Pay by:") + p("☒ card") + p("☐ cash")
    assert [(x.kind, x.mark, x.text) for x in pieces(body)][1:] == [("item", "", "☒ card"), ("item", "", "☐ cash")]
