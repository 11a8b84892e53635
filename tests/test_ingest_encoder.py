"""The encoder that is bundled, what is refused in its place, and one that remembers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fakes import BagEncoder

from ingest import DEFAULT_ENCODER, EncoderError, RememberingEncoder, SentenceEncoder
from ingest.embed import encoder as module
from ingest.embed.encoder import model_folder, model_hash


@pytest.fixture(scope="module")
def bundled() -> SentenceEncoder:
    return SentenceEncoder.open()


@pytest.mark.model
def test_vectors_are_unit_float32_rows_of_dimension_384(bundled: SentenceEncoder) -> None:
    vectors = bundled.encode(["A drug that slows growth.", "", "word " * 2000])
    assert (vectors.shape, vectors.dtype, bundled.dimension) == ((3, 384), np.float32, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert vectors.flags.c_contiguous


@pytest.mark.model
def test_no_texts_give_no_rows(bundled: SentenceEncoder) -> None:
    assert bundled.encode([]).shape == (0, 384)


@pytest.mark.model
def test_what_is_alike_lies_nearer_and_alone_or_together_gives_the_same(bundled: SentenceEncoder) -> None:
    texts = ["The pill may upset the stomach.", "The tablet can cause nausea.", "The bridge was built of stone."]
    one, other, third = bundled.encode(texts)
    assert one @ other > one @ third + 0.1
    assert np.allclose(bundled.encode(texts[:1])[0], one, atol=1e-5)


@pytest.mark.model
def test_the_name_and_the_hash_are_in_the_fingerprint(bundled: SentenceEncoder) -> None:
    assert bundled.name == DEFAULT_ENCODER
    assert bundled.fingerprint == f"{DEFAULT_ENCODER}@{model_hash(model_folder(DEFAULT_ENCODER))[:16]}"


@pytest.mark.model
def test_ordinary_words_are_held_whole_and_names_are_not(bundled: SentenceEncoder) -> None:
    assert {"drug", "growth", "patient"} <= bundled.words
    assert not {"alphamab", "everolimus"} & bundled.words
    assert all(word.isalpha() and word == word.lower() and len(word) > 1 for word in bundled.words)


@pytest.mark.model
def test_a_model_that_is_not_the_expected_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(module._KNOWN, DEFAULT_ENCODER, "0" * 64)
    with pytest.raises(EncoderError, match=r"is not all-MiniLM-L6-v2; install"):
        SentenceEncoder.open()


def test_the_default_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PACKAGE", "no_such_package_at_all")
    with pytest.raises(EncoderError, match=r"pip install 'ibid\[index\]'"):
        SentenceEncoder.open()


@pytest.mark.parametrize("name", ["no-such-model", "no/such", "../nowhere", " "])
def test_an_unknown_name_is_refused_with_what_mends_it(name: str) -> None:
    with pytest.raises(EncoderError, match=r"no encoder .* download it first"):
        SentenceEncoder.open(name)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="holds no model weights"):
        SentenceEncoder.open(str(tmp_path))


@pytest.mark.model
def test_a_folder_with_weights_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not weights")
    encoder = SentenceEncoder.open(str(tmp_path))
    with pytest.raises(EncoderError, match="is not a sentence-transformers model"):
        encoder.load()


def test_the_hash_is_of_all_weights_and_settings(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"1")
    alone = model_hash(tmp_path)
    (tmp_path / "b.safetensors").write_bytes(b"2")
    both = model_hash(tmp_path)
    (tmp_path / "b.safetensors").write_bytes(b"3")
    assert len({alone, both, model_hash(tmp_path)}) == 3
    (tmp_path / "README.md").write_text("says nothing")
    (tmp_path / "b.safetensors").write_bytes(b"2")
    assert model_hash(tmp_path) == both
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_text('{"pooling_mode": "mean"}')
    mean = model_hash(tmp_path)
    (tmp_path / "1_Pooling" / "config.json").write_text('{"pooling_mode": "cls"}')
    assert len({both, mean, model_hash(tmp_path)}) == 3


def test_an_encoder_that_remembers_makes_no_vector_twice_and_the_same_ones() -> None:
    bag = BagEncoder()
    remembering = RememberingEncoder(bag)
    assert (remembering.name, remembering.fingerprint, remembering.words) == (bag.name, bag.fingerprint, bag.words)
    assert remembering.dimension == bag.dimension
    first = remembering.encode(["a bat", "a net", "a bat"])
    again = remembering.encode(["a net", "a ball", "a bat"])
    assert bag.seen == ["a bat", "a net", "a ball"]
    assert np.array_equal(first, bag.encode(["a bat", "a net", "a bat"]))
    assert np.array_equal(again, bag.encode(["a net", "a ball", "a bat"]))


def test_an_encoder_that_remembers_forgets_all_when_it_holds_too_much() -> None:
    bag = BagEncoder()
    remembering = RememberingEncoder(bag, most=1)
    remembering.encode(["a bat", "a net"])
    vectors = remembering.encode(["a net"])
    assert bag.seen == ["a bat", "a net", "a net"]
    assert np.array_equal(vectors, bag.encode(["a net"]))
