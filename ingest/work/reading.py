"""The documents of the next generation are read and cut into passages, each when its turn comes."""

from __future__ import annotations

import datetime
import json
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, TypeAlias

from ingest.documents.document import Document
from ingest.documents.passages import Passage, cut_passages
from ingest.errors import PackageMissing, SourceError, needing
from ingest.source import LeftOut, Source
from ingest.work.load import load

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


class Reads(Protocol):
    """What reads sources elsewhere, until the end of its context."""

    def __enter__(self) -> object: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None: ...

    def read(self, source: Source, passage_size: int) -> Read:
        """The document of a source, cut into passages, or why it cannot be read."""


def read_ahead(entries: Iterable[Entry], passage_size: int, loader: Reads | None = None) -> Reading:
    """Read each of `entries`, by `loader` if there is one; the next are read while what is given is dealt with."""

    def read(entry: Document | Source) -> Read:
        if isinstance(entry, Document):
            return _cut(entry, passage_size)
        return loader.read(entry, passage_size) if loader else read_here(entry, passage_size)

    with ThreadPoolExecutor(1, "ibid-read") as pool, loader or nullcontext():
        reading: deque[tuple[Entry, Future[Read] | None]] = deque()
        try:
            for entry in entries:
                # Most are taken over, and a thread would take longer over each than all the rest does.
                reading.append((entry, None if isinstance(entry, Unread) else pool.submit(read, entry)))
                if len(reading) > _AHEAD:
                    first, found = reading.popleft()
                    yield first, found.result() if found else None
            for first, found in reading:
                yield first, found.result() if found else None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def read_entry(entry: Entry, passage_size: int) -> Read | None:
    """What reading one gives; None where it is taken over."""
    if isinstance(entry, Unread):
        return None
    return read_here(entry, passage_size) if isinstance(entry, Source) else _cut(entry, passage_size)


def read_here(source: Source, passage_size: int) -> Read:
    """`read_source` in a process without limits."""
    try:
        return read_source(source, passage_size)
    except MemoryError:
        return LeftOut(source.file, "takes more memory than there is to read it; split it", source.id)


def read_source(source: Source, passage_size: int) -> Read:
    """The document of a source, cut into passages of at most `passage_size` characters, or why it cannot be read.

    Raises MemoryError.
    """
    try:
        return _cut(load(source), passage_size)
    except (SourceError, PackageMissing) as error:
        return LeftOut(source.file, str(error).removeprefix(f"{source.place}: "), source.id)
    except MemoryError:
        raise
    except Exception as error:  # whatever is wrong inside one document is that document's trouble alone
        what = f"could not be read ({type(error).__name__}: {error}); save it anew, or report it as a fault of ibid"
        return LeftOut(source.file, what, source.id)


def read_to_json(read: Read) -> str:
    """One line that `read_from_json` reads back; the text of the passages is told by that of the document."""
    if isinstance(read, LeftOut):
        return json.dumps({"left_out": asdict(read)})
    passages = [replace(passage, text="").to_json() for passage in read.passages]
    return json.dumps({"document": read.document.to_json(), "passages": passages}, ensure_ascii=False)


def read_from_json(line: str) -> Read:
    """The inverse of `read_to_json`."""
    record = json.loads(line)
    if "left_out" in record:
        return LeftOut(**record["left_out"])
    document = Document.from_json(record["document"])
    passages = map(Passage.from_json, record["passages"])
    return Cut(document, [replace(passage, text=document.text[passage.start : passage.end]) for passage in passages])


def source_to_json(source: Source) -> dict[str, Any]:
    """Plain values that `source_from_json` reads back."""
    return asdict(source) | {
        "path": str(source.path.absolute()),
        "revised": source.revised.isoformat() if source.revised else None,
    }


def source_from_json(record: dict[str, Any]) -> Source:
    """The inverse of `source_to_json`, but for the path, which is absolute."""
    revised = datetime.date.fromisoformat(record["revised"]) if record["revised"] else None
    return Source(**record | {"path": Path(record["path"]), "revised": revised})


@needing("index")
def _cut(document: Document, passage_size: int) -> Cut:
    return Cut(document, list(cut_passages(document, passage_size)))
