"""A question before it is answered: is it one, and does it ask of several things at once?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from answer.errors import QuestionError
from ingest import FUNCTION_WORDS, WORD
from retriever import Terms

LONGEST_QUESTION = 2000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_POSSESSIVE = re.compile(r"['’]s?$")
_SHORTEST_CLAUSE = 3
# Who asks, before a colon, is no part of what is asked.
_ASKER = re.compile(
    r"^(?:an?|my|our|the) [^:?]{2,40} (?:asks?|asked|wonders?|wants to know)(?: (?:me|us))?\s*: ", re.IGNORECASE
)
_CLAUSE = re.compile(
    r"(?:,?\s+and(?: also)?\s+|[?;]\s+(?:and\s+)?)"
    r"(?=(?:(?:at|by|for|from|in|of|on|to|with|until|since)\s)?(?:who|whom|whose|what|when|where|why|which|how)\b)",
    re.IGNORECASE,
)
# "A versus B: how is each one given?"
_EACH = re.compile(
    r"(?P<subjects>[^:?]+)(?::|,| –| -) (?P<before>[^:?]*)"
    r"\beach(?: one| of (?:them|these|those|the \w+))?\b(?P<after>[^:]*)",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:,\s*(?:and|or)?|\b(?:and|or|versus|vs\.?|against))\s+", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:and|or|versus|vs|than|compared)\b|,", re.IGNORECASE)


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


def without_asker(question: str) -> str:
    """`question` without the words that only say who asks: "A reader asks: …"."""
    return _ASKER.sub("", question)


def subjects_of(question: str, said: str, terms: Terms) -> list[str]:
    """The names in a question, in order, each with the words beside it that go with it in what was `said`."""
    return [question[start:end] for start, end in _subjects(question, said, terms)]


def _subjects(question: str, said: str, terms: Terms) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for found in WORD.finditer(question):
        word = found[0].lower()
        if word in FUNCTION_WORDS:
            continue
        joined = bool(runs) and question[runs[-1][1] : found.start()] == " "
        end = found.start() + len(_POSSESSIVE.sub("", found[0]))
        phrase = question[runs[-1][0] : found.end()].lower() if joined else ""
        is_name = terms.names.has(word) or _is_proper(question, found)
        if joined and (
            is_name or re.search(rf"\b{re.escape(phrase)}\b", said, re.IGNORECASE) or terms.subjects.is_phrase(phrase)
        ):
            runs[-1] = (runs[-1][0], end)
        elif is_name:
            runs.append((found.start(), end))
    seen: dict[str, tuple[int, int]] = {}
    for start, end in runs:
        seen.setdefault(question[start:end].casefold(), (start, end))
    return list(seen.values())


def _is_proper(question: str, found: re.Match[str]) -> bool:
    """Whether a word is written with a capital that no beginning of a sentence accounts for."""
    begins = not question[: found.start()].rstrip() or question[: found.start()].rstrip()[-1] in ".?!:;"
    return found[0][0].isupper() and not begins and not question.isupper()


def _apart(question: str, runs: Sequence[tuple[int, int]]) -> bool:
    return all(_BETWEEN.search(question[one[1] : other[0]]) for one, other in pairwise(runs))


def are_beside(question: str, names: Sequence[str]) -> bool:
    """Whether a question puts several `names`, in the order they stand in it, beside each other."""
    runs = [(place, place + len(name)) for name in names for place in [question.find(name)]]
    return len(names) > 1 and _apart(question, runs)


def clauses(question: str) -> list[str]:
    """The questions that one sentence asks, one after the other: "How is it given, and what does it cost?"."""
    parts = [part.strip(" ,.;") for part in _CLAUSE.split(question)]
    if len(parts) < 2 or any(len(part.split()) < _SHORTEST_CLAUSE for part in parts):
        return [question]
    return [part if part.endswith("?") else f"{part}?" for part in parts]


def split_question(question: str, terms: Terms) -> list[tuple[str, str | None]]:
    """The parts of a question that asks the same of several subjects, as (question of one subject, that subject).

    "How are A and B given?" asks of A and of B.  Any other question is its own only part, of no one subject.
    """
    each = _EACH.fullmatch(question)
    asked = [(s, terms.names.find(s)) for s in _AND.split(each["subjects"])] if each else []
    if each and len(asked) > 1 and all(names for _, names in asked):
        return [(f"{each['before']}{subject}{each['after']}", names[0]) for subject, names in asked]
    runs = _subjects(question, "", terms)
    if len(runs) < 2 or not _apart(question, runs):
        return [(question, None)]
    parts: list[tuple[str, str | None]] = []
    for kept in runs:
        text, position = "", 0
        for start, end in runs:
            text += question[position : end if (start, end) == kept else start]
            position = end
        parts.append((" ".join((text + question[position:]).split()), question[kept[0] : kept[1]]))
    return parts
