"""Building and publishing generations, and what is left when that fails."""

from __future__ import annotations

import gc
import importlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from fakes import BagEncoder

from ingest import (
    Document,
    EncoderError,
    FileCatalog,
    Generation,
    IndexMissing,
    IndexUnwritable,
    Notice,
    Source,
    Step,
    Vectors,
    build,
    load,
)
from ingest.index.generation import generation_names, layers

KEPT = 5
catalog = importlib.import_module("ingest.index.catalog")
history = importlib.import_module("ingest.index.history")
making = importlib.import_module("ingest.index.making")
proof = importlib.import_module("ingest.proof")
writing = importlib.import_module("ingest.index.writing")

FIRST = "# T\n\nAlphamab is a drug.\n\n## Dose\n\nIt is 5 mg.\n\n## Rest\n\nOne day of rest.\n"
SECOND = "# U\n\nBetamab is another drug.\n"


@pytest.fixture(autouse=True)
def nothing_stays_open() -> Iterator[None]:
    """What a test has opened is closed when it is let go, whatever failed meanwhile."""
    before = descriptors()
    yield
    if descriptors() > before:
        gc.collect()
        assert descriptors() <= before


def descriptors() -> int:
    """How many files this process has open; 0 where the system does not tell."""
    told = Path("/proc/self/fd")
    return len(list(told.iterdir())) if told.is_dir() else 0


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Document]]:
    def documents(*texts: str) -> list[Document]:
        for number, text in enumerate(texts):
            (tmp_path / f"{number}.md").write_text(text)
        return [load(Source(f"d{number}", tmp_path / f"{number}.md")) for number in range(len(texts))]

    return documents


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "index"


def litter(index: Path) -> list[str]:
    """Whatever is in the index folder beside CURRENT, complete generations and their segments."""
    inside = {p.name for p in (index / "generations").iterdir()} - set(generation_names(index))
    shared = {p.name for p in (index / "segments").iterdir()} if (index / "segments").exists() else set()
    named = {layer.segment.name for n in generation_names(index) for layer in layers(Generation.open(index, n))}
    return sorted({p.name for p in index.iterdir()} - {"CURRENT", "generations", "segments"} | inside | shared ^ named)


def check_rows(index: Path) -> None:
    generation = Generation.open(index)
    rows = generation.rows()
    expected = BagEncoder().encode([p.embedded_text for p in generation.passages(rows)])
    assert np.allclose(generation.vectors.of(rows), expected, atol=1e-6)
    assert len(generation.vectors) == len(generation.lexical) == len(rows)


def test_a_first_build_publishes_a_generation_that_opens(index: Path, read: Callable[..., list[Document]]) -> None:
    steps: list[Step] = []
    made = build(FileCatalog(index), read(FIRST, SECOND), [], BagEncoder(), progress=steps.append)
    assert (made.documents, made.passages, made.embedded, made.published) == (2, 4, 4, True)
    assert made.plan.added == ("d0", "d1")
    assert Generation.open(index).name == made.generation
    assert steps == [Step(read=2, documents=2, embedded=4, found=4)]
    assert litter(index) == []
    check_rows(index)


def test_the_same_corpus_again_publishes_and_embeds_nothing(index: Path, read: Callable[..., list[Document]]) -> None:
    first = build(FileCatalog(index), read(FIRST, SECOND), [Notice("k", "t")], BagEncoder())
    encoder = BagEncoder()
    again = build(FileCatalog(index), read(FIRST, SECOND), [Notice("k", "t")], encoder)
    assert (again.generation, again.documents, again.passages) == (first.generation, 2, 4)
    assert (again.embedded, again.published, again.plan.unchanged) == (0, False, ("d0", "d1"))
    assert encoder.seen == []
    assert generation_names(index) == [first.generation]


def test_only_what_changed_is_embedded_again(index: Path, read: Callable[..., list[Document]]) -> None:
    build(FileCatalog(index), read(FIRST, SECOND), [], BagEncoder())
    encoder = BagEncoder()
    made = build(FileCatalog(index), read(FIRST.replace("5 mg", "10 mg"), SECOND), [], encoder)
    assert (made.published, made.passages, made.embedded) == (True, 4, 1)
    assert encoder.seen == ["T › Dose\nIt is 10 mg."]
    check_rows(index)


def test_documents_in_another_order_need_no_embedding_and_keep_their_rows(
    index: Path, read: Callable[..., list[Document]]
) -> None:
    documents = read(FIRST, SECOND)
    build(FileCatalog(index), documents, [], BagEncoder())
    assert build(FileCatalog(index), documents[::-1], [], BagEncoder()).embedded == 0
    assert Generation.open(index).document_ids() == ["d1", "d0"]
    check_rows(index)


def test_a_document_taken_out_is_gone(index: Path, read: Callable[..., list[Document]]) -> None:
    build(FileCatalog(index), read(FIRST, SECOND), [], BagEncoder())
    build(FileCatalog(index), read(FIRST), [], BagEncoder())
    generation = Generation.open(index)
    assert generation.document_ids() == ["d0"]
    assert {p.document_id for p in generation.passages(generation.rows())} == {"d0"}
    assert "betamab" not in {word.text for word in generation.vocabulary().words}
    assert len(generation.vectors) == 3
    assert generation.lexical.search([["betamab"]], 5)[0] == []


def test_a_heading_that_only_became_deeper_is_published(index: Path, read: Callable[..., list[Document]]) -> None:
    build(FileCatalog(index), read(FIRST), [], BagEncoder())
    made = build(FileCatalog(index), read(FIRST.replace("## Rest", "### Rest")), [], BagEncoder())
    assert made.published
    generation = Generation.open(index)
    assert [p.path for p in generation.passages(generation.rows())] == [(), (), ("Dose",)]


@pytest.mark.parametrize("change", ["notice", "size"])
def test_other_notices_or_another_passage_size_are_published(
    index: Path, read: Callable[..., list[Document]], change: str
) -> None:
    build(FileCatalog(index), read(FIRST), [], BagEncoder())
    notices = [Notice("k", "t")] if change == "notice" else []
    assert build(FileCatalog(index), read(FIRST), notices, BagEncoder(), 10 if change == "size" else 600).published
    assert Generation.open(index).notices == tuple(notices)


def test_another_encoder_embeds_everything(index: Path, read: Callable[..., list[Document]]) -> None:
    build(FileCatalog(index), read(FIRST), [], BagEncoder())
    assert build(FileCatalog(index), read(FIRST), [], BagEncoder("other")).embedded == 3
    assert Generation.open(index).encoder_name == "other"


def test_a_damaged_index_is_made_again(index: Path, read: Callable[..., list[Document]]) -> None:
    name = build(FileCatalog(index), read(FIRST), [], BagEncoder()).generation
    (path,) = (index / "segments").glob("*/store.db")
    path.write_bytes(b"rubbish")
    assert build(FileCatalog(index), read(FIRST), [], BagEncoder()).published
    assert Generation.open(index).name != name


def test_the_newest_five_generations_are_kept_and_a_reader_keeps_its_own(
    index: Path, read: Callable[..., list[Document]]
) -> None:
    names = [build(FileCatalog(index), read(FIRST), [], BagEncoder()).generation]
    reader = Generation.open(index)
    before = reader.passages(range(3))
    for number in range(KEPT):
        names.append(
            build(FileCatalog(index), read(FIRST.replace("5 mg", f"{number}0 mg")), [], BagEncoder()).generation
        )
    assert names == sorted(names)
    assert generation_names(index) == names[-KEPT:]
    assert Generation.open(index).name == names[-1]
    assert reader.passages(range(3)) == before
    assert "5 mg" in reader.document("d0").text
    assert [row for row, _ in reader.lexical.search([["rest"]], 5)[0]] == [2]


@pytest.mark.parametrize(
    "step",
    [
        *("writing._put", "writing.add_lists", "writing.sync", "making.write_segment", "making.merge", "lexical.join"),
        *("making._write_manifest", "catalog.settle", "catalog.next_name", "catalog.point_to"),
    ],
)
def test_a_write_that_fails_leaves_the_old_generation_and_no_litter(
    index: Path, read: Callable[..., list[Document]], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    old = build(FileCatalog(index), read(FIRST), [], BagEncoder()).generation

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    module, name = step.split(".")
    with monkeypatch.context() as patch:
        patch.setattr(importlib.import_module(f"ingest.index.{module}"), name, full)
        with pytest.raises(IndexUnwritable, match=r"No space left.*free some space or choose another folder"):
            build(FileCatalog(index), read(SECOND), [], BagEncoder())
    assert generation_names(index) == [old]
    assert litter(index) == []
    assert Generation.open(index).name == old
    assert build(FileCatalog(index), read(SECOND), [], BagEncoder()).published


@pytest.mark.parametrize(
    ("name", "error"),
    # Made anew each time: an error that is raised again keeps all that was there when it was raised before.
    [
        ("fsync", lambda: OSError(5, "I/O error")),
        ("replace", lambda: OSError(5, "I/O error")),
        ("replace", KeyboardInterrupt),
    ],
    ids=["sync", "replace", "interrupt"],
)
def test_a_crash_at_any_step_leaves_an_index_that_opens(
    index: Path,
    read: Callable[..., list[Document]],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    error: Callable[[], BaseException],
) -> None:
    old = build(FileCatalog(index), read(FIRST), [], BagEncoder()).generation
    new = read(SECOND)
    real = getattr(os, name)
    for failing in range(1, 100):
        copy = Path(shutil.copytree(index, index.with_name(f"copy-{failing}")))
        calls = count(1)

        def fail_at_that_call(*arguments: object) -> None:
            if next(calls) == failing:  # noqa: B023
                raise error()
            real(*arguments)

        with monkeypatch.context() as patch:
            patch.setattr(os, name, fail_at_that_call)
            try:
                build(FileCatalog(copy), new, [], BagEncoder())
            except (IndexUnwritable, KeyboardInterrupt):
                pass
            else:
                break
        now = Generation.open(copy)
        assert now.document("d0").title == ("T" if now.name == old else "U")
        assert generation_names(copy) == sorted({old, now.name})
        # What was embedded is kept for the next build, unless it was for want of room that this one failed.
        assert litter(copy) in ([[], ["embedded.db"]] if error is KeyboardInterrupt else [[]])
        build(FileCatalog(copy), new, [], BagEncoder())
        assert litter(copy) == []
    assert failing > 2
    assert Generation.open(copy).document("d0").title == "U"


def test_the_generation_is_on_disk_before_the_pointer_turns_to_it(
    index: Path, read: Callable[..., list[Document]], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, replace = proof.sync, os.replace
    for place in (proof, writing, making, history, catalog):
        monkeypatch.setattr(place, "sync", lambda path: (steps.append(f"sync {path.name}"), sync(path)))
    monkeypatch.setattr(os, "replace", lambda a, b: (steps.append(f"replace {Path(b).name}"), replace(a, b)))
    name = build(FileCatalog(index), read(FIRST), [], BagEncoder()).generation
    (segment,) = (index / "segments").iterdir()
    building = f".building-{os.getpid()}"
    order = ["sync store.db", "sync segment.json", "sync lexical", "sync .building", f"replace {segment.name}"]
    order += ["sync manifest.json", f"replace {segment.name}", "sync segments", "sync lexical", f"sync {building}"]
    order += [f"replace {name}", "sync generations", "sync .CURRENT.new", "replace CURRENT"]
    assert [step for step in steps if step in order] == order


def test_an_encoder_that_fails_is_not_called_a_full_disk(index: Path, read: Callable[..., list[Document]]) -> None:
    for error in (EncoderError("no weights"), RuntimeError("out of memory")):

        class Broken(BagEncoder):
            def encode(self, texts: Sequence[str]) -> Vectors:
                raise error  # noqa: B023

        with pytest.raises(type(error), match=str(error)):
            build(FileCatalog(index), read(FIRST), [], Broken())
        assert not index.exists()
        with pytest.raises(IndexMissing):
            Generation.open(index)


def test_an_index_folder_that_is_a_file_is_unwritable(tmp_path: Path, read: Callable[..., list[Document]]) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(IndexUnwritable, match="file: the index could not be written"):
        build(FileCatalog(tmp_path / "file"), read(FIRST), [], BagEncoder())
    assert (tmp_path / "file").read_text() == "in the way"


def test_readers_find_a_whole_generation_at_every_moment(index: Path, read: Callable[..., list[Document]]) -> None:
    build(FileCatalog(index), read(FIRST), [], BagEncoder())
    done = threading.Event()
    failures: list[Exception] = []
    opened: set[str] = set()

    def keep_reading() -> None:
        while not done.is_set():
            try:
                generation = Generation.open(index)
                assert generation.passages(generation.rows())[0].document_id == "d0"
                opened.add(generation.name)
            except Exception as error:
                failures.append(error)
                return

    reader = threading.Thread(target=keep_reading)
    reader.start()
    for number in range(3):
        build(FileCatalog(index), read(FIRST.replace("5 mg", f"{number}0 mg")), [], BagEncoder())
    done.set()
    reader.join()
    assert failures == []
    assert len(opened) > 1
