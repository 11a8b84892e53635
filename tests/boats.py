"""Made-up documents whose sections suggest questions, and what answers them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from leaflets import document, made

from answer import Answer, Answerer
from ingest import Document, Suggested

BOATS = "# Boats\n\nFor the crew.\n\n## Who may sail a boat\n\nMembers may sail a boat.\n\n## Brass rings\n\n{}\n"
BIRDS = "# Birds\n\nFor members.\n\n## Who may feed a gull\n\nChildren may feed a gull.\n"
SAIL, FEED = "Who may sail a boat?", "Who may feed a gull?"


class Counting(Answerer):
    """Counts what it is asked, and answers some questions in another way."""

    other: Callable[[Answer], Answer] = staticmethod(lambda answer: answer)

    def ask(self, question: str, *arguments: object, **more: object) -> Answer:
        self.asked = [*getattr(self, "asked", []), question]
        return type(self).other(super().ask(question, *arguments, **more))  # type: ignore[arg-type]


def counting(folder: Path, *documents: Document) -> Counting:
    """An answerer of these documents that counts what it is asked."""
    answerer = made(folder, *documents)
    return Counting(answerer.generation, answerer.encoder)


def library(folder: Path, rings: str = "Moor to the brass rings.") -> Counting:
    """An answerer of boats, whose rings are as told, and of birds."""
    return counting(folder, document(BOATS.format(rings), "boats"), document(BIRDS, "birds"))


def questions(found: Suggested) -> list[str]:
    """What is asked in what was found."""
    return [suggestion.question for suggestion in found.suggestions]
