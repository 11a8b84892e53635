"""What a heading asks, and what it names, in the words of a sentence."""

from __future__ import annotations

import re

from answer.suggest.prose import WORD, Prose, is_plural
from ingest import FUNCTION_WORDS, analyze
from ingest.english import any_of

_SHORTEST = 3
# So many times as often without an article as with one, a single thing is a matter and takes none.
_BARE = 2
# "2.", "4.2", "II.", "b)", "§ 3" and "Chapter 3:".
_NUMBER = re.compile(
    r"(?:[^\W\d_]+\s+(?:\d[\d.]*|[A-Z])\s*[:.–—]|§?\s*\d+(?:\.\d+)*[.):]?|[IVX]+[.)]|[A-Za-z]\d*[.):])\s+(?=\S)"
)
_ASIDE = re.compile(r"(?<!\s)\s+\([^()]*\)$")
_PHRASE = re.compile(rf"{WORD}(?:(?>,? (?:and|or) |, | ){WORD})*+")
_AND = re.compile(r",? and |, ")
_CODE = re.compile(r"_|\b[a-z]{2,}[A-Z]")

# What a question begins with is a closed class, and so is what makes a heading a sentence, or lean on what is before.
_VERB = any_of("function.auxiliaries.finite", "function.auxiliaries.be.finite", "function.auxiliaries.modal")
_ASKS = re.compile(rf"(?:{any_of('function.questions')}|{_VERB})\b[^.!?]*\?", re.IGNORECASE)
_DIRECT = re.compile(rf"(?:who|what|which|where|why|how)(?: (?:much|many|often|long))? (?:{_VERB})\b .+", re.IGNORECASE)
_LEANS = re.compile(rf"\b(?:{any_of('function.demonstratives', 'function.pronouns.things')}|here)\b", re.IGNORECASE)
_SPEAKS = re.compile(
    rf"\b(?:{any_of('function.pronouns.speaker', 'function.pronouns.hearer', 'function.pronouns.us')}|{_VERB})\b",
    re.IGNORECASE,
)
# "How a plot is used", "What you may bring", "Where to put the heap", "Install the pump", "Writing a plan".
_TURNED = re.compile(
    r"(how|what|why) (?:((?:the|an?) .+?) (is|are|can|may|must|should)|you (can|may|must|should)) (.+)",
    re.IGNORECASE | re.DOTALL,
)
_TO = re.compile(r"(where|when|what|which|whom|who|how)((?: [\w-]+)?) to (.+)", re.IGNORECASE)
_ORDER = re.compile(rf"({WORD})((?: {WORD})?? (?:an?|the) .+)", re.IGNORECASE)
_DOING = re.compile(r"\w+ing (?:an?|the) .+", re.IGNORECASE)


def plain(heading: str) -> str:
    """A heading without its number and the full stop behind it."""
    line = " ".join(heading.split()).replace(" & ", " and ")
    number = _NUMBER.match(line)
    return line[number.end() if number else 0 :].rstrip(" .:")


def topic(name: str) -> tuple[str, ...]:
    """The terms of what a heading names, by which it is the same however it is written."""
    return tuple(analyze(_ASIDE.sub("", plain(name))))


def asking(heading: str, prose: Prose) -> str | None:
    """The question that a plain heading asks, or says that its section answers; None where it asks nothing."""
    if _LEANS.search(heading):
        return None
    if _ASKS.fullmatch(heading):
        return heading
    if _DIRECT.fullmatch(heading):
        return f"{heading}?"
    if turned := _TURNED.fullmatch(heading):
        return f"{turned[1]} {turned[3] or turned[4]} {turned[2] or 'I'} {_mine(turned[5])}?"
    if to := _TO.fullmatch(heading):
        return f"{to[1]}{to[2]} {'should' if to[2] or to[1].lower() != 'how' else 'do'} I {_mine(to[3])}?"
    order = _ORDER.fullmatch(heading)
    if order and order[1].lower() not in FUNCTION_WORDS and prose.does(order[1]):
        return f"How do I {order[1].lower()}{_mine(order[2])}?"
    return None


def naming(heading: str, prose: Prose) -> str | None:
    """What a plain heading names, as a sentence would write it: "the belt"; None where that is unsure."""
    phrase = _mine(_ASIDE.sub("", heading))
    words = phrase.split()
    if not _PHRASE.fullmatch(phrase) or any(pattern.search(phrase) for pattern in (_CODE, _LEANS, _SPEAKS)):
        return None
    if words[-1].lower() in FUNCTION_WORDS or len(phrase) < _SHORTEST:
        return None
    if words[0].lower() == "the":
        return f"the {prose.in_case(' '.join(words[1:]))}"
    if _DOING.fullmatch(phrase):
        return phrase[0].lower() + phrase[1:]
    if words[0].lower() in FUNCTION_WORDS:
        return None
    parts = _AND.split(phrase)
    named = _naming(phrase, prose)
    if named or len(parts) == 1:
        return named
    each = [name for part in parts if (name := _naming(part, prose))]
    return " and ".join((", ".join(each[:-1]), each[-1])) if len(each) == len(parts) else None


def _naming(phrase: str, prose: Prose) -> str | None:
    usage = prose.usage(phrase)
    if all(is_plural(head(part)) for part in _AND.split(phrase)):
        return usage.text if usage else prose.in_case(phrase)
    if not usage:
        return None
    is_mostly_bare = usage.bare > _BARE * usage.determined or (prose.names(phrase) and not usage.determined)
    if usage.text[0].isupper() or is_mostly_bare:
        return usage.text
    is_sure = usage.article == "the" or (usage.article and is_telling(phrase, prose))
    return f"{usage.article} {usage.text}" if is_sure else None


def head(phrase: str) -> str:
    """A phrase up to its first preposition: "options" of "options of the command line"."""
    words = phrase.split()
    ends = (number for number, word in enumerate(words) if number and word.lower() in FUNCTION_WORDS)
    return " ".join(words[: next(ends, len(words))])


def is_telling(name: str, prose: Prose) -> bool:
    """Whether a name says what it belongs to: one ordinary word does not."""
    return " " in name or prose.names(name)


def _mine(words: str) -> str:
    """What is said to the reader, as the reader would say it."""
    return re.sub(r"\byour\b", "my", words)
