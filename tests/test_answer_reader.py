from __future__ import annotations

import itertools
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer import ReaderError, export_reader
from answer.reader import Reader, Stretch, adapted, shipped_folder
from answer.reader.adapted import AdaptedReader, read_settings
from answer.reader.foreign import best_span
from answer.reader.pairs import Ids
from answer.reader.tokens import Tokenization
from ingest.embed.encoder import DEFAULT_ENCODER, model_folder

TEXT = "The ferry leaves at noon. It carries forty cars. Tickets are sold on board."
SENTENCES = ((0, 25), (26, 48), (49, 75))


def test_sentences_of_the_example_are_whole() -> None:
    assert [TEXT[s:e] for s, e in SENTENCES] == [s if s.endswith(".") else f"{s}." for s in TEXT.split(". ")]


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=12), st.integers(1, 6))
def test_the_best_span_is_the_best_of_all(starts: list[float], longest: int) -> None:
    ends = [-s for s in reversed(starts)]
    score = best_span(np.array(starts, np.float32), np.array(ends, np.float32), longest)
    pairs = itertools.combinations_with_replacement(range(len(starts)), 2)
    best = max(starts[i] + ends[j] for i, j in pairs if j - i < longest)
    assert score == pytest.approx(best, abs=1e-5)


def test_tokens_of_a_text_lie_where_they_do_without_what_is_read_before_it() -> None:
    tokenization = Tokenization(model_folder(DEFAULT_ENCODER))
    plain, led = tokenization.tokens(TEXT, 64), tokenization.tokens(TEXT, 64, "Harbour: ")
    first, end = led.within((4, 9))
    assert led.offsets[first - 1] == (4, 9) and end == first + 1
    assert plain.within((4, 9)) == (2, 3)
    assert led.offsets[-len(plain.offsets) :] == plain.offsets
    assert plain.within((500, 510)) == (0, 0)


def test_a_long_text_is_cut_and_keeps_its_marks() -> None:
    tokens = Tokenization(model_folder(DEFAULT_ENCODER)).tokens(TEXT * 20, 32)
    assert len(tokens.ids) == 32
    assert tokens.ids[0] != tokens.ids[-1] == Tokenization(model_folder(DEFAULT_ENCODER)).tokens("", 8).ids[-1]


@pytest.mark.parametrize("kind", ["BertForSequenceClassification", "BertForQuestionAnswering"])
def test_another_model_takes_its_place(kind: str, tmp_path: Path) -> None:
    reader = Reader.open(tmp_path, str(_small(kind, tmp_path)))
    readings = reader.read(
        "When does the ferry leave?", [Stretch(TEXT, SENTENCES, "Harbour: "), Stretch("Yes.", ((0, 4),))]
    )
    assert reader.name == str(tmp_path)
    assert len(readings) == 2
    assert len(readings[0].sentences) == 3
    assert all(0 <= chance <= 1 for r in readings for chance in (r.answerable, *r.sentences))


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    folder = _small("BertForQuestionAnswering", tmp_path)
    settings = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(settings | {"architectures": ["BertForMaskedLM"]}))
    with pytest.raises(ReaderError, match="BertForMaskedLM"):
        Reader.open(tmp_path, str(folder))


def test_a_name_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="no reader"):
        Reader.open(tmp_path, str(tmp_path / "missing"))


def test_weights_that_are_not_the_readers_own_are_not_exported(tmp_path: Path) -> None:
    for name in ("reader.json", "reader.safetensors"):
        shutil.copy(shipped_folder() / name, tmp_path)
    with (tmp_path / "reader.safetensors").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ReaderError, match="make reader"):
        export_reader(tmp_path / "index", tmp_path)


def test_without_an_export_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="ibid export"):
        Reader.open(tmp_path)


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    assert export_reader(folder)
    return folder


@pytest.mark.model
def test_what_is_read_beside_a_stretch_does_not_change_its_reading(exports: Path) -> None:
    reader = Reader.open(exports)
    stretches = [Stretch(TEXT, SENTENCES), Stretch("Nothing of the kind.", ((0, 20),)), Stretch("", ())]
    question = "When does the ferry leave?"
    together = reader.read(question, stretches)
    again = reader.read(question, stretches)
    alone = [reader.read(question, [stretch])[0] for stretch in stretches]
    assert together == again
    for one, other in zip(together, alone, strict=True):
        assert one.answerable == pytest.approx(other.answerable, abs=1e-3)
        assert one.sentences == pytest.approx(other.sentences, abs=1e-3)
    assert reader.read(question, []) == []


@pytest.mark.model
def test_the_sentence_that_answers_is_put_first(exports: Path) -> None:
    reader = Reader.open(exports)
    reading = reader.read("At what time does the ferry leave?", [Stretch(TEXT, SENTENCES)])[0]
    assert int(np.argmax(reading.sentences)) == 0
    assert reading.answerable > reader.read("Who painted the ceiling?", [Stretch(TEXT, SENTENCES)])[0].answerable


@pytest.mark.model
def test_an_export_reads_as_the_network_that_was_trained(exports: Path) -> None:
    made, trained = Reader.open(exports), Trained(exports)
    words = ["ferry", "noon", "forty", "cars", "ticket", "board", "leave", "sail", "winter", "never", "not", "20"]
    chance = random.Random(0)

    pairs: list[tuple[float, float]] = []

    def sentence() -> str:
        return " ".join(chance.choices(words, k=chance.randint(1, 30))).capitalize() + "."

    for question in ("When does the ferry leave?", "Why?", "How many cars does the ferry carry in winter? " * 9):
        stretches = []
        for count in range(12):
            sentences = [sentence() for _ in range(count)]
            ends = list(itertools.accumulate(len(s) + 1 for s in sentences))
            ranges = tuple((end - len(s) - 1, end - 1) for s, end in zip(sentences, ends, strict=True))
            stretches.append(Stretch(" ".join(sentences), ranges, "Harbour: " * (count % 3)))
        for one, other in zip(made.read(question, stretches), trained.read(question, stretches), strict=True):
            # The exported one counts in whole numbers.
            assert len(one.sentences) == len(other.sentences)
            pairs += zip(
                (one.answerable, one.support, *one.sentences),
                (other.answerable, other.support, *other.sentences),
                strict=True,
            )
    apart = [abs(one - other) for one, other in pairs]
    assert len(apart) > 200 and fmean(apart) < 0.03 and max(apart) < 0.3


@pytest.mark.model
def test_an_export_is_made_once_and_again_where_it_is_damaged(exports: Path) -> None:
    assert not export_reader(exports)
    weights = read_settings(shipped_folder())["weights"]
    (exports / "exports" / weights[:16] / "network.data").write_bytes(b"")
    with pytest.raises(ReaderError, match="ibid export"):
        Reader.open(exports)
    assert export_reader(exports)
    assert Reader.open(exports).read("Why?", [Stretch(TEXT, SENTENCES)])


@pytest.mark.model
def test_it_reads_with_the_encoder_that_embeds_questions_and_without_torch(exports: Path) -> None:
    script = """
import sys
from pathlib import Path
from answer import Reader, Stretch
from ingest import DEFAULT_ENCODER, ExportedEncoder
index, base = Path(sys.argv[1]), sys.argv[2]
encoder = ExportedEncoder.open(index, DEFAULT_ENCODER, f"{DEFAULT_ENCODER}@{base}")
reader = Reader.open(index, encoder=encoder)
assert reader.read("Why?", [Stretch("Because.", ((0, 8),))]) and len(encoder.encode(["Why?"])) == 1
print(*({"torch", "transformers", "sentence_transformers", "safetensors"} & set(sys.modules)))
"""
    base = read_settings(shipped_folder())["encoder_weights"][:16]
    ran = subprocess.run([sys.executable, "-c", script, exports, base], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "\n", "")


@pytest.mark.model
def test_the_states_of_texts_that_are_read_no_more_are_forgotten(
    exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Ids] = []
    real = adapted.foundation
    monkeypatch.setattr(
        adapted, "foundation", lambda encoder, lower, ids: (made.append(ids), real(encoder, lower, ids))[1]
    )
    monkeypatch.setattr(adapted, "_TURN", 3)
    reader = AdaptedReader(exports, remembered=100)
    often, once = ("The toad sits on a stone.", "Ferns like shade.")
    readings = [reader.read("Who sits?", [Stretch(text, ((0, len(text)),))])[0] for text in (once, *[often] * 12)]
    assert len(made) == 3  # of the question and of each text, once
    assert reader.read("Who sits?", [Stretch(once, ((0, len(once)),))]) == readings[:1] and len(made) == 4
    assert len({reading.answerable for reading in readings[1:]}) == 1

    few = AdaptedReader(exports, remembered=4)
    for number in range(20):
        few.read(f"Who sits on stone {number}?", [Stretch(often, ((0, len(often)),))])
        assert len(few._earlier) + len(few._states) <= 4


@pytest.mark.model
def test_what_is_stored_of_a_network_is_that_network_to_a_part_in_a_hundred(tmp_path: Path) -> None:
    import torch

    from answer.reader.weights import encoder_model, load_network, new_networks, save_network

    base, lower = model_folder(DEFAULT_ENCODER), read_settings(shipped_folder())["lower"]
    encoder = encoder_model(base)
    network = new_networks(encoder, lower)[1]
    before = {name: value.clone() for name, value in network.state_dict().items()}
    torch.manual_seed(0)
    network.load_state_dict({name: value + 0.1 * torch.randn(value.shape) for name, value in before.items()})
    save_network(network, encoder, lower, tmp_path / "weights")
    stored = load_network(base, tmp_path / "weights", lower).state_dict()
    apart = [(stored[name] - value).abs().max() for name, value in network.state_dict().items()]
    changed = [(before[name] - value).abs().max() for name, value in network.state_dict().items()]
    assert max(apart) < 0.01 < 0.1 < max(changed)


class Trained(AdaptedReader):
    """Reads with torch in float32, and keeps no states."""

    def __init__(self, index: Path) -> None:
        from answer.reader.weights import encoder_model, load_network, new_networks

        super().__init__(index)
        base, lower = model_folder(DEFAULT_ENCODER), read_settings(shipped_folder())["lower"]
        self._foundation = new_networks(encoder_model(base), lower)[0].eval()
        self._trained = load_network(base, shipped_folder() / "reader.safetensors", lower)
        self._network = self  # type: ignore[assignment]

    def _remembered(self, texts: Sequence[Ids]) -> dict[Ids, Any]:
        import torch

        with torch.inference_mode():
            return {
                ids: self._foundation(torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.long))[0].numpy()
                for ids in texts
            }

    def run(self, outputs: Sequence[str], inputs: Mapping[str, Any]) -> list[Any]:
        import torch

        assert outputs == ["tokens", "pooled"]
        with torch.inference_mode():
            return [output.numpy() for output in self._trained(*map(torch.from_numpy, inputs.values()))]


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
