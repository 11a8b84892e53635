"""Headings, paragraphs, items and rows in the order in which they are read, as pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.clean import is_bibliographic, is_colophon, is_furniture, is_references_heading, repair
from ingest.layout import Piece

_PROSE_WIDTH = 60


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

    def row(self, cells: Sequence[str], page: int = 0) -> None:
        """Take a row of a table."""
        if any(cells):
            self.pieces.append(Piece("item", " | ".join(cells), 1, page=page))


def one_line(text: str) -> str:
    """`text` repaired, on one line."""
    return " ".join(repair(text).split())


def without_furniture(pieces: Sequence[Piece]) -> tuple[list[Piece], list[str]]:
    """`pieces` without what the site says of itself above the first and below the last prose, and what was left out."""
    prose = [
        number
        for number, piece in enumerate(pieces)
        if piece.kind == "item" or (piece.kind == "paragraph" and len(piece.text) >= _PROSE_WIDTH)
        if not (is_furniture(piece.text) or is_colophon(piece.text) or is_bibliographic(piece.text))
    ]
    kept: list[Piece] = []
    dropped: list[str] = []
    for number, piece in enumerate(pieces):
        at_edge = not prose or not prose[0] <= number <= prose[-1]
        is_own = piece.kind != "reference" and piece.level != 1 and is_furniture(piece.text)
        if prose and at_edge and is_own:
            dropped.append(piece.text)
        else:
            kept.append(piece)
    return kept, dropped


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
