"""Bringing the index up to date with its corpus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.build import Built, Check, build
from ingest.corpus import read_corpus
from ingest.embedding import Progress
from ingest.encoder import Encoder
from ingest.errors import IndexDamaged, IndexMissing, SourceError
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
        corpus, hashes, entries = _corpus(index, root)
        built = build(
            index,
            entries,
            corpus.notices,
            encoder,
            passage_size,
            progress,
            sources=hashes,
            keep=keep,
            check=check,
            synonyms=corpus.synonyms,
            left_out=corpus.left_out,
        )
    return Updated(built)


@needing("index")
def preview(index: Path, root: Path, encoder: Encoder) -> Updated:
    """What `update` would do; nothing is written, not even a lock."""
    corpus, hashes, entries = _corpus(index, root)
    built = build(
        index,
        entries,
        corpus.notices,
        encoder,
        sources=hashes,
        dry_run=True,
        synonyms=corpus.synonyms,
        left_out=corpus.left_out,
    )
    return Updated(built)


def _corpus(index: Path, root: Path) -> tuple[Corpus, dict[str, str], list[Source | Unread]]:
    """The corpus, the hashes of its sources by their ids, and what is to become of each document.

    What is as it was is left unread; so is what the index has of a folder that cannot be listed now, and of a file that
    the manifest names and that is gone.
    """
    rows = _known(index)
    corpus = read_corpus(root, {row["file"]: row["id"] for row in rows if row.get("file")})
    hashes = {source.id: found for source in corpus.sources if (found := _hash(source))}
    before = {row["id"]: row.get("source") for row in rows}
    entries: list[Source | Unread] = [
        Unread(s.id) if before.get(s.id) and before[s.id] == hashes.get(s.id) else s for s in corpus.sources
    ]
    there = {source.id for source in corpus.sources}
    named = {left.id for left in corpus.left_out}
    closed = tuple(left.file for left in corpus.left_out if left.file.endswith("/"))
    entries += [
        Unread(row["id"])
        for row in rows
        if row["id"] not in there and (row["id"] in named or row.get("file", "").startswith(closed))
    ]
    return corpus, hashes, entries


def _hash(source: Source) -> str | None:
    """The hash of a source; None where it cannot be read, which is told when its turn to be read comes."""
    try:
        return source_hash(source)
    except SourceError:
        return None


def _known(index: Path) -> list[dict[str, Any]]:
    """What the published generation says of its documents; nothing, where there is none."""
    try:
        return list(Generation.open(index).manifest["documents"])
    except (IndexMissing, IndexDamaged):
        return []
