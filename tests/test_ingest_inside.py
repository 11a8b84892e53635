"""Only what lies in the folder is read, whatever a link or a manifest says, and only what is a regular file."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import BagEncoder, page

from ingest import (
    FileCatalog,
    Generation,
    ManifestError,
    Source,
    SourceError,
    load,
    read_corpus,
    update,
)
from ingest.corpus import manifest

NAMED = '[[source]]\nid = "a"\nfile = "a.md"\n'


def lay(folder: Path, *files: str) -> Path:
    for number, name in enumerate(files):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(page(number), encoding="utf-8")
    return folder


def named(root: Path, *files: str) -> Path:
    rows = (f'[[source]]\nid = "s{number}"\nfile = "{file}"\n' for number, file in enumerate(files))
    (root / "sources.toml").write_text(NAMED + "".join(rows), encoding="utf-8")
    return root


def left_out(root: Path, *outside: Path) -> dict[str, str]:
    return {left.file: left.why for left in read_corpus(root, outside=outside).left_out}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    lay(tmp_path, "secret.md", "other/b.md")
    return lay(tmp_path / "corpus", "a.md", ".git/config.md", "sub/.hidden/c.md", "node_modules/d.md")


@pytest.mark.parametrize(
    "file", ["/etc/passwd.txt", "../secret.md", "sub/../../secret.md", "../other/gone.md", "../c.zip/x.md"]
)
def test_a_manifest_names_nothing_outside_of_its_folder(root: Path, file: str) -> None:
    assert "outside of the folder" in left_out(named(root, file))[file]


def test_a_manifest_names_no_link_out_of_its_folder(root: Path) -> None:
    (root / "out.md").symlink_to(root.parent / "secret.md")
    (root / "there").symlink_to(root.parent / "other")
    (root / "twice.md").symlink_to(root / "out.md")
    found = left_out(named(root, "out.md", "there/b.md", "twice.md", "a.md"))
    assert found.keys() == {"out.md", "there/b.md", "twice.md"}
    assert all("outside of the folder" in why or "link out of the folder" in why for why in found.values())


@pytest.mark.parametrize("file", [".git/config.md", "sub/.hidden/c.md", "node_modules/d.md"])
def test_what_is_hidden_is_not_read_though_a_link_or_the_manifest_names_it(root: Path, file: str) -> None:
    (root / "link.md").symlink_to(root / file)
    assert {source.file for source in read_corpus(root).sources} == {"a.md"}
    assert "hidden" in left_out(root)["link.md"]
    assert "hidden" in left_out(named(root, file))[file]


@pytest.mark.parametrize("file", ["pipe.md", "null.md"])
def test_what_is_no_regular_file_is_neither_opened_nor_waited_for(root: Path, file: str) -> None:
    os.mkfifo(root / "pipe.md")
    (root / "null.md").symlink_to("/dev/zero")
    assert file in left_out(root)
    assert file in left_out(named(root, file))
    with pytest.raises(SourceError, match="no regular file"):  # as where it came after the folder was listed
        load(Source("x", root / file))


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), os.mkdir])
def test_a_manifest_that_is_no_regular_file_is_told(root: Path, make: object) -> None:
    make(root / "sources.toml")  # type: ignore[operator]
    with pytest.raises(ManifestError, match=r"no regular file|directory"):
        read_corpus(root)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
def test_a_hard_link_to_a_file_of_another_user_is_told(root: Path) -> None:
    os.chown(root.parent / "secret.md", 12345, 12345)
    os.link(root.parent / "secret.md", root / "hard.md")
    os.link(root / "a.md", root / "own.md")
    assert {source.file for source in read_corpus(root).sources} == {"a.md", "own.md"}
    assert "another user" in left_out(root)["hard.md"]


def test_a_folder_outside_is_read_from_where_that_is_allowed(root: Path) -> None:
    other = root.parent / "other"
    (root / "out.md").symlink_to(other / "b.md")
    assert left_out(root, other) == {}
    assert left_out(named(root, "../other/b.md", "../secret.md"), other).keys() == {"../secret.md"}


def test_the_index_remembers_from_where_it_may_read(root: Path, tmp_path: Path) -> None:
    index, other = tmp_path / "index", tmp_path / "other"
    (root / "out.md").symlink_to(other / "b.md")

    def added(*outside: object) -> tuple[list[str], tuple[Path, ...]]:
        update(FileCatalog(index), root, BagEncoder(), outside=outside[0] if outside else None)  # type: ignore[arg-type]
        generation = Generation.open(index)
        return sorted(generation.document_ids()), generation.outside

    assert added() == (["a"], ())
    assert added([other]) == (["a", "out"], (other,))
    assert added() == (["a", "out"], (other,))
    assert added([]) == (["a"], ())


def test_what_the_index_has_of_a_place_that_is_read_from_no_more_is_taken_out(root: Path, tmp_path: Path) -> None:
    index, other = tmp_path / "index", tmp_path / "other"
    named(root, "../other/b.md")
    update(FileCatalog(index), root, BagEncoder(), outside=[other])
    assert sorted(Generation.open(index).document_ids()) == ["a", "s0"]
    assert update(FileCatalog(index), root, BagEncoder(), outside=[]).built.plan.removed == ("s0",)


@pytest.mark.parametrize(
    "said",
    [
        f"title{'.a' * 3000} = 1",
        f"title = {'[' * 5000}{']' * 5000}",
        f"title = {'{a=' * 600}1{'}' * 600}",
        f"title = {'9' * 6000}",
        f'revised = "{"9" * 5000}"',
        f"[{'.'.join('a' * 5000)}]",
    ],
)
def test_a_manifest_that_is_nested_or_large_beyond_use_is_told(root: Path, said: str) -> None:
    (root / "sources.toml").write_text(f"{NAMED}{said}\n", encoding="utf-8")
    with pytest.raises(ManifestError):
        read_corpus(root)


@pytest.mark.parametrize("file", ["a/" * 40_000 + "a.md", "a.zip/" * 2_000 + "a.md", "a" * 100_000, r"a\u0000.md"])
def test_a_path_that_no_file_can_have_is_told(root: Path, file: str) -> None:
    assert len(left_out(named(root, file))) == 1


def test_twice_the_files_that_are_gone_take_twice_the_lines_of_the_manifest(root: Path) -> None:
    class Counted(tuple[str, ...]):
        taken = 0

        def __getitem__(self, key: object) -> str:
            Counted.taken += 1
            return str(super().__getitem__(key))  # type: ignore[index]

    def taken(count: int) -> int:
        Counted.taken = 0
        with pytest.MonkeyPatch.context() as patch:
            of = manifest._ManifestLines.of
            patch.setattr(manifest._ManifestLines, "of", lambda text: replace(of(text), lines=Counted(of(text).lines)))
            left_out(named(root, *(f"gone{number}.md" for number in range(count))))
        return Counted.taken

    assert taken(400) <= 2.1 * taken(200)
