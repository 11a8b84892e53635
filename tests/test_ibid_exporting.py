from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import Ibid
from fakes import page, write_encoder

from answer import reader_weights
from ibid.opening import index, open_answerer
from ibid.places import Places
from ingest import SentenceEncoder
from ingest.embed.encoder import model_hash
from ingest.embed.network import export_folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "one.md").write_text(page(1))
    return tmp_path / "pages"


def test_an_index_comes_with_its_encoder_and_an_export_is_made_where_it_lacks(
    ibid: Ibid, corpus: Path, tmp_path: Path
) -> None:
    where = ("--corpus", corpus, "--index", tmp_path / "index")
    assert ibid("index", *where, "--encoder", write_encoder(tmp_path / "encoder")).code == 0
    assert ibid("export", *where, "--json").out.endswith('"exported": false}\n')
    assert ibid("ask", "What is the dose?", *where).err == ""
    shutil.rmtree(tmp_path / "index" / "exports")
    asked = ibid("ask", "What is the dose?", *where)
    assert asked.code == 0
    assert "make it with: ibid export" in asked.complaint
    assert ibid("export", *where).out == "Exported.\n"
    again = ibid("ask", "What is the dose?", *where)
    assert (again.code, again.err) == (0, "")


def test_without_what_the_resolver_needs_questions_are_taken_as_they_stand_and_that_is_told(
    ibid: Ibid, corpus: Path, tmp_path: Path
) -> None:
    places = Places(corpus, tmp_path / "index")
    index(places, str(write_encoder(tmp_path / "encoder")))
    assert open_answerer(places).resolver is not None
    for weights in reader_weights():
        shutil.rmtree(export_folder(places.index, weights))
    where = ("--corpus", corpus, "--index", places.index)
    asked = ["What is the dose?", "And of the other?"]
    ran = ibid("chat", "--json", *where, stdin="\n".join(asked))
    assert ran.code == 0
    assert "every question is taken as it stands" in ran.err and "ibid export" in ran.err
    assert [json.loads(line)["resolved_question"] for line in ran.out.splitlines()] == asked


def test_an_encoder_that_no_kept_generation_was_made_with_is_not_kept(corpus: Path, tmp_path: Path) -> None:
    places = Places(corpus, tmp_path / "index")
    shipped = {export_folder(places.index, weights) for weights in reader_weights()}
    first = write_encoder(tmp_path / "encoder")
    second = shutil.copytree(first, tmp_path / "second")
    (second / "more.json").write_text("{}")
    exports = []
    for encoder, keep in ((first, 2), (second, 2), (second, 1)):
        (corpus / "one.md").write_text(page(len(exports) + 1))
        index(places, str(encoder), keep)
        exports.append(set((places.index / "exports").iterdir()))
    one, other = (export_folder(places.index, model_hash(folder)) for folder in (first, second))
    assert exports == [shipped | {one}, shipped | {one, other}, shipped | {other}]


def test_what_is_not_published_is_not_exported(corpus: Path, tmp_path: Path) -> None:
    places = Places(corpus, tmp_path / "index")
    encoder = SentenceEncoder.open(str(write_encoder(tmp_path / "encoder")))
    held_back = index(places, encoder.name, check=lambda before, after: False)
    assert held_back.updated.built.generation is None
    assert not export_folder(places.index, model_hash(encoder.folder)).exists()


def test_an_encoder_that_cannot_be_exported_serves_and_it_is_told(ibid: Ibid, corpus: Path, tmp_path: Path) -> None:
    where = ("--corpus", corpus, "--index", tmp_path / "index")
    made = ibid("index", *where, "--encoder", write_encoder(tmp_path / "encoder", pooling="cls"))
    assert made.code == 0
    assert "cannot be exported" in made.err.splitlines()[-1]
    asked = ibid("ask", "What is the dose?", *where)
    assert asked.code == 0
    assert "sentence-transformers serves" in asked.complaint
    refused = ibid("export", *where)
    assert refused.code == 1
    assert "cannot be exported" in refused.complaint
