"""The generations of an index in a folder, and going back to one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from ingest.engine import Catalog
from ingest.errors import IndexMissing, IndexUnwritable
from ingest.generation import Generation, generation_names, published
from ingest.history import forget_old, point_to
from ingest.lock import sole_writer


@dataclass(frozen=True, slots=True)
class FileCatalog:
    """The generations in the folder `index`."""

    index: Path

    def names(self) -> list[str]:
        """Of the complete generations, oldest first."""
        return generation_names(self.index)

    def published(self) -> str:
        """The name of the published one; IndexMissing or IndexDamaged where there is none."""
        return published(self.index)

    def open(self, name: str | None = None) -> Generation:
        """The one called so, or that is published; IndexMissing or IndexDamaged."""
        return Generation.open(self.index, name)

    def point_to(self, name: str) -> None:
        """Publish a complete generation; IndexUnwritable."""
        try:
            point_to(self.index, name)
        except OSError as error:
            raise IndexUnwritable(f"{self.index}: the generation could not be published ({error})") from error

    def forget(self, keep: int) -> None:
        """Remove all but the newest `keep` generations and the published one."""
        forget_old(self.index, keep)

    def sole_writer(self, wait: bool = True, on_wait: Callable[[], None] | None = None) -> AbstractContextManager[None]:
        """Hold the lock of whoever writes: see `ingest.lock`."""
        return sole_writer(self.index, wait, on_wait)


def rollback(index: Path, name: str | None = None) -> str:
    """Publish a kept generation again: the one called `name`, or the one before the published one.

    It is opened first, so that a damaged one is never published.  Returns its name.  Raises IndexMissing, IndexDamaged
    or IndexUnwritable.
    """
    return go_back(FileCatalog(index), str(index), name)


def go_back(catalog: Catalog, where: str, name: str | None = None) -> str:
    """Do what `rollback` does in any catalog, which messages say to be `where`."""
    if name is None:
        current = catalog.published()
        older = [kept for kept in catalog.names() if kept < current]
        if not older:
            raise IndexMissing(f"no generation before {current} is kept in {where}; see: ibid history")
        name = older[-1]
    target = catalog.open(name).name
    catalog.point_to(target)
    return target
