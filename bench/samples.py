"""Made-up documents of each kind, seeded: sections of paragraphs and lists in words that mean nothing."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_LINES = 50  # of a page of a PDF


def words(size: int, seed: int = 1) -> Iterator[tuple[str, list[str]]]:
    """Sections, each a heading and its paragraphs, of some `size` bytes in all."""
    chance = random.Random(seed)
    syllables = [a + b for a in "bcdfglmnprstv" for b in "aeiou"]
    known = ["".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(4000)]
    made = number = 0
    while made < size:
        number += 1
        paragraphs = [
            " ".join(" ".join(chance.choices(known, k=chance.randint(6, 20))).capitalize() + "." for _ in range(5))
            + (" It’s “quoted” – café." if chance.random() < 0.3 else "")
            for _ in range(8)
        ]
        yield f"Section {number} of {chance.choice(known)}", paragraphs
        made += sum(map(len, paragraphs))


def _lines(heading: str, ends: str = "\n\n") -> Callable[[int], bytes]:
    """What writes a text whose headings are made of `heading` ("## {}")."""

    def write(size: int) -> bytes:
        parts = [part for title, said in words(size) for part in (heading.format(title), *said)]
        return ends.join(parts).encode()

    return write


def _html(size: int) -> bytes:
    parts = [f"<h2>{title}</h2>" + "".join(f"<p>{p}</p>" for p in said) for title, said in words(size)]
    return f"<!DOCTYPE html><meta charset=utf-8><title>Made</title><main>{''.join(parts)}</main>".encode()


def _tex(size: int) -> bytes:
    parts = [f"\\section{{{title}}}\n" + "\n\n".join(said) for title, said in words(size)]
    return "\n\n".join(["\\documentclass{article}\\begin{document}", *parts, "\\end{document}"]).encode()


def _rst(size: int) -> bytes:
    return "\n\n".join(f"{t}\n{'=' * len(t)}\n\n" + "\n\n".join(said) for t, said in words(size)).encode()


def _rtf(size: int) -> bytes:
    parts = [f"{{\\b {title}}}\\par " + "\\par ".join(said) for title, said in words(size)]
    signs = "\\par ".join(parts)
    return ("{\\rtf1\\ansi " + "".join(s if s.isascii() else f"\\u{ord(s)}?" for s in signs) + "}").encode()


def _csv(size: int) -> bytes:
    rows = [f'"{title}",{len(p)},"{p}"' for title, said in words(size) for p in said]
    return "\n".join(["name,length,text", *rows]).encode()


def _json(size: int) -> bytes:
    return json.dumps([{"title": title, "text": "\n\n".join(said)} for title, said in words(size)]).encode()


def _notebook(size: int) -> bytes:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": [f"## {t}\n\n", *said]} for t, said in words(size)]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def _mail(size: int) -> bytes:
    head = "From: a@example.org\nTo: b@example.org\nSubject: Made\nContent-Type: text/plain; charset=utf-8\n\n"
    return head.encode() + _lines("{}")(size)


def _packed(parts: dict[str, str]) -> bytes:
    """An archive of entries by their names."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()


def _word(size: int) -> bytes:
    def paragraph(text: str, style: str = "") -> str:
        how = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
        return f"<w:p>{how}<w:r><w:t>{text}</w:t></w:r></w:p>"

    parts = [paragraph(t, "Heading1") + "".join(map(paragraph, said)) for t, said in words(size)]
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    relation = f'<Relationship Id="a" Type="{kind}" Target="word/document.xml"/>'
    return _packed(
        {
            "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}">{relation}</Relationships>',
            "word/document.xml": f"<w:document {_W}><w:body>{''.join(parts)}</w:body></w:document>",
        }
    )


def _odt(size: int) -> bytes:
    parts = [
        f'<text:h text:outline-level="1">{t}</text:h>' + "".join(f"<text:p>{p}</text:p>" for p in said)
        for t, said in words(size)
    ]
    names = f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0"'
    body = f"<office:body><office:text>{''.join(parts)}</office:text></office:body>"
    content = f"<office:document-content {names}>{body}</office:document-content>"
    return _packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def _epub(size: int) -> bytes:
    page = '<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>{}</h1>{}</body></html>'
    chapters = {f"{n}.xhtml": page.format(t, "".join(f"<p>{p}</p>" for p in s)) for n, (t, s) in enumerate(words(size))}
    items = "".join(f'<item id="a{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in chapters)
    spine = "".join(f'<itemref idref="a{name}"/>' for name in chapters)
    package = (
        f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest><spine>{spine}</spine></package>'
    )
    return _packed({"mimetype": "application/epub+zip", "content.opf": package, **chapters})


def _pptx(size: int) -> bytes:
    from pptx import Presentation

    show = Presentation()
    for title, said in words(size):
        for text in said:
            slide = show.slides.add_slide(show.slide_layouts[1])
            slide.shapes.title.text, slide.placeholders[1].text = title, text
    data = io.BytesIO()
    show.save(data)
    return data.getvalue()


def _xlsx(size: int) -> bytes:
    from xlsxwriter import Workbook

    data = io.BytesIO()
    with Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        rows: list[Sequence[str | int]] = [(title, len(p), p) for title, said in words(size) for p in said]
        for number, row in enumerate([("name", "length", "text"), *rows]):
            sheet.write_row(number, 0, row)
    return data.getvalue()


def _pdf(size: int) -> bytes:
    lines = [line for title, said in words(size) for text in (title, *said) for line in (*wrap(text, 95), "")]
    pages = [lines[at : at + _LINES] for at in range(0, len(lines), _LINES)]
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        shown = "".join(f"({line}) Tj T*\n" for line in page)
        stream = f"BT /F1 10 Tf 14 TL 50 760 Td\n{shown}ET"
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * number} 0 R >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ]
    data, places = b"%PDF-1.4\n", []
    for number, said in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{said}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(places) + 1} /Root 1 0 R >>\n"
    return data + f"{end}startxref\n{len(data)}\n%%EOF".encode()


MADE: dict[str, Callable[[int], bytes]] = {
    "txt": _lines("{}"),
    "md": _lines("## {}"),
    "html": _html,
    "rst": _rst,
    "adoc": _lines("== {}"),
    "tex": _tex,
    "rtf": _rtf,
    "csv": _csv,
    "json": _json,
    "ipynb": _notebook,
    "eml": _mail,
    "docx": _word,
    "odt": _odt,
    "epub": _epub,
    "pptx": _pptx,
    "xlsx": _xlsx,
    "pdf": _pdf,
}
