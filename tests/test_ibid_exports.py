"""What was exported for one index is taken over for the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from ibid.exports import borrow, lend


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("ibid.exports.user_exports", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def put(index: Path, name: str, facts: str) -> None:
    folder = index / "exports" / name
    folder.mkdir(parents=True)
    (folder / "export.json").write_text(facts)
    (folder / "network.data").write_text(f"{facts} data")


def test_what_one_index_has_another_gets(tmp_path: Path, cache: Path) -> None:
    put(tmp_path / "one", "ab12", "{}")
    borrow(tmp_path / "two", ["ab12"])
    assert not (tmp_path / "two").exists()
    put(tmp_path / "one", "cd34", "{}")
    lend(tmp_path / "one", ["ab12"])
    borrow(tmp_path / "two", ["ab12", "cd34", "ef56"])
    assert (tmp_path / "two/exports/ab12/network.data").read_text() == "{} data"
    assert [path.name for path in (tmp_path / "two/exports").iterdir()] == ["ab12"], "nothing half done is left"


def test_what_an_index_has_stays_and_what_is_newer_replaces_what_was_kept(tmp_path: Path, cache: Path) -> None:
    put(tmp_path / "old", "ab12", "old")
    put(tmp_path / "new", "ab12", "new")
    lend(tmp_path / "old", ["ab12"])
    borrow(tmp_path / "new", ["ab12"])
    assert (tmp_path / "new/exports/ab12/export.json").read_text() == "new"
    lend(tmp_path / "new", ["ab12"])
    assert (cache / "exports/ab12/network.data").read_text() == "new data"
    assert (tmp_path / "old/exports/ab12/network.data").read_text() == "old data"


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, cache: Path) -> None:
    put(tmp_path / "one", "ab12", "{}")
    cache.write_text("in the way")
    lend(tmp_path / "one", ["ab12"])
    borrow(tmp_path / "two", ["ab12"])
    assert not (tmp_path / "two").exists()
