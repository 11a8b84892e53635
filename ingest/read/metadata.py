"""What a page says of itself, beside what the manifest says of it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.read.clean import authors, licence, review_status, revised_on
from ingest.source import Source

POOR = 85  # percent: of a page whose words are less sure on the average, one word in ten and more is wrong


@dataclass(frozen=True, slots=True)
class Scan:
    """A page that was read by OCR: how many words, how many of them are doubtful, how sure they are on the average."""

    page: int
    words: int
    doubtful: int
    confidence: float

    def __str__(self) -> str:
        return f"page {self.page} was read by OCR: {self.doubtful} of its {self.words} words are doubtful"


@dataclass(frozen=True, slots=True)
class Stated:
    """The metadata that stands in a page or in its file; None where it says nothing.

    `labels` are the names of its pages in print ("iv", "12"), where a file with pages says them; `pictures` are its
    pages of which nothing was read as they are pictures, and `scans` those that were read by OCR.
    """

    title: str | None = None
    publisher: str | None = None
    revised: datetime.date | None = None
    review_status: str | None = None
    authors: str | None = None
    license: str | None = None
    labels: tuple[str, ...] = ()
    pictures: tuple[int, ...] = ()
    scans: tuple[Scan, ...] = ()

    @classmethod
    def in_lines(cls, lines: Sequence[str], title: str | None, file: Stated) -> Stated:
        """What the lines of a page's colophon say; where they are silent, what its `file` says (HTML meta, …).

        `title` is the heading of the page as a whole.
        """
        return cls(
            title=title or file.title,
            publisher=file.publisher,
            revised=next((d for d in map(revised_on, lines) if d), file.revised),
            review_status=review_status(lines),
            authors=next((a for a in map(authors, lines) if a), file.authors),
            license=next((found for found in map(licence, lines) if found), file.license),
            labels=file.labels,
            pictures=file.pictures,
            scans=file.scans,
        )

    def poor(self) -> tuple[str, ...]:
        """One line for each page that OCR reads poorly."""
        return tuple(
            f"{scan}, {scan.confidence:.0f} % sure on the average; look at the page itself, or scan it anew"
            for scan in self.scans
            if scan.confidence < POOR
        )

    def differences(self, source: Source) -> tuple[str, ...]:
        """One line for each thing that the manifest and the page both say, and say differently."""
        both = (
            (name, getattr(source, name), getattr(self, name))
            for name in ("title", "publisher", "revised", "review_status")
        )
        return tuple(
            f"{source.id}: the manifest says {name} is {stated}, the page says {read}"
            for name, stated, read in both
            if stated and read and str(stated).casefold() != str(read).casefold()
        )
