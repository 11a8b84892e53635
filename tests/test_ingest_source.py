"""The manifest, and folders without one."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Corpus, ManifestError, Notice, SourceError, read_corpus

ONE = '[[source]]\nid = "a"\nfile = "a.md"\n'


def corpus(root: Path, manifest: str) -> Corpus:
    for name in ("a.md", "b.txt", "c.odt"):
        (root / name).write_text("# A\n\nText.\n", encoding="utf-8")
    (root / "sources.toml").write_text(manifest, encoding="utf-8")
    return read_corpus(root)


def test_manifest_gives_sources_in_its_order_with_what_it_says_of_them(tmp_path: Path) -> None:
    found = corpus(
        tmp_path,
        '[[source]]\nid = "z"\nfile = "b.txt"\ntitle = "T"\npublisher = "P"\nurl = "https://x.example"\n'
        'revised = 2025-03-29\nreview_status = "reviewed"\nlicense = "digest"\nnotes = "N"\n' + ONE,
    )
    first, second = found.sources
    assert (first.id, first.path) == ("z", (tmp_path / "b.txt").resolve())
    assert (first.title, first.publisher, first.url, first.license) == ("T", "P", "https://x.example", "digest")
    assert (first.revised, first.review_status, first.notes) == (datetime.date(2025, 3, 29), "reviewed", "N")
    assert (second.id, second.title, second.revised, second.review_status) == ("a", None, None, None)


def test_a_date_may_be_written_as_text(tmp_path: Path) -> None:
    assert corpus(tmp_path, ONE + 'revised = "2025-03-29"').sources[0].revised == datetime.date(2025, 3, 29)


def test_notices_are_read_with_and_without_a_review_status(tmp_path: Path) -> None:
    notices = (
        '[[notice]]\nkind = "general"\ntext = "Ask."\n[[notice]]\nkind = "p"\ntext = "T"\nreview_status = "pending"\n'
    )
    found = corpus(tmp_path, ONE + notices)
    assert found.notices == (Notice("general", "Ask."), Notice("p", "T", "pending"))


def test_synonyms_are_rows_of_words(tmp_path: Path) -> None:
    found = corpus(
        tmp_path, ONE + '[[synonym]]\nwords = ["sugar", "glucose"]\n[[synonym]]\nwords = ["a", "b", "c d"]\n'
    )
    assert found.synonyms == (("sugar", "glucose"), ("a", "b", "c d"))


@pytest.mark.parametrize("row", ['words = ["sugar"]', 'words = "sugar"', 'words = ["a", 2]', "", 'word = ["a", "b"]'])
def test_synonyms_that_are_none_are_told_with_their_line(tmp_path: Path, row: str) -> None:
    with pytest.raises(ManifestError, match=r"sources\.toml:[45]: "):
        corpus(tmp_path, f"{ONE}[[synonym]]\n{row}\n")


def test_a_manifest_with_a_byte_order_mark_or_windows_line_ends_is_read(tmp_path: Path) -> None:
    assert corpus(tmp_path, "\ufeff" + ONE).sources[0].id == "a"
    (tmp_path / "sources.toml").write_bytes(ONE.replace("\n", "\r\n").encode())
    assert read_corpus(tmp_path).sources[0].id == "a"


@pytest.mark.parametrize(
    ("manifest", "line", "words"),
    [
        (ONE + 'colour = "red"\n', 4, "unknown key 'colour'"),
        ("\n\n\nsauce = 1\n" + ONE, 4, "unknown key 'sauce'"),
        (ONE + "\n\n[sauces]\nx = 1\n", 6, "unknown key 'sauces'"),
        (ONE + "title = 3\n", 4, "title must be a text"),
        (ONE + 'title = " "\n', 4, "not empty"),
        (ONE + 'notes = "x\u2028 \x85"\ntitle = 3\n', 5, "title must be a text"),
        ('[[source]]\nfile = "a.md"\n', 1, "has no id"),
        (ONE + '\n[[source]]\nid = "b"\n', 5, "has no file"),
        (ONE + '\n[[source]]\nfile = "b.txt"\nid = "a"\n', 7, "used twice"),
        ('[[source]]\nid = "../a"\nfile = "a.md"\n', 2, "may hold letters"),
        (ONE + 'revised = "last spring"\n', 4, "must be a date"),
        (ONE + "revised = 2025-03-29T10:00:00\n", 4, "must be a date"),
        (ONE + "revised = 2025-02-30\n", 4, "not valid TOML"),
        (ONE + 'id = "b"\ntitle = "T"\n', 4, "not valid TOML"),
        (ONE + 'title = "T\n', 4, "not valid TOML"),
        (ONE + 'notes = """\nnever closed\n', 5, "not valid TOML"),
        ('[source]\nid = "a"\n', 1, "must be written as [[source]]"),
        (ONE + '\n[notice]\nkind = "k"\n', 5, "must be written as [[notice]]"),
        (ONE + '[[notice]]\nkind = "k"\n', 4, "has no text"),
        (ONE + '[[notice]]\nkind = "k"\ntext = "t"\nif = "x"\n', 7, "unknown key 'if'"),
        ("", 1, "no [[source]] table"),
    ],
)
def test_a_manifest_error_points_at_its_line(tmp_path: Path, manifest: str, line: int, words: str) -> None:
    with pytest.raises(ManifestError) as caught:
        corpus(tmp_path, manifest)
    assert str(caught.value).startswith(f"{tmp_path / 'sources.toml'}:{line}: ")
    assert words in str(caught.value)


BITS = [
    "[[source]]",
    "[source]",
    "[[notice]]",
    "id",
    "file",
    "revised",
    " = ",
    '"a"',
    '"a.md"',
    "\n",
    "[",
    "]",
    '"""',
    "'",
]
ODD = [
    "{",
    "}",
    ".",
    "#",
    "true",
    "2025-13-45",
    "\x00",
    "\nx = " + "1" * 5000,
    "\nx = " + "[" * 3000,
    '\nfile = "\\u0000"',
]
TOML = st.lists(st.sampled_from(BITS + ODD) | st.text(max_size=5), max_size=30).map("".join)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("any")
    (root / "a.md").write_text("Text.")
    return root


@given(manifest=TOML | TOML.map(ONE.__add__))
@settings(deadline=None, max_examples=150)
def test_any_text_is_a_manifest_or_a_manifest_error(folder: Path, manifest: str) -> None:
    (folder / "sources.toml").write_bytes(manifest.encode("utf-8", "surrogatepass"))
    try:
        assert read_corpus(folder).sources
    except ManifestError as error:
        assert str(error).startswith(str(folder / "sources.toml"))


@pytest.mark.parametrize(
    ("file", "line", "why"),
    [
        ("gone.md", 4, "is not there"),
        ("\\u0000", 4, "is not there"),
        ("a" * 5000, 4, "is not there"),
        ("picture.exe", 4, "is of a kind that is not read"),
    ],
)
def test_a_source_that_is_named_and_cannot_be_read_is_left_out(tmp_path: Path, file: str, line: int, why: str) -> None:
    (tmp_path / "picture.exe").write_text("MZ")
    found = corpus(tmp_path, f'[[source]]\nid = "x"\n\nfile = "{file}"\n{ONE}')
    assert [s.id for s in found.sources] == ["a"]
    (left,) = found.left_out
    assert left.why.startswith(why) and left.why.endswith(f"sources.toml:{line}")


def test_a_missing_or_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nothing to read"):
        read_corpus(tmp_path)
    for number in range(1_007):
        (tmp_path / f"film{number:04}.mp4").write_bytes(b"x")
    with pytest.raises(SourceError, match=r"film0004.mp4 is of a kind[^\n]*\n  and 1,002 more$"):
        read_corpus(tmp_path)
    with pytest.raises(SourceError, match=r"no corpus folder at .*gone"):
        read_corpus(tmp_path / "gone")
