"""What can go wrong while sources are read and indexed.

IngestError
├── ManifestError     sources.toml cannot be used; names the file and the line
├── SourceError       a source file is missing, empty, binary or of no known kind
├── EncoderError      the encoder cannot be loaded, or its weights are not the ones expected
├── PackageMissing    a package is not installed; names the extra that it comes with
├── ExportError       a network cannot be exported, or its export is missing or damaged
├── IndexMissing      there is no index in the folder
├── IndexDamaged      a file of the index is not what its manifest says
├── EncoderMismatch   the index was made with another encoder
├── IndexBusy         another process is writing the index
├── EngineError       the database that holds the index cannot be reached or used
├── IndexUnwritable   the new generation could not be written; the old one still serves
└── FetchError        a page could not be downloaded
    ├── AddressRefused   its host is not on the public internet, or its url is not one that is fetched
    └── HeldBack         an answer came, and was not taken; what was there before stays
"""


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


class EncoderMismatch(IngestError):
    """The index and the query would be embedded by different encoders."""


class IndexUnwritable(IngestError):
    """The new generation could not be written."""


class IndexBusy(IngestError):
    """Another process holds the index for writing."""


class EngineError(IngestError):
    """The database that holds the index cannot be reached, or is not what is needed."""


class FetchError(IngestError):
    """A page could not be downloaded."""


class AddressRefused(FetchError):
    """The url leads to a place that is not fetched from."""


class HeldBack(FetchError):
    """What was answered is not taken in place of what is there."""
