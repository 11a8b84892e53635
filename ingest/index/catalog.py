"""The generations of an index in a folder, and going back to one."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.embed.embedding import Embedding
from ingest.errors import IndexDamaged, IndexMissing, IndexUnwritable
from ingest.index.doctor import Finding, examine
from ingest.index.engine import Catalog
from ingest.index.generation import Generation, generation_names, layers, published
from ingest.index.history import (
    Kept,
    clear_litter,
    forget_old,
    history,
    merged_folder,
    next_name,
    point_to,
    sweep,
)
from ingest.index.lock import sole_writer
from ingest.index.making import new_segments, write_generation, write_merged
from ingest.index.plan import Changes
from ingest.index.segment import FOLDER as SEGMENTS
from ingest.index.suggested import Suggested, read_suggested, write_suggested
from ingest.index.writing import settle
from ingest.proof import sync, sync_folders

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
        generation = Generation.open(self.folder, name)
        generation.suggested = self.suggested
        return generation

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
        """Hold the lock of whoever writes: see `ingest.index.lock`."""
        return sole_writer(self.folder, wait, on_wait)

    def to_update(self) -> Generation | None:
        """The published one, merged if it was; None where there is none that can be used.  Small files are proved."""
        with suppress(IndexMissing, IndexDamaged):
            name = self.published()
            return Generation.lying(merged_folder(self.folder, name), name, _small)
        with suppress(IndexMissing, IndexDamaged):
            return Generation.proved(self.folder, None, _small)
        return None

    def write(self, previous: Generation | None, changes: Changes, embedding: Embedding) -> Generation:
        """Write the files of the next generation aside, put them in their place, and open them, as a reader will.

        What it shares with the generation before was proved when that was written.  Raises IndexDamaged, OSError and
        sqlite3.Error.
        """
        clear_litter(self.folder)
        name = next_name(self.names(), previous.name if previous else None, changes)
        with self._building() as building:
            write_generation(building, previous, changes, embedding)
            return self._put(building, self._path(name), name, previous)

    def merge(self) -> None:
        """Merge of the published generation what was not merged when it was written, for the next to be made from.

        It stays as it is published, and is written again beside, in fewer segments.  Raises IndexDamaged, OSError and
        sqlite3.Error.
        """
        name = self.published()
        generation = Generation.proved(self.folder, name, _small)
        with self._building() as building:
            if write_merged(building, generation):
                self._put(building, merged_folder(self.folder, name), name, generation)

    @contextmanager
    def _building(self) -> Iterator[Path]:
        """A folder to write into, which is gone afterwards, with the segments that no generation has."""
        building = self.folder / "generations" / f".building-{os.getpid()}"
        building.mkdir(parents=True)
        try:
            yield building
        finally:
            shutil.rmtree(building, ignore_errors=True)
            sweep(self.folder)

    def _put(self, building: Path, path: Path, name: str, previous: Generation | None) -> Generation:
        """Put what was written into its place, and open it; of what cannot be opened nothing stays."""
        self._share(building)
        sync_folders(building)
        building.replace(path)
        try:
            return self._candidate(path, name, previous)
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            raise

    def _share(self, building: Path) -> None:
        """Put the segments that a new generation names beside those of the others."""
        folder = self.folder / SEGMENTS
        folder.mkdir(exist_ok=True)
        for path in new_segments(building):
            settle(path, folder / path.name)
        shutil.rmtree(building / SEGMENTS, ignore_errors=True)
        sync(folder)

    def _candidate(self, path: Path, name: str, previous: Generation | None) -> Generation:
        shared = {layer.segment.name for layer in layers(previous)} if previous else ()
        candidate = Generation.lying(path, name, lambda segment, _: 0 if segment in shared else math.inf)
        count = candidate.passage_count()
        if not len(candidate.lexical) == len(candidate.vectors) == count:
            raise IndexDamaged(f"{path}: {len(candidate.vectors)} vectors for {count} passages; run: ibid index")
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
        """Remove all but the newest `keep` generations and the published one, and what a killed build left."""
        forget_old(self.folder, keep)
        clear_litter(self.folder)

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


def _small(segment: str, segments: int) -> float:
    return _SMALL
