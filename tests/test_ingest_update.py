"""Bringing the index up to date: what is read again, what is told, and what a killed build leaves."""

from __future__ import annotations

import importlib
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import BagEncoder, page

from ingest import (
    EncoderMismatch,
    FileCatalog,
    Generation,
    IndexBusy,
    IndexUnwritable,
    examine,
    generation_names,
    preview,
    published,
    sole_writer,
    update,
)

reading = importlib.import_module("ingest.work.reading")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(4):
        (folder / f"d{number}.md").write_text(page(number))
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_what_was_not_touched_is_not_read_again(corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    update(FileCatalog(index), corpus, BagEncoder())
    read: list[str] = []
    real = reading.load
    monkeypatch.setattr(reading, "load", lambda source: (read.append(source.id), real(source))[1])
    (corpus / "d2.md").write_text(page(2).replace("5 mg", "6 mg"))
    encoder = BagEncoder()
    built = update(FileCatalog(index), corpus, encoder).built
    assert read == ["d2"]
    assert (built.plan.revised, built.plan.unchanged) == (("d2",), ("d0", "d1", "d3"))
    assert len(encoder.seen) == built.embedded == 1


def test_a_new_date_of_a_file_is_no_change(corpus: Path, index: Path) -> None:
    update(FileCatalog(index), corpus, BagEncoder())
    os.utime(corpus / "d1.md", (0, 0))
    assert not update(FileCatalog(index), corpus, BagEncoder()).built.published


def test_other_bytes_that_say_the_same_publish_nothing(corpus: Path, index: Path) -> None:
    update(FileCatalog(index), corpus, BagEncoder())
    (corpus / "d1.md").write_text(page(1) + "\n\n\n")
    assert not update(FileCatalog(index), corpus, BagEncoder()).built.published


def test_a_removed_document_leaves_nothing_behind(corpus: Path, index: Path) -> None:
    update(FileCatalog(index), corpus, BagEncoder())
    (corpus / "d3.md").unlink()
    built = update(FileCatalog(index), corpus, BagEncoder()).built
    generation = Generation.open(index)
    assert built.plan.removed == ("d3",)
    assert generation.document_ids() == ["d0", "d1", "d2"]
    assert generation.rows_of("d3") == [] and generation.lexical.search([["topic3"]], 9)[0] == []
    assert "topic3" not in {word.text for word in generation.vocabulary().words}
    assert len(generation.vectors) == generation.passage_count() == len(generation.lexical)


def test_changes_one_after_another_end_where_one_build_of_them_all_does(corpus: Path, index: Path) -> None:
    update(FileCatalog(index), corpus, BagEncoder())
    for number in range(4):
        (corpus / f"d{number}.md").write_text(page(number).replace("5 mg", f"{number} g"))
        update(FileCatalog(index), corpus, BagEncoder())
    (corpus / "d0.md").unlink()
    (corpus / "d9.md").write_text(page(9))
    update(FileCatalog(index), corpus, BagEncoder())
    update(FileCatalog(index.with_name("fresh")), corpus, BagEncoder())
    grown, fresh = Generation.open(index), Generation.open(index.with_name("fresh"))
    assert [grown.document(i) for i in grown.document_ids()] == [fresh.document(i) for i in fresh.document_ids()]
    texts = [sorted(p.text for p in g.passages(g.rows())) for g in (grown, fresh)]
    assert texts[0] == texts[1]
    assert grown.vocabulary() == fresh.vocabulary()


def test_a_preview_tells_what_an_update_would_do_and_writes_nothing(corpus: Path, index: Path) -> None:
    plan = preview(FileCatalog(index), corpus, BagEncoder()).built.plan
    assert plan.added == ("d0", "d1", "d2", "d3") and plan.embedded == plan.passages > 0
    assert not index.exists()
    update(FileCatalog(index), corpus, BagEncoder())
    before = sorted(index.rglob("*"))
    (corpus / "d0.md").write_text(page(0).replace("5 mg", "6 mg"))
    plan = preview(FileCatalog(index), corpus, BagEncoder()).built.plan
    assert (plan.revised, plan.embedded) == (("d0",), 1)
    assert sorted(index.rglob("*")) == before


def test_another_encoder_makes_all_anew_from_what_is_stored(corpus: Path, index: Path) -> None:
    update(FileCatalog(index), corpus, BagEncoder())
    built = update(FileCatalog(index), corpus, BagEncoder("other")).built
    assert built.plan.rebuilt and built.embedded == built.passages
    with pytest.raises(EncoderMismatch, match=r"bag@1"):
        Generation.open(index).check_encoder(BagEncoder())


def test_a_second_writer_fails_at_once_or_waits(corpus: Path, index: Path) -> None:
    waited: list[str] = []
    with sole_writer(index):
        with pytest.raises(IndexBusy, match="another ibid is writing it"):
            update(FileCatalog(index), corpus, BagEncoder(), wait=False)
        second = threading.Thread(
            target=update,
            args=(FileCatalog(index), corpus, BagEncoder()),
            kwargs={"on_wait": lambda: waited.append("told")},
        )
        second.start()
        deadline = time.monotonic() + 10
        while not waited and time.monotonic() < deadline:
            time.sleep(0.01)
        assert waited == ["told"] and generation_names(index) == []
    second.join()
    assert Generation.open(index).document_ids() == ["d0", "d1", "d2", "d3"]


# For each line that is read a builder is forked off a process that has imported all: its number is told, and its end.
_BUILD_FOREVER = textwrap.dedent(
    """
    import os, sys
    from pathlib import Path
    from ingest import FileCatalog, update
    from fakes import BagEncoder, page
    index, corpus = map(Path, sys.argv[1:])
    for _ in sys.stdin:
        builder = os.fork()
        if not builder:
            try:
                for number in range(10_000):
                    (corpus / "d1.md").write_text(page(1).replace("5 mg", f"{number} mg"))
                    update(FileCatalog(index), corpus, BagEncoder(), keep=2)
            finally:
                os._exit(1)
        print(builder, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(builder, 0)[1]), flush=True)
    """
)


@pytest.fixture
def builders(corpus: Path, index: Path) -> Iterator[subprocess.Popen[str]]:
    paths = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parent.parent)])
    command = [sys.executable, "-c", _BUILD_FOREVER, str(index), str(corpus)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, text=True, env=os.environ | {"PYTHONPATH": paths}
    ) as process:
        yield process
        process.communicate()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that are forked and killed")
def test_a_build_killed_at_any_moment_leaves_the_old_generation_and_no_litter_after_the_next(
    corpus: Path, index: Path, builders: subprocess.Popen[str]
) -> None:
    update(FileCatalog(index), corpus, BagEncoder())
    chance = random.Random(15)
    assert builders.stdin and builders.stdout
    for _ in range(15):
        builders.stdin.write("\n")
        builders.stdin.flush()
        builder = int(builders.stdout.readline())
        time.sleep(chance.uniform(0.0, 0.15))
        os.kill(builder, signal.SIGKILL)
        assert int(builders.stdout.readline()) == -signal.SIGKILL, "it had ended by itself"
        generation = Generation.open(index)
        assert generation.document_ids() == ["d0", "d1", "d2", "d3"]
        assert len(generation.vectors) == generation.passage_count() == len(generation.lexical)
        (corpus / "d1.md").write_text(page(1))
        update(FileCatalog(index), corpus, BagEncoder(), keep=2)
        (corpus / "d1.md").write_text(page(1).replace("5 mg", "7 mg"))
        assert update(FileCatalog(index), corpus, BagEncoder(), keep=2).built.published
        assert examine(index) == []


def test_readers_see_one_generation_each_while_others_are_published(corpus: Path, index: Path) -> None:
    update(FileCatalog(index), corpus, BagEncoder())
    done = threading.Event()
    failures: list[BaseException] = []

    def read() -> None:
        try:
            while not done.is_set():
                generation = Generation.open(index)
                doses = {generation.document(i).text.rsplit("dose is ", 1)[1] for i in generation.document_ids()}
                assert len(doses) == 1, doses
                found = generation.passages([row for row, _ in generation.lexical.search([["dose"]], 9)[0]])
                assert {p.text.rsplit("dose is ", 1)[1] for p in found} == doses
        except BaseException as error:
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    for number in range(12):
        for document in range(4):
            (corpus / f"d{document}.md").write_text(page(document).replace("5 mg", f"{number} mg"))
        update(FileCatalog(index), corpus, BagEncoder(), keep=2)
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to mount a small file system")
def test_a_full_disk_is_told_in_one_line_and_the_old_generation_serves(corpus: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "none", disk], capture_output=True).returncode:
        pytest.skip("cannot mount a small file system here")
    try:
        index = disk / "index"
        update(FileCatalog(index), corpus, BagEncoder())
        old = published(index)
        (corpus / "big.md").write_text("".join(f"# T{n}\n\nWord{n} " + "filler " * 60 + "\n\n" for n in range(2000)))
        with pytest.raises(IndexUnwritable, match=r"free some space") as caught:
            update(FileCatalog(index), corpus, BagEncoder())
        assert "\n" not in str(caught.value)
        assert Generation.open(index).name == old
        (corpus / "big.md").unlink()
        (corpus / "d0.md").write_text(page(0).replace("5 mg", "6 mg"))
        assert update(FileCatalog(index), corpus, BagEncoder()).built.published
        assert examine(index) == []
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_folder_that_cannot_be_written_is_told_in_one_line(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(IndexUnwritable, match="mend its permissions or choose another"):
        update(FileCatalog(tmp_path / "file" / "index"), corpus, BagEncoder())


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to mount a small file system")
def test_a_read_only_disk_is_told_in_one_line_and_the_old_generation_serves(corpus: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "none", disk], capture_output=True).returncode:
        pytest.skip("cannot mount a small file system here")
    try:
        update(FileCatalog(disk / "index"), corpus, BagEncoder())
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        (corpus / "d0.md").write_text(page(0).replace("5 mg", "6 mg"))
        with pytest.raises(IndexUnwritable, match=r"Read-only file system.*(mend|free)") as caught:
            update(FileCatalog(disk / "index"), corpus, BagEncoder())
        assert "\n" not in str(caught.value)
        generation = Generation.open(disk / "index")
        assert "5 mg" in generation.document("d0").text
        assert generation.lexical.search([["topic0"]], 3)[0]
        del generation
    finally:
        subprocess.run(["umount", "-l", disk], check=True)
