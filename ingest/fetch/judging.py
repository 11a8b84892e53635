"""The text of a downloaded page, to be judged by and not to be quoted, read in a process of its own within limits."""

from __future__ import annotations

import json
import multiprocessing
import resource
from contextlib import suppress
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from ingest.errors import HeldBack
from ingest.read.decoding import is_binary

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_MEMORY = 2_000_000_000  # bytes; what reads a page of 20 MB that is one takes a fifth of that
_LEAST_SECONDS = 1.0


def judged_text(content: bytes, suffix: str, seconds: float) -> str | None:
    """What a page says without its furniture, None for a PDF that can be opened.

    Raises HeldBack where it is not of its kind, or takes more than `seconds` or the memory that there is for it.
    """
    # A fork of a process of many threads can stop for ever; of the server, which has one, it cannot.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["ingest.fetch.judging", "ingest.read.pdf.reader", "trafilatura"])
    receiver, sender = context.Pipe(duplex=False)
    seconds = max(_LEAST_SECONDS, seconds)
    worker = context.Process(target=_work, args=(sender, content, suffix, seconds), daemon=True)
    worker.start()
    sender.close()
    try:
        # As JSON, since what a page could make of the process that reads it is not to be unpickled here.
        said = json.loads(receiver.recv_bytes()) if receiver.poll(seconds) else None
    except EOFError:
        said = None
    finally:
        worker.kill()
        worker.join()
        receiver.close()
    if said is None:
        raise HeldBack(
            "it takes more time or memory to look at than there is; raise --max-seconds, or take it with --force"
        )
    if "why" in said:
        raise HeldBack(f"it {said['why']}; look at it, and take it with --force if it is right")
    text: str | None = said["text"]
    return text


def main_text(content: bytes, suffix: str) -> str | None:
    """The text of a page without its furniture, None for a PDF; ValueError where it is not of its kind."""
    if suffix == ".pdf":
        from ingest.read.pdf.reader import check_pdf

        check_pdf(content)
        return None
    # Browsers pass over a NUL here and there.
    if is_binary(content.replace(b"\0", b"") if suffix == ".html" else content):
        raise ValueError("is called text and is none")
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


def _work(sender: Connection, content: bytes, suffix: str, seconds: float) -> None:
    limit = int(seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    try:
        said = {"text": main_text(content, suffix)}
    except ValueError as error:
        said = {"why": str(error).partition(";")[0]}
    sender.send_bytes(json.dumps(said).encode())
