"""What `ibid index --workers` starts, and what is said of it."""

from __future__ import annotations

import multiprocessing
import re
from pathlib import Path

import pytest
import typer.main
from conftest import Ibid
from fakes import page, write_encoder

from ibid.cli import app
from ibid.places import Places
from ibid.working import working
from ingest import BulkEncoder, FileCatalog, SentenceEncoder, update


@pytest.mark.model
def test_a_process_embeds_as_this_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ibid.working.remembered_precision", lambda: tmp_path / "precision.json")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(5):
        (corpus / f"d{number}.md").write_text(page(number))
    encoder = SentenceEncoder.open(str(write_encoder(tmp_path)))
    places = Places(corpus, tmp_path / "index")
    with working(places, encoder, 1, None) as workers:
        assert update(places.catalog, corpus, encoder, workers=workers).built.embedded == 10
    assert multiprocessing.active_children() == []
    alone = FileCatalog(tmp_path / "alone")
    update(alone, corpus, BulkEncoder(encoder, tmp_path / "precision.json"))
    one, other = places.catalog.open(), alone.open()
    assert one.name == other.name
    assert one.vectors.of(one.rows()).tobytes() == other.vectors.of(other.rows()).tobytes()


def test_without_either_option_this_process_does_all(tmp_path: Path) -> None:
    with working(Places(tmp_path, tmp_path), SentenceEncoder("none", "none@1", tmp_path), None, None) as workers:
        assert workers is None


def test_there_is_at_least_one_process(ibid: Ibid, tmp_path: Path) -> None:
    ran = ibid("index", tmp_path, "--workers", "0")
    assert ran.code == 2 and "--workers" in ran.err


def test_the_page_of_workers_names_the_options_that_there_are(root: Path) -> None:
    text = (root / "docs" / "workers.md").read_text(encoding="utf-8")
    index = typer.main.get_command(app).commands["index"]  # type: ignore[attr-defined]
    options = {name for parameter in index.params for name in parameter.opts}
    assert {"--workers", "--ray"} <= set(re.findall(r"--[a-z-]+", text)) <= options
    for line in re.findall(r"^\$ ibid index (.*)$", text, re.MULTILINE):
        index.make_context("index", [part for part in line.split() if part != "my/documents"])
