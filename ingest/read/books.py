"""Books (EPUB), as pieces: its chapters in the order of reading, each read as the page that it is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.read.archive import Archive, joined
from ingest.read.layout import Piece
from ingest.read.metadata import Stated
from ingest.read.office import day, local, value
from ingest.read.outline import one_line, with_one_title

if TYPE_CHECKING:
    from lxml.etree import _Element

_PAGES = ("application/xhtml+xml", "text/html")
_NAVIGATION = re.compile(
    rb"<nav\b[^<>]*\btype\s*=\s*[\"'][^\"'<>]*\b(?:toc|landmarks|page-list)\b(?:(?!<nav\b).)*?</nav\s*>", re.I | re.S
)
_TOP_HEADING = re.compile(rb"<h1\b", re.IGNORECASE)


def read_book(data: bytes) -> tuple[list[Piece], list[str], Stated]:
    """The chapters of a book without its tables of contents, what was dropped, and what the book states of itself.

    Raises ValueError where it is no EPUB, is protected against copying, or holds no text.
    """
    archive = Archive(data, "book (EPUB)")
    package = _package(archive)
    root = archive.tree(package)
    if "META-INF/encryption.xml" in archive.names and b"EncryptedKey" in archive.read("META-INF/encryption.xml"):
        raise ValueError("is protected against copying (DRM), and cannot be read")
    items = {value(item, "id"): item for item in root.iter("{*}item")}
    pieces: list[Piece] = []
    dropped: list[str] = []
    for reference in root.iter("{*}itemref"):
        item = items.get(value(reference, "idref"))
        if item is None or value(item, "media-type") not in _PAGES:
            continue
        name = joined(package, value(item, "href"))
        if "nav" in value(item, "properties").split():
            dropped.append(f"table of contents: {name}")
        else:
            found, left_out = _chapter(archive, name)
            pieces += found
            dropped += left_out
    if not pieces:
        raise ValueError("is a book without text; if its pages are pictures, put their text through OCR first")
    return with_one_title(pieces), dropped, _stated(root)


def _package(archive: Archive) -> str:
    """The name of the entry that lists the parts of a book and their order."""
    if "META-INF/container.xml" in archive.names:
        for found in archive.tree("META-INF/container.xml").iter("{*}rootfile"):
            return joined("", value(found, "full-path"))
    name = next((name for name in sorted(archive.names) if name.endswith(".opf")), None)
    if name is None:
        raise ValueError("is no book (EPUB), or is damaged; save it anew")
    return name


def _chapter(archive: Archive, name: str) -> tuple[list[Piece], list[str]]:
    from ingest.read import kinds

    if name not in archive.names:
        return [], [f"missing chapter: {name}"]
    page = _NAVIGATION.sub(b"", archive.read(name))
    try:
        pieces, dropped, _ = kinds.read(page, ".xhtml")
    except ValueError:
        return [], [f"page without text: {name}"]
    # Where a page has several first headings, its reader puts them below one title, which here is the book's.
    levels = [piece.level for piece in pieces if piece.kind == "heading"]
    if levels and min(levels) == 2 and _TOP_HEADING.search(page):
        pieces = [replace(p, level=max(1, p.level - 1)) if p.kind == "heading" else p for p in pieces]
    return pieces, dropped


def _stated(root: _Element) -> Stated:
    found: dict[str, list[str]] = {}
    for element in root.iter():
        text = one_line(element.text or "") if isinstance(element.tag, str) else ""
        about = value(element, "property") if local(element) == "meta" else local(element)
        if text:
            found.setdefault(about, []).append(text)
    dates = [*found.get("dcterms:modified", ()), *found.get("date", ())]
    return Stated(
        title=next(iter(found.get("title", ())), None),
        publisher=next(iter(found.get("publisher", ())), None),
        revised=next(filter(None, map(day, dates)), None),
        authors=", ".join(found.get("creator", ())) or None,
        license=next(iter(found.get("rights", ())), None),
    )
