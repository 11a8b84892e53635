from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.errors import ReaderError
from answer.reader import Reader, Stretch
from answer.spans import best_span
from answer.tokens import Tokenization
from ingest.encoder import DEFAULT_ENCODER, model_folder

TEXT = "The ferry leaves at noon. It carries forty cars. Tickets are sold on board."
SENTENCES = ((0, 25), (26, 48), (49, 75))


def test_sentences_of_the_example_are_whole() -> None:
    assert [TEXT[s:e] for s, e in SENTENCES] == [s if s.endswith(".") else f"{s}." for s in TEXT.split(". ")]


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=12), st.integers(1, 6))
def test_the_best_span_is_the_best_of_all(starts: list[float], longest: int) -> None:
    ends = [-s for s in reversed(starts)]
    first, last, score = best_span(np.array(starts, np.float32), np.array(ends, np.float32), longest)
    pairs = itertools.combinations_with_replacement(range(len(starts)), 2)
    best = max(starts[i] + ends[j] for i, j in pairs if j - i < longest)
    assert score == pytest.approx(best, abs=1e-5)
    assert 0 <= last - first < longest


def test_tokens_of_a_text_lie_where_they_do_without_what_is_read_before_it() -> None:
    tokenization = Tokenization(model_folder(DEFAULT_ENCODER))
    plain, led = tokenization.tokens(TEXT, 64), tokenization.tokens(TEXT, 64, "Harbour: ")
    first, end = led.within((4, 9))
    assert led.characters(first, end - 1) == (4, 9)
    assert plain.within((4, 9)) == (2, 3)
    assert led.offsets[-len(plain.offsets) :] == plain.offsets
    assert plain.within((500, 510)) == (0, 0)


def test_a_long_text_is_cut_and_keeps_its_marks() -> None:
    tokens = Tokenization(model_folder(DEFAULT_ENCODER)).tokens(TEXT * 20, 32)
    assert len(tokens.ids) == 32
    assert tokens.ids[0] != tokens.ids[-1] == Tokenization(model_folder(DEFAULT_ENCODER)).tokens("", 8).ids[-1]


@pytest.mark.parametrize("kind", ["BertForSequenceClassification", "BertForQuestionAnswering"])
def test_another_model_takes_its_place(kind: str, tmp_path: Path) -> None:
    reader = Reader.open(str(_small(kind, tmp_path)))
    readings = reader.read(
        "When does the ferry leave?", [Stretch(TEXT, SENTENCES, "Harbour: "), Stretch("Yes.", ((0, 4),))]
    )
    assert len(readings) == 2
    assert len(readings[0].sentences) == 3
    assert all(0 <= chance <= 1 for r in readings for chance in (r.answerable, *r.sentences))
    start, end = readings[0].span
    assert 0 <= start < end <= len(TEXT)


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    folder = _small("BertForQuestionAnswering", tmp_path)
    settings = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(settings | {"architectures": ["BertForMaskedLM"]}))
    with pytest.raises(ReaderError, match="BertForMaskedLM"):
        Reader.open(str(folder))


def test_a_name_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="no reader"):
        Reader.open(str(tmp_path / "missing"))


def test_weights_that_are_not_the_readers_own_are_refused(tmp_path: Path) -> None:
    from answer.adapted import AdaptedReader
    from answer.reader import shipped_folder

    for name in ("reader.json", "reader.safetensors"):
        shutil.copy(shipped_folder() / name, tmp_path)
    AdaptedReader(tmp_path)
    with (tmp_path / "reader.safetensors").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ReaderError, match="make reader"):
        AdaptedReader(tmp_path)


@pytest.mark.model
def test_what_is_read_beside_a_stretch_does_not_change_its_reading() -> None:
    reader = Reader.open()
    stretches = [Stretch(TEXT, SENTENCES), Stretch("Nothing of the kind.", ((0, 20),)), Stretch("", ())]
    question = "When does the ferry leave?"
    together = reader.read(question, stretches)
    again = reader.read(question, stretches)
    alone = [reader.read(question, [stretch])[0] for stretch in stretches]
    assert together == again
    for one, other in zip(together, alone, strict=True):
        assert one.answerable == pytest.approx(other.answerable, abs=0.03)
        assert one.sentences == pytest.approx(other.sentences, abs=0.03)
    assert reader.read(question, []) == []


@pytest.mark.model
def test_the_sentence_that_answers_is_put_first() -> None:
    reading = Reader.open().read("At what time does the ferry leave?", [Stretch(TEXT, SENTENCES)])[0]
    assert int(np.argmax(reading.sentences)) == 0
    assert reading.answerable > Reader.open().read("Who painted the ceiling?", [Stretch(TEXT, SENTENCES)])[0].answerable


def _small(kind: str, folder: Path) -> Path:
    import torch
    import transformers

    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=30522, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64, num_labels=2
    )
    getattr(transformers, kind)(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt"):
        source = model_folder(DEFAULT_ENCODER) / name
        if source.exists():
            shutil.copy(source, folder)
    return folder
