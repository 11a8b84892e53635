"""Publishing the index in an object store, from which replicas serve it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest.errors import IndexDamaged, IndexUnwritable, ObjectMissing, ObjectStoreError, PublishRefused
from ingest.index.generation import generation_names, published
from ingest.objectstore.objects import ListedObject, ObjectStore
from ingest.objectstore.release import CURRENT, FILES, RELEASES, Pointer, Release, key_of, read_pointer, read_release
from ingest.proof import Proof, damaged

# What no release names is removed when it is older, and what is younger than a part of that is not put again: another
# may be publishing it, by a clock of its own.
GRACE, _FRESH = timedelta(days=7), timedelta(days=1)
_AT_ONCE = 8
_REMEMBERED = "publications.json"


@dataclass(frozen=True, slots=True)
class Publication:
    """What `publish` did: the generation, how many files were put and their bytes, and whether CURRENT is another.

    `unremoved` says why what is old could not be removed, None where it was or was not to be.
    """

    where: str
    generation: str
    files: int
    bytes: int
    changed: bool
    unremoved: str | None = None


def publish(index: Path, store: ObjectStore, keep: int | None = None, grace: timedelta = GRACE) -> Publication:
    """Make the generation that is published in the folder `index` the one that is published in the object store.

    What is there already is not put again.  CURRENT is swapped last, and only if it is what it was at the beginning.
    All but the newest `keep` releases (None: all stay) and the published one are removed then, and files that no
    release names once they are older than `grace`.  Only one process may do so at a time: see `ingest.index.lock`.
    Raises PublishRefused where what is published there was not made from this index, or was published meanwhile;
    ObjectStoreError; IndexMissing or IndexDamaged.
    """
    release = Release.of(index, published(index))
    before = _pointer(store)
    if before and not _is_own(index, store, before):
        raise PublishRefused(
            f"{store.where}: what is published there, generation {before.generation}, was not made from this index; "
            f"publish from the one that it was made from, or under another prefix, or remove {CURRENT} there first"
        )
    missing = _missing(store, release, before)
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for _ in threads.map(lambda row: _put(store, index / row[0], row[1]), missing.items()):
            pass
    _check_whole(store, release)
    changed = before is None or before.release != release.name
    if changed:
        _point_to(store, release, before)
    _remember(index, store, release)
    unremoved = _forget(store, release.name, keep, datetime.now(UTC) - grace) if keep is not None else None
    size = sum(proof.size for proof in missing.values())
    return Publication(store.where, release.generation, len(missing), size, changed, unremoved)


def _pointer(store: ObjectStore) -> Pointer | None:
    try:
        return read_pointer(store)
    except ObjectMissing:
        return None


def _is_own(index: Path, store: ObjectStore, before: Pointer) -> bool:
    """Whether what is published there is of this index: it has it, or has published it."""
    return before.generation in generation_names(index) or _publications(index).get(store.where) == before.release


def _publications(index: Path) -> dict[str, str]:
    """The release that was published last from this index in each object store."""
    try:
        return dict(json.loads((index / _REMEMBERED).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _remember(index: Path, store: ObjectStore, release: Release) -> None:
    known = _publications(index)
    if known.get(store.where) == release.name:
        return
    new = index / f".{_REMEMBERED}"
    try:
        new.write_text(json.dumps(known | {store.where: release.name}, indent=1), encoding="utf-8")
        new.replace(index / _REMEMBERED)
    except OSError as error:
        raise IndexUnwritable(f"{index}: that it was published could not be noted ({error})") from error


def _missing(store: ObjectStore, release: Release, before: Pointer | None) -> dict[str, Proof]:
    """The files of a release that have to be put, one path of each.

    Those of what is published stay as long as it does; others could be removed while this publishes, unless they were
    put lately.
    """
    there = {found.key: found for found in store.list(FILES)}
    held = _held(store, before)
    fresh = datetime.now(UTC) - _FRESH

    def is_there(proof: Proof) -> bool:
        found = there.get(key_of(proof))
        return found is not None and found.size == proof.size and (key_of(proof) in held or found.put > fresh)

    wanted = {proof: path for path, proof in release.files.items() if not is_there(proof)}
    return {path: proof for proof, path in wanted.items()}


def _held(store: ObjectStore, before: Pointer | None) -> set[str]:
    try:
        return _keys([read_release(store, before.release)]) if before else set()
    except ObjectStoreError:
        return set()


def _keys(releases: Iterable[Release]) -> set[str]:
    return {key_of(proof) for release in releases for proof in release.files.values()}


def _put(store: ObjectStore, path: Path, proof: Proof) -> None:
    """Put a file, unless it is not what it is told to be any more."""
    if damaged(path.parent, {path.name: proof}):
        raise IndexDamaged(f"{path}: is missing or damaged, so nothing was published; look with: ibid doctor")
    store.put(key_of(proof), path)


def _check_whole(store: ObjectStore, release: Release) -> None:
    """Raise ObjectStoreError unless every file of a release is there, of its size."""
    sizes = {found.key: found.size for found in store.list(FILES)}
    short = [key_of(proof) for proof in release.files.values() if sizes.get(key_of(proof)) != proof.size]
    if short:
        raise ObjectStoreError(f"{store.where}/{short[0]}: was put and is not there whole, so nothing was published")


def _point_to(store: ObjectStore, release: Release, before: Pointer | None) -> None:
    """Put what a release says, and swap CURRENT."""
    store.put(f"{RELEASES}/{release.name}", release.content)
    read_release(store, release.name)
    if store.swap(CURRENT, f"{release.name}\n".encode(), before.tag if before else None):
        return
    # An answer that was lost is asked for again, and finds what it has put.
    now = _pointer(store)
    if now is None or now.release != release.name:
        raise PublishRefused(
            f"{store.where}: another ibid has published there meanwhile"
            f"{f', generation {now.generation}' if now else ''}; that stays, and nothing of this one is served"
        )


def _forget(store: ObjectStore, current: str, keep: int, before: datetime) -> str | None:
    """Remove old releases, and the files put `before` then that none names; why not, where that cannot be done.

    Where a release cannot be read no file is removed: it may name it.
    """
    try:
        names = sorted((_name(found) for found in store.list(RELEASES)), key=_age)
        kept = {*names[-keep:], current}
        store.delete([f"{RELEASES}/{name}" for name in names if name not in kept])
        named = _keys([read_release(store, name) for name in sorted(kept)])
        store.delete(_unnamed(store.list(FILES), named, before))
    except ObjectStoreError as error:
        return str(error)
    return None


def _unnamed(there: Iterable[ListedObject], named: Collection[str], before: datetime) -> list[str]:
    return [found.key for found in there if found.key not in named and found.put < before]


def _name(found: ListedObject) -> str:
    return found.key.rpartition("/")[2]


def _age(name: str) -> tuple[int, str]:
    number = name.partition("-")[0]
    return int(number) if number.isdecimal() else 0, name
