"""An index that is kept in step with its folder, by `ibid watch` and by what serves it."""

from __future__ import annotations

import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest
from conftest import Ibid
from fakes import BagEncoder, page

from ibid import opening, watching
from ibid.opening import Indexed
from ibid.places import Places
from ibid.watching import follow, refresh
from ingest import FileCatalog, Generation, IndexUnwritable, SourceError, update


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "docs").mkdir()
    for number in range(2):
        (tmp_path / "docs" / f"d{number}.md").write_text(page(number))
    return Places(tmp_path / "docs", tmp_path / "index")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, milliseconds in (("_DEBOUNCE", 300), ("_STEP", 50), ("_LOOK", 100)):
        monkeypatch.setattr(watching, name, milliseconds)


def indexing(places: Places) -> Indexed:
    return Indexed(update(FileCatalog(places.index), places.corpus, BagEncoder()), seconds=0.1, dry_run=False)


@contextmanager
def following(places: Places, make: Callable[[], Indexed] | None = None) -> Iterator[Callable[[], str]]:
    """What gives the next line that is told; the first generation is there."""
    told: queue.Queue[str] = queue.Queue()
    stop, ended = Event(), []

    def work() -> None:
        try:
            follow(places, make or (lambda: indexing(places)), told.put, stop)
        except SourceError as error:
            told.put(f"ended: {error}")
        ended.append(True)

    thread = Thread(target=work)
    thread.start()
    try:
        yield lambda: re.sub(r"^\d\d:\d\d:\d\d |\d{6}-[0-9a-f]{8}", "", told.get(timeout=10))
    finally:
        stop.set()
        thread.join(10)
    assert ended and told.empty()


def test_each_generation_is_told_on_a_line_with_what_changed(places: Places) -> None:
    with following(places) as told:
        assert told() == "Published : added d0, d1"
        (places.corpus / "new").mkdir()
        (places.corpus / "new" / "d2.md").write_text(page(2))
        (places.corpus / "d0.md").write_text(page(7))
        assert told() == "Published : added new-d2; revised d0"
        (places.corpus / "d1.md").unlink()
        assert told() == "Published : removed d1"
        assert Generation.open(places.index).document_ids() == ["d0", "new-d2"]


def test_of_many_changes_the_first_are_named(places: Places) -> None:
    for number in range(2, 8):
        (places.corpus / f"d{number}.md").write_text(page(number))
    with following(places) as told:
        assert told() == "Published : added d0, d1, d2 and 5 more"


def test_what_cannot_be_read_is_told_once_and_costs_nothing_of_the_rest(places: Places) -> None:
    with following(places) as told:
        told()
        (places.corpus / "broken.docx").write_bytes(b"no archive at all")
        assert told() == "Published : the documents are the same"
        assert told().startswith("    not read: broken.docx ")
        (places.corpus / "d2.md").write_text(page(2))
        assert told() == "Published : added d2"


def test_what_fails_is_told_and_the_next_change_is_taken(places: Places) -> None:
    full = [IndexUnwritable("the disk is full"), None]

    def make() -> Indexed:
        if len(full) > 1 and (error := full.pop(0)):
            raise error
        return indexing(places)

    with following(places, make) as told:
        assert told() == "ibid: the disk is full"
        (places.corpus / "d2.md").write_text(page(2))
        assert told() == "Published : added d0, d1, d2"


def test_what_is_hidden_or_of_the_index_itself_is_no_change(places: Places) -> None:
    inside = Places(places.corpus, places.corpus / "index")
    made: list[Indexed] = []

    def make() -> Indexed:
        made.append(indexing(inside))
        return made[-1]

    with following(inside, make) as told:
        assert told() == "Published : added d0, d1"
        (places.corpus / ".cache").mkdir()
        (places.corpus / ".cache" / "d3.md").write_text(page(3))
        time.sleep(0.6)
        assert len(made) == 1


def test_a_folder_that_is_gone_ends_it(places: Places) -> None:
    with following(places) as told:
        told()
        shutil.rmtree(places.corpus)
        assert told() == f"ended: {places.corpus} is gone; put it back and start ibid again"
    assert Generation.open(places.index).document_ids() == ["d0", "d1"]


def test_another_folder_in_its_place_is_read_and_watched(places: Places, tmp_path: Path) -> None:
    (tmp_path / "next").mkdir()
    (tmp_path / "next" / "d0.md").write_text(page(0))
    with following(places) as told:
        told()
        places.corpus.rename(tmp_path / "before")
        (tmp_path / "next").rename(places.corpus)
        assert told() == "Published : removed d1"
        (places.corpus / "d5.md").write_text(page(5))
        assert told() == "Published : added d5"


def test_where_nothing_can_be_indexed_the_index_that_is_there_stays(
    places: Places, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, suggests: bool) -> Indexed:
        raise SourceError("nothing can be read")

    monkeypatch.setattr(opening, "index", fail)
    with pytest.raises(SourceError, match="nothing can be read"):
        refresh(places)
    indexing(places)
    refresh(places)
    told = "ibid: nothing can be read; what is answered from is the index as it was\n"
    assert capfd.readouterr() == ("", told)


def test_a_folder_is_brought_up_to_date_with_the_encoder_that_its_index_has(
    places: Places, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    asked: list[str | None] = []

    def make(places: Places, encoder: str | None, suggests: bool) -> Indexed:
        asked.append(encoder)
        return indexing(places)

    monkeypatch.setattr(opening, "index", make)
    (places.corpus / "film.mp4").write_bytes(b"x")
    refresh(places)
    refresh(places)
    refresh(places, "other")
    assert asked == [None, "bag", "other"]
    out, err = capfd.readouterr()
    counted = "2 added, 0 revised, 0 removed, 0 unchanged"
    assert out == "" and err.splitlines() == [
        f"Indexed 2 documents ({counted}): 4 passages embedded, 0 used again, in 0.1 s.",
        "Not read: 1 file",
        "    film.mp4 is of a kind that is not read (.mp4); save what it says as text, HTML, PDF or Word",
    ]


# The command itself, with a small encoder in the place of the real one.
WATCH = """
import sys
from pathlib import Path
from fakes import BagEncoder
from ibid import opening, watching
from ibid.cli import run
from ibid.opening import Indexed
from ingest import update

watching._LOOK = 100
opening.index = lambda at, _, suggests=False: Indexed(update(at.catalog, at.corpus, BagEncoder()), 0.1, False)
sys.exit(run(["watch", sys.argv[1], "--index", sys.argv[2]]))
"""


@pytest.mark.server
@pytest.mark.parametrize(("ending", "code"), [("Ctrl-C", 130), ("gone", 1)])
def test_the_command_watches_until_ctrl_c_or_until_its_folder_is_gone(places: Places, ending: str, code: int) -> None:
    paths = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    command = [sys.executable, "-u", "-c", WATCH, str(places.corpus), str(places.index)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": paths}
    )
    try:
        assert process.stdout and process.stderr
        assert process.stdout.readline().startswith("Indexed 2 documents")
        assert process.stdout.readline() == f"Watching {places.corpus}; Ctrl-C ends.\n"
        (places.corpus / "d2.md").write_text(page(2))
        assert process.stdout.readline().endswith(": added d2\n")
        if code == 130:
            process.send_signal(signal.SIGINT)
        else:
            shutil.rmtree(places.corpus)
        assert process.wait(timeout=20) == code
        assert process.stderr.read() == (
            f"ibid: {places.corpus} is gone; put it back and start ibid again\n" if code == 1 else ""
        )
    finally:
        process.kill()
        process.communicate()


@pytest.mark.server
@pytest.mark.model
def test_a_folder_is_indexed_served_and_watched_by_one_command(tmp_path: Path) -> None:
    from processes import started

    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "bees.md").write_text("# Bees\n\nA hive has one queen. Workers live for six weeks in summer.\n")
    arguments = ("serve", str(docs), "--watch", "--port", "0", "--index", str(tmp_path / "index"))
    with started("-m", "ibid", *arguments) as (process, url):

        def ask(question: str) -> str:
            answered = httpx.post(f"{url}/v1/answers", json={"question": question}, timeout=30).json()
            return str(answered["text"])

        assert "six weeks" in ask("How long do workers live?")
        (docs / "wasps.md").write_text("# Wasps\n\nWasps build their nests of chewed wood.\n")
        patience = time.monotonic() + 60
        while "chewed wood" not in ask("What do wasps build their nests of?") and time.monotonic() < patience:
            time.sleep(0.2)
        assert "chewed wood" in ask("What do wasps build their nests of?")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130


def test_a_folder_that_is_not_there_is_told(ibid: Ibid, tmp_path: Path) -> None:
    ran = ibid("watch", tmp_path / "nowhere")
    assert ran.code == 2 and f"there is no folder {tmp_path / 'nowhere'}" in ran.complaint
