"""The plain words of a refusal: what the sources do speak of, and what is missing, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from answer.decide import Decision
from answer.question import ParsedQuestion

_MOST = 3
PLAIN = "The sources do not answer this"


def refusal(question: ParsedQuestion, decision: Decision, titles: Mapping[str, str]) -> str:
    """Why `question` is not answered; `titles` are those of the documents, by id."""
    if decision.reason == "off_topic":
        return f"{PLAIN}: they are about something else."
    if question.listed:
        where = titles[next(iter(question.listed.values()))]
        return f"{PLAIN}: {_quoted(question.listed)} stands only in the list of references of “{where}”."
    known = [asked.word for asked in question.asked if asked.is_name and asked.word not in decision.missing]
    words = _quoted(decision.missing)
    if known and words:
        return f"{PLAIN}: they speak of {' and '.join(known[:2])}, but say nothing of {words} in this connection."
    if words:
        return f"{PLAIN}: nothing found in them speaks of {words} in this connection."
    return f"{PLAIN} clearly enough to quote them."


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in list(words)[:_MOST])
