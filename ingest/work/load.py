"""A source file becomes a Document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from ingest.corpus.inside import read_regular, regular_parts
from ingest.corpus.members import member_parts, member_size, read_member
from ingest.documents.document import Document
from ingest.errors import PackageMissing, SourceError, needing
from ingest.read.kinds import read
from ingest.read.layout import MATTER
from ingest.read.sentences import split_sentences
from ingest.source import Source

READER = 8  # to be raised when sources are read otherwise than before


def source_hash(source: Source) -> str:
    """SHA-256 (hex) of a source as it is: its bytes, what the manifest says of it, and the way it is read.

    Not whether it is read by OCR, as that matters to pictures alone: see `ingest.index.update`.  Raises SourceError
    where the file cannot be read.
    """
    said = asdict(source) | {"path": source.suffix, "file": "", "member": "", "ocr": False, "reader": READER}
    digest = hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode())
    with _reading(source):
        for part in member_parts(source.path, source.member) if source.member else regular_parts(source.path):
            digest.update(part)
    return digest.hexdigest()


def size_of(source: Source) -> int:
    """The bytes that a source has; SourceError where it is not there, or is a member that cannot be unpacked."""
    with _reading(source):
        return member_size(source.path, source.member) if source.member else source.path.stat().st_size


@needing("index")
def load(source: Source) -> Document:
    """Read, repair and take apart one source.

    Raises SourceError where the file is missing, empty, damaged or not of its kind, holds nothing to answer from, or
    is of a kind that takes an extra that is not installed.
    """
    data = _bytes(source)
    try:
        pieces, dropped, stated = read(data, source.suffix, source.title, source.ocr)
    except (ValueError, PackageMissing) as error:  # the latter of a package that this kind of file alone takes
        raise SourceError(f"{source.place}: {error}") from error
    if not any(piece.kind in MATTER for piece in pieces):
        raise SourceError(f"{source.place}: holds headings only and no text to answer from; is it the right file?")
    return Document.assemble(source, pieces, dropped, split_sentences, stated)


def _bytes(source: Source) -> bytes:
    with _reading(source):
        return read_member(source.path, source.member) if source.member else read_regular(source.path)


@contextmanager
def _reading(source: Source) -> Iterator[None]:
    """What goes wrong within with the file of a source is raised as SourceError."""
    try:
        yield
    except OSError as error:
        raise SourceError(f"{source.place}: cannot be read: {error.strerror}; mend the file or its entry") from error
    except ValueError as error:
        raise SourceError(f"{source.place}: {error}") from error
