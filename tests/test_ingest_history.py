"""Generations that are kept, and going back to one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from fakes import BagEncoder, page

from ingest import (
    FileCatalog,
    Generation,
    IndexDamaged,
    IndexMissing,
    examine,
    generation_names,
    published,
    rollback,
    update,
)
from ingest.index.generation import layers


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index of three generations, of 0, 1 and 2 mg."""
    (tmp_path / "corpus").mkdir()
    for dose in range(3):
        (tmp_path / "corpus" / "d.md").write_text(page(0).replace("5 mg", f"{dose} mg"))
        update(FileCatalog(tmp_path / "index"), tmp_path / "corpus", BagEncoder())
    return tmp_path / "index"


def dose(index: Path, name: str | None = None) -> str:
    return Generation.open(index, name).document("d").text.rsplit("is ", 1)[1]


def test_history_lists_the_newest_first_with_the_published_one_marked(index: Path) -> None:
    kept = FileCatalog(index).history()
    assert [k.name for k in kept] == generation_names(index)[::-1]
    assert [k.published for k in kept] == [True, False, False]
    assert len({k.revisions["d"] for k in kept}) == 3


def test_a_kept_generation_is_opened_by_the_beginning_of_its_name(index: Path) -> None:
    assert [dose(index, f"00000{number}") for number in (1, 2, 3)] == ["0 mg.", "1 mg.", "2 mg."]


@pytest.mark.parametrize(("name", "message"), [("000009", "no generation is called"), ("0000", "several generations")])
def test_a_name_that_fits_none_or_several_is_refused(index: Path, name: str, message: str) -> None:
    with pytest.raises(IndexMissing, match=message):
        Generation.open(index, name)


def test_rollback_goes_to_the_one_before_and_then_further_back(index: Path) -> None:
    rollback(FileCatalog(index))
    assert dose(index) == "1 mg."
    rollback(FileCatalog(index))
    assert dose(index) == "0 mg."
    with pytest.raises(IndexMissing, match="no generation before"):
        rollback(FileCatalog(index))


def test_after_a_rollback_the_next_update_goes_forward_with_a_new_number(index: Path, tmp_path: Path) -> None:
    rollback(FileCatalog(index), "000001")
    built = update(FileCatalog(index), tmp_path / "corpus", BagEncoder()).built
    assert built.published and built.generation and built.generation.startswith("000004-")
    assert dose(index) == "2 mg."


def test_a_damaged_generation_is_never_published_again(index: Path) -> None:
    (layer,) = layers(Generation.open(index, "000001"))
    (layer.segment.path / "store.db").write_bytes(b"rubbish")
    with pytest.raises(IndexDamaged, match=r"store\.db"):
        rollback(FileCatalog(index), "000001")
    assert dose(index) == "2 mg."


def test_the_published_generation_is_kept_however_old(index: Path, tmp_path: Path) -> None:
    rollback(FileCatalog(index), "000001")
    old = published(index)
    (tmp_path / "corpus" / "d.md").write_text(page(0).replace("5 mg", "9 mg"))
    update(FileCatalog(index), tmp_path / "corpus", BagEncoder(), keep=1)
    assert generation_names(index) == [published(index)] and published(index) != old


def test_no_index_has_no_history(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="ibid index"):
        FileCatalog(tmp_path).history()


def test_a_generation_of_an_older_format_is_told_from_one_that_cannot_be_read(index: Path) -> None:
    oldest, older, _ = (index / "generations" / name / "manifest.json" for name in generation_names(index))
    oldest.write_text(json.dumps({"format": 1, "files": {}}))
    older.write_text("{")
    assert [(bool(k.revisions), k.outdated) for k in FileCatalog(index).history()] == [
        (True, False),
        (False, False),
        (False, True),
    ]


def test_what_a_build_left_that_was_killed_when_it_had_published_goes_with_the_next_that_finds_nothing_to_do(
    index: Path,
) -> None:
    segments = index / "segments"
    shutil.copytree(next(segments.iterdir()), segments / ("0" * 32))
    (index / "generations" / ".building-1").mkdir()
    assert len(examine(index)) == 2
    assert not update(FileCatalog(index), index.parent / "corpus", BagEncoder()).built.published
    assert examine(index) == []
