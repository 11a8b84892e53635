from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from fakes import BagEncoder, page
from memorystore import MemoryStore

from ingest import (
    FileCatalog,
    Generation,
    IndexDamaged,
    ObjectStoreError,
    Publication,
    PublishRefused,
    Puller,
    generation_names,
    publish,
    published,
    rollback,
    update,
)
from ingest.objectstore.publishing import GRACE
from ingest.objectstore.release import key_of, read_release

LONG_AGO = GRACE + timedelta(days=1)


class Publisher:
    """Pages, the index of them, and the store that it is published in."""

    def __init__(self, folder: Path, store: MemoryStore, first: int = 0) -> None:
        self.corpus, self.index, self.store = folder / "pages", folder / "index", store
        self.corpus.mkdir(parents=True)
        self.write(first)

    def write(self, number: int, text: str | None = None) -> None:
        (self.corpus / f"p{number}.md").write_text(text or page(number))
        update(FileCatalog(self.index), self.corpus, BagEncoder())

    def publish(self, keep: int | None = 5) -> Publication:
        return publish(self.index, self.store, keep)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def publisher(tmp_path: Path, store: MemoryStore) -> Publisher:
    return Publisher(tmp_path / "one", store)


def pulled(store: MemoryStore, folder: Path) -> Generation:
    Puller(store, folder).pull()
    return Generation.open(folder).prove()


def test_what_is_published_is_pulled_whole(publisher: Publisher, store: MemoryStore, tmp_path: Path) -> None:
    told = publisher.publish()
    assert told.changed and told.generation == published(publisher.index) and told.files > 5 and told.bytes > 1000
    generation = pulled(store, tmp_path / "replica")
    ours = Generation.open(publisher.index)
    assert generation.name == ours.name and generation.revisions() == ours.revisions()
    assert generation.lexical.search([["dose"]], 9) == ours.lexical.search([["dose"]], 9)


def test_a_file_is_put_once(publisher: Publisher, store: MemoryStore) -> None:
    publisher.publish()
    first = set(store.keys("put"))
    publisher.write(1)
    told = publisher.publish()
    second = store.keys("put")
    assert not first & set(second) and len(second) == len(set(second)) == told.files + 1  # the release


def test_publishing_again_puts_nothing(publisher: Publisher, store: MemoryStore) -> None:
    publisher.publish()
    store.keys()
    told = publisher.publish()
    assert not told.changed and told.files == 0 and store.keys("put", "swap", "delete") == []


def test_what_was_lost_in_the_store_is_put_again(publisher: Publisher, store: MemoryStore) -> None:
    publisher.publish()
    lost = next(key for key in store.objects if key.startswith("files/"))
    kept = store.objects.pop(lost)
    assert publisher.publish().files == 1 and store.objects[lost] == kept


def test_what_is_put_short_is_never_published(publisher: Publisher, store: MemoryStore, tmp_path: Path) -> None:
    store.cut = lambda key, content: content[:-1] if key.startswith("files/") and len(content) > 1000 else content
    with pytest.raises(ObjectStoreError, match="not there whole, so nothing was published"):
        publisher.publish()
    assert "CURRENT" not in store.objects
    store.cut = lambda key, content: content
    assert publisher.publish().changed
    assert pulled(store, tmp_path / "replica").passage_count() == 2


def test_a_release_that_is_put_otherwise_is_never_published(publisher: Publisher, store: MemoryStore) -> None:
    store.cut = lambda key, content: content[1:] if key.startswith("releases/") else content
    with pytest.raises(ObjectStoreError, match="cannot be used"):
        publisher.publish()
    assert "CURRENT" not in store.objects


def test_a_publish_that_is_broken_off_is_gone_on_with(publisher: Publisher, store: MemoryStore) -> None:
    whole = publisher.publish().files
    for broken_after in range(whole):
        other = MemoryStore()
        other.cut = partial(_fail_at, count(), broken_after)
        with pytest.raises(ObjectStoreError, match="dead"):
            publish(publisher.index, other)
        assert "CURRENT" not in other.objects
        there = len(other.objects)
        other.cut = lambda key, content: content
        assert publish(publisher.index, other).files == whole - there


def _fail_at(numbers: Iterator[int], last: int, _: str, content: bytes) -> bytes:
    if next(numbers) >= last:
        raise ObjectStoreError("the line is dead")
    return content


def test_a_damaged_file_is_not_published(publisher: Publisher, store: MemoryStore) -> None:
    path = next(publisher.index.glob("segments/*/vectors.f32"))
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(IndexDamaged, match=r"vectors\.f32: is missing or damaged, so nothing was published"):
        publisher.publish()
    assert "CURRENT" not in store.objects


def test_an_index_of_another_origin_is_refused(publisher: Publisher, store: MemoryStore, tmp_path: Path) -> None:
    publisher.publish()
    before = dict(store.objects)
    other = Publisher(tmp_path / "two", store, first=7)
    with pytest.raises(PublishRefused, match=f"generation {published(publisher.index)}, was not made from this index"):
        other.publish()
    assert store.objects == before
    del store.objects["CURRENT"]
    assert other.publish().changed


def test_one_that_has_fallen_behind_is_refused(publisher: Publisher, store: MemoryStore, tmp_path: Path) -> None:
    publisher.publish()
    twin = Publisher(tmp_path / "two", store)  # makes the same generation
    publisher.write(1)
    publisher.publish()
    with pytest.raises(PublishRefused, match="was not made from this index"):
        twin.publish()


def test_generations_that_were_made_meanwhile_and_forgotten_are_no_other_origin(publisher: Publisher) -> None:
    publisher.publish()
    name = published(publisher.index)
    for number in range(1, 8):
        publisher.write(number)
    assert name not in generation_names(publisher.index)
    assert publisher.publish().changed


def test_of_two_that_publish_at_once_one_wins(store: MemoryStore, tmp_path: Path) -> None:
    for round_ in range(3):
        store.objects.clear()
        both = [Publisher(tmp_path / f"{round_}-{number}", store) for number in range(2)]
        for number, one in enumerate(both):
            one.write(10 + number)
        barrier = threading.Barrier(2)
        store.before_swap = partial(barrier.wait, 10)
        with ThreadPoolExecutor(2) as threads:
            outcomes = [*threads.map(_outcome, both)]
        won = [number for number, outcome in enumerate(outcomes) if isinstance(outcome, Publication)]
        assert len(won) == 1
        assert store.objects["CURRENT"].decode().startswith(published(both[won[0]].index))
        assert "another ibid has published there meanwhile" in str(outcomes[1 - won[0]])
        assert pulled(store, tmp_path / f"{round_}").name == published(both[won[0]].index)


def _outcome(publisher: Publisher) -> Publication | PublishRefused:
    try:
        return publisher.publish()
    except PublishRefused as error:
        return error


def test_an_answer_that_is_lost_is_no_other_publisher(publisher: Publisher, store: MemoryStore) -> None:
    swap = store.swap

    def twice(key: str, content: bytes, known: str | None) -> bool:
        swap(key, content, known)
        return swap(key, content, known)

    store.swap = twice  # type: ignore[method-assign]
    assert publisher.publish().changed


def test_old_releases_are_removed_and_files_that_none_names(publisher: Publisher, store: MemoryStore) -> None:
    for number in range(4):
        publisher.write(0, f"# P\n\nVersion {number}.\n")
        publisher.publish(keep=2)
    assert len(_held(store, "releases")) == 2
    before = _held(store, "files")
    store.age(LONG_AGO)
    publisher.write(9)
    publisher.publish(keep=1)
    current = store.objects["CURRENT"].decode().strip()
    assert _held(store, "releases") == {f"releases/{current}"}
    assert _held(store, "files") == {key_of(proof) for proof in read_release(store, current).files.values()}
    assert not before <= _held(store, "files")


def _held(store: MemoryStore, folder: str) -> set[str]:
    return {key for key in store.objects if key.startswith(f"{folder}/")}


def test_what_another_is_putting_is_not_removed(publisher: Publisher, store: MemoryStore) -> None:
    publisher.publish()
    store.age(LONG_AGO)
    store.put("files/" + "a" * 64, b"of a publisher that has not come to its end")
    publisher.write(1)
    publisher.publish(keep=1)
    assert "files/" + "a" * 64 in store.objects


def test_a_file_that_may_be_removed_meanwhile_is_put_again(publisher: Publisher, store: MemoryStore) -> None:
    publisher.publish()
    publisher.write(1)
    publisher.publish()
    store.age(LONG_AGO)
    rollback(FileCatalog(publisher.index))
    publisher.publish(None)
    store.keys()
    update(FileCatalog(publisher.index), publisher.corpus, BagEncoder())
    assert publisher.publish().files > 0  # what the release before does not name is old enough to be removed


def test_a_rollback_points_back(publisher: Publisher, store: MemoryStore, tmp_path: Path) -> None:
    publisher.publish()
    first = published(publisher.index)
    publisher.write(1)
    publisher.publish()
    puller = Puller(store, tmp_path / "replica")
    assert puller.pull() == published(publisher.index)
    rollback(FileCatalog(publisher.index))
    told = publisher.publish(None)
    assert told.generation == first and told.files == 0
    assert puller.pull() == first and Generation.open(tmp_path / "replica").document_ids() == ["p0"]


def test_where_old_files_cannot_be_removed_that_is_told(publisher: Publisher, store: MemoryStore) -> None:
    publisher.publish()
    publisher.write(1)

    def refuse(_: object) -> None:
        raise ObjectStoreError("403 Forbidden")

    store.delete = refuse  # type: ignore[method-assign]
    told = publisher.publish(keep=1)
    assert told.changed and told.unremoved == "403 Forbidden"
