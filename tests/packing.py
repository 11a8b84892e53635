"""Small archives and the pieces read of them, for the tests of the readers of documents."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from ingest.read.layout import Piece


def packed(**parts: str | bytes) -> bytes:
    """A zip archive of entries by their names, in which a double underscore is a slash."""
    return packed_entries({name.replace("__", "/"): text for name, text in parts.items()})


def packed_entries(entries: dict[str, str | bytes]) -> bytes:
    """A zip archive of entries by their names."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return data.getvalue()


def bomb() -> bytes:
    """A small archive that unpacks to hundreds of megabytes."""
    return packed_entries({"content.xml": bytes(250_000_000)})


def told(pieces: Iterable[Piece]) -> list[str]:
    """Pieces as lines: "# " and so on for headings, the mark and the depth of items, the kind of what is neither."""
    return [_told(piece) for piece in pieces]


def _told(piece: Piece) -> str:
    match piece.kind:
        case "heading":
            return f"{'#' * piece.level} {piece.text}"
        case "item":
            return f"{'  ' * piece.level}{piece.mark}{piece.text}"
        case "paragraph":
            return piece.mark + piece.text
    return f"{piece.kind}: {piece.text}"
