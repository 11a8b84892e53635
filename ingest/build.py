"""Making the next generation of the index from the one before, and publishing it."""

from __future__ import annotations

import math
import os
import shutil
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

from ingest.embedding import Embedding, Progress
from ingest.encoder import Encoder
from ingest.errors import IndexDamaged, IndexMissing, IndexUnwritable, SourceError
from ingest.generation import Generation, layers
from ingest.history import KEPT, clear_litter, forget_old, next_name, point_to, sweep, sync
from ingest.making import new_segments, write_generation
from ingest.passages import PASSAGE_SIZE
from ingest.plan import Entry, Plan, plan_changes
from ingest.segment import FOLDER as SEGMENTS
from ingest.source import LeftOut, Notice, first_of
from ingest.spool import Spool
from ingest.writing import settle

# Of files that are no larger damage is seen before an update takes them over; of others when they are merged.
_SMALL = 2**18

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
    index: Path,
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
) -> Built:
    """Make the next generation of `documents` in the folder `index` and publish it.

    What did not change is taken over from the published generation: texts that it has embedded are not embedded again,
    nor are those that a build embedded that was broken off, and where nothing at all changed nothing is published.  A
    Source is read when its turn comes.  `progress` is called after every window of passages, `sources` are the hashes
    of what the documents were read from, `keep` is how many generations stay.  With `dry_run` nothing is written.
    `check` is given the published generation and the candidate, and the candidate is published only if it returns true;
    `synonyms` are rows of words that may be used for each other, `left_out` what is known already not to be read, `ocr`
    whether pictures are read by OCR, and `outside` the folders out of the corpus that may be read from, both of which
    the index is to remember.  `previous` is the published generation where that
    is open already; `anew` says that nothing is to be taken over from it.  A Source that cannot be read stays as it was
    read before, or is left out.  Only one may build at a time: see `ingest.lock`.  Raises IndexUnwritable, or
    SourceError where nothing at all can be read, or IndexDamaged where what was published proves damaged when it is
    read, and leaves what was published as it was.
    """
    previous = None if anew else previous or open_to_update(index)
    try:
        # A dry run leaves the index alone, and may be of one that cannot be written.
        folder = Path(gettempdir()) if dry_run else index
        with Spool(folder) as spool, Embedding(index, encoder, len(documents), progress, dry_run) as embedding:
            read, said = sources or {}, (synonyms, left_out, ocr, outside)
            changes = plan_changes(previous, documents, notices, embedding, spool, passage_size, read, *said)
            if not changes.order:
                raise SourceError(_nothing(changes.plan.left_out))
            if dry_run or changes.same:
                count = previous.passage_count() if previous else 0
                return Built(previous.name if previous else None, count, False, changes.plan)
            clear_litter(index)
            building = index / "generations" / f".building-{os.getpid()}"
            building.mkdir(parents=True)
            try:
                count = write_generation(building, previous, changes, embedding)
                name = next_name(index, previous.name if previous else None, changes)
                _share(building, index)
                building.replace(index / "generations" / name)
                accepted = _publish(index, name, count, previous, check)
            except BaseException:
                shutil.rmtree(building, ignore_errors=True)
                sweep(index)
                raise
            forget_old(index, keep)
    except (OSError, sqlite3.Error) as error:
        raise IndexUnwritable(
            f"{index}: the index could not be written ({error}); free some space or choose another folder with --index"
        ) from error
    standing = name if accepted else previous.name if previous else None
    return Built(standing, count, accepted, changes.plan)


def _nothing(left_out: Sequence[LeftOut]) -> str:
    return f"nothing could be read, so nothing was published:{first_of(left_out)}"


def open_to_update(index: Path) -> Generation | None:
    """The published generation, of which small files are proved; None where there is none that can be used."""
    try:
        return Generation.proved(index, None, lambda *_: _SMALL)
    except (IndexMissing, IndexDamaged):
        return None


def _share(building: Path, index: Path) -> None:
    """Put the segments that a new generation names beside those of the others."""
    folder = index / SEGMENTS
    folder.mkdir(exist_ok=True)
    for path in new_segments(building):
        settle(path, folder / path.name)
    shutil.rmtree(building / SEGMENTS, ignore_errors=True)
    sync(folder)


def _publish(index: Path, name: str, count: int, previous: Generation | None, check: Check | None) -> bool:
    """Open the candidate, as a reader will, have it checked, and publish it or remove it; whether it was published.

    What it shares with the generation before was proved when that was written.
    """
    folder = index / "generations" / name
    shared = {layer.segment.name for layer in layers(previous)} if previous else ()
    published = False
    try:
        candidate = Generation.proved(index, name, lambda segment, _: 0 if segment in shared else math.inf)
        if not candidate.passage_count() == len(candidate.lexical) == len(candidate.vectors) == count:
            raise IndexDamaged(f"{folder}: {count} vectors for {candidate.passage_count()} passages; run: ibid index")
        if check is None or check(previous, candidate):
            point_to(index, name)
            published = True
    finally:
        if not published:
            shutil.rmtree(folder, ignore_errors=True)
            sweep(index)
    return published
