"""What the fast paths cost in quality: `python bench/quality.py`.

The gold questions over the bundled documents are asked four times, with

    reference   passages and questions embedded by sentence-transformers in float32, and the reader run by torch in
                float32, from the weights as they lie in the package
    shipped     what everybody gets: passages embedded in the precision that `ibid index` chooses here, questions by the
                export of the encoder, and the reader as it is exported, in whole numbers
    bfloat16    the same, passages embedded in bfloat16 whatever is chosen
    int8        the same, passages and questions embedded by an encoder exported in whole numbers, as the reader is

and each of the last three is judged by the gate of `ibid eval gate` against the first.  With that the least cosine to
the reference of the gold questions and of the passages, and milliseconds to embed a gold question in one thread, in
turn.  Writes bench/results/quality.json; some ten minutes.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

sys.path.insert(0, str(Path(__file__).parent.parent))
from answer import Answerer, Reader, Resolver
from answer.reader import shipped_folder
from answer.reader.adapted import AdaptedReader, read_settings
from answer.reader.weights import load_network
from bench.machine import machine
from eval import GOLD, Journal, Question, Run, ask_all, gate, manifest, read_gold
from eval.compare import GATE
from eval.measures import table
from ibid.opening import export
from ibid.places import Places
from ingest import BulkEncoder, Encoder, ExportedEncoder, FileCatalog, Generation, SentenceEncoder, Vectors, update
from ingest.embed.exporting import put_export
from ingest.embed.forward import Forward
from ingest.embed.network import Network, export_folder
from ingest.embed.tracing import Layers, write_network

Texts = Mapping[str, Sequence[str]]
PACKAGES = ("numpy", "onnxruntime", "sentence-transformers", "tokenizers", "torch", "transformers")


@dataclass(frozen=True, slots=True)
class Way:
    """What embeds passages, what embeds questions, and what reads."""

    passages: Encoder
    questions: Encoder
    reader: Reader


class InOne:
    """An encoder that embeds everything in one precision of torch's."""

    def __init__(self, encoder: SentenceEncoder, precision: str) -> None:
        """As `encoder` does but for `precision`."""
        self.name, self.fingerprint = encoder.name, encoder.fingerprint
        self.dimension, self.words = encoder.dimension, encoder.words
        self._forward = Forward(encoder, precision)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, of shape (len(texts), dimension)."""
        return self._forward.encode(texts) if texts else np.zeros((0, self.dimension), dtype=np.float32)


class ByTorch:
    """The network of the reader as torch runs it, in the place of its export."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        """The reader of the package, made for `encoder`."""
        folder = shipped_folder()
        lower = read_settings(folder)["lower"]
        self._network = load_network(encoder.folder, folder / "reader.safetensors", lower).eval()

    def load(self) -> None:
        """It is loaded."""

    def run(self, names: Sequence[str], inputs: Mapping[str, npt.NDArray[Any]]) -> list[npt.NDArray[np.float32]]:
        """Its two outputs."""
        assert list(names) == ["tokens", "pooled"]
        with torch.inference_mode():
            return [output.numpy() for output in self._network(*map(torch.from_numpy, inputs.values()))]


def whole_numbers(encoder: SentenceEncoder, folder: Path) -> ExportedEncoder:
    """`encoder` with its products of matrices in whole numbers."""
    layers = Layers(encoder.model[0].auto_model)

    def write(building: Path) -> None:
        write_network(building, layers, layers.example(), ["ids", "mask"], layers.names, eight_bits=True)
        encoder.tokenizer.save(str(building / "tokenizer.json"))

    facts = {"weights": "0" * 64, "dimension": encoder.dimension, "layers": len(layers.names) - 1}
    put_export(export_folder(folder, facts["weights"]), facts, write, lambda _: None)
    network = Network.open(export_folder(folder, facts["weights"]), facts["weights"])
    return ExportedEncoder(encoder.name, f"{encoder.fingerprint}-int8", network)


def ask(way: Way, index: Path, corpus: Path, questions: Sequence[Question]) -> Run:
    """Index the corpus, and ask."""
    update(FileCatalog(index), corpus, way.passages)
    generation = Generation.open(index)
    answerers = {None: Answerer(generation, way.questions, way.reader, Resolver.beside(way.reader))}
    under = manifest({None: generation}, questions, {}, way.reader.fingerprint)
    journal = Journal(index / "run", under)
    ask_all(lambda: answerers, questions, 1, journal.add)
    return Run.of(under, journal, questions, {None: generation})


def least_cosine(way: Way, texts: Texts, wanted: Mapping[str, Vectors]) -> dict[str, float]:
    """The least of the gold questions and of the passages."""
    made = {"questions": way.questions.encode(texts["questions"]), "passages": way.passages.encode(texts["passages"])}
    return {name: round(float((made[name] * wanted[name]).sum(axis=1).min()), 5) for name in made}


def embedding_ms(encoders: Mapping[str, Encoder], questions: Sequence[str]) -> dict[str, float]:
    """Milliseconds to embed one question, in turn; medians."""
    times: dict[str, list[float]] = {name: [] for name in encoders}
    for question in questions:
        for name, encoder in encoders.items():
            started = time.perf_counter()
            encoder.encode([question])
            times[name].append(1e3 * (time.perf_counter() - started))
    return {name: round(statistics.median(values), 2) for name, values in times.items()}


def judged(way: Way, run: Run, reference: Run, texts: Texts, wanted: Mapping[str, Vectors]) -> dict[str, Any]:
    """What the gate says of a run, how many answers differ from the reference, and the scores that the gate watches."""
    verdict, held, ones = gate(reference, run), table(run), np.ones((1, len(run.outcomes)))
    pairs = zip(reference.outcomes, run.outcomes, strict=True)
    return {
        "passes": verdict.passes,
        "losses": [f"{loss.measure}, {loss.stratum}" for loss in verdict.losses],
        "answers_changed": sum(one.answer.text != other.answer.text for one, other in pairs),
        "least_cosine": least_cosine(way, texts, wanted),
        "scores": {m.name: round(float(m.statistic(held, ones)[0]), 4) for m in GATE},
    }


def measure(questions: Sequence[Question], folder: Path) -> dict[str, Any]:
    """All four ways, with indexes in `folder`."""
    encoder, corpus = SentenceEncoder.open(), Places.of().corpus
    remembered, shipped = folder / "precision.json", Places(corpus, folder / "shipped")
    bulk = BulkEncoder(encoder, remembered)
    update(FileCatalog(shipped.index), corpus, bulk)
    export(shipped, encoder)
    exported = ExportedEncoder.open(shipped.index, encoder.name, encoder.fingerprint)
    reader, slow = (AdaptedReader(shipped.index, exported) for _ in range(2))
    slow._network = ByTorch(encoder)  # type: ignore[assignment]
    small = whole_numbers(encoder, folder / "int8")
    ways = {
        "reference": Way(encoder, encoder, slow),
        "shipped": Way(bulk, exported, reader),
        "bfloat16": Way(InOne(encoder, "bfloat16"), exported, reader),
        "int8": Way(small, small, reader),
    }
    runs = {name: ask(way, folder / name, corpus, questions) for name, way in ways.items()}
    generation = Generation.open(shipped.index)
    texts = {
        "questions": [question.question for question in questions],
        "passages": [passage.embedded_text for passage in generation.passages(generation.rows())],
    }
    wanted = {name: encoder.encode(some) for name, some in texts.items()}
    weights = {"shipped": shipped.index / "exports" / encoder.fingerprint[-16:], "int8": folder / "int8" / "exports"}
    return {
        "questions": len(questions),
        "passages": len(texts["passages"]),
        "passages_embedded_in": list(json.loads(remembered.read_text(encoding="utf-8")).values()),
        "embedding_a_question_ms": embedding_ms(
            {name: ways[name].questions for name in ("reference", "shipped", "int8")}, texts["questions"]
        ),
        "encoder_mb": {
            name: round(sum(file.stat().st_size for file in path.rglob("network.data")) / 1e6, 1)
            for name, path in weights.items()
        },
        "paths": {name: judged(ways[name], run, runs["reference"], texts, wanted) for name, run in runs.items()},
    }


def main() -> None:
    """Measure, and write the result."""
    torch.set_num_threads(1)
    load = round(os.getloadavg()[0], 1)
    with tempfile.TemporaryDirectory() as folder:
        measured = measure([question for question in read_gold(folder=GOLD) if question.corpus is None], Path(folder))
    result = {**machine(PACKAGES), "threads": 1, "load_average": load, **measured}
    target = Path(__file__).parent / "results" / "quality.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
