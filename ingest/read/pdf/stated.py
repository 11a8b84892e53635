"""What a PDF states of itself: its title, who wrote it, when it was changed, and what its pages are called."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from ingest.read.metadata import Stated
from ingest.read.outline import one_line

if TYPE_CHECKING:
    from pdfminer.pdfdocument import PDFDocument

# What programs write where nobody gave a title, or the name of an account.
_NO_TITLE = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel)\b.*|.*\.[a-z]{2,5}\d?|(?:untitled|unbenannt|sans titre|document|dokument|"
    r"presentation|powerpoint.presentation|slide|layout|book|mappe|print|scan|title|titel|no title)[\W_]*\d*[\W_]*|"
    r"[\W\d_]*|\(anonymous\)|.*[/\\].*\.\w+|about:blank|https?:.*|[0-9a-f-]{16,})$",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"^(?:\W*|(?i:\(?anonymous\)?|unspecified|unknown|admin\w*|user\w*|owner|root)|.*\\.*|\S*\d\S*|[a-z]+|[A-Z]{5,})$"
)
_DATE = re.compile(r"^(?:D:)?(\d{4})-?(\d\d)-?(\d\d)")
_XMP = {
    "Title": re.compile(r"<dc:title>(?:(?!<dc:title>).)*?<rdf:li[^<>]*>((?:(?!<rdf:li).)*?)</rdf:li>", re.DOTALL),
    "Author": re.compile(r"<dc:creator>(?:(?!<dc:creator>).)*?<rdf:li[^<>]*>((?:(?!<rdf:li).)*?)</rdf:li>", re.DOTALL),
    "ModDate": re.compile(r"xmp:ModifyDate(?:>|\s*=\s*[\"'])([^<\"']+)"),
}
_LONGEST = 300


def read_stated(document: PDFDocument, pages: int) -> Stated:
    """The title, authors, date of change and page labels of a document with so many `pages`, as far as it has them."""
    said = _said(document)
    title, author = said.get("Title", ""), said.get("Author", "")
    return Stated(
        title=None if _NO_TITLE.match(title) else title,
        revised=_date(said.get("ModDate", "")),
        authors=None if _NOBODY.match(author) else author,
        labels=_labels(document, pages),
    )


def _said(document: PDFDocument) -> Mapping[str, str]:
    """The entries of the document's information, or else of its XMP packet."""
    from html import unescape

    from pdfminer.pdftypes import PDFStream, resolve1
    from pdfminer.utils import decode_text

    found: dict[str, str] = {}
    packet = resolve1(document.catalog.get("Metadata"))
    data = packet.get_data()[:100_000].decode("utf-8", "replace") if isinstance(packet, PDFStream) else ""
    for key, form in _XMP.items():
        if match := form.search(data):
            found[key] = one_line(unescape(match[1]))[:_LONGEST]
    for info in document.info:
        for key in _XMP:
            value: Any = resolve1(info.get(key))
            if isinstance(value, bytes) and (text := one_line(_decoded(value, decode_text))[:_LONGEST]):
                found[key] = text
    return found


def _decoded(value: bytes, decode: Any) -> str:  # noqa: ANN401 - a function of pdfminer
    if value.startswith(b"\xef\xbb\xbf"):
        return value[3:].decode("utf-8", "replace")
    if value.startswith(b"\xff\xfe"):
        return value[2:].decode("utf-16-le", "replace")
    return str(decode(value))


def _date(said: str) -> datetime.date | None:
    found = _DATE.match(said)
    try:
        return datetime.date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _labels(document: PDFDocument, pages: int) -> tuple[str, ...]:
    """What each page is called in print; none where the document does not say, or what it says is damaged."""
    if "PageLabels" not in document.catalog:
        return ()
    try:
        labels = tuple(one_line(label) for label in islice(document.get_page_labels(), pages))
    except Exception:  # pdfminer raises many kinds for a damaged tree
        return ()
    return labels if len(labels) == pages and any(labels) else ()
