from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path

import pytest
import xxhash
from fakes import BagEncoder, page
from memorystore import Change, MemoryStore

from ingest import (
    FileCatalog,
    Generation,
    IndexDamaged,
    IndexUnwritable,
    ObjectStoreError,
    Puller,
    Suggested,
    Suggestion,
    generation_names,
    publish,
    published,
    rollback,
    update,
)
from ingest.documents.document import FORMAT as INDEX_FORMAT
from ingest.embed.network import FORMAT, Network
from ingest.objectstore.objects import PART
from ingest.proof import Proof, file_checksum, manifest_checksum

WEIGHTS = "0123456789abcdef"


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The folder of the replica."""
    return tmp_path / "replica"


class Source:
    """Pages, their index, and the publishing of it."""

    def __init__(self, folder: Path, store: MemoryStore) -> None:
        self.corpus, self.index, self.store = folder / "pages", folder / "index", store
        self.corpus.mkdir()
        self.write(0)

    def write(self, number: int, text: str | None = None) -> str:
        """Write a page, and publish; the generation."""
        (self.corpus / f"p{number}.md").write_text(text or page(number))
        update(FileCatalog(self.index), self.corpus, BagEncoder())
        return self.publish()

    def publish(self) -> str:
        return publish(self.index, self.store, 5).generation


@pytest.fixture
def source(tmp_path: Path, store: MemoryStore) -> Source:
    return Source(tmp_path, store)


def texts(folder: Path) -> list[str]:
    """All that the published generation says, every file of it being proved."""
    generation = Generation.open(folder).prove()
    return [passage.text for passage in generation.passages(generation.rows())]


def test_only_what_is_missing_is_pulled(source: Source, store: MemoryStore, here: Path) -> None:
    puller = Puller(store, here)
    puller.pull()
    # Small files of two segments may be the same in every byte.
    first = {f"files/{file_checksum(path)}" for path in here.glob("segments/*/*") if path.is_file()}
    assert len(first) > 2 and first <= set(store.keys("part"))
    name = source.write(1)
    store.keys()
    assert puller.pull() == name == published(here)
    assert not first & set(store.keys("part"))
    assert texts(here) == texts(source.index) and len(texts(here)) == 4


def test_where_nothing_has_changed_one_question_is_asked(source: Source, store: MemoryStore, here: Path) -> None:
    puller = Puller(store, here)
    puller.pull()
    store.keys()
    assert puller.pull() is None and store.asked == [("read", "CURRENT")]


def test_the_files_of_two_segments_that_are_searched_as_one_are_one(
    source: Source, store: MemoryStore, here: Path
) -> None:
    source.write(1)
    Puller(store, here).pull()
    linked = [path for path in here.glob("generations/*/lexical/*") if path.suffix != ".json"]
    assert linked and all(path.stat().st_nlink == 2 for path in linked if path.stat().st_size)


def test_what_is_pulled_once_is_here_for_another_that_starts(source: Source, store: MemoryStore, here: Path) -> None:
    Puller(store, here).pull()
    store.keys()
    assert Puller(store, here).pull() == published(source.index)
    assert store.keys("part") == []


LIES: dict[str, Change] = {
    "wrong bytes": lambda key, content: bytes([content[0] ^ 1]) + content[1:] if content else content,
    "cut short": lambda key, content: content[:-2],
    "nothing": lambda key, content: b"",
    "another file": lambda key, content: content[::-1],
}


@pytest.mark.parametrize("where", ["CURRENT", "releases/", "files/"])
@pytest.mark.parametrize("lie", LIES)
def test_a_store_that_lies_is_not_believed(
    source: Source, store: MemoryStore, here: Path, where: str, lie: str
) -> None:
    puller = Puller(store, here)
    before = puller.pull()
    said = texts(here)
    after = source.write(0, "# Page\n\nIt says something else.\n")
    store.lie = lambda key, content: LIES[lie](key, content) if key.startswith(where) else content
    for _ in range(2):
        with pytest.raises(ObjectStoreError):
            puller.pull()
        assert published(here) == before and texts(here) == said
    store.lie = lambda key, content: content
    assert puller.pull() == after and texts(here) == texts(source.index)


def test_a_single_wrong_file_keeps_all_of_the_old(source: Source, store: MemoryStore, here: Path) -> None:
    before, had = Puller(store, here).pull(), set(store.objects)
    after = source.write(1)
    new = sorted(key for key in set(store.objects) - had if key.startswith("files/") and store.objects[key])
    assert len(new) > 5
    for key in new:
        folder = here / key
        shutil.copytree(here, folder, ignore=shutil.ignore_patterns("files"))
        store.lie = partial(_wrong_at, key)
        with pytest.raises(ObjectStoreError, match="is not what was published, and was not taken"):
            Puller(store, folder).pull()
        assert published(folder) == before and after not in generation_names(folder)
        store.lie = lambda key, content: content
        assert Puller(store, folder).pull() == after and texts(folder) == texts(source.index)


def _wrong_at(wrong: str, key: str, content: bytes) -> bytes:
    return LIES["wrong bytes"](key, content) if key == wrong else content


def say(store: MemoryStore, change: Callable[[dict[str, object]], None]) -> None:
    """Publish a release that is what its name says, and names other files."""
    name = store.objects["CURRENT"].decode().strip()
    told = json.loads(store.objects[f"releases/{name}"])
    change(told)
    content = json.dumps(told).encode()
    other = f"{name.partition('.')[0]}.{hashlib.sha256(content).hexdigest()}"
    store.put(f"releases/{other}", content)
    store.put("CURRENT", other.encode())


def proof_of(content: bytes) -> Proof:
    """The proof of a file that holds `content`."""
    return Proof(len(content), hashlib.sha256(content).hexdigest(), xxhash.xxh3_128(content).hexdigest())


EVIL = ["../../escaped", "segments/../../../escaped", "/etc/escaped", "segments/" + "0" * 32 + "/../../CURRENT"]
EVIL += [
    "CURRENT",
    ".lock",
    "generations/000009-00000000/manifest.json",
    "suggestions/../../x.json",
    "exports/..",
    "a\0b",
]


@pytest.mark.parametrize("path", EVIL)
def test_no_file_is_put_where_none_belongs(source: Source, store: MemoryStore, here: Path, path: str) -> None:
    puller = Puller(store, here)
    puller.pull()
    content = b"evil"
    store.put(f"files/{hashlib.sha256(content).hexdigest()}", content)
    say(store, lambda told: told.update({path: proof_of(content)}))
    there = set(here.parent.rglob("*"))
    with pytest.raises(ObjectStoreError, match="it names"):
        puller.pull()
    assert set(here.parent.rglob("*")) == there


@pytest.mark.parametrize(
    "proof",
    [
        *([size, "0" * 64, "0" * 32] for size in (-1, True, None, "4")),
        *([4, checksum, "0" * 32] for checksum in ("../CURRENT", "0" * 63, 5, None)),
        *([4], "four", None),
    ],
)
def test_a_file_without_a_proof_is_not_pulled(source: Source, store: MemoryStore, here: Path, proof: object) -> None:
    say(store, lambda told: told.update({f"segments/{'0' * 32}/store.db": proof}))
    with pytest.raises(ObjectStoreError):
        Puller(store, here).pull()
    assert generation_names(here) == []


def test_a_segment_that_is_not_what_its_name_says_is_not_put_in_its_place(
    source: Source, store: MemoryStore, here: Path
) -> None:
    def rename(told: dict[str, object]) -> None:
        for path in [path for path in told if path.startswith("segments/")]:
            told["/".join(["segments", "0" * 32, *path.split("/")[2:]])] = told.pop(path)

    say(store, rename)
    with pytest.raises(ObjectStoreError, match="is another"):
        Puller(store, here).pull()
    assert not list(here.glob("segments/*"))


def test_a_release_that_is_not_whole_is_not_published(source: Source, store: MemoryStore, here: Path) -> None:
    def leave_out(told: dict[str, object]) -> None:
        del told[next(path for path in told if path.startswith("generations/") and path.endswith("meta.json"))]

    say(store, leave_out)
    with pytest.raises(IndexDamaged):
        Puller(store, here).pull()
    assert not (here / "CURRENT").exists()


def test_a_manifest_of_another_form_is_refused_once_and_for_all(source: Source, store: MemoryStore, here: Path) -> None:
    facts = {"format": INDEX_FORMAT, "files": {}}
    content = json.dumps(facts | {"checksum": manifest_checksum(facts)}).encode()
    store.put(f"files/{hashlib.sha256(content).hexdigest()}", content)
    path = f"generations/{published(source.index)}/manifest.json"
    say(store, lambda told: told.update({path: proof_of(content)}))
    puller = Puller(store, here)
    for _ in range(2):
        with pytest.raises(ObjectStoreError, match=r"cannot be opened \(KeyError"):
            puller.pull()
        assert not (here / "CURRENT").exists()
    store.keys()
    with pytest.raises(ObjectStoreError, match="cannot be opened"):
        puller.pull()
    assert store.asked == [("read", "CURRENT")]
    name = source.write(1)
    assert puller.pull() == name and texts(here) == texts(source.index)


def test_what_there_is_no_room_for_is_not_begun(source: Source, store: MemoryStore, here: Path) -> None:
    say(store, lambda told: told.update({f"segments/{'0' * 32}/store.db": [2**60, "0" * 64, "0" * 32]}))
    with pytest.raises(IndexUnwritable, match="bytes are to be pulled, and there is room for"):
        Puller(store, here).pull()
    assert store.keys("part") == []


@pytest.mark.parametrize("gone", ["releases/", "files/"])
def test_what_current_names_and_is_not_there_changes_nothing(
    source: Source, store: MemoryStore, here: Path, gone: str
) -> None:
    puller = Puller(store, here)
    before = puller.pull()
    source.write(1)
    for key in [key for key in store.objects if key.startswith(gone)]:
        del store.objects[key]
    with pytest.raises(ObjectStoreError, match="is not there"):
        puller.pull()
    assert published(here) == before and len(texts(here)) == 2


def test_a_pull_that_is_broken_off_goes_on_where_it_stopped(source: Source, store: MemoryStore, here: Path) -> None:
    whole = _parts(store, here.with_name("whole"))
    for last in range(0, whole, 3):
        folder = here / str(last)
        store.lie = partial(_fail_at, count(), last)
        with pytest.raises(ObjectStoreError, match="dead"):
            Puller(store, folder).pull()
        store.lie = lambda key, content: content
        assert _parts(store, folder) == whole - last
        assert texts(folder) == texts(source.index)
        assert not (folder / ".pulling").exists()


def _parts(store: MemoryStore, folder: Path) -> int:
    store.keys()
    Puller(store, folder).pull()
    return len(store.keys("part"))


def _fail_at(numbers: Iterator[int], last: int, key: str, content: bytes) -> bytes:
    if key.startswith("files/") and next(numbers) == last:
        raise ObjectStoreError("the line is dead")
    return content


def test_a_large_file_is_pulled_in_parts(source: Source, store: MemoryStore, here: Path) -> None:
    content = bytes(PART + 7)
    _add_export(source, content)
    source.publish()
    Puller(store, here).pull()
    assert (here / "exports" / WEIGHTS / "network.data").read_bytes() == content
    assert store.keys("part").count(f"files/{hashlib.sha256(content).hexdigest()}") == 2


def _add_export(source: Source, content: bytes) -> None:
    folder = source.index / "exports" / WEIGHTS
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "network.data").write_bytes(content)
    files = {"network.data": Proof.of(folder / "network.data")}
    facts = {"format": FORMAT, "weights": WEIGHTS * 4, "files": files}
    (folder / "export.json").write_text(json.dumps(facts | {"checksum": manifest_checksum(facts)}))


def test_what_embeds_questions_comes_with_the_generation_and_is_replaced(
    source: Source, store: MemoryStore, here: Path
) -> None:
    puller = Puller(store, here)
    for content in (b"one", b"another"):
        _add_export(source, content)
        source.publish()
        assert puller.pull() == published(source.index)
        assert (Network.open(here / "exports" / WEIGHTS, WEIGHTS).folder / "network.data").read_bytes() == content


def test_an_export_that_this_ibid_cannot_open_is_not_taken(source: Source, store: MemoryStore, here: Path) -> None:
    puller = Puller(store, here)
    _add_export(source, b"one")
    source.publish()
    puller.pull()
    _add_export(source, b"two")
    path = source.index / "exports" / WEIGHTS / "export.json"
    path.write_text(path.read_text().replace(f'"format": {FORMAT}', f'"format": {FORMAT + 1}'))
    source.publish()
    with pytest.raises(ObjectStoreError, match="cannot be used"):
        puller.pull()
    assert (here / "exports" / WEIGHTS / "network.data").read_bytes() == b"one"


def test_what_can_be_asked_comes_with_the_generation(source: Source, store: MemoryStore, here: Path) -> None:
    puller = Puller(store, here)
    puller.pull()
    name = published(source.index)
    for question in ("What is the dose?", "What is it of?"):
        FileCatalog(source.index).suggest(name, Suggested((Suggestion(question, "p0", "Dose", 0, 5),), {}))
        source.publish()
        assert puller.pull() == name
        told = FileCatalog(here).suggested(name)
        assert told and [suggestion.question for suggestion in told.suggestions] == [question]


def test_what_was_damaged_here_is_pulled_again(source: Source, store: MemoryStore, here: Path) -> None:
    Puller(store, here).pull()
    said = texts(here)
    for path in sorted(path for path in here.glob("segments/*/**/*") if path.is_file() and path.stat().st_size):
        path.chmod(0o644)
        path.write_bytes(b"damaged")
        Puller(store, here).pull()
        assert texts(here) == said


def test_a_generation_that_is_open_can_be_read_after_it_was_forgotten(
    source: Source, store: MemoryStore, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.objectstore.pulling.KEPT", 2)
    puller = Puller(store, here)
    puller.pull()
    opened, said = Generation.open(here), texts(here)
    for version in range(3):
        source.write(0, f"# Page\n\nThe version is {version} now.\n\n" + "More of it. " * 100)
        puller.pull()
        puller.forget()
    assert len(generation_names(here)) == 2 and opened.name not in generation_names(here)
    assert [passage.text for passage in opened.passages(opened.rows())] == said
    assert opened.lexical.search([["dose"]], 5) and opened.vectors.of(opened.rows()).shape[0] == 2
    named = {
        held["name"] for name in generation_names(here) for held in Generation.open(here, name).manifest["segments"]
    }
    assert {path.name for path in here.glob("segments/*")} == named


def test_a_generation_that_was_forgotten_here_is_pulled_again_for_a_rollback(
    source: Source, store: MemoryStore, here: Path
) -> None:
    puller = Puller(store, here)
    first = puller.pull()
    said = texts(here)
    source.write(0, "# Page\n\nIt says something else.\n")
    puller.pull()
    assert first
    shutil.rmtree(here / "generations" / first)
    puller.forget()
    rollback(FileCatalog(source.index))
    publish(source.index, store)
    assert puller.pull() == first and texts(here) == said


def test_the_folder_of_another_index_is_left_alone(source: Source, store: MemoryStore) -> None:
    with pytest.raises(IndexUnwritable, match="it is made here; choose another folder with --index"):
        Puller(store, source.index)


def test_the_folder_of_another_address_is_left_alone(source: Source, store: MemoryStore, here: Path) -> None:
    Puller(store, here).pull()
    store.where = "s3://shelf/others"
    with pytest.raises(IndexUnwritable, match="is pulled from s3://shelf/leaflets"):
        Puller(store, here)
