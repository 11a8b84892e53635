"""HTML, as pieces: what of a page is text and no furniture, in the order in which it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.read.html.blocks import is_only_text, pieces_of
from ingest.read.html.head import read_head
from ingest.read.html.hidden import without_hidden
from ingest.read.html.icons import tell_icons
from ingest.read.html.site import is_site_line, without_site
from ingest.read.html.tree import page_tree
from ingest.read.layout import MATTER, Piece
from ingest.read.metadata import Stated
from ingest.read.outline import one_line, with_bibliography, with_one_title

if TYPE_CHECKING:
    from lxml.etree import _Element


def read_html(data: bytes) -> tuple[list[Piece], list[str], Stated]:
    """The pieces of a page (HTML, XHTML or MHTML), what was dropped of it, and what its head states.

    Raises ValueError where no text is found.
    """
    root = page_tree(data)
    stated = read_head(root)
    pieces, dropped = _matter(root)
    if not any(piece.kind in MATTER for piece in pieces):  # a page that holds nothing but links, say
        root = page_tree(data)
        dropped = without_hidden(root) + _images(root)
        pieces = pieces_of(root)
    if not pieces:
        raise ValueError("holds no text that could be found; save its article as text")
    return with_one_title(with_bibliography(pieces)), dropped, stated


def _matter(root: _Element) -> tuple[list[Piece], list[str]]:
    tell_icons(root)
    dropped = without_hidden(root) + without_site(root) + _images(root)
    pieces: list[Piece] = []
    for piece in pieces_of(root):
        if piece.kind == "paragraph" and is_site_line(piece.text):
            dropped.append(piece.text)
        else:
            pieces.append(piece)
    return pieces, dropped


def _images(root: _Element) -> list[str]:
    """What stands for the images that are shown, in words."""
    words = (one_line(image.get("alt", "")) for image in root.iter("img") if not is_only_text(image))
    return [f"image: {alt}" for alt in words if alt]
