"""The pages that a manifest names are downloaded, and what does not look like the page is held back."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ingest.errors import FetchError, HeldBack
from ingest.fetch.download import DownloadedPage, Downloader
from ingest.fetch.judging import judged_text
from ingest.fetch.originals import Originals
from ingest.source import Corpus, Source

KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "application/pdf": ".pdf",
}
_SHORT = 1_000  # characters; a page that only lets one in, or says that it is not there, has less to say
_BLOCK_PAGES = {
    "an error page": re.compile(
        r"\b(?:page|file|document) (?:was |is |could )?not (?:be )?found\b|\b404\b|\baccess denied\b|\bforbidden\b|"
        r"\b(?:internal server|unexpected) error\b|\btemporarily unavailable\b|\bsomething went wrong\b|"
        r"\bcan(?:no|')t find\b|\bno longer (?:exists|available)\b|\bunder maintenance\b",
        re.IGNORECASE,
    ),
    "a check for robots": re.compile(
        r"\bcaptcha\b|\b(?:you are|you're|are you) (?:not )?(?:a )?(?:robot|human)\b|\bchecking your browser\b|"
        r"\bverify(?:ing)? (?:that )?you\b|\benable javascript\b|\bjust a moment\b",
        re.IGNORECASE,
    ),
    "a consent wall": re.compile(
        r"\bcookies?\b|\baccept all\b|\byour (?:privacy )?consent\b|\bconsent to\b|\bprivacy (?:choices|settings)\b",
        re.IGNORECASE,
    ),
    "a login page": re.compile(
        r"\b(?:log|sign) ?in\b|\bpassword\b|\bsubscribe to (?:read|continue)\b|\bcreate an account\b", re.IGNORECASE
    ),
}

Status = Literal["fetched", "unchanged", "skipped", "held back", "failed"]


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What became of one source; the reason is None where the file is there and current."""

    id: str
    status: Status
    reason: str | None = None

    @property
    def is_trouble(self) -> bool:
        """Whether somebody has to look at it."""
        return self.status in ("held back", "failed")


def fetch(
    corpus: Corpus, sources: Iterable[Source], folder: Path, downloader: Downloader, force: bool = False
) -> Iterator[FetchResult]:
    """Download each source that has a url to `folder`, and give what became of it as soon as it is known.

    With `force` a page is taken although it shrank or looks like a block page; an error is never taken for a page.
    After each source the folder has a manifest of its own and can be indexed.  Raises FetchError where it is a
    corpus that somebody wrote.
    """
    originals = Originals.open(folder)
    for source in sources:
        outcome = _outcome(source, originals, downloader, force)
        originals.write_manifest(corpus)
        yield outcome


def _outcome(source: Source, originals: Originals, downloader: Downloader, force: bool) -> FetchResult:
    if not source.url:
        return FetchResult(source.id, "skipped", 'the manifest gives it no url; add url = "https://…"')
    deadline = time.monotonic() + downloader.max_seconds
    try:
        page = downloader.get(source.url, originals.validators(source.id))
        if page.status == 304:
            return FetchResult(source.id, "unchanged")
        suffix = _suffix(page)
        content = _utf8(page) if suffix in (".txt", ".md") else page.content
        before = originals.path(source.id)
        if before and before.suffix == suffix and before.read_bytes() == content:
            originals.keep(source.id, suffix, content, page.validators)
            return FetchResult(source.id, "unchanged")
        if not force:
            _check_text(judged_text(content, suffix, deadline - time.monotonic()), _text_before(before, deadline))
        originals.keep(source.id, suffix, content, page.validators)
    except HeldBack as error:
        return FetchResult(source.id, "held back", str(error))
    except FetchError as error:
        return FetchResult(source.id, "failed", str(error))
    return FetchResult(source.id, "fetched")


def _suffix(page: DownloadedPage) -> str:
    """The kind of file that an answer is; HeldBack where it is an error or of no kind that can be read."""
    if page.status != 200:
        raise HeldBack(f"the server answered {page.status}; check the url, or try again later")
    if page.media_type not in KINDS:
        raise HeldBack(f"it is {page.media_type or 'of no stated kind'}; can take {', '.join(KINDS)} only")
    suffix = KINDS[page.media_type]
    if suffix == ".pdf" and not page.content.lstrip().startswith(b"%PDF-"):
        raise HeldBack("it is called a PDF and is none; check the url")
    return suffix


def _utf8(page: DownloadedPage) -> bytes:
    """Plain text in the encoding that all files of a corpus have; a file keeps no note of another one."""
    try:
        return page.content.decode(page.charset or "utf-8").encode()
    except (LookupError, UnicodeError):
        return page.content


def _text_before(before: Path | None, deadline: float) -> str | None:
    """The text of the copy that is there; None where there is none, or it cannot be judged."""
    if not before:
        return None
    try:
        return judged_text(before.read_bytes(), before.suffix, deadline - time.monotonic())
    except HeldBack:
        return None


def _check_text(text: str | None, before: str | None) -> None:
    if text is None:
        return
    if not text:
        raise HeldBack("it holds no text; look at it, and take it with --force if it is right")
    if len(text) < _SHORT:
        for name, words in _BLOCK_PAGES.items():
            if words.search(text):
                raise HeldBack(f"it looks like {name}; look at it, and take it with --force if it is right")
    if before and len(text) < len(before) / 2:
        raise HeldBack(
            f"its text shrank from {len(before)} to {len(text)} characters; look at it, and take it with --force"
        )
