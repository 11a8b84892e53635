"""LangChain's HuggingFaceEmbeddings and FAISS."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings
from stage import PASSAGES


class System:
    """A flat index of FAISS, with the texts in a pickle beside it."""

    def __init__(self, made: Path, index: Path) -> None:
        self._index = str(index)
        self._embeddings = HuggingFaceEmbeddings(model_name=str(made / "encoder"))

    def build(self, texts: Sequence[str], vectors: Any) -> None:
        if vectors is None:
            store = FAISS.from_texts(texts, self._embeddings)
        else:
            store = FAISS.from_embeddings(zip(texts, vectors.tolist(), strict=True), self._embeddings)
        store.save_local(self._index)

    def open(self) -> None:
        self._store = FAISS.load_local(self._index, self._embeddings, allow_dangerous_deserialization=True)

    def search(self, question: str) -> list[str]:
        return [document.page_content for document in self._store.similarity_search(question, k=PASSAGES)]

    def embed(self, texts: Sequence[str]) -> None:
        self._embeddings.embed_documents(list(texts))
