"""What is said of a passage to those who hand passages on: where it stands, and what is known of its source."""

from __future__ import annotations

from typing import Any

from answer import Citation
from retriever import Hit

_KNOWN = (
    *("document_id", "revision", "title", "publisher", "revised", "review_status", "license"),
    *("section", "page", "page_label", "start", "end", "url", "file", "read_by_ocr"),
)


def metadata(hit: Hit, cited: Citation) -> dict[str, Any]:
    """The metadata of a passage, plain values.

    `source` (its address, else its file, else the id of its document), `id` (that of the passage), `document_id`,
    `section`, `page` (its number, from 1) and `page_label` (what it is called in print), `start` and `end` (offsets in
    the text of the document), `url` (at the passage, where the words are those of the page), `read_by_ocr` (whether
    they were read off a picture), what is known of the document, and `score`, by which passages are ranked.
    """
    known = {name: getattr(cited, name) for name in _KNOWN} | {"score": hit.score, "id": hit.passage.id}
    return known | {"source": cited.url or cited.file or cited.document_id}
