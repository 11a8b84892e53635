"""Pronouns, possessives and "this feed" replaced by what they stand for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.focus import Focus, is_plural
from retriever import Terms


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_EMPTY_IT = r"(?!(?<=is )it (?!\w+(?:ed|en)\b)\w+ (?:that|to|if)\b)"
_PRONOUNS = {
    "one": _compiled(rf"\b(?:{_EMPTY_IT}it|(?:this|that) one)\b"),
    "many": _compiled(r"\b(?:they|them|(?:these|those) ones)\b"),
    "person": _compiled(r"\b(?:he|she|him|her(?!\s+(?!(?:in|on|at|to|for|with|from|by|against)\b)\w))\b"),
}
_POSSESSIVES = {
    "one": _compiled(r"\bits\b"),
    "many": _compiled(r"\btheir\b"),
    "person": _compiled(r"\b(?:his|her(?=\s+(?!(?:in|on|at|to|for|with|from|by|against)\b)\w))\b"),
}
_THIS_KIND = _compiled(r"\b(?:this|that|these|those|the same) (?P<kind>[\w-]+)\b")
_NUMBERS = (("are", "is"), ("were", "was"), ("do", "does"), ("have", "has"))


def with_owner(text: str, limit: int, focus: Focus, named: Sequence[str], is_question: bool, terms: Terms) -> str:
    """`text` with the first possessive before `limit` replaced; a bare "its drawbacks" becomes a question."""
    for number, pattern in _POSSESSIVES.items():
        who = focus.fitting(number, named, terms)
        found = pattern.search(text, 0, limit)
        if found and who and is_question:
            return f"{text[: found.start()]}{_owner(who)}{text[found.end() :]}"
        if found and who:
            aspect = " ".join(f"{text[: found.start()]}{text[found.end() :]}".split()).strip(" ?.")
            return f"What {'are' if is_plural(aspect) else 'is'} the {aspect} of {who}?"
    return text


def with_pronouns(text: str, limit: int, focus: Focus, named: Sequence[str], terms: Terms) -> str:
    """`text` with its pronouns before `limit` replaced, each that agrees in number, or else the first of them."""
    used: set[str] = set()
    for strict in (True, False):
        for number, pattern in _PRONOUNS.items():
            who = focus.fitting(number, named, terms, strict)
            found = pattern.search(text, 0, limit)
            if found and who and who not in used and (strict or not used):
                used.add(who)
                focus.person = who if number == "person" else focus.person
                text = f"{agreeing(text[: found.start()], number, who)}{who}{text[found.end() :]}"
    return text


def with_kind(text: str, limit: int, focus: Focus, terms: Terms) -> str:
    """`text` with "this feed" before `limit` replaced, where the corpus says that the foremost subject is a feed."""
    for found in _THIS_KIND.finditer(text, 0, limit):
        if focus.subjects and terms.subjects.is_kind(found["kind"], focus.subjects[0]):
            return f"{text[: found.start()]}{focus.subjects[0]}{text[found.end() :]}"
    return text


def agreeing(before: str, number: str, who: str) -> str:
    """What stands before a pronoun, with its verb in the number of what takes the place of the pronoun."""
    several = is_plural(who) or " and " in who
    if several == (number == "many") or not re.search(r"\w+ $", before):
        return before
    verb = before.split()[-1]
    other = next((pair[not several] for pair in _NUMBERS if verb.lower() in pair), verb)
    return f"{before[: -len(verb) - 1]}{other.capitalize() if verb[0].isupper() else other} "


def _owner(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"
