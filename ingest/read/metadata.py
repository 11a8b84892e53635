"""What a page says of itself, beside what the manifest says of it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.read.clean import authors, licence, review_status, revised_on
from ingest.source import Source


@dataclass(frozen=True, slots=True)
class Stated:
    """The metadata that stands in a page or in its file; None where it says nothing.

    `labels` are the names of its pages in print ("iv", "12"), where a file with pages says them.
    """

    title: str | None = None
    publisher: str | None = None
    revised: datetime.date | None = None
    review_status: str | None = None
    authors: str | None = None
    license: str | None = None
    labels: tuple[str, ...] = ()

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
