"""The entries of a bibliography, taken apart.

Bibliographies follow many styles, and a wrong field is worse than none: a field is read only where its form leaves no
doubt, and is None everywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_PRINTED = re.compile(r"\[?(\d{1,3})[.)\]]+(?:\s|$)")
_DOI = re.compile(r"(?:\bdoi:? ?|\bdoi\.org/)(10\.\d{4,9}/[^\s;,]+)", re.IGNORECASE)
_PMID = re.compile(r"\bPMID:? ?(\d{1,9})\b")
_URL = re.compile(r"\bhttps?://[^\s<>]+|\bwww\.[^\s<>]+")
_NAME = r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?,? (?:[A-Z]{1,3}|(?:[A-Z]\. ?){1,3})"
_AUTHORS = re.compile(rf"(?P<authors>{_NAME}(?:(?:, and |, & |, | and | & ){_NAME})*(?:,? ?et al)?)\.? ")
_ISSUE = re.compile(r"(?<=[\w.)] )((?:19|20)\d\d)(?: [A-Z][a-z]{2}[-A-Za-z]*)?(?: \d{1,2})?; ?\d+")
_PARENTHESIZED = re.compile(r"\(((?:19|20)\d\d)[a-z]?\)\. ")
_LAST_YEAR = re.compile(r"(?<=[A-Za-z]), ((?:19|20)\d\d)\.?$")
_CAPITALISED = r"(?:[A-Z&][\w-]*|of|the|and|in|for|\([A-Z]\w+\))"
_TITLE = re.compile(rf"(?P<title>.*(?:\w\w|\b\d)[)”\"]?[.?!]) {_CAPITALISED}(?: {_CAPITALISED})*[.,]? ?$")


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of the document's own bibliography: `document.text[start:end]`, and what could be read from it.

    `number` is the one printed before it, or else its place in the list.
    """

    start: int
    end: int
    number: int | None = None
    authors: str | None = None
    title: str | None = None
    year: int | None = None
    doi: str | None = None
    pmid: str | None = None
    url: str | None = None

    @classmethod
    def read(cls, text: str, start: int, end: int, number: int | None) -> Reference:
        """Take the entry `text[start:end]` apart."""
        entry = _PRINTED.sub("", text[start:end], count=1) if _PRINTED.match(text[start:end]) else text[start:end]
        doi, pmid, url = _DOI.search(entry), _PMID.search(entry), _URL.search(entry)
        authors, title, year = _article(entry)
        last_year = _LAST_YEAR.search(entry)
        return cls(
            start,
            end,
            number,
            authors=authors,
            title=title,
            year=year or (int(last_year[1]) if last_year else None),
            doi=_without_bracket(doi[1].rstrip(".")) if doi else None,
            pmid=pmid[1] if pmid else None,
            url=_without_bracket(url[0].rstrip(".,;")) if url else None,
        )


def read_references(text: str, entries: Sequence[tuple[int, int, str]]) -> tuple[Reference, ...]:
    """The entries that stand at `(start, end, what is printed before them)`, in their order."""
    printed = [_PRINTED.match(mark) or _PRINTED.match(text[start:end]) for start, end, mark in entries]
    numbers = [int(found[1]) if found else None for found in printed]
    distinct = {number for number in numbers if number}
    if not distinct or (None not in numbers and len(distinct) < len(numbers)):
        numbers = list(range(1, len(entries) + 1))
    return tuple(
        Reference.read(text, start, end, number) for (start, end, _), number in zip(entries, numbers, strict=True)
    )


def _article(entry: str) -> tuple[str | None, str | None, int | None]:
    """Authors, title and year of "Roe J. On it. J Things. 1996 Dec;10" and "Roe, J. (1996). On it. J Things, 10"."""
    named = _AUTHORS.match(entry)
    after = named.end() if named else 0
    if named and (early := _PARENTHESIZED.match(entry, after)):
        volume = re.compile(r"(?<=,) \d+(?:\(\d+\))?, ").search(entry, early.end())
        title = _TITLE.match(entry[early.end() : volume.start()]) if volume else None
        return named["authors"], _without_stop(title), int(early[1])
    issue = _ISSUE.search(entry, after)
    if not issue:
        return None, None, None
    title = _TITLE.match(entry[after : issue.start()]) if named else None
    return named["authors"] if named else None, _without_stop(title), int(issue[1])


def _without_stop(title: re.Match[str] | None) -> str | None:
    return title["title"].removesuffix(".") if title else None


def _without_bracket(address: str) -> str:
    """Without a closing bracket that was opened before the address."""
    return address[:-1] if address.endswith(")") and "(" not in address else address
