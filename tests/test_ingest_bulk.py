"""Many texts are embedded in whatever way is fastest here, and come out as the encoder would have it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from fakes import write_encoder

from ingest import BulkEncoder, SentenceEncoder, Vectors
from ingest.embed import bulk as module
from ingest.embed import forward
from ingest.embed.bulk import LEAST_COSINE
from ingest.embed.forward import Forward

TEXTS = [f"{'The pill may upset the stomach. ' * (n % 7)}It is number {n} of {n % 3} mg/m²." for n in range(100)]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SentenceEncoder:
    return SentenceEncoder.open(str(write_encoder(tmp_path_factory.mktemp("encoder"))))


@pytest.fixture
def remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "_SECONDS", 0.05)
    return tmp_path / "cache" / "precision.json"


def cosines(one: Vectors, other: Vectors) -> Vectors:
    return np.asarray((one * other).sum(axis=1))


@pytest.mark.model
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_vectors_in_each_precision_are_those_of_the_encoder(precision: str) -> None:
    encoder = SentenceEncoder.open()
    texts = [*TEXTS, "", "word " * 2000, "日本語のテキスト", "  two\nlines  "]
    made = Forward(encoder, precision).encode(texts)
    assert (made.dtype, made.shape) == (np.float32, (len(texts), 384))
    assert cosines(made, encoder.encode(texts)).min() >= (0.99999 if precision == "float32" else LEAST_COSINE)
    assert np.allclose(np.linalg.norm(made, axis=1), 1.0, atol=1e-5)


@pytest.mark.parametrize("attention", ["few tokens", "many tokens", "its own", "of what comes before alone"])
def test_the_vectors_are_those_of_the_encoder_however_it_attends(
    small: SentenceEncoder, monkeypatch: pytest.MonkeyPatch, attention: str
) -> None:
    network = type(small.model[0].auto_model)
    match attention:
        case "many tokens":
            monkeypatch.setattr(forward, "_FEW_TOKENS", 8)
        case "its own":
            monkeypatch.setattr(network, "_supports_attention_backend", False)
        case "of what comes before alone":
            monkeypatch.setattr(forward, "_attention", lambda *given, **more: pytest.fail("it attends both ways"))
            monkeypatch.setattr(network, "is_causal", True, raising=False)
    assert cosines(Forward(small, "float32").encode(TEXTS), small.encode(TEXTS)).min() >= 0.99999


def test_a_network_gone_astray_makes_numbers_still(small: SentenceEncoder) -> None:
    made = Forward(small, "bfloat16")
    for part in made._model[0].auto_model.encoder.layer:
        part.attention.self.query.weight.data *= 1e6
    assert np.isfinite(made.encode(TEXTS)).all()


def test_torch_keeps_its_threads(small: SentenceEncoder) -> None:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        Forward(small, "float32").encode(TEXTS)
        with ThreadPoolExecutor(1) as pool:
            assert (torch.get_num_threads(), pool.submit(torch.get_num_threads).result()) == (3, 3)
    finally:
        torch.set_num_threads(before)


def test_it_is_the_same_encoder(small: SentenceEncoder, remembered: Path) -> None:
    bulk = BulkEncoder(small, remembered)
    assert (bulk.name, bulk.fingerprint, bulk.dimension) == (small.name, small.fingerprint, small.dimension)
    assert bulk.words == small.words
    assert cosines(bulk.encode(TEXTS), small.encode(TEXTS)).min() >= LEAST_COSINE


def test_few_texts_are_embedded_exactly_and_nothing_is_measured(small: SentenceEncoder, remembered: Path) -> None:
    assert np.array_equal(BulkEncoder(small, remembered).encode(TEXTS[:3]), small.encode(TEXTS[:3]))
    assert BulkEncoder(small, remembered).encode([]).shape == (0, small.dimension)
    assert not remembered.exists()


def test_what_is_fastest_is_measured_once(
    small: SentenceEncoder, remembered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[int] = []
    real = BulkEncoder._measure
    monkeypatch.setattr(
        BulkEncoder, "_measure", lambda self, texts: (measured.append(len(texts)), real(self, texts))[1]
    )
    for _ in range(2):
        BulkEncoder(small, remembered).encode(TEXTS)
    assert len(measured) == 1
    remembered.write_text("no JSON")
    BulkEncoder(small, remembered).encode(TEXTS)
    (here,) = json.loads(remembered.read_text())
    assert len(measured) == 2 and small.fingerprint in here
    remembered.write_text(json.dumps({here: "a precision of tomorrow"}))
    BulkEncoder(small, remembered).encode(TEXTS)
    assert len(measured) == 3


@pytest.mark.parametrize("fails", [False, True])
def test_a_precision_that_fails_or_gives_other_vectors_is_never_used(
    small: SentenceEncoder, remembered: Path, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    real = Forward.encode

    def encode(self: Forward, texts: Sequence[str]) -> Vectors:
        if fails:
            raise RuntimeError("not implemented for 'BFloat16'")
        return -real(self, texts)

    monkeypatch.setattr(Forward, "encode", encode)
    assert cosines(BulkEncoder(small, remembered).encode(TEXTS), small.encode(TEXTS)).min() >= LEAST_COSINE


def test_where_nothing_can_be_remembered_it_embeds_all_the_same(small: SentenceEncoder, remembered: Path) -> None:
    remembered.parent.write_text("in the way")
    assert cosines(BulkEncoder(small, remembered).encode(TEXTS), small.encode(TEXTS)).min() >= LEAST_COSINE


def test_an_encoder_that_puts_words_of_its_own_before_a_text_keeps_doing_so(tmp_path: Path, remembered: Path) -> None:
    folder = write_encoder(tmp_path)
    settings = folder / "config_sentence_transformers.json"
    asked = json.loads(settings.read_text()) | {"prompts": {"p": "passage: "}, "default_prompt_name": "p"}
    settings.write_text(json.dumps(asked))
    encoder = SentenceEncoder.open(str(folder))
    assert cosines(BulkEncoder(encoder, remembered).encode(TEXTS), encoder.encode(TEXTS)).min() >= 0.99999
