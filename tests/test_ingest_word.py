"""Word documents, made here and read again."""

from __future__ import annotations

import datetime
import io
import re
import time
import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from hypothesis import given, settings
from hypothesis import strategies as st
from wordfile import dropped, field, files, headings, p, packed, pieces, row, run, style, styled, table, texts

from ingest import Source, SourceError, load
from ingest.read.metadata import Stated
from ingest.read.word.reader import read_word


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
    for text, name in (
        ("weight", "List Bullet"),
        ("in kg", "List Bullet 2"),
        ("one", "List Number"),
        ("two", "List Number"),
    ):
        document.add_paragraph(text, style=name)
    drugs = document.add_table(2, 2)
    drugs.cell(0, 0).text, drugs.cell(0, 1).text = "Drug", "Dose"
    drugs.cell(1, 0).merge(drugs.cell(1, 1)).text = "none yet"
    document.add_paragraph("A last paragraph.")
    document.add_heading("References", 1)
    document.add_paragraph("Roe J. On it. J Things. 2001;1:1.")
    return document


def test_styles_give_headings_lists_and_tables() -> None:
    assert [(p.kind, p.level, p.mark + p.text) for p in read_word(saved(paper()))[0]] == [
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
    assert [p.level for p in read_word(saved(document))[0] if p.kind == "heading"] == [2, 2]


@pytest.mark.parametrize("suffix", [".docx", ".docm", ".dotx", ".DOTM"])
def test_a_word_document_is_loaded(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a{suffix}").write_bytes(saved(paper()))
    document = load(Source("a", tmp_path / f"a{suffix}"))
    assert (document.title, document.authors, len(document.references)) == ("Two drugs", "A. Roe", 1)
    assert document.page_at(0) is None


def test_a_strict_file_and_odd_names_of_parts_are_read() -> None:
    body = styled("H", "Who") + p(run("m") + run("2", '<w:vertAlign w:val="superscript"/>'))
    made = files(body, styles=style("H", "heading 1"))
    usual = re.compile(r"http://schemas\.openxmlformats\.org/(wordprocessingml|officeDocument)/2006/")
    strict = {name: usual.sub(r"http://purl.oclc.org/ooxml/\1/", content) for name, content in made.items()}
    assert strict != made
    odd = {name.replace("/", "\\").upper(): content for name, content in made.items()}
    lacking = {name: content for name, content in made.items() if "core" not in name}
    for each in (made, strict, odd, lacking):
        assert [piece.text for piece in read_word(packed(each))[0]] == ["Who", "m²"]


def test_a_relation_to_nothing_does_no_harm() -> None:
    made = files(p("Text."))
    made["word/_rels/document.xml.rels"] = made["word/_rels/document.xml.rels"].replace(
        "</Relationships>",
        '<Relationship Id="x" Type="a/styles" Target="../NULL"/><Relationship Id="y" Type="a/header" Target="#top"/>'
        "</Relationships>",
    )
    assert [piece.text for piece in read_word(packed(made))[0]] == ["Text."]


@pytest.mark.parametrize(
    "data",
    [
        b"no",
        b"PK\3\4",
        saved(paper())[:900],
        saved(paper())[:-900],
        packed({"a.txt": "x"}),
        packed({"word/document.xml": "<a/>"}),
        packed({"word/document.xml": "<w"}),
        packed(files(p("Text."), more={"word/styles.xml": "<w:styles", "word/_rels/document.xml.rels": "<"})),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    ],
)
def test_a_damaged_file_is_refused_in_one_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.docx").write_bytes(data)
    with pytest.raises(SourceError) as caught:
        load(Source("a", tmp_path / "a.docx"))
    assert str(caught.value).startswith(f"{tmp_path / 'a.docx'}: is no Word document (DOCX), or is damaged")
    assert "\n" not in str(caught.value)


def test_an_old_file_and_one_with_a_password_are_told_as_such() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    with pytest.raises(ValueError, match=r"is an old Word file \(DOC\); save it as DOCX"):
        read_word(ole)
    with pytest.raises(ValueError, match="has a password; save it as DOCX without"):
        read_word(ole + "EncryptedPackage".encode("utf-16-le"))


def note(number: int, text: str, kind: str = "footnote") -> str:
    mark = f"<w:r><w:{kind}Ref/></w:r>"
    return f'<w:{kind} w:id="{number}">{p(mark + run(" " + text))}</w:{kind}>'


def call(number: int, kind: str = "footnote", more: str = "") -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}" {more}/></w:r>'


def test_notes_stand_at_the_end_with_their_marks_in_the_order_of_their_calls() -> None:
    body = (
        styled("H", "Fees") + p(run("Due.") + call(5) + run(" Low.") + call(2)) + p(run("Paid.") + call(1, "endnote"))
    )
    footnotes = note(2, "In euros.") + note(5, "In May.") + note(7, "Never called.")
    found = texts(body, styles=style("H", "heading 1"), footnotes=footnotes, endnotes=note(1, "By card.", "endnote"))
    assert found == ["Fees", "Due.¹ Low.²", "Paid.ⁱ", "Notes", "¹ In May.", "² In euros.", "ⁱ By card."]


def test_notes_are_numbered_as_the_document_says() -> None:
    chosen = '<w:footnotePr><w:numFmt w:val="lowerLetter"/><w:numStart w:val="2"/></w:footnotePr>'
    body = p(run("Due.") + call(1))
    assert texts(body, footnotes=note(1, "In May."), settings=chosen) == ["Due.ᵇ", "Notes", "ᵇ In May."]
    section = body + f"<w:sectPr>{chosen.replace('lowerLetter', 'chicago')}</w:sectPr>"
    assert texts(section, footnotes=note(1, "In May.")) == ["Due.†", "Notes", "† In May."]
    own = p(run("Due.") + call(1, more='w:customMarkFollows="1"') + run("*"))
    assert texts(own, footnotes=note(1, "In May."))[0] == "Due.*"


def test_notes_that_are_not_called_in_the_final_view_are_not_told() -> None:
    deleted = f"<w:del>{call(1)}</w:del>"
    assert texts(p(run("Due.") + deleted + call(2)), footnotes=note(1, "Old.") + note(2, "New.")) == [
        "Due.¹",
        "Notes",
        "¹ New.",
    ]
    assert texts(p(run("Due.") + call(9)), footnotes=note(1, "Old.")) == ["Due."]


def test_notes_go_under_the_last_heading_if_it_is_theirs() -> None:
    styles, body = style("H", "heading 1"), styled("H", "Fees") + p(run("Due.") + call(1))
    found = headings(body + styled("H", "Endnotes"), styles=styles, footnotes=note(1, "In May."))
    assert found == [(2, "Fees"), (2, "Endnotes")]
    assert headings(body, styles=styles, footnotes=note(1, "In May.")) == [(1, "Fees"), (2, "Notes")]


def test_headers_footers_and_comments_are_dropped_and_told_once() -> None:
    header = p("The Firm") + p(run("Page ") + field("PAGE", run("1"))) + p("The Firm")
    footer = table(row("The Firm", "2025"))
    comments = f'<w:comment w:id="1">{p("Is this")}{p("right?")}</w:comment>'
    body = p("Text.")
    assert texts(body, header=header, footer=footer, comments=comments) == ["Text."]
    assert dropped(body, header=header, footer=footer, comments=comments) == [
        "comment: Is this right?",
        "The Firm",
        "Page",
        "2025",
    ]


def test_a_title_that_stands_in_the_header_only_is_the_title() -> None:
    styles = style("T", "Title") + style("H", "heading 1")
    body = styled("H", "One") + p("Text.") + styled("H", "Two") + p("Text.")
    assert headings(body, styles=styles, header=styled("T", "Rules")) == [(1, "Rules"), (2, "One"), (2, "Two")]
    assert headings(styled("T", "Own") + body, styles=styles, header=styled("T", "Rules"))[0] == (1, "Own")


def test_tables_of_contents_are_dropped() -> None:
    styles = style("TOC1", "toc 1")
    by_style = styled("TOC1", run("Fees") + "<w:r><w:tab/></w:r>" + run("3"))
    gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    by_control = f"<w:sdt><w:sdtPr>{gallery}</w:sdtPr><w:sdtContent>{p('Fees 3')}</w:sdtContent></w:sdt>"
    start, _, end = field("TOC \\o", "\0").partition("\0")
    by_field = p(start + run("Fees 3")) + p(run("Dates 4")) + p(end)
    for contents, told in ((by_style, ["Fees 3"]), (by_control, ["Fees 3"]), (by_field, ["Fees 3", "Dates 4"])):
        assert texts(contents + p("Text."), styles=styles) == ["Text."]
        assert dropped(contents + p("Text."), styles=styles) == told


def test_a_diagram_and_word_art_are_read() -> None:
    made = files(p('<w:r><w:drawing><dgm:relIds r:dm="rD"/></w:drawing></w:r>'))
    made["word/_rels/document.xml.rels"] = made["word/_rels/document.xml.rels"].replace(
        "</Relationships>", '<Relationship Id="rD" Type="x/diagramData" Target="diagrams/data1.xml"/></Relationships>'
    )
    shapes = "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in ("Apply", "Wait"))
    made["word/diagrams/data1.xml"] = f'<d xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{shapes}</d>'
    assert [piece.text for piece in read_word(packed(made))[0]] == ["Apply", "Wait"]
    assert texts(p('<w:r><w:pict><v:shape><v:textpath string="Draft"/></v:shape></w:pict></w:r>')) == ["Draft"]


def test_what_cannot_be_read_is_told() -> None:
    assert dropped(p("Text.") + '<w:altChunk r:id="r9"/>') == ["a part that is kept as a file of another kind"]


@pytest.mark.parametrize(
    ("core", "stated"),
    [
        ("<dc:title>Rules</dc:title><dc:creator>A. Roe</dc:creator>", Stated(title="Rules", authors="A. Roe")),
        ("<dcterms:modified>2024-05-06T07:08:09Z</dcterms:modified>", Stated(revised=datetime.date(2024, 5, 6))),
        ("<dcterms:modified>soon</dcterms:modified><dc:title> </dc:title>", Stated()),
        ("<dc:title>Microsoft Word - a.doc</dc:title><dc:creator>Windows User</dc:creator>", Stated()),
        ("<dc:title>Untitled</dc:title><dc:title>rules_v2.docx</dc:title>", Stated()),
    ],
)  # fmt: skip
def test_the_properties_of_a_file_are_what_it_states(core: str, stated: Stated) -> None:
    assert read_word(packed(files(p("Text."), core)))[2] == stated


def test_a_document_that_nobody_signed_states_nothing() -> None:
    assert read_word(saved(docx.Document()))[2] == Stated()


NAMES = """
p r t tbl tr tc sdt sdtContent sdtPr ins del hyperlink pPr rPr numPr numId ilvl fldChar instrText fldSimple br tab sym
gridSpan vMerge footnoteReference txbxContent drawing pict outlineLvl pStyle tcPr trPr tblHeader vertAlign strike b sz
framePr gridBefore ffData ddList position shd color
""".split()  # noqa: SIM905 - one a line would be a page
VALUES = ("", "1", "0", "-1", "x", "continue", "begin", "separate", "end", "superscript", "9" * 30, "drop")
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["val", "id", "char", "font", "fill", "fldCharType", "instr", "left", "dropCap"]),
    st.sampled_from(VALUES),
    max_size=3,
)


def element(name: str, attributes: dict[str, str], inside: list[str]) -> str:
    told = "".join(f' w:{key}="{value}"' for key, value in attributes.items())
    return f"<w:{name}{told}>{''.join(inside)}</w:{name}>"


TREES = st.recursive(
    st.sampled_from(["", "a", "word.", "• ", "12", " \n"])
    | st.builds(element, st.sampled_from(NAMES), ATTRIBUTES, st.just([])),
    lambda inside: st.builds(element, st.sampled_from(NAMES), ATTRIBUTES, st.lists(inside, max_size=4)),
    max_leaves=25,
)


@settings(deadline=None)
@given(TREES, TREES, TREES, TREES)
def test_no_xml_is_too_odd_to_read(body: str, styles: str, numbering: str, notes: str) -> None:
    parts = {
        "styles": style("1", "x", styles, more='w:default="1"') + styles,
        "numbering": f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        f'<w:abstractNum w:abstractNumId="0">{numbering}</w:abstractNum>{numbering}',
        "footnotes": f'<w:footnote w:id="1">{notes}</w:footnote>',
        "comments": f"<w:comment>{notes}</w:comment>",
        "header": notes,
    }
    found = pieces(body + p("The end."), **parts)
    assert all(piece.text and "\n" not in piece.text for piece in found if piece.kind != "code")


WHOLE = saved(paper())


@settings(deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=30))
def test_a_file_with_wrong_bytes_is_read_or_refused(at: int, wrong: bytes) -> None:
    try:
        read_word(WHOLE[:at] + wrong + WHOLE[at + len(wrong) :])
    except ValueError as error:
        assert "\n" not in str(error)


@settings(deadline=None)
@given(st.sampled_from(zipfile.ZipFile(io.BytesIO(WHOLE)).namelist()), st.binary(max_size=40))
def test_a_part_of_wrong_bytes_is_read_or_refused(name: str, wrong: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as archive:
        made = {n: archive.read(n).decode("latin-1") for n in archive.namelist()}
    try:
        read_word(packed({**made, name: wrong.decode("latin-1")}))
    except ValueError as error:
        assert "\n" not in str(error)


@given(st.binary(max_size=200))
def test_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="is no Word document"):
        read_word(data)


def test_deep_documents_are_read_or_refused() -> None:
    for name, times in (("sdt", 60), ("hyperlink", 120), ("hyperlink", 3000)):
        opens = "<w:sdt><w:sdtContent>" if name == "sdt" else f"<w:{name}>"
        closes = "</w:sdtContent></w:sdt>" if name == "sdt" else f"</w:{name}>"
        inner = p("Deep.") if name == "sdt" else run("Deep.")
        body = opens * times + inner + closes * times
        data = packed(files(body if name == "sdt" else f"<w:p>{body}</w:p>"))
        if times > 1000:
            with pytest.raises(ValueError, match="is damaged"):
                read_word(data)
        else:
            assert [piece.text for piece in read_word(data)[0]] == ["Deep."]


BLOCKS = [
    p("Some text."),
    p(run("a", "<w:b/>") * 3),
    table(row("a", "b") * 2),
    p("item", '<w:numPr><w:numId w:val="1"/></w:numPr>'),
    p(run("struck", "<w:strike/>") + run("not")),
    p("<w:r><w:t>line.</w:t><w:br/></w:r>" * 3),
]


@pytest.mark.parametrize("block", BLOCKS)
def test_time_grows_with_size(block: str) -> None:
    numbering = '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>'
    numbering += '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'

    def taken(times: int) -> float:
        data = packed(files(block * times, numbering=numbering))
        begun = time.process_time()
        read_word(data)
        return time.process_time() - begun

    taken(10)
    assert taken(480) < 10 * taken(120) + 0.5
    assert pieces(block, numbering=numbering)
