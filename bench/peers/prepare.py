"""What all systems are given: `python -m bench.peers.prepare FOLDER DATA [SIZE …]`.

    encoder/        the encoder, as sentence-transformers has it
    onnx/           the same for what runs it in onnxruntime, with the inputs and names of its first export
    network/        the same as ibid exports it
    texts.json      what is embedded: passages of the first documents of DATA, a BEIR folder, as ibid cuts them
    corpus/         passages of the bundled corpus and the gold questions of its dev part
    SIZE/           so many made-up passages with made-up vectors (vectors.npy), and questions of five of their words
    crowd/          the gold questions in all their forms, which many clients ask

In each, questions.json; beside the passages, in passages.json, ours/: the index of ibid that they are of.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from transformers import BertModel

from bench.scale import COMMON, Drawn, MadeUp
from bench.update import write_corpus
from eval import GOLD, read_gold
from ibid.opening import index
from ibid.places import Places, bundled_corpus
from ingest import BulkEncoder, FileCatalog, Generation, SentenceEncoder, build, cut_passages, load, read_corpus

DOCUMENTS, TEXTS = 40, 200
QUESTIONS, WORDS = 50, 5


class States(nn.Module):
    """A BERT that gives the states of its last layer."""

    def __init__(self, bert: BertModel) -> None:
        """Take `bert`."""
        super().__init__()
        self._bert = bert
        bert.set_attn_implementation("eager")

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Of shape (texts, tokens, width)."""
        hidden = torch.where(attention_mask[:, None, None, :] > 0, 0.0, torch.finfo(torch.float32).min)
        states: Tensor = self._bert.embeddings(input_ids=input_ids, token_type_ids=token_type_ids)
        for layer in self._bert.encoder.layer:
            states = layer(states, hidden)
        return states


class Named(Drawn):
    """Draws vectors under the name of another encoder, so that an index of them may be asked with that one."""

    def __init__(self, encoder: SentenceEncoder, seed: int) -> None:
        """See `Drawn`."""
        super().__init__(seed)
        self.name, self.fingerprint, self.words = encoder.name, encoder.fingerprint, encoder.words


def export(encoder: SentenceEncoder, folder: Path) -> None:
    """Write what Chroma and txtai read."""
    shutil.copytree(encoder.folder, folder, ignore=shutil.ignore_patterns("*.safetensors", "*.bin"))
    names = ["input_ids", "attention_mask", "token_type_ids"]
    example = (torch.arange(1, 15).reshape(2, 7), torch.ones((2, 7), dtype=torch.long), torch.zeros((2, 7)).long())
    axes = {name: {0: "texts", 1: "tokens"} for name in [*names, "last_hidden_state"]}
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            States(encoder.model[0].auto_model).eval(),
            example,
            folder / "model.onnx",
            input_names=names,
            output_names=["last_hidden_state"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )


def write(folder: Path) -> list[str]:
    """Write the passages that are in the index of ibid there; what is embedded of them."""
    generation = Generation.open(folder / "ours")
    texts = [passage.embedded_text for passage in generation.passages(generation.rows())]
    (folder / "passages.json").write_text(json.dumps(texts), encoding="utf-8")
    return texts


def ask(folder: Path, questions: Sequence[str]) -> None:
    """Write what is asked of them."""
    (folder / "questions.json").write_text(json.dumps(list(dict.fromkeys(questions))), encoding="utf-8")


def made_up(folder: Path, count: int, encoder: SentenceEncoder) -> None:
    """Write `count` passages, and the index of them."""
    build(FileCatalog(folder / "ours"), MadeUp(count), [], Named(encoder, 2))
    shutil.copytree(folder.parent / "corpus" / "ours" / "exports", folder / "ours" / "exports")
    generation = Generation.open(folder / "ours")
    texts = write(folder)
    common = {word for word, _ in Counter(" ".join(texts).split()).most_common(COMMON)}
    chance = random.Random(3)
    lines = (sorted({*chance.choice(texts).split()} - common) for _ in range(QUESTIONS))
    ask(folder, [" ".join(chance.sample(words, min(len(words), WORDS))) for words in lines])
    np.save(folder / "vectors.npy", generation.vectors.of(generation.rows()))


def cut(corpus: Path) -> Iterator[str]:
    """What is embedded of its passages."""
    for source in read_corpus(corpus).sources:
        for passage in cut_passages(load(source)):
            yield passage.embedded_text


def main() -> None:
    """Make everything."""
    folder, data = map(Path, sys.argv[1:3])
    encoder = SentenceEncoder.open()
    (folder / "encoder").symlink_to(encoder.folder)
    export(SentenceEncoder.open(), folder / "onnx")
    index(Places(bundled_corpus(), folder / "corpus" / "ours"))
    write(folder / "corpus")
    gold = [question for question in read_gold(["dev"], GOLD) if question.corpus is None]
    ask(folder / "corpus", [question.alone for question in gold])
    (folder / "crowd").mkdir()
    ask(folder / "crowd", [text for question in gold for text in (question.alone, *question.paraphrases)])
    exports = (folder / "corpus" / "ours" / "exports").glob("*/export.json")
    # That of the reader has no layers of its own.
    (network,) = [path.parent for path in exports if "layers" in json.loads(path.read_text(encoding="utf-8"))]
    (folder / "network").symlink_to(network)
    with tempfile.TemporaryDirectory() as corpus:
        write_corpus(data, Path(corpus), DOCUMENTS)
        texts = list(dict.fromkeys(cut(Path(corpus))))[:TEXTS]
    (folder / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
    BulkEncoder(encoder, folder / "precision.json").encode(texts)  # chooses its precision
    for size in map(int, sys.argv[3:]):
        made_up(folder / str(size), size, encoder)


if __name__ == "__main__":
    main()
