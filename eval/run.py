"""Gold questions become a Run: every question asked, in its conversation, and what came of it."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from answer import Answer, Answerer, Conversation, verify
from eval.gold import Question
from retriever import Hit

DEPTH = 10
_PACKAGES = (
    "faiss-cpu",
    "langchain-text-splitters",
    "sentence-transformers",
    "syntok",
    "tantivy",
    "torch",
    "transformers",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question, its answer, and the passages that were found for the question as it was understood."""

    question: Question
    answer: Answer
    hits: tuple[Hit, ...]
    verified: bool

    @property
    def said(self) -> str:
        """The statements as one text; empty for a refusal."""
        return " ".join(statement.text for statement in self.answer.statements)


@dataclass(frozen=True, slots=True)
class Run:
    """The outcomes of all questions in order, and under what they came about."""

    manifest: dict[str, Any]
    outcomes: tuple[Outcome, ...]


def run(answerer: Answerer, questions: Sequence[Question], progress: Callable[[int, int], None] | None = None) -> Run:
    """Ask all `questions`; those of one conversation follow each other.  `progress` gets (asked, to ask)."""
    talks: dict[str, Conversation] = {}
    outcomes: list[Outcome] = []
    for number, question in enumerate(questions, 1):
        talk = talks.setdefault(question.conversation, Conversation()) if question.conversation else None
        answer = answerer.ask(question.question, talk)
        hits = answerer.retriever.search(answerer.terms.expand(answer.resolved_question), DEPTH)
        verdicts = verify(answer.to_json(), answerer.generation)
        outcomes.append(Outcome(question, answer, tuple(hits), all(v.status == "exact" for v in verdicts)))
        if progress:
            progress(number, len(questions))
    return Run(_manifest(answerer, questions), tuple(outcomes))


def _manifest(answerer: Answerer, questions: Sequence[Question]) -> dict[str, Any]:
    gold = json.dumps([_gold(question) for question in questions])
    return {
        "commit": _commit(),
        "generation": answerer.generation.name,
        "documents": answerer.generation.manifest["documents"],
        "encoder": answerer.generation.manifest["encoder"],
        "passage_size": answerer.generation.manifest["passage_size"],
        "questions": len(questions),
        "gold": "sha256:" + hashlib.sha256(gold.encode()).hexdigest(),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "versions": {name: metadata.version(name) for name in _PACKAGES},
    }


def _gold(question: Question) -> list[Any]:
    """All of a question that an answer or a score depends on."""
    nuggets = [[nugget.pattern.pattern, nugget.importance] for nugget in question.nuggets]
    places = [[place.document, place.section] for place in question.evidence]
    return [question.id, question.conversation, question.question, question.expected, nuggets, places]


def _commit() -> str | None:
    """The commit of the checkout that runs, with a mark where it was changed since; None outside of one."""
    folder = Path(__file__).parent
    try:
        described = subprocess.run(
            ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=12"],
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return described.stdout.strip()


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """One line of a stored run; timings are left out, so that equal runs are equal files."""
    record = outcome.answer.to_json()
    del record["timings_ms"]
    return {
        "id": outcome.question.id,
        "stratum": outcome.question.stratum,
        "expected": outcome.question.expected,
        "verified": outcome.verified,
        "answer": record,
        "hits": [[h.passage.id, h.passage.document_id, h.passage.section, round(h.score, 6)] for h in outcome.hits],
    }
