"""ZIP archives that lie in a corpus: each is read as a folder, and its members as the files of it."""

from __future__ import annotations

import re
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

ARCHIVE = ".zip"
_IN_UTF8 = 0x800  # the flag of an entry whose name is said to be in UTF-8
_LOCKED = 0x1
_METHODS = (0, 8)  # stored, and deflated: the only ones that unpack as far as is asked and no further
_ASTRAY = re.compile(r"/|[A-Za-z]:|.*[\\\0]|(?:.*/)?\.{0,2}(?:/|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Opened:
    file: ZipFile
    entries: dict[str, ZipInfo]
    unfit: dict[str, str | None]


def members(archive: Path) -> dict[str, str | None]:
    """The names of the files in an archive, each with why it cannot be unpacked, as far as its entry tells.

    Raises ValueError where it is no archive, or unpacks to more than is read of one.
    """
    return _open(archive).unfit


def read_member(archive: Path, name: str) -> bytes:
    """The bytes of the member `name`; ValueError where it is not there, is damaged, or says that it is too large."""
    return b"".join(member_parts(archive, name))


def member_parts(archive: Path, name: str) -> Iterator[bytes]:
    """The same, part by part."""
    from ingest.read.archive import unpacked

    yield from unpacked(*_entry(archive, name))


def member_size(archive: Path, name: str) -> int:
    """How many bytes a member says that it has; ValueError as of the others."""
    return _entry(archive, name)[1].file_size


def _entry(archive: Path, name: str) -> tuple[ZipFile, ZipInfo]:
    opened = _open(archive)
    why = opened.unfit.get(name, f"is not in {archive.name}; mend the archive or the entry")
    if why:
        raise ValueError(why)
    return opened.file, opened.entries[name]


def _open(archive: Path) -> _Opened:
    at = archive.stat()
    return _opened(archive, (at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns))


@lru_cache(maxsize=1)
def _opened(archive: Path, state: tuple[int, ...]) -> _Opened:
    """An archive as it was in that `state`: to list it anew for each of its members would take ever longer."""
    from ingest.read.archive import open_folder

    file = open_folder(archive)
    named = [(_name(entry), entry) for entry in file.infolist() if not entry.is_dir()]
    counts = Counter(name for name, _ in named)
    unfit = {name: _twice(counts[name]) or _unfit(name, entry) for name, entry in named}
    return _Opened(file, dict(named), unfit)


def _name(entry: ZipInfo) -> str:
    """The name of an entry; many programs write UTF-8 and do not say so."""
    if entry.flag_bits & _IN_UTF8:
        return entry.orig_filename
    try:
        return entry.orig_filename.encode("cp437").decode()
    except UnicodeError:
        return entry.orig_filename


def _twice(count: int) -> str | None:
    return "is in its archive more than once; pack it anew" if count > 1 else None


def _unfit(name: str, entry: ZipInfo) -> str | None:
    """Why a member is no source, as far as its entry tells."""
    from ingest.read.archive import MOST_BYTES

    if _ASTRAY.match(name):
        return "has a name that is no path in an archive; pack it anew"
    if entry.flag_bits & _LOCKED:
        return "is locked with a password; pack it without one"
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        return "is a link or no file; pack the file itself"
    if entry.compress_type not in _METHODS:
        return "is packed in an unusual way; pack it anew by the method “deflate”"
    if entry.file_size > MOST_BYTES:
        return f"is larger than the {MOST_BYTES / 1e6:,.0f} MB that are read of one file; split it"
    if Path(name).suffix.lower() == ARCHIVE:
        return "is an archive in an archive; unpack it into the folder"
    return None
