"""Haystack's pipeline of an embedder and a retriever over the store in memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from haystack import Document, Pipeline
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from stage import PASSAGES


class System:
    """The store is a JSON file, read when it is opened."""

    def __init__(self, made: Path, index: Path) -> None:
        self._file = str(index / "store.json")
        self._encoder = str(made / "encoder")
        self._embedder: SentenceTransformersDocumentEmbedder | None = None

    def build(self, texts: Sequence[str], vectors: Any) -> None:
        if vectors is None:
            documents = self._embedded(texts)
        else:
            pairs = zip(texts, vectors.tolist(), strict=True)
            documents = [Document(content=text, embedding=vector) for text, vector in pairs]
        store = InMemoryDocumentStore()
        store.write_documents(documents)
        store.save_to_disk(self._file)

    def open(self) -> None:
        store = InMemoryDocumentStore.load_from_disk(self._file)
        self._pipeline = Pipeline()
        self._pipeline.add_component(
            "embedder", SentenceTransformersTextEmbedder(model=self._encoder, progress_bar=False)
        )
        self._pipeline.add_component("retriever", InMemoryEmbeddingRetriever(store, top_k=PASSAGES))
        self._pipeline.connect("embedder.embedding", "retriever.query_embedding")

    def search(self, question: str) -> list[str]:
        found = self._pipeline.run({"embedder": {"text": question}})
        return [document.content for document in found["retriever"]["documents"]]

    def embed(self, texts: Sequence[str]) -> None:
        self._embedded(texts)

    def _embedded(self, texts: Sequence[str]) -> list[Document]:
        if not self._embedder:
            self._embedder = SentenceTransformersDocumentEmbedder(model=self._encoder, progress_bar=False)
            self._embedder.warm_up()
        embedded: list[Document] = self._embedder.run([Document(content=text) for text in texts])["documents"]
        return embedded
