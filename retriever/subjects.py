"""What a corpus says of the things that it names: the passages about them, what they are, and of what kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from ingest import WORD, Generation, analyze, query_terms
from retriever.names import Names

_READ = 20
_REMEMBERED, _WORDS = 500, 5000
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


class Subjects:
    """The things that one may ask a corpus about.

    `is_subject(word)` is whether a word is the name of one: it has another name, or is written as a name; a name that
    the corpus never writes with a capital, but in a list, is rather something said of a subject.  `is_phrase(words)` is
    whether the corpus says words so often together, in the same form, that they are one expression.
    """

    def __init__(self, generation: Generation, names: Names) -> None:
        """Those of `generation`."""
        self._generation = generation
        self._names = names
        self._about: dict[str, tuple[str, ...]] = {}
        self._kinds: dict[str, tuple[str, ...]] = {}
        # The words of a question and of what is said come again and again, and the texts about them are long.
        self.is_subject: Callable[[str], bool] = lru_cache(_WORDS)(self._is_subject)
        self.is_phrase: Callable[[str], bool] = lru_cache(_WORDS)(self._is_phrase)

    def about(self, subject: str) -> tuple[str, ...]:
        """The texts, each with its headings, of the passages that best match `subject` and speak of it; at most 20."""
        key = subject.casefold()
        if key not in self._about:
            if len(self._about) >= _REMEMBERED:
                self._about.clear()
            found = self._generation.lexical.search(query_terms(subject), _READ)
            passages = self._generation.passages([row for row, _ in found])
            texts = (passage.embedded_text for passage in passages)
            self._about[key] = tuple(text for text in texts if self._names.speaks_of(subject, frozenset(analyze(text))))
        return self._about[key]

    def _is_subject(self, word: str) -> bool:
        lower = word.lower()
        if not self._names.has(lower):
            return word != lower and bool(self._names.aliases([lower]))
        forms = (lower, lower + "s", lower.removesuffix("s"))
        written = re.compile(rf"(?<![{_BULLET}] )\b{re.escape(lower.removesuffix('s'))}s?\b", re.IGNORECASE)
        found = (match[0] for form in forms for text in self.about(form) for match in written.finditer(text))
        return bool(self._names.aliases(forms)) or any(form != form.lower() for form in found)

    def _is_phrase(self, words: str) -> bool:
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
                    if heading != document.title and self._names.find(heading) and not opening.search(heading):
                        yield heading

    def is_kind(self, kind: str, subject: str) -> bool:
        """Whether the corpus says that `subject` is a `kind`: "Verdolin is a feed", "feeds such as verdolin"."""
        if not analyze(kind):
            return False
        stem = rf"{re.escape(kind.lower().removesuffix('s'))}s?"
        own = (subject, *self._names.aliases(found[0].lower() for found in WORD.finditer(subject)))
        if any(re.search(rf"\b{stem}$", name, re.IGNORECASE) for name in own):
            return True
        singulars = (re.escape(name.removesuffix("s")) for name in (subject.lower(), *subject.lower().split()))
        things = rf"(?:{'|'.join(singulars)})s?"
        patterns = [re.compile(p.format(kind=stem, thing=things), re.IGNORECASE) for p in _KINDS]
        return any(pattern.search(text) for text in self.about(subject) for pattern in patterns)

    def of_kinds(self, question: str) -> list[str]:
        """The question asked of the kind of each thing that it names, where the corpus says what kind that is."""
        found: list[str] = []
        for word in WORD.finditer(question):
            name = word[0].lower()
            for kind in dict.fromkeys(k for n in (name, *self._names.aliases([name])) for k in self.kinds(n.lower())):
                if kind.casefold() not in question.casefold():
                    found.append(question[: word.start()] + kind + question[word.end() :])
        return found
