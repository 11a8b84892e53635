"""A source as plain values: what is known of it, and what it holds."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ingest import Document


def describe(document: Document, passages: int) -> dict[str, Any]:
    """What is known of a source; `passages` is in how many it was cut."""
    return {
        "id": document.id,
        "file": document.file or None,
        "title": document.title,
        "publisher": document.publisher,
        "url": document.url,
        "revised": document.revised.isoformat() if document.revised else None,
        "review_status": document.review_status,
        "license": document.license,
        "revision": document.revision,
        "scans": document.scans,
        "passages": passages,
    }


def contents(document: Document) -> dict[str, Any]:
    """The text of a source as it was read and is quoted, what stands where in it, and what was dropped."""
    return {
        "sections": [asdict(section) for section in document.sections],
        "blocks": [asdict(block) for block in document.blocks],
        "pages": document.pages,
        "labels": document.labels,
        "references": [document.text[r.start : r.end] for r in document.references],
        "dropped": document.dropped,
        "differences": document.differences,
        "text": document.text,
    }
