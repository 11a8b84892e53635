"""The files of a folder without a manifest: which are sources, under which ids, and which are left out."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ingest.corpus.inside import is_hidden, refused
from ingest.corpus.members import ARCHIVE, members
from ingest.read.kinds import SUFFIXES, unread
from ingest.source import MANIFEST, LeftOut, Source

# What programs leave beside the files of their users: locks, halves of AppleDouble, backups, parts of downloads.
_PASSING = re.compile(
    r"\.|~\$|.*(?:~|\.(?:swp|swo|bak|tmp|temp|part|partial|crdownload|download|lock|orig|old))$|thumbs\.db$|desktop\.ini$",
    re.IGNORECASE,
)
_SUFFIX = 6


def read_folder(
    root: Path, known: Mapping[str, str], ocr: bool = False, outside: Sequence[Path] = ()
) -> tuple[tuple[Source, ...], tuple[LeftOut, ...]]:
    """The sources below `root`, in the order of their paths, and what is left out.

    Hidden folders, and the files that programs leave behind for a while, are passed over; links are followed where they
    stay in the folder, or in one of `outside`.  A ZIP archive is a folder.  `known` are the ids that files have had:
    those keep them.  With `ocr` pictures are sources.
    """
    there = sorted(_walk(root, ocr, outside), key=lambda found: found.file)
    files = [found for found in there if not found.why]
    ids = ids_of([found.file for found in files], known)
    sources = (Source(ids[found.file], found.path, file=found.file, member=found.member, ocr=ocr) for found in files)
    return tuple(sources), tuple(LeftOut(found.file, found.why) for found in there if found.why)


def is_passed_over(name: str) -> bool:
    """Whether a file of that name is hidden, or of those that programs leave behind for a while."""
    return bool(_PASSING.match(name))


@dataclass(frozen=True, slots=True)
class _FoundFile:
    """A file that is to stay, by its path in the folder; `why` it is left out, if it is."""

    file: str
    path: Path
    why: str | None
    member: str = ""


def _walk(root: Path, ocr: bool, outside: Sequence[Path]) -> Iterator[_FoundFile]:
    """Every file below `root` that is to stay, and folders that cannot be listed."""
    unlisted: list[OSError] = []
    for folder, folders, files in os.walk(root, onerror=unlisted.append):
        here = Path(folder)
        seen = [name for name in sorted(folders) if not is_hidden(name)]
        folders[:] = [name for name in seen if not (here / name).is_symlink()]
        for path in (here / name for name in seen if name not in folders):
            yield _FoundFile(
                f"{path.relative_to(root).as_posix()}/", path, "is a link to a folder; put the folder itself there"
            )
        for name in files:
            path = here / name
            if is_passed_over(name) or path == root / MANIFEST:
                continue
            file, why = path.relative_to(root).as_posix(), refused(path, root, outside)
            if not why and path.suffix.lower() == ARCHIVE:
                yield from _unpacked(file, path, ocr)
            else:
                yield _FoundFile(file, path, why or unread(path.suffix, ocr))
    for error in unlisted:
        place = Path(error.filename)
        told = f"cannot be listed ({error.strerror}); mend its permissions"
        yield _FoundFile(f"{place.relative_to(root).as_posix()}/", place, told)


def _unpacked(file: str, archive: Path, ocr: bool) -> Iterator[_FoundFile]:
    """What lies in an archive; or the archive, as a folder that cannot be listed."""
    try:
        inside = members(archive)
    except (OSError, ValueError) as error:
        told = f"cannot be read: {error.strerror}; mend its permissions" if isinstance(error, OSError) else str(error)
        yield _FoundFile(f"{file}/", archive, told)
        return
    for member, why in inside.items():
        *folders, name = member.split("/")
        if not is_passed_over(name) and not any(is_hidden(folder) for folder in folders if folder.strip(".")):
            yield _FoundFile(f"{file}/{member}", archive, why or unread(PurePosixPath(name).suffix, ocr), member)


def ids_of(files: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """An id for each path: its letters, digits and dots, without the suffix; those of `known` keep theirs.

    Where letters are lost, or another path has the id, a few digits of the path's own hash stand behind it.  Of several
    new paths with one id that one has it bare that is written as it is, or of the kind that stands first in SUFFIXES.
    """
    paths = list(files)
    ids = {file: known[file] for file in paths if file in known}
    taken = set(ids.values())
    for file in sorted((f for f in paths if f not in ids), key=_precedence):
        base, is_whole = _slug(file)
        digest = hashlib.sha256(unicodedata.normalize("NFC", file).encode("utf-8", "surrogatepass")).hexdigest()
        longer = (f"{base}-{digest[:size]}" for size in range(_SUFFIX, len(digest)))
        ids[file] = base if is_whole and base not in taken else next(name for name in longer if name not in taken)
        taken.add(ids[file])
    return ids


def _precedence(file: str) -> tuple[bool, int, str]:
    path = PurePosixPath(file)
    kind = path.suffix.lower()
    return _slug(file)[0] != str(path.with_suffix("")), SUFFIXES.index(kind) if kind in SUFFIXES else -1, file


def _slug(file: str) -> tuple[str, bool]:
    """The id that a path asks for, and whether none of its letters is lost."""
    stem = unicodedata.normalize("NFKD", str(PurePosixPath(file).with_suffix("")))
    plain = "".join(character for character in stem if not unicodedata.combining(character))
    is_whole = all(character.isascii() for character in plain if character.isalnum())
    base = re.sub(r"[^A-Za-z0-9._]+", "-", plain).strip("-.")
    return base or "document", is_whole and bool(base)
