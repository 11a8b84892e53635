"""What stands at the head and foot of every page of a paged text, and its list of contents: no text of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_FOOT = re.compile(r".*\[Page \w+\]$")
_PAGE_NUMBER = re.compile(r"(?:page )?[-–—]? ?\d{1,4} ?[-–—]?(?: (?:of|/) \d{1,4})?", re.IGNORECASE)
_HEAD = re.compile(r"^(?:RFC \d+|Internet-Draft)\b.*\d{4}$")
_CONTENTS = re.compile(r"\S.*?\s*(?:\.{3,}|(?:\. ){2,}\.)\s*\w{1,5}")
_ABOVE_CONTENTS = re.compile(r"(?:table of )?contents", re.IGNORECASE)
_EDGE = 2  # how many lines at the edge of a page may be its head or foot


def without_running(lines: Sequence[str]) -> tuple[list[str | None], list[str]]:
    """The lines without the heads and feet of pages and the entries of contents, and what was dropped.

    None stands where one page ends and the next begins within the text.
    """
    pages = _pages(lines)
    edges = Counter(_shape(line) for page in pages for line in set(_at_edge(page)) if len(pages) > 1)
    kept: list[str | None] = []
    dropped: list[str] = []
    for number, page in enumerate(pages):
        edge = _edge_numbers(page)
        running = {i for i in edge if len(pages) > 1 and _is_running(page[i], edges[_shape(page[i])])}
        left_out = running | _contents(page)
        dropped += [" ".join(line.split()) for i, line in enumerate(page) if i in left_out]
        rest = [line for i, line in enumerate(page) if i not in left_out]
        kept += [None, *_stripped(rest)] if number else rest
        while number < len(pages) - 1 and kept and not (kept[-1] or "").strip():
            kept.pop()
    return kept, dropped


def is_above_contents(line: str) -> bool:
    """Whether a line heads a list of contents."""
    return bool(_ABOVE_CONTENTS.fullmatch(line.strip()))


def _contents(page: Sequence[str]) -> set[int]:
    """The numbers of the lines of a list of contents, with what stands above it."""
    entries = {i for i, line in enumerate(page) if len(line) < 200 and _CONTENTS.fullmatch(line.strip())}
    if len(entries) < 2:
        return set()
    above = [i for i in range(min(entries)) if page[i].strip()]
    return entries | {i for i in above[-1:] if is_above_contents(page[i])}


def _pages(lines: Sequence[str]) -> list[list[str]]:
    """The lines of each page: a page ends at a page break, or below a foot such as "[Page 3]"."""
    pages: list[list[str]] = [[]]
    for line in lines:
        before, *after = line.split("\f")
        pages[-1].append(before)
        if _FOOT.fullmatch(before.strip()[-200:]) and not after:
            pages.append([])
        pages += [[part] for part in after]
    return [page for page in pages if any(line.strip() for line in page)] or [[]]


def _edge_numbers(page: Sequence[str]) -> list[int]:
    filled = [number for number, line in enumerate(page) if line.strip()]
    return filled[:_EDGE] + filled[_EDGE:][-_EDGE:]


def _at_edge(page: Sequence[str]) -> list[str]:
    return [page[number] for number in _edge_numbers(page)]


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()))


def _is_running(line: str, times: int) -> bool:
    content = " ".join(line.split())
    if len(content) > 200:
        return False
    return times > 1 or any(form.fullmatch(content) for form in (_FOOT, _HEAD, _PAGE_NUMBER))


def _stripped(lines: list[str]) -> list[str]:
    """The lines from the first that is not blank."""
    first = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    return lines[first:]
