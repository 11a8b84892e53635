"""Sources become Documents, Passages, and generations of the index."""

from ingest.build import Built, build
from ingest.bulk import BulkEncoder, open_bulk
from ingest.catalog import FileCatalog, rollback
from ingest.corpus import read_corpus, unnamed_files
from ingest.diff import Change, DocumentDiff, Fact, GenerationDiff, Unit, apply, diff, diff_generations, units
from ingest.doctor import Finding, examine
from ingest.document import Block, Cell, Document, Reference, Section, Sentence
from ingest.embedding import Step
from ingest.encoder import DEFAULT_ENCODER, Encoder, RememberingEncoder, SentenceEncoder, Vectors
from ingest.engine import STATED, Catalog, Found, Lexical, Nearest, Stated, Store
from ingest.errors import (
    AddressRefused,
    EncoderError,
    EncoderMismatch,
    EngineError,
    ExportError,
    FetchError,
    HeldBack,
    IndexBusy,
    IndexDamaged,
    IndexMissing,
    IndexUnwritable,
    IngestError,
    ManifestError,
    ObjectMissing,
    ObjectStoreAway,
    ObjectStoreError,
    PackageMissing,
    PublishRefused,
    SourceError,
    WorkerLost,
    WorkerMissing,
)
from ingest.exported import ExportedEncoder
from ingest.exporting import export_encoder, forget_exports
from ingest.generation import Generation, full_name, generation_names, published
from ingest.history import KEPT, Kept
from ingest.lexical import FUNCTION_WORDS, analyze, query_terms
from ingest.lexicon import Lexicon
from ingest.limits import Limits
from ingest.load import load
from ingest.loader import Loader
from ingest.lock import sole_writer
from ingest.marks import is_mark, without
from ingest.meaning import Mark
from ingest.objects import ObjectStore, open_objects
from ingest.passages import PASSAGE_SIZE, Passage, cut_passages
from ingest.plan import Plan
from ingest.printable import printable
from ingest.publishing import Publication, publish
from ingest.pulling import Puller
from ingest.reading import Unread
from ingest.source import Corpus, LeftOut, Notice, Source
from ingest.suggested import Suggested, Suggestion
from ingest.update import Updated, preview, update
from ingest.vocabulary import WORD, Vocabulary, Word
from ingest.workers import Work, Worker, Workers

__all__ = [
    "DEFAULT_ENCODER",
    "FUNCTION_WORDS",
    "KEPT",
    "PASSAGE_SIZE",
    "STATED",
    "WORD",
    "AddressRefused",
    "Block",
    "Built",
    "BulkEncoder",
    "Catalog",
    "Cell",
    "Change",
    "Corpus",
    "Document",
    "DocumentDiff",
    "Encoder",
    "EncoderError",
    "EncoderMismatch",
    "EngineError",
    "ExportError",
    "ExportedEncoder",
    "Fact",
    "FetchError",
    "FileCatalog",
    "Finding",
    "Found",
    "Generation",
    "GenerationDiff",
    "HeldBack",
    "IndexBusy",
    "IndexDamaged",
    "IndexMissing",
    "IndexUnwritable",
    "IngestError",
    "Kept",
    "LeftOut",
    "Lexical",
    "Lexicon",
    "Limits",
    "Loader",
    "ManifestError",
    "Mark",
    "Nearest",
    "Notice",
    "ObjectMissing",
    "ObjectStore",
    "ObjectStoreAway",
    "ObjectStoreError",
    "PackageMissing",
    "Passage",
    "Plan",
    "Publication",
    "PublishRefused",
    "Puller",
    "Reference",
    "RememberingEncoder",
    "Section",
    "Sentence",
    "SentenceEncoder",
    "Source",
    "SourceError",
    "Stated",
    "Step",
    "Store",
    "Suggested",
    "Suggestion",
    "Unit",
    "Unread",
    "Updated",
    "Vectors",
    "Vocabulary",
    "Word",
    "Work",
    "Worker",
    "WorkerLost",
    "WorkerMissing",
    "Workers",
    "analyze",
    "apply",
    "build",
    "cut_passages",
    "diff",
    "diff_generations",
    "examine",
    "export_encoder",
    "forget_exports",
    "full_name",
    "generation_names",
    "is_mark",
    "load",
    "open_bulk",
    "open_objects",
    "preview",
    "printable",
    "publish",
    "published",
    "query_terms",
    "read_corpus",
    "rollback",
    "sole_writer",
    "units",
    "unnamed_files",
    "update",
    "without",
]
