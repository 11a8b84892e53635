"""What the files of office software have in common: how their parts point to each other, and what they state."""

from __future__ import annotations

import datetime
import posixpath
import re
from typing import TYPE_CHECKING

from ingest.read.archive import Archive, joined
from ingest.read.metadata import Stated
from ingest.read.outline import one_line

if TYPE_CHECKING:
    from lxml.etree import _Element

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# What software writes where nobody wrote a title, or an author.
_NO_TITLE = re.compile(r"(?:powerpoint )?presentation\d*|slide \d+|untitled.*|workbook\d*|document\d*", re.IGNORECASE)
_NO_AUTHOR = frozenset({"openpyxl", "python-docx", "python-pptx", "unknown", "user", "admin", "author", "steve canny"})


def local(element: _Element) -> str:
    """The name of an element without its namespace; empty for a comment."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def value(element: _Element, name: str) -> str:
    """The attribute called `name` in whichever namespace; empty where there is none."""
    return next((str(text) for key, text in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def relations(archive: Archive, name: str) -> dict[str, tuple[str, str]]:
    """The kind and the name of each part that the part `name` points to, by the id that it does so with."""
    folder, base = posixpath.split(name)
    rels = posixpath.join(folder, "_rels", f"{base}.rels")
    if rels not in archive.names:
        return {}
    return {
        value(element, "Id"): (value(element, "Type").rpartition("/")[2], joined(name, value(element, "Target")))
        for element in archive.tree(rels)
        if local(element) == "Relationship" and value(element, "TargetMode") != "External"
    }


def stated(archive: Archive, name: str = "docProps/core.xml") -> Stated:
    """The title, author and date of change in the part that holds the properties of a document."""
    if name not in archive.names:
        return Stated()
    found: dict[str, str] = {}
    for element in archive.tree(name).iter():
        text = one_line(element.text or "") if isinstance(element.tag, str) else ""
        if text:
            found.setdefault(local(element), text)
    title, author = found.get("title"), found.get("creator") or found.get("initial-creator")
    by_template = found.get("lastModifiedBy", "").casefold() in _NO_AUTHOR
    return Stated(
        title=None if title is None or _NO_TITLE.fullmatch(title) else title,
        authors=None if author is None or author.casefold() in _NO_AUTHOR else author,
        revised=None if by_template else day(found.get("modified") or found.get("date") or ""),
    )


def day(text: str) -> datetime.date | None:
    """The day that a date in ISO form begins with; None where it is no date."""
    found = _DAY.match(text)
    try:
        return datetime.date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None
