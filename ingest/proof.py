"""Whether files are still what was written.

Two checksums of each file are kept: its SHA-256, by which files are named and handed on, and its XXH3 (Collet 2019),
which takes a hundredth of the time and so can be compared whenever a file is opened.  It tells every accident; whoever
wants to deceive and can write the files could as well write the checksums.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple, TypeVar

import xxhash

# Of this many files it is remembered that they were proved: a server that runs for years opens ever new ones.
_REMEMBERED = 10_000
# What the cache of a core holds: with a megabyte it takes five times as long.
_BLOCK = 2**16


Made = TypeVar("Made")


class Proof(NamedTuple):
    """The size of a file in bytes, its SHA-256 and its XXH3 (128 bits), both in hex."""

    size: int
    checksum: str
    quick: str

    @classmethod
    def of(cls, path: Path) -> Proof:
        """That of a file as it is; OSError."""
        return cls(path.stat().st_size, file_checksum(path), _quick(path))


_proved: dict[tuple[int, int, int, int], str] = {}


def proofs(files: Mapping[str, Sequence[Any]]) -> dict[str, Proof]:
    """The proofs of files by their names, as JSON has them; TypeError where they are none."""
    return {name: Proof(*proof) for name, proof in files.items()}


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
                if _quick(path) != proof.quick:
                    return path
                _remember(key, proof.quick)
        except OSError:
            return path
    return None


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


def _quick(path: Path) -> str:
    # Not mapped: a file that is cut off meanwhile would end the process.
    summed, buffer = xxhash.xxh3_128(), memoryview(bytearray(_BLOCK))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            summed.update(buffer[:count])
    return summed.hexdigest()
