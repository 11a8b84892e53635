"""Whether files are still what was written.

Two checksums of each file are kept: its SHA-256, by which files are named and handed on, and its XXH3 (Collet 2019),
which takes a hundredth of the time and so can be compared whenever a file is opened.  It tells every accident; whoever
wants to deceive and can write the files could as well write the checksums.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple, TypeVar

import xxhash

from ingest.errors import IndexDamaged

# Of this many files it is remembered that they were proved: a server that runs for years opens ever new ones.
_REMEMBERED = 10_000
# What the cache of a core holds: with a megabyte it takes five times as long.
_BLOCK = 2**16
_PART = 2**20  # characters


Made = TypeVar("Made")


class Proof(NamedTuple):
    """The size of a file in bytes, its SHA-256 and its XXH3 (128 bits), both in hex."""

    size: int
    checksum: str
    quick: str

    @classmethod
    def of(cls, path: Path) -> Proof:
        """That of a file as it is; OSError."""
        with path.open("rb", buffering=0) as file:
            return cls(path.stat().st_size, file_checksum(path), _quick(file.fileno()))


_proved: dict[tuple[int, int, int, int], str] = {}


def proofs(files: Mapping[str, Sequence[Any]]) -> dict[str, Proof]:
    """The proofs of files by their names, as JSON has them; TypeError where they are none."""
    return {name: Proof(*proof) for name, proof in files.items()}


def text_checksum(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hex, of however many megabytes it is."""
    digest = hashlib.sha256()
    for start in range(0, len(text), _PART):
        digest.update(text[start : start + _PART].encode())
    return digest.hexdigest()


def damaged(folder: Path, files: Mapping[str, Proof], largest: float = math.inf) -> Path | None:
    """The first of some files that is missing or another than when it was proved; None where all are whole.

    Of one of more than `largest` bytes only the size is looked at.  One that was compared before in the life of this
    process, and was not written since, is not read again.
    """
    for name, proof in files.items():
        path = folder / name
        try:
            stat = path.stat()
            key = (stat.st_dev, stat.st_ino, stat.st_mtime_ns, stat.st_size)
            if stat.st_size != proof.size:
                return path
            if proof.size <= largest and _proved.get(key) != proof.quick:
                with path.open("rb", buffering=0) as file:
                    if _quick(file.fileno()) != proof.quick:
                        return path
                _remember(key, proof.quick)
        except OSError:
            return path
    return None


class Held:
    """Files that are read for as long as this process runs, many of them mapped into memory.

    To read what is mapped ends the process where the file was cut off meanwhile, so they are looked at before.  One
    that was removed can still be read.
    """

    def __init__(self, files: Mapping[Path, Proof]) -> None:
        """Hold files as they are now, by their proofs; OSError where one cannot be opened."""
        self._files: dict[Path, tuple[int, Proof]] = {}
        self._seen: dict[Path, tuple[int, int]] = {}
        weakref.finalize(self, _close, self._files)
        for path, proof in files.items():
            descriptor = os.open(path, os.O_RDONLY)
            self._files[path] = descriptor, proof
            self._seen[path] = _state(descriptor)

    def altered(self) -> Path | None:
        """The first that was cut off, or written to and is not what it was; None where all are."""
        for path, (descriptor, proof) in self._files.items():
            state = _state(descriptor)
            if state == self._seen[path]:
                continue
            if state[1] != proof.size or _quick(descriptor) != proof.quick:
                return path
            self._seen[path] = state
        return None

    def check(self) -> None:
        """Raise IndexDamaged where one was altered."""
        if path := self.altered():
            raise IndexDamaged(f"{path}: was altered while it was read; make the index anew with: ibid index --anew")


def _state(descriptor: int) -> tuple[int, int]:
    """When a file was written last, and its size."""
    stat = os.fstat(descriptor)
    return stat.st_mtime_ns, stat.st_size


def _close(files: Mapping[Path, tuple[int, Proof]]) -> None:
    for descriptor, _ in files.values():
        os.close(descriptor)


def _remember(key: tuple[int, int, int, int], quick: str) -> None:
    if len(_proved) >= _REMEMBERED:
        _proved.clear()
    _proved[key] = quick


def meanwhile(work: Callable[[], Made]) -> Future[Made]:
    """What becomes of `work`, which is done in a thread that a process which ends does not wait for."""
    future: Future[Made] = Future()

    def do() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    Thread(target=do, name="ibid-prove", daemon=True).start()
    return future


def file_checksum(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def manifest_checksum(manifest: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a manifest without its own checksum."""
    rest = {key: value for key, value in manifest.items() if key != "checksum"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _quick(descriptor: int) -> str:
    # Not mapped: a file that is cut off meanwhile would end the process.
    summed, buffer, place = xxhash.xxh3_128(), memoryview(bytearray(_BLOCK)), 0
    while count := os.preadv(descriptor, [buffer], place):
        summed.update(buffer[:count])
        place += count
    return summed.hexdigest()


def sync_folders(path: Path) -> None:
    """Write what the folders at and below `path` list through to the disk, so that no file of theirs lacks its name."""
    for folder in (*(found for found in path.rglob("*") if found.is_dir()), path):
        sync(folder)


def sync(path: Path) -> None:
    """Write a file or folder through to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
