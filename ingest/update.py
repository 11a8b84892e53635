"""Bringing the index up to date with its corpus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingest.build import Built, Check, build
from ingest.document import Document
from ingest.encoder import Encoder
from ingest.errors import IndexDamaged, IndexMissing
from ingest.extras import needing
from ingest.generation import Generation
from ingest.history import KEPT
from ingest.known import Texts
from ingest.load import load, source_hash
from ingest.lock import sole_writer
from ingest.passages import PASSAGE_SIZE
from ingest.plan import Unread
from ingest.source import Corpus
from ingest.writing import Progress


@dataclass(frozen=True, slots=True)
class Updated:
    """What was built, and where the manifest and a page that was read differ."""

    built: Built
    differences: tuple[str, ...]


@needing("index")
def update(
    index: Path,
    root: Path,
    encoder: Encoder,
    progress: Progress | None = None,
    keep: int = KEPT,
    wait: bool = True,
    on_wait: Callable[[], None] | None = None,
    check: Check | None = None,
    passage_size: int = PASSAGE_SIZE,
    texts: Texts = lambda document: (),
) -> Updated:
    """Read what changed in the corpus at `root` and publish the next generation of its index.

    What changed is told by content, never by date.  One process at a time does so: see `ingest.lock` for `wait` and
    `on_wait`, and `ingest.build` for the rest, `check` among it.  Raises IngestError.
    """
    with sole_writer(index, wait, on_wait):
        corpus, documents, hashes = _read(index, root)
        built = build(
            index,
            documents,
            corpus.notices,
            encoder,
            passage_size,
            progress,
            sources=hashes,
            keep=keep,
            check=check,
            synonyms=corpus.synonyms,
            texts=texts,
        )
    return _updated(built, documents)


@needing("index")
def preview(index: Path, root: Path, encoder: Encoder) -> Updated:
    """What `update` would do; nothing is written, not even a lock."""
    corpus, documents, hashes = _read(index, root)
    built = build(index, documents, corpus.notices, encoder, sources=hashes, dry_run=True, synonyms=corpus.synonyms)
    return _updated(built, documents)


def _read(index: Path, root: Path) -> tuple[Corpus, list[Document | Unread], dict[str, str]]:
    """The corpus, its documents (unread where the source is what it was), and the hashes of their sources."""
    corpus = Corpus.read(root)
    hashes = {source.id: source_hash(source) for source in corpus.sources}
    known = _known_hashes(index)
    documents: list[Document | Unread] = [
        Unread(source.id) if known.get(source.id) == hashes[source.id] else load(source) for source in corpus.sources
    ]
    return corpus, documents, hashes


def _known_hashes(index: Path) -> dict[str, str | None]:
    try:
        rows = Generation.open(index).manifest["documents"]
    except (IndexMissing, IndexDamaged):
        return {}
    return {row["id"]: row.get("source") for row in rows}


def _updated(built: Built, documents: list[Document | Unread]) -> Updated:
    read = [document for document in documents if isinstance(document, Document)]
    return Updated(built, tuple(difference for document in read for difference in document.differences))
