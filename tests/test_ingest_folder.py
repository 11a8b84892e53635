"""Folders without a manifest: whatever lies in them, what can be read is, under ids that stay."""

from __future__ import annotations

import os
import re
import string
from pathlib import Path

import pytest
from fakes import BagEncoder, page
from hypothesis import given
from hypothesis import strategies as st

from ingest import FileCatalog, Generation, preview, read_corpus, update
from ingest.corpus.folder import ids_of
from ingest.read.kinds import SUFFIXES


def lay(root: Path, *files: str) -> Path:
    for number, name in enumerate(files):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(page(number), encoding="utf-8")
    return root


def ids(root: Path) -> dict[str, str]:
    return {source.file: source.id for source in read_corpus(root).sources}


def left_out(root: Path) -> dict[str, str]:
    return {left.file: left.why for left in read_corpus(root).left_out}


def test_ids_are_made_of_paths(tmp_path: Path) -> None:
    assert ids(lay(tmp_path, "b.TXT", "a.md", "sub dir/c.markdown")) == {
        "a.md": "a",
        "b.TXT": "b",
        "sub dir/c.markdown": "sub-dir-c",
    }


@pytest.mark.parametrize(
    "files",
    [
        ("leave.md", "leave.txt"),
        ("hr/plan.md", "hr-plan.md"),
        ("a b.md", "a-b.md", "a_b.md", "a, b.md"),
        ("policy v1.2.md", "policy v1.2.txt"),
    ],
)
def test_of_files_with_one_id_one_has_it_and_the_others_a_suffix(tmp_path: Path, files: tuple[str, ...]) -> None:
    found = ids(lay(tmp_path, *files))
    assert len(set(found.values())) == len(files)
    (base,) = {re.sub("-[0-9a-f]{6}$", "", name) for name in found.values() if "_" not in name}
    assert base in found.values()


@pytest.mark.parametrize("files", [("休假.md", "出差.md"), ("Отпуск.md", "Поездки.md"), ("😀.md", "!!.md")])
def test_names_without_latin_letters_have_ids_of_their_own(tmp_path: Path, files: tuple[str, ...]) -> None:
    found = ids(lay(tmp_path, *files))
    assert all(re.fullmatch("document-[0-9a-f]{6}|document", name) for name in found.values())
    assert len(set(found.values())) == 2
    (tmp_path / files[0]).unlink()
    assert ids(tmp_path) == {files[1]: found[files[1]]}


NAMES = st.text(string.ascii_letters + "éß休 -_.,'", min_size=1, max_size=4)
FILES = st.sets(st.builds(str.__add__, NAMES, st.sampled_from(SUFFIXES)), min_size=1, max_size=8)


@given(FILES, FILES, st.randoms())
def test_an_id_depends_on_no_order_and_never_changes_because_another_file_came(
    first: set[str], more: set[str], random: object
) -> None:
    shuffled = sorted(first)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    known = ids_of(sorted(first), {})
    assert ids_of(shuffled, {}) == known
    grown = ids_of([*more, *first], known)
    assert {file: grown[file] for file in first} == known
    assert len(set(grown.values())) == len(grown)


def test_what_programs_leave_behind_is_passed_over(tmp_path: Path) -> None:
    passing = ("._a.md", "~$a.docx", ".#a.md", "a.md~", "a.md.swp", "a.bak", "x.tmp", ".git/d.md", ".Trash/e.md")
    lay(tmp_path, "a.md", *passing, ".ipynb_checkpoints/f.md", "__MACOSX/g.md", "Thumbs.db")
    assert ids(tmp_path) == {"a.md": "a"}
    assert left_out(tmp_path) == {}


def test_what_is_of_no_known_kind_is_told(tmp_path: Path) -> None:
    lay(tmp_path, "a.md", "film.mp4", "README")
    assert left_out(tmp_path).keys() == {"film.mp4", "README"}
    assert "(.mp4)" in left_out(tmp_path)["film.mp4"]


def test_links_stay_in_the_folder(tmp_path: Path) -> None:
    root = lay(tmp_path / "corpus", "a.md", "sub/b.md")
    lay(tmp_path, "outside/c.md")
    (root / "same.md").symlink_to(root / "a.md")
    (root / "out.md").symlink_to(tmp_path / "outside" / "c.md")
    (root / "broken.md").symlink_to(root / "gone.md")
    (root / "round").symlink_to(root)
    os.mkfifo(root / "pipe.md")
    assert ids(root).keys() == {"a.md", "same.md", "sub/b.md"}
    found = left_out(root)
    assert found.keys() == {"out.md", "broken.md", "pipe.md", "round/"}
    assert "out of the folder" in found["out.md"] and "link to nothing" in found["broken.md"]


def test_a_bad_file_never_costs_the_others(tmp_path: Path) -> None:
    root = lay(tmp_path / "corpus", "a.md", "b.md")
    for name, content in {"empty.md": b"", "fake.pdf": b"%PDF-1.4 cut", "fake.docx": b"PK", "odd.txt": b"a\0b"}.items():
        (root / name).write_bytes(content)
    index = tmp_path / "index"
    for plan in (
        preview(FileCatalog(index), root, BagEncoder()).built.plan,
        update(FileCatalog(index), root, BagEncoder()).built.plan,
    ):
        assert plan.added == ("a", "b")
        assert {left.file for left in plan.left_out} == {"empty.md", "fake.pdf", "fake.docx", "odd.txt"}
    assert Generation.open(index).left_out == plan.left_out


def test_an_exception_in_one_document_is_its_own_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ingest.work.reading as reading

    real = reading.load

    def load(source: object) -> object:
        if source.id == "b":  # type: ignore[attr-defined]
            raise RecursionError("too deep")
        return real(source)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "load", load)
    plan = update(FileCatalog(tmp_path / "index"), lay(tmp_path / "corpus", "a.md", "b.md"), BagEncoder()).built.plan
    assert plan.added == ("a",)
    assert [(left.file, "RecursionError: too deep" in left.why) for left in plan.left_out] == [("b.md", True)]


def test_what_can_no_longer_be_read_stays_as_it_was(tmp_path: Path) -> None:
    root, index = lay(tmp_path / "corpus", "a.md", "b.md"), tmp_path / "index"
    update(FileCatalog(index), root, BagEncoder())
    before = Generation.open(index).document("b")
    (root / "b.md").write_bytes(b"")
    plan = update(FileCatalog(index), root, BagEncoder()).built.plan
    assert (plan.unchanged, plan.removed) == (("a", "b"), ())
    assert Generation.open(index).document("b") == before
    (left,) = plan.left_out
    assert "stays in the index" in left.why
    (root / "b.md").write_text(page(7))
    assert update(FileCatalog(index), root, BagEncoder()).built.plan.revised == ("b",)


def test_a_folder_that_cannot_be_listed_is_told_and_its_documents_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, index = lay(tmp_path / "corpus", "a.md", "hr/b.md"), tmp_path / "index"
    update(FileCatalog(index), root, BagEncoder())
    real = os.scandir

    def scandir(place: str | int) -> object:
        if isinstance(place, str) and Path(place).name == "hr":
            raise PermissionError(13, "Permission denied", str(place))
        return real(place)

    monkeypatch.setattr(os, "scandir", scandir)
    plan = update(FileCatalog(index), root, BagEncoder()).built.plan
    assert (plan.unchanged, plan.removed) == (("a", "hr-b"), ())
    assert [left.file for left in plan.left_out] == ["hr/"]


def test_a_file_keeps_its_id_when_another_of_its_name_comes(tmp_path: Path) -> None:
    root, index = lay(tmp_path / "corpus", "leave.txt"), tmp_path / "index"
    update(FileCatalog(index), root, BagEncoder())
    lay(root, "leave.txt", "leave.md")
    plan = update(FileCatalog(index), root, BagEncoder()).built.plan
    assert plan.unchanged == ("leave",) and len(plan.added) == 1


def test_a_file_that_was_renamed_is_told_so(tmp_path: Path) -> None:
    root, index = lay(tmp_path / "corpus", "a.md", "leave.md"), tmp_path / "index"
    update(FileCatalog(index), root, BagEncoder())
    (root / "leave.md").rename(root / "leave-2024.md")
    built = update(FileCatalog(index), root, BagEncoder()).built
    assert built.plan.renamed == (("leave", "leave-2024"),)
    assert built.embedded == 0


def test_a_link_to_a_folder_is_told_and_not_followed(tmp_path: Path) -> None:
    lay(tmp_path / "elsewhere", "secret.md")
    root = lay(tmp_path / "corpus", "leave.md", "inner/plan.md")
    (root / "out").symlink_to(tmp_path / "elsewhere")
    (root / "again").symlink_to(root / "inner")
    assert set(ids(root)) == {"leave.md", "inner/plan.md"}
    assert set(left_out(root)) == {"out/", "again/"}
    assert all("is a link to a folder" in why for why in left_out(root).values())
