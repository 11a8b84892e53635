"""What a conversation is about: the subjects of its last turn, those of the turns before, and what was listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from answer.expectation import without_frame
from answer.question import are_beside, subjects_of
from ingest import FUNCTION_WORDS, WORD
from retriever import Terms

_PLACES = {"first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1, "latter": -1}
_COUNTS = {"two": 2, "three": 3, "four": 4}
_ORDINAL = re.compile(
    rf"\b(?:the (?:(?P<end>first |last )?(?P<count>{'|'.join(_COUNTS)})|(?P<nth>other|{'|'.join(_PLACES)}))"
    r"|(?P<both>both))\b"
    r"(?: (?P<noun>[^\W\d_][\w-]*))?(?: of (?:them|those|these)\b)?",
    re.IGNORECASE,
)
_LONGEST = 5
_BEFORE = re.compile(r"\b(?:again|back|earlier|before)\b", re.IGNORECASE)
_ASKS_WHO = re.compile(
    r"(?:as for [^,:]*[,:] )?(?:which|who|whose|what (?!(?:is|are|was|were|do|does|did|if|about)\b))", re.IGNORECASE
)
_LIST = re.compile(r"(?:[^,.;:•()\n]+, )+(?:(?:and|or) )?[^,.;:•()\n]+|[^,.;:•()\n]+ (?:and|or) [^,.;:•()\n]+")
_OPENS_LIST = re.compile(r".*\b(?:are|is|include|includes|including|as|cause|causes|of|with)\b", re.IGNORECASE)
_ASPECTS = (
    r"\b(?P<aspect>(?:[\w-]+ ){{1,4}})(?:of|with|from) (?:the |an? )?{0}",
    r"^(?:what|which) (?P<aspect>(?:[\w-]+ ){{1,3}})(?:do|does|did|can|could|may|has|have) {0}",
)
_OBJECT = (
    r"\b{0} (?:have|has|carry|carries|cause|causes|bring|brings|show|shows) (?:an?|any|the) (?P<aspect>[^,?]+)[?.]?$"
)
_POSSESSED = r"\b{0}['’]s? (?P<aspect>(?:[\w-]+ ?){{1,3}})[?.]?$"


@dataclass(slots=True)
class Focus:
    """`subjects` are those of the last turn that had any, foremost first, `trail` all there were, in order.

    `aspect` is what was asked of the subject ("the side effects of verdolin"), `together` the names that the last
    question put beside each other, `answers` those that a "which" was answered with, `said` the last answer, `person`
    whom he or she stood for last, and `foreign` a name in the question at hand that the corpus does not know.
    """

    subjects: list[str] = field(default_factory=list)
    trail: list[str] = field(default_factory=list)
    aspect: str = ""
    together: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    said: str = ""
    person: str = ""
    foreign: str = ""

    def names(self, text: str, terms: Terms) -> list[str]:
        """The subjects that `text` names, in order; what is only said of a subject (a figure, an effect) is none."""
        return [
            run
            for run in subjects_of(text, self.said, terms)
            if any(terms.subjects.is_subject(w[0]) or _is_foreign(w[0], run, text, terms) for w in WORD.finditer(run))
        ]

    def move(self, question: str, said: str, terms: Terms) -> None:
        """Go on to a question, as it was understood, and what was `said` in answer.

        What opens most of the sentences of the answer is the subject; the answer may name one that was not asked of
        only where that is what was asked for ("which …"), or where the question named none.
        """
        self.said = ""
        named = [self.foreign] if self.foreign and self.foreign in question else self.names(question, terms)
        self.foreign = ""
        spoken = [name for name in self.names(said, terms) if any(map(terms.subjects.is_subject, name.split()))]
        told = [name for name in spoken if not any(_is_same(name, other, terms) for other in named)]
        openings = [self.names(part, terms)[:1] for part in re.split(r"(?<=[.!?])\s+|\n|• ", said) if part]

        def opened(name: str) -> int:
            return sum(_is_same(name, first, terms) for opening in openings for first in opening)

        # What kind of thing something is, is still asked of that thing.
        asks_who = bool(_ASKS_WHO.match(question)) and without_frame(question) == question
        first = next((opening[0] for opening in openings if opening), None)
        leads = first is not None and first in told and (not named or asks_who)
        meant = [name for name in named if _refers_back(question, name)][-1:]
        found = sorted(named, key=lambda name: (name not in meant, -opened(name)))
        found = [first, *found] if first is not None and leads else found
        self.said = said
        if not named or not all(name in self.together for name in named):
            self.together = _distinct(named, terms) if not asks_who and are_beside(question, named) else []
            self.answers = _distinct(told, terms)[:_LONGEST] if asks_who else []
        if found:
            self.subjects = _distinct(found, terms)
            self.trail += [name for name in found if name in self.subjects]
        self.aspect = self._aspect(question)

    def _aspect(self, question: str) -> str:
        for subject in self.subjects:
            for pattern in (*_ASPECTS, _OBJECT, _POSSESSED):
                found = re.search(pattern.format(re.escape(subject)), question, re.IGNORECASE)
                words = _tail(found["aspect"].split()) if found else []
                if words:
                    return f"the {' '.join(words)} of {subject}"
        return ""

    def subject(self, named: Sequence[str], terms: Terms) -> str | None:
        """The foremost subject that is none of those `named`."""
        others = (s for s in self.subjects if not any(_is_same(s, name, terms) for name in named))
        return next(others, None)

    def fitting(self, number: str, named: Sequence[str], terms: Terms, strict: bool = False) -> str | None:
        """What a pronoun of this number ("one", "many", "person") stands for: several together, or the foremost.

        With `strict` only what agrees in number.
        """
        if number == "many" and len(self.together) > 1 and not named:
            return joined(self.together)
        others = [s for s in self.subjects if not any(_is_same(s, name, terms) for name in named)]
        if number == "person":
            people = (s for s in (*others, *self.trail[::-1]) if _is_full_name(s) and s not in named)
            return self.person or next(people, None)
        agreeing = [s for s in others if is_plural(s) == (number == "many")]
        return next(iter(agreeing if strict else agreeing + others), None)

    def listed(self, terms: Terms) -> list[str]:
        """The names that the last question, or else the answer, put beside each other."""
        if self.together or len(self.answers) > 1:
            return self.together or self.answers
        told = _distinct((name for name in self._items() if self.names(f"… {name}", terms)), terms)
        return told if len(told) > 1 else []

    def count(self, question: str, terms: Terms) -> str:
        """`question` with "the second one" and its like replaced by what stands there in what was listed."""

        def replace(found: re.Match[str]) -> str:
            noun = (found["noun"] or "").lower()
            back = _BEFORE.search(question)
            picked = self._picked(found, bool(back))
            goes_on = noun in FUNCTION_WORDS - {"one", "ones"}
            is_kind = bool(noun) and all(back or terms.subjects.is_kind(noun, item) for item in picked)
            stands_alone = found["count"] or found["both"] or (found["nth"] or "").lower() in ("former", "latter")
            if not picked or not (goes_on or is_kind or noun in ("", "one", "ones") or stands_alone):
                return found[0]
            keeps = goes_on or not (is_kind or noun in ("", "one", "ones"))
            return f"{joined(picked)} {found['noun']}" if keeps else joined(picked)

        counted = _ORDINAL.sub(replace, question)
        return re.sub(r",? again(?=\W*$)", "", counted) if counted != question else question

    def _picked(self, found: re.Match[str], back: bool) -> list[str]:
        """What an ordinal stands for; `back` where it counts what the talk was about before."""
        past = list(dict.fromkeys(self.trail))
        items = past if back else self.together or self.answers or self._items() or past
        if (found["nth"] or "").lower() == "other":
            return [s for s in self.together or past[::-1] if s not in self.subjects[:1]][:1]
        if found["nth"]:
            place = _PLACES[found["nth"].lower()]
            return items[place:][:1] if -len(items) <= place < len(items) else []
        size = _COUNTS[(found["count"] or "two").lower()]
        if not found["end"]:
            items = self.together or list(dict.fromkeys(past[::-1]))[:size][::-1]
            return items if len(items) == size else []
        return items[:size] if found["end"].lower() == "first " else items[-size:]

    def _items(self) -> list[str]:
        """What the last answer lists: its bullets, or else the first row of words between commas or "and"."""
        bullets = [item.split("\n")[0].strip(" .") for item in self.said.split("• ")[1:]]
        if len(bullets) > 1 and all(len(bullet.split()) <= _LONGEST for bullet in bullets):
            return bullets
        for found in _LIST.finditer(self.said):
            first, *others = re.split(r",? (?:and|or) |, ", found[0])
            items = [_OPENS_LIST.sub("", first).strip(), *(other.strip() for other in others)]
            items[-1] = re.split(rf" (?:{'|'.join(sorted(FUNCTION_WORDS - {'a', 'an', 'the'}))})\b", items[-1])[0]
            if len(items) > 1 and all(0 < len(item.split()) <= _LONGEST for item in items):
                return items
        return []


def joined(names: Sequence[str]) -> str:
    """Names as a row: "A, B and C"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _is_foreign(word: str, run: str, text: str, terms: Terms) -> bool:
    """Whether a word of a name is written as one by who asks, and is not of the corpus."""
    return word != word.lower() and not terms.names.has(word.lower()) and not text.startswith(run)


def _is_same(one: str, other: str, terms: Terms) -> bool:
    a, b = (name.casefold().removesuffix("s") for name in (one, other))
    if a == b or b in a.split() or a in b.split():
        return True
    return b in {alias.removesuffix("s") for alias in terms.names.aliases([*a.split(), a])}


def _distinct(names: Iterable[str], terms: Terms) -> list[str]:
    kept: list[str] = []
    for name in names:
        if not any(_is_same(name, other, terms) for other in kept):
            kept.append(name)
    return kept


def _refers_back(question: str, name: str) -> bool:
    """Whether a later part of a question says "it" or the like of a name before it."""
    behind = question.partition(name)[2]
    return bool(re.search(r"[.:,;!?] .*\b(?:it|its|they|them|their)\b", behind, re.IGNORECASE))


def _is_full_name(name: str) -> bool:
    return len(name.split()) > 1 and all(part[0].isupper() for part in name.split())


def is_plural(name: str) -> bool:
    """Whether a name, by its form, stands for several."""
    return name.endswith("s") and not name.endswith(("ss", "us", "is"))


def _tail(words: Sequence[str]) -> list[str]:
    """The last words of a row, from behind its last function word on."""
    last = max((n for n, word in enumerate(words) if word.lower() in FUNCTION_WORDS), default=-1)
    return list(words[last + 1 :])
