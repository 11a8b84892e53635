"""A question that stands alone, parsed once: what it asks for, and what is read and searched for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from answer.errors import QuestionError
from ingest.english import any_of
from retriever import Asked, Terms

LONGEST_QUESTION = 2000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SHORTEST_PART = 3
# Each is searched, read and decided by itself: who asks more in one holds up all others.
MOST_PARTS = 8
# "How is it given, and what does it cost?"
_PART = re.compile(
    r"(?:(?<!\s),?\s+and(?: also)?\s+|[?;]\s+(?:and\s+)?)"
    rf"(?=(?:(?:{any_of('function.prepositions', 'relations.time')})\s)?(?:{any_of('function.questions')})\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """A question as it is understood, and what the corpus knows of its words.

    `read` is what a reader is given: the question with the other names of what it names, and so what is searched for;
    and, of a follow-up, how it was asked, which weighs as much: one says what it is about, the other what is asked of
    that.
    `asked` are its telling words.  `out_of_vocabulary` are those that neither the corpus nor the encoder's vocabulary
    has, `listed` those that stand in bibliographies alone, each with the id of a document that lists it.  `parts` are
    the questions that it asks one after the other, each once and as it is written; of one question alone, none.  Of
    more than MOST_PARTS the first are answered, and the others are `beyond`.
    """

    text: str
    read: tuple[str, ...]
    asked: tuple[Asked, ...]
    out_of_vocabulary: tuple[str, ...]
    listed: Mapping[str, str]
    parts: tuple[str, ...]
    beyond: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str, terms: Terms, asked: str | None = None) -> ParsedQuestion:
        """A question that stands alone, asked of the corpus of `terms`; `asked` is how it was put in a conversation."""
        parts = _parts(text)
        return cls(
            text=text,
            read=tuple(dict.fromkeys(terms.names.expand(form) for form in (text, asked or text))),
            asked=tuple(terms.asked(text)),
            out_of_vocabulary=tuple(terms.spelling.out_of_vocabulary(text)),
            listed=terms.spelling.listed(text),
            parts=parts[:MOST_PARTS],
            beyond=parts[MOST_PARTS:],
        )


def check_question(question: str) -> str:
    """The question on one line, without the white space around it.

    Raises QuestionError where it is empty, longer than LONGEST_QUESTION characters or holds control characters.
    """
    if not question.strip():
        raise QuestionError('the question is empty; ask something, as in: ibid ask "What is …?"')
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(f"the question has {len(question):,} characters; at most {LONGEST_QUESTION:,} are read")
    if _CONTROL.search(question):
        raise QuestionError("the question holds control characters; type it as plain text")
    return " ".join(question.split())


def _parts(question: str) -> tuple[str, ...]:
    parts = [part.strip(" ,.;") for part in _PART.split(question)]
    if len(parts) < 2 or any(len(part.split()) < _SHORTEST_PART for part in parts):
        return ()
    each: dict[str, str] = {}
    for part in parts:
        each.setdefault(part.lower().rstrip("?"), part if part.endswith("?") else f"{part}?")
    return tuple(each.values()) if len(each) > 1 else ()
