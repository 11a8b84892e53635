"""A source file becomes a Document."""

from __future__ import annotations

from ingest.clean import repair
from ingest.document import Document
from ingest.errors import SourceError
from ingest.markdown import read_markdown
from ingest.pagetext import read_page_text
from ingest.sentences import split_sentences
from ingest.source import Source


def load(source: Source) -> Document:
    """Read, repair and take apart one source.

    Raises SourceError where the file is missing, empty or binary, or holds nothing to answer from.
    """
    try:
        data = source.path.read_bytes()
    except OSError as error:
        raise SourceError(f"{source.path}: cannot be read: {error.strerror}; mend the file or its entry") from error
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
