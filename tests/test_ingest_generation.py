"""A generation that is open: what it holds, and what is refused."""

from __future__ import annotations

import gc
import json
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from fakes import BagEncoder, page

import ingest.index.generation as module
from ingest import (
    Document,
    EncoderMismatch,
    FileCatalog,
    Generation,
    IndexDamaged,
    IndexMissing,
    Notice,
    Source,
    Vocabulary,
    build,
    cut_passages,
    examine,
    load,
    update,
)
from ingest.index import writing
from ingest.index.generation import generation_names, layers
from ingest.index.vectors import RECALL, add_lists

NOTICES = (Notice("general", "Ask."), Notice("p", "Pending.", "pending"))


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "a.md").write_text(
        "# T\n\nAlphamab (Brandex) is a drug.\n\n## Dose\n\nIt is 5 mg.\n\n## Rest\n\nOne day.\n"
    )
    (folder / "b.md").write_text("# U\n\nBetamab is another drug.\n\nLast Revised: March 29, 2025\n")
    return [load(Source("b", folder / "b.md")), load(Source("a", folder / "a.md"))]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory, documents: list[Document]) -> Path:
    index = tmp_path_factory.mktemp("pristine") / "index"
    build(FileCatalog(index), documents, NOTICES, BagEncoder())
    return index


@pytest.fixture
def index(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "index"))


def test_what_any_document_states_is_known_and_forgotten_with_the_last_that_does(
    tmp_path: Path, documents: list[Document]
) -> None:
    index, dated = tmp_path / "index", documents[0]
    for given, states in (
        (documents[1:], ()),
        (documents, ("revised",)),
        ([replace(documents[1], review_status="pending"), dated], ("revised", "review_status")),
        (documents[1:], ()),
    ):
        build(FileCatalog(index), given, NOTICES, BagEncoder())
        assert Generation.open(index).states == states


def folder_of(index: Path) -> Path:
    return index / "generations" / generation_names(index)[-1]


def test_what_was_built_is_read_back(pristine: Path, documents: list[Document]) -> None:
    generation = Generation.open(pristine)
    expected = [p for d in documents for p in cut_passages(d)]
    assert generation.document_ids() == ["b", "a"]
    assert [generation.document(i) for i in ("b", "a")] == documents
    assert generation.passage_count() == len(expected) == 5
    assert generation.passages(range(len(expected))) == expected
    assert generation.passages([2, 0]) == [expected[2], expected[0]]
    assert generation.notices == NOTICES
    assert generation.encoder_name == "bag"
    assert generation.vocabulary() == Vocabulary.of(documents, expected, BagEncoder.words)
    assert ("alphamab", "brandex", "a") in generation.vocabulary().aliases


def test_rows_of_vectors_and_of_the_lexical_index_are_rows_of_passages(pristine: Path) -> None:
    generation = Generation.open(pristine)
    passages = generation.passages(range(generation.passage_count()))
    assert len(generation.vectors) == len(passages)
    for row, vector in enumerate(BagEncoder().encode([p.embedded_text for p in passages])):
        assert np.allclose(generation.vectors.of([row])[0], vector, atol=1e-6)
        (found,) = generation.vectors_for([passages[row].text_hash]).values()
        assert np.allclose(found, vector, atol=1e-6)
    assert [row for row, _ in generation.lexical.search([["betamab"]], 5)[0]] == [
        row for row, p in enumerate(passages) if "Betamab" in p.text
    ]
    assert generation.vectors_for(["0" * 64]) == {}


def test_an_unknown_document_is_a_key_error(pristine: Path) -> None:
    with pytest.raises(KeyError, match="zzz"):
        Generation.open(pristine).document("zzz")


def test_a_generation_moved_to_another_folder_still_opens(index: Path, pristine: Path) -> None:
    assert Generation.open(index).passages([0]) == Generation.open(pristine).passages([0])


def test_opening_leaves_the_folder_as_it_was(index: Path) -> None:
    before = sorted(index.rglob("*"))
    generation = Generation.open(index)
    generation.vocabulary(), generation.lexical.search([["drug"]], 5)[0]
    assert [p for p in sorted(index.rglob("*")) if p.suffix != ".lock"] == [p for p in before if p.suffix != ".lock"]


def test_no_index_is_missing_and_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"no index in .*; make one with: ibid index"):
        Generation.open(tmp_path)
    with pytest.raises(IndexMissing):
        Generation.open(tmp_path / "gone")


def segment_of(index: Path) -> Path:
    (path,) = (index / "segments").iterdir()
    return path


def files_of(index: Path) -> list[Path]:
    """The files that are proved: all but the manifest of the generation."""
    folders = (folder_of(index), segment_of(index))
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in files if path.suffix != ".lock" and path.name != "manifest.json"]


def test_the_lexical_index_of_a_generation_is_links_to_that_of_its_segments(index: Path) -> None:
    linked = [path for path in files_of(index) if path.is_relative_to(folder_of(index)) and path.name != "meta.json"]
    for path in linked:
        path.unlink()
        path.hardlink_to(segment_of(index) / "lexical" / path.name)
    assert len(linked) > 3
    Generation.open(index)


def test_a_flipped_byte_in_any_file_is_found_and_the_file_named(index: Path) -> None:
    for path in files_of(index):
        content = path.read_bytes()
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        with pytest.raises(IndexDamaged) as caught:
            Generation.open(index)
        assert str(caught.value).startswith(f"{path}: ")
        assert "ibid index" in str(caught.value)
        path.write_bytes(content)
    Generation.open(index)


def test_a_missing_or_shortened_file_is_found_and_named(index: Path) -> None:
    for path in files_of(index):
        content = path.read_bytes()
        for damage in (path.unlink, lambda: path.write_bytes(content[:-1])):  # noqa: B023
            damage()
            with pytest.raises(IndexDamaged) as caught:
                Generation.open(index)
            assert str(caught.value).startswith(f"{path}: ")
            path.write_bytes(content)


def test_a_large_file_is_compared_by_its_size_and_wholly_when_it_is_to_be_proved(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGE", 100)
    path = segment_of(index) / "vectors.f32"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    Generation.open(index)
    with pytest.raises(IndexDamaged, match=r"vectors\.f32: is missing or damaged"):
        Generation.open(index).prove()
    path.write_bytes(content[:-1])
    with pytest.raises(IndexDamaged, match=r"vectors\.f32: is missing or damaged"):
        Generation.open(index)


def test_damage_to_a_large_file_is_seen_when_it_is_merged_and_all_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.index.catalog._SMALL", 100)
    index, corpus = tmp_path / "index", tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text(page(1))
    update(FileCatalog(index), corpus, BagEncoder())
    path = segment_of(index) / "vectors.f32"
    content = path.read_bytes()
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    (corpus / "b.md").write_text(page(2))
    built = update(FileCatalog(index), corpus, BagEncoder()).built
    assert built.plan.rebuilt and built.plan.added == ("a", "b")
    generation = Generation.open(index).prove()
    assert generation.vectors.of(generation.rows()[:2]).tobytes() == content


def test_many_vectors_get_lists_and_keep_them_through_an_update(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "add_lists", partial(add_lists, flat=50))
    for number in range(90):
        (tmp_path / f"{number}.md").write_text(f"# Page {number}\n\nThis is about topic{number} and thing{number}.\n")

    def read() -> list[Document]:
        return [load(Source(str(n), tmp_path / f"{n}.md")) for n in range(90)]

    build(FileCatalog(tmp_path / "index"), read(), (), BagEncoder())
    (tmp_path / "7.md").write_text("# Another\n\nWholly new words.\n")
    encoder = BagEncoder()
    build(FileCatalog(tmp_path / "index"), read(), (), encoder)
    generation = Generation.open(tmp_path / "index")
    (layer,) = layers(generation)
    facts = layer.segment.vectors.facts
    assert len(encoder.seen) == 1 and (facts["kind"], facts["changed"]) == ("ivf", 2)
    assert facts["recall@10"] >= RECALL
    (found,) = generation.vectors.search(encoder.encode(encoder.seen[:1]), 1)
    (passage,) = generation.passages([row for row, _ in found])
    assert passage.title == "Another"
    assert examine(tmp_path / "index") == []


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', '{"format": 1}', '{"files": 3}', "\udcff"])
def test_a_manifest_that_cannot_be_read_is_damage(index: Path, text: str) -> None:
    (folder_of(index) / "manifest.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(IndexDamaged, match=folder_of(index).name):
        Generation.open(index)


def test_a_missing_manifest_is_damage(index: Path) -> None:
    (folder_of(index) / "manifest.json").unlink()
    with pytest.raises(IndexDamaged, match="manifest cannot be read"):
        Generation.open(index)


@pytest.mark.parametrize("key", ["passage_size", "encoder", "documents", "segments", "notices", "files"])
def test_an_altered_manifest_is_damage(index: Path, key: str) -> None:
    path = folder_of(index) / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest[key] = {} if key == "files" else "another"
    path.write_text(json.dumps(manifest))
    with pytest.raises(IndexDamaged, match="manifest was altered"):
        Generation.open(index)


def test_another_format_is_refused_with_both_numbers(index: Path) -> None:
    path = folder_of(index) / "manifest.json"
    manifest = json.loads(path.read_text())
    ours = manifest["format"]
    path.write_text(json.dumps(manifest | {"format": 99}))
    with pytest.raises(IndexDamaged, match=f"has format 99, this ibid reads {ours}"):
        Generation.open(index)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"0000",
        b"000001-",
        b"000009-12345678",
        b"..",
        b".",
        b"/",
        b"../generations",
        b"\0\0\0",
        b"\xff",
        b"x" * 999,
    ],
)
def test_a_pointer_to_nowhere_is_damage_and_names_the_pointer(index: Path, content: bytes) -> None:
    (index / "CURRENT").write_bytes(content)
    with pytest.raises(IndexDamaged) as caught:
        Generation.open(index)
    assert str(caught.value).startswith(f"{index / 'CURRENT'}: ")


def test_half_a_pointer_is_damage(index: Path) -> None:
    whole = (index / "CURRENT").read_bytes()
    for length in range(len(whole) - 1):
        (index / "CURRENT").write_bytes(whole[:length])
        with pytest.raises(IndexDamaged, match="points to no generation"):
            Generation.open(index)


def test_another_encoder_is_refused_with_both_names(index: Path) -> None:
    generation = Generation.open(index)
    generation.check_encoder(BagEncoder())
    with pytest.raises(EncoderMismatch) as caught:
        generation.check_encoder(BagEncoder("other"))
    assert all(word in str(caught.value) for word in ("bag@1", "other@1", "--encoder bag", "--encoder other"))


def test_an_encoder_that_changed_under_its_name_is_not_asked_for_by_that_name(index: Path) -> None:
    changed = BagEncoder()
    changed.fingerprint = "bag@2"
    with pytest.raises(EncoderMismatch, match=r"bag@1.*bag@2; run: ibid index --encoder bag$"):
        Generation.open(index).check_encoder(changed)


def test_only_complete_generations_are_listed(index: Path) -> None:
    (index / "generations" / ".building-x").mkdir()
    (index / "generations" / "notes.txt").write_text("")
    assert len(generation_names(index)) == 1
    assert generation_names(index / "gone") == []


def test_a_document_that_is_not_what_was_stored_is_never_given(index: Path) -> None:
    path = segment_of(index) / "store.db"
    whole = Generation.open(index)
    name = whole.document_ids()[-1]
    word = max(whole.document(name).text.split(), key=len).encode()
    path.write_bytes(path.read_bytes().replace(word, word[::-1]))
    with pytest.raises(IndexDamaged, match=f"what is stored of '{name}' is damaged"):
        Generation.proved(index, None, lambda *_: 0).document(name)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="what is open is told by Linux only")
def test_a_generation_that_is_let_go_leaves_no_file_open(index: Path) -> None:
    def opened() -> int:
        generation = Generation.open(index)
        generation.document(generation.document_ids()[0])
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    opened()
    # The garbage of a large process is collected seldom.
    gc.disable()
    try:
        assert len({opened() for _ in range(5)}) == 1
    finally:
        gc.enable()
