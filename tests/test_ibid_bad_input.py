"""Whatever is wrong, it is told in one line, and what was published before stays as it was."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import Ibid

from ingest import FileCatalog, Generation, Vectors, build, load, read_corpus

SOURCE = '[[source]]\nid = "a"\nfile = "a.md"\n'


class OtherEncoder:
    name = "other"
    fingerprint = "other@0"
    dimension = 2
    words: frozenset[str] = frozenset()

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.tile(np.asarray([1, 0], dtype=np.float32), (len(texts), 1))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.md").write_text("# Bees\n\nA hive has one queen.\n", encoding="utf-8")
    (folder / "sources.toml").write_text(SOURCE, encoding="utf-8")
    return folder


@pytest.fixture
def published(corpus: Path, tmp_path: Path) -> Path:
    """An index of `corpus`, made with another encoder than the default."""
    folder = tmp_path / "published"
    read = read_corpus(corpus)
    build(FileCatalog(folder), [load(source) for source in read.sources], read.notices, OtherEncoder())
    return folder


def _state(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("x" * 100_000, "100,000"),
        ("what\x00is this", "control"),
        ("\x1b[31mred", "control"),
        ("\udcff", "control"),
    ],
)
@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_that_is_none(ibid: Ibid, tmp_path: Path, command: str, question: str, said: str) -> None:
    ran = ibid(command, "--index", tmp_path / "none", "--", question)
    assert ran.code == 2
    assert said in ran.complaint
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "arguments",
    [["ask"], ["ask", "--nonsense", "x"], ["nonsense"], ["ask", "one", "two"], ["search", "x", "-k", "0"], ["verify"]],
)
def test_wrong_usage(ibid: Ibid, arguments: list[str]) -> None:
    ran = ibid(*arguments)
    assert ran.code == 2
    assert ran.complaint.startswith("ibid: ")
    assert ran.out == ""


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (SOURCE + 'titel = "x"\n', "sources.toml:4: unknown key 'titel'"),
        (SOURCE + "revised = 2025-02-31\n", "sources.toml:4: "),
        (SOURCE + "[[source]\n", "sources.toml:4: not valid TOML"),
        (SOURCE + "\n" + SOURCE, "sources.toml:6: id 'a' is used twice"),
        ("", "sources.toml:1: no [[source]]"),
    ],
)
def test_a_faulty_manifest(ibid: Ibid, corpus: Path, published: Path, manifest: str, said: str) -> None:
    (corpus / "sources.toml").write_text(manifest, encoding="utf-8")
    _cannot_index(ibid, corpus, published, said)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "is empty"), (b" \n\n", "is empty"), (b"PK\0\1", "is binary"), (None, "is not there; mend")],
)
def test_a_faulty_source_stays_as_it_was_read_before(
    ibid: Ibid, corpus: Path, published: Path, content: bytes | None, said: str
) -> None:
    (corpus / "a.md").unlink()
    if content is not None:
        (corpus / "a.md").write_bytes(content)
    places = ("--corpus", corpus, "--index", published)
    ran = ibid("index", *places)
    assert (ran.code, "1 unchanged" in ran.out) == (0, True)
    assert f"a.md {said}" in ran.out
    assert Generation.open(published).document("a").title == "Bees"
    assert ibid("index", *places, "--strict").code == 1
    assert said in ibid("doctor", *places).out and said in ibid("sources", *places).out


def test_where_nothing_can_be_read_nothing_is_published(ibid: Ibid, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.md").write_bytes(b"")
    (tmp_path / "corpus" / "b.exe").write_bytes(b"MZ")
    ran = ibid("index", "--corpus", tmp_path / "corpus", "--index", tmp_path / "index")
    assert ran.code == 1 and not (tmp_path / "index" / "CURRENT").exists()
    assert "a.md is empty" in ran.complaint and "b.exe is of a kind that is not read" in ran.complaint


def test_no_corpus(ibid: Ibid, tmp_path: Path, published: Path) -> None:
    _cannot_index(ibid, tmp_path / "nowhere", published, "no corpus folder")


def _cannot_index(ibid: Ibid, corpus: Path, index: Path, said: str) -> None:
    before = _state(index)
    ran = ibid("index", "--corpus", corpus, "--index", index)
    assert ran.code == 1
    assert said in ran.complaint
    assert _state(index) == before


def test_no_index(ibid: Ibid, tmp_path: Path) -> None:
    record = tmp_path / "answer.json"
    record.write_text("{}")
    for arguments in (["sources"], ["verify", str(record)]):
        ran = ibid(*arguments, "--index", tmp_path / "none")
        assert ran.code == 1
        assert ran.complaint.endswith("make one with: ibid index DIR")


@pytest.mark.parametrize("content", ["", "no json", "[]", "3", "{}", '{"citations": 1, "statements": []}'])
def test_what_is_no_answer_record(ibid: Ibid, published: Path, tmp_path: Path, content: str) -> None:
    record = tmp_path / "answer.json"
    record.write_text(content)
    ran = ibid("verify", record, "--index", published)
    assert ran.code == 1
    assert ran.complaint.startswith("ibid: not ")


def test_no_file_to_verify(ibid: Ibid, published: Path, tmp_path: Path) -> None:
    ran = ibid("verify", tmp_path / "none.json", "--index", published)
    assert ran.code == 1
    assert ran.complaint == f"ibid: {tmp_path / 'none.json'}: No such file or directory"


@pytest.mark.parametrize("name", ["vectors.f32", "store.db", "manifest.json", "segment.json"])
@pytest.mark.parametrize("command", [["sources"], ["ask", "How many queens has a hive?"]])
def test_a_flipped_byte(ibid: Ibid, published: Path, name: str, command: list[str]) -> None:
    (path,) = (path for folder in ("generations", "segments") for path in (published / folder).glob(f"*/{name}"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    before = _state(published)
    ran = ibid(*command, "--index", published)
    assert ran.code == 1
    assert "ibid index" in ran.complaint
    assert _state(published) == before


def test_a_pointer_to_nothing(ibid: Ibid, published: Path) -> None:
    (published / "CURRENT").write_text("000009-none\n")
    assert "points to no generation" in ibid("sources", "--index", published).complaint


@pytest.mark.model
def test_an_index_of_another_encoder(ibid: Ibid, published: Path) -> None:
    before = _state(published)
    ran = ibid("ask", "--index", published, "--encoder", "all-MiniLM-L6-v2", "How many queens has a hive?")
    assert ran.code == 1
    assert "other@0" in ran.complaint
    assert "all-MiniLM-L6-v2@" in ran.complaint
    unknown = ibid("ask", "--index", published, "How many queens has a hive?")
    assert unknown.code == 1
    assert "no encoder 'other'" in unknown.complaint
    assert _state(published) == before


@pytest.mark.model
def test_a_folder_that_is_no_encoder(ibid: Ibid, corpus: Path, published: Path, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"no weights")
    before = _state(published)
    ran = ibid("index", "--corpus", corpus, "--index", published, "--encoder", tmp_path / "model")
    assert ran.code == 1
    assert "model" in ran.complaint
    assert _state(published) == before


def test_an_index_folder_that_is_a_file(ibid: Ibid, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    ran = ibid("sources", "--index", tmp_path / "file")
    assert ran.code == 1
    assert ran.complaint.startswith("ibid: ")


def test_a_copied_index_is_read_where_it_is(ibid: Ibid, published: Path, tmp_path: Path) -> None:
    shutil.copytree(published, tmp_path / "copy")
    assert json.loads(ibid("sources", "--index", tmp_path / "copy", "--json").out)[0]["id"] == "a"
