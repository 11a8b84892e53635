"""Files that are text, from bytes: Markdown, and plain text of either sort."""

from __future__ import annotations

from ingest.read.clean import repair
from ingest.read.decoding import text_of
from ingest.read.layout import Piece
from ingest.read.metadata import Stated

Read = tuple[list[Piece], list[str], Stated]


def read_markdown_file(data: bytes) -> Read:
    """See `read_markdown`."""
    from ingest.read.markdown.reader import read_markdown

    return read_markdown(text_of(data))


def read_text_file(data: bytes, title: str | None = None) -> Read:
    """See `read_plain_text`, and `read_page_text` for a web page that was flattened to text.

    `title` is what the manifest calls it.
    """
    from ingest.read.text.plain import is_page_text, read_plain_text
    from ingest.read.text.printed import read_page_text

    text = text_of(data)
    if text.startswith("---\n"):
        from ingest.read.markdown.frontmatter import front_matter

        stated, body, dropped = front_matter(text)
        if stated != Stated() and body.strip():
            pieces, others, _ = read_plain_text(body, title)
            return pieces, [*dropped, *others], stated
    if is_page_text(text):
        return *read_page_text(repair(text), title), Stated()
    return read_plain_text(text, title)
