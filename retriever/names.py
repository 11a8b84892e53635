"""The names of a corpus, and the other names of what they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ingest import FUNCTION_WORDS, WORD, Lexicon, analyze


class Names:
    """The names that a corpus writes, and which of them name the same."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Those of `lexicon`."""
        self._lexicon = lexicon

    def __iter__(self) -> Iterator[str]:
        """All of them, in lower case, in order."""
        return (word for word in self._lexicon.texts if self.has(word))

    def find(self, text: str) -> list[str]:
        """The names of the corpus that stand in `text`, in order, in lower case, each once."""
        found = (match[0].lower() for match in WORD.finditer(text))
        return list(dict.fromkeys(word for word in found if self.has(word)))

    def has(self, word: str) -> bool:
        """Whether a word (lower case) of the corpus, or its singular or plural, is a name; "a", as of "as", is none."""
        return word not in FUNCTION_WORDS and self._lexicon.is_name(word)

    def aliases(self, words: Iterable[str]) -> list[str]:
        """The other names of `words` (lower case), each once, without the words themselves."""
        given = list(words)
        others = (other for word in given for other in self._lexicon.others(word))
        return list(dict.fromkeys(other for other in others if other not in given))

    def expand(self, question: str) -> str:
        """The question with the other names of what it names behind it, for searching, where those are no rarer.

        Of two names of one thing either is searched with the other.  What is written like an ordinary word is not taken
        for the initials of several.
        """
        found: list[str] = []
        for word in dict.fromkeys(match[0] for match in WORD.finditer(question)):
            aliases = self.aliases([word.lower()])
            if not aliases:
                continue
            is_plain = word.islower() and not self.has(word)
            own = self._passages(word)
            others = (other for other in aliases if not (is_plain and " " in other))
            found += (o for o in others if self._passages(o) >= own or (self.has(word.lower()) and self.has(o)))
        return _with(question, found)

    def _passages(self, name: str) -> int:
        """In how many passages the rarest word of a name stands."""
        return min((self._lexicon.count(term) for term in analyze(name)), default=0)


def _with(question: str, others: Iterable[str]) -> str:
    """`question` with those of `others` that it does not hold in brackets behind it."""
    new = [other for other in dict.fromkeys(others) if other.casefold() not in question.casefold()]
    return f"{question} ({', '.join(new)})" if new else question
