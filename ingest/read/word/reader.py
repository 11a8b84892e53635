"""Word documents (DOCX, and DOCM, DOTX and DOTM, which differ in name only), as pieces."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingest.read.layout import Piece
from ingest.read.metadata import Stated
from ingest.read.outline import one_line, with_bibliography, with_one_title
from ingest.read.word.assembly import WordOutline
from ingest.read.word.blocks import Block, WordParagraph
from ingest.read.word.body import WordBody, WordContext
from ingest.read.word.package import Package, child, qualified
from ingest.read.word.tables import told

if TYPE_CHECKING:
    from lxml.etree import _Element

# What a file says of its author and title as long as nobody has said anything.
_NOBODY = re.compile(
    r"(?:python-docx|un-?named|user|windows user|microsoft office user|admin(?:istrator)?|unknown)?", re.I
)
_NO_TITLE = re.compile(
    r"(?:word document|document ?\d*|untitled.*|microsoft word - .*|.*\.(?:docx?|dotx?|rtf|odt))?", re.I
)
_TEMPLATE = "2013-12-23T23:15:00Z"  # when the template was saved that python-docx begins with
_TITLE, _CREATOR = (f"{{http://purl.org/dc/elements/1.1/}}{name}" for name in ("title", "creator"))
_MODIFIED = "{http://purl.org/dc/terms/}modified"


def read_word(data: bytes) -> tuple[list[Piece], list[str], Stated]:
    """The pieces of a Word document as its final view shows it, what was dropped, and what its properties state.

    Tracked insertions are in and deletions out; notes stand at the end.  Dropped are headers and footers, tables of
    contents, comments, and what is struck out or hidden.  Raises ValueError where it is no Word document.
    """
    package = Package(data)
    counted = WordContext(package)
    body = WordBody(package.main, counted).blocks(
        package.body, on_white=child(package.main.root, "w:background") is None
    )
    furniture = list(_furniture(package, counted))
    outline = WordOutline(body, _title_above(furniture))
    outline.take(body)
    outline.notes(list(_notes(package, counted)))
    texts = dict.fromkeys(block.text for _, block in furniture if block.text)
    dropped = [*outline.dropped, *_comments(package, counted), *texts, *counted.unread]
    return with_one_title(with_bibliography(outline.pieces)), dropped, _stated(package.properties())


def _furniture(package: Package, counted: WordContext) -> Iterator[tuple[str, WordParagraph]]:
    """What stands in the headers and footers, each with which of them it stands in."""
    for kind in ("header", "footer"):
        for part in package.related(package.main, kind):
            for block in told(WordBody(part, counted).blocks(part.root)):
                yield kind, block


def _title_above(furniture: Sequence[tuple[str, WordParagraph]]) -> str:
    """The title that stands in a header; empty where none is set as one."""
    return next((block.text for kind, block in furniture if kind == "header" and block.level in (0, 1)), "")


def _notes(package: Package, counted: WordContext) -> Iterator[tuple[str, list[Block]]]:
    """The notes that the document calls, with their marks."""
    for kind in ("footnote", "endnote"):
        for part in package.related(package.main, f"{kind}s"):
            body = WordBody(part, counted)
            for mark, note in counted.notes.called(kind):
                yield mark, body.blocks(note)


def _comments(package: Package, counted: WordContext) -> Iterator[str]:
    for part in package.related(package.main, "comments"):
        body = WordBody(part, counted)
        for comment in part.root.iterchildren(qualified("w:comment")):
            if text := " ".join(filter(None, (block.text for block in told(body.blocks(comment))))):
                yield f"comment: {text}"


def _stated(properties: _Element | None) -> Stated:
    if properties is None:
        return Stated()
    title, author, modified = (one_line(properties.findtext(tag) or "") for tag in (_TITLE, _CREATOR, _MODIFIED))
    try:
        revised = None if modified == _TEMPLATE else datetime.date.fromisoformat(modified[:10])
    except ValueError:
        revised = None
    return Stated(
        title=None if _NO_TITLE.fullmatch(title) else title,
        revised=revised,
        authors=None if _NOBODY.fullmatch(author) else author,
    )
