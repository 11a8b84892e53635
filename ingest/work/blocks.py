"""Blocks of sources that are read by another process, and what that gives: in a file named by what is read.

    DIR/blocks/NAME.jsonl     a line for each source of a block: its document and passages
    DIR/blocks/NAME.part      the same of a block of which a source could not be read, with why; never used again

A build that is broken off leaves its blocks, and the next one reads only what is in none of them.  One that comes to
its end removes them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from ingest.documents.document import FORMAT
from ingest.errors import IndexDamaged, WorkerMissing
from ingest.source import Source
from ingest.work.loader import Loader
from ingest.work.reading import Cut, Entry, Read, read_from_json, read_to_json

FOLDER = "blocks"
WHOLE, PART = ".jsonl", ".part"
# A block has so many sources about, and never more than so many: few enough that little is lost with a process.
_ABOUT, _MOST = 16, 64


@dataclass(frozen=True, slots=True)
class SourceBlock:
    """Sources that one process reads, one after another, the hash of each, and the size that passages are cut to."""

    sources: tuple[Source, ...]
    hashes: tuple[str, ...]
    passage_size: int

    @property
    def name(self) -> str:
        """A hash of all that what is made of it depends on."""
        of = [(hash_, s.id, str(s.place), s.file, s.ocr) for s, hash_ in zip(self.sources, self.hashes, strict=True)]
        return hashlib.sha256(json.dumps([FORMAT, self.passage_size, *of]).encode()).hexdigest()[:32]

    def singly(self) -> list[SourceBlock]:
        """A block of each source."""
        return [
            SourceBlock((source,), (hash_,), self.passage_size)
            for source, hash_ in zip(self.sources, self.hashes, strict=True)
        ]


def blocks_of(
    entries: Iterable[Entry], hashes: Mapping[str, str], passage_size: int
) -> Iterator[tuple[list[Entry], SourceBlock]]:
    """All `entries` in their order, in parts, each with the block of the sources in it.

    A block ends where the hash of a source says so, so that a source more or less leaves the other blocks as they are.
    """
    part: list[Entry] = []
    sources: list[Source] = []
    found: list[str] = []
    for entry in entries:
        part.append(entry)
        if not isinstance(entry, Source):
            continue
        # What cannot be hashed cannot be read either, or not yet: it is in no block that was made before.
        hash_ = hashes.get(entry.id) or uuid.uuid4().hex
        sources.append(entry)
        found.append(hash_)
        if len(sources) == _MOST or int(hash_[:8], 16) % _ABOUT == 0:
            yield part, SourceBlock(tuple(sources), tuple(found), passage_size)
            part, sources, found = [], [], []
    if part:
        yield part, SourceBlock(tuple(sources), tuple(found), passage_size)


def write_block(folder: Path, block: SourceBlock, loader: Loader) -> str:
    """Read and cut the sources of a block; the name of the file in `folder` that holds what this gave."""
    is_whole = True
    with NamedTemporaryFile("w", dir=folder, prefix=".", encoding="utf-8", delete=False) as file:
        for source in block.sources:
            read = loader.read(source, block.passage_size)
            is_whole = is_whole and isinstance(read, Cut)
            file.write(read_to_json(read) + "\n")
        file.flush()
        os.fsync(file.fileno())
    name = block.name + (WHOLE if is_whole else PART)
    Path(file.name).replace(folder / name)
    return name


def read_block(path: Path, block: SourceBlock) -> Iterator[Read]:
    """What was read of each source of a block.

    Raises WorkerMissing where the file is not there, and IndexDamaged where it is not what was written.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            for _, line in zip(block.sources, lines, strict=True):
                yield read_from_json(line)
    except FileNotFoundError:
        raise WorkerMissing(
            f"{path} was written elsewhere; processes on other machines need the folder of the index, and that of the "
            "documents, at the same path: share both"
        ) from None
    except ValueError as error:
        raise IndexDamaged(f"{path} is damaged ({error}); remove it and run: ibid index") from error


@contextmanager
def removing_blocks(index: Path, dry_run: bool) -> Iterator[None]:
    """Remove the blocks of a build when it comes to its end, or finds no room on the disk."""
    folder = index / FOLDER
    try:
        yield
    except OSError:
        _remove(folder, dry_run)
        raise
    _remove(folder, dry_run)


def _remove(folder: Path, dry_run: bool) -> None:
    if not dry_run:
        shutil.rmtree(folder, ignore_errors=True)
