"""What there is no going below: the encoder in onnxruntime, a product of matrices, the bytes of the passages."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from stage import PASSAGES
from tokenizers import Tokenizer


class System:
    """Vectors in one file, texts in another, where each begins in a third."""

    def __init__(self, made: Path, index: Path) -> None:
        self._index = index
        self._precision = made / "precision.json"
        network = made / "network"
        facts = json.loads((network / "export.json").read_text(encoding="utf-8"))
        self._output, self._dimension = f"layer_{facts['layers']}", facts["dimension"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        self._session = onnxruntime.InferenceSession(
            str(network / "network.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(network / "tokenizer.json"))

    def build(self, texts: Sequence[str], vectors: Any) -> None:
        import tantivy

        if vectors is None:
            vectors = np.array([self._embedded(text) for text in texts])
        vectors.astype("<f4").tofile(self._index / "vectors.f32")
        encoded = [text.encode() for text in texts]
        (self._index / "texts").write_bytes(b"".join(encoded))
        np.cumsum([0, *map(len, encoded)], dtype="<i8").tofile(self._index / "starts.i64")
        schema = tantivy.SchemaBuilder().add_text_field("text", tokenizer_name="en_stem").build()
        (self._index / "lexical").mkdir()
        writer = tantivy.Index(schema, str(self._index / "lexical")).writer()
        for text in texts:
            writer.add_document(tantivy.Document(text=text))
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        self._vectors = np.memmap(self._index / "vectors.f32", "<f4", "r").reshape(-1, self._dimension)
        self._starts = np.fromfile(self._index / "starts.i64", "<i8")
        self._texts = os.open(self._index / "texts", os.O_RDONLY)

    def search(self, question: str) -> list[str]:
        return self._read(self._nearest(self._embedded(question)))

    def embed(self, texts: Sequence[str]) -> None:
        import torch

        from bench.index import Floor
        from ingest import SentenceEncoder

        if not hasattr(self, "_encoder"):
            self._encoder = SentenceEncoder.open()
        (chosen,) = json.loads(self._precision.read_text(encoding="utf-8")).values()
        Floor(self._encoder, torch.bfloat16 if chosen == "bfloat16" else torch.float32, texts, 2048).run()

    def pieces(self, questions: Sequence[str]) -> dict[str, list[float]]:
        """Milliseconds of each part by itself, and of tantivy, which `search` has no use for."""
        import tantivy

        lexical = tantivy.Index.open(str(self._index / "lexical"))
        searcher = lexical.searcher()
        vectors = [self._embedded(question) for question in questions]
        nearest = [self._nearest(vector) for vector in vectors]
        queries = ["".join(c if c.isalnum() else " " for c in question) for question in questions]

        def best(query: str) -> object:
            return searcher.search(lexical.parse_query(query, ["text"]), PASSAGES)

        return {
            "onnxruntime": _times(self._embedded, questions),
            "product of matrices": _times(self._nearest, vectors),
            "tantivy": _times(best, queries),
            "reading the bytes": _times(self._read, nearest),
        }

    def _embedded(self, text: str) -> Any:
        ids = np.array([self._tokenizer.encode(text).ids])
        states = self._session.run([self._output], {"ids": ids, "mask": np.ones_like(ids)})[0][0]
        vector = states.mean(axis=0)
        return vector / np.linalg.norm(vector)

    def _nearest(self, vector: Any) -> list[int]:
        cosines = self._vectors @ vector
        most = min(PASSAGES, len(cosines))
        some = np.argpartition(cosines, -most)[-most:]
        nearest: list[int] = some[np.argsort(-cosines[some])].tolist()
        return nearest

    def _read(self, rows: Sequence[int]) -> list[str]:
        starts = self._starts
        return [os.pread(self._texts, int(starts[n + 1] - starts[n]), int(starts[n])).decode() for n in rows]


def _times(work: Callable[[Any], object], given: Sequence[Any]) -> list[float]:
    work(given[0])
    times = []
    for one in given:
        started = time.perf_counter()
        work(one)
        times.append((time.perf_counter() - started) * 1e3)
    return times
