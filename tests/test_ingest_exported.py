"""An encoder that was exported makes the vectors that it made before, and is trusted only while it is whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from fakes import write_encoder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eval import GOLD, parts_of, read_gold
from ingest import ExportedEncoder, ExportError, Generation, SentenceEncoder, examine, export_encoder
from ingest.embed.exported import batches
from retriever import Retriever, Terms

TEXTS = ["The pill may upset the stomach.", "", "The  bridge\nwas built of stone.", "word " * 2000, "日本 – 5 mg/m²"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SentenceEncoder:
    return SentenceEncoder.open(str(write_encoder(tmp_path_factory.mktemp("encoder"))))


@pytest.fixture
def exported(small: SentenceEncoder, tmp_path: Path) -> ExportedEncoder:
    assert export_encoder(small, tmp_path, TEXTS)
    return ExportedEncoder.open(tmp_path, small.name, small.fingerprint)


@pytest.mark.model
def test_every_gold_question_has_the_same_vector_and_finds_the_same_passages(index: Path) -> None:
    generation = Generation.open(index)
    original = SentenceEncoder.open(generation.encoder_name)
    exported = ExportedEncoder.open(index, original.name, original.fingerprint)
    questions = [question.question for question in read_gold(parts_of(GOLD), GOLD)]
    assert (original.encode(questions) * exported.encode(questions)).sum(axis=1).min() >= 0.9999
    assert exported.words == original.words
    retrievers = [Retriever(generation, encoder, Terms(generation, encoder)) for encoder in (original, exported)]
    for question in questions:
        one, other = (retriever.search(question) for retriever in retrievers)
        assert [hit.passage.id for hit in one] == [hit.passage.id for hit in other], question
        assert [hit.score for hit in one] == pytest.approx([hit.score for hit in other], abs=1e-4)


def test_it_is_the_same_encoder(small: SentenceEncoder, exported: ExportedEncoder) -> None:
    assert (exported.name, exported.fingerprint, exported.dimension) == (small.name, small.fingerprint, small.dimension)
    assert exported.words == small.words
    vectors = exported.encode(TEXTS)
    assert vectors.dtype == np.float32
    assert np.allclose(vectors, small.encode(TEXTS), atol=1e-5)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)
    assert exported.encode([]).shape == (0, small.dimension)


def test_texts_make_the_same_vectors_alone_as_among_many(exported: ExportedEncoder) -> None:
    many = [f"{'word ' * (n % 50)}number {n}" for n in range(200)]
    together = exported.encode(many)
    assert np.allclose(together[[3, 120]], np.concatenate([exported.encode([many[n]]) for n in (3, 120)]), atol=1e-5)


def test_what_layers_make_of_a_text_embedded_by_itself_is_not_made_twice(
    exported: ExportedEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = exported._tokenizer.encode(TEXTS[0]).ids
    layers = [1, exported.layers]
    before, vector = exported.states([tokens], layers), exported.encode(TEXTS[:1])
    exported.keep([1])
    assert np.array_equal(exported.encode(TEXTS[:1]), vector)
    exported.encode(TEXTS)
    monkeypatch.setattr(exported._network, "run", lambda *_: pytest.fail("it was made before"))
    after = exported.states([tokens], layers)
    assert all(map(np.array_equal, (*before[0], before[1]), (*after[0], after[1])))
    assert np.array_equal(exported.encode(TEXTS[:1]), vector)


@given(st.lists(st.integers(1, 60), max_size=40), st.integers(1, 200), st.integers(0, 60))
def test_batches_are_of_like_length_and_of_no_more_than_they_may_be(
    lengths: list[int], most: int, padding: int
) -> None:
    tokens = [[7] * length for length in lengths]
    made = list(batches(tokens, most, padding))
    assert sorted(place for batch in made for place in batch) == list(range(len(tokens)))
    assert [lengths[place] for batch in made for place in batch] == sorted(lengths)
    for batch in made:
        whole = len(batch) * lengths[batch[-1]]
        assert len(batch) == 1 or (whole <= most and whole - sum(lengths[place] for place in batch) <= padding)


def test_what_is_there_and_whole_is_not_exported_again(
    small: SentenceEncoder, exported: ExportedEncoder, tmp_path: Path
) -> None:
    assert not export_encoder(small, tmp_path, TEXTS)


@pytest.mark.parametrize("name", ["network.onnx", "network.data", "tokenizer.json", "export.json"])
@pytest.mark.parametrize("how", ["altered", "cut", "gone"])
def test_an_export_that_is_damaged_is_refused_found_and_made_again(
    small: SentenceEncoder, exported: ExportedEncoder, tmp_path: Path, name: str, how: str
) -> None:
    (file,) = (tmp_path / "exports").rglob(name)
    whole = file.read_bytes()
    file.unlink()
    if how != "gone":
        file.write_bytes(whole[:-9] + (b"something" if how == "altered" else b""))
    with pytest.raises(ExportError, match="ibid export"):
        ExportedEncoder.open(tmp_path, small.name, small.fingerprint)
    assert [finding.mend for finding in examine(tmp_path) if "exports" in finding.where.parts] == ["run: ibid export"]
    assert export_encoder(small, tmp_path, TEXTS)
    again = ExportedEncoder.open(tmp_path, small.name, small.fingerprint)
    assert np.allclose(again.encode(TEXTS), small.encode(TEXTS), atol=1e-5)


@given(st.data())
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_bit_that_is_another_is_seen_in_any_file_of_an_export(
    small: SentenceEncoder, exported: ExportedEncoder, tmp_path: Path, data: st.DataObject
) -> None:
    file = data.draw(st.sampled_from(sorted(path for path in (tmp_path / "exports").rglob("*") if path.is_file())))
    whole = file.read_bytes()
    place, bit = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 7))
    flipped = bytearray(whole)
    flipped[place] ^= 1 << bit
    file.write_bytes(flipped)
    try:
        with pytest.raises(ExportError):
            ExportedEncoder.open(tmp_path, small.name, small.fingerprint)
    finally:
        file.write_bytes(whole)


def test_the_export_of_other_weights_is_not_taken_for_it(
    small: SentenceEncoder, exported: ExportedEncoder, tmp_path: Path
) -> None:
    (folder,) = (tmp_path / "exports").iterdir()
    folder.rename(folder.with_name("0" * 16))
    with pytest.raises(ExportError, match="is not what was exported"):
        ExportedEncoder.open(tmp_path, small.name, f"{small.name}@{'0' * 16}")


def test_an_encoder_of_another_kind_is_refused(tmp_path: Path) -> None:
    encoder = SentenceEncoder.open(str(write_encoder(tmp_path / "encoder", pooling="cls")))
    with pytest.raises(ExportError, match="cannot be exported"):
        export_encoder(encoder, tmp_path / "index", TEXTS)
    assert not list((tmp_path / "index").rglob("*.onnx"))


def test_other_settings_of_the_same_weights_are_another_encoder(
    small: SentenceEncoder, exported: ExportedEncoder, tmp_path: Path
) -> None:
    folder = tmp_path / "shorter"
    shutil.copytree(small.folder, folder)
    settings = folder / "sentence_bert_config.json"
    settings.write_text(json.dumps(json.loads(settings.read_text()) | {"max_seq_length": 8}))
    shorter = SentenceEncoder.open(str(folder))
    assert export_encoder(shorter, tmp_path, TEXTS)
    for encoder in (small, shorter):
        again = ExportedEncoder.open(tmp_path, encoder.name, encoder.fingerprint)
        assert np.allclose(again.encode(TEXTS), encoder.encode(TEXTS), atol=1e-5)
    other = SentenceEncoder.open(str(write_encoder(tmp_path / "other", pooling="cls")))
    with pytest.raises(ExportError, match="cannot be exported"):
        export_encoder(other, tmp_path, TEXTS)


def test_an_export_that_differs_is_not_kept(
    small: SentenceEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(small, "encode", lambda texts: -SentenceEncoder.encode(small, texts))
    with pytest.raises(ExportError, match="its least cosine is"):
        export_encoder(small, tmp_path, TEXTS)
    assert list((tmp_path / "exports").iterdir()) == []
