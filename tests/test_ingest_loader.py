"""What one file does to the process that reads it, it does to itself alone."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from fakes import BagEncoder, page

from bench.bombs import ALL, MATTER, ORDER, SECRET
from bench.samples import MADE
from ingest import Corpus, FileCatalog, LeftOut, Limits, Loader, Source, read_corpus, update
from ingest.work.reading import Cut, read_here

# A process that does with files of some names what a file might make it do.
_CHILD = textwrap.dedent(
    """
    import os, signal, sys
    import ingest.work.reading

    real = ingest.work.reading.load

    def load(source):
        what = source.place.stem
        while what == "endless":
            pass
        if what == "hungry":
            bytearray(10**9)
        if what == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "waiting":
            signal.pause()
        if what == "talking":
            print("read 2 0", flush=True)
            os.write(1, b"{}")
        document = real(source)
        assert "torch" not in sys.modules
        return document

    ingest.work.reading.load = load
    from ingest.work.loading import serve
    serve()
    """
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(5):
        (folder / f"d{number}.md").write_text(page(number))
    return folder


@pytest.fixture
def strange(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.work.loader._COMMAND", _CHILD)


def sources(folder: Path) -> Corpus:
    return read_corpus(folder)


def test_what_is_read_apart_is_what_is_read_here(corpus: Path) -> None:
    for kind in ("txt", "html", "csv", "docx", "pdf"):
        (corpus / f"made.{kind}").write_bytes(MADE[kind](3_000))
    (corpus / "odd \N{SNOWMAN}.md").write_text(page(9))
    (corpus / "none.md").write_text("\n")
    (corpus / "broken.pdf").write_bytes(b"%PDF-1.4 and no more")
    (corpus / "half.json").write_text('{"text": "Half of a sign, \\ud800, stands here."}')
    (corpus / os.fsdecode(b"no text \xff.md")).write_text(page(8))
    given = sources(corpus).sources
    assert len(given) == 15
    loader = Loader()
    with loader:
        assert [loader.read(source, 600) for source in given] == [read_here(source, 600) for source in given]


def test_what_libraries_keep_for_their_threads_is_not_what_a_file_takes(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.setenv(name, "64")
    loader = Loader(Limits(memory=100_000_000))
    assert [loader.read(source, 600) for source in sources(corpus).sources] == [
        read_here(source, 600) for source in sources(corpus).sources
    ]
    loader.end()


def test_what_the_manifest_says_is_read_apart_too(corpus: Path) -> None:
    (corpus / "sources.toml").write_text(
        "[[source]]\nid = 'a'\nfile = 'd0.md'\ntitle = 'T'\nrevised = 2020-02-03\nnotes = 'n'\nlicense = 'CC'\n"
    )
    (source,) = sources(corpus).sources
    loader = Loader()
    with loader:
        assert loader.read(source, 600) == read_here(source, 600)


def test_each_is_left_out_alone_and_the_rest_is_published(corpus: Path, tmp_path: Path, strange: None) -> None:
    for name in ("endless", "hungry", "killed", "talking"):
        (corpus / f"{name}.md").write_text(page(7))
    catalog = FileCatalog(tmp_path / "index")
    built = update(catalog, corpus, BagEncoder(), loader=Loader(Limits(seconds=1))).built
    assert built.plan.added == ("d0", "d1", "d2", "d3", "d4", "talking")
    mend = "that a file of its size may take; split it, or raise"
    assert {left.id: left.why for left in built.plan.left_out} == {
        "endless": f"takes more than the 1 seconds of the processor {mend} --limit-seconds",
        "hungry": f"takes more than the 320 MB of memory {mend} --limit-memory",
        "killed": "twice ended the process that read it (killed by SIGKILL); split it, or save it anew",
    }
    assert catalog.open().left_out == built.plan.left_out


def test_one_that_waits_for_ever_is_left_out(corpus: Path, strange: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.work.loader._PATIENCE", 0)
    monkeypatch.setattr("ingest.work.loader._LEAST_PATIENCE", 1)
    (corpus / "waiting.md").write_text(page(7))
    loader = Loader()
    with loader:
        read = loader.read(Source("w", corpus / "waiting.md"), 600)
    assert isinstance(read, LeftOut) and "--limit-seconds" in read.why


def test_what_is_larger_than_is_read_is_not_even_looked_at(corpus: Path, tmp_path: Path) -> None:
    with (corpus / "large.txt").open("wb") as file:
        file.truncate(2**42)
    plan = update(
        FileCatalog(tmp_path / "index"), corpus, BagEncoder(), loader=Loader(Limits(size=10_000_000))
    ).built.plan
    (left,) = plan.left_out
    assert left.why == "is larger than the 10 MB that are read of one file; split it, or raise --limit-size"
    assert len(plan.added) == 5


def test_a_larger_file_may_take_more_up_to_a_bound() -> None:
    limits = Limits(seconds=10, memory=100)
    assert limits.seconds_for(".md", 0) == 10 < limits.seconds_for(".md", 10**6) < limits.seconds_for(".pdf", 10**6)
    assert limits.seconds_for(".md", 10**10) == limits.seconds_for(".pdf", 10**8) == 400
    assert limits.memory_for(".md", 10**10) == 1_000


def test_where_no_process_can_be_had_it_reads_here_and_says_so_once(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    told: list[str] = []
    built = update(FileCatalog(tmp_path / "index"), corpus, BagEncoder(), loader=Loader(tell=told.append)).built
    assert len(built.plan.added) == 5
    (line,) = told
    assert line.startswith("no process can be started") and line.endswith("without limits of time and memory")


def test_no_process_is_started_where_there_is_nothing_to_read(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(FileCatalog(tmp_path / "index"), corpus, BagEncoder())
    monkeypatch.setattr("ingest.work.loader._started", lambda: pytest.fail("it is started"))
    assert not update(FileCatalog(tmp_path / "index"), corpus, BagEncoder(), loader=Loader()).built.published


def test_it_reads_where_very_many_files_are_open(corpus: Path) -> None:
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(allowed[0], min(4_096, allowed[1])), allowed[1]))
    try:
        with ExitStack() as opened, Loader() as loader:
            for _ in range(1_100):
                opened.enter_context(Path(os.devnull).open())
            read = loader.read(Source("page", next(iter(sorted(corpus.glob("*.md")))), file="page.md"), 600)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, allowed)
    assert isinstance(read, Cut)


_BUILD = """
import sys
from pathlib import Path
import ingest.work.loader
from ingest import Loader, Source

ingest.work.loader._COMMAND = sys.argv[1]
print("started", flush=True)
Loader().read(Source("w", Path(sys.argv[2])), 600)
"""


def test_the_process_ends_with_the_one_that_started_it(corpus: Path) -> None:
    (corpus / "endless.md").write_text(page(7))
    paths = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    begun = _CHILD.replace("        pass", f"        open({str(corpus / 'pid')!r}, 'w').write(str(os.getpid()))")
    with subprocess.Popen(
        [sys.executable, "-c", _BUILD, begun, str(corpus / "endless.md")], env=os.environ | {"PYTHONPATH": paths}
    ) as build:
        until = time.monotonic() + 60
        # It writes its number again and again, and each time the file is empty before.
        while not (told := (corpus / "pid").read_text() if (corpus / "pid").exists() else ""):
            assert time.monotonic() < until and build.poll() is None
            time.sleep(0.05)
        reader = int(told)
        build.send_signal(signal.SIGKILL)
    while _runs(reader) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _runs(reader)


def _runs(process: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


# Of all kinds, those that take least.
_QUICK = (
    "runaway/grid.docx", "runaway/lol.docx", "runaway/gigabyte.docx", "runaway/liar.docx", "runaway/merged.xlsx",
    "runaway/repeated.ods", "runaway/streams.pdf", "runaway/form_of_itself.pdf", "runaway/span.html",
    "runaway/deep.json", "runaway/liar.zip", "runaway/sparse_terabyte.txt", "runaway/itself.tex",
    "outside/link_to_passwd.txt", "outside/link_to_secret.md", "outside/link_to_folder", "outside/pipe.md",
    "outside/entity.docx", "outside/include.rst", "outside/link.zip", "hidden/style0.html", "hidden/look0.docx",
    "hidden/invisible.pdf", "broken/random.docx", "broken/cut.pdf", "broken/lists.docx",
)  # fmt: skip


def test_beside_hostile_files_the_rest_is_indexed_and_nothing_gets_in(corpus: Path, tmp_path: Path) -> None:
    for name in _QUICK:
        ALL[name](corpus)
    built = update(FileCatalog(tmp_path / "index"), corpus, BagEncoder(), loader=Loader()).built
    assert {f"d{number}" for number in range(5)} <= {*built.plan.added}
    assert len(built.plan.left_out) >= 12
    generation = FileCatalog(tmp_path / "index").open()
    texts = [document.text for document in generation.documents(generation.document_ids()).values()]
    assert sum(MATTER in text for text in texts) >= 3
    assert not [text for text in texts for unwanted in (SECRET, ORDER, "root:x:0:0") if unwanted in text]
