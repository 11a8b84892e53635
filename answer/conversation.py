"""A follow-up becomes a question that stands alone, by carrying the subject of the conversation into it.

What is carried is what the last answer was about, never all the words of the last question.  A question that names its
own subject, or is complete, is left as it is, word for word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from answer.focus import Focus, joined
from answer.pronouns import agreeing, with_kind, with_owner, with_pronouns
from ingest import FUNCTION_WORDS
from retriever import Terms


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_BE_AND_DO = "is|are|was|were|do|does|did|can|could|should|would|will|may|might|must|has|have|had"
_WHEN = r"(?:for |since |until )?(?:when|where|why|how(?: (?:often|long|soon|fast|early|late|far|quickly|well))?)"
_LEAD = _compiled(r"(?:(?:and|but|so|then|also|ok(?:ay)?|well|right)\b[\s,.]*)*(?:(?:what|how) about\b[\s,]*)?")
_TURN = _compiled(
    r"(?:(?:ok(?:ay)?|and|but|so|well|right|by the way|anyway)\b[\s,.]*)*"
    r"(?:(?:(?:let's )?(?:go|going|come|coming) )?back (?:to|with)|now (?:to|for|about)|returning to|turning to|on to|"
    r"once more|as for)\s+(?P<topic>[^:?]{2,60}?)(?P<mark>:|,(?![^?]*:)| [–-] )\s*(?P<rest>.+)"
)
_AGAIN = _compiled(
    r"(?:are you (?:really |quite |absolutely )?(?:sure|certain)(?: (?:about|of) (?:that|this|it))?|really|sure|"
    r"says who|who says (?:so|that)|how do you know(?: that)?|is that (?:really )?(?:true|right|correct|certain|so)|"
    r"(?:where|who|which \w+) (?:(?:does|do|did) (?:it|they|that|the \w+) )?says? (?:so|that|this|it)|"
    r"where is (?:that|this|it) (?:from|written|stated|said)|(?:can you )?(?:prove|show me|repeat) (?:it|that)|"
    r"what(?: is|'s) (?:your|the) source(?: (?:of|for) (?:that|this|it))?|(?:say|tell me) (?:that|it) again)\W*"
)
_QUESTION = _compiled(
    rf"(?:(?:by|for|from|in|of|on|since|to|until|with) )?"
    rf"(?:who|whom|whose|what|when|where|why|which|how|{_BE_AND_DO})\b"
)
_REQUEST = _compiled(r"(?:please )?(?:tell|explain|list|show|give|describe|compare|name)\b")
_PREPOSITION = "about|after|against|as|at|before|by|during|for|from|in|near|of|on|over|to|under|while|with|without"
_ELLIPSIS = (
    r"(?P<before>(?:(?:{0})\s+)?)(?P<article>(?:(?:an?|the)\s+)?){1}(?P<kind>(?:\s+(?:class|family|group|kind|sort|type))?)"
    r"(?P<behind>(?:\s+(?:{0}|if|when)\b.*?)?)[\s?.!]*"
)
# "… and which do the others?": all but the subject is left out.  "What is a marrow?" leaves nothing out.
_GAP = _compiled(
    rf"(?!(?:what|who) (?:is|are|was|were)\b)(?:what|which|when|where|why|who|how) (?:{_BE_AND_DO}) "
    r"(?P<subject>[^?]+\?*)"
)
_ASKS_WHICH = _compiled(r"(?:which|what)\s+(?:([\w-]+)\s+)?([\w-]+)")
_PARTS = _compiled(r"\bof (?:them|those|these)\b")
_ONES = _compiled(r"\b(?:(?:the|any|which|what|other|of) (?:[\w-]+ )?ones?|of (?:them|those|these|which))\b")
_POINTER = _compiled(
    rf"(?:^|\b(?:{_BE_AND_DO}|about|after|against|and|at|by|for|from|in|like|of|on|to|what|with|why)\s)"
    r"(?:this|that|these|those|the same|there)\b|\b(?:that|this|those|these)\W*$|\b(?:he|she|him|her|his)\b"
)
_THIS = _compiled(r"\b(?:this|that|these|those)\b")
_MORE = _compiled(r"\b(?:else|another|other|others|more)\b")
_DEFINITE = _compiled(rf"\bthe (?:(?!(?:{_PREPOSITION})\b)[\w'’-]+\s?)+[\s?.!]*$")
_FEW = 4
_RELATED = 0.5


@dataclass(slots=True)
class Conversation:
    """The questions asked so far, each as it was understood, and what the talk is about."""

    focus: Focus = field(default_factory=Focus)
    asked: list[str] = field(default_factory=list)

    def resolve(self, question: str, terms: Terms) -> str:
        """`question` made to stand alone; one that does already is returned as it is."""
        if not self.asked:
            return question
        if _AGAIN.fullmatch(_LEAD.sub("", question, count=1)):
            return self.asked[-1]
        counted = self.focus.count(question, terms)
        named = self.focus.names(counted, terms)
        turn = _TURN.match(counted)
        if turn and self.focus.names(f"… {turn['topic']}", terms):
            return f"As for {turn['topic']}{turn['mark']} {_lowered(turn['rest'])}"
        rest = _LEAD.sub("", counted, count=1).strip()
        leads = rest != counted.strip()
        is_question = bool(_QUESTION.match(rest))
        gap = _GAP.fullmatch(rest)
        replaced = self._in_place(gap["subject"] if gap else rest, named, leads, terms)
        if replaced and (gap or not is_question):
            return replaced
        subject = self.focus.subject(named, terms)
        if not subject:
            return counted
        replaced = self._in_words(rest, named, is_question, terms)
        if replaced != rest:
            return _sentence(replaced)
        if named:
            return counted
        if not is_question or counted != question or self._leans(rest, leads, subject, terms):
            return self._swapped(rest) or self._framed(rest, subject, is_question)
        return question

    def remember(self, resolved: str, said: str, terms: Terms) -> None:
        """Take note of a question as it was understood, and of what was `said` in answer."""
        self.asked.append(resolved)
        self.focus.move(resolved, said, terms)

    def _in_place(self, rest: str, named: Sequence[str], leads: bool, terms: Terms) -> str | None:
        """The last question asked of another subject: "and quillex?"."""
        last = self.asked[-1]
        alone = re.fullmatch(r"([\w'’-]+)[\s?.!]*", rest)
        word = alone[1] if leads and alone and alone[1].lower() not in FUNCTION_WORDS else None
        name = named[0] if named else word if word and not terms.subjects.about(word) else ""
        found = _compiled(_ELLIPSIS.format(_PREPOSITION, re.escape(name))).fullmatch(rest) if name else None
        if not found:
            return None
        self.focus.foreign = "" if named else name
        together = joined(self.focus.together)
        old = together if together and together in last else terms.nearest(name, self.focus.names(last, terms))
        if not old:
            return f"As for {rest.rstrip(' ?.')}, {_lowered(last)}"
        head, _, tail = last.partition(old)
        head = re.sub(r"\b(?:an?|the) $", "", head, flags=re.IGNORECASE)
        head = agreeing(head, "many", name) if old == together else head
        asked = f"{head}{found['article']}{name}{found['kind']}{tail}"
        behind = found["behind"].strip()
        return _sentence(f"{asked.rstrip(' ?.')} {behind}?" if behind else asked)

    def _in_words(self, rest: str, named: Sequence[str], is_question: bool, terms: Terms) -> str:
        """`rest` with its pronouns replaced by what they stand for; as it is where they stand for nothing before it."""
        # A pronoun behind a name is that name's.
        limit = min((rest.find(name) for name in named if name in rest), default=len(rest))
        listed = self.focus.listed(terms)
        if len(listed) > 1 and _PARTS.search(rest, 0, limit):
            return _PARTS.sub(f"of {joined(listed)}", rest, count=1)
        if _ONES.search(rest):
            return rest
        owned = with_owner(rest, limit, self.focus, named, is_question, terms)
        if owned != rest or not (is_question or _REQUEST.match(rest)):
            return owned
        replaced = with_pronouns(rest, limit, self.focus, named, terms)
        return with_kind(rest, limit, self.focus, terms) if replaced == rest else replaced

    def _leans(self, rest: str, leads: bool, subject: str, terms: Terms) -> bool:
        """Whether a question in full form asks for more about `subject`, rather than of something else."""
        asked = terms.asked(rest)
        if _POINTER.search(rest) or _ONES.search(rest) or _MORE.search(rest) or not asked:
            return True
        if _DEFINITE.search(rest) and any(terms.subjects.about(word.word) for word in asked):
            return True
        which = _ASKS_WHICH.match(rest)
        if which and any(terms.subjects.is_kind(kind, subject) for kind in which.groups() if kind):
            return False
        # A question with a word of its own that is never said of the subject is about something else.
        foremost = max(asked, key=lambda word: word.weight)
        related = terms.relates(asked, subject) >= _RELATED and terms.relates([foremost], subject) > 0
        return (leads or len(asked) <= _FEW) and related

    def _swapped(self, rest: str) -> str | None:
        """The last question with a bare "why?" or "how often?" at its head; None where that makes no sentence."""
        last = self.asked[-1]
        bare = re.fullmatch(rf"({_WHEN})[\s?.!]*", rest, re.IGNORECASE)
        head = re.match(rf"((?:how|when|where|why)\s+)?(?=(?:{_BE_AND_DO})\b)", last, re.IGNORECASE)
        if not bare or not head or re.search(r"[.?!:]\s", last):
            return None
        return _sentence(f"{bare[1]} {_lowered(last[head.end() :])}")

    def _framed(self, rest: str, subject: str, is_question: bool) -> str:
        """`rest` with its subject named before it."""
        narrows = _ONES.search(rest) or _THIS.search(rest) or not is_question
        topic = self.focus.aspect if narrows and self.focus.aspect else subject
        if not is_question and not _REQUEST.match(rest):
            rest = (
                f"what {_lowered(rest)}" if re.match(r"if\b", rest, re.IGNORECASE) else f"what about {_lowered(rest)}"
            )
            rest = f"{rest.rstrip(' ?.!')}?"
        return f"As for {topic}, {_lowered(rest)}"


def _lowered(text: str) -> str:
    first = re.split(r"\W", text, maxsplit=1)[0]
    return text[:1].lower() + text[1:] if first.lower() in FUNCTION_WORDS and first != "I" else text


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
