"""Word documents (DOCX), as pieces."""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import TYPE_CHECKING

from ingest.layout import Piece
from ingest.outline import Outline, one_line, with_bibliography, with_one_title

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table
    from docx.text.paragraph import Paragraph

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_LIST = re.compile(r"list (bullet|number)(?: (\d))?", re.IGNORECASE)


def read_word(data: bytes) -> list[Piece]:
    """The pieces of a DOCX file: headings by their styles, list items with depth and number, table rows.

    Raises ValueError where it is no DOCX file.
    """
    from docx import Document
    from docx.table import Table

    try:
        document = Document(io.BytesIO(data))
        contents = list(document.iter_inner_content())
    except Exception as error:  # zipfile, zlib, lxml and docx each raise their own kinds for a damaged file
        raise ValueError("is no Word document (DOCX), or is damaged; save it anew") from error
    reader = _Reader(document)
    for content in contents:
        if isinstance(content, Table):
            reader.take_table(content)
        else:
            reader.take(content)
    return with_one_title(with_bibliography(reader.outline.pieces))


class _Reader:
    """The numbers that the lists of a document have reached, and the outline so far."""

    def __init__(self, document: WordDocument) -> None:
        self.outline = Outline()
        self._document = document
        self._numbers: Counter[tuple[str, int]] = Counter()
        self._below_title = int(any(_style(p).lower() == "title" and p.text.strip() for p in document.paragraphs))

    def take(self, paragraph: Paragraph) -> None:
        text, style = one_line(paragraph.text), _style(paragraph)
        heading = _HEADING.match(style)
        if style.lower() == "title":
            self.outline.heading(text, 1)
        elif heading:
            self.outline.heading(text, int(heading[1]) + self._below_title)
        elif text and (place := self._list_place(paragraph, style)):
            self.outline.block(text, place[1], self._mark(*place))
        else:
            self.outline.block(text)

    def take_table(self, table: Table) -> None:
        self.outline.table([[one_line(cell.text) for cell in row.cells] for row in table.rows])

    def _mark(self, list_id: str, depth: int, is_bullet: bool) -> str:
        for key in [key for key in self._numbers if key[0] == list_id and key[1] > depth]:
            del self._numbers[key]
        self._numbers[list_id, depth] += 1
        return "• " if is_bullet else f"{self._numbers[list_id, depth]}. "

    def _list_place(self, paragraph: Paragraph, style: str) -> tuple[str, int, bool] | None:
        """The list that a paragraph is an item of, its depth, and whether it has bullets."""
        named = _LIST.match(style)
        found = paragraph._p.xpath("./w:pPr/w:numPr[w:numId/@w:val != '0']")
        if found:
            list_id = found[0].xpath("string(w:numId/@w:val)")
            depth = int(found[0].xpath("string(w:ilvl/@w:val)") or 0)
            return list_id, depth + 1, self._format(list_id, depth) == "bullet"
        if named:
            return style, int(named[2] or 1), named[1].lower() == "bullet"
        return None

    def _format(self, list_id: str, depth: int) -> str:
        """What a list has before its items at a depth: "bullet" or "decimal", say."""
        numbering = self._document.part.numbering_part.element
        kinds = numbering.xpath(
            f"./w:abstractNum[@w:abstractNumId = ../w:num[@w:numId='{list_id}']/w:abstractNumId/@w:val]"
            f"/w:lvl[@w:ilvl='{depth}']/w:numFmt/@w:val"
        )
        return str(kinds[0]) if kinds else "bullet"


def _style(paragraph: Paragraph) -> str:
    return (paragraph.style.name if paragraph.style else None) or ""
