"""How a document writes its words in running text: in which case, and with an article or without one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from ingest import FUNCTION_WORDS, Document, Sentence
from ingest.english import words

WORD = r"[^\W\d_][\w’']*(?:-\w+)*"
ARTICLES = frozenset(words("function.articles"))
# What a noun without an article may follow, and a verb mostly does not.
_BEFORE_A_NOUN = frozenset(words("function.prepositions", "function.conjunctions.joining")) - {"to"}
# Of so many uses one in small letters tells that a phrase is written in them.
_SMALL = 4
_PLURAL = re.compile(r"(?<![isu])s$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PhraseUsage:
    """How a phrase is written within sentences, the article that it mostly has there, and how often it has none."""

    text: str
    article: str
    determined: int
    bare: int


class Prose:
    """The sentences of a document's paragraphs and items, in which words are looked up."""

    def __init__(self, document: Document, is_name: Callable[[str], bool]) -> None:
        """Of `document`; `is_name` says of a word in lower case whether it is no ordinary English."""
        self._document = document
        self._is_name = is_name

    @cached_property
    def sentences(self) -> tuple[tuple[Sentence, str], ...]:
        """Each sentence, with its text."""
        document = self._document
        kinds = [block.kind for block in document.blocks]
        told = (s for s in document.sentences if kinds[s.block] in ("paragraph", "item"))
        return tuple((s, document.reading_text(s.start, s.end)) for s in told)

    def usage(self, phrase: str) -> PhraseUsage | None:
        """How `phrase` is written; None where it nowhere stands within a sentence by itself."""
        sought = re.compile(rf"(?:\b({WORD}) )?\b({re.escape(phrase)})\b(?![.(]\w|\()(?: ({WORD}))?", re.IGNORECASE)
        forms: Counter[str] = Counter()
        articles: Counter[str] = Counter()
        bare = 0
        for _, text in self.sentences:
            for found in sought.finditer(text):
                before, after = (found[1] or "").lower(), (found[3] or "").lower()
                opens = found.start(2) == 0
                articles[before] += before in ARTICLES
                if not after or after in FUNCTION_WORDS:  # or else it may be a part of a longer name
                    forms[found[2]] += not opens
                    bare += opens or before in _BEFORE_A_NOUN
        form, often = forms.most_common(1)[0] if forms else ("", 0)
        if _SMALL * forms[form.lower()] >= often:
            form = form.lower()  # the others are names of pages and parts
        article = articles.most_common(1)[0][0] if articles.total() else ""
        return PhraseUsage(form, article, articles.total(), bare) if often else None

    def in_case(self, heading: str) -> str:
        """A heading in the case of running text: word by word, as the text has them or as ordinary words are written.

        Of one whose later words are small, the first alone is in question.
        """
        words = heading.split(" ")
        if words[0].islower():
            return heading
        is_sentence = any(word.islower() and word not in FUNCTION_WORDS for word in words[1:])
        raised = words[:1] if is_sentence else words
        return " ".join(
            (*(self._lowered(word, is_sentence, heading.isupper()) for word in raised), *words[len(raised) :])
        )

    def _lowered(self, word: str, opens: bool, is_shouted: bool) -> str:
        """A word in the case of running text: it may be in capitals for opening a heading, or as all of that is."""
        if not is_shouted and word[1:] != word[1:].lower():
            return word
        first, dash, rest = word.partition("-")
        for whole, after in ((word, ""), (first, dash + rest)):
            if usage := self.usage(whole.strip(",")):
                return whole.replace(whole.strip(","), usage.text) + after
        is_ordinary = opens or not self._is_name(word.strip(",").lower())
        return word.lower() if is_ordinary else word

    def names(self, phrase: str) -> bool:
        """Whether a word of the phrase is a name."""
        return any(self._is_name(word.lower()) for word in re.findall(WORD, phrase))

    def joint(self, phrase: str) -> str | None:
        """What mostly joins `phrase` to what it belongs to: "of", as in "side effects of …"; None for nothing."""
        sought = re.compile(rf"\b{re.escape(phrase)} (of|for)\b", re.IGNORECASE)
        return _commonest(found[1].lower() for _, text in self.sentences for found in sought.finditer(text))

    def does(self, verb: str) -> bool:
        """Whether something is said of doing what a word says: "to install"."""
        sought = re.compile(rf"\bto {re.escape(verb)}\b", re.IGNORECASE)
        return any(sought.search(text) for _, text in self.sentences)


def is_plural(phrase: str) -> bool:
    """Whether the last word of a phrase is written like a plural."""
    return bool(_PLURAL.search(phrase))


def _commonest(words: Iterable[str]) -> str | None:
    counts = Counter(words)
    return counts.most_common(1)[0][0] if counts else None
