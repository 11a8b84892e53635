"""The words of a corpus: which there are, which of them are names, and which stand for each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from ingest.documents.document import Document
from ingest.documents.passages import Passage
from ingest.english import FUNCTION_WORDS, analyze

WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")
_SHORT = 3
_MOST_OTHERS, _OFTEN = 3, 0.1
_PARTS = re.compile(r"[-'’]")
_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)
_ALIAS = re.compile(
    r"([^\W\d_][\w-]{0,60}(?: [^\W\d_][\w-]{0,60}){0,5}) \("
    r"(?:(\w[\w-]*|[A-Z][\w-]*(?: [A-Z][\w-]*){1,2})\)|([A-Z]{2,}),)"
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
class Pair:
    """Two names that a document gives as names of one thing, `other` in parentheses behind `name`, and how `often`.

    Either may be `ordinary`, a word that the encoder holds whole.
    """

    name: str
    other: str
    document: str
    often: int
    ordinary: tuple[bool, bool]


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
        by_document: dict[str, list[Passage]] = {}
        for passage in passages:
            counts.update(words_in(passage))
            by_document.setdefault(passage.document_id, []).append(passage)
        pairs = [pair for name in by_document for pair in pairs_in(name, by_document[name], ordinary)]
        aliases = tuple((pair.name, pair.other, pair.document) for pair in aliases_of(pairs, counts))
        listed = tuple((word, document.id) for document in documents for word in listed_in(document, ordinary))
        return cls(tuple(word_of(text, n, ordinary) for text, n in sorted(counts.items())), aliases, listed)


def words_in(passage: Passage) -> set[str]:
    """The words of a passage with its headings, in lower case."""
    return {found[0].lower() for found in WORD.finditer(passage.embedded_text)}


def word_of(text: str, passages: int, ordinary: Set[str]) -> Word:
    """A word that stands in so many passages."""
    return Word(text, stem(text), passages, not ordinary >= set(re.split(_PARTS, text)))


def pairs_in(document: str, passages: Iterable[Passage], ordinary: Set[str]) -> list[Pair]:
    """The pairs of names in the passages of one document, in the order in which they stand there."""
    often: Counter[tuple[str, str]] = Counter()
    for passage in passages:
        text = passage.embedded_text
        # Without a parenthesis there is none, which the pattern takes long to tell.
        for before, inside, initials in _ALIAS.findall(text) if " (" in text else ():
            pair = _alias(before, (inside or initials).split(" ")[0])
            if pair:
                often[pair] += 1
    return [
        Pair(name, other, document, count, (name in ordinary, other in ordinary))
        for (name, other), count in often.items()
    ]


def listed_in(document: Document, ordinary: Set[str]) -> list[str]:
    """The capitalised words, in lower case, of the references of a document, each once."""
    listed: dict[str, None] = {}
    for reference in document.references:
        for found in WORD.finditer(document.text[reference.start : reference.end]):
            word = found[0].lower()
            if len(word) > _SHORT and (found[0] != word or word not in ordinary):
                listed[word] = None
    return list(listed)


def aliases_of(pairs: Sequence[Pair], counts: Mapping[str, int]) -> Iterator[Pair]:
    """Those of `pairs` that are two names of one thing, and not a remark on it.

    Of an ordinary word that is so only where it often stands with the other, for which `counts` tells in how many
    passages it stands; and what has many others has examples.  For all pairs of one name `pairs` has to hold those of
    all its partners.
    """
    singles: Counter[tuple[str, str]] = Counter()
    for pair in pairs:
        if " " not in pair.name:
            singles[pair.name, pair.other] += pair.often
    others = Counter(word for both in {frozenset(pair) for pair in singles} for word in both)
    for pair in pairs:
        if " " not in pair.name:
            often = singles[pair.name, pair.other]
            both = zip((pair.name, pair.other), pair.ordinary, strict=True)
            is_remark = any(ordinary and often < _OFTEN * counts.get(word, 0) for word, ordinary in both)
            if is_remark or max(others[pair.name], others[pair.other]) > _MOST_OTHERS:
                continue
        yield pair


def stem(word: str) -> str:
    """The term that stands for `word` in the lexical index (its last part, for a word with a hyphen)."""
    terms = analyze(_POSSESSIVE.sub("", word))
    return terms[-1] if terms else word.lower()


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
