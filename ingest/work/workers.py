"""Processes that read, cut and embed for one that plans and writes: what they do, and what becomes of lost ones.

A process that comes to its end before its work does is replaced, and its work is done again once.  Where that was
reading a block of several sources, each is read by itself then, and one that ends its process twice is left out alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIG_BLOCK, SIGINT, pthread_sigmask
from threading import Lock, local
from types import TracebackType
from typing import Any, Protocol

from ingest.embed.encoder import Encoder, Vectors
from ingest.errors import EncoderMismatch, WorkerLost, WorkerMissing
from ingest.source import LeftOut, Source
from ingest.work.blocks import FOLDER, WHOLE, SourceBlock, blocks_of, read_block, write_block
from ingest.work.limits import Limits
from ingest.work.loader import Loader
from ingest.work.reading import Entry, Read, Reading, read_entry

# So many blocks a process are begun before what is in the first is asked for: one may take far longer than others.
_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Work:
    """What a process is to do: read into the folder `blocks`, and embed by what `open_encoder` gives.

    That is the encoder of that `fingerprint`; `shared` are the folders that the process must see, and `limits` those of
    reading a file.
    """

    blocks: Path
    open_encoder: Callable[[], Encoder]
    fingerprint: str
    shared: tuple[Path, ...] = ()
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def of(
        cls,
        index: Path,
        open_encoder: Callable[[], Encoder],
        fingerprint: str,
        shared: tuple[Path, ...] = (),
        limits: Limits = Limits(),  # noqa: B008 - frozen
    ) -> Work:
        """That for the index in the folder `index`."""
        return cls(index / FOLDER, open_encoder, fingerprint, shared, limits)


class Worker:
    """Does the work, in a process of its own."""

    def __init__(self, work: Work) -> None:
        """The encoder is opened when it is first needed."""
        self._work = work
        self._encoder: Encoder | None = None
        self._loader = Loader(work.limits)

    def begin(self) -> None:
        """Raise WorkerMissing where a folder is not to be seen from here."""
        for folder in (self._work.blocks, *self._work.shared):
            if not folder.is_dir():
                raise WorkerMissing(
                    f"there is no folder {folder} where a process is to read; share the folders of the documents and "
                    "of the index with all machines, each at the same path"
                )

    def read(self, block: SourceBlock) -> str:
        """Read and cut the sources of a block; the name of the file that has what this gave."""
        return write_block(self._work.blocks, block, self._loader)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, of shape (len(texts), dimension); EncoderMismatch where the encoder is another."""
        if self._encoder is None:
            encoder = self._work.open_encoder()
            if encoder.fingerprint != self._work.fingerprint:
                raise EncoderMismatch(
                    f"a process embeds by {encoder.fingerprint}, and not by {self._work.fingerprint}; install the same "
                    "encoder on all machines"
                )
            self._encoder = encoder
        return self._encoder.encode(texts)


class Hand(Protocol):
    """A process that has a Worker."""

    def do(self, what: str, *arguments: object) -> Any:  # noqa: ANN401 - what the method `what` gives
        """Call a method of the worker; raises what that raises, and WorkerLost where the process came to its end."""

    def end(self) -> None:
        """End the process at once; what it is doing is lost."""


class Workers:
    """Some processes, each of which is started when there is work for it; all are gone at the end of the context."""

    def __init__(self, blocks: Path, count: int, start: Callable[[], Hand]) -> None:
        """`count` processes, each started by `start`, that read into the folder `blocks`."""
        self._blocks = blocks
        self.count = count
        self._start = start
        # Ctrl-C is for this process to deal with: what is started by a thread that is deaf to it is deaf to it too.
        self._pool = ThreadPoolExecutor(count, "ibid-worker", lambda: pthread_sigmask(SIG_BLOCK, {SIGINT}))
        self._own = local()
        self._lock = Lock()
        self._hands: set[Hand] = set()
        self._is_open = True

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            self._is_open = False
            hands = [*self._hands]
        for hand in hands:
            hand.end()
        self._pool.shutdown()

    def read(self, entries: Iterable[Entry], hashes: Mapping[str, str], passage_size: int) -> Reading:
        """Each of `entries`, in their order, with what reading it gave; None where it is taken over.

        `hashes` are those of the sources, by their ids.  What a build that was broken off has read is not read again.
        """
        self._blocks.mkdir(parents=True, exist_ok=True)
        waiting: deque[tuple[list[Entry], SourceBlock, Future[str]]] = deque()
        for part, block in blocks_of(entries, hashes, passage_size):
            waiting.append((part, block, self._begin(block)))
            if len(waiting) > _AHEAD * self.count:
                yield from self._given(*waiting.popleft())
        while waiting:
            yield from self._given(*waiting.popleft())

    def embed(self, texts: Sequence[str]) -> Future[Vectors]:
        """Unit vectors, float32, of shape (len(texts), dimension), when they are made."""
        return self._pool.submit(self._embed, texts)

    def _begin(self, block: SourceBlock) -> Future[str]:
        """The name of the file of a block, when there is one."""
        name = f"{block.name}{WHOLE}"
        if block.sources and not (self._blocks / name).exists():
            return self._pool.submit(self._do, "read", block)
        known: Future[str] = Future()
        known.set_result(name)
        return known

    def _given(self, part: list[Entry], block: SourceBlock, file: Future[str]) -> Reading:
        read = self._read(block, file)
        for entry in part:
            yield entry, next(read) if isinstance(entry, Source) else read_entry(entry, block.passage_size)

    def _read(self, block: SourceBlock, file: Future[str]) -> Iterator[Read]:
        """What was read of each source of a block, of which a process may have been lost."""
        try:
            name = file.result()
        except WorkerLost:
            singly = [(one, self._begin(one)) for one in block.singly()] if len(block.sources) > 1 else []
            for one, again in singly:
                yield from self._read(one, again)
            if not singly:
                yield from self._read_again(block)
        else:
            yield from read_block(self._blocks / name, block)

    def _read_again(self, block: SourceBlock) -> Iterator[Read]:
        """What is read of one source with which a process was lost before."""
        try:
            name = self._begin(block).result()
        except WorkerLost as lost:
            (source,) = block.sources
            why = f"twice ended the process that read it ({lost}); split it, or save it anew"
            yield LeftOut(source.file, why, source.id)
        else:
            yield from read_block(self._blocks / name, block)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        try:
            vectors: Vectors = self._do("embed", texts)
        except WorkerLost:
            vectors = self._do("embed", texts)
        return vectors

    def _do(self, what: str, argument: object) -> Any:  # noqa: ANN401
        """Let the process of this thread do it."""
        hand = self._hand()
        try:
            return hand.do(what, argument)
        except WorkerLost:
            with self._lock:
                self._hands.discard(hand)
            self._own.hand = None
            raise

    def _hand(self) -> Hand:
        """The process of this thread, started where there is none."""
        hand: Hand | None = getattr(self._own, "hand", None)
        if hand is None:
            hand = self._own.hand = self._started()
            with self._lock:
                self._hands.add(hand)
            if not self._is_open:
                hand.end()
        return hand

    def _started(self) -> Hand:
        try:
            return self._start()
        except WorkerLost:
            try:
                return self._start()
            except WorkerLost as lost:
                raise WorkerMissing(f"no process could be started to read and embed ({lost})") from lost
