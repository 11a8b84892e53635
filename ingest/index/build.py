"""Making the next generation of the index from the one before, and publishing it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

from ingest.documents.passages import PASSAGE_SIZE
from ingest.embed.embedding import Embedding, Progress
from ingest.embed.encoder import Encoder
from ingest.errors import IndexUnwritable, SourceError
from ingest.index.engine import Catalog
from ingest.index.generation import Generation
from ingest.index.history import KEPT
from ingest.index.plan import Plan, plan_changes
from ingest.index.spool import Spool
from ingest.source import LeftOut, Notice, first_of
from ingest.work.blocks import removing_blocks
from ingest.work.reading import Entry, Reading, Reads, read_ahead
from ingest.work.workers import Workers

Check = Callable[[Generation | None, Generation], bool]


@dataclass(frozen=True, slots=True)
class Built:
    """What `build` did: the published generation, the passages in it, and the plan that it followed."""

    generation: str | None
    passages: int
    published: bool
    plan: Plan

    @property
    def documents(self) -> int:
        """How many documents there are now."""
        return len(self.plan.added) + len(self.plan.revised) + len(self.plan.unchanged)

    @property
    def embedded(self) -> int:
        """How many passages were embedded."""
        return self.plan.embedded if self.published else 0

    @property
    def reused(self) -> int:
        """How many passages did not have to be embedded again."""
        return self.passages - self.embedded


def build(
    catalog: Catalog,
    documents: Collection[Entry],
    notices: Sequence[Notice],
    encoder: Encoder,
    passage_size: int = PASSAGE_SIZE,
    progress: Progress | None = None,
    sources: Mapping[str, str] | None = None,
    keep: int = KEPT,
    dry_run: bool = False,
    check: Check | None = None,
    synonyms: Sequence[Sequence[str]] = (),
    left_out: Sequence[LeftOut] = (),
    ocr: bool = False,
    outside: Sequence[Path] = (),
    previous: Generation | None = None,
    anew: bool = False,
    workers: Workers | None = None,
    loader: Reads | None = None,
) -> Built:
    """Make the next generation of `documents` in a catalog and publish it.

    What did not change is taken over from the published generation: texts that it has embedded are not embedded again,
    nor are those that a build embedded that was broken off, and where nothing at all changed nothing is published.  A
    Source is read when its turn comes.  `progress` is called after every window of passages, `sources` are the hashes
    of what the documents were read from, `keep` is how many generations stay.  With `dry_run` nothing is written.
    `check` is given the published generation and the candidate, and the candidate is published only if it returns true;
    `synonyms` are rows of words that may be used for each other, `left_out` what is known already not to be read, `ocr`
    whether pictures are read by OCR, and `outside` the folders out of the corpus that may be read from, both of which
    the index is to remember.  `previous` is the published generation where that
    is open already; `anew` says that nothing is to be taken over from it.  `workers`, if there are any, read and embed
    in the place of this process; without them `loader`, if there is one, reads.  A Source that cannot be read stays as
    it was read before, or is left out.  Only one may build at a time: see `Catalog.sole_writer`.  Raises
    IndexUnwritable, or SourceError where nothing at all can be read, or IndexDamaged where what was published proves
    damaged when it is read, or WorkerLost, and leaves what was published as it was.
    """
    previous = None if anew else previous or catalog.to_update()
    try:
        # A dry run leaves the folder alone, and may be of one that cannot be written.
        folder = Path(gettempdir()) if dry_run else catalog.folder
        hashes = sources or {}
        with (
            Spool(folder) as spool,
            Embedding(catalog.folder, encoder, len(documents), progress, dry_run, workers) as embedding,
            removing_blocks(catalog.folder, dry_run),
            closing(_read(documents, hashes, passage_size, workers, loader)) as reading,
        ):
            changes = plan_changes(
                previous, reading, notices, embedding, spool, passage_size, hashes, synonyms, left_out, ocr, outside
            )
            if not changes.order:
                raise SourceError(_nothing(changes.plan.left_out))
            if dry_run or changes.same:
                if not dry_run:
                    # A build that was killed when it had published leaves what is to go, and nothing else to do.
                    catalog.forget(keep)
                count = previous.passage_count() if previous else 0
                return Built(previous.name if previous else None, count, False, changes.plan)
            candidate = catalog.write(previous, changes, embedding)
            accepted = _publish(catalog, candidate, previous, check)
            catalog.forget(keep)
            if accepted:
                _merge(catalog)
    except (OSError, sqlite3.Error) as error:
        raise IndexUnwritable(
            f"{catalog.where}: the index could not be written ({error}); free some space or choose another folder with "
            "--index"
        ) from error
    except MemoryError as error:
        raise IndexUnwritable(
            f"{catalog.where}: the index could not be written (there is no memory left); end other programs and run: "
            "ibid index"
        ) from error
    standing = candidate.name if accepted else previous.name if previous else None
    return Built(standing, candidate.passage_count(), accepted, changes.plan)


def _publish(catalog: Catalog, candidate: Generation, previous: Generation | None, check: Check | None) -> bool:
    """Have the candidate checked, and publish it or discard it; whether it was published."""
    published = False
    try:
        if check is None or check(previous, candidate):
            catalog.point_to(candidate.name)
            published = True
    finally:
        if not published:
            catalog.discard(candidate.name)
    return published


def _read(
    documents: Collection[Entry],
    hashes: Mapping[str, str],
    passage_size: int,
    workers: Workers | None,
    loader: Reads | None,
) -> Reading:
    if workers:
        return workers.read(documents, hashes, passage_size)
    return read_ahead(documents, passage_size, loader)


def _merge(catalog: Catalog) -> None:
    try:
        catalog.merge()
    except (OSError, sqlite3.Error) as error:
        raise IndexUnwritable(
            f"{catalog.where}: the generation is published, but its segments could not be merged ({error}); free some "
            "space, and they are merged with the next one"
        ) from error


def _nothing(left_out: Sequence[LeftOut]) -> str:
    return f"nothing could be read, so nothing was published:{first_of(left_out)}"
