"""Bringing the index up to date with its corpus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingest.build import Built, Check, build
from ingest.embedding import Progress
from ingest.encoder import Encoder
from ingest.errors import IndexDamaged, IndexMissing
from ingest.extras import needing
from ingest.generation import Generation
from ingest.history import KEPT
from ingest.load import source_hash
from ingest.lock import sole_writer
from ingest.passages import PASSAGE_SIZE
from ingest.plan import Unread
from ingest.source import Corpus, Source


@dataclass(frozen=True, slots=True)
class Updated:
    """What was built, and where the manifest and a page that was read differ."""

    built: Built

    @property
    def differences(self) -> tuple[str, ...]:
        """One line each."""
        return self.built.plan.differences


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
) -> Updated:
    """Read what changed in the corpus at `root` and publish the next generation of its index.

    What changed is told by content, never by date.  One process at a time does so: see `ingest.lock` for `wait` and
    `on_wait`, and `ingest.build` for the rest, `check` among it.  Raises IngestError.
    """
    with sole_writer(index, wait, on_wait):
        corpus, hashes = _corpus(root)
        built = build(
            index,
            _entries(index, corpus, hashes),
            corpus.notices,
            encoder,
            passage_size,
            progress,
            sources=hashes,
            keep=keep,
            check=check,
            synonyms=corpus.synonyms,
        )
    return Updated(built)


@needing("index")
def preview(index: Path, root: Path, encoder: Encoder) -> Updated:
    """What `update` would do; nothing is written, not even a lock."""
    corpus, hashes = _corpus(root)
    entries = _entries(index, corpus, hashes)
    built = build(index, entries, corpus.notices, encoder, sources=hashes, dry_run=True, synonyms=corpus.synonyms)
    return Updated(built)


def _corpus(root: Path) -> tuple[Corpus, dict[str, str]]:
    """The corpus and the hashes of its sources."""
    corpus = Corpus.read(root)
    return corpus, {source.id: source_hash(source) for source in corpus.sources}


def _entries(index: Path, corpus: Corpus, hashes: dict[str, str]) -> list[Source | Unread]:
    """The sources, those left unread that are what they were."""
    known = _known_hashes(index)
    return [Unread(s.id) if known.get(s.id) == hashes[s.id] else s for s in corpus.sources]


def _known_hashes(index: Path) -> dict[str, str | None]:
    try:
        rows = Generation.open(index).manifest["documents"]
    except (IndexMissing, IndexDamaged):
        return {}
    return {row["id"]: row.get("source") for row in rows}
