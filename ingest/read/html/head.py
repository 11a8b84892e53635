"""What the head of a page states of it."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.read.metadata import Stated
from ingest.read.outline import one_line

if TYPE_CHECKING:
    from lxml.etree import _Element

_TITLE = ("og:title", "citation_title", "dc.title", "dcterms.title")
_PUBLISHER = ("og:site_name", "application-name", "citation_publisher", "dc.publisher", "dcterms.publisher")
_REVISED = ("article:modified_time", "og:updated_time", "last-modified", "dcterms.modified", "dc.date.modified")
_DATED = ("dcterms.date", "dc.date", "date", "article:published_time")
_AUTHORS = ("author", "citation_author", "dc.creator", "dcterms.creator")
_LICENSE = ("dcterms.license", "dc.rights", "dcterms.rights", "license")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T.*)?")


def read_head(page: _Element) -> Stated:
    """What a page states in its head, in its linked data and in its mark-up."""
    meta: dict[str, list[str]] = {}
    for element in page.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if content := one_line(element.get("content", "")):
            meta.setdefault(name.lower(), []).append(content)
    dates = [*(value for name in _REVISED for value in meta.get(name, ())), *_modified(page)]
    dates += [value for name in _DATED for value in meta.get(name, ())]
    names = next((meta[name] for name in _AUTHORS if name in meta), [])
    links = [link.get("href") for link in page.xpath("//link[@rel='license']|//a[@rel='license']") if link.get("href")]
    publisher = next((meta[name][0] for name in _PUBLISHER if name in meta), None)
    return Stated(
        title=next((meta[name][0] for name in _TITLE if name in meta), None) or _title(page, publisher),
        publisher=publisher,
        revised=next((day for day in map(_day, dates) if day), None),
        authors=", ".join(names) or None,
        license=next(iter([*(meta[name][0] for name in _LICENSE if name in meta), *links]), None),
    )


def _title(page: _Element, publisher: str | None) -> str | None:
    """The title in the bar of the browser, without the name of the site behind it."""
    title = one_line(page.findtext("head/title") or "")
    own, _, site = title.rpartition(" | ")
    return (own if own and site == publisher else title) or None


def _modified(page: _Element) -> Iterator[str]:
    """The dates of modification that the page states as linked data or mark-up."""
    yield from (element.get("datetime") or "" for element in page.xpath("//time[@itemprop='dateModified']"))
    for script in page.xpath("//script[@type='application/ld+json']"):
        try:
            data = json.loads(script.text or "")
        except (ValueError, RecursionError):
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
