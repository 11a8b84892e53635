"""What processes read and embed is what one would have made, whatever becomes of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from fakes import BagEncoder, page

from ingest import (
    EncoderMismatch,
    FileCatalog,
    Limits,
    Source,
    Step,
    Unread,
    Vectors,
    Work,
    WorkerLost,
    WorkerMissing,
    Workers,
    build,
    update,
)
from ingest.work.blocks import SourceBlock, blocks_of
from ingest.work.process import Process, local_workers

DOCUMENTS = 150


@dataclass(frozen=True, slots=True)
class Killing(Source):
    """A source that ends the process that reads it, unless that is the one that the tests run in."""

    @property
    def suffix(self) -> str:
        if multiprocessing.parent_process():
            os._exit(3)
        return ".md"


class Dying(BagEncoder):
    """An encoder that ends its process."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        if multiprocessing.parent_process():
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode(texts)


class Hungry(BagEncoder):
    """An encoder that takes a gigabyte."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        np.ones(2**27)
        return super().encode(texts)


class Elsewhere(BagEncoder):
    """An encoder that embeds in other processes only."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        assert multiprocessing.parent_process(), "what was to be embedded elsewhere is embedded here"
        return super().encode(texts)


def other() -> BagEncoder:
    return BagEncoder("other")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(DOCUMENTS):
        (folder / f"d{number:03d}.md").write_text(page(number))
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def sources(corpus: Path) -> list[Source]:
    return [Source(path.stem, path, file=path.name) for path in sorted(corpus.glob("*.md"))]


def work(index: Path, encoder: Callable[[], BagEncoder] = Elsewhere, fingerprint: str = "bag@1") -> Work:
    return Work.of(index, encoder, fingerprint)


def held(index: Path) -> tuple[object, ...]:
    """All that is told of a generation: its name, documents, passages by their rows, and their vectors."""
    generation = FileCatalog(index).open()
    rows = generation.rows()
    return (
        generation.name,
        [generation.document(name) for name in generation.store.ids()],
        list(zip(rows, generation.passages(rows), strict=True)),
        generation.vectors.of(rows).tobytes(),
        generation.left_out,
    )


@pytest.fixture
def alone(corpus: Path, tmp_path: Path) -> tuple[object, ...]:
    """What one process makes of the corpus."""
    update(FileCatalog(tmp_path / "alone"), corpus, BagEncoder())
    return held(tmp_path / "alone")


def test_two_processes_make_what_one_makes(corpus: Path, index: Path, alone: tuple[object, ...]) -> None:
    steps: list[Step] = []
    with local_workers(work(index), 2) as workers:
        built = update(FileCatalog(index), corpus, Elsewhere(), steps.append, workers=workers).built
    assert held(index) == alone
    assert built.embedded == built.passages == steps[-1].embedded == 2 * DOCUMENTS
    assert sorted(path.name for path in index.iterdir()) == [".lock", "CURRENT", "generations", "segments"]
    assert multiprocessing.active_children() == []


def test_only_what_is_new_is_read_and_embedded(corpus: Path, index: Path) -> None:
    with local_workers(work(index), 2) as workers:
        update(FileCatalog(index), corpus, Elsewhere(), workers=workers)
        (corpus / "d007.md").write_text(page(7).replace("5 mg", "7 mg"))
        (corpus / "d003.md").rename(corpus / "moved.md")
        built = update(FileCatalog(index), corpus, Elsewhere(), workers=workers).built
    assert (built.plan.revised, built.plan.added) == (("d007",), ("moved",))
    assert (built.embedded, len(built.plan.unchanged)) == (1, DOCUMENTS - 2)


def test_a_process_is_started_when_there_is_work_for_it(corpus: Path, index: Path) -> None:
    update(FileCatalog(index), corpus, BagEncoder())
    with local_workers(work(index), 2) as workers:
        assert not update(FileCatalog(index), corpus, Elsewhere(), workers=workers).built.published
        assert multiprocessing.active_children() == []


def test_what_twice_ends_its_process_is_left_out_alone(corpus: Path, index: Path) -> None:
    killing = Killing("killing", corpus / "d000.md", file="killing.md")
    documents = [*sources(corpus)[:40], killing, *sources(corpus)[40:]]
    with local_workers(work(index), 2) as workers:
        built = build(FileCatalog(index), documents, (), Elsewhere(), workers=workers)
    assert len(built.plan.added) == DOCUMENTS
    (left,) = built.plan.left_out
    assert (left.file, left.id) == ("killing.md", "killing")
    assert left.why == "twice ended the process that read it (it ended with exit code 3); split it, or save it anew"
    assert FileCatalog(index).open().left_out == built.plan.left_out


def test_what_takes_more_than_reading_it_may_is_left_out(corpus: Path, index: Path) -> None:
    (corpus / "large.md").write_text("It is so.\n\n" * 10_000)
    limited = Work.of(index, Elsewhere, "bag@1", limits=Limits(size=50_000))
    with local_workers(limited, 1) as workers:
        plan = update(FileCatalog(index), corpus, Elsewhere(), workers=workers).built.plan
    (left,) = plan.left_out
    assert (left.id, len(plan.added)) == ("large", DOCUMENTS)
    assert "--limit-size" in left.why


def test_an_encoder_that_takes_more_memory_than_there_is_is_told(corpus: Path, index: Path) -> None:
    start = partial(Process, work(index, Hungry), 2**29)
    with Workers(work(index).blocks, 1, start) as workers, pytest.raises(WorkerLost, match="more memory than there is"):
        update(FileCatalog(index), corpus, Elsewhere(), workers=workers)


def test_a_source_that_cannot_be_read_is_told_as_by_one_process(corpus: Path, index: Path, tmp_path: Path) -> None:
    (corpus / "d004.md").write_bytes(b"\0\1\2" * 100)
    with local_workers(work(index), 2) as workers:
        plan = update(FileCatalog(index), corpus, Elsewhere(), workers=workers).built.plan
    alone = update(FileCatalog(tmp_path / "alone"), corpus, BagEncoder()).built.plan
    assert plan.left_out and plan.left_out == alone.left_out


class Watched:
    """Processes of which some are killed when they have done so much."""

    def __init__(self, work: Work, after: Sequence[int]) -> None:
        self.calls = 0
        self._work = work
        self.left = [*after]

    def __call__(self) -> Process:
        process = Process(self._work)
        real = process.do

        def do(what: str, *arguments: object) -> object:
            self.calls += 1
            if self.left and self.calls >= self.left[0]:
                del self.left[0]
                os.kill(process.id, signal.SIGKILL)
            return real(what, *arguments)

        process.do = do  # type: ignore[method-assign]
        return process


def test_a_process_that_is_killed_loses_nothing(corpus: Path, index: Path, alone: tuple[object, ...]) -> None:
    start = Watched(work(index), [1, 5, 9, 14])
    with Workers(work(index).blocks, 2, start) as workers:
        update(FileCatalog(index), corpus, Elsewhere(), workers=workers)
    assert start.left == []
    assert held(index) == alone


def test_what_cannot_be_embedded_is_told_and_nothing_is_published(corpus: Path, index: Path) -> None:
    with local_workers(work(index, Dying), 2) as workers, pytest.raises(WorkerLost, match="killed by SIGKILL"):
        update(FileCatalog(index), corpus, Elsewhere(), workers=workers)
    assert not (index / "CURRENT").exists()
    assert multiprocessing.active_children() == []


def test_another_encoder_embeds_nothing(corpus: Path, index: Path) -> None:
    with local_workers(work(index, other), 1) as workers, pytest.raises(EncoderMismatch, match="other@1"):
        update(FileCatalog(index), corpus, Elsewhere(), workers=workers)


def test_a_process_that_does_not_see_the_documents_says_so(corpus: Path, index: Path, tmp_path: Path) -> None:
    unshared = Work.of(index, Elsewhere, "bag@1", (tmp_path / "nowhere",))
    with local_workers(unshared, 1) as workers, pytest.raises(WorkerMissing, match="nowhere"):
        update(FileCatalog(index), corpus, Elsewhere(), workers=workers)


_BUILD = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from ingest import FileCatalog, Work, update
    from ingest.work.process import local_workers
    from fakes import BagEncoder

    class Slow(BagEncoder):
        def encode(self, texts):
            time.sleep(60)

    def slow():
        return Slow()

    if __name__ == "__main__":
        index, corpus = map(Path, sys.argv[1:])
        with local_workers(Work.of(index, slow, "bag@1"), 2) as workers:
            update(FileCatalog(index), corpus, BagEncoder(), workers=workers)
    """
)


@pytest.fixture
def running(corpus: Path, index: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A build of which the processes have read all, and embed for ever."""
    script = tmp_path / "script.py"
    script.write_text(_BUILD)
    paths = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    with subprocess.Popen(
        [sys.executable, str(script), str(index), str(corpus)],
        env=os.environ | {"PYTHONPATH": paths},
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as build:
        until = time.monotonic() + 60
        while sum(len(path.read_text().splitlines()) for path in (index / "blocks").glob("*.jsonl")) < DOCUMENTS:
            assert time.monotonic() < until and build.poll() is None
            time.sleep(0.05)
        yield build
        if build.poll() is None:
            os.killpg(build.pid, signal.SIGKILL)


def in_session(leader: int) -> list[str]:
    """The processes of a session, but for those that have ended."""
    listed = subprocess.run(["ps", "-o", "stat=,pid=", "-s", str(leader)], capture_output=True, text=True, check=False)
    return [line for line in listed.stdout.splitlines() if not line.strip().startswith("Z")]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_the_one_that_started_it_and_the_next_goes_on(
    running: subprocess.Popen[bytes],
    corpus: Path,
    index: Path,
    alone: tuple[object, ...],
    how: signal.Signals,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    os.killpg(running.pid, how) if how == signal.SIGINT else running.send_signal(how)
    running.wait(30)
    until = time.monotonic() + 30
    while in_session(running.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert in_session(running.pid) == []

    def refuse(source: Source) -> None:
        raise AssertionError(f"{source.id} is read again")

    monkeypatch.setattr("ingest.work.reading.load", refuse)
    with local_workers(work(index), 2) as workers:
        started = Process.__init__
        calls: list[str] = []
        monkeypatch.setattr(Process, "__init__", lambda self, *given: (started(self, *given), _log(self, calls))[0])
        update(FileCatalog(index), corpus, Elsewhere(), workers=workers)
    assert held(index) == alone
    assert set(calls) == {"begin", "embed"} or set(calls) == {"embed"}


def _log(process: Process, calls: list[str]) -> None:
    real = process.do
    process.do = lambda what, *arguments: (calls.append(what), real(what, *arguments))[1]  # type: ignore[method-assign]


def test_a_source_more_or_less_leaves_the_other_blocks_as_they_are(corpus: Path) -> None:
    entries = sources(corpus)
    hashes = {source.id: f"{number * 2654435761 % 2**32:08x}" for number, source in enumerate(entries)}
    names = [block.name for _, block in blocks_of(entries, hashes, 600)]
    assert 5 < len(names) < 30
    fewer = [block.name for _, block in blocks_of(entries[:70] + entries[71:], hashes, 600)]
    assert len({*names} ^ {*fewer}) == 2
    parts = [part for part, _ in blocks_of([Unread("x"), *entries, Unread("y")], hashes, 600)]
    assert [entry.id for part in parts for entry in part] == ["x", *hashes, "y"]


def test_a_block_is_named_by_all_that_it_depends_on(tmp_path: Path) -> None:
    def name(source: Source, hash_: str = "a", size: int = 600) -> str:
        return SourceBlock((source,), (hash_,), size).name

    one = Source("d", tmp_path / "d.md", file="d.md")
    others = [
        name(Source("e", tmp_path / "d.md", file="d.md")),
        name(Source("d", tmp_path / "d.md", file="x/d.md")),
        name(Source("d", tmp_path / "d.md", file="d.md", ocr=True)),
        name(one, "b"),
        name(one, size=700),
    ]
    assert name(one) == name(Source("d", tmp_path / "d.md", file="d.md"))
    assert len({name(one), *others}) == 6


def test_what_a_process_holds_of_the_system_is_let_go_of_at_the_end(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            """
            import multiprocessing, sys
            from pathlib import Path

            from fakes import BagEncoder
            from ingest import Work
            from ingest.work.blocks import FOLDER
            from ingest.work.process import local_workers

            class Holding(BagEncoder):
                def encode(self, texts):
                    self.lock = multiprocessing.RLock()
                    return super().encode(texts)

            if __name__ == "__main__":
                with local_workers(Work.of(Path(sys.argv[1]), Holding, "bag@1"), 2) as workers:
                    (Path(sys.argv[1]) / FOLDER).mkdir()
                    for each in [workers.embed(["a word"]) for _ in range(4)]:
                        each.result()
            """
        )
    )
    paths = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    command = [sys.executable, str(script), str(tmp_path)]
    ran = subprocess.run(command, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
