"""A source file becomes a Document."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from ingest.clean import repair
from ingest.document import Document
from ingest.errors import SourceError
from ingest.markdown import read_markdown
from ingest.pagetext import read_page_text
from ingest.sentences import split_sentences
from ingest.source import Source

READER = 1  # to be raised when sources are read otherwise than before


def source_hash(source: Source) -> str:
    """SHA-256 (hex) of a source as it is: its bytes, what the manifest says of it, and the way it is read.

    Raises SourceError where the file cannot be read.
    """
    said = asdict(source) | {"path": source.path.suffix, "reader": READER}
    digest = hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode())
    digest.update(_bytes(source))
    return digest.hexdigest()


def load(source: Source) -> Document:
    """Read, repair and take apart one source.

    Raises SourceError where the file is missing, empty or binary, or holds nothing to answer from.
    """
    data = _bytes(source)
    if b"\0" in data:
        raise SourceError(f"{source.path}: is binary, not text; save it as UTF-8 text or take it out of the corpus")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{source.path}: is not UTF-8 at byte {error.start}; save it as UTF-8 text") from error
    text = repair(text)
    if not text.strip():
        raise SourceError(f"{source.path}: is empty; fill it or take it out of the corpus")
    dropped: list[str] = []
    if source.path.suffix.lower() in (".md", ".markdown"):
        pieces = read_markdown(text)
    else:
        pieces, dropped = read_page_text(text, source.title)
    if not any(piece.kind in ("paragraph", "item") for piece in pieces):
        raise SourceError(f"{source.path}: holds headings only and no text to answer from; is it the right file?")
    return Document.assemble(source, pieces, dropped, split_sentences)


def _bytes(source: Source) -> bytes:
    try:
        return source.path.read_bytes()
    except OSError as error:
        raise SourceError(f"{source.path}: cannot be read: {error.strerror}; mend the file or its entry") from error
