"""The generations of an index over time: which is published, which are kept, and which are forgotten."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import IndexDamaged, IndexMissing, IndexOutdated
from ingest.index.generation import Generation, generation_names, published
from ingest.index.segment import FOLDER
from ingest.index.suggested import forget_suggested
from ingest.proof import sync

if TYPE_CHECKING:
    from ingest.index.plan import Changes

KEPT = 5
_MERGED = ".merged-"


@dataclass(frozen=True, slots=True)
class Kept:
    """A generation that is kept: the revisions of its documents by id, and whether it is the published one.

    One that cannot be read has no revisions; `outdated` says that it was made by an ibid that wrote another format.
    """

    name: str
    published: bool
    made: str
    revisions: Mapping[str, str]
    outdated: bool = False


def history(index: Path) -> list[Kept]:
    """The kept generations, newest first; see `Kept` for one that cannot be read.  Raises IndexMissing."""
    names = generation_names(index)
    if not names:
        raise IndexMissing(f"no index in {index}; make one with: ibid index DIR")
    current = _current(index)
    return [_kept(index, name, name == current) for name in reversed(names)]


def _kept(index: Path, name: str, is_published: bool) -> Kept:
    try:
        made = (index / "generations" / name / "manifest.json").stat().st_mtime
        revisions = Generation.proved(index, name, lambda *_: 0).revisions()
    except (OSError, IndexDamaged, IndexMissing) as error:
        return Kept(name, is_published, "", {}, outdated=isinstance(error, IndexOutdated))
    return Kept(name, is_published, _iso(made), revisions)


def _iso(seconds: float) -> str:
    import datetime

    return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC).isoformat(timespec="seconds")


def _current(index: Path) -> str | None:
    with suppress(IndexMissing, IndexDamaged):
        return published(index)
    return None


def point_to(index: Path, name: str) -> None:
    """Publish a complete generation: one atomic replacement of CURRENT."""
    sync(index / "generations")
    pointer = index / ".CURRENT.new"
    try:
        pointer.write_text(name + "\n", encoding="utf-8")
        sync(pointer)
        pointer.replace(index / "CURRENT")
    except BaseException:
        with suppress(OSError):
            pointer.unlink()
        raise
    with suppress(OSError):  # it is published; that the folder was not written through to the disk is no failure
        sync(index)


def next_name(kept: Sequence[str], previous: str | None, changes: Changes) -> str:
    """A running number, so that names sort by age, and a hash of the generation before and of what this one holds.

    `kept` are the names of the generations that there are, `previous` is that of the one before.  It is the same for
    the same documents, however an engine numbers and keeps them.
    """
    numbers = [int(name[:6]) for name in kept]
    told = json.dumps([previous, changes.head, changes.content], sort_keys=True)
    return f"{max(numbers, default=0) + 1:06d}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def forget_old(index: Path, keep: int) -> None:
    """Remove all but the newest `keep` generations and the published one, and the segments that none has any more."""
    current = _current(index)
    for name in generation_names(index)[:-keep]:
        if name != current:
            shutil.rmtree(index / "generations" / name, ignore_errors=True)
    for path in _merged(index):
        if path.name != f"{_MERGED}{current}":
            shutil.rmtree(path, ignore_errors=True)
    forget_suggested(index)
    sweep(index)


def merged_folder(index: Path, name: str) -> Path:
    """Where the generation called `name` is kept again, in fewer segments."""
    return index / "generations" / f"{_MERGED}{name}"


def _merged(index: Path) -> list[Path]:
    return sorted((index / "generations").glob(f"{_MERGED}*"))


def sweep(index: Path) -> None:
    """Remove the segments that no generation has; of use only to one who holds the lock."""
    for path in _unnamed(index):
        shutil.rmtree(path, ignore_errors=True)


def _unnamed(index: Path) -> list[Path]:
    """The segments that no generation has; none where one cannot be read, which may have them."""
    named: set[str] = set()
    for folder in [*(index / "generations" / name for name in generation_names(index)), *_merged(index)]:
        try:
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            named |= {held["name"] for held in manifest.get("segments", ())}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return []
    return sorted(path for path in (index / FOLDER).glob("*") if path.name not in named)


def litter(index: Path) -> list[Path]:
    """What a build that was killed left behind; of use only to one who holds the lock."""
    pointer = index / ".CURRENT.new"
    built = [path for name in ("generations", "exports") for path in sorted((index / name).glob(".building-*"))]
    return [*([pointer] if pointer.exists() else []), *built, *_unnamed(index)]


def clear_litter(index: Path) -> None:
    """Remove what a build that was killed left behind."""
    for path in litter(index):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
