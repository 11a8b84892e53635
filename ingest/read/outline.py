"""Headings, paragraphs, items and rows in the order in which they are read, as pieces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Literal

from ingest.read.clean import fix_encoding, is_bibliographic, is_colophon, is_references_heading, repair
from ingest.read.layout import Cell, Piece

_BETWEEN = " | "  # the cells of a row
_BREAKS = re.compile(r"[^\S ]\s*| \s+")  # more than one plain space


class Outline:
    """Pieces so far.  What stands under a heading such as "References" is bibliography."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.pieces: list[Piece] = []
        self._references = 0

    def heading(self, text: str, level: int, page: int = 0) -> None:
        """Take a heading; `level` is its depth, from 1."""
        if not text:
            return
        if level <= self._references:
            self._references = 0
        if is_references_heading(text):
            self._references = level
        self.pieces.append(Piece("heading", text, level, page=page))

    def block(self, text: str, depth: int = 0, mark: str = "", page: int = 0, breaks: tuple[int, ...] = ()) -> None:
        """Take a paragraph, or a list item where it stands in `depth` lists."""
        if not text:
            return
        if self._references and not is_colophon(text):
            self.pieces.append(Piece("reference", text, mark=mark, page=page, breaks=breaks))
        else:
            self.pieces.append(Piece("item" if depth else "paragraph", text, depth, mark, page, breaks))

    def label(self, text: str) -> None:
        """Take a paragraph that is no heading, but set apart from those below, and leads them in: a short bold line."""
        before = len(self.pieces)
        self.block(text)
        self.pieces[before:] = [replace(p, level=int(p.kind == "paragraph")) for p in self.pieces[before:]]

    def code(self, text: str, page: int = 0) -> None:
        """Take code as it is written, with its lines and their indentation."""
        text = "\n".join(line.rstrip() for line in fix_encoding(text).expandtabs(4).strip("\n").split("\n"))
        if text.strip():
            self.pieces.append(Piece("code", text, page=page))

    def table(self, rows: Sequence[Sequence[str]], heads: int = 0, page: int = 0) -> None:
        """Take a table, of which the first `heads` rows are the heads of its columns.

        A row has the heads before its cells, so that it says by itself what they are: "Plan: River | Fee: 20 euros".
        An empty cell is left out, as is a row in which nothing stands.  A row that says one thing in all of its
        columns, or one alone where there are more than two, heads the rows below it, and stands before each of them.  A
        cell that spans rows or columns is to be given in each of them.
        """
        names = [_joined(cells) for cells in zip_longest(*rows[:heads], fillvalue="")]
        if any(names):
            self.pieces.append(_row("heads", [(column, "", name) for column, name in enumerate(names)], page))
        group: list[_Cell] = []
        body = [(cells, list(dict.fromkeys(filter(None, cells)))) for cells in rows[heads:]]
        for number, (cells, told) in enumerate(body):
            if _is_group(cells) and any(len(below) > 1 for _, below in body[number + 1 :]):
                group = [(None, "", told[0])]
                self.pieces.append(_row("heads", group, page))
            elif told:
                named = enumerate(zip_longest(names, cells, fillvalue=""))
                parts = [(n, f"{name}: " if name else "", cell) for n, (name, cell) in named if cell]
                across: list[_Cell] = [(None, "", told[0])]
                is_across = len(told) == 1 < len(parts)
                self.pieces.append(_row("row", [*group, *(across if is_across else parts)], page))


# The column of a cell, what stands before it, and what stands in it.
_Cell = tuple[int | None, str, str]


def _row(kind: Literal["heads", "row"], cells: Sequence[_Cell], page: int) -> Piece:
    """Cells on one line, with the places at which they stand in it."""
    found: list[Cell] = []
    at = 0
    for column, head, cell in cells:
        start = at + len(head)
        found.append(Cell(column, at, start, start + len(cell)))
        at = found[-1].end + len(_BETWEEN)
    text = _BETWEEN.join(head + cell for _, head, cell in cells)
    return Piece(kind, text, int(kind == "row"), page=page, cells=tuple(found))


def _is_group(cells: Sequence[str]) -> bool:
    """Whether a row heads those below it: one with a gap in a table of two columns may just lack its other cell."""
    told = [cell for cell in cells if cell]
    if len(cells) < 2 or len(set(told)) != 1:
        return False
    return len(told) == len(cells) or (len(told) == 1 and (len(cells) > 2 or told[0].endswith(":")))


def _joined(cells: Sequence[str]) -> str:
    """The heads of a column, one above the other, as one."""
    return " › ".join(dict.fromkeys(cell for cell in cells if cell))


def one_line(text: str) -> str:
    """`text` repaired, on one line."""
    return _BREAKS.sub(" ", repair(text)).strip()


def with_bibliography(pieces: Sequence[Piece]) -> list[Piece]:
    """`pieces` with the entries of a bibliography that stands at the end without its heading called so."""
    found = list(pieces)
    for number in range(len(found) - 1, -1, -1):
        piece = found[number]
        if piece.kind in ("paragraph", "item") and is_bibliographic(piece.text):
            found[number] = replace(piece, kind="reference", level=0)
        elif piece.kind in ("paragraph", "item") and not is_colophon(piece.text):
            break
    return found


def with_one_title(pieces: Sequence[Piece]) -> list[Piece]:
    """`pieces` with every heading one deeper where several stand at the depth of the title."""
    titles = [piece for piece in pieces if piece.kind == "heading" and piece.level == 1]
    if len(titles) < 2:
        return list(pieces)
    return [replace(piece, level=piece.level + 1) if piece.kind == "heading" else piece for piece in pieces]
