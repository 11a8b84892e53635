from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Ibid

from ibid.places import Places, bundled_corpus


def test_the_bundled_corpus_has_a_manifest() -> None:
    assert (bundled_corpus() / "sources.toml").is_file()


def test_two_corpora_do_not_share_an_index(tmp_path: Path) -> None:
    one, other = Places.of(tmp_path / "a" / "corpus"), Places.of(tmp_path / "b" / "corpus")
    assert one.index != other.index
    assert one.index.name.startswith("corpus-")
    assert Places.of(tmp_path / "b" / ".." / "a" / "corpus").index == one.index


def test_what_is_exported_for_a_database_is_there_for_all_its_roles() -> None:
    owner, reader, other = (
        Places.of(engine=f"postgresql://{where}").index
        for where in ("ibid_owner@db.example/ibid", "ibid_reader@db.example/ibid", "ibid_owner@db.example/other")
    )
    assert owner == reader != other


def test_the_environment_names_the_places(ibid: Ibid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBID_INDEX", str(tmp_path / "from-environment"))
    assert str(tmp_path / "from-environment") in ibid("sources").complaint
    assert str(tmp_path / "given") in ibid("sources", "--index", tmp_path / "given").complaint
    monkeypatch.setenv("IBID_CORPUS", str(tmp_path / "no-corpus"))
    assert str(tmp_path / "no-corpus") in ibid("index").complaint
