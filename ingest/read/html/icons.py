"""What the pictures and signs in the cells of tables say, where a cell says nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ingest.read.outline import one_line

if TYPE_CHECKING:
    from lxml.etree import _Element

# What sets of icons call the two signs of yes and no.
_YES = re.compile(r"(?=[\w-]*\Z)(?:[\w-]*-)?(?:check|checkmark|tick|yes|ok|done)(?:-[\w-]*)?", re.IGNORECASE)
_NO = re.compile(r"(?=[\w-]*\Z)(?:[\w-]*-)?(?:times|cross|xmark|x|no|remove|close|ban)(?:-[\w-]*)?", re.IGNORECASE)
_SPOKEN = ("alt", "aria-label", "title")


def tell_icons(page: _Element) -> None:
    """Write what icons say into the cells of tables that hold no words: a row would lose its yes or no else."""
    for cell in page.iter("td", "th"):
        if len(cell) and not _has_words(cell) and any(map(_has_words, cell.getparent())):
            said = list(_all_said(cell))
            if said:
                for child in list(cell):
                    cell.remove(child)
                cell.text = " ".join(dict.fromkeys(said))


def _all_said(parent: _Element) -> Iterator[str]:
    """What the outermost elements that say something say."""
    for child in parent:
        if words := _said(child):
            yield words
        else:
            yield from _all_said(child)


def _has_words(cell: _Element) -> bool:
    return any(
        text and text.strip()
        for element in cell.iter()
        for text in (
            element.text if element.tag not in ("title", "desc", "style", "script", "option") else "",
            element.tail if element is not cell else "",
        )
    )


def _said(element: _Element) -> str:
    """What an element without words says; empty where it is no icon."""
    spoken = next((one_line(element.get(name, "")) for name in _SPOKEN if element.get(name, "").strip()), "")
    if spoken:
        return spoken
    if element.tag == "title":
        return one_line(element.text or "")
    if element.tag == "input" and element.get("type") in ("checkbox", "radio"):
        return "☑" if element.get("checked") is not None else "☐"
    if element.tag == "img":
        return one_line(PurePosixPath(unquote(urlsplit(element.get("src") or "").path)).stem)
    names = (element.get("class") or "").split()
    href = next(
        (value for name, value in element.attrib.items() if name.rpartition("}")[2] in ("href", "xlink:href")), ""
    )
    names += [href.rpartition("#")[2]] if element.tag == "use" else []
    return "✓" if any(map(_YES.fullmatch, names)) else "✗" if any(map(_NO.fullmatch, names)) else ""
