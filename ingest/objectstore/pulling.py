"""Pulling what is published in an object store into a folder, as an index that is served from there.

    DIR/                        the folder of an index: see `ingest.index.generation`
    DIR/.pulled-from            the address that it is pulled from
    DIR/.pulling/               what is being pulled, by its SHA-256, and what is put together of it

Nothing that a store says is believed: what a release names is proved by size and SHA-256 as it comes, and put in its
place, a folder at a time, when all of that folder is there; the generation is opened, and only then published here.
What was pulled when that is broken off is not pulled again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from ingest.embed.network import Network
from ingest.errors import ExportError, IndexDamaged, IndexMissing, IndexUnwritable, IngestError, ObjectStoreError
from ingest.index.generation import Generation, generation_names, published
from ingest.index.history import KEPT, forget_old, point_to
from ingest.index.lexical import link
from ingest.index.lock import sole_writer
from ingest.index.segment import FACTS, FOLDER, name_of
from ingest.objectstore.objects import PART, ObjectStore
from ingest.objectstore.release import Release, key_of, read_pointer, read_release
from ingest.proof import Proof, damaged, proofs, sync, sync_folders

_ADDRESS, _ASIDE = ".pulled-from", ".pulling"
_READ = 2**20
# Files with their proofs by their names in a folder of the index, by the paths of these.
Folders: TypeAlias = Mapping[str, Mapping[str, Proof]]


class Puller:
    """Brings a folder in step with an object store."""

    def __init__(self, store: ObjectStore, index: Path) -> None:
        """Pull from `store` into the folder `index`, which is made; IndexUnwritable where it is another's."""
        self.store = store
        self.index = index
        self._aside = index / _ASIDE
        self._known: str | None = None
        # A release that was pulled whole and cannot be opened, and why; it is not proved again each time.
        self._refused: tuple[str, IngestError] | None = None
        _claim(index, store.where)

    def pull(self) -> str | None:
        """Publish here what is published there; its generation, None where that has not changed.

        What is here stays where that fails.  Raises ObjectStoreError, IndexDamaged, IndexUnwritable.
        """
        pointer = read_pointer(self.store, self._known)
        if pointer is None:
            return None
        if self._refused and self._refused[0] == pointer.release:
            raise self._refused[1]
        release = read_release(self.store, pointer.release)
        try:
            with sole_writer(self.index):
                self._take(release)
        except OSError as error:
            raise IndexUnwritable(f"{self.index}: what is published could not be kept ({error})") from error
        self._known = pointer.tag
        return pointer.generation

    def forget(self) -> None:
        """Remove all but the newest generations, as many as an index keeps, and the published one.

        On Linux whoever has one open keeps what it reads.
        """
        with sole_writer(self.index):
            forget_old(self.index, KEPT)

    def _take(self, release: Release) -> None:
        """Publish a release here, having pulled what is missing, and what is damaged where it cannot be opened."""
        self._fill(release, self._missing(release))
        try:
            self._open(release)
        except IngestError:
            self._fill(release, self._damaged(release))
            try:
                self._open(release)
            except IngestError as error:
                self._refused = release.name, error
                raise
        if not _is_published(self.index, release.generation):
            point_to(self.index, release.generation)
        shutil.rmtree(self._aside, ignore_errors=True)

    def _open(self, release: Release) -> None:
        """Open a generation; IndexDamaged, or ObjectStoreError where it is of no form that was foreseen."""
        try:
            Generation.open(self.index, release.generation)
        except IngestError:
            raise
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
            raise ObjectStoreError(
                f"{self.store.where}: generation {release.generation} cannot be opened ({told})"
            ) from error

    def _missing(self, release: Release) -> Folders:
        """The folders of a release that are not here, by their names.

        The name of an export is that of what it was made of, and that of the suggestions that of their generation, so
        that of these others can be here.  A generation that is here has its segments.
        """
        folders = release.folders()
        has = f"generations/{release.generation}" in folders and release.generation in generation_names(self.index)

        def is_here(path: str, files: Mapping[str, Proof]) -> bool:
            if path.startswith(("exports/", "suggestions/")):
                told = {name: proof for name, proof in files.items() if name in ("export.json", "")}
                return self._is_whole(path, told)
            return has or (self.index / path).exists()

        return {path: files for path, files in folders.items() if not is_here(path, files)}

    def _damaged(self, release: Release) -> Folders:
        """The folders of a release that are not here as they were published."""
        return {path: files for path, files in release.folders().items() if not self._is_whole(path, files)}

    def _is_whole(self, path: str, files: Mapping[str, Proof]) -> bool:
        return damaged(self.index / path, files) is None

    def _fill(self, release: Release, folders: Folders) -> None:
        """Pull folders, and put each in its place."""
        self._check_space(folders)
        own = (row for row in release.files.items() if row[0].startswith(f"{FOLDER}/"))
        shared = {proof.checksum: self.index / path for path, proof in own}
        shutil.rmtree(self._aside / "built", ignore_errors=True)
        for path, files in folders.items():
            built = self._aside / "built" / path
            for name, proof in files.items():
                target = built / name
                target.parent.mkdir(parents=True, exist_ok=True)
                is_linked = path.startswith("generations/") and proof.checksum in shared
                link(shared[proof.checksum] if is_linked else self._fetch(proof), target)
            self._prove(path, built, files)
            self._place(built, self.index / path)

    def _check_space(self, folders: Folders) -> None:
        """Raise IndexUnwritable where what is missing is more than there is room for."""
        new = {proof for path, files in folders.items() for proof in files.values() if not path.startswith("gen")}
        needed, free = sum(proof.size for proof in new), shutil.disk_usage(self.index).free
        if needed > free:
            raise IndexUnwritable(f"{self.index}: {needed:,} bytes are to be pulled, and there is room for {free:,}")

    def _fetch(self, proof: Proof) -> Path:
        """A file of the store, proved, in a place of its own; what there is of it already is not asked for again."""
        self._aside.mkdir(parents=True, exist_ok=True)
        path = self._aside / proof.checksum
        digest = hashlib.sha256()
        with path.open("a+b") as file:
            file.seek(0)
            while chunk := file.read(_READ):
                digest.update(chunk)
            # What is whole may be in its place already, under a second name, and is not written to.
            while (start := file.tell()) < proof.size and digest.hexdigest() != proof.checksum:
                chunk = self.store.part(key_of(proof), start, min(start + PART, proof.size))
                digest.update(chunk)
                file.write(chunk)
            size = file.tell()
        if size != proof.size or digest.hexdigest() != proof.checksum:
            path.unlink()
            raise ObjectStoreError(f"{self.store.where}/{key_of(proof)}: is not what was published, and was not taken")
        sync(path)
        return path

    def _prove(self, path: str, built: Path, files: Mapping[str, Proof]) -> None:
        """Raise ObjectStoreError where a folder is not what its name says."""
        kind, _, name = path.partition("/")
        try:
            if kind == FOLDER:
                content = (built / FACTS).read_bytes()
                told = proofs(json.loads(content)["files"])
                if name_of(content) != name or told != {file: files[file] for file in files if file != FACTS}:
                    raise ValueError(f"segment {name} is another")
            elif kind == "exports":
                Network.open(built, name)
        except (OSError, ExportError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ObjectStoreError(f"{self.store.where}: what is published cannot be used: {error}") from error

    def _place(self, built: Path, place: Path) -> None:
        """Put a file or a folder in its place; what is open of one that was there stays open."""
        place.parent.mkdir(parents=True, exist_ok=True)
        sync_folders(built)
        if place.is_dir():
            place.rename(self._aside / f"old-{os.getpid()}")
        built.replace(place)
        shutil.rmtree(self._aside / f"old-{os.getpid()}", ignore_errors=True)
        sync(place.parent)


def _is_published(index: Path, name: str) -> bool:
    with suppress(IndexMissing, IndexDamaged):
        return published(index) == name
    return False


def _claim(index: Path, where: str) -> None:
    """Make a folder one that is pulled from there; IndexUnwritable where it holds anything else."""
    note = index / _ADDRESS
    try:
        index.mkdir(parents=True, exist_ok=True)
        if note.exists():
            pulled = note.read_text(encoding="utf-8").strip()
        else:
            pulled = "nowhere: it is made here" if generation_names(index) else where
            if pulled == where:
                note.write_text(f"{where}\n", encoding="utf-8")
    except OSError as error:
        raise IndexUnwritable(f"{index}: cannot be written ({error}); choose another folder with --index") from error
    if pulled != where:
        raise IndexUnwritable(f"{index}: is pulled from {pulled}; choose another folder with --index")
