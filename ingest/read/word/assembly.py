"""The blocks of a Word document as pieces: headings, lists, tables, code and notes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.read.clean import is_within
from ingest.read.layout import Piece
from ingest.read.outline import Outline
from ingest.read.word.blocks import Block, WordParagraph, WordTable
from ingest.read.word.headings import headings_by_look
from ingest.read.word.lines import broken, typed_items, with_captions_above
from ingest.read.word.symbols import note_mark
from ingest.read.word.tables import captions, heads, is_layout, texts, told

_NOTES = re.compile(
    r"(?:(?:foot|end)?notes|fu(?:ß|ss)noten|endnoten|anmerkungen|notes de (?:bas de page|fin)|notas)\W*", re.IGNORECASE
)
_LABEL = 10  # the most words of a bold line that leads in those below


class WordOutline:
    """The pieces so far, what was dropped, and where in a list the last of them stands."""

    def __init__(self, body: Sequence[Block], title: str) -> None:
        """Begin before a body; `title` is one that stands outside of it, for where it has none."""
        paragraphs = told(body)
        self.dropped: list[str] = []
        self._outline = Outline()
        self._depth_of_item = self._indent_of_item = self._indent = 0
        self._code: list[str] = []
        written = sum(len(block.typed) for block in paragraphs)
        self._is_typewritten = sum(len(block.typed) for block in paragraphs if block.is_monospaced) * 2 > written
        self._has_title = any(block.level == 0 and block.text for block in paragraphs)
        firsts = sum(block.level == 1 and bool(block.text) for block in paragraphs)
        if title and not self._has_title and firsts != 1:
            self._outline.heading(title, 1)
            self._has_title = True

    @property
    def pieces(self) -> list[Piece]:
        """The pieces in the order in which they are read."""
        return self._outline.pieces

    def take(self, blocks: Sequence[Block], is_body: bool = True) -> None:
        """Take the blocks of the body, or of a cell that holds blocks."""
        blocks = broken(with_captions_above(blocks))
        by_look = headings_by_look(blocks) if is_body else {}
        by_mark = typed_items(blocks)
        for number, block in enumerate(blocks):
            if isinstance(block, WordTable):
                self._end_code()
                self._table(block)
            else:
                self._tell_unseen(block)
                self._paragraph(block, by_look.get(number), by_mark.get(number))
        self._end_code()

    def notes(self, notes: Sequence[tuple[str, list[Block]]]) -> None:
        """Take the notes, each with its mark, under a heading of their own unless the last one is theirs."""
        headings = [piece for piece in self.pieces if piece.kind == "heading"]
        if notes and not (headings and _NOTES.fullmatch(headings[-1].text)):
            self._outline.heading("Notes", 1 if sum(heading.level == 1 for heading in headings) > 1 else 2)
        for mark, blocks in notes:
            for number, block in enumerate(block for block in told(blocks) if block.text):
                self._outline.block(block.text, 0, f"{note_mark(mark)} " if mark and not number else "")

    def _paragraph(self, block: WordParagraph, by_look: int | None, by_mark: tuple[str, str] | None) -> None:
        text, mark = block.text, block.place.mark if block.place else ""
        if block.is_code and not (self._is_typewritten or block.is_heading or block.is_contents):
            self._code.append(block.typed)
            return
        self._end_code()
        if not text:
            return
        if block.is_contents:
            self.dropped.append(text)
            return
        level = block.level if by_look is None else by_look
        if level == 0:
            self._title(text)
        elif level is not None:
            self._outline.heading(f"{mark}{text}", level + self._has_title)
        elif mark and block.place:
            self._item(text, block.place.depth, mark, block.indent)
            return
        elif by_mark:
            self._item(by_mark[1], 1, by_mark[0], block.indent)
            return
        elif self._depth_of_item and self._goes_on(block):
            self._outline.block(text, self._depth_of_item + 1)
            return
        else:
            is_label = block.is_bold and is_within(text, _LABEL) and text[-1] not in ".,;:!?"
            take = self._outline.label if is_label else self._outline.block
            take(text)
            self._indent = block.indent
        self._depth_of_item = 0

    def _title(self, text: str) -> None:
        """Take a title, or a further line of it."""
        before = self.pieces[-1] if self.pieces else None
        if before and before.kind == "heading" and before.level == 1 and len(self.pieces) == 1:
            self.pieces.pop()
            text = f"{before.text} {text}"
        self._outline.heading(text, 1)

    def _item(self, text: str, depth: int, mark: str, indent: int) -> None:
        self._outline.block(text, depth, mark)
        self._depth_of_item, self._indent_of_item = depth, indent

    def _goes_on(self, block: WordParagraph) -> bool:
        """Whether a paragraph goes on with the item before it: it stands in its list, or as far in as it."""
        is_further_in = block.indent >= self._indent_of_item and block.indent > self._indent
        return (
            block.place is not None or is_further_in or any(style.startswith("list continue") for style in block.styles)
        )

    def _table(self, table: WordTable) -> None:
        above = captions(table)
        rest = WordTable(table.rows[len(above) :], max(table.heads - len(above), 0), table.is_styled and not above)
        for cell in above:
            self.take(cell.blocks, is_body=False)
        if is_layout(rest):
            for cell in (cell for row in rest.rows for cell in row):
                self.take(cell.blocks, is_body=False)
            return
        for block in (block for row in rest.rows for cell in row for block in told(cell.blocks)):
            self._tell_unseen(block)
        count = heads(rest)
        self._outline.table(texts(rest.rows, repeats=count > 0), count)
        self._depth_of_item = 0

    def _tell_unseen(self, block: WordParagraph) -> None:
        self.dropped += [f"struck out: {text}" for text in block.struck]
        self.dropped += [f"hidden: {text}" for text in block.hidden]

    def _end_code(self) -> None:
        if self._code:
            self._outline.code("\n".join(self._code))
        self._code = []
