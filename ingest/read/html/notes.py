"""Which elements of a page are notes, and which links call one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_BOXES = ("section", "div", "aside", "footer", "ol", "ul", "dl")
_NOTES = re.compile(r"(?:foot|end)-?notes(?:-list|-section)?|footnote-list|doc-(?:end|foot)notes")
_NOTEREF = re.compile(r"\b(?:doc-)?noteref\b")


def calls_note(link: _Element) -> bool:
    """Whether a link only calls a note, and nothing in it or about it says that it is raised."""
    types = [value for name, value in link.attrib.items() if name.rpartition("}")[2] in ("type", "epub:type", "role")]
    is_raised = next(link.iter("sup"), None) is not None or link.getparent().tag == "sup"
    return not is_raised and any(_NOTEREF.search(value) for value in types)


def are_notes(element: _Element) -> bool:
    """Whether an element holds the notes of a page."""
    if element.tag not in _BOXES:
        return False
    return any(map(_NOTES.fullmatch, [*(element.get("class") or "").split(), element.get("role") or ""]))
