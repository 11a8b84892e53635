"""The Python face: open an index, ask it, and look behind its answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from answer import Answer, Answerer, Citation, Conversation, Verdict, check_question, verify
from ibid.opening import newest, open_answerer
from ibid.places import Places
from ingest import Document, Generation, Suggestion, suggestions
from retriever import Hit


class UnknownSource(LookupError):
    """There is no source of that id; the message names those that there are."""


class Library:
    """A set of documents that can be asked.

    What is indexed meanwhile is answered from at the next question.  A library may be used from several threads, which
    take turns.  Each of its methods raises IngestError where the index is gone, damaged, or was made anew with another
    encoder.
    """

    def __init__(self, answerer: Answerer, places: Places) -> None:
        """Use `ibid.open`."""
        self._answerer = answerer
        self._places = places
        self._turn = Lock()

    @property
    def generation(self) -> Generation:
        """What is published now of the index."""
        with self._turn:
            return self._newest().generation

    def ask(self, question: str) -> Answer:
        """Answer a question that stands alone.

        Raises QuestionError (an AnswerError) where it is empty, longer than 2,000 characters, or not text.
        """
        return self._ask(question, None)

    def conversation(self) -> Chat:
        """A conversation, in which a question may follow up on those before it."""
        return Chat(self._ask)

    def search(self, question: str, k: int = 10) -> list[Hit]:
        """The best `k` passages for a question, best first, whether or not they answer it.

        Raises QuestionError, as `ask`.
        """
        return self._search(question, k)[0]

    def search_cited(self, question: str, k: int = 10) -> list[tuple[Hit, Citation]]:
        """What `search` gives, each with the place that it stands at, numbered by rank."""
        hits, generation = self._search(question, k)
        passages = [(hit, hit.passage) for hit in hits]
        return [
            (hit, Citation.of(hit.rank, generation.document(found.document_id), found.start, found.end))
            for hit, found in passages
        ]

    def sources(self) -> list[Document]:
        """The documents, in the order of the manifest."""
        generation = self.generation
        return [generation.document(source) for source in generation.document_ids()]

    def source(self, source: str) -> Document:
        """One document by its id; UnknownSource where there is none."""
        generation = self.generation
        try:
            return generation.document(source)
        except KeyError:
            ids = ", ".join(generation.document_ids())
            raise UnknownSource(f"there is no source {source!r}; there are {ids}") from None

    def suggestions(self, source: str | None = None, n: int = 10) -> list[Suggestion]:
        """Up to `n` questions that the documents answer, or one of them by its id; none in an index without them."""
        return list(suggestions(self.generation, source)[:n])

    def verify(self, answer: Answer | Mapping[str, Any]) -> list[Verdict]:
        """Check every citation of an answer, or of its stored record: still exact, moved, or gone.

        Raises RecordError (an AnswerError) where it is no answer record, or was altered.
        """
        record = answer.to_json() if isinstance(answer, Answer) else answer
        return verify(record, self.generation)

    def _ask(self, question: str, conversation: Conversation | None) -> Answer:
        with self._turn:
            return self._newest().ask(question, conversation)

    def _search(self, question: str, k: int) -> tuple[list[Hit], Generation]:
        asked = check_question(question)
        with self._turn:
            answerer = self._newest()
            return answerer.search(answerer.terms.spelling.mend(asked).text, k), answerer.generation

    def _newest(self) -> Answerer:
        self._answerer = newest(self._answerer, self._places)
        return self._answerer


class Chat:
    """Questions that may follow up on one another: "And its side effects?"."""

    def __init__(self, ask: Callable[[str, Conversation], Answer]) -> None:
        """Use `Library.conversation`."""
        self._ask = ask
        self._conversation = Conversation()

    def ask(self, question: str) -> Answer:
        """Answer a question; `resolved_question` of the answer is how it was understood.

        Raises QuestionError, as `Library.ask`.
        """
        return self._ask(question, self._conversation)


def open(
    corpus: str | Path | None = None,
    index: str | Path | None = None,
    encoder: str | None = None,
    reader: str | None = None,
    generator: str | None = None,
    base_url: str | None = None,
) -> Library:
    """Open the index of a folder of documents; it is made first where there is none.

    `corpus` is the folder (None: the bundled documents), `index` where their index is kept (None: a folder of the
    user's own), `encoder` a sentence-transformers model, by name or folder (None: the one the index was made with, or
    the bundled one), `reader` a transformers model that reads passages, by name or folder (None: the one that comes
    with the package; "none": passages are only weighed), `generator` a model that writes, openai:MODEL or
    transformers:FOLDER (None: answers are quotes alone), and `base_url` where the server of openai:MODEL is.  Raises
    IngestError where the documents or the index cannot be read, ReaderError or GeneratorError (AnswerErrors) where
    there is no such model.

    >>> library = open()
    >>> answer = library.ask("What are the common side effects of cabozantinib?")
    >>> answer.status
    'answered'
    >>> answer.citations[0].publisher
    'American Cancer Society'
    """
    places = Places.of(Path(corpus) if corpus is not None else None, Path(index) if index is not None else None)
    return Library(open_answerer(places, encoder, reader, generator, base_url), places)
