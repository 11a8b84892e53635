"""The plain words of a refusal: what the sources do speak of, and what is missing, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from answer.decide import Decision
from answer.expectation import expectation
from answer.question import subjects_of
from retriever import Terms

_MOST, _SUBJECTS = 3, 2
_PLAIN = "The sources do not answer this"


def refusal(question: str, decision: Decision, terms: Terms, listed: Mapping[str, str]) -> str:
    """Why `question` is not answered; `listed` are the titles of the pages whose bibliographies alone name a word."""
    if decision.reason == "off_topic":
        return f"{_PLAIN}: they are about something else."
    if listed:
        where = next(iter(listed.values()))
        return f"{_PLAIN}: {_quoted(listed)} stands only in the list of references of “{where}”."
    known = " and ".join(subjects_of(question, "", terms)[:_SUBJECTS])
    asked = expectation(question, terms.names.pairs(question)).asked if decision.lacks else ""
    words = _quoted(word for word in decision.missing if word not in asked.lower().split())
    silent = f"nothing found in them speaks of {words} in this connection" if words else ""
    if known and asked:
        return f"{_PLAIN}: they speak of {known}, but give no {asked}{f'; {silent}' if silent else ''}."
    if known and words:
        return f"{_PLAIN}: they speak of {known}, but say nothing of {words} in this connection."
    if asked or words:
        return f"{_PLAIN}: {silent or f'they give no {asked}'}."
    return f"{_PLAIN} clearly enough to quote them."


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in list(words)[:_MOST])
