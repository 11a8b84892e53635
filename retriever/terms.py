"""What the words of a question mean in this corpus: spelling, names and their other names, and how telling each is."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from ingest import FUNCTION_WORDS, WORD, Encoder, Generation, analyze, query_terms
from retriever.synonyms import Synonyms

_SHORTEST_MENDED = 5
_LONG = 8
_NAMING_WORDS = "abbreviation acronym brand called generic known marketed name named names sold trade trademark"
_NAMING = frozenset(_NAMING_WORDS.split())
# Below the first cosine two words have nothing to do with each other, at the second they mean the same.
_UNLIKE, _ALIKE = 0.45, 0.80
_OF_KIND = 0.8
_READ = 20
_REMEMBERED = 500
_OFTEN = 2
_WITHIN = "(?:an?|the|of|for|with|in|from|to|by|as|these|those)"
_BULLET = "•*–-"
# What a text says that a thing is: {kind} and {thing} are patterns of words.
_KINDS = (
    r"\b{thing}\b[^.]{{0,40}}?\b(?:is|are) (?:\w+[ -]){{0,4}}{kind}\b",
    r"\b{kind},? (?:such as|like|called|including|are)\b[^.]{{0,60}}\b{thing}\b",
    r"\b{thing} {kind}\b",
    r"\b{kind} \({thing}\)",
)


@dataclass(frozen=True, slots=True)
class Mended:
    """A question with its misspelt words put right: `changes` are (as written, as read) pairs."""

    text: str
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A word of a question that says what it is about, with its terms in the lexical index and their greatest idf."""

    word: str
    terms: tuple[str, ...]
    weight: float


class Terms:
    """The vocabulary of one generation, made ready for questions."""

    def __init__(self, generation: Generation, encoder: Encoder) -> None:
        """For questions about `generation`, with the encoder that it was made with."""
        self._generation = generation
        self._encoder = encoder
        self._lexicon = generation.lexicon
        self._passages = generation.passage_count()
        self._about: dict[str, tuple[str, ...]] = {}
        self._kinds: dict[str, tuple[str, ...]] = {}
        self._synonyms = Synonyms(generation.synonyms)

    def idf(self, term: str) -> float:
        """How telling a term is: ln(1 + (N - n + 0.5) / (n + 0.5)), as in BM25; most for one the corpus has not."""
        n = self._lexicon.count(term)
        return math.log(1 + (self._passages - n + 0.5) / (n + 0.5))

    def asked(self, question: str) -> list[Asked]:
        """The words of a question that are not function words, each once, in order."""
        found: dict[tuple[str, ...], Asked] = {}
        phrases = [
            (s.start, s.end) for s in self._synonyms.find(question) if WORD.fullmatch(question, s.start, s.end) is None
        ]
        for start, end in phrases:
            phrase = question[start:end].lower()
            terms = tuple(analyze(phrase))
            weight = max(self.idf(term) for other in (phrase, *self._synonyms.of(phrase)) for term in analyze(other))
            found[terms] = Asked(phrase, terms, weight)
        for match in WORD.finditer(question):
            if any(start <= match.start() < end for start, end in phrases):
                continue
            word = match[0].lower().replace("’", "'")
            terms = tuple(analyze(word))
            if word not in FUNCTION_WORDS and terms:
                found.setdefault(terms, Asked(word, terms, max(map(self.idf, terms))))
        asked = list(found.values())
        # "The generic name of X" is answered by its other name alone.
        named = any(self.aliases([a.word]) for a in asked)
        return [a for a in asked if not (named and a.word in _NAMING)]

    def mend(self, question: str) -> Mended:
        """Put right the words that neither the corpus nor the encoder knows.

        Such a word becomes the one word of the corpus that it resembles.  One slip (Damerau-Levenshtein) is forgiven,
        two in a long word that begins alike; where two words of different meaning are equally near, none is taken.
        """
        changes: list[tuple[str, str]] = []

        def replace(found: re.Match[str]) -> str:
            word = found[0].lower()
            if not word.isalpha() or self._is_known(word):
                return found[0]
            near = _nearest(word, self._lexicon.texts)
            better = near[0] if len({tuple(analyze(other)) for other in near}) == 1 else None
            if better is None:
                return found[0]
            changes.append((found[0], better))
            return better

        return Mended(WORD.sub(replace, question), tuple(changes))

    def listed(self, question: str) -> dict[str, str]:
        """The names in a question that stand in bibliographies alone, each with the id of a document that lists it."""
        listed: dict[str, str] = {}
        for found in WORD.finditer(question):
            word = found[0]
            document = self._lexicon.lists(word.lower())
            is_capitalised = found.start() > 0 and word[0].isupper() and not question.isupper()
            if document and (is_capitalised or not self._is_known(word.lower())):
                listed[word] = document
        return listed

    def is_strange(self, word: str) -> bool:
        """Whether a word is a name from elsewhere: unknown, and no misspelling or part of a word that is known.

        A short word in lower case is taken for slang or a slip, in capitals for an abbreviation.
        """
        lower = word.lower()
        if self._is_known(lower) or (len(word) < _SHORTEST_MENDED and not word.isupper()):
            return False
        if len(lower) >= _SHORTEST_MENDED and any(lower in known for known in self._lexicon.texts):
            return False
        return not _nearest(lower, self._lexicon.texts) and not _nearest(lower, self._encoder.words)

    def _is_known(self, word: str) -> bool:
        """Whether the corpus or the encoder's vocabulary has a word, or all the parts of one with hyphens."""
        if self._synonyms.has(word):
            return True
        if self._lexicon.word(word) or word in FUNCTION_WORDS or all(map(self._lexicon.count, analyze(word))):
            return True
        parts = [part for part in re.split(r"[-'’]", word) if len(part) > 1]
        ordinary = self._encoder.words
        return all(p in ordinary or self._lexicon.word(p) or p.removesuffix("s") in ordinary for p in parts)

    def names(self, text: str) -> list[str]:
        """The names of the corpus that stand in `text`, in order, in lower case, each once."""
        found = (match[0].lower() for match in WORD.finditer(text))
        return list(dict.fromkeys(word for word in found if self.is_name(word)))

    def is_name(self, word: str) -> bool:
        """Whether a word (lower case) of the corpus, or its singular or plural, is a name."""
        forms = (self._lexicon.word(form) for form in (word, word + "s", word.removesuffix("s")))
        return any(known.is_name for known in forms if known)

    def aliases(self, words: Iterable[str]) -> list[str]:
        """The other names of `words` (lower case), each once, without the words themselves."""
        given = list(words)
        others = (other for word in given for other in self._lexicon.others(word))
        return list(dict.fromkeys(other for other in others if other not in given))

    def expand(self, question: str) -> str:
        """The question with the other names of what it names behind it, for searching."""
        return _with(question, self.aliases(match[0].lower() for match in WORD.finditer(question)))

    def of_kinds(self, question: str) -> list[str]:
        """The question asked of the kind of each thing that it names, where the corpus says what kind that is."""
        found: list[str] = []
        for word in WORD.finditer(question):
            name = word[0].lower()
            for kind in dict.fromkeys(k for n in (name, *self.aliases([name])) for k in self.kinds(n.lower())):
                if kind.casefold() not in question.casefold():
                    found.append(question[: word.start()] + kind + question[word.end() :])
        return found

    def match(self, asked: Asked, terms: frozenset[str]) -> float:
        """How well a text with these `terms` holds a word, in [0, 1]: 1 for itself or another name of it.

        Else by the nearest meaning: the greatest cosine between the word and a term, both embedded alone.
        """
        if terms.issuperset(asked.terms):
            return 1.0
        aliases = self.aliases([asked.word])
        if any(terms.issuperset(analyze(other)) for other in (*aliases, *self._synonyms.of(asked.word))):
            return 1.0
        if any(terms.issuperset(analyze(kind)) for name in (asked.word, *aliases) for kind in self.kinds(name)):
            return _OF_KIND
        if not terms:
            return 0.0
        vectors = self._encoder.encode([asked.word, *sorted(terms)])
        nearest = float((vectors[1:] @ vectors[0]).max())
        return min(1.0, max(0.0, (nearest - _UNLIKE) / (_ALIKE - _UNLIKE)))

    def speaks_of(self, subject: str, terms: frozenset[str]) -> bool:
        """Whether a text with these `terms` holds all words of `subject`, or another name of it."""
        words = [found[0].lower() for found in WORD.finditer(subject)]
        names = (subject, *self.aliases(words))
        return any(terms.issuperset(analyze(name)) for name in names)

    def about(self, subject: str) -> tuple[str, ...]:
        """The texts, each with its headings, of the passages that best match `subject` and speak of it; at most 20."""
        key = subject.casefold()
        if key not in self._about:
            if len(self._about) >= _REMEMBERED:
                self._about.clear()
            found = self._generation.lexical.search(query_terms(subject), _READ)
            passages = self._generation.passages([row for row, _ in found])
            texts = (passage.embedded_text for passage in passages)
            self._about[key] = tuple(text for text in texts if self.speaks_of(subject, frozenset(analyze(text))))
        return self._about[key]

    def is_subject(self, word: str) -> bool:
        """Whether a word is the name of something one may ask about: it has another name, or is written as a name.

        A name that the corpus never writes with a capital, but in a list, is rather something said of a subject.
        """
        lower = word.lower()
        if not self.is_name(lower):
            return word != lower and bool(self.aliases([lower]))
        forms = (lower, lower + "s", lower.removesuffix("s"))
        written = re.compile(rf"(?<![{_BULLET}] )\b{re.escape(lower.removesuffix('s'))}s?\b", re.IGNORECASE)
        found = (match[0] for form in forms for text in self.about(form) for match in written.finditer(text))
        return bool(self.aliases(forms)) or any(form != form.lower() for form in found)

    def is_phrase(self, words: str) -> bool:
        """Whether the corpus says these words so often together, in the same form, that they are one expression."""
        first, _, last = words.rpartition(" ")
        together = re.compile(rf"\b(?P<within>{_WITHIN} )?{re.escape(words.removesuffix('s'))}s?\b", re.IGNORECASE)
        texts = self.about(first) if first and last else ()
        found = [match for match in map(together.search, texts) if match]
        # A verb stands behind a name as often as a noun, but hardly in the middle of a sentence.
        inside = any(match["within"] for text in texts for match in together.finditer(text))
        return inside and len(found) >= _OFTEN and 2 * len(found) >= len(texts)

    def kinds(self, name: str) -> tuple[str, ...]:
        """What `name` (lower case) is one of: the headings, of names themselves, under which a list item is about it.

        Such an item opens with the name and its other name, or a colon: "Verdolin (Growfast) …".
        """
        if name not in self._kinds:
            if len(self._kinds) >= _REMEMBERED:
                self._kinds.clear()
            self._kinds[name] = tuple(dict.fromkeys(self._headings_over(name)))
        return self._kinds[name]

    def _headings_over(self, name: str) -> Iterator[str]:
        opening = re.compile(rf"{re.escape(name.removesuffix('s'))}s?(?= ?[(:])", re.IGNORECASE)
        for row, _ in self._generation.lexical.search(query_terms(name), _READ):
            (passage,) = self._generation.passages([row])
            document = self._generation.document(passage.document_id)
            for block in document.blocks:
                inside = passage.start <= block.start < passage.end
                if inside and block.kind == "item" and opening.match(document.text, block.start):
                    heading = document.section_at(block.start).heading
                    if heading != document.title and self.names(heading) and not opening.search(heading):
                        yield heading

    def is_kind(self, kind: str, subject: str) -> bool:
        """Whether the corpus says that `subject` is a `kind`: "Verdolin is a feed", "feeds such as verdolin"."""
        if not analyze(kind):
            return False
        stem = rf"{re.escape(kind.lower().removesuffix('s'))}s?"
        own = (subject, *self.aliases(found[0].lower() for found in WORD.finditer(subject)))
        if any(re.search(rf"\b{stem}$", name, re.IGNORECASE) for name in own):
            return True
        singulars = (re.escape(name.removesuffix("s")) for name in (subject.lower(), *subject.lower().split()))
        things = rf"(?:{'|'.join(singulars)})s?"
        patterns = [re.compile(p.format(kind=stem, thing=things), re.IGNORECASE) for p in _KINDS]
        return any(pattern.search(text) for text in self.about(subject) for pattern in patterns)

    def nearest(self, name: str, others: Sequence[str]) -> str | None:
        """The one of `others` whose meaning is nearest to `name`, the first of equals; None where there is none."""
        if len(others) < 2:
            return next(iter(others), None)
        vectors = self._encoder.encode([name, *others])
        return others[int((vectors[1:] @ vectors[0]).argmax())]

    def relates(self, asked: Iterable[Asked], subject: str) -> float:
        """The part of the words asked that stand, to the letter, in the passages about `subject`, in [0, 1]."""
        words = list(asked)
        held = frozenset(term for text in self.about(subject) for term in analyze(text))
        return sum(held.issuperset(word.terms) for word in words) / len(words) if words else 0.0

    def coverage(self, asked: Iterable[Asked], terms: frozenset[str]) -> float:
        """The part of what is asked, weighed by idf, that a text with these `terms` holds, in [0, 1]."""
        words = list(asked)
        total = sum(word.weight for word in words)
        return sum(word.weight * self.match(word, terms) for word in words) / total if total else 0.0


def _with(question: str, others: Iterable[str]) -> str:
    """`question` with those of `others` that it does not hold in brackets behind it."""
    new = [other for other in dict.fromkeys(others) if other.casefold() not in question.casefold()]
    return f"{question} ({', '.join(new)})" if new else question


def _nearest(word: str, vocabulary: Iterable[str]) -> list[str]:
    """The words of a vocabulary nearest to a misspelt one, in order; none where none is near."""
    if len(word) < _SHORTEST_MENDED:
        return []
    found = process.extract(
        word, list(vocabulary), scorer=DamerauLevenshtein.distance, score_cutoff=2 if len(word) >= _LONG else 1, limit=8
    )
    near = [
        (int(d), other) for other, d, _ in found if len(other) >= _SHORTEST_MENDED and (d == 1 or other[0] == word[0])
    ]
    return sorted(other for distance, other in near if distance == min(near)[0])
