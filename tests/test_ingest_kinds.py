"""The table of kinds: each suffix has a reader, and none raises anything but a ValueError."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import PackageMissing, Source, SourceError, load, read_corpus
from ingest.read import kinds
from ingest.read.kinds import _READERS, OLD, SUFFIXES, read

TYPED = [suffix for suffix in SUFFIXES if suffix not in (".pdf", ".docx", ".html", ".htm", ".xhtml")]


def test_each_reader_is_there() -> None:
    for name in set(_READERS.values()):
        module, _, function = name.rpartition(".")
        assert callable(getattr(import_module(f"ingest.read.{module}"), function))


def test_reading_the_table_imports_no_reader() -> None:
    names = "{'ingest.read.kinds', 'ingest.read.slides', 'ingest.read.word.reader', 'docutils'}"
    code = f"import sys, ingest; print({names} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "{'ingest.read.kinds'}"


def test_a_folder_gives_every_kind_that_is_read_and_tells_of_the_others(tmp_path: Path) -> None:
    for suffix in (*SUFFIXES, *OLD, ".svg"):
        (tmp_path / f"one{suffix.replace('.', '-')}{suffix}").write_text("x")
    corpus = read_corpus(tmp_path)
    assert {source.path.suffix for source in corpus.sources} == set(SUFFIXES)
    assert {left.file: left.why for left in corpus.left_out}["one-doc.doc"] == (
        "is of a kind that is not read (.doc); save it as .docx"
    )
    assert {Path(left.file).suffix for left in corpus.left_out} == {*OLD, ".svg"}


def test_the_case_of_a_suffix_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.CSV").write_text("Item,Price\nmug,4\npen,1\n")
    document = load(Source("a", tmp_path / "a.CSV"))
    assert "Item: mug | Price: 4" in document.text


def test_a_row_is_quoted_whole(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Item,Note\nmug,It is red. It is big.\npen,none\n")
    document = load(Source("a", tmp_path / "a.csv"))
    assert "Item: mug | Note: It is red. It is big." in [document.text[s.start : s.end] for s in document.sentences]


def test_a_missing_package_costs_the_files_that_take_it_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pptx", None)
    with pytest.raises(PackageMissing, match=r"pptx is not installed.*ibid\[documents\]"):
        read(b"x", ".pptx")
    (tmp_path / "a.pptx").write_bytes(b"x")
    with pytest.raises(SourceError, match=r"a\.pptx: pptx is not installed"):
        load(Source("a", tmp_path / "a.pptx"))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_empty_file_is_told(suffix: str) -> None:
    with pytest.raises(ValueError, match="is empty"):
        read(b" \n", suffix)


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b"[" * 100_000, ".json"),
        (b'{"a":' * 100_000, ".ipynb"),
        (b"{\\rtf1" + b"{" * 100_000, ".rtf"),
        (b"{" * 100_000, ".tex"),
        (b"\\begin{itemize}\\item " * 10_000, ".tex"),
    ],
)
def test_nesting_without_end_is_refused_in_plain_words(data: bytes, suffix: str) -> None:
    with pytest.raises(ValueError, match=r"deeper than any text|JSON|holds no text") as caught:
        read(data, suffix)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("part", "suffix"),
    [
        *(("<<a ", ".adoc"), ("footnote:[", ".adoc"), ("a::\n", ".adoc"), ("http://a[ ", ".adoc"), ("|a\n", ".adoc")),
        *(("\\(", ".tex"), ("\\[", ".tex"), ("\\item[a] ", ".tex"), ("\\newcommand{\\a}{\\a\\a}\\a ", ".tex")),
        *(("{\\b a}", ".rtf"), ("\\cell a", ".rtf"), ('"a', ".csv"), ("a;b\n\n", ".csv"), ("> a\n", ".eml")),
    ],
)
def test_what_is_opened_again_and_again_takes_seconds_and_no_more(part: str, suffix: str) -> None:
    head = {".rtf": "{\\rtf1 ", ".eml": "Subject: a\n\n"}.get(suffix, "")
    before = time.process_time()
    with suppress(ValueError):
        read((head + part * 4_000).encode(), suffix)
    assert time.process_time() - before < 20


@pytest.mark.parametrize("suffix", TYPED)
@settings(max_examples=20, deadline=None)
@given(data=st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda text: text.encode(errors="replace"))))
def test_no_bytes_raise_anything_but_a_value_error(suffix: str, data: bytes) -> None:
    try:
        pieces, dropped, _ = kinds.read(data, suffix)
    except ValueError as error:
        assert str(error)
        return
    assert all(piece.text for piece in pieces) and all(isinstance(line, str) for line in dropped)
