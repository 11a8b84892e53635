"""What holds an index: small doors about the domain, behind which files lie, or a database.

A catalog has the generations.  One of these is read through three other doors, each of which takes all that is asked at
one time in one call, so that a question costs a few round trips wherever the index is.  Texts are analysed by who asks:
an engine is given words, terms, vectors and the numbers of rows.  What is opened is of one generation and stays what it
is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, get_args

from ingest.documents.document import Document
from ingest.documents.passages import Passage
from ingest.embed.encoder import Vectors
from ingest.index.vocabulary import Pair, Vocabulary, Word

if TYPE_CHECKING:
    from ingest.embed.embedding import Embedding
    from ingest.index.doctor import Finding
    from ingest.index.generation import Generation
    from ingest.index.history import Kept
    from ingest.index.plan import Changes
    from ingest.index.suggested import Suggested

# What a document may state of itself, by the names of its fields.
Stated: TypeAlias = Literal["revised", "review_status"]
STATED: tuple[Stated, ...] = get_args(Stated)


class Catalog(Protocol):
    """The generations that are kept.

    Besides reading, each method is for one who holds the place of the sole writer.
    """

    @property
    def where(self) -> str:
        """What messages call it."""

    @property
    def folder(self) -> Path:
        """The local folder of what is of no generation: exports, and what a build that was broken off has embedded."""

    def names(self) -> Sequence[str]:
        """Of the complete ones, oldest first."""

    def published(self) -> str:
        """The name of the published one; IndexMissing or IndexDamaged where there is none."""

    def open(self, name: str | None = None) -> Generation:
        """The one that is called so or whose name begins so, or that is published; IndexMissing or IndexDamaged."""

    def history(self) -> Sequence[Kept]:
        """The kept ones, newest first; IndexMissing where there is none."""

    def examine(self) -> Sequence[Finding]:
        """What is wrong with them, and what mends it."""

    def suggested(self, name: str) -> Suggested | None:
        """What can be asked of the generation called `name`; None where that was not found out."""

    def sole_writer(self, wait: bool = True, on_wait: Callable[[], None] | None = None) -> AbstractContextManager[None]:
        """Hold what only one who writes can hold; IndexBusy without `wait`."""

    def to_update(self) -> Generation | None:
        """The published one, to make the next from; None where there is none that can be used."""

    def write(self, previous: Generation | None, changes: Changes, embedding: Embedding) -> Generation:
        """Write the next one, from `previous` where that is given, and open it; it is complete, and not published.

        What a build that was killed left is cleared away first.  Raises IndexDamaged, OSError or IndexUnwritable.
        """

    def point_to(self, name: str) -> None:
        """Publish a complete generation, at once for all who read; IndexUnwritable."""

    def discard(self, name: str) -> None:
        """Remove one that was written and is not to be published."""

    def forget(self, keep: int) -> None:
        """Remove all but the newest `keep` generations and the published one."""

    def merge(self) -> None:
        """Do what was put off when the published one was written, so that nobody who waited for it waited for that."""

    def suggest(self, name: str, suggested: Suggested) -> None:
        """Keep what can be asked of the generation called `name`, if that is still kept; OSError, IndexUnwritable."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a document without reading it: its number, and hashes that tell whether it has changed.

    `record` is that of all that is stored of it, `source` that of what it was read from, None where that is not known;
    both are 16 bytes.  `file` is where that lay in the corpus.
    """

    number: int
    id: str
    record: bytes
    source: bytes | None
    file: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of some words: those that passages hold, the pairs of names with them, and what is only listed."""

    words: Sequence[Word]
    pairs: Sequence[Pair]
    listed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """Passages by their rows, and the rows of all passages of their documents, by the ids of these, in their order.

    `held` are those of some terms that each passage holds, with its headings.
    """

    passages: Mapping[int, Passage]
    rows_of: Mapping[str, range]
    held: Mapping[int, frozenset[str]]


class Store(Protocol):
    """Documents, passages and words."""

    def __len__(self) -> int:
        """How many documents there are."""

    def ids(self) -> Sequence[str]:
        """Of all documents, in their order."""

    def rows(self) -> Sequence[int]:
        """Of all passages, ascending."""

    def facts(self) -> Sequence[Facts]:
        """Of all documents, in their order; they are remembered."""

    def revisions(self) -> Mapping[str, str]:
        """Of all documents, by their ids, in their order."""

    def documents(self, ids: Collection[str]) -> Mapping[str, Document]:
        """Those that there are, by their ids."""

    def rows_of(self, ids: Collection[str]) -> Mapping[str, range]:
        """The rows of the passages of each document that there is, in the order of the documents."""

    def found(self, rows: Collection[int], terms: Collection[str] = ()) -> Found:
        """The passages of the given rows, and which of the `terms` (of `analyze`) each holds; KeyError without one."""

    def rows_with(self, text_hashes: Collection[str]) -> Mapping[str, int]:
        """Of each text that was embedded, by its hash, a row that has its vector."""

    def known(self, texts: Collection[str], terms: Collection[str]) -> Known:
        """What is known of the words `texts`, and of all words with one of the `terms`.

        The pairs are those with a name among `texts`, and those with a partner of one, in the order of the ids of
        their documents and of their places in them.  Of each of `texts` that stands in bibliographies `listed` has the
        first of the ids of their documents.
        """

    def texts(self) -> tuple[str, ...]:
        """All words, in order."""

    def vocabulary(self) -> Vocabulary:
        """All that is known of words, at once."""


class Nearest(Protocol):
    """The vectors."""

    def __len__(self) -> int: ...

    def of(self, rows: Sequence[int]) -> Vectors:
        """The vectors of the given rows, in that order, (len(rows), dimension); KeyError if one is not there."""

    def search(self, vectors: Vectors, limit: int) -> list[list[tuple[int, float]]]:
        """For each of `vectors`, (n, dimension), the `limit` nearest as (row, cosine), best first, ties by row."""


class Lexical(Protocol):
    """The terms."""

    def __len__(self) -> int: ...

    def search(self, questions: Sequence[Sequence[str]], limit: int) -> list[list[tuple[int, float]]]:
        """For each bag of terms the best rows as (row, BM25 score), best first, ties by row."""
