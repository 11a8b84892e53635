"""What is to be read, and what is not."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MANIFEST = "sources.toml"
_FIRST = 5


@dataclass(frozen=True, slots=True)
class Source:
    """One document to read, with what the manifest says of it (None where it is silent).

    `file` is its path in the corpus, with slashes, which goes on in the archive at `path` where it is a `member` there.
    With `ocr` it is read by OCR where it is a picture.
    """

    id: str
    path: Path
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    revised: datetime.date | None = None
    review_status: str | None = None
    license: str | None = None
    notes: str | None = None
    file: str = ""
    member: str = ""
    ocr: bool = False

    @property
    def place(self) -> Path:
        """Where it is, to be named in messages."""
        return self.path / self.member

    @property
    def suffix(self) -> str:
        """The suffix that tells of what kind it is, in small letters."""
        return self.place.suffix.lower()


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence the corpus wants shown beside answers.

    With `review_status` it is shown when a cited source has that status, without it with every answer.
    """

    kind: str
    text: str
    review_status: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file, or a folder (a slash behind its name), that was not read: its path in the corpus, and why.

    `id` is that of the source that it would be, where that is known.
    """

    file: str
    why: str
    id: str | None = None


def first_of(left_out: Sequence[LeftOut]) -> str:
    """The first of what was not read, on a line each, and how many more there are."""
    told = [f"{left.file} {left.why}" for left in left_out[:_FIRST]]
    more = [f"and {len(left_out) - _FIRST:,} more"] if len(left_out) > _FIRST else []
    return "".join(f"\n  {line}" for line in (*told, *more))


@dataclass(frozen=True, slots=True)
class Corpus:
    """The sources of a folder, in the order of its manifest, the notices it asks for, and its synonyms.

    Each row of `synonyms` are words, or phrases, that who asks may use for each other; `left_out` is what lies in the
    folder, or is named by the manifest, and cannot be a source.
    """

    root: Path
    sources: tuple[Source, ...]
    notices: tuple[Notice, ...]
    synonyms: tuple[tuple[str, ...], ...] = ()
    left_out: tuple[LeftOut, ...] = ()
