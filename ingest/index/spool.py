"""What was read of a corpus and is to be indexed: on the disk, so that a corpus need not fit into memory."""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Generic, TypeVar

from ingest.documents.document import Document
from ingest.documents.passages import Passage
from ingest.index.store import record_of

_BLOCK = 1 << 16

Record = TypeVar("Record")


class Spool:
    """Documents and their passages, in the order in which they were added, to be gone through as often as is needed.

    The files have no names: they are gone with the process, however it ends.
    """

    def __init__(self, folder: Path) -> None:
        """Write where `folder` is or will be; nothing is written before something is added."""
        self._folder = next(path for path in (folder, *folder.absolute().parents) if path.is_dir())
        self._files = ExitStack()
        self.documents = _RecordLines(self._open, record_of, _read_document)
        self.passages = _RecordLines(self._open, Passage.to_json, Passage.from_json)
        self._counts = array("L")

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._files.close()

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Take in a document and what it was cut into; OSError where there is no room."""
        self.documents.add(document)
        for passage in passages:
            self.passages.add(passage)
        self._counts.append(len(passages))

    def __iter__(self) -> Iterator[tuple[Document, list[Passage]]]:
        """Each document with its passages."""
        passages = iter(self.passages)
        return ((document, list(islice(passages, n))) for document, n in zip(self.documents, self._counts, strict=True))

    def _open(self) -> IO[bytes]:
        return self._files.enter_context(TemporaryFile(dir=self._folder))


class _RecordLines(Generic[Record]):
    """Records, one a line of a file."""

    def __init__(
        self, open_file: Callable[[], IO[bytes]], write: Callable[[Record], str], read: Callable[[str], Record]
    ) -> None:
        self._open = open_file
        self._write = write
        self._read = read
        self._file: IO[bytes] | None = None
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Record]:
        if self._file is None:
            return
        self._file.flush()
        place = 0
        parts: list[bytes] = []
        # Read by place, so that several may go through it at once.
        while block := os.pread(self._file.fileno(), _BLOCK, place):
            place += len(block)
            first, *others = block.split(b"\n")
            parts.append(first)
            for following in others:
                line, parts = b"".join(parts), [following]
                yield self._read(line.decode())

    def add(self, record: Record) -> None:
        """Write one more; JSON has no line feed outside of what it escapes."""
        if self._file is None:
            self._file = self._open()
        self._file.write(self._write(record).encode() + b"\n")
        self._count += 1


def _read_document(line: str) -> Document:
    return Document.from_json(json.loads(line))
