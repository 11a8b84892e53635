"""ZIP archives in a corpus: folders whose members are sources."""

from __future__ import annotations

import io
import stat
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from fakes import BagEncoder, page
from packing import packed_entries

from ingest import Document, FileCatalog, Generation, SourceError, examine, load, preview, read_corpus, update


def corpus(root: Path, entries: dict[str, str | bytes], name: str = "more.zip") -> Path:
    root.mkdir(exist_ok=True)
    (root / name).write_bytes(packed_entries(entries))
    return root


def ids(root: Path) -> dict[str, str]:
    return {source.file: source.id for source in read_corpus(root).sources}


def left_out(root: Path) -> dict[str, str]:
    return {left.file: left.why for left in read_corpus(root).left_out}


def documents(root: Path) -> list[Document]:
    return [load(source) for source in read_corpus(root).sources]


def patched(data: bytes, central: int, local: int, value: bytes) -> bytes:
    """An archive of one entry with a field of its two heads overwritten."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\1\2", central), (b"PK\3\4", local)):
        at = changed.index(signature) + offset
        changed[at : at + len(value)] = value
    return bytes(changed)


def test_the_members_of_an_archive_are_sources_beside_the_files(tmp_path: Path) -> None:
    root = corpus(tmp_path, {"hr/leave.md": page(1), "rules.TXT": page(2)}, "sub.ZIP")
    (root / "a.md").write_text(page(3))
    assert ids(root) == {
        "a.md": "a",
        "sub.ZIP/hr/leave.md": "sub.ZIP-hr-leave",
        "sub.ZIP/rules.TXT": "sub.ZIP-rules",
    }
    assert [(d.file, d.title) for d in documents(root)][1] == ("sub.ZIP/hr/leave.md", "Page 1")


def test_what_says_no_title_is_called_after_its_member(tmp_path: Path) -> None:
    (document,) = documents(corpus(tmp_path, {"hr/leave.md": "Staff have 30 days.\n"}))
    assert document.title == "leave"


def test_the_same_is_passed_over_as_in_folders(tmp_path: Path) -> None:
    passing = ("__MACOSX/._a.md", ".git/b.md", "x/~$c.docx", "x/d.md~", "Thumbs.db", "node_modules/e/f.md")
    root = corpus(tmp_path, {"a.md": page(1), "x/": "", **dict.fromkeys(passing, "x")})
    assert ids(root) == {"more.zip/a.md": "more.zip-a"}
    assert left_out(root) == {}


@pytest.mark.parametrize("name", ["../a.md", "x/../../a.md", "/etc/a.md", "C:/a.md", "x\\a.md", "x//a.md", "./a.md"])
def test_a_name_that_is_no_path_in_the_archive_is_told(tmp_path: Path, name: str) -> None:
    root = corpus(tmp_path, {"good.md": page(1), name: page(2)})
    assert ids(root).keys() == {"more.zip/good.md"}
    assert left_out(root) == {f"more.zip/{name}": "has a name that is no path in an archive; pack it anew"}


def test_what_is_not_read_is_told_with_what_mends_it(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("good.md", page(1))
        archive.writestr(link, "/etc/passwd")
        archive.writestr("film.mp4", b"x")
        archive.writestr("inner.zip", packed_entries({"a.md": page(2)}))
        archive.writestr("old.md", page(3), zipfile.ZIP_BZIP2)
        archive.writestr("twice.md", page(4))
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("twice.md", page(5))
    (tmp_path / "more.zip").write_bytes(data.getvalue())
    assert ids(tmp_path).keys() == {"more.zip/good.md"}
    told = {file.removeprefix("more.zip/"): why for file, why in left_out(tmp_path).items()}
    assert told.keys() == {"link.md", "film.mp4", "inner.zip", "old.md", "twice.md"}
    assert "pack the file itself" in told["link.md"]
    assert "(.mp4)" in told["film.mp4"]
    assert "unpack it into the folder" in told["inner.zip"]
    assert "deflate" in told["old.md"]
    assert "more than once" in told["twice.md"]


def test_a_locked_member_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(patched(packed_entries({"a.md": page(1)}), 8, 6, b"\1"))
    (tmp_path / "b.md").write_text(page(2))
    assert left_out(tmp_path) == {"a.zip/a.md": "is locked with a password; pack it without one"}


@pytest.mark.parametrize("raw", ["Käse.md".encode(), "Käse.md".encode("cp437"), None])
def test_names_are_read_in_the_code_page_of_archives_and_in_utf8(tmp_path: Path, raw: bytes | None) -> None:
    if raw is None:  # with the flag that says UTF-8
        data = packed_entries({"Käse.md": page(1)})
    else:
        data = packed_entries({"y" * len(raw): page(1)}).replace(b"y" * len(raw), raw)
    (tmp_path / "a.zip").write_bytes(data)
    assert ids(tmp_path) == {"a.zip/Käse.md": "a.zip-Kase"}
    assert documents(tmp_path)[0].title == "Page 1"


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive", packed_entries({"a.md": page(1)})[:-30]])
def test_a_bad_archive_costs_the_others_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.zip").write_bytes(content)
    (tmp_path / "a.md").write_text(page(1))
    assert ids(tmp_path) == {"a.md": "a"}
    assert left_out(tmp_path) == {"bad.zip/": "is no ZIP archive, or is damaged; pack it anew"}


def test_an_empty_archive_is_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nothing to read"):
        read_corpus(corpus(tmp_path, {}))


def test_a_bomb_is_told_and_costs_nothing(tmp_path: Path) -> None:
    root = corpus(tmp_path, {"a.md": bytes(60_000_000)}, "bomb.zip")
    (root / "a.md").write_text(page(1))
    tracemalloc.start()
    told = left_out(root)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told.keys() == {"bomb.zip/"} and "60 MB, which is more than is read" in told["bomb.zip/"]
    assert most < 2_000_000


def test_an_archive_of_more_members_than_a_folder_needs_is_told(tmp_path: Path) -> None:
    root = corpus(tmp_path, {f"{number}.md": "" for number in range(20_001)})
    (root / "a.md").write_text(page(1))
    assert "20,001 parts" in left_out(root)["more.zip/"]


def test_a_member_is_unpacked_no_further_than_its_entry_says(tmp_path: Path) -> None:
    packed = packed_entries({"a.md": bytes(60_000_000)})
    (tmp_path / "a.zip").write_bytes(patched(packed, 24, 22, (10).to_bytes(4, "little")))
    (source,) = read_corpus(tmp_path).sources
    tracemalloc.start()
    with pytest.raises(SourceError, match=r"a\.zip/a\.md: is damaged in its archive; pack it anew"):
        load(source)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5_000_000


def test_a_damaged_member_costs_itself_alone(tmp_path: Path) -> None:
    data = bytearray(packed_entries({"a.md": page(1) * 50, "b.md": page(2)}))
    data[data.index(b"a.md") + 10] ^= 0xFF
    (tmp_path / "more.zip").write_bytes(data)
    plan = preview(FileCatalog(tmp_path / "index"), tmp_path, BagEncoder()).built.plan
    assert plan.added == ("more.zip-b",)
    assert [(left.file, left.why) for left in plan.left_out] == [
        ("more.zip/a.md", "is damaged in its archive; pack it anew")
    ]


def test_only_the_members_that_changed_are_read_again(tmp_path: Path) -> None:
    root, index = corpus(tmp_path / "corpus", {"a.md": page(1), "b.md": page(2)}), tmp_path / "index"
    update(FileCatalog(index), root, BagEncoder())
    corpus(root, {"a.md": page(1), "b.md": page(3)})
    plan = update(FileCatalog(index), root, BagEncoder()).built.plan
    assert (plan.unchanged, plan.revised) == (("more.zip-a",), ("more.zip-b",))
    assert examine(index) == []


def test_an_archive_that_can_no_longer_be_read_keeps_what_it_gave(tmp_path: Path) -> None:
    root, index = corpus(tmp_path / "corpus", {"a.md": page(1)}), tmp_path / "index"
    (root / "b.md").write_text(page(2))
    update(FileCatalog(index), root, BagEncoder())
    (root / "more.zip").write_bytes(b"cut off")
    plan = update(FileCatalog(index), root, BagEncoder()).built.plan
    assert (plan.removed, [left.file for left in plan.left_out]) == ((), ["more.zip/"])
    assert Generation.open(index).document("more.zip-a").title == "Page 1"


def test_what_is_taken_out_of_an_archive_is_told_as_renamed(tmp_path: Path) -> None:
    root, index = corpus(tmp_path / "corpus", {"hr/a.md": page(1)}), tmp_path / "index"
    update(FileCatalog(index), root, BagEncoder())
    (root / "more.zip").unlink()
    (root / "a.md").write_text(page(1))
    built = update(FileCatalog(index), root, BagEncoder()).built
    assert (built.plan.renamed, built.embedded) == ((("more.zip-hr-a", "a"),), 0)


def manifest(root: Path, file: str) -> None:
    (root / "sources.toml").write_text(f'[[source]]\nid = "leave"\nfile = "{file}"\n')


def test_a_manifest_may_name_a_member(tmp_path: Path) -> None:
    root = corpus(tmp_path, {"hr/leave.md": page(1), "other.md": page(2)})
    manifest(root, "more.zip/hr/leave.md")
    (document,) = documents(root)
    assert (document.id, document.file, document.title) == ("leave", "more.zip/hr/leave.md", "Page 1")


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("more.zip/gone.md", "is not in more.zip; put it there, and mend"),
        ("more.zip/film.mp4", "of a kind that is not read"),
        ("bad.zip/a.md", "is no ZIP archive"),
        ("gone.zip/a.md", "is not there"),
    ],
)
def test_a_manifest_that_names_no_member_that_is_read_is_told_so(tmp_path: Path, file: str, why: str) -> None:
    root = corpus(tmp_path, {"film.mp4": b"x"})
    (root / "bad.zip").write_bytes(b"no archive")
    manifest(root, file)
    assert why in left_out(root)[file]
