"""What a folder holds beside what its manifest names."""

from __future__ import annotations

from pathlib import Path

import pytest

from ibid.render import show_unnamed, stdout
from ingest import unnamed_files


def folder_of(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("# A page\n\nIt says something.\n")
    return root


def test_files_that_the_manifest_does_not_name_are_found(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "a.md", "b.md", "sub/c.md", ".hidden.md", "d.bin")
    assert unnamed_files(folder) == []
    (folder / "sources.toml").write_text('[[source]]\nid = "a"\nfile = "./a.md"\n[[source]]\nid = "x"\nfile = "x.md"\n')
    assert unnamed_files(folder) == ["b.md", "sub/c.md"]


def test_the_bundled_corpus_names_all_that_it_has(root: Path) -> None:
    assert unnamed_files(root / "corpus") == []


@pytest.mark.parametrize(("verbose", "lines"), [(False, 1), (True, 3)])
def test_they_are_told_in_one_line_and_listed_when_asked(
    capsys: pytest.CaptureFixture[str], verbose: bool, lines: int
) -> None:
    show_unnamed(stdout(), [], verbose)
    assert capsys.readouterr().out == ""
    show_unnamed(stdout(), ["b.md", "sub/c.md"], verbose)
    told = capsys.readouterr().out
    assert told.startswith("Note: sources.toml does not name 2 files of the folder") and told.count("\n") == lines
    assert ("--verbose lists them" in told) != verbose and ("sub/c.md" in told) == verbose
