"""What must hold of every file that is read, whatever is in it."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from invariants import check_passages, check_ranges

from ingest import Document, PackageMissing, Source, SourceError, cut_passages, load
from ingest.work.reading import Cut, read_from_json, read_to_json

_SIZES = (600, 40)


@cache
def folder() -> Path:
    """A folder of this process, for as long as it lives."""
    kept = tempfile.TemporaryDirectory(prefix="ibid-fuzz-")
    _kept.append(kept)
    return Path(kept.name)


_kept: list[tempfile.TemporaryDirectory[str]] = []


def reading(suffix: str) -> Callable[[bytes], str]:
    """What reads a file of a kind, and checks it."""
    return partial(_read, suffix)


def _read(suffix: str, data: bytes) -> str:
    """Read a file twice: as the same document, or refused for the same reason; what came of it."""
    first, again = (_outcome(suffix, data) for _ in range(2))
    assert first == again, "read twice, it is not the same"
    if isinstance(first, str):
        return first
    _check(first)
    return hashlib.sha256(json.dumps(first.to_json()).encode()).hexdigest()


def _outcome(suffix: str, data: bytes) -> Document | str:
    path = folder() / f"page{suffix}"
    path.write_bytes(data)
    try:
        return load(Source("page", path, file=path.name))
    except (SourceError, PackageMissing) as error:
        told = str(error)
        assert told.startswith(f"{path}: ") and told.removeprefix(f"{path}: ").strip(), told
        return told.replace(str(folder()), "")
    except MemoryError:  # told as such by who reads
        return "takes more memory than there is"


def _check(document: Document) -> None:
    check_ranges(document)
    text = document.text
    assert list(document.pages) == sorted(document.pages), "pages are out of order"
    assert all(0 <= page <= len(text) for page in document.pages), "a page begins outside of the text"
    for number, block in enumerate(document.blocks):
        assert all(block.start <= c.head <= c.start <= c.end <= block.end for c in block.cells), "a cell is elsewhere"
        assert block.lead is None or (0 <= block.lead < len(document.blocks) and block.lead != number), "leads itself"
        assert all(0 <= start < end <= len(text) for start, end in document.leads(number)), "a lead is no range"
    for size in _SIZES:
        check_passages(document, size)
    cut = Cut(document, list(cut_passages(document)))
    # As it goes from the process that reads to the one that asked for it.
    sent = read_to_json(cut).encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass")
    assert read_from_json(sent) == cut, "sent, it is not the same"
    # As an index and an answer record have it, which are UTF-8.
    json.dumps(document.to_json(), ensure_ascii=False).encode()
