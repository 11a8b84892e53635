"""OpenDocument files (ODT, ODS, ODP), as pieces: the text as it stands with its changes accepted."""

from __future__ import annotations

from dataclasses import replace

from ingest.read.archive import Archive
from ingest.read.layout import Piece
from ingest.read.metadata import Stated
from ingest.read.office import local, stated, value
from ingest.read.opendocument.sheets import take_sheets
from ingest.read.opendocument.styles import OpenDocumentStyles
from ingest.read.opendocument.text import OpenDocumentReader
from ingest.read.outline import with_bibliography, with_one_title


def read_opendocument(data: bytes) -> tuple[list[Piece], list[str], Stated]:
    """The pieces of a text, of the sheets of a workbook, or of slides; what is hidden is told in what was dropped.

    Raises ValueError where it is no OpenDocument file, locked, or holds no text.
    """
    archive = Archive(data, "OpenDocument file")
    if "META-INF/manifest.xml" in archive.names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise ValueError("is locked with a password; save it without one")
    root = archive.tree("content.xml")
    roots = [archive.tree("styles.xml"), root] if "styles.xml" in archive.names else [root]
    body = next((part for child in root if local(child) == "body" for part in child), None)
    if body is None:
        raise ValueError("is an OpenDocument file without a body; save it anew")
    reader = OpenDocumentReader(OpenDocumentStyles.of(roots))
    match local(body):
        case "spreadsheet":
            take_sheets(body, reader)
        case "presentation" | "drawing":
            _take_slides(reader, [child for child in body if local(child) == "page"])
        case _:
            reader.begin(body)
            reader.take_all(body)
    reader.finish()
    pieces = reader.outline.pieces
    if local(body) == "text":
        pieces = with_one_title(with_bibliography(pieces))
    if not any(piece.kind != "heading" for piece in pieces):
        raise ValueError("holds no text; fill it or take it out of the corpus")
    return pieces, reader.dropped, stated(archive, "meta.xml")


def _take_slides(reader: OpenDocumentReader, slides: list) -> None:  # type: ignore[type-arg]
    for number, slide in enumerate(slides, 1):
        before = len(reader.outline.pieces)
        frames = [child for child in slide if local(child) not in ("notes", "forms")]
        titles = [frame for frame in frames if value(frame, "class") == "title"]
        title = " ".join(filter(None, (reader.words(p) for frame in titles for p in frame.iter("{*}p", "{*}h"))))
        if reader.styles.said("drawing-page", value(slide, "style-name"), "visibility") == "hidden":
            reader.dropped.append(f"hidden slide {number}: {title}".rstrip(": "))
            continue
        reader.outline.heading(title or f"Slide {number}", 2)
        for frame in frames:
            if frame not in titles:
                reader.take(frame)
        notes = [f for child in slide if local(child) == "notes" for f in child if value(f, "class") == "notes"]
        if any(reader.words(p) for frame in notes for p in frame.iter("{*}p")):
            reader.outline.heading("Notes", 3)
            for frame in notes:
                reader.take(frame)
        reader.outline.pieces[before:] = [replace(p, page=number) for p in reader.outline.pieces[before:]]
