"""LlamaIndex's VectorStoreIndex with the store that it has by default."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from stage import PASSAGES


class System:
    """Vectors and texts in JSON files."""

    def __init__(self, made: Path, index: Path) -> None:
        self._index = str(index)
        self._embedding = HuggingFaceEmbedding(model_name=str(made / "encoder"))

    def build(self, texts: Sequence[str], vectors: Any) -> None:
        given = [None] * len(texts) if vectors is None else vectors.tolist()
        nodes = [TextNode(text=text, embedding=vector) for text, vector in zip(texts, given, strict=True)]
        VectorStoreIndex(nodes, embed_model=self._embedding).storage_context.persist(self._index)

    def open(self) -> None:
        stored = StorageContext.from_defaults(persist_dir=self._index)
        index = load_index_from_storage(stored, embed_model=self._embedding)
        self._retriever = index.as_retriever(similarity_top_k=PASSAGES)

    def search(self, question: str) -> list[str]:
        return [found.node.get_content() for found in self._retriever.retrieve(question)]

    def embed(self, texts: Sequence[str]) -> None:
        self._embedding.get_text_embedding_batch(list(texts))
