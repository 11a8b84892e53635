"""Faults of an index that the doctor finds, each with its mend."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import BagEncoder, page

from ingest import FileCatalog, Generation, examine, generation_names, update
from ingest.index.generation import layers


@pytest.fixture
def index(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    for dose in range(2):
        (tmp_path / "corpus" / "d.md").write_text(page(0).replace("5 mg", f"{dose} mg"))
        update(FileCatalog(tmp_path / "index"), tmp_path / "corpus", BagEncoder())
    return tmp_path / "index"


def generation(index: Path, which: int) -> Path:
    return index / "generations" / generation_names(index)[which]


def segment(index: Path, which: int) -> Path:
    (layer,) = layers(Generation.open(index, generation_names(index)[which]))
    return layer.segment.path


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_whole_index_has_no_finding(index: Path) -> None:
    assert examine(index) == []


def test_no_index_is_a_finding(tmp_path: Path) -> None:
    (found,) = examine(tmp_path / "none")
    assert "no index" in found.what and found.mend == "run: ibid index"


@pytest.mark.parametrize(
    ("harm", "what", "mend"),
    [
        (lambda i: (i / "CURRENT").write_text("00"), "points to no generation", "ibid rollback 000002"),
        (lambda i: (i / "CURRENT").unlink(), "no index", "ibid rollback 000002"),
        (lambda i: flip(segment(i, -1) / "vectors.f32"), "damaged", "ibid rollback 000001"),
        (lambda i: flip(segment(i, 0) / "store.db"), "damaged", "remove"),
        (lambda i: flip(generation(i, 0) / "lexical" / "meta.json"), "damaged", "remove"),
        (lambda i: (generation(i, 0) / "manifest.json").unlink(), "manifest cannot be read", "remove"),
        (lambda i: (generation(i, 0) / "note.txt").write_text("x"), "no file of this generation", "remove it"),
        (lambda i: (segment(i, 0) / "note.txt").write_text("x"), "no file of this segment", "remove it"),
        (lambda i: (i / "segments" / "0123").mkdir(), "killed", "ibid index"),
        (lambda i: (i / "generations" / ".building-1").mkdir(), "killed", "ibid index"),
        (lambda i: (i / ".CURRENT.new").write_text("x"), "killed", "ibid index"),
        (lambda i: (i / "stray").write_text("x"), "does not belong", "remove it"),
        (lambda i: (i / "generations" / "stray").write_text("x"), "does not belong", "remove it"),
    ],
)
def test_a_fault_is_found_and_its_mend_told(index: Path, harm: Callable[[Path], object], what: str, mend: str) -> None:
    harm(index)
    (found,) = examine(index)
    assert what in found.what
    assert mend in found.mend


def test_where_no_generation_is_sound_the_index_is_made_anew_which_mends_it(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is damaged in a large file is not seen by an update that reads none of it.
    monkeypatch.setattr("ingest.index.catalog._SMALL", 0)
    for which in (0, -1):
        flip(segment(index, which) / "vectors.f32")
    assert [found.mend for found in examine(index)][-1] == "run: ibid index --anew"
    assert not update(FileCatalog(index), tmp_path / "corpus", BagEncoder()).built.published
    assert update(FileCatalog(index), tmp_path / "corpus", BagEncoder(), keep=1, anew=True).built.embedded == 2
    assert examine(index) == []


def test_two_counts_that_differ_are_mended_like_damage(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Generation, "passage_count", lambda _: 3)
    old, new = examine(index)
    assert "holds 3 passages, 2 vectors, 2 lexical rows" in new.what
    assert "remove" in old.mend and new.mend == "run: ibid index --anew"


def test_what_another_ibid_made_is_made_again_by_indexing(index: Path, tmp_path: Path) -> None:
    for which in (0, -1):
        outdate(generation(index, which) / "manifest.json")
    old, new = (found for found in examine(index) if "has format 1" in found.what)
    assert "remove" in old.mend and new.mend == "run: ibid index"
    update(FileCatalog(index), tmp_path / "corpus", BagEncoder(), keep=1)
    assert examine(index) == []


def outdate(manifest: Path) -> None:
    manifest.write_text(json.dumps({"format": 1, "files": {}}))
