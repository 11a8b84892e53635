"""HTML, as pieces: trafilatura tells the article from its site, lxml reads what the head of the page states."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from ingest.layout import Piece
from ingest.metadata import Stated
from ingest.outline import Outline, one_line, with_bibliography, with_one_title, without_furniture

if TYPE_CHECKING:
    from lxml.etree import _Element

_TITLE = ("og:title", "citation_title", "dc.title", "dcterms.title")
_PUBLISHER = ("og:site_name", "application-name", "citation_publisher", "dc.publisher", "dcterms.publisher")
_REVISED = ("article:modified_time", "og:updated_time", "last-modified", "dcterms.modified", "dc.date.modified")
_AUTHORS = ("author", "citation_author", "dc.creator", "dcterms.creator")
_LICENSE = ("dcterms.license", "dc.rights", "dcterms.rights", "license")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T.*)?")
_NUMBERS = re.compile(r"\d{1,3}(?:[,–-] ?\d{1,3})*")
# A raised number stays so: "10⁹" is not 109, and what stands raised behind a word is a reference mark.
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def read_html(data: bytes) -> tuple[list[Piece], list[str], Stated]:
    """The pieces of a page, the lines that were dropped as furniture, and what its head states.

    The encoding is the one that the page declares, or else UTF-8.  Raises ValueError where no text is found.
    """
    import trafilatura
    from lxml.html import HTMLParser, document_fromstring
    from trafilatura.utils import decode_file

    text = decode_file(data)
    page = trafilatura.bare_extraction(text, include_formatting=True, include_comments=False, favor_recall=True)
    body = getattr(page, "body", None)
    if body is None or not "".join(body.itertext()).strip():  # a page of a few words is no article to trafilatura
        body = trafilatura.baseline(text)[0]
    outline = Outline()
    for element in body:
        _take(element, outline)
    if not outline.pieces:
        raise ValueError("holds no text that could be found; save its article as text")
    pieces, dropped = without_furniture(with_one_title(with_bibliography(outline.pieces)))
    return pieces, dropped, _stated(document_fromstring(text.encode(), parser=HTMLParser(encoding="utf-8")))


def _take(element: _Element, outline: Outline) -> None:
    match element.tag:
        case "head":
            level = re.fullmatch(r"h(\d)", element.get("rend", ""))
            outline.heading(_words(element), int(level[1]) if level else 2)
        case "list":
            _take_list(element, outline, 1)
        case "table":
            rows = [list(row.iter("cell")) for row in element.iter("row")]
            heads = len(list(takewhile(lambda row: all(c.get("role") == "head" for c in row), rows)))
            outline.table([[_words(cell) for cell in row] for row in rows], heads if heads < len(rows) else 0)
        case "graphic":
            return
        case "quote" | "div" | "section" if any(child.tag in ("p", "head", "list", "table") for child in element):
            outline.block(one_line(element.text or ""))
            for child in element:
                _take(child, outline)
                outline.block(one_line(child.tail or ""))
        case _:
            for line in _lines(element):
                outline.block(line)


def _take_list(element: _Element, outline: Outline, depth: int) -> None:
    ordered = element.get("rend") == "ol"
    for number, item in enumerate(element.iterchildren("item"), 1):
        outline.block(_words(item), depth, f"{number}. " if ordered else "• ")
        for inner in item.iterchildren("list"):
            _take_list(inner, outline, depth + 1)


def _words(element: _Element) -> str:
    """The words of an element without those of lists in it, on one line."""
    return one_line(_run(element))


def _lines(element: _Element) -> list[str]:
    """The words of a paragraph, a line for each that a break in it makes."""
    return [line for line in map(one_line, _run(element).split("\n\n")) if line]


def _run(element: _Element) -> str:
    text = element.text or ""
    for child in element:
        if child.tag == "lb":
            text += (
                "\n\n" if (child.tail or "").lstrip()[:1].isupper() and text.rstrip()[-1:] in (".", "!", "?") else " "
            )
        elif child.tag not in ("list", "graphic"):
            inner = _run(child)
            is_raised = child.get("rend") == "#sup" and _NUMBERS.fullmatch(inner)
            text += inner.translate(_RAISED) if is_raised else inner
        text += child.tail or ""
    return text


def _stated(page: _Element) -> Stated:
    meta: dict[str, list[str]] = {}
    for element in page.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if element.get("content", "").strip():
            meta.setdefault(name.lower(), []).append(one_line(element.get("content")))
    dates = [*(value for name in _REVISED for value in meta.get(name, ())), *_modified(page)]
    names = next((meta[name] for name in _AUTHORS if name in meta), [])
    links = [link.get("href") for link in page.xpath("//link[@rel='license']|//a[@rel='license']") if link.get("href")]
    return Stated(
        title=next((meta[name][0] for name in _TITLE if name in meta), None),
        publisher=next((meta[name][0] for name in _PUBLISHER if name in meta), None),
        revised=next((day for day in map(_day, dates) if day), None),
        authors=", ".join(names) or None,
        license=next(iter([*(meta[name][0] for name in _LICENSE if name in meta), *links]), None),
    )


def _modified(page: _Element) -> Iterator[str]:
    """The dates of modification that the page states as linked data or mark-up."""
    yield from (element.get("datetime") or "" for element in page.xpath("//time[@itemprop='dateModified']"))
    for script in page.xpath("//script[@type='application/ld+json']"):
        try:
            data = json.loads(script.text or "")
        except ValueError:
            continue
        for thing in data if isinstance(data, list) else [data]:
            if isinstance(thing, dict) and isinstance(thing.get("dateModified"), str):
                yield thing["dateModified"]


def _day(value: str) -> datetime.date | None:
    found = _DAY.fullmatch(value)
    try:
        return datetime.date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None
