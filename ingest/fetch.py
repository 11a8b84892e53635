"""The pages that a manifest names are downloaded, and what does not look like the page is held back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal

from ingest.download import Downloader, Page
from ingest.errors import FetchError, HeldBack
from ingest.originals import Originals
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
_WALLS = {
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
class Outcome:
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
) -> Iterator[Outcome]:
    """Download each source that has a url to `folder`, and give what became of it as soon as it is known.

    With `force` a page is taken although it shrank or looks like a wall; nothing takes an answer that is an error.
    After each source the folder has a manifest of its own and can be indexed.  Raises FetchError where it is a
    corpus that somebody wrote.
    """
    originals = Originals.open(folder)
    for source in sources:
        outcome = _outcome(source, originals, downloader, force)
        originals.write_manifest(corpus)
        yield outcome


def _outcome(source: Source, originals: Originals, downloader: Downloader, force: bool) -> Outcome:
    if not source.url:
        return Outcome(source.id, "skipped", 'the manifest gives it no url; add url = "https://…"')
    try:
        page = downloader.get(source.url, originals.validators(source.id))
        if page.status == 304:
            return Outcome(source.id, "unchanged")
        suffix = _suffix(page)
        content = _utf8(page) if suffix in (".txt", ".md") else page.content
        before = originals.path(source.id)
        if before and before.suffix == suffix and before.read_bytes() == content:
            originals.keep(source.id, suffix, content, page.validators)
            return Outcome(source.id, "unchanged")
        if not force:
            _check_text(main_text(content, suffix), main_text(before.read_bytes(), before.suffix) if before else None)
        originals.keep(source.id, suffix, content, page.validators)
    except HeldBack as error:
        return Outcome(source.id, "held back", str(error))
    except FetchError as error:
        return Outcome(source.id, "failed", str(error))
    return Outcome(source.id, "fetched")


def _suffix(page: Page) -> str:
    """The kind of file that an answer is; HeldBack where it is an error or of no kind that can be read."""
    if page.status != 200:
        raise HeldBack(f"the server answered {page.status}; check the url, or try again later")
    if page.media_type not in KINDS:
        raise HeldBack(f"it is {page.media_type or 'of no stated kind'}; can take {', '.join(KINDS)} only")
    suffix = KINDS[page.media_type]
    if suffix == ".pdf" and not page.content.lstrip().startswith(b"%PDF-"):
        raise HeldBack("it is called a PDF and is none; check the url")
    return suffix


def _utf8(page: Page) -> bytes:
    """Plain text in the encoding that all files of a corpus have; a file keeps no note of another one."""
    try:
        return page.content.decode(page.charset or "utf-8").encode()
    except (LookupError, UnicodeError):
        return page.content


def _check_text(text: str | None, before: str | None) -> None:
    if text is None:
        return
    if not text:
        raise HeldBack("it holds no text; look at it, and take it with --force if it is right")
    if len(text) < _SHORT:
        for name, words in _WALLS.items():
            if words.search(text):
                raise HeldBack(f"it looks like {name}; look at it, and take it with --force if it is right")
    if before and len(text) < len(before) / 2:
        raise HeldBack(
            f"its text shrank from {len(before)} to {len(text)} characters; look at it, and take it with --force"
        )


def main_text(content: bytes, suffix: str) -> str | None:
    """The text of a page without its furniture, to be judged by and not to be quoted; None for a PDF."""
    if suffix == ".pdf":
        return None
    text = content.decode("utf-8", "replace")
    if suffix == ".html":
        text = _article(content) or _visible(text)
    return " ".join(text.split())


def _article(content: bytes) -> str | None:
    try:
        import trafilatura
    except ImportError:
        return None
    return trafilatura.extract(content)


def _visible(html: str) -> str:
    parser = _Visible()
    # What the parser says to mark-up like "<![x[" is an assertion; what came before is enough to judge by.
    with suppress(AssertionError):
        parser.feed(html)
        parser.close()
    return "".join(parser.pieces)


class _Visible(HTMLParser):
    """All text that a browser would show."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "template", "title"):
            self._hidden = self._hidden or tag
        self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._hidden:
            self._hidden = None
        self.pieces.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)
