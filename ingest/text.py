"""Files that are text, from bytes: Markdown, and plain text of either sort."""

from __future__ import annotations

from ingest.clean import repair
from ingest.decoding import text_of
from ingest.layout import Piece
from ingest.metadata import Stated

Read = tuple[list[Piece], list[str], Stated]


def read_markdown_file(data: bytes) -> Read:
    """See `read_markdown`."""
    from ingest.markdown import read_markdown

    return read_markdown(text_of(data))


def read_text_file(data: bytes, title: str | None = None) -> Read:
    """See `read_plain_text`, and `read_page_text` for a web page that was flattened to text.

    `title` is what the manifest calls it.
    """
    from ingest.pagetext import read_page_text
    from ingest.plaintext import is_page_text, read_plain_text

    text = text_of(data)
    if is_page_text(text):
        return *read_page_text(repair(text), title), Stated()
    return read_plain_text(text, title)
