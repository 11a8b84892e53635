"""Good inputs to begin with, made by code: small files of each kind that hold as much of what the kind has as they can.

What writes Word files, PDFs, mails of Outlook and the like is that of the tests.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable

from bench.fuzzing.texts import (
    ASCIIDOC,
    CELLS,
    LATEX,
    MAIL,
    MARKDOWN,
    MORE,
    PAGE,
    RECORDS,
    REFERENCES,
    RESTRUCTURED,
    RICH,
    SAID,
    TEXT,
)
from bench.samples import MADE

_SMALL = 600  # bytes of text that a made-up sample has at least


def _word() -> list[bytes]:
    from wordfile import cell, control, field, files, p, packed, row, run, sign, style, styled, table

    item = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr>'
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    maths = "<m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>"
    body = (
        styled("H1", "Feeding")
        + p(run(SAID) + note + run("2", '<w:vertAlign w:val="superscript"/>') + run("unseen", "<w:vanish/>"))
        + p("mix it", item.format(0))
        + p("slowly", item.format(1))
        + p(field('HYPERLINK "https://example.org"', run("the club")) + sign("Wingdings", "F0FC") + maths)
        + table(
            row("Plant", cell("Dose", '<w:gridSpan w:val="2"/>'), properties="<w:tblHeader/>"),
            row(cell("Marrow", '<w:vMerge w:val="restart"/>'), "2", "mg"),
            row(cell("", "<w:vMerge/>"), "5", control(p("mg"))),
        )
        + f"<w:p><w:ins>{run(MORE)}</w:ins><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
        + "<w:sectPr/>"
    )
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="%{n + 1}."/></w:lvl>'
        for n, kind in enumerate(("decimal", "lowerRoman", "bullet"))
    )
    parts = {
        "styles": style("H1", "heading 1", '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>')
        + style("B", "Body", "<w:rPr><w:b/></w:rPr>", more='w:default="1"'),
        "numbering": f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
        "footnotes": f'<w:footnote w:id="2">{p("Nobody checked this.")}</w:footnote>',
        "comments": f'<w:comment w:id="1">{p("Is it so?")}</w:comment>',
        "header": p("The Club"),
    }
    core = "<dc:title>Feeding</dc:title><dc:creator>A. Roe</dc:creator><dcterms:modified>2024-05-03</dcterms:modified>"
    return [packed(files(body, core, **parts))]


def _pdf() -> list[bytes]:
    from pdfs import column, pdf, turned, words

    grid = [f"{x} 400 m {x} 460 l S" for x in (72, 172, 272)] + [f"72 {y} m 272 {y} l S" for y in (400, 430, 460)]
    cells = [words(80, 440, "Plant"), words(180, 440, "Dose"), words(80, 410, "Marrow"), words(180, 410, "2 mg")]
    first = [
        words(72, 740, "Feeding", 18, 2),
        *column(72, 700, SAID[:50], SAID[50:], MORE[:40] + "a-", "way from it."),
        *column(72, 600, "\\225 mix it", "\\225 pour it", "1. one", "2. two"),
        *grid,
        *cells,
        turned(500, 300, "aslant"),
        words(72, 200, "unseen", more="3 Tr"),
        words(72, 180, "1 Nobody checked this.", 6),
        "/Im Do",
    ]
    note = "<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (Is it so?) >>"
    return [
        pdf(first, column(72, 700, "References", *REFERENCES), annotations={1: [note]}, info="/Title (Feeding)"),
        pdf(column(72, 700, SAID[:60], MORE[:60]), column(320, 700, SAID[60:], MORE[60:]), password=(b"", b"o")),
    ]


def _opendocument() -> list[bytes]:
    from opendocumentfile import document

    text = (
        '<text:h text:outline-level="1">Feeding</text:h><text:p text:style-name="P1">A leaflet</text:p>'
        f'<text:p>{SAID}<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        "<text:note-body>"
        '<text:p>Nobody checked this.</text:p></text:note-body></text:note><text:s text:c="2"/><text:tab/>'
        '<text:span text:style-name="up">2</text:span><text:span text:style-name="unseen">unseen</text:span></text:p>'
        '<text:list text:style-name="L1"><text:list-item><text:p>mix it</text:p><text:list><text:list-item>'
        "<text:p>slowly</text:p></text:list-item></text:list></text:list-item></text:list>"
        '<table:table table:name="T"><table:table-header-rows><table:table-row><table:table-cell '
        'table:number-columns-spanned="2"><text:p>Dose</text:p></table:table-cell><table:covered-table-cell/>'
        "</table:table-row></table:table-header-rows><table:table-row><table:table-cell><text:p>Marrow</text:p>"
        '</table:table-cell><table:table-cell table:number-columns-repeated="2">'
        "<text:p>2 mg</text:p></table:table-cell>"
        f"</table:table-row></table:table><text:p>{MORE}</text:p>"
    )
    sheet = (
        '<table:table table:name="Doses"><table:table-row><table:table-cell><text:p>Plant</text:p></table:table-cell>'
        "<table:table-cell><text:p>Dose</text:p></table:table-cell></table:table-row><table:table-row "
        'table:number-rows-repeated="2"><table:table-cell><text:p>Marrow</text:p></table:table-cell><table:table-cell '
        'office:value-type="float" office:value="2"><text:p>2</text:p></table:table-cell>'
        "</table:table-row></table:table>"
    )
    slide = (
        '<draw:page draw:name="One"><draw:frame presentation:class="title"><draw:text-box><text:p>Feeding</text:p>'
        f"</draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>{SAID}</text:p></draw:text-box></draw:frame>"
        "<presentation:notes><draw:frame><draw:text-box><text:p>Say so.</text:p></draw:text-box></draw:frame>"
        "</presentation:notes></draw:page>"
    )
    return [document(text), document(sheet, "spreadsheet"), document(slide, "presentation")]


def _workbook() -> list[bytes]:
    import datetime

    from xlsxwriter import Workbook

    data = io.BytesIO()
    with Workbook(data, {"in_memory": True}) as book:
        bold, dated = book.add_format({"bold": True}), book.add_format({"num_format": "d mmmm yyyy"})
        money = book.add_format({"num_format": '#,##0.00 "€";[Red]-#,##0.00'})
        sheet = book.add_worksheet("Doses")
        sheet.write_row(0, 0, ["Plant", "Dose", "Since", "Price"], bold)
        for row, name in enumerate(("Marrow", "Tomato", "Bean"), 1):
            sheet.write(row, 0, name)
            sheet.write(row, 1, row * 2.5)
            sheet.write_datetime(row, 2, datetime.datetime(2024, 5, row), dated)
            sheet.write(row, 3, -row * 1234.5, money)
        sheet.merge_range(5, 0, 6, 1, SAID)
        sheet.write_formula(7, 1, "=SUM(B2:B4)", None, 15)
        sheet.write_rich_string(8, 0, "so ", bold, "it", " is")
        sheet.write_comment(1, 0, "Is it so?")
        sheet.write_boolean(8, 1, True)
        sheet.insert_textbox(10, 0, MORE)
        sheet.set_row(9, None, None, {"hidden": True})
        book.add_worksheet("Gone").hide()
        book.set_properties({"title": "Feeding", "author": "A. Roe"})
    return [data.getvalue()]


def _slides() -> list[bytes]:
    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "Feeding"
    first.placeholders[1].text = SAID
    inner = first.placeholders[1].text_frame.add_paragraph()
    inner.text, inner.level = "slowly", 1
    first.notes_slide.notes_text_frame.text = MORE
    second = deck.slides.add_slide(deck.slide_layouts[5])
    table = second.shapes.add_table(2, 2, Inches(1), Inches(1), Inches(4), Inches(1)).table
    for row in range(2):
        for column in range(2):
            table.cell(row, column).text = f"{row}{column}"
    table.cell(0, 0).merge(table.cell(0, 1))
    chart = CategoryChartData()
    chart.categories = ["a", "b"]
    chart.add_series("Dose", (1, 2.5))
    second.shapes.add_chart(XL_CHART_TYPE.PIE, Inches(1), Inches(3), Inches(3), Inches(3), chart)
    data = io.BytesIO()
    deck.save(data)
    return [data.getvalue()]


def _book() -> list[bytes]:
    from bookfile import book, chapter

    return [book({"a.xhtml": chapter("Feeding", SAID * 3), "b.xhtml": chapter("Safety", MORE * 3)})]


def _outlook() -> list[bytes]:
    import compressed_rtf
    from outlookfile import mail

    rich = compressed_rtf.compress(RICH.encode(), compressed=True)
    return [
        mail(subject="Feeding", sender="A. Roe", address="a@example.org", to="B", plain=SAID),
        mail(subject="Feeding", page=f"<p>{SAID}</p>".encode()),
        mail(subject="Feeding", rich=rich),
    ]


def _made(kind: str, *rich: str | bytes) -> list[bytes]:
    """What is rich, and a made-up sample of plain paragraphs."""
    return [*(one.encode() if isinstance(one, str) else one for one in rich), MADE[kind](_SMALL)]


FILES: dict[str, Callable[[], list[bytes]]] = {
    ".md": lambda: _made("md", MARKDOWN),
    ".txt": lambda: _made("txt", TEXT, TEXT.encode("utf-16"), MARKDOWN),
    ".html": lambda: _made("html", PAGE),
    ".pdf": lambda: [*_pdf(), *_made("pdf")],
    ".docx": lambda: [*_word(), *_made("docx")],
    ".csv": lambda: _made("csv", f'Plant;Dose;Note\nMarrow;2,5;"{SAID}"\nTomato;;"a ""b"""\n', "a\tb\n1\t2\n3\t4\n"),
    ".xlsx": _workbook,
    ".odt": lambda: [*_opendocument(), *_made("odt")],
    ".pptx": _slides,
    ".eml": lambda: _made("eml", MAIL),
    ".msg": _outlook,
    ".epub": lambda: [*_book(), *_made("epub")],
    ".ipynb": lambda: [json.dumps({"cells": CELLS, "metadata": {}, "nbformat": 4}).encode()],
    ".json": lambda: [json.dumps(RECORDS).encode(), json.dumps({"feeds": RECORDS, "x": {"y": RECORDS[0]}}).encode()],
    ".jsonl": lambda: ["\n".join(map(json.dumps, RECORDS)).encode()],
    ".rst": lambda: _made("rst", RESTRUCTURED),
    ".adoc": lambda: _made("adoc", ASCIIDOC),
    ".tex": lambda: _made("tex", LATEX),
    ".rtf": lambda: _made("rtf", RICH),
}
