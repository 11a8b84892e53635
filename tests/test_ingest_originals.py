"""Downloaded files are kept whole, with what is needed to ask again and to index them."""

from __future__ import annotations

import datetime
import json
import tempfile
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import Corpus, FetchError, Notice, Source, read_corpus
from ingest.fetch.download import Validators
from ingest.fetch.originals import Originals

ASKED = Validators("https://pages.example/a", '"1"', None)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


def corpus(root: Path, source: Source, notices: tuple[Notice, ...] = ()) -> Corpus:
    return Corpus(root, (source,), notices)


def test_a_kept_file_is_known_the_next_time(tmp_path: Path) -> None:
    Originals.open(tmp_path).keep("a", ".txt", b"Text.", ASKED)
    again = Originals.open(tmp_path)
    assert again.path("a") == tmp_path / "a.txt"
    assert again.validators("a") == ASKED
    assert again.path("b") is None
    assert again.validators("b") is None


def test_a_file_that_was_changed_by_hand_is_asked_for_whole(tmp_path: Path) -> None:
    Originals.open(tmp_path).keep("a", ".txt", b"Text.", ASKED)
    (tmp_path / "a.txt").write_text("Mine.")
    assert Originals.open(tmp_path).validators("a") is None
    (tmp_path / "a.txt").unlink()
    assert Originals.open(tmp_path).path("a") is None


@pytest.mark.parametrize("state", ["", "{", "[]", '{"a": 1}', '{"a": {"file": 1}}', '{"a": {"x": 1}}', "\0"])
def test_a_damaged_state_is_as_none(tmp_path: Path, state: str) -> None:
    (tmp_path / "fetched.json").write_text(state)
    assert Originals.open(tmp_path).kept == {}


def test_a_page_of_another_kind_takes_the_place_of_the_old_file(tmp_path: Path) -> None:
    originals = Originals.open(tmp_path)
    originals.keep("a", ".txt", b"Text.", ASKED)
    originals.keep("a", ".html", b"<p>Text.</p>", ASKED)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "fetched.json"]


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    originals = Originals.open(tmp_path)
    originals.keep("a", ".txt", b"Text.", ASKED)
    before = sorted(tmp_path.iterdir())

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        originals.keep("a", ".txt", b"New text.", ASKED)
    assert (tmp_path / "a.txt").read_bytes() == b"Text."
    assert sorted(tmp_path.iterdir()) == before
    assert Originals.open(tmp_path).validators("a") == ASKED


def test_a_corpus_that_somebody_wrote_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text('[[source]]\nid = "a"\nfile = "a.md"\n')
    with pytest.raises(FetchError, match="was not written by ibid fetch; name another folder with --to DIR"):
        Originals.open(tmp_path)


def test_without_files_there_is_no_manifest(tmp_path: Path) -> None:
    Originals.open(tmp_path / "new").write_manifest(corpus(tmp_path, Source("a", tmp_path / "a.md")))
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(("license_", "kept"), [("digest", None), ("CC-BY-4.0", "CC-BY-4.0"), (None, None)])
def test_the_manifest_says_of_the_page_what_was_said_of_its_digest(
    tmp_path: Path, license_: str | None, kept: str | None
) -> None:
    originals = Originals.open(tmp_path)
    originals.keep("a", ".txt", b"Text.", ASKED)
    day = datetime.date(2025, 3, 29)
    source = Source("a", tmp_path / "a.md", "T", "P", "https://pages.example/a", day, "pending", license_, "N")
    notice = Notice("information", "Mind this.", None)
    originals.write_manifest(corpus(tmp_path, source, (notice,)))
    read = read_corpus(tmp_path)
    url = "https://pages.example/a"
    assert read.sources == (Source("a", tmp_path / "a.txt", "T", "P", url, day, "pending", kept, "N", "a.txt"),)
    assert read.notices == (notice,)
    assert Originals.open(tmp_path).path("a")


@given(TEXT, TEXT)
def test_any_text_survives_the_manifest(title: str, notes: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        originals = Originals.open(Path(folder))
        originals.keep("a", ".txt", b"Text.", ASKED)
        source = Source("a", Path(folder) / "a.md", title=title, notes=notes)
        originals.write_manifest(corpus(Path(folder), source))
        (row,) = tomllib.loads((Path(folder) / "sources.toml").read_bytes().decode())["source"]
    assert (row["title"], row["notes"]) == (title, notes)


def test_the_state_is_one_small_json(tmp_path: Path) -> None:
    Originals.open(tmp_path).keep("a", ".txt", b"Text.", ASKED)
    row = json.loads((tmp_path / "fetched.json").read_text())["a"]
    assert row.keys() == {"file", "sha256", "url", "etag", "last_modified"}
