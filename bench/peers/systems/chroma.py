"""A collection of Chroma on the disk, with its embedding function of sentence-transformers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import chromadb
from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction
from stage import PASSAGES


class System:
    """HNSW, and the texts in SQLite."""

    def __init__(self, made: Path, index: Path) -> None:
        self._index = str(index)
        self._function = self._open_function(made)

    def _open_function(self, made: Path) -> chromadb.EmbeddingFunction[chromadb.Documents]:
        return SentenceTransformerEmbeddingFunction(str(made / "encoder"))

    def build(self, texts: Sequence[str], vectors: Any) -> None:
        client = self._client()
        collection = client.create_collection("passages", embedding_function=self._function)
        size = client.get_max_batch_size()
        for first in range(0, len(texts), size):
            some = list(texts[first : first + size])
            given = None if vectors is None else vectors[first : first + size]
            collection.add([str(first + place) for place in range(len(some))], given, documents=some)

    def open(self) -> None:
        self._collection = self._client().get_collection("passages", embedding_function=self._function)

    def search(self, question: str) -> list[str]:
        found = self._collection.query(query_texts=[question], n_results=PASSAGES)["documents"]
        assert found
        return found[0]

    def embed(self, texts: Sequence[str]) -> None:
        self._function(list(texts))

    def _client(self) -> chromadb.ClientAPI:
        return chromadb.PersistentClient(self._index, chromadb.Settings(anonymized_telemetry=False))
