"""A follow-up becomes a question that stands alone, by carrying the subject of the conversation into it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from answer.question import subjects_of
from retriever import Terms

_LEAD = re.compile(r"^(?:(?:and|but|so|then|also|ok(?:ay)?)\b[\s,]*)?(?:(?:what|how) about\b[\s,]*)?", re.IGNORECASE)
_POSSESSIVE = re.compile(r"\b(?:its|their)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:it|they|them|(?:this|that) one|(?:these|those) ones)\b", re.IGNORECASE)
_POINTER = re.compile(
    r"\b(?:this|that|these|those|ones?|the same|the other|the (?:first|second|third|last))\b", re.IGNORECASE
)
_QUESTION = re.compile(
    r"^(?:who|what|when|where|why|which|how|is|are|was|were|do|does|did|can|could|should|would|will|may|has|have)\b",
    re.IGNORECASE,
)
_SHORT = 3
_SPOKEN = 2


@dataclass(slots=True)
class Conversation:
    """The questions asked so far, each as it was understood, and what the talk is about."""

    subjects: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    said: str = ""

    def resolve(self, question: str, terms: Terms) -> str:
        """`question` made to stand alone; one that does already is returned as it is."""
        if not self.asked or not self.subjects:
            return question
        named = subjects_of(question, "", terms)
        rest = _LEAD.sub("", question).strip()
        leads = rest != question.strip()
        if named and leads and not _QUESTION.match(rest):
            return self._put_in_place(rest, named)
        if named and not _PRONOUN.search(question) and not _POSSESSIVE.search(question):
            return question
        subject = self.subjects[0]
        if _POSSESSIVE.search(rest) and not _QUESTION.match(rest):
            topic = _POSSESSIVE.sub("", rest).strip(" ?.")
            verb = "are" if topic.endswith("s") else "is"
            return f"What {verb} the {topic} of {subject}?"
        if _POSSESSIVE.search(rest):
            return _sentence(_POSSESSIVE.sub(f"{subject}'s", rest, count=1))
        if _PRONOUN.search(rest):
            return _sentence(_PRONOUN.sub(subject, rest, count=1))
        if _POINTER.search(rest):
            # "that danger" is something the last answer said.
            spoken = subjects_of(self.said, self.said, terms)[:_SPOKEN]
            subject = " and ".join(dict.fromkeys((subject, *spoken)))
        few = len([a for a in terms.asked(rest) if a.weight > 0]) <= _SHORT
        if _POINTER.search(rest) or leads or few:
            return _sentence(f"{rest.rstrip(' ?.')}, regarding {subject}?")
        return question

    def _put_in_place(self, rest: str, named: Sequence[str]) -> str:
        """The last question asked of another subject: "and the red ones?"."""
        last = self.asked[-1]
        for subject in self.subjects:
            if re.search(rf"\b{re.escape(subject)}", last, re.IGNORECASE):
                return re.sub(rf"\b{re.escape(subject)}", named[0], last, count=1, flags=re.IGNORECASE)
        return _sentence(f"{last.rstrip(' ?.')}, regarding {rest.rstrip(' ?.')}?")

    def remember(self, resolved: str, said: str, terms: Terms) -> None:
        """Take note of a question as it was understood, and of what was `said` in answer.

        What the answer speaks of most is the subject of what comes next.
        """
        self.asked.append(resolved)
        self.said = said
        named = subjects_of(resolved, said, terms)
        if named:
            spoken = said.casefold()
            self.subjects = sorted(named, key=lambda subject: -spoken.count(subject.casefold()))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
