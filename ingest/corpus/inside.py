"""Which files a corpus may be read from: regular ones that lie in its folder once links are followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

# What programs and systems keep for themselves.
_HIDDEN = ("__macosx", "__pycache__", "node_modules", "$recycle.bin", "lost+found")
_PART = 2**20  # bytes
_MEND = "put the file itself there, or allow it with: ibid index --allow-outside"


def is_hidden(name: str) -> bool:
    """Whether a folder of that name is passed over, with all that is in it."""
    return name.startswith(".") or name.lower() in _HIDDEN


def is_outside(path: Path, root: Path, outside: Sequence[Path]) -> bool:
    """Whether a file lies neither below `root` nor below a folder of `outside`, once links are followed."""
    place = path.resolve()
    return not any(place.is_relative_to(folder.resolve()) for folder in (root, *outside))


def refused(path: Path, root: Path, outside: Sequence[Path] = ()) -> str | None:
    """Why the file at `path` is not read from the corpus at `root`, and what mends it; None where it is.

    It lies outside of the folder and of all of `outside`, in a folder that is hidden, or is no regular file.  A hard
    link does not tell where its file has its other names: one is refused where the file belongs to another user than
    the folder does, as nobody could have copied it there.
    """
    if path.is_symlink() and not path.exists():
        return "is a link to nothing; mend or remove it"
    if is_outside(path, root, outside):
        return f"is a link out of the folder; {_MEND}" if path.is_symlink() else f"lies outside of the folder; {_MEND}"
    place, home = path.resolve(), root.resolve()
    if place.is_relative_to(home) and any(map(is_hidden, place.relative_to(home).parts[:-1])):
        return "lies in a folder that is hidden; put it elsewhere"
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        return "is no file; take it out of the folder"
    if found.st_nlink > 1 and place.is_relative_to(home) and found.st_uid != home.stat().st_uid:
        return "is a hard link to a file of another user; put a copy there"
    return None


def read_regular(path: Path) -> bytes:
    """The bytes of a regular file; OSError where it is none, such as a pipe, which would never come to an end."""
    with _regular(path) as file:
        return file.read()


def regular_parts(path: Path) -> Iterator[bytes]:
    """The same, part by part."""
    with _regular(path) as file:
        while part := file.read(_PART):
            yield part


def _regular(path: Path) -> BinaryIO:
    # Opened so, a pipe that nobody writes to does not keep one waiting.
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(None, "it is no regular file", str(path))
    return file
