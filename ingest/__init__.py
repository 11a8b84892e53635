"""Sources become Documents, Passages, and generations of the index."""

from ingest.build import Built, build
from ingest.diff import Change, DocumentDiff, Fact, GenerationDiff, Unit, apply, diff, diff_generations, units
from ingest.document import Block, Document, Reference, Section, Sentence
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
from ingest.meaning import Mark
from ingest.passages import Passage, cut_passages
from ingest.source import Corpus, Notice, Source
from ingest.vocabulary import WORD, Vocabulary, Word

__all__ = [
    "DEFAULT_ENCODER",
    "FUNCTION_WORDS",
    "WORD",
    "Block",
    "Built",
    "Change",
    "Corpus",
    "Document",
    "DocumentDiff",
    "Encoder",
    "EncoderError",
    "EncoderMismatch",
    "Fact",
    "Generation",
    "GenerationDiff",
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
    "Unit",
    "Vectors",
    "Vocabulary",
    "Word",
    "analyze",
    "apply",
    "build",
    "cut_passages",
    "diff",
    "diff_generations",
    "load",
    "query_terms",
    "units",
]
