"""Word files made of the XML that stands in them."""

from __future__ import annotations

import io
import zipfile

from ingest.read.layout import Piece
from ingest.read.word.reader import read_word

_TRANSITIONAL = "http://schemas.openxmlformats.org/"
_SPACES = {
    "w": f"{_TRANSITIONAL}wordprocessingml/2006/main",
    "m": f"{_TRANSITIONAL}officeDocument/2006/math",
    "r": f"{_TRANSITIONAL}officeDocument/2006/relationships",
    "a": f"{_TRANSITIONAL}drawingml/2006/main",
    "dgm": f"{_TRANSITIONAL}drawingml/2006/diagram",
    "mc": f"{_TRANSITIONAL}markup-compatibility/2006",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
}
_DECLARED = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(content: str = "", properties: str = "") -> str:
    """A paragraph of runs, or of a text that holds no mark-up."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{content if '<' in content or not content else run(content)}</w:p>"


def styled(style: str, content: str) -> str:
    return p(content, f'<w:pStyle w:val="{style}"/>')


def style(style_id: str, name: str, content: str = "", kind: str = "paragraph", more: str = "") -> str:
    return f'<w:style w:type="{kind}" w:styleId="{style_id}" {more}><w:name w:val="{name}"/>{content}</w:style>'


def cell(content: str, properties: str = "") -> str:
    inside = content if content.startswith(("<w:p>", "<w:tbl>")) else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    inside = "".join(c if c.startswith(("<w:tc>", "<w:sdt>")) else cell(c) for c in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inside}</w:tr>"


def table(*rows: str, properties: str = "") -> str:
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{''.join(rows)}</w:tbl>"


def control(content: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def sign(font: str, code: str) -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'


def field(told: str, shown: str) -> str:
    kinds = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    begin, separate, end = kinds
    return f"{begin}<w:r><w:instrText> {told} </w:instrText></w:r>{separate}{shown}{end}"


def packed(files: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def files(body: str, core: str = "", more: dict[str, str] | None = None, **parts: str) -> dict[str, str]:
    """The files of a Word file by their names.

    A part is the content of the root that it has by its name: `styles`, `numbering`, `footnotes`, `header`, ….
    """
    roots = {"header": "hdr", "footer": "ftr"}
    made = {
        f"word/{kind}.xml": f"<w:{roots.get(kind, kind)} {_DECLARED}>{content}</w:{roots.get(kind, kind)}>"
        for kind, content in parts.items()
    }
    related = {kind: f"{_SPACES['r']}/{kind}" for kind in parts}
    return {
        "_rels/.rels": _relations(
            {"/word/document.xml": f"{_SPACES['r']}/officeDocument"}
            | {"docProps/core.xml": f"{_PACKAGE}/relationships/metadata/core-properties"}
        ),
        "docProps/core.xml": f"<core {_DECLARED}>{core}</core>",
        "word/document.xml": f"<w:document {_DECLARED}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relations({f"{kind}.xml": uri for kind, uri in related.items()}),
        **made,
        **(more or {}),
    }


def _relations(targets: dict[str, str]) -> str:
    inside = "".join(
        f'<Relationship Id="r{number}" Type="{kind}" Target="{target}"/>'
        for number, (target, kind) in enumerate(targets.items())
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def pieces(body: str, **parts: str) -> list[Piece]:
    return read_word(packed(files(body, **parts)))[0]


def texts(body: str, **parts: str) -> list[str]:
    """What each piece says, with its mark."""
    return [piece.mark + piece.text for piece in pieces(body, **parts)]


def dropped(body: str, **parts: str) -> list[str]:
    return read_word(packed(files(body, **parts)))[1]


def headings(body: str, **parts: str) -> list[tuple[int, str]]:
    return [(piece.level, piece.text) for piece in pieces(body, **parts) if piece.kind == "heading"]
