"""What can be asked of a generation: questions that were asked of it when it was made, and answered.

    DIR/suggestions/NAME.json       those of the generation called NAME

They lie beside the generations, since a generation is published before they are asked and never changes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ingest.index.generation import generation_names
from ingest.proof import manifest_checksum

FOLDER = "suggestions"
# Counted up where questions are made another way, so that those of before are not taken over.
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that `section` of a document answers, which stands at `[start, end)` with those below it."""

    question: str
    document_id: str
    section: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Suggested:
    """The suggestions of a generation, the best of every document first; none where they were not made.

    `revisions` are those of the documents of which anything was asked, by their ids.
    """

    suggestions: tuple[Suggestion, ...] = ()
    revisions: Mapping[str, str] = field(default_factory=dict)

    def of(self, source: str | None = None) -> tuple[Suggestion, ...]:
        """Those that the document with the id `source` answers; all without one."""
        return tuple(suggestion for suggestion in self.suggestions if source in (None, suggestion.document_id))

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        rows = [asdict(suggestion) for suggestion in self.suggestions]
        return {"format": _FORMAT, "revisions": dict(self.revisions), "suggestions": rows}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Suggested:
        """What `to_json` gave; none where they were made another way.  Raises KeyError or TypeError."""
        if record["format"] != _FORMAT:
            return cls()
        return cls(tuple(Suggestion(**row) for row in record["suggestions"]), dict(record["revisions"]))


def read_suggested(index: Path, name: str) -> Suggested | None:
    """What lies beside the generation called `name`; None where there is none that is whole."""
    path = _path(index, name)
    if not path.exists():
        return None
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return Suggested.from_json(record) if record["checksum"] == manifest_checksum(record) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_suggested(index: Path, name: str, suggested: Suggested) -> None:
    """Keep what is suggested beside the generation called `name`, and forget that of generations that are gone.

    Only one may write at a time: see `ingest.index.lock`.  Raises OSError.
    """
    forget_suggested(index)
    if name not in generation_names(index):
        return
    path = _path(index, name)
    path.parent.mkdir(exist_ok=True)
    new = path.with_name(f".{path.name}")
    record = suggested.to_json()
    record["checksum"] = manifest_checksum(record)
    new.write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
    new.replace(path)


def forget_suggested(index: Path) -> None:
    """Remove the suggestions of generations that are no longer kept, and what a killed writer left."""
    names = {f"{name}.json" for name in generation_names(index)}
    for path in (index / FOLDER).glob("*.json"):
        if path.name not in names:
            path.unlink(missing_ok=True)


def _path(index: Path, name: str) -> Path:
    return index / FOLDER / f"{name}.json"
