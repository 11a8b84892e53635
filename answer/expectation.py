"""The kind of answer that a question asks for, and whether a text holds one.

A question for a figure is not answered by a sentence without one, however well it fits the topic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from ingest import FUNCTION_WORDS, analyze

_NUMBER_WORDS = "once|twice|one|two|three|four|five|six|seven|eight|nine|ten|half|daily|weekly|monthly|yearly|every"
_NUMBER = re.compile(rf"\d|\b(?:{_NUMBER_WORDS})\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PERCENT = re.compile(r"\d ?%|\bper ?cent", re.IGNORECASE)
_MONEY = re.compile(
    r"[$€£¥]|\b(?:costs?|prices?|dollars?|euros?|pounds?|expensive|cheap|free of charge)\b", re.IGNORECASE
)

_DATE = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December) (?:\d|of \d)|"
    r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b",
    re.IGNORECASE,
)
_ASKS_DATE = re.compile(
    r"\b(?:what|which) day\b|\bdate\b|\b(?:last|when)\b.*\b(?:revised|updated|published|written)\b", re.IGNORECASE
)
_DEFINITION = re.compile(
    r"^(?:as an? |(?:the )?[^.,;:]{3,50}? (?:is|are) (?:an?|the|one of|[a-z]+-made)\b)", re.IGNORECASE
)
_ASKS_DEFINITION = re.compile(
    r"^(?:and )?what (?:exactly )?(?:is|are) (?!the |its |their )(?:[\w-]+ ?){1,3}\??$", re.IGNORECASE
)
# Words that only say what kind of thing is asked for: "What type of feed is verdolin?" asks of verdolin.
_FRAME = re.compile(
    r"\b(?P<what>what|which) (?:type|kind|sort|class|family|group) of (?:[\w-]+ ){1,2}(?=(?:is|are|does|do)\b)",
    re.IGNORECASE,
)
_ASKS_YEAR = re.compile(r"\b(?:what|which) year\b", re.IGNORECASE)
_ASKS_MONEY = re.compile(
    r"\b(?:costs?|prices?|expensive|cheap(?:er)?|afford)\b|"
    r"\bhow much (?:do|does|is|are|would|will)\b(?!.*\b(?:grow|rise))",
    re.IGNORECASE,
)
_ASKS_PERCENT = re.compile(r"\b(?:what|which) (?:percentage|per ?cent|share|proportion|fraction)\b", re.IGNORECASE)
_ASKS_COUNT = re.compile(r"\bhow many (?:more |other )?([^\W\d_]+)", re.IGNORECASE)
_ASKS_AMOUNT = re.compile(
    r"\b(?:what|which)\b[^?,;]{0,30}\b(?P<noun>dos(?:e|es|age)|half-life|rate|temperature|weight)\b|"
    r"\bhow (?:long|old|far|fast|high|tall|heavy)\b",
    re.IGNORECASE,
)
# "How many sessions a week" asks for a rate; the page may well give it of something that "is held".
_ASKS_RATE = re.compile(
    r"\bhow many [^\W\d_]+ (?:an?|per|each|every) (?:minute|hour|day|night|week|month|year|season)\b",
    re.IGNORECASE,
)
_ASKS_NAME = re.compile(
    r"\b(?:brand|generic|trade|product|other|another|full)[ -]names?\b|\b(?:abbreviation|acronym)\b|\bstands? for\b|"
    r"\balso (?:called|known)\b",
    re.IGNORECASE,
)
_COUNTED_FREELY = frozenset(analyze("times kinds types forms versions ways"))
_CLOSE = 3


@dataclass(frozen=True, slots=True)
class Expectation:
    """What has to stand in an answer: a pattern, and the unit that is asked for by name, if one is.

    `asked` names it in plain words, where a text without it cannot be the answer: "price", "number of laps".
    """

    kind: str
    pattern: re.Pattern[str] | None
    unit: str | None = None
    asked: str = ""

    @property
    def is_demanded(self) -> bool:
        """Whether a text without it cannot be the answer; a definition may be put in many ways."""
        return self.kind not in ("text", "definition")

    def met_by(self, text: str) -> bool:
        """Whether `text` holds the kind of thing that is asked for."""
        if self.pattern and not self.pattern.search(text):
            return False
        return self.unit is None or _counts(text, self.unit)


def _counts(text: str, unit: str) -> bool:
    """Whether a number stands close before `unit`, or close behind it ("2 to 4 laps", "a field of 5")."""
    terms = analyze(text)
    numbers = [i for i, term in enumerate(terms) if _NUMBER.fullmatch(term) or term[0].isdigit()]
    return any(term == unit and any(-_CLOSE <= n - i <= _CLOSE for n in numbers) for i, term in enumerate(terms))


def without_frame(question: str) -> str:
    """`question` without the words that say only what kind of thing is asked for, and need not stand in the answer."""
    return _FRAME.sub(r"\g<what> ", question)


def _number_of(word: str) -> str:
    return "number" if word.lower() in FUNCTION_WORDS else f"number of {word}"


@cache
def expectation(question: str, pairs: tuple[tuple[str, str], ...] = ()) -> Expectation:
    """What `question` asks for: a date, a year, a price, a percentage, a count, an amount, a definition or any text.

    Or another name of what it names, where `pairs` are those names and others of the same that the corpus has: it is
    told where both stand.
    """
    if pairs and _ASKS_NAME.search(question):
        both = (rf"(?=.*\b{re.escape(name)}s?\b)(?=.*\b{re.escape(other)}s?\b)" for name, other in pairs)
        return Expectation("name", re.compile("|".join(both), re.IGNORECASE | re.DOTALL), asked="other name")
    if _ASKS_YEAR.search(question):
        return Expectation("year", _YEAR, asked="year")
    if _ASKS_DATE.search(question):
        return Expectation("date", _DATE, asked="date")
    if _ASKS_MONEY.search(question):
        return Expectation("price", _MONEY, asked="price")
    if _ASKS_PERCENT.search(question):
        return Expectation("percentage", _PERCENT, asked="percentage")
    counted = _ASKS_COUNT.search(question)
    if counted:
        unit = analyze(counted[1])[0]
        free = unit in _COUNTED_FREELY or _ASKS_RATE.search(question)
        return Expectation("count", _NUMBER, None if free else unit, _number_of(counted[1]))
    if _ASKS_DEFINITION.search(question) or _FRAME.search(question):
        return Expectation("definition", _DEFINITION)
    amount = _ASKS_AMOUNT.search(question)
    if amount:
        noun = amount["noun"]
        return Expectation("amount", _DIGIT, analyze(noun)[-1] if noun else None, noun or "figure for it")
    return Expectation("text", None)
