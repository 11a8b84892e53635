"""What a model that points replies: numbers, and of its words nothing but how it understood the question."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from answer.errors import QuestionError
from answer.question import check_question
from ingest import FUNCTION_WORDS, WORD, analyze
from ingest.english import DENIAL


@dataclass(frozen=True, slots=True)
class PointerReply:
    """Numbers of sentences, in the order of the model, and of parts that stay open; and a question, as it wrote it."""

    sentences: tuple[int, ...]
    open: tuple[int, ...]
    question: str


def read_choice(text: str) -> PointerReply | None:
    """The one JSON object in a reply, where that is what was asked for; None where it is not, to the letter."""
    try:
        value = json.loads(text[text.find("{") : text.rfind("}") + 1])
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    sentences, parts = _numbers(value.get("sentences")), _numbers(value.get("open", []))
    question = value.get("question", "")
    if sentences is None or parts is None or not isinstance(question, str):
        return None
    return PointerReply(sentences, parts, question)


def understood(written: str, asked: str, said: Iterable[str]) -> str | None:
    """A question as a model made it stand alone, on one line, where it is made of what was asked and `said` alone.

    That is: every word of it that is no function word stands there, and it denies nothing that nobody denied.  None
    where it is not so, and where it is only what was asked.
    """
    try:
        text = check_question(written)
    except QuestionError:
        return None
    there = "\n".join((asked, *said))
    stems = frozenset(analyze(there))
    words = (found[0] for found in WORD.finditer(text) if found[0].lower().replace("’", "'") not in FUNCTION_WORDS)
    if text.casefold() == asked.casefold() or not all(stems.issuperset(analyze(word)) for word in words):
        return None
    return None if DENIAL.search(text) and not DENIAL.search(there) else text


def _numbers(value: Any) -> tuple[int, ...] | None:  # noqa: ANN401 - JSON is of any type
    is_list = isinstance(value, list) and all(type(number) is int for number in value)
    return tuple(value) if is_list else None
