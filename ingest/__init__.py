"""Sources become Documents, Passages, and generations of the index."""

from ingest.corpus.listing import read_corpus, unnamed_files
from ingest.diffs.diff import Change, DocumentDiff, Fact, GenerationDiff, Unit, apply, diff, diff_generations, units
from ingest.diffs.meaning import Mark
from ingest.documents.document import Block, Cell, Document, Reference, Section, Sentence
from ingest.documents.marks import is_mark, without
from ingest.documents.passages import PASSAGE_SIZE, Passage, cut_passages
from ingest.embed.bulk import BulkEncoder, open_bulk
from ingest.embed.embedding import Step
from ingest.embed.encoder import DEFAULT_ENCODER, Encoder, RememberingEncoder, SentenceEncoder, Vectors
from ingest.embed.exported import ExportedEncoder
from ingest.embed.exporting import export_encoder, forget_exports
from ingest.english import FUNCTION_WORDS, analyze, query_terms
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
from ingest.index.build import Built, build
from ingest.index.catalog import FileCatalog, rollback
from ingest.index.doctor import Finding, examine
from ingest.index.engine import STATED, Catalog, Found, Lexical, Nearest, Stated, Store
from ingest.index.generation import Generation, full_name, generation_names, published
from ingest.index.history import KEPT, Kept
from ingest.index.lexicon import Lexicon
from ingest.index.lock import sole_writer
from ingest.index.plan import Plan
from ingest.index.suggested import Suggested, Suggestion
from ingest.index.update import Updated, preview, update
from ingest.index.vocabulary import WORD, Vocabulary, Word
from ingest.objectstore.objects import ObjectStore, open_objects
from ingest.objectstore.publishing import Publication, publish
from ingest.objectstore.pulling import Puller
from ingest.printable import printable
from ingest.source import Corpus, LeftOut, Notice, Source
from ingest.work.limits import Limits
from ingest.work.load import load
from ingest.work.loader import Loader
from ingest.work.reading import Unread
from ingest.work.workers import Work, Worker, Workers

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
