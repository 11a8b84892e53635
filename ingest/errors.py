"""What can go wrong while sources are read and indexed.

IngestError
├── ManifestError     sources.toml cannot be used; names the file and the line
├── SourceError       a source file is missing, empty, binary or of no known kind
├── EncoderError      the encoder cannot be loaded, or its weights are not the ones expected
├── PackageMissing    a package is not installed; names the extra that it comes with
├── ExportError       a network cannot be exported, or its export is missing or damaged
├── IndexMissing      there is no index in the folder
├── IndexDamaged      a file of the index is not what its manifest says
│   └── IndexOutdated    it was made by an ibid that wrote another format
├── EncoderMismatch   the index was made with another encoder
├── IndexBusy         another process is writing the index
├── EngineError       the database that holds the index cannot be reached or used
├── IndexUnwritable   the new generation could not be written; the old one still serves
├── WorkerMissing     no process could be had that reads and embeds, or it does not see what it is to read
├── WorkerLost        a process that reads or embeds came to its end before its work did
├── PublishRefused    another index has published in the object store
├── ObjectStoreError  an object store cannot be reached, refuses, or holds what does not verify
│   ├── ObjectMissing    it does not hold what is looked for
│   └── ObjectStoreAway  it cannot be reached, does not answer, or fails
└── FetchError        a page could not be downloaded
    ├── AddressRefused   its host is not on the public internet, or its url is not one that is fetched
    └── HeldBack         an answer came, and was not taken; what was there before stays
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class IngestError(Exception):
    """Base of the family; the message says what happened and what mends it."""


class ManifestError(IngestError):
    """The manifest cannot be used."""


class SourceError(IngestError):
    """A source document cannot be read."""


class EncoderError(IngestError):
    """The encoder cannot be loaded or trusted."""


class PackageMissing(IngestError):
    """What is to be done needs a package that is not installed."""


class ExportError(IngestError):
    """A network cannot be exported, or what was exported cannot be used."""


class IndexMissing(IngestError):
    """No generation has been published in the index folder."""


class IndexDamaged(IngestError):
    """A file of the index does not match its checksum or cannot be read."""


class IndexOutdated(IndexDamaged):
    """The index was made by an ibid that wrote another format."""


class EncoderMismatch(IngestError):
    """The index and the query would be embedded by different encoders."""


class IndexUnwritable(IngestError):
    """The new generation could not be written."""


class IndexBusy(IngestError):
    """Another process holds the index for writing."""


class WorkerMissing(IngestError):
    """There is no process to read and embed, or it does not see what it is to read."""


class WorkerLost(IngestError):
    """A process came to its end before its work did, and so it did when the work was done again."""


class PublishRefused(IngestError):
    """What is published in the object store is of another index, or was published meanwhile."""


class ObjectStoreError(IngestError):
    """An object store cannot be reached, refuses, or holds what does not verify."""


class ObjectMissing(ObjectStoreError):
    """The object store does not hold what is looked for."""


class ObjectStoreAway(ObjectStoreError):
    """The object store cannot be reached, does not answer in time, or fails."""


class EngineError(IngestError):
    """The database that holds the index cannot be reached, or is not what is needed."""


class FetchError(IngestError):
    """A page could not be downloaded."""


class AddressRefused(FetchError):
    """The url leads to a place that is not fetched from."""


class HeldBack(FetchError):
    """What was answered is not taken in place of what is there."""


@contextmanager
def needing(extra: str) -> Iterator[None]:
    """What is done within needs the packages of `extra`; PackageMissing where one is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        name = (error.name or str(error)).partition(".")[0]
        raise PackageMissing(f"{name} is not installed; install it with: pip install 'ibid[{extra}]'") from error
