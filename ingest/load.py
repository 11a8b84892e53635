"""A source file becomes a Document."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from ingest.clean import repair
from ingest.decoding import text_of
from ingest.document import Document
from ingest.errors import SourceError
from ingest.extras import needing
from ingest.html import read_html
from ingest.layout import MATTER, Piece
from ingest.markdown import read_markdown
from ingest.metadata import Stated
from ingest.pagetext import read_page_text
from ingest.pdf import read_pdf
from ingest.plaintext import is_page_text, read_plain_text
from ingest.sentences import split_sentences
from ingest.source import Source
from ingest.word import read_word

READER = 4  # to be raised when sources are read otherwise than before


def source_hash(source: Source) -> str:
    """SHA-256 (hex) of a source as it is: its bytes, what the manifest says of it, and the way it is read.

    Raises SourceError where the file cannot be read.
    """
    said = asdict(source) | {"path": source.path.suffix, "file": "", "reader": READER}
    digest = hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode())
    digest.update(_bytes(source))
    return digest.hexdigest()


@needing("index")
def load(source: Source) -> Document:
    """Read, repair and take apart one source.

    Raises SourceError where the file is missing, empty, damaged or not of its kind, or holds nothing to answer from.
    """
    data = _bytes(source)
    try:
        pieces, dropped, stated = _read(data, source)
    except ValueError as error:
        raise SourceError(f"{source.path}: {error}") from error
    if not any(piece.kind in MATTER for piece in pieces):
        raise SourceError(f"{source.path}: holds headings only and no text to answer from; is it the right file?")
    return Document.assemble(source, pieces, dropped, split_sentences, stated)


def _read(data: bytes, source: Source) -> tuple[list[Piece], list[str], Stated]:
    """The pieces of a file by its kind, what was dropped, and what it states; ValueError where it cannot be read."""
    if not data.strip():
        raise ValueError("is empty; fill it or take it out of the corpus")
    match source.path.suffix.lower():
        case ".html" | ".htm":
            return read_html(data)
        case ".pdf":
            return read_pdf(data)
        case ".docx" | ".docm" | ".dotx" | ".dotm":
            return read_word(data)
        case ".md" | ".markdown" | ".mdx":
            return read_markdown(text_of(data))
        case _:
            return _read_text(text_of(data), source.title)


def _read_text(text: str, title: str | None) -> tuple[list[Piece], list[str], Stated]:
    if is_page_text(text):
        return *read_page_text(repair(text), title), Stated()
    return read_plain_text(text, title)


def _bytes(source: Source) -> bytes:
    try:
        return source.path.read_bytes()
    except OSError as error:
        raise SourceError(f"{source.path}: cannot be read: {error.strerror}; mend the file or its entry") from error
