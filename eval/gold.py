"""Gold questions: what is asked, what an answer must hold, and where the sources say it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from eval.errors import GoldError
from ingest import Document

GOLD = Path(__file__).parent / "gold"
PARTS = ("dev", "test")


@dataclass(frozen=True, slots=True)
class Nugget:
    """A short pattern that a good answer matches (Voorhees 2003); without a `vital` one an answer is incomplete."""

    pattern: re.Pattern[str]
    importance: Literal["vital", "okay"]

    def in_text(self, text: str) -> bool:
        """Whether the text holds the nugget, runs of white space taken as single spaces."""
        return bool(self.pattern.search(" ".join(text.split())))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a source says it: a section of a document, or (None) the page as a whole."""

    document: str
    section: str | None

    def covers(self, document: Document, position: int) -> bool:
        """Whether a position in `document` lies in this place."""
        return document.id == self.document and self.is_section(document, document.section_at(position).heading)

    def is_section(self, document: Document, heading: str) -> bool:
        """Whether `heading` is this section of `document`."""
        return heading.casefold() == (self.section or document.title).casefold()


@dataclass(frozen=True, slots=True)
class Question:
    """One gold item.  `standalone` is what a follow-up means."""

    id: str
    stratum: str
    conversation: str | None
    turn: int
    question: str
    standalone: str | None
    expected: Literal["answered", "insufficient_evidence"]
    reason: str | None
    nuggets: tuple[Nugget, ...]
    evidence: tuple[Place, ...]

    @property
    def is_answerable(self) -> bool:
        """Whether the sources say it."""
        return self.expected == "answered"


def read_gold(parts: Sequence[str] = PARTS, folder: Path = GOLD) -> list[Question]:
    """The questions of the named parts, in order; GoldError with file and line."""
    questions: list[Question] = []
    seen: dict[str, str] = {}
    for part in parts:
        path = folder / f"{part}.jsonl"
        if not path.is_file():
            raise GoldError(f"{path}: there is no such file; the gold parts are {', '.join(PARTS)}")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip():
                continue
            where = f"{path}:{number}"
            question = _question(line, where)
            if question.id in seen:
                raise GoldError(f"{where}: id {question.id!r} is used before, at {seen[question.id]}")
            seen[question.id] = where
            questions.append(question)
    return questions


def _question(line: str, where: str) -> Question:
    try:
        record: dict[str, Any] = json.loads(line)
        question = Question(
            id=record["id"],
            stratum=record["stratum"],
            conversation=record["conversation"],
            turn=record["turn"],
            question=record["question"],
            standalone=record.get("standalone"),
            expected=record["expected"],
            reason=record.get("reason"),
            nuggets=tuple(Nugget(re.compile(n["pattern"], re.IGNORECASE), n["importance"]) for n in record["nuggets"]),
            evidence=tuple(Place(e["document"], e["section"]) for e in record["evidence"]),
        )
    except (ValueError, KeyError, TypeError, re.error) as error:
        raise GoldError(f"{where}: not a gold question: {error!r}") from error
    importances = {nugget.importance for nugget in question.nuggets}
    if question.expected not in ("answered", "insufficient_evidence") or not importances <= {"vital", "okay"}:
        raise GoldError(f"{where}: expected is answered or insufficient_evidence, an importance is vital or okay")
    if question.is_answerable != bool(question.nuggets) or question.is_answerable != bool(question.evidence):
        raise GoldError(f"{where}: an answered question needs nuggets and evidence, a refused one must have none")
    return question
