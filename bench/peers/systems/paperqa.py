"""Paper-qa's search alone, without the language model that its answers take."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lmi.embeddings import SentenceTransformerEmbeddingModel
from paperqa import Docs, Settings
from paperqa.types import Doc, Text
from stage import PASSAGES


class System:
    """Its Docs, pickled as its own index of files does, with their vectors in memory."""

    def __init__(self, made: Path, index: Path) -> None:
        self._file = index / "docs.pickle"
        self._embedding = SentenceTransformerEmbeddingModel(name=str(made / "encoder"))
        self._settings = Settings()

    def build(self, texts: Sequence[str], vectors: Any) -> None:
        doc = Doc(docname="passages", dockey="passages", citation="passages")
        given = [None] * len(texts) if vectors is None else vectors.tolist()
        pairs = enumerate(zip(texts, given, strict=True))
        chunks = [Text(text=text, name=f"passage {n}", doc=doc, embedding=vector) for n, (text, vector) in pairs]
        self._docs = Docs()
        asyncio.run(self._docs.aadd_texts(chunks, doc, self._settings, self._embedding))
        # The first search makes what later ones need.
        self.search(texts[0])
        self._file.write_bytes(pickle.dumps(self._docs))

    def open(self) -> None:
        self._docs = pickle.loads(self._file.read_bytes())

    def search(self, question: str) -> list[str]:
        found = asyncio.run(self._docs.retrieve_texts(question, PASSAGES, self._settings, self._embedding))
        return [text.text for text in found]

    def embed(self, texts: Sequence[str]) -> None:
        asyncio.run(self._embedding.embed_documents(list(texts)))
