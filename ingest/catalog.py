"""The generations of an index in a folder, and going back to one."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from ingest.doctor import Finding, examine
from ingest.embedding import Embedding
from ingest.engine import Catalog
from ingest.errors import IndexDamaged, IndexMissing, IndexUnwritable
from ingest.generation import Generation, generation_names, layers, published
from ingest.history import Kept, clear_litter, forget_old, history, next_name, point_to, sweep, sync, sync_folders
from ingest.lock import sole_writer
from ingest.making import new_segments, write_generation
from ingest.plan import Changes
from ingest.segment import FOLDER as SEGMENTS
from ingest.suggested import Suggested, read_suggested, write_suggested
from ingest.writing import settle

# Of files that are no larger damage is seen before an update takes them over; of others when they are merged.
_SMALL = 2**18


@dataclass(frozen=True, slots=True)
class FileCatalog:
    """The generations in the folder `folder`: a Catalog."""

    folder: Path

    @property
    def where(self) -> str:
        """The folder."""
        return str(self.folder)

    def names(self) -> list[str]:
        """Of the complete generations, oldest first."""
        return generation_names(self.folder)

    def published(self) -> str:
        """The name of the published one; IndexMissing or IndexDamaged where there is none."""
        return published(self.folder)

    def open(self, name: str | None = None) -> Generation:
        """The one called so, or that is published; IndexMissing or IndexDamaged."""
        return Generation.open(self.folder, name)

    def history(self) -> list[Kept]:
        """The kept ones, newest first; IndexMissing."""
        return history(self.folder)

    def examine(self) -> list[Finding]:
        """What is wrong with any file in the folder."""
        return examine(self.folder)

    def suggested(self, name: str) -> Suggested | None:
        """What can be asked of the generation called `name`; None where that was not found out."""
        return read_suggested(self.folder, name)

    def sole_writer(self, wait: bool = True, on_wait: Callable[[], None] | None = None) -> AbstractContextManager[None]:
        """Hold the lock of whoever writes: see `ingest.lock`."""
        return sole_writer(self.folder, wait, on_wait)

    def to_update(self) -> Generation | None:
        """The published one, of which small files are proved; None where there is none that can be used."""
        try:
            return Generation.proved(self.folder, None, lambda *_: _SMALL)
        except (IndexMissing, IndexDamaged):
            return None

    def write(self, previous: Generation | None, changes: Changes, embedding: Embedding) -> Generation:
        """Write the files of the next generation aside, put them in their place, and open them, as a reader will.

        What it shares with the generation before was proved when that was written.  Raises IndexDamaged, OSError and
        sqlite3.Error.
        """
        clear_litter(self.folder)
        building = self.folder / "generations" / f".building-{os.getpid()}"
        building.mkdir(parents=True)
        try:
            count = write_generation(building, previous, changes, embedding)
            name = next_name(self.names(), previous.name if previous else None, changes)
            self._share(building)
            sync_folders(building)
            building.replace(self._path(name))
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            sweep(self.folder)
            raise
        try:
            return self._candidate(name, previous, count)
        except BaseException:
            self.discard(name)
            raise

    def _share(self, building: Path) -> None:
        """Put the segments that a new generation names beside those of the others."""
        folder = self.folder / SEGMENTS
        folder.mkdir(exist_ok=True)
        for path in new_segments(building):
            settle(path, folder / path.name)
        shutil.rmtree(building / SEGMENTS, ignore_errors=True)
        sync(folder)

    def _candidate(self, name: str, previous: Generation | None, count: int) -> Generation:
        shared = {layer.segment.name for layer in layers(previous)} if previous else ()
        candidate = Generation.proved(self.folder, name, lambda segment, _: 0 if segment in shared else math.inf)
        if not candidate.passage_count() == len(candidate.lexical) == len(candidate.vectors) == count:
            raise IndexDamaged(
                f"{self._path(name)}: {count} vectors for {candidate.passage_count()} passages; run: ibid index"
            )
        return candidate

    def point_to(self, name: str) -> None:
        """Publish a complete generation; IndexUnwritable."""
        try:
            point_to(self.folder, name)
        except OSError as error:
            raise IndexUnwritable(
                f"{self.folder}: the generation could not be published ({error}); "
                "free some space or choose another folder with --index"
            ) from error

    def discard(self, name: str) -> None:
        """Remove one that was written and is not to be published."""
        shutil.rmtree(self._path(name), ignore_errors=True)
        sweep(self.folder)

    def forget(self, keep: int) -> None:
        """Remove all but the newest `keep` generations and the published one."""
        forget_old(self.folder, keep)

    def suggest(self, name: str, suggested: Suggested) -> None:
        """Keep what can be asked of the generation called `name`, if that is still kept; OSError."""
        write_suggested(self.folder, name, suggested)

    def _path(self, name: str) -> Path:
        return self.folder / "generations" / name


def rollback(catalog: Catalog, name: str | None = None) -> str:
    """Publish a kept generation again: the one called `name`, or the one before the published one.

    It is opened first, so that a damaged one is never published.  Returns its name.  Raises IndexMissing, IndexDamaged
    or IndexUnwritable.
    """
    if name is None:
        current = catalog.published()
        older = [kept for kept in catalog.names() if kept < current]
        if not older:
            raise IndexMissing(f"no generation before {current} is kept in {catalog.where}; see: ibid history")
        name = older[-1]
    target = catalog.open(name).name
    catalog.point_to(target)
    return target
