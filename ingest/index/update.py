"""Bringing the index up to date with its corpus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from ingest.corpus.listing import read_corpus
from ingest.documents.document import Document
from ingest.documents.passages import PASSAGE_SIZE
from ingest.embed.embedding import Progress
from ingest.embed.encoder import Encoder
from ingest.errors import IndexDamaged, SourceError, needing
from ingest.index.build import Built, Check, build
from ingest.index.engine import Catalog
from ingest.index.generation import Generation
from ingest.index.history import KEPT
from ingest.index.store import short_hash
from ingest.read.kinds import PICTURES
from ingest.source import Corpus, Source
from ingest.work.load import size_of, source_hash
from ingest.work.loader import Loader
from ingest.work.reading import Unread
from ingest.work.workers import Workers


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
    catalog: Catalog,
    root: Path,
    encoder: Encoder,
    progress: Progress | None = None,
    keep: int = KEPT,
    wait: bool = True,
    on_wait: Callable[[], None] | None = None,
    check: Check | None = None,
    passage_size: int = PASSAGE_SIZE,
    ocr: bool | None = None,
    workers: Workers | None = None,
    anew: bool = False,
    outside: Sequence[Path] | None = None,
    loader: Loader | None = None,
) -> Updated:
    """Read what changed in the corpus at `root` and publish the next generation of its index.

    What changed is told by content, never by date.  One process at a time does so: see `Catalog.sole_writer` for `wait`
    and `on_wait`, and `ingest.index.build` for the rest, `check` and `workers` among it.  `ocr` says whether pictures
    are read by OCR, from now on; where it is None they are if they were.  `outside` are the folders out of `root` whose
    files may be named or linked to, and are kept in mind in the same way.  With `anew` all is read and embedded again,
    whatever there is.  `loader` reads within limits, which workers do by themselves; without it files are read in this
    process, which may take any time and memory.  Raises IngestError.
    """
    _check(ocr)

    def make(previous: Generation | None) -> Built:
        corpus, hashes, entries = _corpus(previous, root, reads_pictures, allowed, loader)
        return build(
            catalog,
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
            ocr=reads_pictures,
            outside=allowed,
            previous=previous,
            anew=previous is None,
            workers=workers,
            loader=loader,
        )

    with catalog.sole_writer(wait, on_wait):
        before = catalog.to_update()
        reads_pictures, allowed = _chosen(before, ocr, outside)
        previous = None if anew else before
        try:
            return Updated(make(previous))
        except IndexDamaged:
            # What was damaged in a large file is seen when that is read; all is read anew then.
            if previous is None:
                raise
            return Updated(make(None))


@needing("index")
def preview(
    catalog: Catalog,
    root: Path,
    encoder: Encoder,
    ocr: bool | None = None,
    anew: bool = False,
    outside: Sequence[Path] | None = None,
    loader: Loader | None = None,
) -> Updated:
    """What `update` would do; nothing is written, not even a lock."""
    _check(ocr)
    before = catalog.to_update()
    previous = None if anew else before
    reads_pictures, allowed = _chosen(before, ocr, outside)
    corpus, hashes, entries = _corpus(previous, root, reads_pictures, allowed, loader)
    built = build(
        catalog,
        entries,
        corpus.notices,
        encoder,
        sources=hashes,
        dry_run=True,
        synonyms=corpus.synonyms,
        left_out=corpus.left_out,
        ocr=reads_pictures,
        outside=allowed,
        previous=previous,
        anew=previous is None,
        loader=loader,
    )
    return Updated(built)


def _check(ocr: bool | None) -> None:
    """Raise PackageMissing where OCR is asked for and cannot be had."""
    if ocr:
        from ingest.read.ocr import check_ocr

        check_ocr()


def _chosen(
    before: Generation | None, ocr: bool | None, outside: Sequence[Path] | None
) -> tuple[bool, tuple[Path, ...]]:
    """Whether pictures are read by OCR, and which folders outside may be read from: as is asked, else as it was."""
    pictures = ocr if ocr is not None else before is not None and before.ocr
    if outside is not None:
        return pictures, tuple(folder.resolve() for folder in outside)
    return pictures, before.outside if before else ()


def _corpus(
    previous: Generation | None, root: Path, ocr: bool, outside: Sequence[Path], loader: Loader | None
) -> tuple[Corpus, dict[str, str], list[Source | Unread]]:
    """The corpus, the hashes of its sources by their ids, and what is to become of each document.

    What is as it was is left unread, if it is not a matter of OCR where that was not used before, or was; so is what
    the index has of a folder that cannot be listed now, and of a file that the manifest names and that is gone.
    """
    rows = previous.store.facts() if previous else []
    used = previous.ocr if previous else False
    pictured = {row.id for row in rows if previous and ocr != used and _is_pictured(previous.document(row.id))}
    corpus = read_corpus(root, {row.file: row.id for row in rows if row.file}, ocr, outside)
    hashes = {source.id: found for source in corpus.sources if (found := _hash(source, loader))}
    before = {row.id: row.source for row in rows if row.source and row.id not in pictured}
    entries: list[Source | Unread] = [
        Unread(s.id) if s.id in before and s.id in hashes and before[s.id] == short_hash(hashes[s.id]) else s
        for s in corpus.sources
    ]
    there = {source.id for source in corpus.sources}
    named = {left.id for left in corpus.left_out if ocr or PurePath(left.file).suffix.lower() not in PICTURES}
    closed = tuple(left.file for left in corpus.left_out if left.file.endswith("/"))
    entries += [
        Unread(row.id) for row in rows if row.id not in there and (row.id in named or row.file.startswith(closed))
    ]
    return corpus, hashes, entries


def _is_pictured(document: Document) -> bool:
    """Whether a document has pages that OCR reads."""
    return bool(document.pictures or document.scans)


def _hash(source: Source, loader: Loader | None) -> str | None:
    """The hash of a source; None where it cannot be read, which is told when its turn to be read comes."""
    try:
        return None if loader and size_of(source) > loader.limits.size else source_hash(source)
    except SourceError:
        return None
