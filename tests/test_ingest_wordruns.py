"""What of a Word paragraph can be seen in Word, and how it is written on one line."""

from __future__ import annotations

import pytest
from wordfile import cell, control, dropped, field, p, pieces, row, run, sign, style, styled, table, texts

RAISED, LOWERED = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'
STRUCK, HIDDEN, WHITE = "<w:strike/>", "<w:vanish/>", '<w:color w:val="FFFFFF"/>'


# A field in what another one is told.
INNER = f"</w:instrText></w:r>{field('PAGE', run('3'))}<w:r><w:instrText>"


def box(*paragraphs: str) -> str:
    return f"<w:txbxContent>{''.join(map(p, paragraphs))}</w:txbxContent>"


def drawn(content: str) -> str:
    return f"<w:drawing><wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp></w:drawing>"


def pictured(content: str) -> str:
    return f"<w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict>"


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (f"{run('Pay ')}<w:ins>{run('no ')}</w:ins>{run('fee.')}", "Pay no fee."),
        (f"{run('Pay ')}<w:del><w:r><w:delText>a </w:delText></w:r></w:del>{run('fees.')}", "Pay fees."),
        (f"{run('Here')}<w:moveFrom>{run(' and there')}</w:moveFrom>{run('.')}", "Here."),
        (f"{run('Here')}<w:moveTo>{run(' and there')}</w:moveTo>{run('.')}", "Here and there."),
        (f"<w:ins><w:del>{run('Gone ')}</w:del></w:ins>{run('Left')}", "Left"),
        (f"<w:hyperlink><w:ins>{run('a ')}</w:ins>{run('link')}</w:hyperlink>", "a link"),
        (f"<w:smartTag><w:customXml>{run('tagged')}</w:customXml></w:smartTag>", "tagged"),
        (f"<w:bdo>{run('one ')}</w:bdo><w:dir>{run('two')}</w:dir>", "one two"),
        (control(run("A. ") + control(run("Roe"))), "A. Roe"),
        (run("Name: ") + control(run("Click here"), "<w:showingPlcHdr/>"), "Name:"),
        (f"{field('HYPERLINK x', run('a page'))}{run(' more')}", "a page more"),
        (f"{run('Page ')}{field('PAGE', run('7'))}{run('of ')}{field(' NUMPAGES', run('9'))}", "Page of"),
        (f"{run('See part ')}{field('REF x', run('four'))}{run('.')}", "See part four."),
        (f"{run('a')}{field('IF ' + INNER + '= 3', run('b'))}", "ab"),
        (f'{run("a")}<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>XE "no"</w:instrText></w:r>'
         f'<w:r><w:fldChar w:fldCharType="end"/></w:r>{run("b")}', "ab"),
        (f'<w:fldSimple w:instr=" PAGE ">{run("7")}</w:fldSimple>{run("a")}', "a"),
        (f'<w:fldSimple w:instr="DATE">{run("May")}</w:fldSimple>', "May"),
        (f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{run("never closed")}', "never closed"),
        ('<w:r><w:t>co</w:t><w:softHyphen/><w:t>op\u00aderate</w:t></w:r>', "cooperate"),
        ("<w:r><w:t>e</w:t><w:noBreakHyphen/><w:t>bike at\u00a0noon</w:t></w:r>", "e-bike at noon"),
        ("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:cr/><w:t>d</w:t></w:r>", "a b c d"),
        (run("20 ") + sign("Symbol", "F0B1") + run(" 2 ") + sign("Symbol", "6D") + run("m"), "20 ± 2 μm"),
        (sign("Wingdings", "F0FE") + run(" yes ") + sign("Wingdings", "F0A8") + run(" no"), "☑ yes ☐ no"),
        (sign("Wingdings", "zz") + run("none"), "none"),
        (run("5 ") + run("m", '<w:rFonts w:ascii="Symbol"/>') + run("g"), "5 μg"),
        ("<w:ruby><w:rt>" + run("above") + "</w:rt><w:rubyBase>" + run("base") + "</w:rubyBase></w:ruby>", "base"),
    ],
)  # fmt: skip
def test_a_paragraph_is_what_the_final_view_shows(content: str, seen: str) -> None:
    assert texts(p(content) + p("The end.")) == [seen, "The end."]


@pytest.mark.parametrize(
    ("state", "seen"), [('<w14:checked w14:val="1"/>', "☒"), ('<w14:checked w14:val="0"/>', "☐"), ("", "☐")]
)
def test_a_box_to_tick_is_shown_as_it_is(state: str, seen: str) -> None:
    box_to_tick = control(run("X"), f"<w14:checkbox>{state}</w14:checkbox>")
    assert texts(p(box_to_tick + run(" By post"))) == [f"{seen} By post"]


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ("<w:checkBox><w:checked/></w:checkBox>", "☒"),
        ('<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>', "☐"),
        ('<w:ddList><w:result w:val="1"/><w:listEntry w:val="north"/><w:listEntry w:val="south"/></w:ddList>', "south"),
        ('<w:ddList><w:result w:val="9"/><w:listEntry w:val="north"/></w:ddList>', ""),
    ],
)
def test_a_field_of_a_form_shows_what_was_chosen(data: str, shown: str) -> None:
    begin = f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{data}</w:ffData></w:fldChar></w:r>'
    content = (
        f'{run("Side: ")}{begin}<w:r><w:instrText>FORM</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert texts(p(content)) == [f"Side: {shown}".strip()]


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (run("10") + run("9", RAISED) + run(" cells"), "10⁹ cells"),
        (run("10") + run("-", RAISED) + run("3", RAISED) + run(" per litre"), "10⁻³ per litre"),
        (run("10") + run("−12 ", RAISED) + run("m"), "10⁻¹² m"),
        (run("H") + run("2", LOWERED) + run("O"), "H₂O"),
        (run("x") + run("n+1", RAISED), "xⁿ⁺¹"),
        (run("the 5") + run("th", RAISED) + run(" day"), "the 5th day"),
        (run("10") + run("1.5", RAISED) + run(" times"), "10^1.5 times"),
        (run("It helps.") + run("1,2", RAISED) + run(" It is new."), "It helps.¹,² It is new."),
        (run("m") + run("2", '<w:rStyle w:val="Up"/>'), "m²"),
        (run("m") + run("2", '<w:rStyle w:val="Up"/><w:vertAlign w:val="baseline"/>'), "m2"),
        (run("m") + run("3", '<w:position w:val="8"/><w:sz w:val="14"/>'), "m³"),
    ],
)  # fmt: skip
def test_raised_and_lowered_figures_stay_so(content: str, seen: str) -> None:
    assert texts(p(content), styles=style("Up", "Up", f"<w:rPr>{RAISED}</w:rPr>", "character")) == [seen]


STYLES = (
    style("Old", "Old", f"<w:rPr>{STRUCK}</w:rPr>", "character")
    + style("Older", "Older", '<w:basedOn w:val="Old"/>', "character")
    + style("OldText", "Old Text", f"<w:rPr>{STRUCK}</w:rPr>")
    + style("Secret", "Secret", f"<w:rPr>{HIDDEN}</w:rPr>")
    + style("Whisper", "Whisper", f"<w:rPr>{HIDDEN}</w:rPr>", "character")
)


@pytest.mark.parametrize(
    ("content", "seen", "told"),
    [
        (run("It is 3 euros.", STRUCK) + run(" It is 4 euros."), ["It is 4 euros."], ["It is 3 euros."]),
        (run("It is ") + run("3", STRUCK) + run(" 4 euros."), ["It is 4 euros."], []),
        (run("It is 3 euros.", "<w:dstrike/>"), [], ["It is 3 euros."]),
        (run("It is 3.", '<w:strike w:val="0"/>'), ["It is 3."], []),
        (run("It is 3.", '<w:rStyle w:val="Older"/>') + run(" Now 4."), ["Now 4."], ["It is 3."]),
        (run("It is", STRUCK) + run(" ") + run("three.", STRUCK), [], ["It is three."]),
        (run("Open. ") + run("Not on Sundays.", STRUCK), ["Open."], ["Not on Sundays."]),
    ],
)
def test_what_is_struck_out_is_no_text(content: str, seen: list[str], told: list[str]) -> None:
    assert texts(p(content), styles=STYLES) == seen
    assert dropped(p(content), styles=STYLES) == [f"struck out: {text}" for text in told]


def test_a_style_strikes_out_and_a_run_takes_it_back() -> None:
    body = styled("OldText", "Gone.") + styled("OldText", run("Kept.", '<w:strike w:val="false"/>'))
    assert texts(body, styles=STYLES) == ["Kept."]
    # Two styles that both strike out undo each other, as in Word.
    assert texts(styled("OldText", run("Kept.", '<w:rStyle w:val="Old"/>')), styles=STYLES) == ["Kept."]


def test_what_is_struck_out_in_a_table_or_a_heading_is_no_text() -> None:
    body = table(row("Pool", run("3 euros", STRUCK)), row("Sauna", run("4 euros", STRUCK) + run("5 euros")))
    assert texts(body) == ["Pool", "Sauna | 5 euros"]
    assert dropped(body) == ["struck out: 3 euros"]
    heading = p(run("Old ", STRUCK) + run("Rules"), '<w:outlineLvl w:val="0"/>')
    assert texts(heading) == ["Rules"]


@pytest.mark.parametrize(
    "content",
    [
        p(run("Remark", HIDDEN)),
        styled("Secret", "Remark"),
        p(run("Remark", '<w:rStyle w:val="Whisper"/>')),
        p(run("Remark", WHITE)),
        p(run("Remark", '<w:color w:val="000000" w:themeColor="background1"/>')),
    ],
)
def test_what_is_hidden_is_no_text(content: str) -> None:
    assert texts(content + p("Seen."), styles=STYLES) == ["Seen."]
    assert dropped(content, styles=STYLES) == ["hidden: Remark"]


@pytest.mark.parametrize(
    "content",
    [
        p(run("Seen", '<w:vanish w:val="0"/>')),
        p(run("Seen", WHITE + '<w:shd w:val="clear" w:fill="000080"/>')),
        p(run("Seen", WHITE + '<w:highlight w:val="blue"/>')),
        p(run("Seen", WHITE), '<w:shd w:val="clear" w:fill="000080"/>'),
        table(row(run("Seen", WHITE))),
        p(f"<w:r>{drawn(box(run('Seen', WHITE)))}</w:r>"),
    ],
)
def test_white_letters_are_seen_on_another_ground(content: str) -> None:
    assert texts(content) == ["Seen"]


@pytest.mark.parametrize(
    "inside",
    [
        drawn(box("One.", "Two.")),
        pictured(box("One.", "Two.")),
        f"<mc:AlternateContent><mc:Choice>{drawn(box('One.', 'Two.'))}</mc:Choice>"
        f"<mc:Fallback>{pictured(box('One.', 'Two.'))}</mc:Fallback></mc:AlternateContent>",
        f"<mc:AlternateContent><mc:Choice><w:drawing/></mc:Choice>"
        f"<mc:Fallback>{pictured(box('One.', 'Two.'))}</mc:Fallback></mc:AlternateContent>",
        f"<w:drawing><wps:g><mc:AlternateContent><mc:Choice>{box('One.', 'Two.')}</mc:Choice>"
        f"<mc:Fallback>{box('One.', 'Two.')}</mc:Fallback></mc:AlternateContent></wps:g></w:drawing>",
    ],
)
def test_a_text_box_stands_once_behind_its_paragraph(inside: str) -> None:
    assert texts(p(f"{run('Before.')}<w:r>{inside}</w:r>") + p("After.")) == ["Before.", "One.", "Two.", "After."]


def test_a_text_box_in_a_text_box_stands_once() -> None:
    inner = p(f"<w:r>{drawn(box('Inner.'))}</w:r>")
    outer = f"<w:txbxContent>{p('Outer.')}{inner}</w:txbxContent>"
    assert texts(p(f"<w:r>{drawn(outer)}</w:r>")) == ["Outer.", "Inner."]


def test_paragraphs_whose_mark_is_deleted_are_one() -> None:
    body = p(run("One and "), "<w:rPr><w:del/></w:rPr>") + p("two.") + p("Three.")
    assert texts(body) == ["One and two.", "Three."]
    # A moved paragraph stands at its new place only.
    moved = p(f"<w:moveFrom>{run('Moved.')}</w:moveFrom>", "<w:rPr><w:moveFrom/></w:rPr>")
    assert texts(moved + p("Stays.") + p(f"<w:moveTo>{run('Moved.')}</w:moveTo>")) == ["Stays.", "Moved."]


def test_a_large_first_letter_belongs_to_its_word() -> None:
    assert texts(p("T", '<w:framePr w:dropCap="drop"/>') + p("he fee.")) == ["The fee."]


def test_blocks_rows_and_cells_may_stand_in_controls() -> None:
    rows = row("a", "b") + control(row("c", control(cell("d"))))
    assert texts(control(p("First.") + control(p("Second.")))) == ["First.", "Second."]
    assert texts(control(table(rows))) == ["a | b", "c | d"]
    empty = control(p("Type here"), "<w:showingPlcHdr/>")
    assert texts(empty + p("Text.")) == ["Text."]


def test_a_line_that_a_break_sets_apart_is_a_paragraph() -> None:
    lines = "<w:r><w:t>We are open.</w:t><w:br/><w:t>Closed</w:t><w:br/><w:t>on Sundays</w:t></w:r>"
    assert texts(p(lines)) == ["We are open.", "Closed on Sundays"]
    items = "<w:r><w:t>Bring:</w:t><w:br/><w:t>• a towel</w:t><w:br/><w:t>• soap</w:t></w:r>"
    assert [(x.kind, x.mark, x.text) for x in pieces(p(items))] == [
        ("paragraph", "", "Bring:"),
        ("item", "• ", "a towel"),
        ("item", "• ", "soap"),
    ]
