"""The documents of the next generation are read and cut into passages, each when its turn comes."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

from ingest.document import Document
from ingest.errors import PackageMissing, SourceError
from ingest.load import load
from ingest.passages import Passage, cut_passages
from ingest.source import LeftOut, Source

# How many documents are read while others wait to be embedded.
_AHEAD = 16


@dataclass(frozen=True, slots=True)
class Unread:
    """A document that is taken over from the published generation: its source is the same, or cannot be read now."""

    id: str


@dataclass(frozen=True, slots=True)
class Cut:
    """A document that was read, and the passages that it was cut into."""

    document: Document
    passages: Sequence[Passage]


Entry: TypeAlias = Document | Source | Unread
# What reading a source gave: a document with its passages, or why it could not be read.
Read: TypeAlias = Cut | LeftOut
# Each document of the next generation, and what reading it gave; None where it is taken over.
Reading: TypeAlias = Generator[tuple[Entry, Read | None]]


def read_ahead(entries: Iterable[Entry], passage_size: int) -> Reading:
    """Read each of `entries` in this process; the next are read while what is given is dealt with."""
    with ThreadPoolExecutor(1, "ibid-read") as pool:
        reading: deque[tuple[Entry, Future[Read | None] | None]] = deque()
        try:
            for entry in entries:
                # Most are taken over, and a thread would take longer over each than all the rest does.
                taken = isinstance(entry, Unread)
                reading.append((entry, None if taken else pool.submit(read_entry, entry, passage_size)))
                if len(reading) > _AHEAD:
                    first, read = reading.popleft()
                    yield first, read.result() if read else None
            for first, read in reading:
                yield first, read.result() if read else None
        finally:
            pool.shutdown(cancel_futures=True)


def read_entry(entry: Entry, passage_size: int) -> Read | None:
    """What reading one gives; None where it is taken over."""
    if isinstance(entry, Unread):
        return None
    return read_source(entry, passage_size) if isinstance(entry, Source) else _cut(entry, passage_size)


def read_source(source: Source, passage_size: int) -> Read:
    """The document of a source, cut into passages of at most `passage_size` characters, or why it cannot be read."""
    try:
        document = load(source)
    except (SourceError, PackageMissing) as error:
        return LeftOut(source.file, str(error).removeprefix(f"{source.place}: "), source.id)
    except MemoryError:
        return LeftOut(source.file, "takes more memory than there is to read it; split it", source.id)
    except Exception as error:  # whatever is wrong inside one document is that document's trouble alone
        what = f"could not be read ({type(error).__name__}: {error}); save it anew, or report it as a fault of ibid"
        return LeftOut(source.file, what, source.id)
    return _cut(document, passage_size)


def _cut(document: Document, passage_size: int) -> Cut:
    return Cut(document, list(cut_passages(document, passage_size)))
