"""What can be asked of a generation: questions that were asked of it when it was made, and answered.

    DIR/suggestions/NAME.json       those of the generation called NAME

They lie beside the generations, since a generation is published before they are asked and never changes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ingest.generation import generation_names

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

    @classmethod
    def read(cls, index: Path, name: str) -> Suggested:
        """Those that lie beside the generation called `name`; none where there is no such file, or it is damaged."""
        try:
            record = json.loads(_path(index, name).read_text(encoding="utf-8"))
            if record["format"] != _FORMAT:
                return cls()
            return cls(tuple(Suggestion(**row) for row in record["suggestions"]), dict(record["revisions"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def write(self, index: Path, name: str) -> None:
        """Keep them beside the generation called `name`, and forget those of generations that are gone.

        Only one may write at a time: see `ingest.lock`.  Raises OSError.
        """
        forget_suggested(index)
        if name not in generation_names(index):
            return
        path = _path(index, name)
        path.parent.mkdir(exist_ok=True)
        rows = [asdict(suggestion) for suggestion in self.suggestions]
        record = {"format": _FORMAT, "revisions": dict(self.revisions), "suggestions": rows}
        new = path.with_name(f".{path.name}")
        new.write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
        new.replace(path)


def suggestions(index: Path, name: str, source: str | None = None) -> tuple[Suggestion, ...]:
    """What can be asked of the generation called `name`, or of its document with the id `source`; see `Suggested`."""
    found = Suggested.read(index, name).suggestions
    return tuple(suggestion for suggestion in found if source in (None, suggestion.document_id))


def has_suggested(index: Path, name: str) -> bool:
    """Whether suggestions were made for the generation called `name`."""
    return _path(index, name).exists()


def forget_suggested(index: Path) -> None:
    """Remove the suggestions of generations that are no longer kept, and what a killed writer left."""
    names = {f"{name}.json" for name in generation_names(index)}
    for path in (index / FOLDER).glob("*.json"):
        if path.name not in names:
            path.unlink(missing_ok=True)


def _path(index: Path, name: str) -> Path:
    return index / FOLDER / f"{name}.json"
