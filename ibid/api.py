"""The Python face: open an index, ask it, and look behind its answers."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any

from answer import Answer, Answerer, Citation, Conversation, Stage, Verdict, check_question, verify
from ibid.models import ModelOptions
from ibid.opening import newest, open_answerer
from ibid.places import Places
from ibid.streaming import Told, Waiting, awaited, told, told_meanwhile
from ingest import Document, Generation, Suggestion
from retriever import Hit


class UnknownSource(LookupError):
    """There is no source of that id; the message names those that there are."""


class LibraryClosed(RuntimeError):
    """The library was closed, and what it held is freed."""


class Library:
    """A set of documents that can be asked.

    What is indexed meanwhile is answered from at the next question.  A library may be used from several threads, which
    take turns.  Each of its methods raises IngestError where the index is gone, damaged, or was made anew with another
    encoder, and LibraryClosed after `close`, which the end of a `with` block calls.

    A question whose answer is no longer waited for, as the task was cancelled or the stream was left, is given up
    before its next stage; its conversation is then as if it had not been asked.
    """

    def __init__(self, answerer: Answerer, places: Places) -> None:
        """Use `ibid.open`."""
        self._answerer: Answerer | None = answerer
        self._places = places
        self._turn = Lock()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free the index and the models, once what is being answered is answered; closing again does nothing."""
        with self._turn:
            self._answerer = None
        # What remembers words and vectors refers back to what it remembers them for, and is not freed by itself.
        gc.collect()

    @property
    def generation(self) -> Generation:
        """What is published now of the index."""
        with self._turn:
            return self._newest().generation

    def ask(self, question: str) -> Answer:
        """Answer a question that stands alone.

        Raises QuestionError (an AnswerError) where it is empty, longer than 2,000 characters, or not text.
        """
        return self.conversation().ask(question)

    async def aask(self, question: str) -> Answer:
        """`ask`, in a thread."""
        return await self.conversation().aask(question)

    def stream(self, question: str) -> Generator[Told, None, None]:
        """`ask`, told while it goes on: each stage as it begins, then the statements, and at last the Answer.

        The stages are "resolve", "search", "read" and, where a model writes, "write"; only the first where the same was
        asked before.  A statement is told when it is a quotation or was checked against its citations, never before.
        """
        return self.conversation().stream(question)

    def astream(self, question: str) -> AsyncGenerator[Told, None]:
        """`stream`, for `async for`."""
        return self.conversation().astream(question)

    def conversation(self) -> Chat:
        """A conversation, in which a question may follow up on those before it."""
        return Chat(self._ask)

    def search(self, question: str, k: int = 10) -> list[Hit]:
        """The best `k` passages for a question, best first, whether or not they answer it.

        Raises QuestionError, as `ask`.
        """
        return self._search(question, k)[0]

    async def asearch(self, question: str, k: int = 10) -> list[Hit]:
        """`search`, in a thread."""
        return await asyncio.to_thread(self.search, question, k)

    def search_cited(self, question: str, k: int = 10) -> list[tuple[Hit, Citation]]:
        """What `search` gives, each with the place that it stands at, numbered by rank."""
        return self.search_told(question, k)[0]

    def search_told(self, question: str, k: int = 10) -> tuple[list[tuple[Hit, Citation]], Generation]:
        """What `search_cited` gives, and the generation that it is of."""
        hits, generation = self._search(question, k)
        passages = [(hit, hit.passage) for hit in hits]
        cited = [
            (hit, Citation.of(hit.rank, generation.document(found.document_id), found.start, found.end))
            for hit, found in passages
        ]
        return cited, generation

    def sources(self) -> list[Document]:
        """The documents, in the order of the manifest."""
        generation = self.generation
        return list(generation.documents(generation.document_ids()).values())

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
        suggested = self._places.catalog.suggested(self.generation.name)
        return list(suggested.of(source)[:n]) if suggested else []

    def verify(self, answer: Answer | Mapping[str, Any]) -> list[Verdict]:
        """Check every citation of an answer, or of its stored record: still exact, moved, or gone.

        Raises RecordError (an AnswerError) where it is no answer record, or was altered.
        """
        record = answer.to_json() if isinstance(answer, Answer) else answer
        return verify(record, self.generation)

    def _ask(self, question: str, conversation: Conversation, begins: Callable[[Stage], None]) -> Answer:
        with self._turn:
            return self._newest().ask(question, conversation, begins=begins)

    def _search(self, question: str, k: int) -> tuple[list[Hit], Generation]:
        asked = check_question(question)
        with self._turn:
            answerer = self._newest()
            return answerer.search(answerer.terms.spelling.correct(asked).text, k), answerer.generation

    def _newest(self) -> Answerer:
        if self._answerer is None:
            raise LibraryClosed("it was closed; open it again with: ibid.open(…)")
        self._answerer = newest(self._answerer, self._places)
        return self._answerer


class Chat:
    """Questions that may follow up on one another: "And its side effects?".

    Where several are asked at once they are taken in turn.
    """

    def __init__(self, ask: Callable[[str, Conversation, Callable[[Stage], None]], Answer]) -> None:
        """Use `Library.conversation`."""
        self._ask = ask
        self._conversation = Conversation()
        self._turn = Lock()

    def ask(self, question: str) -> Answer:
        """Answer a question; `resolved_question` of the answer is how it was understood.

        Raises QuestionError, as `Library.ask`.
        """
        return self._answer(question, Waiting())

    async def aask(self, question: str) -> Answer:
        """`ask`, in a thread."""
        return await awaited(lambda waiting: self._answer(question, waiting))

    def stream(self, question: str) -> Generator[Told, None, None]:
        """`ask`, told while it goes on: see `Library.stream`."""
        return told(lambda waiting: self._answer(question, waiting))

    def astream(self, question: str) -> AsyncGenerator[Told, None]:
        """`stream`, for `async for`."""
        return told_meanwhile(lambda waiting: self._answer(question, waiting))

    def _answer(self, question: str, waiting: Waiting) -> Answer:
        """The answer, of which the conversation takes note only where someone still waits for it."""
        with self._turn:
            conversation = replace(self._conversation)
            answer = self._ask(question, conversation, waiting.begins)
            waiting.check()
            self._conversation = conversation
        return answer


def open(
    corpus: str | Path | None = None,
    index: str | Path | None = None,
    encoder: str | None = None,
    reader: str | None = None,
    model: str | None = None,
    base_url: str | None = None,
    write: bool = False,
    engine: str | None = None,
) -> Library:
    """Open the index of a folder of documents; it is made first where there is none.

    `corpus` is the folder (None: the bundled documents), `index` where their index is kept (None: a folder of the
    user's own), `encoder` a sentence-transformers model, by name or folder (None: the one the index was made with, or
    the bundled one), `reader` a transformers model that reads passages, by name or folder (None: the one that comes
    with the package; "none": passages are only weighed), `model` a language model that points at what is quoted,
    openai:NAME or transformers:FOLDER (None: the reader does), `base_url` where the server of openai:NAME is, `write`
    whether that model writes as well, and `engine` the address of a database that keeps the index.  Raises IngestError
    where the documents or the index cannot be read, ReaderError or ModelError (AnswerErrors) where there is no such
    model.

    >>> library = open()
    >>> answer = library.ask("What are the common side effects of cabozantinib?")
    >>> answer.status
    'answered'
    >>> answer.citations[0].publisher
    'American Cancer Society'
    """
    documents = Path(corpus) if corpus is not None else None
    places = Places.of(documents, Path(index) if index is not None else None, engine)
    return Library(open_answerer(places, encoder, reader, ModelOptions(model, base_url, write)), places)
