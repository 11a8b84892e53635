"""Sources become Documents, Passages, and generations of the index."""

from ingest.build import Built, build
from ingest.document import Block, Document, Reference, Section, Sentence
from ingest.encoder import DEFAULT_ENCODER, Encoder, RememberingEncoder, SentenceEncoder, Vectors
from ingest.errors import (
    AddressRefused,
    EncoderError,
    EncoderMismatch,
    FetchError,
    HeldBack,
    IndexDamaged,
    IndexMissing,
    IndexUnwritable,
    IngestError,
    ManifestError,
    SourceError,
)
from ingest.generation import Generation
from ingest.lexical import FUNCTION_WORDS, analyze, query_terms
from ingest.load import load
from ingest.passages import Passage, cut_passages
from ingest.source import Corpus, Notice, Source
from ingest.vocabulary import WORD, Vocabulary, Word

__all__ = [
    "DEFAULT_ENCODER",
    "FUNCTION_WORDS",
    "WORD",
    "AddressRefused",
    "Block",
    "Built",
    "Corpus",
    "Document",
    "Encoder",
    "EncoderError",
    "EncoderMismatch",
    "FetchError",
    "Generation",
    "HeldBack",
    "IndexDamaged",
    "IndexMissing",
    "IndexUnwritable",
    "IngestError",
    "ManifestError",
    "Notice",
    "Passage",
    "Reference",
    "RememberingEncoder",
    "Section",
    "Sentence",
    "SentenceEncoder",
    "Source",
    "SourceError",
    "Vectors",
    "Vocabulary",
    "Word",
    "analyze",
    "build",
    "cut_passages",
    "load",
    "query_terms",
]
