"""Sources become Documents, Passages, and generations of the index."""

from ingest.build import Built, build
from ingest.document import Block, Document, Mark, Reference, Section, Sentence
from ingest.encoder import DEFAULT_ENCODER, Encoder, RememberingEncoder, SentenceEncoder, Vectors
from ingest.errors import (
    EncoderError,
    EncoderMismatch,
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
from ingest.marks import is_mark, without
from ingest.passages import Passage, cut_passages
from ingest.source import Corpus, Notice, Source
from ingest.vocabulary import WORD, Vocabulary, Word

__all__ = [
    "DEFAULT_ENCODER",
    "FUNCTION_WORDS",
    "WORD",
    "Block",
    "Built",
    "Corpus",
    "Document",
    "Encoder",
    "EncoderError",
    "EncoderMismatch",
    "Generation",
    "IndexDamaged",
    "IndexMissing",
    "IndexUnwritable",
    "IngestError",
    "ManifestError",
    "Mark",
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
    "is_mark",
    "load",
    "query_terms",
    "without",
]
