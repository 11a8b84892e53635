"""The words of a corpus: which there are, which of them are names, and which stand for each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from ingest.document import Document
from ingest.lexical import FUNCTION_WORDS, analyze
from ingest.passages import Passage

WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")
_SHORT = 3
_MOST_OTHERS, _OFTEN = 3, 0.1
_PARTS = re.compile(r"[-'’]")
_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)
_ALIAS = re.compile(
    r"([^\W\d_][\w-]*(?: [^\W\d_][\w-]*){0,5}) \((?:(\w[\w-]*|[A-Z][\w-]*(?: [A-Z][\w-]*){1,2})\)|([A-Z]{2,}),)"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the corpus in lower case, its stem, in how many passages it stands, and whether it is a name.

    A name is a word that the encoder's vocabulary does not hold whole: ordinary English is in there, the drugs,
    diseases, trade marks and terms of art that a corpus is about mostly are not.
    """

    text: str
    term: str
    passages: int
    is_name: bool


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words of a corpus, its aliases, and what only its bibliographies name.

    `aliases` are pairs like a generic name and the brand in parentheses behind it; `listed` are the capitalised words,
    in lower case, of the lists of references, of which a corpus gives those that no passage holds.  Both come with the
    id of a document where they stand.
    """

    words: tuple[Word, ...]
    aliases: tuple[tuple[str, str, str], ...]
    listed: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, documents: Iterable[Document], passages: Iterable[Passage], ordinary: Set[str]) -> Vocabulary:
        """Collect the vocabulary of `passages` and of the references of `documents`.

        `ordinary` are the words that the encoder holds whole.
        """
        counts: Counter[str] = Counter()
        aliases: dict[tuple[str, str, str], int] = {}
        for passage in passages:
            text = passage.embedded_text
            counts.update({found[0].lower() for found in WORD.finditer(text)})
            # Without a parenthesis there is none, which the pattern takes long to tell.
            for before, inside, initials in _ALIAS.findall(text) if " (" in text else ():
                pair = _alias(before, (inside or initials).split(" ")[0])
                if pair:
                    aliases[(*pair, passage.document_id)] = aliases.get((*pair, passage.document_id), 0) + 1
        words = [
            Word(text, stem(text), n, not ordinary >= set(re.split(_PARTS, text))) for text, n in sorted(counts.items())
        ]
        listed: dict[tuple[str, str], None] = {}
        for document in documents:
            for reference in document.references:
                for found in WORD.finditer(document.text[reference.start : reference.end]):
                    word = found[0].lower()
                    is_name = len(word) > _SHORT and (found[0] != word or word not in ordinary)
                    if is_name:
                        listed[(word, document.id)] = None
        return cls(tuple(words), tuple(_names(aliases, counts, ordinary)), tuple(listed))


def stem(word: str) -> str:
    """The term that stands for `word` in the lexical index (its last part, for a word with a hyphen)."""
    terms = analyze(_POSSESSIVE.sub("", word))
    return terms[-1] if terms else word.lower()


def _names(
    aliases: Mapping[tuple[str, str, str], int], counts: Mapping[str, int], ordinary: Set[str]
) -> Iterator[tuple[str, str, str]]:
    """Those of `aliases`, each with how often it stands, that are two names of one thing, and not a remark on it.

    Of an ordinary word that is so only where it often stands with the other; and what has many others has examples.
    """
    singles: Counter[tuple[str, str]] = Counter()
    for (name, other, _), often in aliases.items():
        if " " not in name:
            singles[name, other] += often
    others = Counter(word for pair in {frozenset(pair) for pair in singles} for word in pair)
    for name, other, document in aliases:
        if " " not in name:
            often = singles[name, other]
            is_remark = any(word in ordinary and often < _OFTEN * counts[word] for word in (name, other))
            if is_remark or max(others[name], others[other]) > _MOST_OTHERS:
                continue
        yield name, other, document


def _alias(before: str, inside: str) -> tuple[str, str] | None:
    """The two names of `before (inside)`: initials stand for as many words, any other word for the one before it.

    A number is no name, nor is a word that only joins others, which initials may look like.
    """
    if len(inside) < 2 or not inside[0].isalpha() or inside.lower() in FUNCTION_WORDS:
        return None
    words = before.split(" ")
    letters = re.sub(r"[^A-Z]", "", inside)
    if len(letters) >= 2:
        for count in range(len(words), 1, -1):
            initials = "".join(part[0] for word in words[-count:] for part in word.split("-") if part)
            if initials.lower().startswith(letters[:count].lower()) and len(initials) <= len(letters) + 1:
                return " ".join(words[-count:]).lower(), inside.lower()
        return None
    last = words[-1].lower()
    are_words = min(len(last), len(re.sub(r"[\W\d_]", "", inside))) >= _SHORT and last not in FUNCTION_WORDS
    return (last, inside.lower()) if are_words else None
